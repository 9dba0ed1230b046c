import math
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import pyplot
from matplotlib.figure import Figure

from course_utils.classroom.kinds import (
    Drawing,
    Guess,
    Number,
    Pick,
    Unreadable,
    Values,
    hidden_figure,
)

numbers = st.floats(-1e9, 1e9)
labels = st.text("abc购物 0", min_size=1, max_size=4)


@pytest.fixture(autouse=True)
def no_figure_left():
    yield
    pyplot.close("all")


def refused(kind, value):
    """The sentence with which a kind refuses a value."""
    with pytest.raises(Unreadable) as error:
        kind.read(value)
    sentence = str(error.value)
    assert "\n" not in sentence
    assert len(sentence) < 200
    return sentence


# One number


@given(numbers)
def test_a_number_is_the_same_however_it_is_wrapped(number):
    kind = Number()
    wrapped = (np.float64(number), pd.Series([number], index=["x"]), pd.DataFrame([[number]]))
    for value in (*wrapped, np.array(number), np.array([[number]]), pd.Index([number])):
        assert kind.read(value) == number
        assert type(kind.read(value)) is float


@pytest.mark.parametrize("value", [3, np.int8(3), np.float16(3), np.uint64(3), 3.0])
def test_whole_numbers_of_any_kind_are_numbers(value):
    assert Number().read(value) == 3.0


@given(numbers, st.floats(0, 10), numbers)
def test_a_tolerance_is_kept_to_both_sides(wanted, within, given_):
    kind = Number(within=within)
    assert (
        kind.same(given_, wanted) == (abs(given_ - wanted) <= within) == kind.same(wanted, given_)
    )


def test_the_larger_of_the_two_tolerances_counts():
    kind = Number(within=1, percent_within=1)
    assert kind.same(10.9, 10)  # 1 absolute is more than 1% of 10
    assert kind.same(1009, 1000)  # 1% of 1000 is more than 1
    assert not kind.same(11.1, 10)
    assert not kind.same(1011, 1000)
    assert kind.same(-1009, -1000)


def test_a_share_for_a_percentage_and_a_wrong_sign_are_named():
    percent = Number("percent", within=0.01)
    assert percent.near(0.25, 25) == "share"
    assert percent.near(-25, 25) == "sign"
    assert percent.near(26, 25) == ""
    assert Number("percentage points", within=0.01).near(0.25, 25) == "share"
    assert Number("yuan", within=0.01).near(0.25, 25) == ""
    assert Number(within=0.01).near(0, 0) == ""


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "None: the cell"),
        ("2.2%", "the text '2.2%'"),
        ("x" * 500, "the text 'xxx"),
        (True, "you gave True"),
        (np.bool_(True), "you gave True"),
        (1j, "a complex"),
        (len, "a function (len): call it with ()"),
        (lambda: 1, "call it with ()"),
        ([1], "a list"),
        (object(), "an object"),
        (Decimal(1), "a Decimal"),
        (pd.NA, "a NAType"),
        (pd.Timestamp("2025-06-18"), "a Timestamp"),
        (pd.Series([1, 2]), "you gave 2 values"),
        (np.zeros((1000, 2)), "you gave 2,000 values"),
        (pd.Series(["1"]), "the text '1'"),
        (pd.DataFrame({"a": []}), "no rows"),
        (pd.DataFrame(), "no rows"),
        (np.array([]), "no rows"),
        (math.nan, "Your number is nan"),
        (np.float32("inf"), "Your number is inf"),
        (-math.inf, "Your number is -inf"),
        (pd.Series([math.nan]), "Your number is nan"),
        (10**400, "Your number is inf"),
        (1e300, "Your number is 1e+300"),
    ],
)
def test_what_is_no_number_is_named(value, words):
    assert words in refused(Number("percent"), value)
    assert words in refused(Guess(0, 100, "percent"), value)


def test_the_unit_that_is_wanted_is_named():
    assert "one number, in yuan;" in refused(Number("yuan"), None)
    assert "one number;" in refused(Number(), None)


def test_a_number_is_shown_with_its_unit_and_digits():
    assert Number("percent").show(1.2345) == "1.23%"
    assert Number("visitors", digits=0).show(15003.4) == "15,003 visitors"
    assert Number(digits=1).show(-0.25) == "-0.2"


# A guess


