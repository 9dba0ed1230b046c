// What the last row of a class could not read on the slide that is shown, each complaint in words.
() => {
  const UNIT = Math.min(innerWidth / 1280, innerHeight / 720); // a slide grows with its screen
  const SMALLEST_TEXT = 18 * UNIT; // pixels
  // The foot line has the last rows of the slide show; a picture has a margin there.
  const [FOOT, MARGIN] = [24 * UNIT, 16 * UNIT];
  const complaints = [];
  const complain = (about, part, details) =>
    complaints.push(`${about}: <${part.localName} class="${part.className}"> ${words(part)} (${details})`);
  const words = part => (part.textContent ?? '').trim().slice(0, 60);
  const hasWords = part =>
    [...part.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim());

  for (const frame of document.querySelectorAll('.jp-Deck .jp-Notebook, .jp-Deck .jp-WindowedPanel-outer')) {
    const { scrollWidth: width, scrollHeight: height } = frame;
    if (width > frame.clientWidth + 1 || height > frame.clientHeight + 1) {
      complaints.push(`the slide scrolls: ${width} × ${height} in ${frame.clientWidth} × ${frame.clientHeight}`);
    }
  }
  for (const cell of document.querySelectorAll('.jp-Deck .jp-Cell.jp-deck-mod-visible')) {
    for (const part of [cell, ...cell.querySelectorAll('*')]) {
      const box = part.getBoundingClientRect();
      if (!part.checkVisibility({ opacityProperty: true }) || box.width <= 1 || box.height <= 1) {
        continue;
      }
      const lowest = innerHeight - (part.localName === 'img' ? MARGIN : hasWords(part) ? FOOT : 0);
      if (box.top < 0 || box.bottom > lowest || box.left < 0 || box.right > innerWidth) {
        const edges = [box.left, box.top, box.right, box.bottom].map(Math.round);
        complain('off the screen', part, edges);
      }
      const style = getComputedStyle(part);
      const across = part.scrollWidth > part.clientWidth + 1;
      const down = part.scrollHeight > part.clientHeight + 1;
      if ((/auto|scroll/.test(style.overflowX) && across) || (/auto|scroll/.test(style.overflowY) && down)) {
        complain('scroll bar', part, `${part.scrollWidth} × ${part.scrollHeight} in ${part.clientWidth} × ${part.clientHeight}`);
      }
      if (hasWords(part) && parseFloat(style.fontSize) < SMALLEST_TEXT - 0.1) {
        complain('small words', part, style.fontSize);
      }
      if (part.localName === 'img' && part.clientWidth < 1.18 * UNIT * part.naturalWidth / 2) {
        complain('small words in a picture', part, `${part.clientWidth} wide`);
      }
    }
  }
  return complaints;
}
