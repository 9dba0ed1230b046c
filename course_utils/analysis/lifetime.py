"""What a customer will still order: the BG/NBD model, fitted to a summary of each customer.

Fader, Hardie & Lee 2005, "Counting Your Customers the Easy Way", Marketing Science 24: a customer
orders at random at a rate of their own, and after each repeat order may leave for good, unseen.
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
class BGNBD:
    """How customers differ: in how often they order, and in how soon they leave.

    The rate of orders is gamma distributed with shape `r` and scale 1 / `alpha`, mean r / alpha a
    day (or whatever unit the summary counts in); the chance to leave after an order is beta
    distributed with `a` and `b`, mean a / (a + b).
    """

    r: float
    alpha: float
    a: float
    b: float

    def __repr__(self) -> str:
        return f"BG/NBD: r {self.r:.4g}, alpha {self.alpha:.4g}, a {self.a:.4g}, b {self.b:.4g}"


def fit_bgnbd(summary: pd.DataFrame) -> BGNBD:
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
    return BGNBD(r, alpha * float(unit), a, b)


def probability_alive(model: BGNBD, summary: pd.DataFrame) -> pd.Series:
    """Return each customer's probability of not having left, indexed as the summary.

    1 for who never ordered again: in this model one leaves only after a repeat.

    >>> model = BGNBD(r=0.25, alpha=4.0, a=0.8, b=2.5)
    >>> summary = pd.DataFrame({"frequency": [1, 8], "recency": [20, 20], "T": [40, 40]})
    >>> probability_alive(model, summary).round(2).tolist()  # 20 silent days, two rhythms
    [0.59, 0.07]
    """
    require_kind(model, BGNBD, "fit_bgnbd")
    alive = _alive(model, *_columns(summary))
    return pd.Series(alive, index=summary.index, name="probability_alive")


def expected_purchases(model: BGNBD, summary: pd.DataFrame, days: float) -> pd.Series:
    """Return how many order days to expect of each customer in the next `days` after `end`.

    Equation 10 of the paper.
    """
    require_kind(model, BGNBD, "fit_bgnbd")
    if not as_number(days, "days") > 0:
        raise InputError(f"days must be above zero, not {days}.")
    frequency, recency, age = _columns(summary)
    # Few pairs of frequency and age are different, and the hypergeometric function is dear.
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


def _alive(model: BGNBD, frequency: Array, recency: Array, age: Array) -> Array:
    from scipy.special import expit

    log_odds_left = (model.r + frequency) * np.log((model.alpha + age) / (model.alpha + recency))
    log_odds_left += np.log(model.a / (model.b + np.maximum(frequency, 1) - 1))
    return np.where(frequency > 0, expit(-log_odds_left), 1.0)


def _expected_if_alive(model: BGNBD, x: Array, age: Array, days: float) -> Array:
    from scipy.special import hyp2f1

    a = model.a if abs(model.a - 1) > 1e-6 else 1 + 1e-6  # at 1 the formula is 0 / 0
    left = a + model.b + x - 1
    z = days / (model.alpha + age + days)
    # The paper's form overflows with many orders, Euler's transform of it with a large `a`.
    with np.errstate(over="ignore", invalid="ignore"):
        paper = (1 - z) ** (model.r + x) * hyp2f1(model.r + x, model.b + x, left, z)
        euler = (1 - z) ** (a - 1) * hyp2f1(a - 1, a + model.b - 1 - model.r, left, z)
    return left / (a - 1) * (1 - np.where(np.isfinite(euler), euler, paper))


def _negative_log_likelihood(
    logs: Array, x: Array, recency: Array, age: Array, count: Array
) -> tuple[float, Array]:
    """Return the mean of a customer, and its gradient; equation 6 of the paper, on log scales."""
    from scipy.special import gammaln, psi

    r, alpha, a, b = np.exp(logs)
    again = np.maximum(x, 1)
    stays = -(r + x) * np.log(alpha + age)
    leaves = np.where(
        x > 0, np.log(a) - np.log(b + again - 1) - (r + x) * np.log(alpha + recency), -np.inf
    )
    either = np.logaddexp(stays, leaves)
    log_likelihood = (
        gammaln(r + x) - gammaln(r) + r * np.log(alpha)
        + gammaln(a + b) + gammaln(b + x) - gammaln(b) - gammaln(a + b + x)
        + either
    )  # fmt: skip
    left = np.exp(leaves - either)  # the probability to have left
    slopes = (
        psi(r + x) - psi(r) + np.log(alpha)
        - (1 - left) * np.log(alpha + age) - left * np.log(alpha + recency),
        r / alpha - (r + x) * ((1 - left) / (alpha + age) + left / (alpha + recency)),
        psi(a + b) - psi(a + b + x) + left / a,
        psi(a + b) + psi(b + x) - psi(b) - psi(a + b + x) - left / (b + again - 1),
    )  # fmt: skip
    share = count / count.sum()
    gradient = np.array([share @ slope for slope in slopes]) * np.exp(logs)
    return -float(share @ log_likelihood), -gradient
