"""The house style: colours that can be told apart and read, type, margins, Chinese words."""

import itertools
import warnings

import matplotlib
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.ft2font import FT2Font

from course_utils.authoring import fonts
from course_utils.figures import style
from course_utils.figures.style import CHINESE_FONT, PAPER, ROLES, panels

# Seen by an eye without red, green or blue cones: Machado, Oliveira and Fernandes (2009),
# severity 1.0, on linear RGB.
EYES = {
    "full colour": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
XYZ_OF_LINEAR_RGB = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
WHITE = XYZ_OF_LINEAR_RGB.sum(axis=1)


def linear(colour):
    shares = np.array(to_rgb(colour))
    return np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)


def luminance(colour):
    return linear(colour) @ [0.2126, 0.7152, 0.0722]


def contrast(one, other):
    """The contrast of two colours, from 1 to 21, as WCAG 2 has it."""
    dark, light = sorted(float(luminance(colour)) for colour in (one, other))
    return (light + 0.05) / (dark + 0.05)


def lab(linear_rgb):
    x, y, z = np.cbrt(XYZ_OF_LINEAR_RGB @ np.clip(linear_rgb, 0, 1) / WHITE)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("colour", ROLES)
def test_a_role_can_be_read_as_text_on_paper(colour):
    """WCAG 2 asks a contrast of 4.5 of text, and 3 of lines and marks."""
    assert contrast(PAPER, colour) >= 4.5


@pytest.mark.parametrize("eye", EYES)
def test_roles_keep_apart_for_every_eye(eye):
    seen = [lab(EYES[eye] @ linear(colour)) for colour in ROLES]
    distances = [np.linalg.norm(one - other) for one, other in itertools.combinations(seen, 2)]
    assert min(distances) > 15  # ten times what is just noticeable


def test_words_are_large_enough_to_read():
    style.use()
    figure, (axes,) = panels()
    axes.set(title="title", xlabel="x", ylabel="y")
    axes.plot([0, 1], [0, 1], label="line")
    axes.legend()
    FigureCanvasAgg(figure).draw()
    words = [text for text in figure.findobj(matplotlib.text.Text) if text.get_text()]
    assert len(words) > 10
    assert min(text.get_fontsize() for text in words) >= 11


@pytest.mark.parametrize("widths", [(1,), (1, 1), (3, 2), (5, 5, 2.6)])
@pytest.mark.parametrize("height", [260, 380])
def test_panels_have_the_same_margins_whatever_their_number(widths, height):
    figure, axes = panels(widths, height=height)
    boxes = [one.get_position() for one in axes]
    left, right = 900 * boxes[0].x0, 900 * (1 - boxes[-1].x1)
    bottom, top = height * boxes[0].y0, height * (1 - boxes[0].y1)
    assert (left, right, bottom, top) == pytest.approx((76, 20, 62, 48))
    gaps = [900 * (after.x0 - before.x1) for before, after in itertools.pairwise(boxes)]
    assert gaps == pytest.approx([84] * (len(widths) - 1))
    shares = [box.width / boxes[0].width for box in boxes]
    assert shares == pytest.approx([width / widths[0] for width in widths])
    assert tuple(figure.get_size_inches()) == pytest.approx((9, height / 100))


def test_the_margins_hold_words_and_four_figures():
    figure, axes = panels((1, 1))
    for one in axes:
        one.set(title="Title", xlabel="below", ylabel="beside", ylim=(0, 9_000))
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    words = [text for text in figure.findobj(matplotlib.text.Text) if text.get_text()]
    boxes = [text.get_window_extent(canvas.get_renderer()) for text in words if text.get_visible()]
    assert all(figure.bbox.fully_containsx(x) for box in boxes for x in box.intervalx)
    assert all(figure.bbox.fully_containsy(y) for box in boxes for y in box.intervaly)


def test_no_figure_lays_itself_out_whatever_the_settings_were():
    with matplotlib.rc_context({"figure.constrained_layout.use": True}):
        figure, _ = panels()
        assert figure.get_layout_engine() is None
    with matplotlib.rc_context({"figure.autolayout": True}):
        figure, _ = panels()
        assert figure.get_layout_engine() is None


@pytest.mark.parametrize("weight", ["normal", "bold"])
def test_chinese_terms_are_drawn_without_a_missing_glyph(weight, caplog):
    figure, _ = panels()
    for place, term in enumerate(fonts.TERMS):
        figure.text(0.1, place / len(fonts.TERMS), f"repurchase rate ({term})", weight=weight)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        FigureCanvasAgg(figure).draw()
    assert not caplog.records


def test_the_font_holds_every_chinese_character_of_the_course():
    held = FT2Font(CHINESE_FONT).get_charmap()
    missing = sorted(letter for letter in fonts.characters() if ord(letter) not in held)
    assert not missing, "run `python -m course_utils.authoring.fonts`"


def test_the_font_is_small_and_has_a_licence():
    assert CHINESE_FONT.stat().st_size < 600_000
    assert "Apache License" in CHINESE_FONT.with_name("LICENSE").read_text(encoding="utf-8")


def test_a_font_written_anew_holds_the_same_characters(tmp_path):
    target = tmp_path / "font.ttf"
    try:
        fonts.write_font(target)
    except ValueError:
        pytest.skip("Debian's fonts-droid-fallback isn't installed")
    written = FT2Font(target)
    assert written.family_name == FT2Font(CHINESE_FONT).family_name == "Course Chinese"
    assert {chr(code) for code in written.get_charmap()} >= fonts.characters()
