"""The world: its money, its months, its luck."""

from dataclasses import fields, replace

import numpy as np
import pytest

from course_utils.cases.one_brand import year
from course_utils.cases.one_brand.best import HIGH, LAST_YEAR, LOW, STEP, steady
from course_utils.cases.one_brand.year import DIALS, LEDGER, TESTS, World, world_of
from tests.cases.one_brand import by_hand

WORLDS = [World(), *(world_of(number) for number in range(4))]
each_world = pytest.mark.parametrize("world", WORLDS, ids=lambda world: str(world.seed))


def some_policies(world, count=30, seed=1):
    rng = np.random.default_rng(seed)
    shape = (count, world.months, len(DIALS))
    return LOW + STEP * rng.integers(0, (HIGH - LOW) / STEP + 1, shape)


def some_research(world, seed=2):
    rng = np.random.default_rng(seed)
    research = (rng.random((world.months, len(TESTS))) < 0.3).astype(float)
    research[:, TESTS.index("page")] *= 0.5
    return research


def test_every_number_has_a_unit_and_a_reason():
    assert all({"unit", "why"} <= field.metadata.keys() for field in fields(World))
    assert all(field.metadata["why"] for field in fields(World))


@each_world
def test_the_year_is_that_of_a_walk_by_hand(world):
    for policy in some_policies(world, 12):
        found = year.expected(world, policy)
        state = by_hand.first_state(world)
        for month in range(world.months):
            state, left = by_hand.month(world, state, tuple(policy[month]))
            assert found.contribution[month] == pytest.approx(left, rel=1e-9, abs=1e-5)
            assert found.stock[month] == pytest.approx(np.array(state.stock))
        total = year.value(world, found) - found.contribution.sum()
        assert total == pytest.approx(by_hand.left_over(world, state))


@each_world
def test_every_yuan_that_comes_in_goes_out_or_stays(world):
    policies, research = some_policies(world), some_research(world)
    for found in (
        year.expected(world, policies, research),
        year.realised(world, policies, research),
    ):
        money = dict(zip(LEDGER, np.moveaxis(found.ledger, -1, 0), strict=True))
        first, later = found.first.sum(axis=-1), found.later.sum(axis=-1)
        priced = {
            "later_orders": world.basket * later,
            "goods": -world.goods_first * first - world.goods_later * later,
            "search_ads": -policies[..., 0],
            "social_ads": -policies[..., 1],
            "messages": -world.message_cost * found.messages,
            "research": -1.0 * ((research > 0) @ year.TEST_PRICES),
        }
        paid = money["first_orders"] + money["later_orders"] + money["coupons"] + money["rewards"]
        priced["fees"] = -world.fee * paid
        for name, wanted in priced.items():
            assert np.abs(money[name] - wanted).max() <= 1.0, name
        untested = np.broadcast_to(research[:, 0] == 0, first.shape)
        asked = (policies[..., 2] * first)[untested]
        assert np.abs(money["first_orders"][untested] - asked).max() <= 0.5
        assert np.abs(found.contribution - sum(money.values())).max() < 1e-6
        assert (money["coupons"] <= 0).all() and (money["rewards"] <= 0).all()


@each_world
def test_luck_deals_in_whole_people_and_whole_yuan(world):
    found = year.realised(world, some_policies(world), some_research(world))
    for whole in (found.ledger, found.first, found.later, found.stock, found.clicks):
        assert np.array_equal(whole, np.rint(whole))
    assert (found.stock >= 0).all()


@each_world
def test_customers_neither_appear_nor_vanish(world):
    policies = some_policies(world)
    for found in (year.expected(world, policies), year.realised(world, policies)):
        people = found.stock.sum(axis=(-1, -2))
        came = np.diff(people, axis=-1) - found.first[:, 1:].sum(axis=-1)
        assert np.abs(came).max() < 1e-6


@each_world
def test_luck_is_fair_and_who_does_the_same_sees_the_same(world):
    policy = steady(world, LAST_YEAR)
    one, two = year.realised(world, policy), year.realised(world, policy)
    assert np.array_equal(one.ledger, two.ledger)
    worths = year.value(
        world, year.realised(world, np.tile(policy, (2_000, 1, 1)), luck=year.luck_of(world, 2_000))
    )
    fair = float(year.worth(world, policy))
    assert worths.mean() == pytest.approx(
        fair, abs=5 * worths.std() / np.sqrt(2_000) + 0.002 * fair
    )


def test_what_one_link_does_moves_no_other_links_luck():
    world = World()
    one, two = steady(world, LAST_YEAR), steady(world, LAST_YEAR)
    two[6:, 4:] = 5, 3  # a recall and a membership from July on
    first, second = year.realised(world, one), year.realised(world, two)
    assert np.array_equal(first.ledger[:6], second.ledger[:6])
    assert np.array_equal(first.clicks, second.clicks)
    assert np.array_equal(first.first, second.first)


def test_a_year_does_not_know_what_comes_after():
    world = World()
    policies = some_policies(world)
    cut = policies.copy()
    cut[:, 7:] = LAST_YEAR
    whole, part = (year.realised(world, each, some_research(world)) for each in (policies, cut))
    assert np.array_equal(whole.ledger[:, :7], part.ledger[:, :7])
    assert np.array_equal(whole.stock[:, :7], part.stock[:, :7])


@each_world
def test_a_stack_of_policies_runs_as_one_by_one(world):
    policies, research = some_policies(world, 7), some_research(world)
    together = year.expected(world, policies, research)
    for place, policy in enumerate(policies):
        alone = year.expected(world, policy, research)
        for one, many in zip(alone, together, strict=True):
            assert many[place] == pytest.approx(one, rel=1e-10, abs=1e-7)


def test_another_class_has_another_world_however_its_code_is_written():
    assert year.class_number(" Tea 1") == year.class_number("tea1")
    assert world_of(1) == world_of(1) != world_of(2)
    assert {world_of(number).change for number in range(30)} == set(year.CHANGES)


@each_world
def test_a_customer_is_worth_what_waiting_for_them_brings(world):
    """By following a customer for forty years instead of solving equations."""
    margin = world.basket * (1 - world.fee) - world.goods_later
    for kind, rates in enumerate((world.drinkers, world.hunters)):
        for silence in range(4):
            chance, total = np.eye(4)[silence], 0.0
            for month in range(480):
                orders = chance * rates
                total += world.discount**month * margin * orders.sum()
                rest = chance - orders
                chance = np.array([orders.sum(), rest[0], rest[1], rest[2] + rest[3]])
            assert year.customer_value(world)[kind, silence] == pytest.approx(total, rel=1e-6)


def test_what_changes_shows_from_its_month_on():
    for number in range(12):
        world = world_of(number)
        policy = steady(world, np.array([60_000, 60_000, 49, 1, 5, 2]))
        calm = year.expected(replace(world, change_size=1.0), policy).contribution
        hit = year.expected(world, policy).contribution
        month = world.change_month
        assert np.array_equal(calm[:month], hit[:month])
        assert (calm[month:] != hit[month:]).all()


def test_who_changes_nothing_never_runs_out_of_money():
    for number in range(20):
        world = world_of(number)
        left = year.realised(world, steady(world, LAST_YEAR)).contribution
        assert (world.cash + left.cumsum()).min() > 100_000
