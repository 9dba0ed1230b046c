import math
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import pyplot
from matplotlib.figure import Figure

from course_utils.analysis import DidEstimate, Estimate, RepurchaseRate, compare_rates
from course_utils.exercises.kinds import (
    Bars,
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


@pytest.mark.parametrize("value", [3, np.int8(3), np.float16(3), np.uint64(3), 3.0, Decimal(3)])
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


@pytest.mark.parametrize("unit", ["percent", "points", "percentage points", "of 100", "in 100"])
def test_a_share_where_it_counts_out_of_100_is_named(unit):
    for kind in (Number(unit, within=0.01), Values(unit, within=0.01)):
        answer = kind.read(pd.Series([25.31]))
        assert kind.near(answer / 100, answer) == "share"
        assert kind.near(-answer / 100, answer) == "share_and_sign"


UNITS = {
    "sign": -1,
    "hundredth": 1 / 100,
    "hundredfold": 100,
    "thousandth": 1 / 1_000,
    "thousandfold": 1_000,
    "millionth": 1 / 1_000_000,
    "millionfold": 1_000_000,
}


@given(st.floats(1.23, 1e6), st.sampled_from(sorted(UNITS)))
def test_another_unit_and_a_wrong_sign_are_named(number, name):
    for kind in (Number("yuan", percent_within=1), Values("yuan", within=number / 100)):
        answer = kind.read(pd.Series([number]))
        assert kind.near(answer * UNITS[name], answer) == name
        assert kind.near(answer * 1.5, answer) == ""


def test_zero_is_no_other_unit_of_anything():
    assert Number("percent", within=0.01).near(0, 25) == ""
    assert Number("percent", within=0.01).near(1, 0) == ""


@pytest.mark.parametrize(
    ("given_", "wanted"), [(12.3, 12.34), (12, 12.34), (0.34, 0.3395), (2300, 2327.1), (2, 2.0318)]
)
def test_the_answer_rounded_too_far_is_named(given_, wanted):
    kind = Number(within=wanted / 10_000)
    assert kind.near(given_, wanted) == "rounded"
    assert kind.near(given_ * 1.01, wanted) == ""
    assert kind.near(-given_, wanted) == "sign"


@pytest.mark.parametrize(
    ("given_", "wanted"), [(10, 12.34), (0.3, 0.3395), (12.2, 12.26), (0, 0.2)]
)
def test_one_digit_or_a_cut_one_is_no_rounding(given_, wanted):
    assert Number(within=wanted / 10_000).near(given_, wanted) == ""


@given(st.floats(0.001, 1e6), st.floats(0, 10))
def test_a_slip_is_known_by_its_own_size_and_never_beyond_the_tolerance(slip, within):
    kind = Number(within=within)
    assert kind.apart(slip, slip) == 0
    assert kind.apart(slip * 1.031, slip) > 1
    assert kind.apart(slip + within * 1.01, slip) > 1 or within < slip / 1e6
    assert kind.apart(0, slip) > 1
    assert (kind.apart(slip + min(within, 0.03 * slip) * 0.99, slip)) <= 1


def test_a_slip_of_zero_is_zero_alone():
    assert Number(within=1).apart(0, 0) == 0
    assert Number(within=1).apart(0.001, 0) > 1


@pytest.mark.parametrize("duration", [np.timedelta64(70, "D"), pd.Timedelta("70D"), timedelta(70)])
def test_a_length_of_time_is_asked_for_in_days(duration):
    for value in (duration, pd.Series([duration])):
        assert "`.dt.days`" in refused(Number("days"), value)
        assert "`.dt.days`" in refused(Guess(0, 100, "days"), value)


class Broken(float):
    def __float__(self):
        raise RuntimeError("no")


def test_a_number_that_gives_no_number_is_refused():
    assert "you gave a Broken" in refused(Number(), Broken(3))


def test_a_result_of_our_own_functions_is_its_one_number():
    assert Number().read(Estimate(3.0, 1.0, 5.0)) == 3.0
    assert Number().read(DidEstimate(0.1, 0.0, 0.2, 0.9)) == 0.1
    assert Number().read(RepurchaseRate(1, 4, "same window")) == 0.25


def test_a_result_with_several_numbers_names_them():
    said = refused(Number("points"), compare_rates((10, 100), (20, 100)))
    assert "`.difference`" in said
    assert "low" not in said
    assert "you gave a SimpleNamespace" in refused(Number(), SimpleNamespace(value=3.0))


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
    assert Number(digits=1).show(-12.34) == "-12.3"


def test_a_small_number_keeps_its_digits_and_a_huge_one_is_described():
    assert Number("of 100", digits=0).show(0.7968) == "0.8 of 100"
    assert Number("points").show(-0.0028) == "-0.0028 points"
    assert Number(digits=0).show(0) == "0"
    assert Number("yuan").show(3e29) == "more than 1,000 billion yuan"


# A guess


@given(st.floats(0, 100))
def test_no_guess_is_wrong(number):
    kind = Guess(0, 100, "cups")
    assert kind.read(number) == number
    assert kind.same(number, 10)
    assert kind.near(number, 10) == ""
    assert kind.apart(number, 10) > 1


def test_a_guess_that_reads_as_a_share_is_doubted():
    assert "did you mean 20 percent?" in Guess(0, 100, "percent").doubt(0.2)
    assert "did you mean 7 of 100?" in Guess(0, 30, "of 100").doubt(0.07)


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        (Guess(0, 4, "points"), 0.5),  # 50 points are out of the question
        (Guess(0, 30, "percent"), 0.5),
        (Guess(0, 100, "percent"), 1),
        (Guess(0, 100, "percent"), 0),
        (Guess(0, 100, "yuan"), 0.5),
    ],
)
def test_an_honest_small_guess_is_not_doubted(kind, number):
    assert kind.doubt(number) == ""


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


