"""The charts of lines, waits, events and responses: what their words say is what they draw."""

import numpy as np
import pandas as pd

from course_utils.analysis import Response, survival_curve
from course_utils.figures import (
    show_by,
    show_event_study,
    show_lines,
    show_response,
    show_waiting,
)


def test_an_event_study_says_each_period_before_and_after():
    study = pd.DataFrame(
        {"effect": [0.01, -0.01, 0.12], "low": [-0.02, -0.04, 0.08], "high": [0.04, 0.02, 0.16]},
        index=pd.Index([-1, 0, 1], name="week"),
    )
    words = show_event_study(study, start=1).words
    assert "by week" in words
    assert "Before the change: +1, -1. From then on: +12." in words


def test_lines_say_where_each_begins_falls_to_and_ends():
    table = pd.DataFrame(
        {"usual": [100.0, 101, 99], "off": [100.0, 60, 95]}, index=pd.Index([1, 2, 3], name="week")
    )
    words = show_lines(table, y="revenue").words
    assert words.startswith("revenue by week.")
    assert "usual: 100 at first, at its lowest 99, 99 at the end" in words
    assert "off: 100 at first, at its lowest 60, 95 at the end" in words


def test_numbers_by_step_say_each_with_its_interval():
    steps = pd.Index([14, 30], name="silent days")
    weekly = pd.DataFrame({"value": [1.0, 2.5], "low": [0.0, 2.0], "high": [2.0, 3.0]}, steps)
    picture = show_by({"weekly": weekly, "other": -weekly}, y="points")
    assert "points by silent days, with 90% intervals." in picture.words
    assert "weekly: 14: 1 (0 to 2), 30: 2.5 (2 to 3)" in picture.words
    assert "other: 14: -1 (" in picture.words


def test_waits_say_how_many_are_not_back_after_a_week_and_a_month_and_at_the_end():
    waits = [3, 7, 7, 12, 30, 31, 45, 60, 60, 60]
    back = [True] * 7 + [False] * 3
    words = show_waiting(
        {"all": survival_curve(waits, back), "back": survival_curve(waits[:7], back[:7])}
    ).words
    assert "not come back, by days since" in words
    assert "all: 70% after a week, 50% after 30 days, 30% at the end" in words
    assert "back: 57% after a week, 29% after 30 days, 0% at the end" in words


def test_a_response_says_its_average_and_its_slope():
    curve = Response(capacity=40_000, half_saturation=10_000)
    words = show_response(curve, 10_000).words
    assert "At a spend of 10,000 yuan" in words
    assert "brings 2.00 on average, and the next one 1.00." in words


def test_every_chart_is_a_picture_of_the_pages_width():
    curve = Response(capacity=40_000, half_saturation=10_000)
    table = pd.DataFrame({"a": np.arange(3.0)}, index=pd.Index([1, 2, 3], name="week"))
    waits = survival_curve([2, 3, 5], [True, False, True])
    for picture in (
        show_response(curve, 5_000),
        show_lines(table, y="y"),
        show_waiting({"all": waits}),
    ):
        assert picture.png.startswith(b"\x89PNG")
        assert picture.width == 900
