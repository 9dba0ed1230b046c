"""The best policy: nothing beats it, and on a small world it is the exact one."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from course_utils.cases.one_brand.best import (
    ENOUGH,
    HIGH,
    LAST_YEAR,
    LOW,
    STEP,
    best_policy,
    steady,
)
from course_utils.cases.one_brand.year import world_of, worth
from tests.cases.one_brand import by_hand
from tests.cases.one_brand.test_year import some_policies


@pytest.mark.parametrize("number", [5])
def test_neither_chance_nor_climbing_from_it_beats_the_best_by_half_a_percent(number):
    world = world_of(number)
    best = float(worth(world, best_policy(world)))
    base = float(worth(world, steady(world, LAST_YEAR)))
    policies = some_policies(world, 20_000, seed=number)
    found = worth(world, policies)
    rng = np.random.default_rng(number)
    start = policies[found.argsort()[-40:]]
    here = np.sort(found)[-40:]
    for _ in range(400):  # forty climbers: one dial, in a run of months, is set anew
        tried = start.copy()
        for climber in tried:
            dial, (low, high) = rng.integers(6), np.sort(rng.integers(0, 13, 2))
            climber[low : high + 1, dial] = LOW[dial] + STEP[dial] * rng.integers(
                0, (HIGH[dial] - LOW[dial]) / STEP[dial] + 1
            )
        there = worth(world, tried)
        better = there > here
        start[better], here[better] = tried[better], there[better]
    assert here.max() > found.max()
    assert here.max() - base < 1.005 * (best - base)


def test_the_best_is_on_the_desk_and_within_its_bounds():
    policy = best_policy(world_of(3))
    assert ((policy >= LOW) & (policy <= HIGH)).all()
    assert np.allclose((policy - LOW) / STEP, np.round((policy - LOW) / STEP))


def test_no_change_of_one_dial_improves_the_best():
    world = world_of(2)
    policy = best_policy(world)
    best = float(worth(world, policy))
    for month, dial in product(range(12), range(6)):
        tried = np.repeat(policy[None], 3, axis=0)
        tried[:, month, dial] += STEP[dial] * np.array([-1, 1, 2])
        tried = np.clip(tried, LOW, HIGH)
        assert worth(world, tried).max() <= best + ENOUGH


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize("dials", [(3, 4), (3, 5)], ids=["page-recall", "page-membership"])
def test_on_two_links_and_three_months_it_equals_dynamic_programming(number, dials):
    world = replace(world_of(number), months=3, change_month=1)

    def best_from(state):
        """The exact best of what is left: Bellman's equation, over every pair of options."""
        if state.month == world.months:
            return by_hand.left_over(world, state)
        found = []
        for options in product(*(range(int(HIGH[dial]) + 1) for dial in dials)):
            month = list(LAST_YEAR)
            month[dials[0]], month[dials[1]] = options
            after, left = by_hand.month(world, state, tuple(month))
            found.append(left + best_from(after))
        return max(found)

    exact = best_from(by_hand.first_state(world))
    assert float(worth(world, best_policy(world, dials))) == pytest.approx(exact, abs=ENOUGH)
