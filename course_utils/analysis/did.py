"""Difference-in-differences: what a change did, with untouched units as the mirror of the rest.

A panel has one row per `unit` (a product, a shop, a city) and `time`. Some units were changed from
`start` on; the others never were. Effects are relative, shares: 0.11 is +11%. The assumption behind
all of it: without the change, both groups would have moved by the same *percentage*.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from course_utils.analysis.tables import (
    as_numbers,
    is_from,
    require_complete,
    require_flags,
    require_ids,
    require_share,
)
from course_utils.errors import InputError

Array = NDArray[np.float64]
Codes = NDArray[np.intp]
FEWEST = 5  # units of a kind: fewer can't show how much units differ by chance


@dataclass(frozen=True, repr=False)
class DidEstimate:
    """A relative effect with its interval, as shares: 0.11 is +11%."""

    effect: float
    low: float
    high: float
    confidence_level: float

    def __repr__(self) -> str:  # the sentence, since it is what a notebook shows
        interval = f"{self.confidence_level:.0%} interval {self.low:+.1%} to {self.high:+.1%}"
        return f"{self.effect:+.1%} ({interval})"


def difference_in_differences(
    panel: pd.DataFrame,
    *,
    outcome: str,
    unit: str,
    time: str,
    treated: str,
    start: Hashable,
    confidence_level: float = 0.90,
    clustered: bool = True,
) -> DidEstimate:
    """Estimate the relative effect of a change that the treated units had from `start` on.

    `treated` is a column of True/False (or 1/0), the same in all rows of a unit. Times compare
    with `start` as they stand: weeks as text sort as text, "3" after "26". The logarithm of the
    outcome is regressed on the change, with an effect for each unit and each time (two-way fixed
    effects). The standard error is clustered by unit (CR1), since the days of one unit resemble
    each other: Bertrand, Duflo & Mullainathan (2004), "How Much Should We Trust
    Differences-in-Differences Estimates?", Quarterly Journal of Economics 119. Its t has the
    *effective* number of units − 1 degrees of freedom: all units where half of them are treated,
    fewer where a few of one kind carry the comparison (Carter, Schnepel & Steigerwald 2017, Review
    of Economics and Statistics 99). `clustered=False` takes every row for independent, and is too
    sure of itself.

    Raises InputError for an outcome of zero or less, whose logarithm there is not, for fewer than
    five units of a kind, when there is no time on one side of `start`, and when the levels of
    units and times say already all that the change could.

    >>> days = [(shop, day) for shop in range(10) for day in range(6)]
    >>> panel = pd.DataFrame(days, columns=["shop", "day"])
    >>> panel["new"] = panel["shop"] < 5
    >>> panel["sales"] = 100.0 + panel["shop"] + panel["day"] * (panel["shop"] % 2)
    >>> panel.loc[panel["new"] & (panel["day"] >= 3), "sales"] *= 1.2
    >>> difference_in_differences(
    ...     panel, outcome="sales", unit="shop", time="day", treated="new", start=3
    ... )
    +19.4% (90% interval +17.1% to +21.8%)
    """
    log, units, times, changed = _panel(panel, outcome, unit, time, treated)
    after = is_from(panel[time], start)
    _require_both(after, f'rows before and from "{start}" on')
    change = (changed & after)[:, None]
    found = _effects(log, change, np.eye(1), units, times, _level(confidence_level), clustered)
    effect, low, high = found[0].tolist()
    return DidEstimate(effect, low, high, confidence_level)


def event_study(
    panel: pd.DataFrame,
    *,
    outcome: str,
    unit: str,
    time: str,
    period: str,
    treated: str,
    start: Hashable,
    confidence_level: float = 0.90,
) -> pd.DataFrame:
    """Trace the treated units' lead over the untouched ones, period by period.

    As `difference_in_differences`, with an effect for each `period` (a column, such as the week
    that a day belongs to). The periods before `start` average zero by construction; if they lie
    on zero one by one, the two groups moved alike before the change, which is the only evidence
    one can have that they would have gone on so. Returns a table indexed by period with `effect`,
    `low`, `high` as shares. Intervals are clustered by unit. Raises as above, and where a period
    holds one kind of unit only.
    """
    log, units, times, changed = _panel(panel, outcome, unit, time, treated)
    require_complete(panel, period, name="panel")
    codes, periods = pd.factorize(panel[period], sort=True)
    before = ~is_from(pd.Series(periods, name=period), start)
    _require_both(before, f'periods before and from "{start}" on')
    leads = np.equal.outer(codes, np.arange(1, len(periods))) & changed[:, None]
    # Effects come relative to the first period; take them from the mean of those before.
    own = np.eye(len(periods))[:, 1:]
    contrasts = own - own[before].mean(axis=0)
    return pd.DataFrame(
        _effects(log, leads, contrasts, units, times, _level(confidence_level)),
        index=pd.Index(periods, name=period),
        columns=["effect", "low", "high"],
    )


def _panel(
    panel: pd.DataFrame, outcome: str, unit: str, time: str, treated: str
) -> tuple[Array, Codes, Codes, NDArray[np.bool_]]:
    """The log outcome, unit and time by number, and who is treated: one entry a row."""
    require_ids(panel, unit, name="panel")
    require_complete(panel, outcome, time, treated, name="panel")
    require_flags(panel, treated)
    values = as_numbers(panel[outcome], f'The column "{outcome}"')
    if (values <= 0).any():
        raise InputError(
            f'The column "{outcome}" has values of zero or less, which have no logarithm: '
            "add up longer periods, or leave those units out."
        )
    changed = as_numbers(panel[treated], treated) == 1
    _require_both(changed, f'treated and untouched "{unit}"')
    units, times = pd.factorize(panel[unit])[0], pd.factorize(panel[time])[0]
    ever, never = np.unique(units[changed]), np.unique(units[~changed])
    if np.intersect1d(ever, never).size:
        raise InputError(f'"{treated}" must be the same in all rows of one "{unit}".')
    if min(len(ever), len(never)) < FEWEST:
        raise InputError(
            f'There are {len(ever):,} treated and {len(never):,} untouched "{unit}". Fewer '
            f"than {FEWEST} of a kind don't show how far chance moves one: take more of them, or "
            "count smaller units, such as shops in place of cities."
        )
    return np.log(values), units, times, changed


def _require_both(flags: NDArray[np.bool_], wanted: str) -> None:
    if flags.all() or not flags.any():
        raise InputError(f"There must be {wanted}; the panel has one kind only.")


def _effects(
    log: Array,
    regressors: NDArray[np.bool_],
    contrasts: Array,
    units: Codes,
    times: Codes,
    confidence_level: float,
    clustered: bool = True,
) -> Array:
    """Return each contrast of the regressors' effects and its interval, as shares: one a row."""
    from scipy.sparse import csc_array
    from scipy.stats import t

    # Frisch & Waugh 1933: what the levels leave of the columns gives the effects that a dummy for
    # each unit and time would give, and needs no table of dummies.
    rest, levels = _without_levels(units, times)
    columns = csc_array(regressors)
    each = range(columns.shape[1])
    spread = np.column_stack([columns.T @ rest(columns[:, [j]].toarray()[:, 0]) for j in each])
    degrees_of_freedom = len(log) - levels - len(spread)
    scale = np.sqrt(np.maximum(columns.sum(axis=0), 1))
    if degrees_of_freedom < 1 or np.linalg.eigvalsh(spread / np.outer(scale, scale))[0] < 1e-9:
        raise InputError(
            "The panel can't tell the change from the levels of its units and times: it needs rows "
            "of both kinds of units in every period, before and after the start."
        )
    left = rest(log - columns @ np.linalg.solve(spread, columns.T @ rest(log)))
    by_unit = _dummies(units).T
    count = by_unit.shape[0]
    few = count / (count - 1) * (len(log) - 1) / degrees_of_freedom
    found: list[list[Any]] = []
    for contrast in contrasts:
        if not contrast.any():  # a lone period before the change is the zero of all others
            found.append([0.0, 0.0, 0.0])
            continue
        weights = rest(columns @ np.linalg.solve(spread, contrast))
        if clustered:
            variance = few * ((by_unit @ (weights * left)) ** 2).sum()
            parts = by_unit @ weights**2  # of the variance, if all rows were alike
            known = parts.sum() ** 2 / (parts @ parts) - 1
        else:
            variance, known = (
                left @ left / degrees_of_freedom * (weights @ weights),
                degrees_of_freedom,
            )
        effect, margin = weights @ log, t.ppf((1 + confidence_level) / 2, known) * np.sqrt(variance)
        found.append([effect, effect - margin, effect + margin])
    return np.expm1(found)


