// What a demanding reader would not forgive in the outputs of a notebook, each complaint in words.
() => {
  const SMALLEST_TEXT = 11; // pixels
  const complaints = [];

  const complain = (about, part, details) => {
    const words = (part.innerText ?? '').trim().slice(0, 60);
    complaints.push(`${about}: <${part.localName} class="${part.className}"> ${words} (${details})`);
  };
  const hasWords = part =>
    [...part.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const hasBar = (overflow, size, room) => /auto|scroll/.test(overflow) && size > room && room > 0;

  for (const output of document.querySelectorAll('.jp-OutputArea-output')) {
    const edge = output.getBoundingClientRect().right;
    for (const part of [output, ...output.querySelectorAll('*')]) {
      if (!part.checkVisibility()) {
        continue;
      }
      const style = getComputedStyle(part);
      const { scrollWidth: width, clientWidth: roomAcross } = part;
      const { scrollHeight: height, clientHeight: roomDown } = part;

      if (hasBar(style.overflowX, width, roomAcross) || hasBar(style.overflowY, height, roomDown)) {
        complain('scroll bar', part, `${width} × ${height} in ${roomAcross} × ${roomDown}`);
      }
      if (part.getBoundingClientRect().right > edge + 1) {
        complain('beyond the edge', part, `${part.getBoundingClientRect().right} > ${edge}`);
      }
      if (hasWords(part)) {
        if (/hidden|clip/.test(style.overflowX) && width > roomAcross) {
          complain('clipped words', part, `${width} in ${roomAcross}`);
        }
        if (parseFloat(style.fontSize) < SMALLEST_TEXT) {
          complain('small words', part, style.fontSize);
        }
      }
      if (part.localName === 'img') {
        const size = `${part.naturalWidth} × ${part.naturalHeight} at ${roomAcross} × ${roomDown}`;
        if (Math.abs((roomAcross * part.naturalHeight) / part.naturalWidth - roomDown) > 1) {
          complain('stretched picture', part, size);
        }
      }
    }
  }
  return complaints;
}
