import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from course_utils.analysis import InputError, acquisition_curve

BASE, ELASTICITY, DRIFT, NOISE, FAIR = 40.0, 0.6, 0.008, 0.1, 0.3


def year(seed: int, noise: float = NOISE) -> pd.DataFrame:
    """52 weeks of one platform, with a fair in every tenth of them."""
    rng = np.random.default_rng(seed)
    week = np.arange(1, 53)
    spend = np.rint(1_000 * np.exp(0.03 * week + 0.4 * rng.standard_normal(52)))
    fair = (week % 10 == 0).astype(int)
    logs = math.log(BASE) + ELASTICITY * np.log(spend) - DRIFT * week + FAIR * fair
    came = np.exp(logs + noise * rng.standard_normal(52))
    return pd.DataFrame({"week": week, "spend": spend, "new_customers": came, "fair": fair})


def truth(spend: float, week: float) -> float:
    """What the next customer costs: one over the slope of customers in spend."""
    step = 1e-4 * spend
    more, less = (
        BASE * money**ELASTICITY * math.exp(-DRIFT * week) for money in (spend + step, spend - step)
    )
    return 2 * step / (more - less)


def test_without_noise_the_curve_is_the_world() -> None:
    curve = acquisition_curve(year(1, noise=0), conditions=["fair"])
    assert curve.elasticity.value == pytest.approx(ELASTICITY)
    assert curve.cost_inflation.value == pytest.approx(DRIFT)
    assert curve.marginal_cost(3_000, 52).value == pytest.approx(truth(3_000, 52), rel=1e-6)
    assert curve.average_cost(3_000, 52).value == pytest.approx(3_000 / curve.customers(3_000, 52))


def test_the_fit_and_its_errors_are_those_of_least_squares() -> None:
    weeks = year(2)
    curve = acquisition_curve(weeks, conditions=["fair"])
    fit = smf.ols("np.log(new_customers) ~ np.log(spend) + week + fair", weeks).fit()
    low, high = fit.conf_int(0.10).loc["np.log(spend)"]
    assert curve.elasticity.value == pytest.approx(fit.params["np.log(spend)"])
    assert (curve.elasticity.low, curve.elasticity.high) == pytest.approx((low, high))


def test_intervals_of_the_next_customer_hold_the_truth_nine_times_in_ten() -> None:
    curves = [acquisition_curve(year(seed), conditions=["fair"]) for seed in range(300)]
    found = [curve.marginal_cost(4_000, 52) for curve in curves]
    held = np.mean([each.low <= truth(4_000, 52) <= each.high for each in found])
    assert abs(held - 0.9) < 3 * np.sqrt(0.09 / 300)


def test_the_next_customer_is_dearer_than_the_average_by_the_elasticity() -> None:
    curve = acquisition_curve(year(3), conditions=["fair"])
    average, marginal = curve.average_cost(2_000, 20), curve.marginal_cost(2_000, 20)
    assert marginal.value == pytest.approx(average.value / curve.elasticity.value)
    assert curve.marginal_cost(2_000, 40).value > marginal.value
    assert curve.marginal_cost(4_000, 20).value > marginal.value


def test_a_forgotten_condition_moves_the_curve() -> None:
    with_fair, without = (
        acquisition_curve(year(4), conditions=conditions) for conditions in (["fair"], [])
    )
    assert without.customers(2_000, 30) > with_fair.customers(2_000, 30)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda weeks: weeks.head(3), "3 weeks are too few"),
        (lambda weeks: weeks.assign(fair=0), "a condition that never changes"),
        (lambda weeks: weeks.assign(spend=0), '"spend" must be above zero'),
        (lambda weeks: weeks.assign(new_customers=weeks["new_customers"].where(weeks["week"] > 1)),
         "missing values"),
        (lambda weeks: weeks.drop(columns="fair"), 'no column "fair"'),
    ],
)  # fmt: skip
def test_what_can_not_be_fitted_gets_a_sentence(change, said: str) -> None:
    with pytest.raises(InputError, match=said):
        acquisition_curve(change(year(5)), conditions=["fair"])


def test_a_curve_that_falls_has_no_next_customer() -> None:
    weeks = year(6)
    falling = acquisition_curve(weeks.assign(new_customers=1e6 / weeks["spend"]))
    with pytest.raises(InputError, match="no more customers"):
        falling.marginal_cost(2_000, 1)
    with pytest.raises(InputError, match="above zero"):
        falling.customers(0, 1)
