"""What the next yuan of advertising brings: saturation, carry-over, and the best mix of channels.

A channel's weekly revenue rises with its spend s along capacity · s / (half_saturation + s): at
`half_saturation` it reaches half of its capacity, and each further yuan brings less. What a week's
spend sells arrives over several weeks: a share 1 − carry_over at once, and each week `carry_over`
times the week before. Saturation first, then carry-over, is the order for weekly pulses of spend:
Jin, Wang, Sun, Chan & Koehler (2017), "Bayesian Methods for Media Mix Modeling with Carryover and
Shape Effects", Google Research.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from course_utils.analysis.normal import critical_value
from course_utils.analysis.tables import (
    as_names,
    as_number,
    as_numbers,
    require_complete,
    require_ids,
    require_kind,
    require_share,
)
from course_utils.errors import InputError

Array = NDArray[np.float64]


@dataclass(frozen=True, repr=False)
class Response:
    """A channel's response: `capacity` and `half_saturation`, in yuan a week, and `carry_over`.

    `covariance` (3 × 3, in this order) says how sure a fit is of them; it is None for a response
    that was not fitted.
    """

    capacity: float
    half_saturation: float
    carry_over: float = 0.0
    covariance: Array | None = field(default=None, compare=False)

    def revenue(self, spend: ArrayLike) -> Any:
        """What a week's spend sells in the end, over all the weeks that it works."""
        spend = np.asarray(spend, float)
        return self.capacity * spend / (self.half_saturation + spend)

    def __repr__(self) -> str:
        return (
            f"at most {self.capacity:,.0f} a week, "
            f"half of it at a spend of {self.half_saturation:,.0f}; "
            f"{self.carry_over:.0%} of a week's effect carries over"
        )


def adstock(values: ArrayLike, carry_over: float) -> Array:
    """Spread each week's value over the weeks that follow: (1 − c), then c times the week before.

    The last axis is time. The weights add up to 1, so that nothing is won or lost on the way; the
    weeks before the first are taken to have been like it. Raises `InputError` for a carry-over that
    is not 0 or more and below 1, and for no weeks at all. Broadbent (1979), "One Way TV
    Advertisements Work", Journal of the Market Research Society 21, with weights of sum 1.

    >>> adstock([0, 100, 0, 0], 0.5)
    array([ 0. , 50. , 25. , 12.5])
    """
    from scipy.signal import lfilter

    carry_over = as_number(carry_over, "carry_over")
    if not 0 <= carry_over < 1:
        raise InputError(f"carry_over must be 0 or more and below 1, not {carry_over}.")
    array = as_numbers(values, "The values")
    if not array.ndim or not array.shape[-1]:
        raise InputError("The values must be a list of weeks or other times, one or more.")
    spread, _ = lfilter(
        [1 - carry_over], [1, -carry_over], array, zi=carry_over * array[..., :1], axis=-1
    )
    return spread


def fit_response(
    panel: pd.DataFrame, *, spend: str, outcome: str, unit: str, time: str
) -> Response:
    """Fit a channel's response to a test in which chance varied the spend of units by the week.

    `panel` has one row per unit (a region) and time (a week), every unit at every time. Least
    squares (SciPy, trust region reflective) of the outcome on the response to spend, with an
    effect for each unit and each time projected out; the covariance is the usual one of a
    non-linear fit, σ²(J'J)⁻¹ (Seber & Wild 1989, Nonlinear Regression, section 2.1).

    Raises InputError when rows are missing, or the spend is negative or doesn't vary.
    """
    from scipy.optimize import least_squares

    require_ids(panel, unit)
    require_complete(panel, spend, outcome, time)
    numbers = {name: as_numbers(panel[name], f'The column "{name}"') for name in (spend, outcome)}
    wide = panel.assign(**numbers).pivot_table(
        index=unit, columns=time, values=[spend, outcome], aggfunc="sum"
    )
    if wide.isna().to_numpy().any() or len(panel) * 2 != wide.size:
        raise InputError(f'Each "{unit}" needs exactly one row for each "{time}".')
    groups, times = len(wide), len(wide.columns) // 2
    degrees_of_freedom = (groups - 1) * (times - 1) - 3
    if degrees_of_freedom < 1:
        raise InputError(f'{groups} "{unit}" at {times} "{time}" are too few for a curve.')
    spends = as_numbers(wide[spend], f'The column "{spend}"')
    sold = _without_levels(as_numbers(wide[outcome], f'The column "{outcome}"'))
    usual = float(spends.mean())
    if (spends < 0).any() or not np.abs(_without_levels(spends)).max() > 1e-6 * usual:
        raise InputError(f'"{spend}" must be zero or more, and vary within the weeks of a {unit}.')

    def effect(half_saturation: float, carry_over: float) -> Array:
        return _without_levels(adstock(spends / (half_saturation + spends), carry_over))

    def residuals(scaled: Array) -> Array:
        capacity, half_saturation, carry_over = scaled
        return (capacity * effect(half_saturation * usual, carry_over) * size - sold).ravel() / size

    start = effect(usual, 0.3)
    size = float((start * sold).sum() / (start**2).sum()) or 1.0  # the capacity's order
    bounds = ([-100, 0.02, 0], [100, 50, 0.95])
    found = least_squares(residuals, [1.0, 1.0, 0.3], bounds=bounds)
    scales = np.array([size, usual, 1.0])
    noise = 2 * found.cost / degrees_of_freedom
    covariance = noise * np.linalg.pinv(found.jac.T @ found.jac) * np.outer(scales, scales)
    capacity, half_saturation, carry_over = (found.x * scales).tolist()
    return Response(capacity, half_saturation, carry_over, covariance)


