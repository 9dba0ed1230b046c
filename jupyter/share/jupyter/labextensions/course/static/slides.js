// The slide show: one step is one slide, its code is ready to run, and a foot line tells the place.
// JupyterLab's single keys cut, paste and change cells. Before a class each key means what it means
// to any slide show, a letter begins the answer, and all others do nothing.

const STEPS = { ' ': 1, PageDown: 1, ArrowRight: 1, ArrowDown: 1, PageUp: -1, ArrowLeft: -1, ArrowUp: -1 };
const ENDS = { Home: 0, End: Infinity };
const BLANK = '____';

const EDITOR = '.cm-content, .cm-content *';
const WRITES = 'input:not([type=checkbox], [type=radio]), textarea, select, .widget-readout';
const CONTROLS = '.jp-OutputArea :is(button, input, a, [role=slider]), .course-foot *';

/** Whether the browser, the editor or a widget needs the key itself. */
const isTheirs = ({ key, shiftKey, target }, isCode) =>
  target.matches(`${EDITOR}, ${WRITES}`) ||
  (target.matches('input') && (key === ' ' || /^Arrow/.test(key))) ||
  (target.matches('[role=slider]') && (/^Arrow/.test(key) || key in ENDS)) ||
  (key === 'Enter' && !shiftKey && (isCode || target.matches(CONTROLS)));

