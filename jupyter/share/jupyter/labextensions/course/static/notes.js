// The instructor's guide in a window of its own, for a second screen. It follows the slides and
// tells the time. A notebook's metadata say where its guide is and what the window says, a cell's
// metadata which part of the guide it goes with. The guide brings the style sheet, for its own words
// and for the clock.
// A notebook may come from anywhere, and the window has the rights of JupyterLab itself: only a
// guide of the course is shown in it, and nothing that stands in a guide is run or loaded.

const GUIDE = /^build\/guide\/\d\d_\w+\.html$/;
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; " +
  "base-uri 'none'; form-action 'none'";
const SECTIONS = 'div[data-plan]';

const clock = seconds => {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return [hours, minutes, Math.floor(seconds) % 60].map(part => `${part}`.padStart(2, '0')).join(':');
};

/** How far the lesson is ahead of a section's plan, or behind; empty within it. */
const offPlan = (minutes, { begins, ends, early, late }) => {
  if (minutes > ends) {
    return late.replace('#', Math.ceil(minutes - ends));
  }
  return minutes < begins ? early.replace('#', Math.ceil(begins - minutes)) : '';
};

export default {
  id: 'course:notes',
  autoStart: true,
  activate: ({ commands, serviceManager, shell }) => {
    let notes = null; // the window
    let began = 0;
    let ticking;

    const tell = () => {
      const time = notes.document.querySelector('header span');
      const now = notes.document.querySelector('.course-now');
      if (!time || !now) {
        return;
      }
      const sections = [...notes.document.querySelectorAll(SECTIONS)];
      const here = sections.filter(one => one === now ||
        one.compareDocumentPosition(now) & Node.DOCUMENT_POSITION_FOLLOWING).pop() ?? sections[0];
      const seconds = (Date.now() - began) / 1000;
      const said = here ? [here.dataset.plan, offPlan(seconds / 60, here.dataset)] : [];
      time.textContent = [clock(seconds), ...said].filter(Boolean).join(' · ');
    };

    const follow = () => {
      const part = shell.currentWidget?.content?.activeCell?.model.getMetadata('course')?.notes;
      const here = part && !notes?.closed && notes?.document.getElementById(part);
      if (!here || here.classList.contains('course-now')) {
        return;
      }
      notes.document.querySelector('.course-now')?.classList.remove('course-now');
      here.classList.add('course-now');
      here.scrollIntoView();
      tell();
    };

    const fill = (html, begin) => {
      notes.document.open();
      // Before the guide's own words, which it binds.
      notes.document.write('<!doctype html><meta http-equiv="Content-Security-Policy" ' +
        `content="${POLICY}">${html}`);
      notes.document.close();
      const header = notes.document.createElement('header');
      header.className = 'course-clock';
      header.innerHTML = '<span role="timer"></span><button></button>';
      const button = header.querySelector('button');
      button.textContent = begin;
      button.onclick = () => { began = Date.now(); tell(); };
      notes.document.body.prepend(header);
      began ||= Date.now();
    };

    commands.addCommand('course:notes', {
      label: 'Slides: the Notes in a Window',
      execute: async () => {
        const panel = shell.currentWidget;
        const { guide: path, begin, blocked } = panel?.content?.model?.getMetadata('course') ?? {};
        if (!GUIDE.test(path)) {
          return;
        }
        // At once, while the browser still knows that a key was pressed, or it blocks the window.
        notes = window.open('', 'course-notes', 'popup,width=800,height=900');
        if (!notes) {
          await commands.execute('apputils:notify', { message: blocked, type: 'warning' });
          return;
        }
        const guide = await serviceManager.contents.get(path, { type: 'file', format: 'text', content: true });
        fill(guide.content, begin);
        panel.content.activeCellChanged.connect(follow);
        clearInterval(ticking);
        ticking = setInterval(tell, 1000);
        follow();
      },
    });
    commands.addKeyBinding({ command: 'course:notes', keys: ['Alt N'], selector: 'body' });
  },
};