@given(st.floats(0, 100))
def test_no_guess_is_wrong(number):
    kind = Guess(0, 100, "cups")
    assert kind.read(number) == number
    assert kind.same(number, 10)
    assert kind.near(number, 10) == ""


@pytest.mark.parametrize("value", [-0.1, 100.1, 10**9])
def test_a_guess_out_of_range_is_told_the_range(value):
    assert refused(Guess(0, 100), value).startswith("Any number from 0 to 100 will do")


def test_a_guess_is_repeated_as_it_was_given():
    assert Guess(0, 4, "points").show(2.0) == "2 points"
    assert Guess(0, 100).show(12.5) == "12.5"


# Options


PAGE = Pick(("comparison", "reviews", "offer"))


@given(st.lists(st.sampled_from(PAGE.options)))
def test_order_doubles_case_and_container_do_not_matter(names):
    chosen = frozenset(names)
    for value in (names, tuple(names[::-1]), set(names), chosen, names * 2):
        assert PAGE.read(value) == chosen
    assert PAGE.read([f" {name.upper()}" for name in names]) == chosen
    assert PAGE.same(chosen, PAGE.read(names))


def test_one_name_will_do_and_so_will_none():
    assert PAGE.read("offer") == {"offer"}
    assert PAGE.read([]) == frozenset()
    assert not PAGE.same(PAGE.read([]), PAGE.read("offer"))


def test_options_are_shown_in_their_own_order():
    assert PAGE.show(frozenset({"offer", "comparison"})) == "comparison + offer"
    assert PAGE.show(frozenset()) == "none of them"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (["reviews", "price"], "I don't know 'price'. There are: comparison, reviews, offer."),
        (["reviews", None], "I don't know 'None'"),
        ([["reviews"]], "I don't know"),
        ("reviews, offer", "I don't know 'reviews, offer'"),
        ("", "I don't know ''"),
        (None, "you gave None"),
        (3, "you gave an int"),
        ({"reviews": True}, "you gave a dict"),
        (math.nan, "you gave a float"),
        (len, "call it with ()"),
    ],
)
def test_what_is_no_option_gets_the_list(value, words):
    assert words in refused(PAGE, value)


# One number a label


@given(st.dictionaries(labels, numbers, min_size=1), st.randoms())
def test_values_are_the_same_in_any_order_and_form(table, random):
    kind = Values(within=0)
    wanted = kind.read(pd.Series(table))
    shuffled = list(table.items())
    random.shuffle(shuffled)
    series = pd.Series(dict(shuffled))
    for value in (dict(shuffled), series, series.to_frame("n"), series.reset_index()):
        assert kind.same(kind.read(value), wanted)


@given(st.dictionaries(labels, numbers, min_size=1), st.floats(0.5, 2), st.data())
def test_one_value_out_of_tolerance_is_enough(table, off, data):
    kind = Values(within=0.4)
    wanted = kind.read(table)
    label = data.draw(st.sampled_from(sorted(table)))
    assert not kind.same(kind.read(table | {label: table[label] + off}), wanted)
    assert kind.same(kind.read({name: number + 0.3 for name, number in table.items()}), wanted)


def test_other_labels_are_not_the_same():
    kind = Values(within=1)
    wanted = kind.read({"a": 1, "b": 2})
    assert not kind.same(kind.read({"a": 1}), wanted)
    assert not kind.same(kind.read({"a": 1, "c": 2}), wanted)
    assert kind.same(kind.read(pd.Series([2, 1], index=["b", "a"])), wanted)


def test_labels_that_are_numbers_are_compared_as_text():
    kind = Values(within=0)
    assert kind.same(kind.read({2: 1.0, 10: 2.0}), kind.read({"10": 2.0, "2": 1.0}))


