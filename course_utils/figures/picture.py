"""A finished figure with the sentence that says what it shows."""

import base64
from html import escape

from IPython.display import display
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from course_utils.figures.pixels import Palette
from course_utils.figures.style import CSS_DPI, DEVICE_SCALE


class Picture:
    """A figure as it stands, with its words under it.

    The words stand below as a caption, for everybody. They are the picture's plain text and its
    `alt` metadata too; JupyterLab reads no such metadata, so the course's extension of it takes
    the alt text from the caption.

    Parameters
    ----------
    figure : Figure
        It is drawn here and then closed.
    words : str
        One sentence that says what the figure shows, its numbers included.
    spoken : bool
        Whether the words are for those alone who hear the page: the figure has all its numbers.

    Attributes
    ----------
    png : bytes
        The picture at device scale.
    width : int
        Its width on the page, in pixels.
    """

    def __init__(self, figure: Figure, words: str, *, spoken: bool = False) -> None:
        self.words = words
        self._look = "course-words course-spoken" if spoken else "course-words"
        self.width = round(figure.get_figwidth() * CSS_DPI)
        self.png = _drawn(figure)
        _close(figure)

    def __repr__(self) -> str:
        return self.words

    def _ipython_display_(self) -> None:
        display(
            {"image/png": base64.b64encode(self.png).decode(), "text/plain": self.words},
            metadata={"image/png": {"width": self.width, "alt": self.words}},
            raw=True,
        )
        display({"text/html": self._caption(), "text/plain": self.words}, raw=True)

    def _caption(self) -> str:
        return f'<p class="{self._look}">{escape(self.words)}</p>'


def _drawn(figure: Figure) -> bytes:
    figure.set_dpi(CSS_DPI * DEVICE_SCALE)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return Palette(canvas).png(canvas, compress_level=6)


def _close(figure: Figure) -> None:
    from matplotlib import pyplot  # only here: it is slow to import, and house figures lack it

    pyplot.close(figure)