def _without_levels(units: Codes, times: Codes) -> tuple[Callable[[Array], Array], int]:
    """Return what takes each unit's and each time's own level out of a column; count the levels."""
    # Given the levels of the few (mostly the times), those of the many are means: there are no
    # more equations to solve than there are few. One level is free in each part of the panel that
    # shares neither units nor times with the rest.
    few, many = sorted((units, times), key=np.max)
    of_few, of_many, rows = _dummies(few), _dummies(many), np.bincount(many)
    both = (of_many.T @ of_few).tocsr()
    together = np.diag(np.bincount(few)) - (both.T @ (both / rows[:, None])).toarray()
    sizes, directions = np.linalg.eigh(together)
    solved = sizes > 1e-10 * len(units)
    inverse = directions[:, solved] / sizes[solved] @ directions[:, solved].T

    def rest(column: Array) -> Array:
        sums = of_many.T @ column
        level = inverse @ (of_few.T @ column - both.T @ (sums / rows))
        return column - of_few @ level - of_many @ ((sums - both @ level) / rows)

    return rest, len(rows) + int(solved.sum())


def _dummies(codes: Codes) -> Any:
    """A sparse column for each code, with 1 in its rows."""
    from scipy.sparse import csr_array

    return csr_array((np.ones(len(codes)), codes, np.arange(len(codes) + 1)))


def _level(confidence_level: float) -> float:
    require_share(confidence_level, "confidence_level")
    return confidence_level
