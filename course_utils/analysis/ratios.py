"""Totals over totals, such as revenue per yuan spent, and how much of one is a few lucky rows."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from course_utils.analysis.tables import as_numbers, require_complete, require_share
from course_utils.errors import InputError

RESAMPLES = 4_000


@dataclass(frozen=True, repr=False)
class Ratio:
    """A ratio of two totals with its interval."""

    value: float
    low: float
    high: float
    level: float

    def __repr__(self) -> str:  # the sentence, since it is what a notebook shows
        return f"{self.value:.2f} ({self.level:.0%} interval {self.low:.2f} to {self.high:.2f})"


def ratio_of_totals(
    frame: pd.DataFrame,
    above: str,
    below: str,
    *,
    rng: np.random.Generator,
    level: float = 0.90,
) -> Ratio:
    """Divide the total of one column by that of another; a row is the unit that chance draws.

    The interval is the bias-corrected and accelerated bootstrap's (Efron 1987, "Better Bootstrap
    Confidence Intervals", Journal of the American Statistical Association 82), which follows a
    skewed distribution. With a very heavy tail even it is a little too narrow: the rarest row
    may not be in the table. Raises InputError unless there are two rows and a total to divide by.
    """
    from scipy.stats import bootstrap

    require_complete(frame, above, below)
    require_share(level, "level")
    upper, lower = (as_numbers(frame[name], f'The column "{name}"') for name in (above, below))
    if len(frame) < 2 or not lower.sum() > 0 or (lower < 0).any():
        raise InputError(f'"{below}" needs two rows or more, none negative, and a positive total.')
    found = bootstrap(
        (upper, lower),
        lambda x, y, axis: x.sum(axis) / y.sum(axis),
        paired=True,
        n_resamples=RESAMPLES,
        confidence_level=level,
        rng=rng,
    ).confidence_interval
    return Ratio(float(upper.sum() / lower.sum()), float(found.low), float(found.high), level)
