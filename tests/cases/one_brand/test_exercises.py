"""What chapter 6 asks of the neighbour's tables, held against what the neighbour's world knows."""

from dataclasses import replace

import numpy as np
import pytest

from course_utils.cases.one_brand import case, world
from course_utils.cases.one_brand.exercises import book
from course_utils.cases.one_brand.world import neighbour
from course_utils.cases.one_brand.year import World, customer_value, expected
from tests.cases.evidence import shares_held

WORLD = World()
SEEDS = range(60)


def evaluated(function, **known):
    return book.evaluate(function, case.load, **known)


def test_what_a_new_customer_brings_is_near_what_the_world_knows():
    """The sum of later orders at no discount, so a little above the world's."""
    year = expected(WORLD, neighbour(WORLD).policy)
    mix = year.first[0] / year.first[0].sum()
    true = float(mix @ customer_value(WORLD)[:, 0])
    found = evaluated(book.items["worth_of_new"].answer)
    assert 0.9 * true < found < 1.6 * true


def test_the_test_shows_less_than_the_last_click():
    exercise = book.items["sold_by_search"]
    assert evaluated(exercise.answer) < evaluated(exercise.slips["last_click"])


def test_a_chain_of_mixed_people_gives_the_stock_about_what_the_world_knows():
    """It understates the good ones: chapter 4's sorting."""
    true = float(np.sum(last_years_stock() * customer_value(WORLD))) / 1e6
    found = evaluated(book.items["worth_of_stock"].answer)
    assert 0.4 * true < found < 1.3 * true


def last_years_stock():
    """The customers at the end of a year like the last one, by type and silence."""
    calm = replace(WORLD, change_size=1.0)
    return expected(calm, np.tile(world.LAST_YEAR, (calm.months, 1))).stock[-1]


def test_members_lead_by_more_than_membership_does():
    item = book.items["because_of_membership"]
    lead = evaluated(item.slips["members_against_others"])
    assert lead > 1.3 * evaluated(item.answer)


@pytest.fixture(scope="module")
def held():
    """How often each range for the page's ninth month holds the truth, over many draws."""

    def draw(seed):
        drawn = replace(WORLD, seed=seed)
        played = neighbour(drawn)
        return {
            "page": world.report(played, "page"),
            "page_test": world.result(played, 0, "page"),
            "page_elsewhere": world.page_elsewhere(drawn),
        }

    return shares_held(case, "page_in_december", draw, SEEDS)


def test_the_careful_range_for_the_page_holds_nine_times_in_ten(held):
    assert 0.85 <= held["careful"] <= 0.99


def test_the_tempting_ranges_for_the_page_miss(held):
    assert held["as_tested"] < 0.1
    assert held["after_a_quarter"] < 0.1
    assert held["before_and_after"] < 0.6


def test_testing_first_is_best_on_average_and_in_most_brands():
    gains = world.rules().set_index("brand")
    means = gains.mean()
    others = means.drop("test_first")
    assert means["test_first"] > 1.15 * others.max()
    assert (gains["test_first"] > gains["five_slides"]).mean() >= 0.8
    assert (gains["test_first"] > gains["one_link"]).mean() >= 0.8
