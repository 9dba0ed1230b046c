// Names for screen readers where JupyterLab 4.6 and ipywidgets 8.1 give none and Python can't:
// a slider's handle and readout, which of several options is chosen, and a picture's alt text.

const SELECTORS = {
  '.widget-slider [role=slider], .widget-slider .widget-readout': nameAfterLabel,
  '.widget-toggle-button': sayWhetherPressed,
  '.course-words': giveToPicture,
  '[data-course-asleep] .jp-RenderedImage img': sayWhatItShowed,
};

let labels = 0;

function nameAfterLabel(part) {
  const label = part.closest('.widget-slider').querySelector('.widget-label');
  label.id ||= `course-label-${++labels}`;
  part.setAttribute('aria-labelledby', label.id);
  if (part.matches('.widget-readout')) {
    part.role = 'textbox'; // a name needs a role; one can type a number there
  }
}

function sayWhetherPressed(button) {
  button.ariaPressed = button.classList.contains('mod-active');
}

// The words under a picture are an output of their own, right after the picture.
function giveToPicture(words) {
  const before = words.closest('.jp-OutputArea-child')?.previousElementSibling;
  const picture = before?.querySelector('.jp-RenderedImage img');
  if (picture) {
    picture.alt = words.textContent;
  }
}

// A lab's words are not shown beside the picture that stands where the lab was.
function sayWhatItShowed(picture) {
  picture.alt = picture.closest('[data-course-asleep]').dataset.coursePicture;
}

function nameAllIn(part) {
  for (const [selector, name] of Object.entries(SELECTORS)) {
    part.querySelectorAll(selector).forEach(name);
  }
}

function watch(changes) {
  for (const { type, target } of changes) {
    if (type === 'childList') {
      nameAllIn(target);
    } else if (target.matches('.widget-toggle-button')) {
      sayWhetherPressed(target);
    }
  }
}

export default {
  id: 'course:names',
  autoStart: true,
  activate: () => {
    nameAllIn(document);
    new MutationObserver(watch).observe(document.body, {
      subtree: true,
      childList: true,
      attributeFilter: ['class'],
    });
  },
};
