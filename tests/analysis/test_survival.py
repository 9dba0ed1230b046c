import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.analysis import InputError, survival_curve

WAITS = st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=1, max_size=40)


def columns(waits):
    return [days for days, _ in waits], [over for _, over in waits]


def test_the_curve_is_the_product_made_by_hand():
    # Freireich's 6-MP patients, in weeks: the example of the textbooks.
    over = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    cut = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    found = survival_curve(over + cut, [True] * len(over) + [False] * len(cut)).table
    returns = found[found["days"].isin(over)]
    assert returns["at_risk"].tolist() == [21, 17, 15, 12, 11, 7, 6]
    factors = [18 / 21, 16 / 17, 14 / 15, 11 / 12, 10 / 11, 6 / 7, 5 / 6]
    assert returns["waiting"].tolist() == pytest.approx(np.cumprod(factors).tolist())
    # Greenwood's variance on the log-log scale, at 10 weeks.
    share = 18 / 21 * 16 / 17 * 14 / 15
    greenwood = math.sqrt(3 / 21 / 18 + 1 / 17 / 16 + 1 / 15 / 14)
    margin = 1.6448536 * greenwood / abs(math.log(share))
    low, high = found.set_index("days").loc[10, ["low", "high"]]
    assert (low, high) == pytest.approx((share ** math.exp(margin), share ** math.exp(-margin)))


@given(WAITS)
def test_the_share_is_what_a_loop_multiplies(waits):
    curve = survival_curve(*columns(waits))
    share = 1.0
    for day in range(max(days for days, _ in waits) + 1):
        at_risk = sum(days >= day for days, _ in waits)
        share *= 1 - sum(over and days == day for days, over in waits) / at_risk
        assert curve.returned_by(day).value == pytest.approx(1 - share)


@given(st.lists(st.integers(0, 12), min_size=1, max_size=40))
def test_without_censoring_it_is_the_share_of_the_waits(days):
    curve = survival_curve(days, [True] * len(days))
    for day in range(14):
        assert curve.returned_by(day).value == pytest.approx(np.mean(np.array(days) <= day))
    assert curve.median == sorted(days)[(len(days) - 1) // 2]


@given(WAITS)
def test_the_interval_holds_the_share_and_stays_between_0_and_1(waits):
    table = survival_curve(*columns(waits)).table
    low, share, high = (table[name] for name in ("low", "waiting", "high"))
    assert ((low >= 0) & (low <= share) & (share <= high) & (high <= 1)).all()
    assert table["days"].is_monotonic_increasing
    assert share.is_monotonic_decreasing


def test_nine_intervals_in_ten_hold_the_truth():
    held = []
    for seed in range(300):
        rng = np.random.default_rng(seed)
        back, seen = rng.exponential(10, 150), rng.uniform(0, 30, 150)
        curve = survival_curve(np.minimum(back, seen), back <= seen)
        found = curve.returned_by(10)
        held.append(found.low <= 1 - math.exp(-1) <= found.high)
    assert abs(np.mean(held) - 0.9) < 3 * math.sqrt(0.09 / 300)


def test_completed_gaps_alone_are_too_short_and_the_curve_is_not():
    rng = np.random.default_rng(1)
    back, seen = rng.exponential(10, 20_000), rng.uniform(0, 15, 20_000)
    over = back <= seen
    truth = 10 * math.log(2)
    assert np.median(back[over]) < 0.7 * truth
    assert survival_curve(np.minimum(back, seen), over).median == pytest.approx(truth, rel=0.05)


def test_who_never_returns_has_no_median_and_is_still_waiting():
    curve = survival_curve([3, 5], [False, False])
    assert math.isnan(curve.median)
    assert curve.table["waiting"].tolist() == [1, 1]
    assert (curve.returned_by(5).low, curve.returned_by(5).high) == (0, 0)
    assert repr(curve) == "2 waits: half never seen to return, 0% within 5"


def test_a_curve_reads_as_a_sentence():
    curve = survival_curve(pd.Series([2, 3, 5, 6]), pd.Series([True, False, True, False]))
    assert repr(curve) == "4 waits: half return within 5 days, 62% within 6"


def test_nobody_knows_what_comes_after_the_longest_wait():
    with pytest.raises(InputError, match="Nobody was watched for 7 days, only for 6 at most"):
        survival_curve([2, 6], [True, False]).returned_by(7)
    assert survival_curve([2, 6], [True, True]).returned_by(7).value == 1


@pytest.mark.parametrize(
    ("days", "completed", "said"),
    [
        ([], [], "not empty"),
        ([1, 2], [True], "of the same length"),
        ([-1, 2], [True, True], "zero or more"),
        ([1, np.nan], [True, True], "missing or infinite"),
        ([1, 2], [1, 2], "True and False"),
        (["1 day"], [True], "must hold numbers"),
    ],
)
def test_what_is_no_wait_gets_a_sentence(days, completed, said):
    with pytest.raises(InputError, match=said):
        survival_curve(days, completed)


def test_before_day_0_nothing_is_asked():
    with pytest.raises(InputError, match="zero or more"):
        survival_curve([1], [True]).returned_by(-1)
