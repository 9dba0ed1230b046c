// Words in the outputs of a notebook whose contrast with their ground is too low, each with the
// contrast. axe-core looks at no words that are scrolled out of sight, which is most of them.
() => {
  const LEAST = 4.5; // what WCAG 2 asks of text
  const pixel = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });

  const painted = colours => {
    for (const colour of colours) {
      pixel.fillStyle = colour;
      pixel.fillRect(0, 0, 1, 1);
    }
    return [...pixel.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const luminance = rgb => {
    const [r, g, b] = rgb.map(channel => channel / 255)
      .map(share => (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const grounds = part =>
    part ? [...grounds(part.parentElement), getComputedStyle(part).backgroundColor] : ['white'];
  const contrast = part => {
    const ground = grounds(part);
    const [dark, light] = [painted(ground), painted([...ground, getComputedStyle(part).color])]
      .map(luminance).sort((one, other) => one - other);
    return (light + 0.05) / (dark + 0.05);
  };
  const hasWords = part =>
    [...part.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim());

  return [...document.querySelectorAll('.jp-OutputArea-output *')]
    .filter(part => hasWords(part) && part.checkVisibility())
    .map(part => [part.textContent.trim().slice(0, 60), contrast(part)])
    .filter(([, found]) => found < LEAST)
    .map(([words, found]) => `${words} (${found.toFixed(1)})`);
}
