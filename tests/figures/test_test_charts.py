"""The charts of tests and of growth: what their words say is what they draw."""

import pytest
from matplotlib import pyplot

from course_utils.analysis import compare_rates
from course_utils.figures import show_effects_by, show_waterfall


@pytest.fixture(autouse=True)
def no_figure_left():
    yield
    pyplot.close("all")


def test_effects_by_period_are_said_for_each_group():
    found = {1: compare_rates((20, 1_000), (40, 1_000)), 2: compare_rates((20, 1_000), (30, 1_000))}
    picture = show_effects_by({"new": found, "old": found}, x="week")
    assert "by week, with 90% intervals" in picture.words
    assert picture.words.count("1: 2 (") == picture.words.count("2: 1 (") == 2
    assert picture.png.startswith(b"\x89PNG")


def test_a_waterfall_ends_at_the_sum_of_its_parts():
    picture = show_waterfall(("before", 2.0), {"up": 3.0, "down": -1.5}, "after", y="percent")
    assert picture.words == "percent: before 2.0, then up +3.0, down -1.5: after 3.5."
    assert picture.png.startswith(b"\x89PNG")