def test_labels_may_be_typed_otherwise():
    kind = Values(within=0)
    wanted = kind.read(pd.Series({39: 1.0, 59: 2.0}))
    assert kind.same(kind.read({39.0: 1.0, 59.0: 2.0}), wanted)
    wanted = kind.read({"Fresh food": 1.0, "JD": 2.0})
    assert kind.same(kind.read({"jd ": 2.0, "fresh  FOOD": 1.0}), wanted)
    assert not kind.same(kind.read({"jd": 2.0, "JD": 2.0}), wanted)


def test_without_labels_numbers_stand_in_the_tables_order():
    kind = Values(within=0)
    wanted = kind.read({"tea": 1.0, "cups": 2.0})
    for value in ([1, 2], (1, 2), np.array([1, 2]), pd.Series([1, 2]), pd.DataFrame({"n": [1, 2]})):
        assert kind.same(kind.read(value), wanted)
    assert not kind.same(kind.read([2, 1]), wanted)
    assert not kind.same(kind.read([1, 2, 3]), wanted)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"mug": 1.0}, "missing: 'tea', 'cups', 'pots' and 1 more; not known: 'mug')"),
        ({"tea": 1, "cups": 2, "pots": 3, "mug": 4}, "missing: 'mugs'; not known: 'mug'"),
        ({"tea": 1, "Tea": 1, "cups": 2, "pots": 3}, "missing: 'mugs'"),
        ([1, 2, 3], "a Series of 3 values; the answer has 4, one each for 'tea', 'cups'"),
        (pd.Series(range(14_000)), "a Series of 14,000 values; the answer has 4"),
        (pd.Series("many", index=range(99)), "a Series of 99 values; the answer has 4"),
    ],
)
def test_labels_that_do_not_fit_are_named(value, words):
    kind = Values("yuan", within=1)
    wanted = kind.read({"tea": 1.0, "cups": 2.0, "pots": 3.0, "mugs": 4.0})
    given_ = kind.read(value)
    assert not kind.same(given_, wanted)
    assert kind.apart(given_, wanted) > 1
    assert len(kind.show(given_)) < 200
    with pytest.raises(Unreadable) as error:
        kind.near(given_, wanted)
    assert words in str(error.value)


def test_each_label_of_a_slip_has_its_own_small_tolerance():
    kind = Values(within=5)
    slip = kind.read({"a": 0.4, "b": 1_000.0})
    assert kind.apart(kind.read({"a": 0.405, "b": 1_004.0}), slip) <= 1
    assert kind.apart(kind.read({"a": 0.0, "b": 1_000.0}), slip) > 1
    assert kind.apart(kind.read({"a": 0.4, "b": 1_006.0}), slip) > 1


