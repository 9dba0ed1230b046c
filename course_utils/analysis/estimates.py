"""A number with its interval, and the simplest way to one: a ratio of two sums."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from course_utils.analysis.normal import critical_value
from course_utils.analysis.tables import (
    as_numbers,
    require_complete,
    require_generator,
    require_share,
)
from course_utils.errors import InputError

Array = NDArray[np.float64]
RESAMPLES = 4_000  # of a bootstrap


@dataclass(frozen=True, repr=False)
class Estimate:
    """A number and its interval, `low` to `high` at `confidence_level`, in the number's unit."""

    value: float
    low: float
    high: float
    confidence_level: float = 0.90

    # The repr too is the sentence, since it is what a notebook shows.
    def __repr__(self) -> str:
        interval = f"{self.confidence_level:.0%} interval {self.low:,.4g} to {self.high:,.4g}"
        return f"{self.value:,.4g} ({interval})"


def ratio_of_sums(
    frame: pd.DataFrame,
    top: str,
    bottom: str,
    *,
    confidence_level: float = 0.90,
    rng: np.random.Generator | None = None,
) -> Estimate:
    """Return the sum of one column over the sum of another, with its interval.

    The rows are a random sample of rows, such as orders; the interval says how far the ratio of
    all rows may lie from the sample's. Linearised variance of a ratio (Cochran 1977, Sampling
    Techniques, section 6.4). Where a few rows hold much of the total, hand in a generator: the
    interval is then the bias-corrected and accelerated bootstrap's (Efron 1987, Journal of the
    American Statistical Association 82), which leans to the long tail. With a very heavy tail
    even that is a little too narrow: the rarest row may not be in the table.

    >>> orders = pd.DataFrame({"refund": [0, 89, 0, 39, 0] * 40, "paid": [89, 89, 39, 39, 89] * 40})
    >>> ratio_of_sums(orders, "refund", "paid")
    0.371 (90% interval 0.3119 to 0.4302)
    """
    require_complete(frame, top, bottom)
    require_share(confidence_level, "confidence_level")
    above = as_numbers(frame[top], f'The column "{top}"')
    below = as_numbers(frame[bottom], f'The column "{bottom}"')
    if len(frame) < 2 or (below < 0).any() or below.sum() <= 0:
        raise InputError(
            f'The column "{bottom}" needs two rows or more, none negative, and a total above zero.'
        )
    bounds = _linearised(above, below, confidence_level)
    if rng is not None:
        require_generator(rng)
        if bounds[0] < bounds[1]:  # or all rows say the same, and there is nothing to resample
            bounds = _resampled(above, below, confidence_level, rng)
    return Estimate(float(above.sum() / below.sum()), *bounds, confidence_level)


def _linearised(above: Array, below: Array, confidence_level: float) -> tuple[float, float]:
    ratio = above.sum() / below.sum()
    spread = np.std(above - ratio * below, ddof=1) * math.sqrt(len(above)) / below.sum()
    margin = critical_value(confidence_level) * spread
    return float(ratio - margin), float(ratio + margin)


def _resampled(
    above: Array, below: Array, confidence_level: float, rng: np.random.Generator
) -> tuple[float, float]:
    from scipy.stats import bootstrap

    found = bootstrap(
        (above, below),
        lambda x, y, axis: x.sum(axis) / y.sum(axis),
        paired=True,
        n_resamples=RESAMPLES,
        confidence_level=confidence_level,
        rng=rng,
    ).confidence_interval
    return float(found.low), float(found.high)
