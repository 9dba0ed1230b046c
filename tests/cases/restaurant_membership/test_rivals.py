"""The careful ranges and the tempting ones, over many worlds like the chapter's."""

from dataclasses import replace
from functools import cache

import pytest

from course_utils.cases.restaurant_membership import case, world
from tests.cases.evidence import shares_held

VERDICTS = ["membership_effect", "service_profit", "gift_profit"]
SEEDS = range(500, 520)


@cache
def tables(seed):
    """The tables of another world, with what the verdicts derive from them."""
    drawn = world.simulate(replace(world.World(), seed=seed)).tables
    views = {name: case.book.table(name, drawn.__getitem__) for name in case.book.views
             if name in ("spring", "autumn", "offered")}  # fmt: skip
    return drawn | views


@pytest.mark.parametrize("verdict", VERDICTS)
def test_tempting_ranges_miss_the_truth_in_most_worlds_and_careful_ones_hold_it(verdict):
    held = shares_held(case, verdict, tables, SEEDS)
    assert held.pop("careful") >= 0.75  # nine in ten, in twenty worlds
    assert len(held) >= 2
    assert held.max() < 0.5


def test_regulars_are_known_less_well_than_the_list_that_was_tested():
    question = case.book.items["service_profit"]
    low, high = case.book.evaluate(question.careful, case.load)
    (listed,) = (r for name, r in question.rivals.items() if name == "on_the_list")
    tested = case.book.evaluate(listed, case.load)
    assert high - low > 1.3 * (tested[1] - tested[0])
