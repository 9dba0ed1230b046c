"""What many worlds like chapter 2's let an analyst find, drawn once for all tests that ask."""

from functools import cache

import numpy as np

from course_utils.analysis import difference_in_differences
from course_utils.cases.beauty_traffic import panel
from course_utils.cases.beauty_traffic.world import REWORKED, World, draw_search

SEEDS = range(120)


@cache
def uplifts(*, clustered: bool) -> np.ndarray:
    """The pages' uplift by difference-in-differences: (estimate, low, high), a row a world.

    Intervals that take every row for independent fail so clearly that a third of the worlds do.
    """
    found = []
    for seed in SEEDS if clustered else SEEDS[::3]:
        search, _ = draw_search(World(), np.random.default_rng(seed))
        uplift = difference_in_differences(search, start=REWORKED, clustered=clustered, **panel)
        found.append((uplift.effect, uplift.low, uplift.high))
    return np.array(found)
