// The look of the slides, a key that leads from them to the notebook and back at the same cell, and
// one that runs code. An extension of JupyterLab as its loader wants it, written to need no build. The braces
// keep its names apart from those of other extensions.

{
  const look = document.createElement('link');
  look.rel = 'stylesheet';
  look.href = new URL('slides.css', document.currentScript.src);
  document.head.append(look);

  const plugin = {
    id: 'course-slides:plugin',
    autoStart: true,
    activate: ({ commands, shell }) => {
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
      for (const mode of ['commandMode:not(.jp-mod-readWrite) :focus', 'editMode']) {
        const selector = `.jp-Deck .jp-Notebook.jp-mod-${mode}`;
        commands.addKeyBinding({ command: 'notebook:run-cell', keys: ['Shift Enter'], selector });
      }
    },
  };

  (window._JUPYTERLAB ??= {})['course-slides'] = {
    init: () => {},
    get: async () => () => ({ __esModule: true, default: plugin }),
  };
}
