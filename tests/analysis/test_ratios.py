import numpy as np
import pandas as pd
import pytest

from course_utils.analysis import InputError, ratio_of_totals


def notes(seed: int, rows: int = 300) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    cost = rng.uniform(1, 3, rows)
    return pd.DataFrame({"revenue": 4 * cost * rng.lognormal(-0.5, 1, rows), "cost": cost})


def test_it_divides_the_totals_not_the_rows():
    frame = pd.DataFrame({"revenue": [10.0, 0.0, 2.0], "cost": [1.0, 3.0, 2.0]})
    found = ratio_of_totals(frame, "revenue", "cost", rng=np.random.default_rng(1))
    assert found.value == 2.0
    assert str(found) == f"2.00 (90% interval {found.low:.2f} to {found.high:.2f})"


def test_the_range_is_near_that_of_linearised_rows_and_leans_to_the_tail():
    frame = notes(1, rows=2_000)
    found = ratio_of_totals(frame, "revenue", "cost", rng=np.random.default_rng(1))
    left = frame["revenue"] - found.value * frame["cost"]
    error = left.std() * np.sqrt(len(frame)) / frame["cost"].sum()
    assert found.high - found.low == pytest.approx(2 * 1.645 * error, rel=0.1)
    assert found.high - found.value > found.value - found.low


def test_the_ranges_hold_the_truth_about_nine_times_in_ten():
    found = [
        ratio_of_totals(notes(seed), "revenue", "cost", rng=np.random.default_rng(seed))
        for seed in range(60)
    ]
    assert 0.78 < np.mean([ratio.low <= 4 <= ratio.high for ratio in found]) <= 1


def test_the_same_seed_gives_the_same_range():
    first, second = (
        ratio_of_totals(notes(1), "revenue", "cost", rng=np.random.default_rng(7)) for _ in "ab"
    )
    assert first == second


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"cost": 0}, "positive total"),
        ({"cost": -1}, "none negative"),
        ({"revenue": None}, "has missing values"),
        ({"revenue": "many"}, "must hold numbers"),
    ],
)
def test_totals_that_cannot_be_divided_say_why(change, sentence):
    with pytest.raises(InputError, match=sentence):
        ratio_of_totals(notes(1).assign(**change), "revenue", "cost", rng=np.random.default_rng(1))
