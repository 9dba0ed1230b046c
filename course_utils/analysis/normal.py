"""The two questions that tests and intervals ask of the normal distribution."""

import math
from statistics import NormalDist


def critical_value(confidence_level: float) -> float:
    """Return the z for which a standard normal lies within ±z with probability `confidence_level`.

    >>> round(critical_value(0.95), 2)
    1.96
    """
    return NormalDist().inv_cdf((1 + confidence_level) / 2)


def two_sided_p_value(estimate: float, standard_error: float) -> float:
    """Return how often chance alone would put an estimate this far from zero, or farther.

    An estimate of exactly zero is no evidence at all, whatever its standard error: 1.
    """
    if estimate == 0:
        return 1.0
    if standard_error == 0:
        return 0.0
    return math.erfc(abs(estimate) / standard_error / math.sqrt(2))
