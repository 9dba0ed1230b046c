"""The live figure: what moves is drawn, what stands still stays, and nothing piles up."""

import io

import ipywidgets as widgets
import numpy as np
import psutil
import pytest
from matplotlib.figure import Figure
from PIL import Image

from course_utils.figures.live import LiveFigure
from course_utils.figures.style import CLAIM, DATA, GOOD, YOU, panels

SIZE = (900, 300)


class Example:
    """Bars on the left; a curve, its band, a point and a word on the right."""

    def __init__(self):
        self.figure, (self.left, self.right) = panels((1, 1), height=SIZE[1])
        self.left.set(title="Left", xlim=(0, 10), ylim=(-1, 11), xlabel="bars")
        self.right.set(title="Right", xlim=(-1, 101), ylim=(-1, 101), xlabel="points")
        self.days = np.linspace(0, 100, 50)
        self.bars = self.left.stairs(np.arange(8), np.linspace(1, 9, 9), fill=True, color=DATA)
        self.band = self.right.fill_between(self.days, 10, 20, color=GOOD, alpha=0.2, linewidth=0)
        (self.curve,) = self.right.plot(self.days, self.days, color=CLAIM)
        (self.point,) = self.right.plot([50], [50], "o", color=YOU)
        self.word = self.right.text(52, 40, "50 days", color=YOU)
        moving = [self.bars, self.band, self.curve, self.point, self.word]
        self.live = LiveFigure(self.figure, moving, alt="Bars beside a curve.")

    def move(self, day):
        self.bars.set_data(np.arange(8) * day / 100)
        self.band.set_data(self.days, 0.5 * self.days, 0.5 * self.days + day / 2)
        self.curve.set_ydata(self.days * day / 100)
        self.point.set_data([day], [day / 2])
        self.word.set(position=(day / 2, 60), text=f"{day} days")

    def shown(self):
        return decoded(bytes(self.live.image.value))


def decoded(png):
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)


def rows_and_columns(axes):
    """Where a panel lies in the picture, with a margin for a line's width."""
    box, height = axes.get_window_extent(), axes.figure.bbox.height
    return (
        slice(int(height - box.y1) - 8, int(height - box.y0) + 8),
        slice(int(box.x0) - 8, int(box.x1) + 8),
    )


@pytest.fixture
def example():
    return Example()


def test_a_moved_artist_changes_its_own_panel_only(example):
    example.live.draw()
    before = example.shown()
    example.point.set_data([20], [80])
    example.live.draw()
    changed = (example.shown() != before).any(axis=2)
    assert changed[rows_and_columns(example.right)].sum() == changed.sum() > 100


def test_the_same_numbers_give_the_same_bytes(example):
    example.move(30)
    first = example.live.draw()
    example.move(80)
    other = example.live.draw()
    example.move(30)
    assert example.live.draw() == first != other


def test_two_figures_made_alike_give_the_same_bytes():
    one, other = Example(), Example()
    for day in (10, 90):
        one.move(day)
        other.move(day)
        assert one.live.draw() == other.live.draw()


@pytest.mark.parametrize("day", [0, 45, 100])
def test_it_equals_the_whole_figure_drawn_anew(example, day):
    example.live.draw()
    example.move(day)
    ours = decoded(example.live.draw())
    buffer = io.BytesIO()
    example.figure.savefig(buffer, format="png", dpi=200)
    off = np.abs(ours - decoded(buffer.getvalue())).max(axis=2)
    assert off.mean() < 0.3
    assert (off > 24).mean() < 0.001


def test_drawing_it_elsewhere_leaves_no_trace(example):
    before = example.live.draw()
    example.figure.savefig(io.BytesIO(), format="png")
    assert example.live.draw() == before


def test_it_is_sharp_on_high_density_screens(example):
    example.live.draw()
    assert int(example.live.image.width) == SIZE[0]
    assert example.shown().shape[:2] == (2 * SIZE[1], 2 * SIZE[0])


def test_a_preview_leaves_the_widget_alone(example):
    shown = example.live.draw()
    example.move(70)
    preview = example.live.png()
    assert bytes(example.live.image.value) == shown != preview
    assert example.live.draw() == preview


def test_a_hidden_artist_is_not_shown(example):
    example.live.draw()
    before = example.shown()
    example.word.set_visible(False)
    example.live.draw()
    hidden = example.shown()
    purple = np.array([0xA2, 0x3F, 0xD0])
    assert (hidden == purple).all(axis=2).sum() < (before == purple).all(axis=2).sum()


def test_an_artist_that_fails_leaves_the_picture_and_the_next_one_comes(example):
    before = example.live.draw()
    example.curve.set_ydata([1, 2, 3])  # of 50
    with pytest.raises(ValueError, match="shape"):
        example.live.draw()
    assert bytes(example.live.image.value) == before
    example.curve.set_ydata(example.days)
    assert example.live.draw() == before


def test_a_burst_of_moves_ends_on_the_last_value(example):
    slider = widgets.IntSlider(0, 0, 100)

    def moved(_):
        example.move(slider.value)
        example.live.draw()

    slider.observe(moved, names="value")
    for value in [*range(1, 40), 77]:
        slider.value = value
    shown = bytes(example.live.image.value)
    afresh = Example()
    afresh.move(1)
    afresh.live.draw()
    afresh.move(77)
    assert afresh.live.draw() == shown


def test_a_move_inside_a_move_ends_on_the_inner_one(example):
    """A control may move another one, whose observer draws too."""
    slider = widgets.IntSlider(0, 0, 100)

    def moved(_):
        example.move(slider.value)
        if slider.value > 50:
            slider.value = 50
        example.live.draw()

    slider.observe(moved, names="value")
    slider.value = 50
    at_fifty = bytes(example.live.image.value)
    slider.value = 90
    assert bytes(example.live.image.value) == at_fifty


def test_memory_stays_bounded_over_thousands_of_moves():
    figure = Figure(figsize=(2, 1))
    axes = figure.add_subplot()
    (point,) = axes.plot([0], [0], "o")
    axes.set(xlim=(0, 5_000), ylim=(0, 1))
    live = LiveFigure(figure, [point], alt="A point.")

    def resident_after(moves):
        for move in moves:
            point.set_data([move], [0.5])
            live.draw()
        return psutil.Process().memory_info().rss

    warm = resident_after(range(500))
    assert resident_after(range(500, 5_000)) - warm < 10e6  # pixels kept each time: 1,440e6


def test_it_has_a_name_for_a_screen_reader(example):
    """The front end sets a tooltip only on a widget whose description is known to be empty."""
    state = example.live.image.get_state()
    assert (state["tooltip"], state["description"]) == ("Bars beside a curve.", "")


def test_an_artist_of_another_figure_is_refused():
    _, (other,) = panels()
    figure, _ = panels()
    with pytest.raises(ValueError, match="isn't in this figure"):
        LiveFigure(figure, [other.axvline(1)], alt="")


@pytest.mark.parametrize("layout", ["tight", "constrained"])
def test_a_figure_that_lays_itself_out_is_refused(layout):
    with pytest.raises(ValueError, match="subplots_adjust"):
        LiveFigure(Figure(layout=layout), [], alt="")
