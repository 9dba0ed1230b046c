import numpy as np
import pandas as pd
import pytest

from course_utils.analysis import InputError, compare_arms, compare_rates, require_columns
from course_utils.analysis.tables import as_counts, as_numbers, require_complete

VISITS = pd.DataFrame({"visitor": [1, 2], "event": ["view", "cart"]})


def test_a_good_table_passes() -> None:
    require_columns(VISITS, "visitor", "event")
    require_complete(VISITS, "visitor", "event")


def test_a_missing_column_is_named_with_its_nearest() -> None:
    with pytest.raises(InputError) as error:
        require_columns(VISITS, "visitor", "evnt", name="event log")
    assert str(error.value) == (
        'The event log has no column "evnt" (did you mean "event"?), only "visitor", "event".'
    )


def test_no_name_is_suggested_when_none_is_near() -> None:
    with pytest.raises(InputError) as error:
        require_columns(VISITS, "price")
    assert "did you mean" not in str(error.value)


def test_a_column_that_is_there_twice_is_refused_where_it_is_used() -> None:
    doubled = pd.concat([VISITS, VISITS[["event"]]], axis=1)
    require_columns(doubled, "visitor")
    with pytest.raises(InputError, match='more than one column "event"'):
        require_columns(doubled, "visitor", "event")


def test_a_long_list_of_names_is_cut() -> None:
    wide = pd.DataFrame(np.zeros((1, 200)))
    with pytest.raises(InputError, match="188 more") as error:
        require_columns(wide, "price")
    assert len(str(error.value)) < 200


def test_an_input_error_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="no rows"):
        require_columns(VISITS.head(0), "visitor")


@pytest.mark.parametrize("nonsense", [None, "visits", [1, 2], 3.0])
def test_what_is_no_table_is_named(nonsense: object) -> None:
    with pytest.raises(InputError, match=f"DataFrame, not {type(nonsense).__name__}"):
        require_columns(nonsense, "visitor")


def test_missing_values_are_counted() -> None:
    holes = pd.DataFrame({"visitor": [1, None, None], "event": ["view"] * 3})
    require_columns(holes, "visitor")
    with pytest.raises(InputError, match=r'"visitor" has missing values in 2 of 3 rows'):
        require_complete(holes, "visitor", "event")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (["3", "four"], 'visits must hold numbers, not "3"'),
        (None, 'visits must hold numbers, not "None"'),
        ([1.0, np.nan], "missing or infinite"),
        ([1.0, np.inf], "missing or infinite"),
        ([3, -1], "visits must hold whole counts, zero or more, not -1"),
        ([3, 0.02], "visits must hold whole counts, zero or more, not 0.02"),
    ],
)
def test_impossible_counts_are_named(values: object, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        as_counts(values, "visits")


@pytest.mark.parametrize("dtype", ["bool", "int8", "float64", "Int64", "boolean", "object"])
def test_numbers_of_any_dtype_are_taken(dtype: str) -> None:
    assert as_numbers(pd.Series([0, 1, 1]).astype(dtype), "bought").tolist() == [0, 1, 1]


@pytest.mark.parametrize(
    ("control", "sentence"),
    [
        ((5, 3), "control has 5 successes in 3 trials"),
        ((0, 0), "there must be trials"),
        ((0.02, 1000), "whole counts, zero or more, not 0.02"),
        ((-1, 3), "not -1"),
        (("a", 3), 'must hold numbers, not "a"'),
        (0.02, r"pair \(successes, trials\)"),
        ((1, 2, 3), r"pair \(successes, trials\)"),
        (None, r"pair \(successes, trials\)"),
    ],
)
def test_an_impossible_arm_is_named(control: object, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        compare_rates(control, (2, 3))


@pytest.mark.parametrize("level", [0, 1, 90, -0.1, np.nan])
def test_a_level_is_a_share(level: float) -> None:
    with pytest.raises(InputError, match="confidence_level must"):
        compare_rates((1, 2), (1, 2), confidence_level=level)


@pytest.mark.parametrize(
    ("change", "arguments", "sentence"),
    [
        ({}, {"treatment": "dark"}, 'column "page" has no arm "dark", only "new", "old"'),
        ({}, {"arm": "pages"}, r'no column "pages" \(did you mean "page"\?\)'),
        ({}, {"trials": "visits", "outcome": "sold"}, 'more "sold" than "visits"'),
        ({}, {"outcome": "sold"}, '"sold" must hold 0 and 1 only, not 9'),
        ({"bought": ["yes", "no"]}, {}, 'must hold numbers, not "yes"'),
        ({"bought": [1, None]}, {}, "missing values in 1 of 2 rows"),
    ],
)
def test_a_table_that_cannot_be_compared_says_why(
    change: dict[str, list[object]], arguments: dict[str, str], sentence: str
) -> None:
    visits = pd.DataFrame(
        {"page": ["old", "new"], "bought": [0, 1], "sold": [1, 9], "visits": [5, 5]}
    ).assign(**change)
    usual = {"arm": "page", "outcome": "bought", "control": "old", "treatment": "new"}
    with pytest.raises(InputError, match=sentence):
        compare_arms(visits, **{**usual, **arguments})