def test_equal_column_names_and_categories_are_read():
    kind = Values("percent", within=0)
    wanted = kind.read({"a": 50.0, "b": 25.0})
    twins = pd.DataFrame([["a", 50], ["b", 25]], columns=["x", "x"])
    assert kind.same(kind.read(twins), wanted)
    shares = pd.Series([0.5, 0.25], index=["a", "b"]).astype("category")
    assert kind.near(kind.read(shares), wanted) == "share"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "you gave None"),
        (3, "you gave an int"),
        ([], "no rows"),
        (["a"], "should be a number"),
        ({"a": np.timedelta64(3, "D")}, "should be a number"),
        (np.ones((2, 2)), "you gave an array"),
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
EDGES = np.array([0, 1, 2, 3])
WANTED = Bars(HEIGHTS, EDGES[:-1] + 0.5)


def drawn(heights=HEIGHTS, edges=EDGES, axes=None):
    axes = axes or Figure().subplots()
    axes.bar(edges[:-1], heights, width=np.diff(edges), align="edge")
    return axes


def is_wanted(value):
    return Drawing().same(Drawing().read(value), WANTED)


def test_bars_are_read_left_to_right_from_axes_or_a_figure():
    axes = drawn()
    for value in (axes, axes.figure, [axes], WANTED):
        assert is_wanted(value)
    backwards = Figure().subplots()
    backwards.bar([2.5, 1.5, 0.5], HEIGHTS[::-1])
    assert is_wanted(backwards)


def test_a_pandas_histogram_is_the_same_as_its_counts():
    stays = pd.Series([0.5, 0.6, 2.5])
    counted = Bars.counted(stays, EDGES)
    assert Drawing().same(Drawing().read(stays.plot.hist(bins=EDGES)), counted)
    assert Drawing().same(Drawing().read(stays.plot.hist(bins=EDGES, rwidth=0.8)), counted)


def test_bars_may_differ_by_a_part_of_the_tallest():
    kind = Drawing(within=0.02)
    assert kind.same(Bars(HEIGHTS + 0.09, WANTED.middles), WANTED)
    assert not kind.same(Bars(HEIGHTS + 0.11, WANTED.middles), WANTED)
    assert not kind.same(Bars(HEIGHTS[::-1] * [1, 1, 2], WANTED.middles), WANTED)


def test_other_bins_are_named():
    kind = Drawing()
    fewer = Bars(HEIGHTS[:2], WANTED.middles[:2])
    assert not kind.same(fewer, WANTED)
    assert kind.near(fewer, WANTED) == "bins"
    assert kind.near(Bars(HEIGHTS * 2, WANTED.middles), WANTED) == ""


def test_right_heights_at_other_places_are_not_the_figure():
    moved = Drawing().read(drawn(edges=EDGES + 0.5))
    assert not Drawing().same(moved, WANTED)
    assert Drawing().near(moved, WANTED) == "places"
    assert Drawing().near(Bars(HEIGHTS[::-1], moved.middles), WANTED) == "bins"


def test_bars_drawn_twice_or_beside_a_shaded_part_are_the_same_bars():
    assert is_wanted(drawn(axes=drawn()))
    shaded = drawn()
    shaded.axvspan(0, 1)
    assert is_wanted(shaded)


def test_a_second_group_of_bars_is_more_than_asked():
    assert "more bars on these axes than asked" in refused(
        Drawing(), drawn(2 * HEIGHTS, axes=drawn())
    )


def test_outlines_are_no_bars():
    axes = Figure().subplots()
    axes.hist([0.5, 2.5], EDGES, histtype="step")
    assert "leave out `histtype`" in refused(Drawing(), axes)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "you gave None"),
        (3.0, "you gave a float"),
        (HEIGHTS, "you gave an array"),  # right, and not drawn
        (HEIGHTS * math.nan, "you gave an array"),
        (np.ones((2, 2)), "you gave an array"),
        (np.histogram([1], EDGES), "you gave a tuple"),
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
    assert Drawing().show(Bars(HEIGHTS * 1000, WANTED.middles)) == "3 bars, the tallest 5,000"


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
