"""A figure that follows a slider: only what moves is drawn again."""

from collections.abc import Sequence
from functools import cached_property

import ipywidgets as widgets
import traitlets
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from course_utils.figures.pixels import Palette
from course_utils.figures.style import CSS_DPI, DEVICE_SCALE


class LiveFigure:
    """A figure whose still part is drawn once and whose moving artists are drawn at each move.

    Parameters
    ----------
    figure : Figure
        With fixed margins and fixed axis limits; it becomes this object's own.
    moving : sequence of Artist
        The artists whose data, words or visibility will change. They are drawn over everything
        that stands still, among themselves by zorder. A letter costs a tenth of a millisecond, so
        keep moving words short.
    alt : str
        What the figure shows, for a reader who can't see it.

    Attributes
    ----------
    image : ipywidgets.Image
        The widget that shows the figure, empty until the first `draw`.

    Raises
    ------
    ValueError
        If a moving artist belongs to another figure, or the figure lays itself out when drawn.
    """

    def __init__(self, figure: Figure, moving: Sequence[Artist], *, alt: str) -> None:
        if figure.get_layout_engine() is not None:
            raise ValueError("A live figure needs fixed margins: use subplots_adjust, not a layout")
        for artist in moving:
            if artist.get_figure(root=True) is not figure:
                raise ValueError(f"{artist} moves but isn't in this figure: leave it out or add it")
        self.alt = alt
        self._moving = sorted(moving, key=Artist.get_zorder)
        figure.set_dpi(CSS_DPI * DEVICE_SCALE)
        self._canvas = FigureCanvasAgg(figure)
        for artist in moving:
            artist.set_animated(True)  # leaves it out of the still part
        self._canvas.draw()
        self._still = self._canvas.copy_from_bbox(figure.bbox)
        self.image = _Image(
            format="png",
            width=round(figure.get_figwidth() * CSS_DPI),
            tooltip=alt,
        )
        self.image.add_class("course-figure")

    def draw(self) -> bytes:
        """Show the artists as they now are; returns the PNG bytes that the widget got.

        If an artist can't be drawn its error is raised, the picture on screen stays as it was,
        and the next call starts afresh. Called from an observer it keeps up by itself: a
        control's front end holds back, and overwrites, what comes while the kernel is busy.
        """
        picture = self.png()
        self.image.value = picture
        return picture

    def png(self) -> bytes:
        """The artists as they now are, as PNG bytes at device scale; the widget stays as it is."""
        self._canvas.restore_region(self._still)
        self._draw_moving()
        return self._palette.png(self._canvas)

    @cached_property
    def _palette(self) -> Palette:
        return Palette(self._canvas)  # of the first picture, so that its moving colours count

    def _draw_moving(self) -> None:
        renderer = self._canvas.get_renderer()
        for artist in self._moving:
            artist.draw(renderer)


class _Image(widgets.Image):
    # An Image has no alt text. A tooltip names it for a screen reader just as well, but the
    # front end (ipywidgets 8.1) fails to set one on a widget that has no description.
    description = traitlets.Unicode("").tag(sync=True)
