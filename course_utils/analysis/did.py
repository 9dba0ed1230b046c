"""Difference-in-differences: what a change did, with untouched units as the mirror of the rest.

A panel has one row per `unit` (a product, a shop, a city) and `time`. Some units were changed from
`start` on; the others never were. Effects are relative, shares: 0.11 is +11%. The assumption behind
all of it: without the change, both groups would have moved by the same *percentage*.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from course_utils.analysis.tables import (
    as_numbers,
    require_complete,
    require_flags,
    require_share,
)
from course_utils.errors import InputError

Array = NDArray[np.float64]


@dataclass(frozen=True, repr=False)
class Uplift:
    """A relative effect with its interval, as shares: 0.11 is +11%."""

    effect: float
    low: float
    high: float
    level: float

    def __repr__(self) -> str:  # the sentence, since it is what a notebook shows
        return f"{self.effect:+.1%} ({self.level:.0%} interval {self.low:+.1%} to {self.high:+.1%})"


def difference_in_differences(
    panel: pd.DataFrame,
    *,
    outcome: str,
    unit: str,
    time: str,
    treated: str,
    start: Hashable,
    level: float = 0.90,
    clustered: bool = True,
) -> Uplift:
    """Estimate the relative effect of a change that the treated units had from `start` on.

    `treated` is a column of True/False (or 1/0), the same in all rows of a unit. The logarithm of
    the outcome is regressed on the change, with an effect for each unit and each time (two-way
    fixed effects). The standard error is clustered by unit (CR1, t with units − 1 degrees of
    freedom), since the days of one unit resemble each other: Bertrand, Duflo & Mullainathan
    (2004), "How Much Should We Trust Differences-in-Differences Estimates?", Quarterly Journal of
    Economics 119. `clustered=False` takes every row for independent, and is too sure of itself.

    Raises InputError for an outcome of zero or less, whose logarithm there is not, and when there
    is no unit of a kind, or no time on one side of `start`.
    """
    log, units, times, changed = _panel(panel, outcome, unit, time, treated)
    since = np.asarray(panel[time] >= start)
    _require_both(since, f'rows before and from "{start}" on')
    regressors = _with_fixed_effects((changed & since)[:, None].astype(float), units, times)
    fit = _fit(log, regressors, units, clustered)
    low, high = fit.conf_int(alpha=1 - _level(level))[0]
    effect, low, high = np.expm1([fit.params[0], low, high]).tolist()
    return Uplift(effect, low, high, level)


def event_study(
    panel: pd.DataFrame,
    *,
    outcome: str,
    unit: str,
    time: str,
    period: str,
    treated: str,
    start: Hashable,
    level: float = 0.90,
) -> pd.DataFrame:
    """Trace the treated units' lead over the untouched ones, period by period.

    As `difference_in_differences`, with an effect for each `period` (a column, such as the week
    that a day belongs to). The periods before `start` average zero by construction; if they lie
    on zero one by one, the two groups moved alike before the change, which is the only evidence
    one can have that they would have gone on so. Returns a table indexed by period with `effect`,
    `low`, `high` as shares. Intervals are clustered by unit. Raises as above.
    """
    log, units, times, changed = _panel(panel, outcome, unit, time, treated)
    require_complete(panel, period, name="panel")
    codes, periods = pd.factorize(panel[period], sort=True)
    before = np.asarray(periods < start)
    _require_both(before, f'periods before and from "{start}" on')
    leads = np.equal.outer(codes, np.arange(1, len(periods))) & changed[:, None]
    fit = _fit(log, _with_fixed_effects(leads.astype(float), units, times), units, True)
    # Effects come relative to the first period; take them from the mean of those before.
    own = np.eye(len(periods))[:, 1:]
    contrast = np.zeros((len(periods), len(fit.params)))
    contrast[:, : len(periods) - 1] = own - own[before].mean(axis=0)
    found = fit.t_test(contrast)
    columns = np.column_stack([found.effect, found.conf_int(alpha=1 - _level(level))])
    return pd.DataFrame(
        np.expm1(columns),
        index=pd.Index(periods, name=period),
        columns=["effect", "low", "high"],
    )


def _panel(
    panel: pd.DataFrame, outcome: str, unit: str, time: str, treated: str
) -> tuple[Array, NDArray[np.intp], NDArray[np.intp], NDArray[np.bool_]]:
    """The log outcome, unit and time by number, and who is treated: one entry a row."""
    require_complete(panel, outcome, unit, time, treated, name="panel")
    require_flags(panel, treated)
    values = as_numbers(panel[outcome], f'The column "{outcome}"')
    if (values <= 0).any():
        raise InputError(
            f'The column "{outcome}" has values of zero or less, which have no logarithm: '
            "add up longer periods, or leave those units out."
        )
    if panel.groupby(unit)[treated].nunique().max() > 1:
        raise InputError(f'"{treated}" must be the same in all rows of one "{unit}".')
    changed = panel[treated].to_numpy(bool)
    _require_both(changed, f'treated and untouched "{unit}"')
    return np.log(values), pd.factorize(panel[unit])[0], pd.factorize(panel[time])[0], changed


def _require_both(flags: NDArray[np.bool_], wanted: str) -> None:
    if flags.all() or not flags.any():
        raise InputError(f"There must be {wanted}; the panel has one kind only.")


def _with_fixed_effects(
    regressors: Array, units: NDArray[np.intp], times: NDArray[np.intp]
) -> Array:
    by_unit = np.equal.outer(units, np.arange(units.max() + 1))
    by_time = np.equal.outer(times, np.arange(1, times.max() + 1))
    return np.column_stack([regressors, by_unit, by_time]).astype(float)


def _fit(log: Array, regressors: Array, units: NDArray[np.intp], clustered: bool) -> Any:
    from statsmodels.regression.linear_model import OLS

    model = OLS(log, regressors)
    if not clustered:
        return model.fit()
    return model.fit(cov_type="cluster", cov_kwds={"groups": units}, use_t=True)


def _level(level: float) -> float:
    require_share(level, "level")
    return level
