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

TIMES = 20


def rows() -> list[Row]:
    """A row for each other way to encode; all of them keep every colour."""
    canvas = two_panels()
    palette = Palette(canvas)
    value = milliseconds(palette.png, [canvas] * TIMES)
    peers = {"lossless WebP, method 0": _webp, "Pillow's PNG, level 1": _png, "bare zlib": _zlib}
    return [
        Row("pixels to bytes", "ms", value, name, milliseconds(encode, [canvas] * TIMES))
        for name, encode in peers.items()
    ]


def two_panels() -> FigureCanvasAgg:
    """Bars and a line, a curve in its band and a point: what labs show, at device scale."""
    figure, (left, right) = panels((1, 1))
    heights = 300 * np.exp(-(np.linspace(-3, 3, 60) ** 2))
    days = np.linspace(1, 60, 120)
    left.set(title="What 4,000 tests report", xlabel="uplift", ylabel="tests")
    left.stairs(heights, fill=True, color=DATA, alpha=0.6)
    left.axvline(20, color=CLAIM)
    right.set(title="How power grows", xlabel="days", ylabel="power")
    right.fill_between(days, 0.9 * np.sqrt(days), 1.1 * np.sqrt(days), color=GOOD, alpha=0.2)
    right.plot(days, np.sqrt(days), color=GOOD)
    right.plot([30], [5], "o", color=YOU)
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
