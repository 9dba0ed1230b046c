import doctest
import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq

from course_utils.analysis import (
    InputError,
    Response,
    adstock,
    average_roas,
    best_mix,
    fit_response,
    marginal_roas,
    marginal_roas_interval,
    response,
)

repeatable = settings(max_examples=40, deadline=None, derandomize=True)
COLUMNS = {"spend": "spend", "outcome": "revenue", "unit": "city", "time": "week"}
TRUE = Response(capacity=120.0, half_saturation=15.0, carry_over=0.4)
responses = st.builds(
    Response,
    capacity=st.floats(1, 1e4),
    half_saturation=st.floats(0.1, 1e3),
    carry_over=st.just(0.0),
)


def spend_test(seed: int, *, noise: float = 3.0, true: Response = TRUE) -> pd.DataFrame:
    """Twelve cities, sixteen weeks; chance sets the spend, at first it is 10 everywhere."""
    rng = np.random.default_rng(seed)
    spend = rng.choice([0.0, 5, 10, 20, 30], (12, 16))
    spend[:, :2] = 10.0
    sold = true.revenue(spend)
    before = np.full(12, float(true.revenue(10.0)))
    arrived = np.empty_like(sold)
    for week in range(16):  # week by week, in place of the filter under test
        before = (1 - true.carry_over) * sold[:, week] + true.carry_over * before
        arrived[:, week] = before
    levels = rng.normal(500, 100, (12, 1)) + rng.normal(0, 20, 16)
    rows = list(itertools.product(range(12), range(1, 17)))
    return pd.DataFrame(rows, columns=["city", "week"]).assign(
        spend=spend.ravel(), revenue=(levels + arrived + rng.normal(0, noise, (12, 16))).ravel()
    )


def test_the_example_in_the_docstring_runs():
    assert doctest.testmod(response).failed == 0


# Carry-over


@repeatable
@given(st.lists(st.floats(0, 1e4), min_size=1, max_size=30), st.floats(0, 0.95))
def test_adstock_is_the_weighted_sum_of_the_weeks_so_far(values, carry_over):
    history = [values[0]] * 500 + values
    by_hand = [
        sum((1 - carry_over) * carry_over**lag * history[500 + week - lag] for lag in range(500))
        for week in range(len(values))
    ]
    assert adstock(values, carry_over) == pytest.approx(by_hand, rel=1e-6, abs=1e-6)


def test_adstock_loses_nothing_and_changes_nothing_that_stands_still():
    pulse = adstock(np.r_[0, 100, np.zeros(60)], 0.6)
    assert pulse.sum() == pytest.approx(100)
    assert adstock([7, 7, 7], 0.6) == pytest.approx([7, 7, 7])
    assert adstock([3, 1, 2], 0) == pytest.approx([3, 1, 2])


def test_adstock_takes_each_row_of_a_table_for_itself():
    table = np.random.default_rng(1).uniform(size=(3, 8))
    assert adstock(table, 0.5) == pytest.approx(np.stack([adstock(row, 0.5) for row in table]))


@pytest.mark.parametrize("carry_over", [1, -0.1, 50])
def test_a_carry_over_is_a_share(carry_over):
    with pytest.raises(InputError, match="carry_over must be 0 or more and below 1"):
        adstock([1, 2], carry_over)


# Average and marginal


@repeatable
@given(responses, st.floats(0.1, 5e3))
def test_marginal_is_the_slope_and_lies_below_the_average(curve, spend):
    step = 1e-5 * spend
    slope = (curve.revenue(spend + step) - curve.revenue(spend - step)) / (2 * step)
    assert marginal_roas(curve, spend) == pytest.approx(slope, rel=1e-4)
    assert average_roas(curve, spend) == pytest.approx(curve.revenue(spend) / spend)
    assert marginal_roas(curve, spend) < average_roas(curve, spend)


def test_both_take_arrays_and_start_at_the_same_first_yuan():
    spends = np.array([0.0, 15.0])
    assert marginal_roas(TRUE, spends)[0] == average_roas(TRUE, spends)[0] == 120 / 15
    assert TRUE.revenue(15) == 60
    assert isinstance(marginal_roas(TRUE, 5), float)


