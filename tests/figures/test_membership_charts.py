"""The charts of bills, prices and a few places in time: their words say what they draw."""

import numpy as np
import pandas as pd
import pytest

from course_utils.figures import charts, show_demand, show_effects, show_histograms, show_lines
from course_utils.figures.style import panels


def test_histograms_say_where_each_group_has_most_in_percent_of_its_own():
    groups = {"few": [1, 1, 1, 5], "many": np.repeat([1, 5], [100, 300])}
    picture = show_histograms(groups, bins=[0, 2, 4, 6], x="bill")
    assert picture.words.startswith("bill, in percent of each group.")
    assert "few: most between 0 and 2, 75%" in picture.words
    assert "many: most between 4 and 6, 75%" in picture.words
    assert picture.png.startswith(b"\x89PNG")


def test_values_beyond_the_bars_count_in_the_percent():
    assert "25%" in show_histograms({"a": [1, 9, 9, 9]}, bins=[0, 2, 4], x="x").words


def test_demand_says_its_ends_and_the_profit_only_where_the_cost_is_known():
    prices = pd.Index([40.0, 50.0, 60.0])
    shares = pd.Series(0.2 * np.exp(-0.05 * (prices - 40)), prices)
    plain = show_demand(shares).words
    assert "From 20 of 100 visits" in plain
    assert "profit" not in plain
    known = show_demand(shares, cost=35.0).words  # the best price is 35 + 1 / 0.05
    assert "largest near 55 yuan" in known
    most = 100 * 0.2 * np.exp(-0.05 * 15) * 20
    assert f"{most:.0f} yuan, and flat" in known


@pytest.mark.parametrize("x", ["", "visits"])
def test_effects_are_in_points_unless_another_unit_is_named(x):
    rows = pd.DataFrame({"effect": [0.01], "low": [0.0], "high": [0.02]}, ["a"])
    said = show_effects(rows, x=x).words if x else show_effects(rows).words
    assert (x or "percentage points") in said
    assert "a +1.00 (0.00 to 2.00)" in said


def test_a_few_named_places_are_marked_over_an_axis_from_nothing(monkeypatch):
    drawn = []

    def kept(*args, **kwargs):
        figure, axes = panels(*args, **kwargs)
        drawn.extend(axes)
        return figure, axes

    monkeypatch.setattr(charts, "panels", kept)
    table = pd.DataFrame({"a": [5.0, 3.0, 4.0]}, pd.Index(["before", "in", "after"], name="weeks"))
    assert "a: 5 at first, at its lowest 3, 4 at the end" in show_lines(table, y="visits").words
    (axes,) = drawn
    assert [label.get_text() for label in axes.get_xticklabels()] == ["before", "in", "after"]
    assert axes.get_ylim()[0] == 0
    assert axes.get_lines()[0].get_marker() == "o"
