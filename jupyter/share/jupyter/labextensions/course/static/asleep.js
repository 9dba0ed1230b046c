// Widgets live in the kernel. In a notebook that is opened on the next day, or after a restart,
// JupyterLab would say "model not found", or show controls that do nothing. In their place stands
// what was stored beside them, a picture or words, and below it how to wake them.

const VIEW = 'application/vnd.jupyter.widget-view+json';

/** The widgets that the kernel knows. */
const alive = async ({ session }) => {
  const reply = await session?.kernel?.requestCommInfo({ target_name: 'jupyter.widget' });
  return new Set(Object.keys(reply?.content.comms ?? {}));
};

/** The outputs of a code cell. */
function* outputsOf(model) {
  for (let place = 0; place < (model.outputs?.length ?? 0); place++) {
    yield [place, model.outputs.get(place).toJSON()];
  }
}

const putToSleep = (model, living) => {
  for (const [place, output] of outputsOf(model)) {
    const { [VIEW]: view, ...rest } = output.data ?? {};
    if (view && !living.has(view.model_id) && Object.keys(rest).length) {
      model.outputs.set(place, { ...output, data: rest });
    }
  }
};

/** Say below a cell how to wake what sleeps there, and give its picture words. */
const sayHowToWake = ({ model, node }) => {
  delete node.dataset.courseAsleep;
  for (const [, { data, metadata }] of outputsOf(model)) {
    if (metadata?.course?.asleep && !(VIEW in data)) {
      node.dataset.courseAsleep = metadata.course.asleep;
      node.dataset.coursePicture = [metadata['image/png']?.alt ?? '', data['text/plain']].flat().join(' ');
    }
  }
};

const follow = ({ content, sessionContext }) => {
  const sleep = living => content.widgets.forEach(({ model }) => putToSleep(model, living));
  const look = async () => sleep(await alive(sessionContext));
  const listened = new WeakSet();
  const listen = () =>
    content.widgets.filter(cell => !listened.has(cell)).forEach(cell => {
      listened.add(cell);
      cell.model.outputs?.changed.connect(() => sayHowToWake(cell));
      sayHowToWake(cell);
    });
  listen();
  content.model.cells.changed.connect(() => requestAnimationFrame(listen));
  sessionContext.ready.then(look);
  sessionContext.kernelChanged.connect(look);
  sessionContext.statusChanged.connect((_, status) => {
    if (/restarting$/.test(status)) {
      sleep(new Set());
    }
  });
};

export default {
  id: 'course:asleep',
  autoStart: true,
  activate: ({ shell }) => {
    const followed = new WeakSet();
    shell.currentChanged?.connect(async (_, { newValue: panel }) => {
      if (panel?.sessionContext && panel.content?.widgets && !followed.has(panel)) {
        followed.add(panel);
        await panel.context.ready;
        follow(panel);
      }
    });
  },
};
