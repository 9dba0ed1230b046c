"""The estimates that tempt in this chapter's verdicts, over many worlds like the chapter's."""

from collections import Counter
from dataclasses import replace
from functools import cache

import pytest

from course_utils.cases.fresh_food import case, world
from tests.cases.evidence import shares_held

SEEDS = range(500, 520)
BEST = "weekly after 30, occasional after 60"


@cache
def tables(seed):
    return world.simulate(replace(world.World(), seed=seed)).tables


@pytest.mark.parametrize("verdict", ["week_effect", "recall_adds", "slot_adds"])
def test_a_careful_range_holds_the_truth_and_a_tempting_one_does_not(verdict):
    held = shares_held(case, verdict, tables, SEEDS)
    assert held.pop("careful") >= 0.75
    assert len(held) >= 2
    assert (held < 0.5).all()


def test_the_test_tells_the_best_plan_from_the_second():
    forecast, first = case.book.items["whom_to_message"].forecast, Counter()
    for seed in SEEDS:
        plans = case.book.evaluate(forecast, tables(seed).__getitem__)
        first[max(plans, key=plans.get)] += 1
        assert plans["all after 14 days"][1] > 0.9  # the hasty plan is known to lose
    assert first[BEST] >= 0.8 * len(SEEDS)
