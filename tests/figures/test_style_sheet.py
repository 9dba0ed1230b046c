"""The style sheet: its colours are the house's, each can be read in both themes, all is used."""

import re

import pytest

from course_utils.course.chapters import ROOT
from course_utils.course.page import whole_page
from course_utils.exercises.feedback import Feedback
from course_utils.figures import style

from .test_style import contrast

SHEET = style.STYLE_SHEET.read_text("utf-8")
VALUES = dict(re.findall(r"^  --course-([\w-]+): (#\w+|\d+px);", SHEET.partition("}")[0], re.M))
COLOURS = {name: value for name, value in VALUES.items() if value.startswith("#")}
GROUNDS = {"light": ["#FFFFFF"], "dark": ["#111111", "#212121"]}  # of JupyterLab's own themes
PYTHON = [*(ROOT / "course_utils").rglob("*.py")]
SCRIPTS = [*style.STYLE_SHEET.parent.glob("*.js")]


def lightened(theme: str) -> float:
    """How far the sheet moves a colour towards white in a theme."""
    light, dark = re.findall(r"--course-lightened: (\d+)%", SHEET)
    return int(light if theme == "light" else dark) / 100


def mixed_with_white(colour: str, share: float) -> tuple[float, ...]:
    """A colour as `color-mix(in srgb, colour, white share)` gives it, channels from 0 to 1."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return tuple((1 - share) * channel + share for channel in channels)


def test_its_colours_and_the_width_of_figures_are_the_houses_own():
    named = {name: getattr(style, name.upper()) for name in COLOURS}
    assert named == COLOURS
    assert f"{style.WIDTH}px" == VALUES["width"]
    assert set(re.findall(r"#[0-9A-Fa-f]{3,8}\b", SHEET)) == set(COLOURS.values())


@pytest.mark.parametrize("theme", GROUNDS)
@pytest.mark.parametrize("meaning", re.findall(r"--course-meaning: var\(--course-(\w+)\)", SHEET))
def test_a_mark_can_be_read_in_both_themes(theme, meaning):
    """WCAG 2 asks a contrast of 4.5 of text, and a mark is a letter."""
    colour = mixed_with_white(COLOURS[meaning], lightened(theme))
    assert min(contrast(colour, ground) for ground in GROUNDS[theme]) >= 4.5


@pytest.mark.parametrize("role", style.ROLES)
def test_a_picture_that_is_dimmed_in_the_dark_can_still_be_read(role):
    dimmed, contrasted = re.search(r"brightness\((\d+)%\) contrast\((\d+)%\)", SHEET).groups()

    def shown(colour: str) -> list[float]:
        dim = (channel * int(dimmed) / 100 for channel in mixed_with_white(colour, 0))
        return [min(max((one - 0.5) * int(contrasted) / 100 + 0.5, 0), 1) for one in dim]

    assert contrast(shown(role), shown(style.PAPER)) >= 4.5


@pytest.mark.parametrize("colour", ["ink", "muted", "data"])
def test_words_of_a_page_can_be_read(colour):
    assert contrast(COLOURS[colour], COLOURS["paper"]) >= 4.5


def test_looks_have_one_room():
    """No colour or measure stands in the code; how long a timer runs is no look."""
    looks = re.compile(
        r"""\bstyle=["'](?!animation-duration)|<style>(?!\{)|Layout\(\w*=|layout=\{"""
    )
    found = [path.name for path in PYTHON if looks.search(path.read_text("utf-8"))]
    assert found == []


def test_every_name_in_the_sheet_is_given_to_something():
    code = "".join(path.read_text("utf-8") for path in [*PYTHON, *SCRIPTS])
    names = set(re.findall(r"\.(course-[\w-]+)", SHEET.replace("course.css", "")))
    unused = {name for name in names if not re.search(rf"\b{name}\b", code)}
    assert unused == {name for name in names if name.startswith("course-feedback-")}


@pytest.mark.parametrize("status", ["right", "noted", "slip", "wrong", "unreadable", "info"])
def test_a_status_has_its_colour_in_the_sheet(status):
    (look,) = re.findall(r'class="(course-feedback [\w-]+)"', Feedback(status, "So.").html())
    assert f".{look.split()[1]}" in SHEET


def test_a_page_that_stands_alone_holds_the_sheet_and_loads_nothing():
    page = whole_page("a < b", "<p>So.</p>")
    assert SHEET in page
    assert "<title>a &lt; b</title>" in page
    assert not re.search(r"url\(|@import|<link|<script|src=", page)
