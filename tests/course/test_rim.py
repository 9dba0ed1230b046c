"""How far a picture reaches when something lies far out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

from course_utils.course.rim import arrow, span

numbers = st.floats(-1e30, 1e30)


@given(st.lists(numbers, max_size=40), st.lists(numbers, min_size=1, max_size=2))
def test_marks_are_in_the_picture_and_so_are_most_values(values, marks):
    low, high = span(values, marks)
    assert low < min(marks) <= max(marks) < high or max(map(abs, marks)) > 1e15
    inside = [value for value in values if low <= value <= high]
    assert len(inside) >= len(values) * 3 / 5


@given(st.lists(st.floats(0, 100), min_size=5, max_size=40), st.sampled_from([1e6, -1e9, 1e30]))
def test_one_wild_value_takes_no_room_from_the_others(values, wild):
    low, high = span([*values, wild], [])
    assert high - low <= 112


@pytest.mark.parametrize("values", [[5, 6, 90], [28, 28, 35], [0, 0, 0, 5], [3, 30, 50, 60, 95]])
def test_what_is_not_wild_is_shown(values):
    low, high = span(values, [])
    assert low < min(values) < max(values) < high


def test_an_arrow_points_only_at_what_is_beyond():
    axes = Figure().subplots()
    pointed = [arrow(axes, (0, 10), value, 1, "black") for value in (-1, 0, 5, 10, 1e30)]
    assert pointed == [True, False, False, False, True]
    assert [line.get_xdata()[0] for line in axes.lines] == [0, 10]