# The fit


def test_without_noise_the_fit_finds_the_response():
    found = fit_response(spend_test(1, noise=0), **COLUMNS)
    assert (found.capacity, found.half_saturation, found.carry_over) == pytest.approx(
        (120, 15, 0.4), rel=1e-4
    )


def test_over_many_tests_the_fit_is_right_on_average_and_as_sure_as_it_says():
    true, found = marginal_roas(TRUE, 10.0), []
    for seed in range(100):
        curve = fit_response(spend_test(seed), **COLUMNS)
        found.append((marginal_roas(curve, 10.0), *marginal_roas_interval(curve, 10.0)))
    middle, low, high = np.array(found).T
    assert abs(middle.mean() - true) < 3 * middle.std() / 10
    assert 0.8 < np.mean((low <= true) & (true <= high)) < 0.98


def test_leaving_out_the_carry_over_would_mistake_the_curve():
    panel = spend_test(1, noise=0)
    wide = panel.pivot_table(index="city", columns="week", values=["spend", "revenue"])
    spend, revenue = wide["spend"].to_numpy(), wide["revenue"].to_numpy()
    at_once = np.polyfit(spend.ravel(), (revenue - revenue.mean(axis=1, keepdims=True)).ravel(), 1)
    curve = fit_response(panel, **COLUMNS)
    whole = (curve.revenue(30.0) - curve.revenue(0.0)) / 30
    assert at_once[0] < 0.8 * whole


def test_money_in_other_units_gives_the_same_rois():
    panel = spend_test(2)
    yuan = panel.assign(spend=1_000 * panel["spend"], revenue=1_000 * panel["revenue"])
    first, second = fit_response(panel, **COLUMNS), fit_response(yuan, **COLUMNS)
    assert marginal_roas(second, 10_000) == pytest.approx(marginal_roas(first, 10), rel=1e-3)
    assert marginal_roas_interval(second, 10_000) == pytest.approx(
        marginal_roas_interval(first, 10), rel=1e-2
    )


@pytest.mark.parametrize(
    ("mend", "sentence"),
    [
        (lambda panel: panel[1:], 'Each "city" needs exactly one row for each "week"'),
        (lambda panel: pd.concat([panel, panel[:1]]), "exactly one row"),
        (lambda panel: panel.assign(spend=10.0), "vary within the weeks"),
        (lambda panel: panel.assign(spend=-panel["spend"]), "must be zero or more"),
        (lambda panel: panel.assign(revenue=None), "has missing values"),
        (lambda panel: panel.drop(columns="spend"), 'no column "spend"'),
    ],
)
def test_a_test_that_cannot_be_fitted_says_why(mend, sentence):
    with pytest.raises(InputError, match=sentence):
        fit_response(mend(spend_test(1)), **COLUMNS)


def test_a_response_that_was_not_fitted_has_no_interval():
    with pytest.raises(InputError, match="Only a fitted response"):
        marginal_roas_interval(TRUE, 10)


# The best mix


@repeatable
@given(st.lists(responses, min_size=1, max_size=5), st.floats(1, 5e3))
def test_the_best_mix_fills_the_channels_to_one_slope(curves, total):
    def spent(slope):
        return [
            max(
                0.0, np.sqrt(curve.capacity * curve.half_saturation / slope) - curve.half_saturation
            )
            for curve in curves
        ]

    steepest = max(curve.capacity / curve.half_saturation for curve in curves)
    slope = brentq(lambda slope: sum(spent(slope)) - total, 1e-12 * steepest, steepest)
    best = sum(curve.revenue(x) for curve, x in zip(curves, spent(slope), strict=True))
    mix = best_mix(curves, total)
    assert mix.sum() == pytest.approx(total)
    assert (mix >= 0).all()
    sold = sum(curve.revenue(x) for curve, x in zip(curves, mix, strict=True))
    assert sold == pytest.approx(best, rel=1e-4)


@pytest.mark.parametrize("total", [0, -5])
def test_a_mix_of_nothing_is_refused(total):
    with pytest.raises(InputError, match="total must be above zero"):
        best_mix([TRUE], total)
