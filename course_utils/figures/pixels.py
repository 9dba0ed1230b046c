"""Pixels to PNG fast enough to follow a slider: at most 256 colours, chosen once for a figure."""

import io

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from PIL import Image

from course_utils.figures.style import PAPER, ROLES

_FADES = 8  # steps from the paper to a role's colour


class Palette:
    """At most 256 colours that stand for all that a canvas holds, and for the house's own.

    A two-panel figure of 900 x 380 pixels at device scale 2 has about 1,100 colours, nearly all
    of them shades at the edges of letters. TABLE_HERE
    """

    def __init__(self, canvas: FigureCanvasAgg) -> None:
        width, height = canvas.get_width_height(physical=True)
        counted = _image(canvas).getcolors(maxcolors=width * height)
        frequent = [colour for _, colour in sorted(counted, key=lambda pair: (-pair[0], pair[1]))]
        self._colours = _thinned(np.array([*frequent, *_swatches()]))
        # Pillow finds a colour's nearest by the colour's upper six bits a channel. Keys cut to
        # those bits make it find each of our colours exactly; 3 apart, no two share a key.
        self._keys = Image.new("P", (1, 1))
        self._keys.putpalette((self._colours & 0b1111_1100).tobytes())

    def png(self, canvas: FigureCanvasAgg, *, compress_level: int = 1) -> bytes:
        """The canvas as it stands, as PNG bytes; every pixel takes the nearest of the colours."""
        image = _image(canvas).quantize(palette=self._keys, dither=Image.Dither.NONE)
        image.putpalette(self._colours.tobytes())
        buffer = io.BytesIO()
        image.save(buffer, "PNG", compress_level=compress_level)
        return buffer.getvalue()


def _image(canvas: FigureCanvasAgg) -> Image.Image:
    size = canvas.get_width_height(physical=True)
    return Image.frombytes("RGB", size, canvas.buffer_rgba(), "raw", "RGBX")


def _swatches() -> list[tuple[int, ...]]:
    """The roles' colours and their fades to paper: what an artist may show later."""
    fades = np.linspace(1, 0, _FADES, endpoint=False)[:, None]
    shades = [fades * to_rgb(role) + (1 - fades) * to_rgb(PAPER) for role in ROLES]
    return [tuple(shade) for shade in np.rint(255 * np.concatenate(shades)).astype(int)]


def _thinned(colours: np.ndarray) -> np.ndarray:
    """The first of each group of like colours, the groups as narrow as leaves 256 of them."""
    for apart in range(3, 256):
        left, kept = colours, []
        while len(left) and len(kept) < 256:
            kept.append(left[0])
            left = left[np.abs(left - left[0]).max(axis=1) > apart]
        if not len(left):
            break
    return np.array(kept, dtype=np.uint8)
