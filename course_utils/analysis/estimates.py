"""A number with its interval, and the simplest way to one: a ratio of two sums."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from course_utils.analysis.normal import critical_value
from course_utils.analysis.tables import as_numbers, require_complete, require_share
from course_utils.errors import InputError


@dataclass(frozen=True, repr=False)
class Estimate:
    """A number and its interval, `low` to `high` at `level`, in the number's own unit."""

    value: float
    low: float
    high: float
    level: float = 0.90

    # The repr too is the sentence, since it is what a notebook shows.
    def __repr__(self) -> str:
        return f"{self.value:,.4g} ({self.level:.0%} interval {self.low:,.4g} to {self.high:,.4g})"


def ratio_of_sums(frame: pd.DataFrame, top: str, bottom: str, *, level: float = 0.90) -> Estimate:
    """Return the sum of one column over the sum of another, with its interval.

    The rows are a random sample of rows, such as orders; the interval says how far the ratio of
    all rows may lie from the sample's. Linearised variance of a ratio (Cochran 1977, Sampling
    Techniques, section 6.4).

    >>> orders = pd.DataFrame({"refund": [0, 89, 0, 39, 0] * 40, "paid": [89, 89, 39, 39, 89] * 40})
    >>> ratio_of_sums(orders, "refund", "paid")
    0.371 (90% interval 0.3119 to 0.4302)
    """
    require_complete(frame, top, bottom)
    require_share(level, "level")
    above = as_numbers(frame[top], f'The column "{top}"')
    below = as_numbers(frame[bottom], f'The column "{bottom}"')
    if below.sum() <= 0 or len(frame) < 2:
        raise InputError(
            f'The column "{bottom}" must sum to more than zero over at least two rows.'
        )
    ratio = above.sum() / below.sum()
    spread = np.std(above - ratio * below, ddof=1) * math.sqrt(len(frame)) / below.sum()
    margin = critical_value(level) * spread
    return Estimate(float(ratio), float(ratio - margin), float(ratio + margin), level)
