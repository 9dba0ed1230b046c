"""What a customer will still order: the MBG/NBD model, fitted to a summary of each customer.

A customer orders at random at a rate of their own, and after each order, the first one too, may
leave for good, unseen, with a chance of their own. Batislam, Denizel & Filiztekin 2007, "Empirical
Validation and Comparison of Models for Customer Base Analysis", International Journal of Research
in Marketing 24. It modifies the BG/NBD of Fader, Hardie & Lee 2005, Marketing Science 24, in which
nobody leaves before a second order.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from course_utils.analysis.tables import (
    as_counts,
    as_number,
    as_numbers,
    require_complete,
    require_kind,
)
from course_utils.errors import InputError

Array = NDArray[np.float64]
COLUMNS = ["frequency", "recency", "T"]
# Of the logarithms of r, alpha (in mean ages), a, b, which a flat likelihood takes to infinity.
_BOUNDS = [(-7.0, 7.0), (-14.0, 14.0), (-7.0, 7.0), (-7.0, 7.0)]


@dataclass(frozen=True, repr=False)
class MBGNBD:
    """How customers differ: in how often they order, and in how soon they leave.

    The rate of orders is gamma distributed with shape `r` and scale 1 / `alpha`, mean r / alpha a
    day (or whatever unit the summary counts in); the chance to leave after an order is beta
    distributed with `a` and `b`, mean a / (a + b): of the first orders, so many are the last.
    """

    r: float
    alpha: float
    a: float
    b: float

    def __repr__(self) -> str:
        return f"MBG/NBD: r {self.r:.4g}, alpha {self.alpha:.4g}, a {self.a:.4g}, b {self.b:.4g}"


def fit_mbgnbd(summary: pd.DataFrame) -> MBGNBD:
    """Fit the model by maximum likelihood to the columns of `customer_summary`.

    Where the data can't tell a parameter, because no customer seems to leave or all order alike,
    it runs to a far bound; what is expected of each customer is still right.
    Raises `InputError` when nobody in the summary ever ordered again.
    """
    from scipy.optimize import minimize

    frequency, recency, age = _columns(summary)
    if not frequency.any():
        raise InputError("Nobody in the summary ordered again: there is nothing to learn from.")
    unit = age.mean()
    kinds = pd.DataFrame({"frequency": frequency, "recency": recency / unit, "T": age / unit})
    counted = kinds.value_counts(sort=False).sort_index().reset_index()
    found = minimize(
        _negative_log_likelihood,
        np.zeros(4),
        args=tuple(counted[name].to_numpy(float) for name in [*COLUMNS, "count"]),
        jac=True,
        method="L-BFGS-B",
        bounds=_BOUNDS,
        options={"ftol": 1e-14, "gtol": 1e-7, "maxiter": 2_000, "maxfun": 5_000},
    )
    r, alpha, a, b = np.exp(found.x).tolist()
    return MBGNBD(r, alpha * float(unit), a, b)


def probability_alive(model: MBGNBD, summary: pd.DataFrame) -> pd.Series:
    """Return each customer's probability of not having left, indexed as the summary.

    >>> model = MBGNBD(r=0.25, alpha=4.0, a=0.8, b=2.5)
    >>> summary = pd.DataFrame({"frequency": [1, 8], "recency": [20, 20], "T": [40, 40]})
    >>> probability_alive(model, summary).round(2).tolist()  # 20 silent days, two rhythms
    [0.67, 0.08]
    """
    require_kind(model, MBGNBD, "fit_mbgnbd")
    alive = _alive(model, *_columns(summary))
    return pd.Series(alive, index=summary.index, name="probability_alive")


def expected_purchases(model: MBGNBD, summary: pd.DataFrame, days: float) -> pd.Series:
    """Return how many order days to expect of each customer in the next `days` after `end`.

    With lifetimes: `ModifiedBetaGeoFitter`'s
    `conditional_expected_number_of_purchases_up_to_time`.
    """
    require_kind(model, MBGNBD, "fit_mbgnbd")
    if not as_number(days, "days") > 0:
        raise InputError(f"days must be above zero, not {days}.")
    frequency, recency, age = _columns(summary)
    # Few pairs of frequency and age are different, and the hypergeometric function is slow.
    pair, pairs = pd.factorize(pd.MultiIndex.from_arrays([frequency, age]))
    x, watched = (pairs.get_level_values(level).to_numpy() for level in (0, 1))
    if_alive = _expected_if_alive(model, x, watched, float(days))
    expected = if_alive[pair] * _alive(model, frequency, recency, age)
    return pd.Series(expected, index=summary.index, name="expected_purchases")


def _columns(summary: pd.DataFrame) -> tuple[Array, Array, Array]:
    require_complete(summary, *COLUMNS, name="summary")
    frequency = as_counts(summary["frequency"], 'The column "frequency"')
    recency, age = (as_numbers(summary[name], f'The column "{name}"') for name in COLUMNS[1:])
    if (recency < 0).any() or (recency > age).any() or ((frequency > 0) != (recency > 0)).any():
        raise InputError(
            'Each customer needs 0 <= "recency" <= "T", and a "recency" above zero just where '
            '"frequency" is: take the summary of customer_summary.'
        )
    return frequency, recency, age


def _alive(model: MBGNBD, frequency: Array, recency: Array, age: Array) -> Array:
    from scipy.special import expit

    log_odds_left = (model.r + frequency) * np.log((model.alpha + age) / (model.alpha + recency))
    log_odds_left += np.log(model.a / (model.b + frequency))
    alive: Array = expit(-log_odds_left)
    return alive


def _expected_if_alive(model: MBGNBD, x: Array, age: Array, days: float) -> Array:
    """Return what to expect of a customer who has not left after the last of `x` + 1 orders.

    The rate is then gamma with r + x and alpha + age, the chance to leave beta with a and
    b + x + 1: the mean over both of (1 - exp(-rate * chance * days)) / chance.
    """
    from scipy.special import hyp2f1

    a = model.a if abs(model.a - 1) > 1e-6 else 1 + 1e-6  # at 1 the formula is 0 / 0
    left = a + model.b + x
    z = days / (model.alpha + age + days)
    # The plain form overflows with many orders, Euler's transform of it with a large `a`.
    with np.errstate(over="ignore", invalid="ignore"):
        plain = (1 - z) ** (model.r + x) * hyp2f1(model.r + x, model.b + x + 1, left, z)
        euler = (1 - z) ** (a - 1) * hyp2f1(a - 1, a + model.b - model.r, left, z)
    return left / (a - 1) * (1 - np.where(np.isfinite(euler), euler, plain))


def _negative_log_likelihood(
    logs: Array, x: Array, recency: Array, age: Array, count: Array
) -> tuple[float, Array]:
    """Return the mean of a customer, and its gradient, on log scales.

    A customer stayed through x + 1 orders and until today, or left after the last of them.
    """
    from scipy.special import gammaln, psi

    r, alpha, a, b = np.exp(logs)
    stays = -(r + x) * np.log(alpha + age)
    leaves = np.log(a) - np.log(b + x) - (r + x) * np.log(alpha + recency)
    either = np.logaddexp(stays, leaves)
    log_likelihood = (
        gammaln(r + x) - gammaln(r) + r * np.log(alpha)
        + gammaln(a + b) + gammaln(b + x + 1) - gammaln(b) - gammaln(a + b + x + 1)
        + either
    )  # fmt: skip
    left = np.exp(leaves - either)  # the probability to have left
    slopes = (
        psi(r + x) - psi(r) + np.log(alpha)
        - (1 - left) * np.log(alpha + age) - left * np.log(alpha + recency),
        r / alpha - (r + x) * ((1 - left) / (alpha + age) + left / (alpha + recency)),
        psi(a + b) - psi(a + b + x + 1) + left / a,
        psi(a + b) + psi(b + x + 1) - psi(b) - psi(a + b + x + 1) - left / (b + x),
    )  # fmt: skip
    share = count / count.sum()
    gradient = np.array([share @ slope for slope in slopes]) * np.exp(logs)
    return -float(share @ log_likelihood), -gradient