const EXERCISE = /case\.check\("(\w+)"/;

const metadata = model => model.getMetadata('course') ?? {};
const slideType = cell => cell.model.getMetadata('slideshow')?.slide_type;

/** The slides of a notebook: of each, the numbers of its cells. */
const slidesOf = notebook => {
  const slides = [];
  notebook.widgets.forEach((cell, place) => {
    if (slideType(cell) === 'slide') {
      slides.push([]);
    }
    if (slideType(cell) !== 'notes') {
      slides.at(-1)?.push(place);
    }
  });
  return slides;
};

/** The number of the slide that is on. */
const placeIn = (slides, notebook) =>
  slides.findLastIndex(([first]) => first <= notebook.activeCellIndex);

const heading = ({ model }) =>
  model.type === 'markdown' && model.sharedModel.getSource().match(/^#{1,2} (.+)$/m)?.[1];

/** What each slide belongs to: the last heading up to it. */
const titlesOf = (slides, notebook) => {
  let title = '';
  return slides.map(cells => {
    title = cells.map(place => heading(notebook.widgets[place])).find(Boolean) ?? title;
    return title.replaceAll('`', '');
  });
};

export default {
  id: 'course:slides',
  autoStart: true,
  activate: ({ commands, shell }) => {
    const foot = document.createElement('footer');
    foot.className = 'course-foot';
    foot.innerHTML =
      '<button></button><button></button><button>‹</button><select></select><button>›</button>';
    const [hint, solution, back, list, on] = foot.children;
    const told = document.createElement('aside');
    told.className = 'course-told';
    told.role = 'status';
    document.body.append(told, foot);
    const known = new WeakSet();

    const isOn = () => document.body.dataset.jpDeckMode === 'presenting';
    const current = () => {
      const content = shell.currentWidget?.content;
      return content?.widgets && content.model ? content : null;
    };

    /** Show a slide with its code ready to run. */
    const show = (notebook, number) => {
      const slides = slidesOf(notebook);
      const cells = slides[Math.max(0, Math.min(number, slides.length - 1))];
      if (!cells) {
        return;
      }
      notebook.mode = 'command';
      notebook.activeCellIndex =
        cells.find(place => notebook.widgets[place].model.type === 'code') ?? cells[0];
      notebook.activate(); // the focus comes back from the lab of the slide before
    };

    const step = by => {
      const notebook = current();
      show(notebook, placeIn(slidesOf(notebook), notebook) + by);
    };

    const run = async () => {
      const cell = current()?.activeCell;
      if (cell?.model.type !== 'code') {
        return;
      }
      cell.node.dataset.courseRun = 'busy';
      await commands.execute('notebook:run-cell');
      cell.node.dataset.courseRun = 'done';
    };

    const exercise = () => current()?.activeCell?.model.sharedModel.getSource().match(EXERCISE)?.[1];

    /** Say over the slide what the case says of its exercise. */
    const tell = what => {
      const { kernel } = shell.currentWidget.sessionContext.session;
      const code = `case.${what}("${exercise()}")`;
      kernel.requestExecute({ code, store_history: false }).onIOPub = ({ content }) => {
        told.textContent = content.data?.['text/plain'] ?? content.evalue ?? told.textContent;
      };
    };

    /** Begin to write in the place of the blank; whether there is one. */
    const answer = (notebook, letter) => {
      const { editor, model } = notebook.activeCell;
      const at = model.sharedModel.getSource().indexOf(BLANK);
      if (model.type !== 'code' || at < 0) {
        return false;
      }
      notebook.mode = 'edit';
      editor.focus();
      editor.setSelection({
        start: editor.getPositionAt(at),
        end: editor.getPositionAt(at + BLANK.length),
      });
      editor.replaceSelection(letter);
      return true;
    };

    const press = (notebook, { key, shiftKey }) => {
      if (key in STEPS) {
        step(key === ' ' && shiftKey ? -1 : STEPS[key]);
      } else if (key in ENDS) {
        show(notebook, ENDS[key]);
      } else if (key === 'Enter' && shiftKey) {
        run();
      } else if (key.length === 1 && !answer(notebook, key) && '.b'.includes(key)) {
        document.body.classList.add('course-dark');
      }
    };

    const onKey = event => {
      const { key, target } = event;
      const notebook = isOn() && current();
      const chord = event.ctrlKey || event.metaKey || event.altKey || /^(F\d+|Tab|Shift)$/.test(key);
      if (!notebook || chord || !target.matches('body, .jp-Deck, .jp-Deck *, .course-foot *')) {
        return;
      }
      const isCode = notebook.activeCell?.model.type === 'code';
      if (document.body.classList.contains('course-dark')) {
        document.body.classList.remove('course-dark');
      } else if (!/^Page/.test(key) && isTheirs(event, isCode)) {
        return; // a clicker's keys count wherever the cursor is
      } else {
        press(notebook, event);
      }
      event.preventDefault();
      event.stopImmediatePropagation();
    };

    const refresh = () => {
      const notebook = current();
      const words = notebook ? metadata(notebook.model) : {};
      for (const cell of words.guide ? notebook.widgets : []) {
        // Notes for the instructor are in their own window; this screen may be the projector.
        cell.toggleClass('course-notes', slideType(cell) === 'notes');
      }
      foot.hidden = !(isOn() && words.guide);
      told.textContent = '';
      if (foot.hidden) {
        return;
      }
      const slides = slidesOf(notebook);
      const titles = titlesOf(slides, notebook);
      [back, list, on].forEach((part, n) => { part.ariaLabel = words.go[n]; });
      [hint, solution].forEach((part, n) => {
        part.textContent = words.ask[n];
        part.hidden = !exercise();
      });
      list.replaceChildren(
        ...titles.map((title, n) => new Option(`${n + 1} / ${slides.length} · ${title}`, n)),
      );
      list.value = placeIn(slides, notebook);
      sessionStorage.setItem(shell.currentWidget.context.path, list.value);
    };

    const meet = () => {
      const panel = shell.currentWidget;
      const notebook = current();
      if (notebook && panel.context && !known.has(notebook)) {
        known.add(notebook);
        notebook.activeCellChanged.connect(refresh);
        const place = sessionStorage.getItem(panel.context.path);
        panel.context.ready.then(() => {
          if (place && metadata(notebook.model).guide) {
            show(notebook, Number(place)); // after a reload of the page
          }
          refresh();
        });
      }
      refresh();
    };

    hint.onclick = () => tell('hint');
    solution.onclick = () => tell('solution');
    told.onclick = () => { told.textContent = ''; };
    back.onclick = () => step(-1);
    on.onclick = () => step(1);
    list.onchange = () => show(current(), Number(list.value));
    window.addEventListener('keydown', onKey, true);
    // Twice on a text would open its source.
    window.addEventListener('dblclick', event => {
      if (isOn() && event.target.closest?.('.jp-MarkdownCell')) {
        event.stopImmediatePropagation();
      }
    }, true);
    shell.currentChanged.connect(meet);
    new MutationObserver(meet).observe(document.body, { attributeFilter: ['data-jp-deck-mode'] });

    commands.addCommand('course:slides', {
      label: 'Slides: to the Notebook and Back',
      execute: async () => {
        await commands.execute('deck:toggle');
        // The slide show begins at the active cell; the notebook has to be led to it, once
        // JupyterLab has laid itself out again, which it announces nowhere.
        await new Promise(laidOut => setTimeout(laidOut, 300));
        const notebook = shell.currentWidget?.content;
        await notebook?.scrollToItem?.(notebook.activeCellIndex, 'center');
      },
    });
    commands.addKeyBinding({ command: 'course:slides', keys: ['Alt P'], selector: 'body' });
    // On a slide Shift + Enter stays, so that the class sees what comes out.
    commands.addCommand('course:run', { execute: run });
    const selector = '.jp-Deck .jp-Notebook.jp-mod-editMode';
    commands.addKeyBinding({ command: 'course:run', keys: ['Shift Enter'], selector });
  },
};
