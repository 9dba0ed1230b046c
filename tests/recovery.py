"""What it means that an estimator finds the truth of a world, over many of its seeds."""

import numpy as np


def coverage(found: np.ndarray, wanted: float | np.ndarray) -> float:
    """How often the intervals (estimate, low, high), one a row, hold the truth."""
    return float(np.mean((found[:, 1] <= wanted) & (wanted <= found[:, 2])))


def assert_finds(found: np.ndarray, wanted: float | np.ndarray) -> None:
    """Bias within three standard errors; coverage of 90% intervals within three binomial ones."""
    error = found[:, 0] - wanted
    assert abs(error.mean()) < 3 * error.std(ddof=1) / np.sqrt(len(error))
    assert abs(coverage(found, wanted) - 0.9) < 3 * np.sqrt(0.9 * 0.1 / len(found))


def assert_misses(found: np.ndarray, wanted: float | np.ndarray) -> None:
    """Off on average by far more than chance, and most intervals, if there are any, miss."""
    error = found[:, 0] - wanted
    assert abs(error.mean()) > 10 * error.std(ddof=1) / np.sqrt(len(error))
    assert found.shape[1] == 1 or coverage(found, wanted) < 0.6