def marginal_roas(response: Response, spend: ArrayLike) -> Any:
    """Return the revenue that the *next* yuan per week brings at this spend: the curve's slope."""
    require_kind(response, Response, "fit_response")
    spend = as_numbers(spend, "spend")
    return _plain(
        response.capacity * response.half_saturation / (response.half_saturation + spend) ** 2
    )


def average_roas(response: Response, spend: ArrayLike) -> Any:
    """Return the revenue that one yuan brings *on average* at this spend: what a report shows."""
    require_kind(response, Response, "fit_response")
    spend = as_numbers(spend, "spend")
    return _plain(response.capacity / (response.half_saturation + spend))


def marginal_roas_interval(
    response: Response, spend: float, *, confidence_level: float = 0.90
) -> tuple[float, float]:
    """Return the interval of the marginal ROAS at this spend, by the delta method.

    Raises InputError for a response that was not fitted.
    """
    require_share(confidence_level, "confidence_level")
    require_kind(response, Response, "fit_response")
    if response.covariance is None:
        raise InputError("Only a fitted response knows how sure it is: use fit_response.")
    spend = as_number(spend, "spend")
    middle = marginal_roas(response, spend)
    slopes = [
        middle / response.capacity,
        middle * (1 / response.half_saturation - 2 / (response.half_saturation + spend)),
        0.0,  # the carry-over says when a yuan works, not how much
    ]
    standard_error = float(np.sqrt(slopes @ response.covariance @ slopes))
    width = critical_value(confidence_level) * standard_error
    return middle - width, middle + width


def best_mix(responses: Sequence[Response], total: float) -> Array:
    """Return the spend of each channel that sells most for this total, in the responses' order.

    A concave problem under one budget and no negative spend, solved by SciPy's SLSQP (Kraft 1988).
    Raises `InputError` for a total that is not above zero, and without a response.
    """
    from scipy.optimize import minimize

    total = as_number(total, "total")
    if not total > 0:
        raise InputError(f"total must be above zero, not {total}.")
    responses = as_names(responses, "responses")
    for response in responses:
        require_kind(response, Response, "fit_response")
    if not responses:
        raise InputError("There must be a response or more to share the total.")
    ceilings = np.array([response.capacity for response in responses])
    halves = np.array([response.half_saturation for response in responses]) / total
    size = ceilings.sum()
    n = len(responses)
    found = minimize(
        lambda share: -(ceilings * share / (halves + share)).sum() / size,
        np.full(n, 1 / n),
        jac=lambda share: -ceilings * halves / (halves + share) ** 2 / size,
        bounds=[(0, 1)] * n,
        constraints={
            "type": "eq",
            "fun": lambda share: share.sum() - 1,
            "jac": lambda _: np.ones(n),
        },
        method="SLSQP",
        options={"ftol": 1e-10, "maxiter": 200},
    )
    shares = np.clip(found.x, 0, 1)
    return total * shares / shares.sum()


def _without_levels(table: Array) -> Array:
    """A table of units by times without each unit's and each time's own level."""
    return table - table.mean(axis=1, keepdims=True) - table.mean(axis=0) + table.mean()


def _plain(values: Array) -> Any:
    return float(values) if np.ndim(values) == 0 else values
