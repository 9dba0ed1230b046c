// A key that leads from the slides to the notebook and back at the same cell, and one that runs code.

export default {
  id: 'course:slides',
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
