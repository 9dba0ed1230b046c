"""Pixels to PNG fast enough to follow a slider: at most 256 colours, chosen once for a figure."""

import io
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from PIL import Image

from course_utils.figures.style import PAPER, ROLES

_PLAIN = Image.Dither.NONE
_FADES = 8  # steps from the paper to a role's colour


class Palette:
    """At most 256 colours that stand for a canvas's own and for the house's, and PNGs of them.

    A two-panel figure has about 1,100 colours, nearly all of them shades at the edges of letters;
    these come out within a few steps of 255. That pays: at 1800 x 760 device pixels an encoding
    takes 6.5 ms and 52 kB, against 14 ms and 113 kB for a bare zlib of all colours, 22 ms and
    142 kB for lossless WebP at its fastest, 33 ms and 124 kB for Pillow's PNG at level 1, and
    14 ms for a palette chosen anew each time.

    Parameters
    ----------
    canvas : FigureCanvasAgg
        Drawn. Its colours come first, the most frequent exactly; then the house's and their fades.
    """

    def __init__(self, canvas: FigureCanvasAgg) -> None:
        width, height = canvas.get_width_height(physical=True)
        counted: Any = _image(canvas).getcolors(maxcolors=width * height)
        frequent = [colour for _, colour in sorted(counted, key=lambda pair: (-pair[0], pair[1]))]
        self._colours = _thinned(np.array([*frequent, *_swatches()]))
        # Pillow finds a colour's nearest by the colour's upper six bits a channel. Keys cut to
        # those bits make it find each of our colours exactly; 3 apart, no two share a key.
        self._keys = Image.new("P", (1, 1))
        self._keys.putpalette((self._colours & 0b1111_1100).tobytes())

        self._pixels = np.zeros(height * width, np.uint32)  # the last canvas, as it was drawn
        self._places = np.zeros(height * width, np.uint8)  # and each pixel's colour, by number
        self._follow(np.arange(height * width), _packed(canvas))

    def png(self, canvas: FigureCanvasAgg, *, compress_level: int = 1) -> bytes:
        """The canvas as it stands, as PNG bytes; every pixel takes the nearest of the colours.

        The canvas has the size of the first one. Only pixels that differ from the last call's are
        looked up: a lab's move changes few.
        """
        pixels = _packed(canvas)
        moved = np.flatnonzero(pixels != self._pixels)
        self._follow(moved, pixels[moved])
        size = canvas.get_width_height(physical=True)
        image = Image.frombytes("P", size, self._places.tobytes())
        image.putpalette(self._colours.tobytes())
        buffer = io.BytesIO()
        image.save(buffer, "PNG", compress_level=compress_level)
        return buffer.getvalue()

    def _follow(self, moved: np.ndarray, pixels: np.ndarray) -> None:
        if not len(moved):
            return
        line = Image.frombytes("RGB", (len(pixels), 1), pixels.tobytes(), "raw", "RGBX")
        self._pixels[moved] = pixels
        self._places[moved] = np.asarray(line.quantize(palette=self._keys, dither=_PLAIN))[0]


def _image(canvas: FigureCanvasAgg) -> Image.Image:
    size = canvas.get_width_height(physical=True)
    return Image.frombytes("RGB", size, canvas.buffer_rgba(), "raw", "RGBX")


def _packed(canvas: FigureCanvasAgg) -> np.ndarray:
    """The canvas's pixels, row by row, each as one number."""
    return np.asarray(canvas.buffer_rgba()).view(np.uint32).ravel()


def _swatches() -> list[tuple[int, ...]]:
    """The roles' colours and their fades to paper: what an artist may show later."""
    fades = np.linspace(1, 0, _FADES, endpoint=False)[:, None]
    shades = [fades * to_rgb(role) + (1 - fades) * to_rgb(PAPER) for role in ROLES]
    return [tuple(shade) for shade in np.rint(255 * np.concatenate(shades)).astype(int)]


def _thinned(colours: np.ndarray) -> np.ndarray:
    """The first of each group of like colours, the groups as narrow as leaves 256 of them."""
    for apart in (3, 4, 6, 8, 12, 16, 24, 32, 48, 64):  # at 64 no more than 64 can remain
        left, kept = colours, list[np.ndarray]()
        while len(left) and len(kept) < 256:
            kept.append(left[0])
            left = left[np.abs(left - left[0]).max(axis=1) > apart]
        if not len(left):
            break
    return np.array(kept, dtype=np.uint8)