def test_shares_for_percentages_are_named():
    kind = Values("percent", within=0.1)
    wanted = kind.read({"a": 25.0, "b": 50.0})
    assert kind.near(kind.read({"a": 0.25, "b": 0.5}), wanted) == "share"
    assert kind.near(kind.read({"a": 0.25, "b": 0.6}), wanted) == ""
    assert Values("yuan", within=0.1).near(kind.read({"a": 0.25, "b": 0.5}), wanted) == ""


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "you gave None"),
        (3, "you gave an int"),
        ([1, 2], "you gave a list"),
        (pd.DataFrame({"a": [1], "b": [2], "c": [3]}), "you gave a DataFrame"),
        (pd.DataFrame({"a": [], "b": []}), "no rows"),
        (pd.Series(dtype=float), "no rows"),
        ({}, "no rows"),
        ({"a": "much"}, "should be a number"),
        ({"a": [1, 2]}, "should be a number"),
        ({"a": object()}, "should be a number"),
        ({"a": 1j}, "should be a number"),
        ({"a": 1, "b": math.nan}, "The value for 'b' is missing"),
        ({"a": 1, "b": None}, "The value for 'b' is missing"),
        ({"a": math.inf}, "should be a number"),
        ({"a": 10**400}, "should be a number"),
        ({"a": True}, "should be a number"),
        (pd.Series([1, math.nan], index=[2024, 2025]), "The value for '2025' is missing"),
    ],
)
def test_what_is_no_table_of_numbers_is_named(value, words):
    assert words in refused(Values(), value)


def test_values_are_shown_with_their_labels():
    kind = Values("percent", digits=1)
    assert kind.show(kind.read({"b": 50, "a": 25.04})) == "a 25.0%, b 50.0%"


# A drawing


HEIGHTS = np.array([3.0, 0.0, 5.0])


def drawn(heights, edges=(0, 1, 2, 3)):
    axes = Figure().subplots()
    axes.bar(edges[:-1], heights, width=np.diff(edges), align="edge")
    return axes


def test_bars_are_read_left_to_right_from_axes_or_a_figure():
    axes = drawn(HEIGHTS)
    for value in (axes, axes.figure, [axes], HEIGHTS):
        assert list(Drawing().read(value)) == list(HEIGHTS)
    backwards = Figure().subplots()
    backwards.bar([2, 1, 0], HEIGHTS[::-1])
    assert list(Drawing().read(backwards)) == list(HEIGHTS)


def test_a_pandas_histogram_is_the_same_as_its_counts():
    stays = pd.Series([0.5, 0.6, 2.5])
    counts = np.histogram(stays, [0, 1, 2, 3])[0]
    assert Drawing().same(Drawing().read(stays.plot.hist(bins=[0, 1, 2, 3])), counts)


def test_bars_may_differ_by_a_part_of_the_tallest():
    kind = Drawing(within=0.02)
    assert kind.same(HEIGHTS + 0.09, HEIGHTS)
    assert not kind.same(HEIGHTS + 0.11, HEIGHTS)
    assert not kind.same(HEIGHTS[::-1] * [1, 1, 2], HEIGHTS)


def test_other_bins_are_named():
    kind = Drawing()
    assert not kind.same(HEIGHTS[:2], HEIGHTS)
    assert kind.near(HEIGHTS[:2], HEIGHTS) == "bins"
    assert kind.near(HEIGHTS * 2, HEIGHTS) == ""


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "you gave None"),
        (3.0, "you gave a float"),
        (HEIGHTS[:0], "you gave an array"),
        (HEIGHTS * math.nan, "you gave an array"),
        (HEIGHTS.astype(str), "you gave an array"),
        (HEIGHTS > 1, "you gave an array"),
        (np.ones((2, 2)), "you gave an array"),
        (pd.Series(HEIGHTS), "you gave a Series"),
        (Figure(), "you gave a Figure"),
        ([], "you gave a list"),
        (pyplot.plot, "call it with ()"),
    ],
)
def test_what_is_no_drawing_is_named(value, words):
    assert words in refused(Drawing(), value)


def test_axes_without_bars_are_told_so():
    axes = Figure().subplots()
    assert "no bars" in refused(Drawing(), axes)
    axes.plot([1, 2])
    assert "no bars" in refused(Drawing(), axes)


def test_a_drawing_is_shown_by_its_tallest_bar():
    assert Drawing().show(HEIGHTS * 1000) == "3 bars, the tallest 5,000"


# The figure that nobody sees


def test_a_hidden_figure_leaves_the_trainees_figures_as_they_were():
    first, second = pyplot.figure(), pyplot.figure()
    pyplot.figure(first)
    with hidden_figure() as hidden:
        assert pyplot.gcf() is hidden
        pyplot.plot([1, 2])
    assert pyplot.gcf() is first
    assert pyplot.get_fignums() == [first.number, second.number]


def test_a_hidden_figure_is_closed_after_an_error():
    with pytest.raises(ZeroDivisionError), hidden_figure():
        raise ZeroDivisionError
    assert pyplot.get_fignums() == []
