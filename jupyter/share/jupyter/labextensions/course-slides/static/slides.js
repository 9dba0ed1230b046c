// The look of the slides, and one command with a key that leads from them to the notebook and back
// at the same cell. An extension of JupyterLab as its loader wants it, written to need no build. The braces
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
          // The slide show begins at the active cell; the notebook has to be led to it.
          const notebook = shell.currentWidget?.content;
          await notebook?.scrollToItem?.(notebook.activeCellIndex, 'center');
        },
      });
      commands.addKeyBinding({ command: 'course:slides', keys: ['Alt P'], selector: 'body' });
    },
  };

  (window._JUPYTERLAB ??= {})['course-slides'] = {
    init: () => {},
    get: async () => () => ({ __esModule: true, default: plugin }),
  };
}
