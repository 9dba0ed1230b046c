import math

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad
from scipy.stats import beta

from course_utils.analysis import (
    MBGNBD,
    InputError,
    expected_purchases,
    fit_mbgnbd,
    probability_alive,
)

CDNOW = MBGNBD(0.5247, 6.1828, 0.8914, 1.6140)  # a record shop's customers, in weeks


def shop(seed: int, model: MBGNBD, customers: int = 3_000) -> tuple[pd.DataFrame, pd.Series]:
    """Customers of a known model: their summary on day 100, and their orders in the 50 days after.

    The times are not rounded to days, as the model has it.
    """
    rng = np.random.default_rng(seed)
    age = rng.uniform(40, 100, customers)
    rate = rng.gamma(model.r, 1 / model.alpha, customers)
    leaves = rng.beta(model.a, model.b, customers)
    now, active = np.zeros(customers), rng.random(customers) >= leaves
    repeats, last, later = np.zeros(customers), np.zeros(customers), np.zeros(customers)
    while active.any():
        now[active] += rng.exponential(1 / rate[active])
        seen, due = active & (now <= age), active & (age < now) & (now <= age + 50)
        repeats[seen] += 1
        last[seen] = now[seen]
        later[due] += 1
        active = (seen | due) & (rng.random(customers) >= leaves)
    return pd.DataFrame({"frequency": repeats, "recency": last, "T": age}), pd.Series(later)


# Against the model itself


@pytest.mark.parametrize(
    "model",
    [CDNOW, MBGNBD(0.5, 9.0, 1.0, 4.0), MBGNBD(3.0, 20.0, 40.0, 900.0), MBGNBD(800, 9e3, 2, 9)],
)
def test_an_expectation_is_the_mean_over_all_that_a_customer_may_be(model):
    age, days = 40.0, 30.0

    def no_order(until: float) -> float:
        return (1 + until / model.alpha) ** -model.r

    def orders_to_come(leaves: float) -> float:
        fewer = no_order(age) - no_order(age + leaves * days)
        return (1 - leaves) * fewer / leaves * beta.pdf(leaves, model.a, model.b)

    summary = pd.DataFrame({"frequency": [0], "recency": [0.0], "T": [age]}, index=["Li"])
    middle = beta.ppf([0.001, 0.5, 0.999], model.a, model.b)
    mean, _ = quad(orders_to_come, 0, 1, points=middle, limit=400)
    left = model.a / (model.a + model.b)
    truth = mean / (left + (1 - left) * no_order(age))
    found = expected_purchases(model, summary, days)
    assert found.index.tolist() == ["Li"]
    assert found["Li"] == pytest.approx(truth, rel=1e-5)


@pytest.mark.parametrize(
    "model", [MBGNBD(0.8, 12.0, 0.8, 2.5), MBGNBD(2.0, 30.0, 1.0, 6.0), MBGNBD(0.3, 2.0, 2.0, 4.0)]
)
def test_the_fit_finds_what_customers_are_and_do(model):
    fits, due, came = [], [], []
    for seed in range(8):
        summary, later = shop(seed, model)
        fitted = fit_mbgnbd(summary)
        fits.append([fitted.r / fitted.alpha, fitted.a / (fitted.a + fitted.b)])
        due.append(expected_purchases(fitted, summary, 50).mean())
        came.append(later.mean())
    truth = np.array([model.r / model.alpha, model.a / (model.a + model.b)])
    standard_error = np.std(fits, axis=0, ddof=1) / math.sqrt(len(fits))
    assert (np.abs(np.mean(fits, axis=0) - truth) < 4 * standard_error).all()
    misses = np.array(due) - came
    assert abs(misses.mean()) < 4 * misses.std(ddof=1) / math.sqrt(len(misses))


@pytest.mark.parametrize(
    "model",
    [
        MBGNBD(1.0, 10.0, 1e-4, 5.0),  # nobody leaves
        MBGNBD(300.0, 3e3, 1.0, 4.0),  # all order alike
        MBGNBD(1.0, 10.0, 300.0, 300.0),  # all leave alike
        MBGNBD(0.8, 0.2, 0.3, 3.0),  # several orders a day
        MBGNBD(1.0, 1e3, 0.5, 2.0),  # hardly an order
    ],
)
def test_where_the_data_are_flat_what_is_expected_is_still_right(model):
    summary, _ = shop(1, model, customers=6_000)
    fitted = fit_mbgnbd(summary)
    found, wanted = (expected_purchases(each, summary, 50) for each in (fitted, model))
    assert np.isfinite(found).all()
    by_chance = 3 / math.sqrt(summary["frequency"].sum())
    assert found.mean() == pytest.approx(wanted.mean(), rel=0.02 + by_chance)
    assert probability_alive(fitted, summary).between(0, 1).all()


def test_the_unit_of_time_and_the_order_of_customers_change_nothing():
    summary, _ = shop(3, CDNOW)
    hours = summary.sample(frac=1, random_state=1)
    hours[["recency", "T"]] *= 24
    days, again = fit_mbgnbd(summary), fit_mbgnbd(hours)
    assert again.alpha == pytest.approx(24 * days.alpha, rel=1e-3)
    assert (again.r, again.a, again.b) == pytest.approx((days.r, days.a, days.b), rel=1e-3)


def test_silence_makes_a_regular_customer_unlikely_to_come_back_sooner():
    summary = pd.DataFrame({"frequency": [8, 8, 1], "recency": [38, 15, 15], "T": [39] * 3})
    alive = probability_alive(CDNOW, summary)
    assert alive[0] > 0.8 > alive[2] > alive[1]


def test_who_ordered_once_may_have_left_and_less_likely_comes_again_with_each_silent_day():
    summary = pd.DataFrame({"frequency": 0, "recency": 0, "T": [0, 10, 40, 400]})
    alive = probability_alive(CDNOW, summary)
    assert alive[0] == pytest.approx(CDNOW.b / (CDNOW.a + CDNOW.b))
    assert alive.is_monotonic_decreasing
    assert alive[3] < 0.2


# What can't be right


def test_where_nobody_ordered_again_there_is_nothing_to_learn():
    summary = pd.DataFrame({"frequency": [0, 0], "recency": [0, 0], "T": [5, 9]})
    with pytest.raises(InputError, match="Nobody in the summary ordered again"):
        fit_mbgnbd(summary)
    assert (expected_purchases(CDNOW, summary, 10) > 0).all()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"recency": 90}, 'needs 0 <= "recency" <= "T"'),
        ({"recency": -1}, 'needs 0 <= "recency" <= "T"'),
        ({"frequency": 0}, 'needs 0 <= "recency" <= "T"'),
        ({"frequency": 1.5}, "whole counts"),
        ({"T": None}, "missing values"),
    ],
)
def test_a_summary_that_is_none_says_why(change, said):
    summary = pd.DataFrame({"frequency": [2, 1], "recency": [8, 3], "T": [20, 20]}).assign(**change)
    for ask in (fit_mbgnbd, lambda table: probability_alive(CDNOW, table)):
        with pytest.raises(InputError, match=said):
            ask(summary)


@pytest.mark.parametrize("days", [0, -3, math.nan])
def test_the_time_to_come_must_be_some(days):
    summary = pd.DataFrame({"frequency": [1], "recency": [3], "T": [20]})
    with pytest.raises(InputError, match="days must"):
        expected_purchases(CDNOW, summary, days)
