// The course's extension of JupyterLab: a style sheet, and plugins in files of their own.
// It is written as JupyterLab's loader wants it, to need no build.

{
  const PLUGINS = ['asleep', 'names', 'notes', 'slides'];
  const here = document.currentScript.src;

  const loaded = async name => (await import(new URL(`${name}.js`, here))).default;

  const modules = {
    './extension': async () => {
      const plugins = await Promise.all(PLUGINS.map(loaded));
      return () => ({ __esModule: true, default: plugins });
    },
    './style': async () => () => {
      const sheet = document.createElement('link');
      sheet.rel = 'stylesheet';
      sheet.href = new URL('course.css', here);
      document.head.append(sheet);
      return {}; // the loader marks it as the course's
    },
  };

  (window._JUPYTERLAB ??= {}).course = {
    init: () => {},
    get: name => modules[name](),
  };
}
