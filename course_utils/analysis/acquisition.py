"""What a new customer costs: on average, and the next one."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from course_utils.analysis.estimates import Estimate
from course_utils.analysis.tables import (
    as_names,
    as_number,
    as_numbers,
    require_complete,
    require_share,
)
from course_utils.errors import InputError


@dataclass(frozen=True, repr=False)
class AcquisitionCurve:
    """Customers a week, on a platform: e^intercept × spend^elasticity × e^(−cost_inflation × week).

    `elasticity` is how many percent more customers 1% more spend brings; below 1 the next one
    costs more than the last. `cost_inflation` is the share by which the same money brings fewer
    customers each week. `logs` holds (intercept, elasticity, −cost_inflation) and `covariance` is
    theirs. Intervals are at `confidence_level`, by Student's t (`t_quantile`).
    """

    logs: NDArray[np.float64]
    covariance: NDArray[np.float64]
    t_quantile: float
    confidence_level: float

    @property
    def elasticity(self) -> Estimate:
        """Percent more customers for 1% more spend."""
        return self._estimate(self.logs[1], np.array([0.0, 1.0, 0.0]))

    @property
    def cost_inflation(self) -> Estimate:
        """Share by which the same spend brings fewer customers each week."""
        return self._estimate(-self.logs[2], np.array([0.0, 0.0, -1.0]))

    def __repr__(self) -> str:
        return f"elasticity {self.elasticity}; dearer by {self.cost_inflation} a week"

    def customers(self, spend: float, week: float) -> float:
        """Return the new customers that an ordinary week brings."""
        return math.exp(self.logs @ _point(spend, week))

    def average_cost(self, spend: float, week: float) -> Estimate:
        """Return spend ÷ customers at this spend in this week, in the spend's unit."""
        point = _point(spend, week)
        return self._exponential(math.log(spend) - float(self.logs @ point), -point)

    def marginal_cost(self, spend: float, week: float) -> Estimate:
        """Return what one more customer costs at this spend in this week, in the spend's unit.

        The slope of spend over customers: average cost ÷ elasticity. The interval is the delta
        method's, on the logarithm. Raises `InputError` where more spend brings no more customers.
        """
        elasticity = float(self.logs[1])
        if elasticity <= 0:
            raise InputError("More spend goes with no more customers here: no next one to price.")
        point = _point(spend, week)
        slope = -point - np.array([0.0, 1 / elasticity, 0.0])
        return self._exponential(
            math.log(spend) - float(self.logs @ point) - math.log(elasticity), slope
        )

    def _estimate(self, value: float, slope: NDArray[np.float64]) -> Estimate:
        margin = self.t_quantile * math.sqrt(slope @ self.covariance @ slope)
        return Estimate(
            float(value), float(value - margin), float(value + margin), self.confidence_level
        )

    def _exponential(self, log: float, slope: NDArray[np.float64]) -> Estimate:
        found = self._estimate(log, slope)
        low, high = math.exp(found.low), math.exp(found.high)
        return Estimate(math.exp(found.value), low, high, self.confidence_level)


def acquisition_curve(
    weeks: pd.DataFrame,
    *,
    spend: str = "spend",
    customers: str = "new_customers",
    week: str = "week",
    conditions: Sequence[str] = (),
    confidence_level: float = 0.90,
) -> AcquisitionCurve:
    """Fit how spend turns into new customers, while traffic gets more expensive.

    One row is one week of one platform. Least squares (statsmodels) of log customers on log spend,
    the week, and the `conditions`: columns of 0 and 1 such as a festival, whose weeks are other.
    The curve is that of a week without conditions. What a constant-elasticity response means for
    the next yuan: Hanssens, Parsons & Schultz 2001, Market Response Models, section 3.3.

    Raises `InputError` for a week without spend or customers, whose logarithm there is not, and for
    weeks too few or too alike to tell spend, time and conditions apart.

    >>> weeks = pd.DataFrame(
    ...     {
    ...         "week": [1, 2, 3, 4, 5, 6],
    ...         "spend": [100, 200, 100, 400, 200, 300],
    ...         "new_customers": [100, 139, 98, 193, 135, 162],
    ...     }
    ... )
    >>> acquisition_curve(weeks).elasticity  # twice the spend, 1.4 times the customers
    0.4959 (90% interval 0.4844 to 0.5074)
    """
    from scipy.stats import t
    from statsmodels.api import OLS

    conditions = as_names(conditions, "conditions")
    require_complete(weeks, spend, customers, week, *conditions, name="table of weeks")
    require_share(confidence_level, "confidence_level")
    columns = [as_numbers(weeks[name], f'The column "{name}"') for name in (week, *conditions)]
    money = _positive(weeks, spend)
    design = np.column_stack([np.ones(len(weeks)), np.log(money), *columns])
    if len(weeks) <= design.shape[1] or np.linalg.matrix_rank(design) < design.shape[1]:
        raise InputError(
            f"{len(weeks)} weeks are too few, or too alike, to tell spend from time and from the "
            "conditions: take more weeks, or leave out a condition that never changes."
        )
    fit = OLS(np.log(_positive(weeks, customers)), design).fit()
    return AcquisitionCurve(
        logs=fit.params[:3],
        covariance=fit.cov_params()[:3, :3],
        t_quantile=float(t.ppf((1 + confidence_level) / 2, fit.df_resid)),
        confidence_level=confidence_level,
    )


def _positive(weeks: pd.DataFrame, column: str) -> NDArray[np.float64]:
    values = as_numbers(weeks[column], f'The column "{column}"')
    if not (values > 0).all():
        raise InputError(f'The column "{column}" must be above zero in every week.')
    return values


def _point(spend: float, week: float) -> NDArray[np.float64]:
    if not as_number(spend, "The spend") > 0:
        raise InputError(f"The spend must be above zero, not {spend}.")
    return np.array([1.0, math.log(spend), as_number(week, "The week")])
