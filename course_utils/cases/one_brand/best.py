"""The best policy of a world, for whoever knows the world: the ceiling of the score.

The dials that are numbers climb by SciPy's L-BFGS-B, those that are options by the best single
change of one dial: in one month, from a month on, or up to one. The two take turns until neither
finds anything, and that from several starts.
"""

from collections.abc import Iterable, Sequence
from functools import cache

import numpy as np

from course_utils.cases.one_brand.year import (
    ADS_STEP,
    DIALS,
    HIGHEST_PRICE,
    LAST_YEAR,
    LOWEST_PRICE,
    MEMBERSHIP,
    MEMBERSHIPS,
    MOST_ADS,
    PAGE,
    PAGES,
    PRICE,
    RECALL,
    RECALLS,
    SEARCH,
    SOCIAL,
    Array,
    World,
    worth,
)

LOW = np.array([0, 0, LOWEST_PRICE, 0, 0, 0], float)
HIGH = np.array(
    [MOST_ADS, MOST_ADS, HIGHEST_PRICE, len(PAGES) - 1, len(RECALLS) - 1, len(MEMBERSHIPS) - 1],
    float,
)
STEP = np.array([ADS_STEP, ADS_STEP, 1, 1, 1, 1], float)
NUMBERS = (SEARCH, SOCIAL, PRICE)
OPTIONS = (PAGE, RECALL, MEMBERSHIP)
EVERY = tuple(range(len(DIALS)))
ENOUGH = 100.0  # yuan: a change that brings less is none
STARTS = (
    np.array([20_000, 20_000, 55, 1, 5, 2], float),
    np.array([100_000, 100_000, 49, 1, 5, 3], float),
)


def steady(world: World, month: Array) -> Array:
    """The same dials in every month."""
    return np.tile(np.asarray(month, float), (world.months, 1))


def climbed(world: World, start: Array, dials: Sequence[int] = EVERY) -> Array:
    """The best policy that can be reached from a start by changing these dials alone."""
    policy, best = np.array(start, float), -np.inf
    for _ in range(12):
        policy = _options_climbed(world, _numbers_climbed(world, policy, dials), dials)
        now = float(worth(world, policy))
        if now < best + ENOUGH:
            break
        best = now
    return _options_climbed(world, _on_steps(policy), dials, (*NUMBERS, *OPTIONS))


def _on_steps(policy: Array) -> Array:
    """The policy as the desk's dials can be set."""
    return np.clip(np.round(policy / STEP) * STEP, LOW, HIGH)


def _numbers_climbed(world: World, policy: Array, dials: Sequence[int]) -> Array:
    from scipy.optimize import minimize  # only here: it is slow to import

    free = [dial for dial in NUMBERS if dial in dials]
    if not free:
        return policy
    low, span = LOW[free], (HIGH - LOW)[free]
    places = world.months * len(free)
    nudges = np.concatenate([np.zeros((1, places)), 1e-4 * np.eye(places)])

    def loss(flat: Array) -> tuple[float, Array]:
        tried = np.tile(policy, (places + 1, 1, 1))
        tried[..., free] = low + span * (flat + nudges).reshape(-1, world.months, len(free))
        found = worth(world, tried) / 1e5
        return -float(found[0]), -(found[1:] - found[0]) / 1e-4

    start = ((policy[:, free] - low) / span).ravel()
    found = minimize(
        loss, start, jac=True, method="L-BFGS-B", bounds=[(0, 1)] * places,
        options={"maxiter": 60},
    )  # fmt: skip
    better = policy.copy()
    better[:, free] = low + span * found.x.reshape(world.months, len(free))
    return better


def _options_climbed(
    world: World, policy: Array, dials: Sequence[int], among: Sequence[int] = OPTIONS
) -> Array:
    """Take the best single change again and again, until none brings anything."""
    free = [dial for dial in among if dial in dials]
    best = float(worth(world, policy))
    while free:
        tried = np.concatenate([list(_changes(world, policy, dial)) for dial in free])
        found = worth(world, tried)
        first = int(found.argmax())
        if found[first] < best + ENOUGH:
            break
        policy, best = tried[first], float(found[first])
    return policy


def _changes(world: World, policy: Array, dial: int) -> Iterable[Array]:
    """Every single change of a dial: in one month, from it on, and up to it."""
    for month in range(world.months):
        for months in (slice(month, month + 1), slice(month, None), slice(None, month + 1)):
            if dial in OPTIONS:
                levels: Iterable[float] = np.arange(HIGH[dial] + 1)
            else:
                size = STEP[dial] * np.array([-4, -1, 1, 4])
                levels = np.clip(policy[month, dial] + size, LOW[dial], HIGH[dial])
            for level in levels:
                changed = policy.copy()
                changed[months, dial] = level
                yield changed


@cache
def best_policy(world: World, dials: tuple[int, ...] = EVERY) -> Array:
    """The best year that these dials allow, the others left as they stood last year."""
    if dials != EVERY:
        return climbed_once(world, dials)
    found = [climbed_once(world, dials, start) for start in range(len(STARTS))]
    return max(found, key=lambda policy: float(worth(world, policy)))


@cache
def climbed_once(world: World, dials: tuple[int, ...] = EVERY, start: int = 0) -> Array:
    """What is reached from one start alone: half the time, and hardly ever less."""
    policy = steady(world, LAST_YEAR)
    policy[:, dials] = STARTS[start][list(dials)]
    found = climbed(world, policy, dials)
    found.flags.writeable = False
    return found
