"""PNGs of few colours: which colours come out exactly, and how far the others are off."""

import io

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from PIL import Image

from course_utils.figures.pixels import Palette
from course_utils.figures.style import GOOD, PAPER, ROLES, panels


def painted(*patches):
    """A canvas with flat patches, as (colour, opacity), side by side on paper."""
    figure, (axes,) = panels(height=200)
    axes.set(xlim=(0, len(ROLES)), ylim=(0, 1))
    for place, (colour, alpha) in enumerate(patches):
        axes.axvspan(place + 0.1, place + 0.9, color=colour, alpha=alpha, linewidth=0)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return canvas


def drawn(canvas):
    return np.asarray(canvas.buffer_rgba())[..., :3].astype(int)


def decoded(png):
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)


def test_flat_colours_come_out_exactly():
    canvas = painted(
        *((role, alpha) for role, alpha in zip(ROLES, [1, 0.8, 0.6, 0.4, 0.3, 0.2, 1], strict=True))
    )
    before, after = drawn(canvas), decoded(Palette(canvas).png(canvas))
    colours, counts = np.unique(before.reshape(-1, 3), axis=0, return_counts=True)
    flat = colours[counts > 1_000]
    assert len(flat) > len(ROLES)
    for colour in flat:
        here = (before == colour).all(axis=2)
        assert (after[here] == colour).all()


def test_letters_and_edges_are_off_by_little():
    canvas = painted(*((role, 0.5) for role in ROLES))
    off = np.abs(drawn(canvas) - decoded(Palette(canvas).png(canvas))).max(axis=2)
    assert off.max() <= 16
    assert off.mean() < 0.2


@pytest.mark.parametrize("role", ROLES)
def test_a_role_that_appears_later_comes_out_exactly(role):
    palette = Palette(painted())
    later = painted((role, 1.0))
    after = decoded(palette.png(later))
    exact = np.rint(255 * np.array(to_rgb(role)))
    assert (after == exact).all(axis=2).sum() >= (drawn(later) == exact).all(axis=2).sum() > 1_000


@pytest.mark.parametrize("alpha", [0.1, 0.2, 0.35, 0.5, 0.75, 0.9])
def test_a_faded_role_that_appears_later_is_off_by_little(alpha):
    palette = Palette(painted())
    later = painted((GOOD, alpha))
    assert np.abs(drawn(later) - decoded(palette.png(later))).max() <= 20


def test_a_picture_after_another_is_what_it_would_be_alone():
    first, second = painted((GOOD, 1.0)), painted((GOOD, 0.3), (ROLES[0], 1.0))
    palette, alone = Palette(first), Palette(first)
    palette.png(first)
    assert palette.png(second) == alone.png(second)
    assert palette.png(first) == alone.png(first)
    assert palette.png(first) == palette.png(first)


def test_paper_stays_white():
    canvas = painted()
    assert (decoded(Palette(canvas).png(canvas))[0, 0] == 255 * np.array(to_rgb(PAPER))).all()


def test_a_figure_of_very_many_colours_still_has_a_palette():
    figure, (axes,) = panels(height=200)
    axes.imshow(np.random.default_rng(1).random((60, 200, 3)), interpolation="nearest")
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    off = np.abs(drawn(canvas) - decoded(Palette(canvas).png(canvas)))
    assert len(np.unique(drawn(canvas).reshape(-1, 3), axis=0)) > 10_000
    assert off.max() < 60
