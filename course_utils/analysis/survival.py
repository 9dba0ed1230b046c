"""How long until an event, when some are still waiting for it."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from course_utils.analysis.estimates import Estimate
from course_utils.analysis.normal import critical_value
from course_utils.analysis.tables import as_numbers, require_share
from course_utils.errors import InputError

Array = NDArray[np.float64]


@dataclass(frozen=True, repr=False)
class SurvivalCurve:
    """The share still waiting, day by day, from waits of which some are not over.

    `table` has a row for day 0, for each day on which someone returned, and for the longest wait:
    `days`; `at_risk`, the waits that were watched so long; `waiting`, the share still waiting
    after that day; and `low` to `high`, its interval at `confidence_level`. Between two rows the
    share stays.
    """

    table: pd.DataFrame
    confidence_level: float

    @property
    def median(self) -> float:
        """The first day by which half have returned; nan if that was never seen."""
        reached = self.table["days"][self.table["waiting"] <= 0.5 + 1e-12]
        return float(reached.iloc[0]) if len(reached) else math.nan

    def returned_by(self, days: float) -> Estimate:
        """Return the share who returned within so many days.

        Raises `InputError` beyond the longest wait that was watched: nobody knows.
        """
        longest, waiting = self.table[["days", "waiting"]].iloc[-1]
        if not days >= 0:
            raise InputError(f"days must be zero or more, not {days}.")
        if days > longest and waiting > 0:
            raise InputError(f"Nobody was watched for {days:g} days, only for {longest:g} at most.")
        row = self.table.iloc[np.searchsorted(self.table["days"], days, side="right") - 1]
        return Estimate(
            float(1 - row["waiting"]),
            float(1 - row["high"]),
            float(1 - row["low"]),
            self.confidence_level,
        )

    # The repr too is the sentence, since it is what a notebook shows.
    def __repr__(self) -> str:
        last = self.table.iloc[-1]
        half = (
            "half never seen to return"
            if math.isnan(self.median)
            else f"half return within {self.median:g} days"
        )
        return (
            f"{self.table['at_risk'].iloc[0]:,} waits: {half}, "
            f"{1 - last['waiting']:.0%} within {last['days']:g}"
        )


def survival_curve(
    days: ArrayLike, completed: ArrayLike, *, confidence_level: float = 0.90
) -> SurvivalCurve:
    """Estimate the share still waiting after each day (Kaplan & Meier 1958, JASA 53).

    `days` are waits; where `completed` is False the wait was not over when it was last seen, so
    that it says only "longer than this". The waits are taken to be independent, and those that
    were cut short to be like the others. The interval is Greenwood's on the log-log scale, which
    keeps it between 0 and 1 (Kalbfleisch & Prentice 1980, section 1.3). Curve and variance are
    those of statsmodels (`SurvfuncRight`). Raises `InputError` for waits below zero, and for
    columns of different lengths.

    >>> survival_curve([2, 3, 5, 6], [True, False, True, False]).table[["days", "waiting"]]
       days  waiting
    0   0.0    1.000
    1   2.0    0.750
    2   5.0    0.375
    3   6.0    0.375
    """
    require_share(confidence_level, "confidence_level")
    waits, over = _waits(days, completed)
    place, waiting, error = _kaplan_meier(waits, over)
    low, high = _log_log(waiting, error, confidence_level)
    table = pd.DataFrame(
        {
            "days": place,
            "at_risk": len(waits) - np.searchsorted(np.sort(waits), place),
            "waiting": waiting,
            "low": low,
            "high": high,
        }
    )
    return SurvivalCurve(table, confidence_level)


def _waits(days: ArrayLike, completed: ArrayLike) -> tuple[Array, NDArray[np.bool_]]:
    waits, over = as_numbers(days, "days"), as_numbers(completed, "completed")
    if waits.ndim != 1 or waits.shape != over.shape or not waits.size:
        raise InputError("days and completed must be two columns of the same length, not empty.")
    if (waits < 0).any():
        raise InputError(f"days must be zero or more, not {waits.min():g}: are dates swapped?")
    if not np.isin(over, (0, 1)).all():
        raise InputError("completed must hold True and False only.")
    return waits, over.astype(bool)


def _kaplan_meier(waits: Array, over: NDArray[np.bool_]) -> tuple[Array, Array, Array]:
    """Return the days of the table, the share waiting then, and its standard error."""
    from statsmodels.duration.survfunc import SurvfuncRight

    place, waiting, error = np.zeros(1), np.ones(1), np.zeros(1)
    if over.any():
        curve = SurvfuncRight(waits, over)
        place, waiting, error = curve.surv_times, curve.surv_prob, curve.surv_prob_se
        if place[0] > 0:
            place, waiting, error = (
                np.append(before, found)
                for before, found in ((0.0, place), (1.0, waiting), (0.0, error))
            )
    if place[-1] < waits.max():
        place, waiting, error = (
            np.append(place, waits.max()),
            np.append(waiting, waiting[-1]),
            np.append(error, error[-1]),
        )
    return place, waiting, error


def _log_log(waiting: Array, error: Array, confidence_level: float) -> tuple[Array, Array]:
    """Return the interval; where nobody waits any more, `high` stays: the curve can only fall."""
    inner = (waiting > 0) & (waiting < 1)
    share = np.where(inner, waiting, 0.5)
    margin = critical_value(confidence_level) * error / (share * np.abs(np.log(share)))
    low = np.where(inner, share ** np.exp(margin), waiting)
    high = np.where(inner, share ** np.exp(-margin), waiting)
    over = waiting == 0
    high[over] = high[~over].min(initial=1.0)
    return low, high
