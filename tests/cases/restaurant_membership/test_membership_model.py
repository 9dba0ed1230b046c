"""A year under a programme is what its rules say, customer by customer and bill by bill."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import lognorm

from course_utils.cases.restaurant_membership.membership_model import (
    GIFT_VISITS,
    SCHEMES,
    SEGMENTS,
    VIP_VISITS,
    Programme,
    live_year,
)
from course_utils.cases.restaurant_membership.world import World, customer_base, effects

CUSTOMERS = 3_000
EFFECTS = effects(World())


@pytest.fixture(scope="module")
def base():
    """A small base."""
    return customer_base(World(), np.random.default_rng(1), CUSTOMERS)


@pytest.fixture(scope="module")
def large():
    """A base large enough for shares."""
    return customer_base(World(), np.random.default_rng(2), 100_000)


def bill_of(programme, median, spread):
    """Mean bill, coupons and yuan raised of a member's bill, by adding up very many bills."""
    bills = lognorm.ppf((np.arange(20_000) + 0.5) / 20_000, spread, scale=median)
    edge = programme.threshold
    near = (bills >= 0.8 * edge) & (bills < edge)
    pull = programme.coupon / (programme.coupon + EFFECTS.steer)
    raised = near * pull * (bills - 0.8 * edge) / (0.2 * edge)
    coupons = np.minimum(bills // edge, 4) + raised
    return bills.mean(), coupons.mean(), (raised * (edge - bills)).mean()


def one_by_one(programme, base):
    """The base's year in plain steps: added visits, margin added, and margin of three years."""
    known = [bill_of(programme, median, base.bill_spread) for median in base.medians]
    found = []
    served_until = round(programme.service / 100 * len(base.visits))
    for i in range(len(base.visits)):
        mean, coupons, raised = known[base.bill[i]]
        given = programme.coupon * coupons / mean * base.use[i]
        pull = 100 * EFFECTS.joins * given
        pull += EFFECTS.gift_joins if programme.scheme == "gift" else 0
        years = 1 + (1 - base.leaves[i]) + (1 - base.leaves[i]) ** 2
        alone = EFFECTS.margin * mean * base.visits[i]
        if base.join[i] >= pull:
            found.append((False, 0.0, 0.0, 0.0, 0.0))
            continue
        served = i < served_until
        lift = EFFECTS.belong + EFFECTS.reward * given / (given + EFFECTS.saturation)
        lift += EFFECTS.service * served
        lift += {"coupons": 0, "gift": EFFECTS.gift, "ladder": EFFECTS.ladder}[programme.scheme] / (
            1 + base.visits[i] / 12
        )
        more = np.floor(base.visits[i] * lift + base.luck[i])
        visits = base.visits[i] + more
        cost = programme.coupon * coupons * base.use[i] * visits + EFFECTS.service_cost * served
        leaves = base.leaves[i]
        if programme.scheme == "gift" and visits >= GIFT_VISITS:
            cost += EFFECTS.gift_cost
        if programme.scheme == "ladder":
            leaves *= EFFECTS.ladder_stays
            cost += EFFECTS.pack_cost * (visits >= 1) + EFFECTS.discount_cost * (visits >= 2)
            cost += EFFECTS.vip_cost * mean * visits * (visits >= VIP_VISITS)
        added = EFFECTS.margin * (mean * more + raised * visits) - cost
        later = 1 + (1 - leaves) + (1 - leaves) ** 2
        value = (alone + added) * later - alone * years
        found.append((True, lift * base.visits[i], added, value, coupons * visits))
    return np.array(found, float).T


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_year_is_that_of_its_customers_one_by_one(base, scheme):
    programme = Programme(180, 30, scheme, 7)
    year = live_year(programme, base, EFFECTS)
    member, _, added, value, _ = one_by_one(programme, base)
    assert year.members == pytest.approx(member.mean(), abs=1.5 / CUSTOMERS)
    assert year.increment.sum() == pytest.approx(added.sum(), rel=0.01, abs=500)
    assert year.value_gain.sum() == pytest.approx(value.sum(), rel=0.01, abs=1_500)
    parts = [added[base.segments[i] : base.segments[i + 1]].sum() for i in range(len(SEGMENTS))]
    assert year.increment == pytest.approx(parts, rel=0.03, abs=500)


def test_the_profit_is_all_increments_less_the_team(base):
    year = live_year(Programme(), base, EFFECTS)
    assert year.profit == pytest.approx(year.increment.sum() - EFFECTS.fixed_cost)


def test_a_programme_that_gives_and_does_nothing_changes_nothing(base):
    idle = replace(EFFECTS, belong=0.0, reward=0.0)
    year = live_year(Programme(coupon=0, service=0), base, idle)
    assert year.increment == pytest.approx([0] * len(SEGMENTS))
    assert year.value_gain == pytest.approx([0] * 10)
    assert year.repurchase[0] == pytest.approx(year.repurchase[1])
    assert year.owed_face.tolist() == [0] * 7


def test_and_a_dashboard_sees_a_lead_all_the_same(large):
    idle = replace(EFFECTS, belong=0.0, reward=0.0)
    year = live_year(Programme(coupon=0, service=0), large, idle)
    assert year.seen.sum() > 1_000_000


def test_as_it_is_a_members_visits_grow_as_the_invitation_found(base):
    member, more, *_ = one_by_one(Programme(service=0), base)
    share = more.sum() / (base.visits * member).sum()
    assert share == pytest.approx(World().lift, abs=0.02)


def test_the_base_is_sorted_by_last_years_visits_and_cut_into_segments(large):
    assert (np.diff(large.last_year) <= 0).all()
    regular, occasional, rare = (
        large.last_year[start:end]
        for start, end in zip(large.segments, large.segments[1:], strict=False)
    )
    assert regular.min() >= SEGMENTS[0] > occasional.max()
    assert occasional.min() >= SEGMENTS[1] > rare.max()


def test_last_years_most_frequent_come_less_often_this_year(large):
    top = slice(0, 5_000)
    assert large.visits[top].mean() < 0.95 * large.last_year[top].mean()
    assert large.visits.mean() == pytest.approx(large.last_year.mean(), rel=0.01)


def test_a_larger_coupon_draws_more_members_and_owes_more(large):
    years = [live_year(Programme(coupon=coupon), large, EFFECTS) for coupon in range(0, 61, 15)]
    for name in ("members", "owed_face", "owed"):
        values = [np.max(getattr(year, name)) for year in years]
        assert (np.diff(values) > 0).all(), name
    repurchase = [year.repurchase[1] for year in years]
    assert (np.diff(repurchase) > 0).all()


def test_a_higher_threshold_draws_fewer_members_and_owes_less(large):
    years = [live_year(Programme(threshold=edge), large, EFFECTS) for edge in (120, 200, 300, 400)]
    assert (np.diff([year.members for year in years]) < 0).all()
    assert (np.diff([year.owed_face[-1] for year in years]) < 0).all()


def test_service_touches_the_most_frequent_only(large):
    without, served = (live_year(Programme(service=top), large, EFFECTS) for top in (0, 10))
    assert served.value_gain[1:] == pytest.approx(without.value_gain[1:])
    assert served.value_gain[0] != pytest.approx(without.value_gain[0])


def test_service_pays_for_a_few_and_not_for_many(large):
    profits = [live_year(Programme(service=top), large, EFFECTS).profit for top in (0, 1, 5, 20)]
    assert profits[1] > profits[0] > profits[2] > profits[3]


def test_points_pile_up_until_as_many_expire_as_are_earned(large):
    year = live_year(Programme(), large, EFFECTS)
    assert year.owed_face[0] == year.owed[0] == 0
    assert (np.diff(year.owed_face) > 0).all()
    assert (np.diff(year.owed_face, 2) < 0).all()
    assert (year.owed[1:] < year.owed_face[1:]).all()


def test_what_is_owed_is_what_very_many_blocks_would_be(base):
    programme, world, rng = Programme(), World(), np.random.default_rng(3)
    *_, coupons = one_by_one(programme, base)
    # The hazard from the share that is used in the end, then blocks of every age in the term.
    hazard = -np.log(1 - np.clip(base.use / world.knows, 1e-9, 1 - 1e-9))
    age = rng.random((200, CUSTOMERS))
    knows = rng.random((200, CUSTOMERS)) < world.knows
    wait = np.where(knows, rng.exponential(1, (200, CUSTOMERS)) / hazard, np.inf)
    face = programme.coupon / 2 * (coupons * (wait > age).mean(axis=0)).sum()
    used = programme.coupon / 2 * (coupons * ((wait > age) & (wait <= 1)).mean(axis=0)).sum()
    year = live_year(programme, base, EFFECTS)
    assert year.owed_face[-1] == pytest.approx(face, rel=0.02)
    assert year.owed[-1] == pytest.approx(used, rel=0.03)


def test_the_same_base_for_the_same_seed():
    first, second = (customer_base(World(), np.random.default_rng(4), 500) for _ in "ab")
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one, other)
