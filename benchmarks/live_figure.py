"""From pixels to bytes: the live figure's encoding beside others, of the same two-panel figure.

`benchmarks.labs` measures the whole way from settings to pixels; this one says why the picture is
a PNG of few colours.
"""

import io
import zlib

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from benchmarks.measure import Row, milliseconds
from course_utils.figures.pixels import Palette
from course_utils.figures.style import CLAIM, CSS_DPI, DATA, DEVICE_SCALE, GOOD, YOU, panels

TIMES = 10


def rows() -> list[Row]:
    """A row for each other way to encode; all of them keep every colour."""
    moves = [two_panels(0), two_panels(5)] * TIMES
    palette = Palette(moves[0])
    value = milliseconds(palette.png, moves)
    peers = {"lossless WebP, method 0": _webp, "Pillow's PNG, level 1": _png, "bare zlib": _zlib}
    return [
        Row("pixels to bytes", "ms", value, name, milliseconds(encode, moves))
        for name, encode in peers.items()
    ]


def two_panels(moved: float) -> FigureCanvasAgg:
    """Bars and a line, a curve in its band and a point: what labs show, at device scale.

    `moved` is how far a setting has gone: bars, band, curve and point follow it.
    """
    figure, (left, right) = panels((1, 1))
    heights = 300 * np.exp(-(np.linspace(-3 - moved / 5, 3, 60) ** 2))
    days = np.linspace(1, 60, 120)
    grown = np.sqrt(days + moved)
    left.set(title="What 4,000 tests report", xlabel="uplift", ylabel="tests")
    left.stairs(heights, fill=True, color=DATA, alpha=0.6)
    left.axvline(20, color=CLAIM)
    right.set(title="How power grows", xlabel="days", ylabel="power")
    right.fill_between(days, 0.9 * grown, 1.1 * grown, color=GOOD, alpha=0.2)
    right.plot(days, grown, color=GOOD)
    right.plot([30 + moved], [5], "o", color=YOU)
    figure.set_dpi(CSS_DPI * DEVICE_SCALE)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return canvas


def _rgb(canvas: FigureCanvasAgg) -> Image.Image:
    size = canvas.get_width_height(physical=True)
    return Image.frombytes("RGB", size, canvas.buffer_rgba(), "raw", "RGBX")


def _webp(canvas: FigureCanvasAgg) -> None:
    _rgb(canvas).save(io.BytesIO(), "WEBP", lossless=True, method=0, quality=0)


def _png(canvas: FigureCanvasAgg) -> None:
    _rgb(canvas).save(io.BytesIO(), "PNG", compress_level=1)


def _zlib(canvas: FigureCanvasAgg) -> None:
    zlib.compress(_rgb(canvas).tobytes(), 1)  # what a PNG written by hand would spend at least
