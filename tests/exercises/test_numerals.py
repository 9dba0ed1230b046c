import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.exercises.numerals import HUGE, written, written_range

sizes = st.floats(1e-6, 0.999e12) | st.floats(-0.999e12, -1e-6)


def value_of(text):
    number, _, unit = text.partition(" ")
    return float(number.replace(",", "")) * (1e6 if unit.startswith("million") else 1)


@given(sizes, st.sampled_from(["", "yuan", "points"]))
def test_three_digits_of_a_number_are_written(value, unit):
    text = written(value, unit)
    assert math.isclose(value_of(text), value, rel_tol=0.006)
    digits = [sign for sign in text.split()[0].lstrip("-0.,") if sign.isdigit()]
    assert len("".join(digits).rstrip("0")) <= 3
    assert "e" not in text.split()[0]


@given(sizes, st.floats(1e-3, 1e6))
def test_a_number_is_written_to_a_hundredth_of_what_is_known(value, spread):
    assert abs(value_of(written(value, spread=spread)) - value) <= spread / 100 + abs(value) * 1e-9


@given(sizes, st.floats(0.01, 1e6))
def test_the_ends_of_a_range_never_run_together(low, width):
    if (high := low + width) - low > abs(low) * 1e-9 and max(abs(low), high) < HUGE:
        ends = written_range(low, high, "points").removesuffix(" points").split(" to ")
        shown = [value_of(end) for end in ends]
        assert shown[0] < shown[1]
        assert abs(shown[0] - low) <= width / 100 + abs(low) * 1e-9


@pytest.mark.parametrize(
    ("low", "high", "unit", "text"),
    [
        (44.4513, 67.7979, "percent", "44.5 to 67.8 percent"),
        (4.5, 14.7, "percent", "4.5 to 14.7 percent"),
        (9_540_892, 10_318_842, "yuan", "9.541 to 10.319 million yuan"),
        (-17.2, -4.5, "yuan", "-17.2 to -4.5 yuan"),
        (0.5, 5_000, "", "0.5 to 5,000"),
        (5, 5, "", "5 to 5"),
        (0, 0, "", "0 to 0"),
        (-1e30, 1e30, "", "less than -1,000 billion to more than 1,000 billion"),
    ],
)
def test_a_range_is_written_as_people_write_it(low, high, unit, text):
    assert written_range(low, high, unit) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (10_318_842, "yuan", "10.3 million yuan"),
        (-50, "percent", "-50 percent"),
        (56.574, "%", "56.6%"),
        (50, "million yuan", "50 million yuan"),
        (0, "", "0"),
        (-0.0, "", "0"),
    ],
)
def test_a_number_is_written_as_people_write_it(value, unit, text):
    assert written(value, unit) == text
