"""Chapter 5's world: the fallacies are in the data, the truth is found.

The chapter's own answers aren't used here; truths are computed from many draws, or by a formula of
their own. Most headlines are held by the claims, beside the text that states them.
"""

import numpy as np
import pandas as pd
import pytest

from course_utils.analysis import encouragement_effect, fit_retention, open_points
from course_utils.cases.restaurant_membership.world import (
    ARMS,
    PROGRAMMES,
    TEST,
    TODAY,
    World,
    best_dish_price,
    customer_base,
    dish_demand,
    draw_all_regulars,
    draw_bills,
    draw_diners,
    draw_dish_test,
    draw_newcomers,
    draw_points,
    draw_regulars,
    draw_tenure,
    effects,
    gift_profit,
    mean_profits,
    member_value,
    membership_account,
    membership_effect,
    newcomer_account,
    programme_profits,
    service_account,
    service_profit,
    truth,
)
from tests.recovery import assert_finds

CARD = {"invited": "invited", "joined": "member", "outcome": "visits"}
CONTACT = {"invited": "served", "joined": "served", "outcome": "after"}
SEEDS = range(100)


@pytest.fixture(scope="module")
def profits() -> dict[str, float]:
    """Each programme's profit in this world."""
    return programme_profits(World())


def rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def expired(points: pd.DataFrame) -> pd.DataFrame:
    """Blocks whose term is over, one row each."""
    once = points.drop_duplicates("block_id")
    return once[(pd.Timestamp(TODAY) - pd.to_datetime(once["earned"])).dt.days > World().term]


# The headlines, from the committed tables ---------------------------------------------------


def test_5b_every_200_yuan_of_a_bill_earn_a_coupon_and_members_bills_bunch_there(tables):
    bills = tables["bills"]
    share = pd.crosstab(
        pd.cut(bills["amount"], [0, 180, 200, 220, 1e9], right=False), bills["member"]
    )
    share = share / share.sum()
    just_above, just_below = share.iloc[2], share.iloc[1]
    assert just_above[1] > 1.4 * just_above[0]
    assert just_below[1] < 0.7 * just_below[0]
    assert World().threshold == 200


def test_5c_spring_regulars_come_fifty_percent_more_often_under_service(tables):
    spring = tables["regulars"].query("season == 'spring'")
    assert (spring["served"] == 1).all()
    assert round(100 * (spring["after"].sum() / spring["recent"].sum() - 1)) == 50


def test_5f_the_ladder_is_one_of_three_arms(tables):
    arms = tables["newcomers"]["arm"].value_counts()
    assert set(arms.index) == set(ARMS)
    assert arms.min() == arms.max()


def test_5a_a_new_member_gets_more_expensive(tables):
    amount = tables["programme_costs"].set_index("item")["amount"]
    assert (
        amount["new member, two years ago"]
        < amount["new member, last year"]
        < amount["new member, now"]
    )


# The fallacies can be found ------------------------------------------------------------------


def test_members_were_ahead_before_they_were_members(tables):
    before = tables["diners"].groupby("member")["visits_before"].mean()
    assert before[1] > 1.5 * before[0]


def test_the_service_list_was_made_after_a_fall(tables):
    regulars = tables["regulars"]
    assert (regulars["recent"] < regulars["earlier"]).all()


def test_those_whom_nobody_served_came_more_often_too(tables):
    rest = tables["regulars"].query("season == 'autumn' and served == 0")
    assert rest["after"].mean() > 1.4 * rest["recent"].mean()
    assert rest["after"].mean() < 0.8 * rest["earlier"].mean()


def test_members_who_are_left_stay_ever_better(tables):
    tenure = tables["tenure"]
    kept = []
    for month in range(1, 13):
        there = tenure["months"] >= month
        kept.append(1 - ((tenure["months"] == month) & (tenure["left"] == 1)).sum() / there.sum())
    assert kept[0] < 0.78
    assert min(kept[8:]) > 0.92


def test_some_rows_of_the_ledger_stand_twice(tables):
    points = tables["points"]
    assert points.duplicated().sum() == points["block_id"].duplicated().sum() > 100


def test_a_third_of_expired_points_were_never_used_and_open_ones_are_slower(tables):
    breakage = expired(tables["points"])["used"].isna().mean()
    standing = open_points(tables["points"].drop_duplicates(), today=TODAY, term=180)
    assert 0.3 < breakage < 0.4
    assert standing["probability"].mean() < 0.7 * (1 - breakage)


def test_vips_are_survivors(tables):
    newcomers = tables["newcomers"]
    vips = newcomers.query("arm == 'ladder' and orders_90 >= 3")["orders_91_180"].mean()
    plain = newcomers.query("arm == 'nothing'")
    twins = plain.query("orders_90 >= 3")["orders_91_180"].mean()
    assert vips > 4 * plain["orders_91_180"].mean()
    assert vips < 1.5 * twins


# The estimators taught find the truth, the naive ones miss it --------------------------------


def test_the_invitation_finds_what_membership_adds_and_members_against_others_does_not():
    world = World(customers=10_000)
    found, plain, differences = [], [], []
    for seed in SEEDS:
        diners, _ = draw_diners(world, rng(seed))
        one = encouragement_effect(diners, **CARD, controls=["visits_before"])
        found.append((one.value, one.low, one.high))
        means = diners.groupby("member")[["visits", "visits_before"]].mean().diff().loc[1]
        plain.append(means["visits"])
        differences.append(means["visits"] - means["visits_before"])
    assert_finds(np.array(found), membership_effect(world))
    assert min(plain) > 3
    assert min(differences) > membership_effect(world) + 0.3


def test_the_lists_share_carried_over_finds_what_regulars_bring_and_spring_does_not():
    world = World(regulars_listed=(1_000, 3_000))
    found, spring = [], []
    for seed in SEEDS:
        regulars, _ = draw_regulars(world, rng(seed))
        autumn = regulars[regulars["season"] == "autumn"]
        one = encouragement_effect(autumn, **CONTACT, controls=["earlier", "recent"])
        listed = autumn.loc[autumn["served"] == 0, "after"].mean()
        often = draw_all_regulars(world, rng(seed), 800)[0]["after"].mean()
        visit = world.visit_margin * often / listed
        found.append([visit * visits - world.service_cost for visits in
                      (one.value, one.low, one.high)])  # fmt: skip
        served = regulars[regulars["season"] == "spring"]
        rise = served["after"].mean() - served["recent"].mean()
        spring.append(world.visit_margin * rise - world.service_cost)
    assert_finds(np.array(found), service_profit(world))
    assert min(spring) > 50


def test_all_who_were_offered_find_the_gifts_profit_and_the_memo_does_not():
    world = World(newcomers=3_000)
    found, memo = [], []
    for seed in SEEDS:
        newcomers, _ = draw_newcomers(world, rng(seed))
        newcomers["profit"] = newcomers["margin"] - newcomers["cost"]
        newcomers["gift"] = (newcomers["arm"] == "gift").astype(int)
        offered = newcomers[newcomers["arm"] != "ladder"]
        one = encouragement_effect(offered, invited="gift", joined="gift", outcome="profit")
        found.append((one.value, one.low, one.high))
        memo.append(-0.8 * offered.loc[offered["gift"] == 1, "cost"].mean())
    assert_finds(np.array(found), gift_profit(world))
    assert max(memo) < 0 < gift_profit(world)


def test_the_spread_of_chances_finds_a_members_value_and_the_mean_chance_does_not():
    world = World(january=3_000)
    found, mean_member = [], []
    for seed in SEEDS:
        tenure, _ = draw_tenure(world, rng(seed))
        found.append(world.month_margin * fit_retention(tenure).expected_periods(36))
        mean_member.append(world.month_margin * tenure["months"].sum() / tenure["left"].sum())
    wanted = member_value(world)
    assert abs(np.mean(found) - wanted) < 3 * np.std(found, ddof=1) / np.sqrt(len(SEEDS))
    assert max(mean_member) < world.new_member[-1] < wanted - 30


def test_the_price_test_finds_the_best_price():
    world, found = World(), []
    for seed in SEEDS:
        rows = draw_dish_test(world, rng(seed)).groupby("price")[["dishes", "member_visits"]].sum()
        slope, _ = np.polyfit(rows.index, np.log(rows["dishes"] / rows["member_visits"]), 1)
        found.append(world.dish_cost + world.dish_instead - 1 / slope)
    error = np.std(found, ddof=1) / np.sqrt(len(SEEDS))
    assert abs(np.mean(found) - best_dish_price(world)) < 3 * error


def test_open_points_cost_what_their_chances_sum_to():
    missed, face_less_breakage = [], []
    world = World(members_with_points=1_200)
    for seed in range(50):
        points, will = draw_points(world, rng(seed))
        once = points.drop_duplicates()
        standing = open_points(once, today=TODAY, term=world.term)
        used = will.query("open_today and will_be_used").shape[0]
        assert will["open_today"].sum() == len(standing)
        missed.append(standing["probability"].sum() - used)
        share = expired(points)["used"].notna().mean()
        face_less_breakage.append(share * len(standing) - used)
    assert abs(np.mean(missed)) < 3 * np.std(missed, ddof=1) / np.sqrt(50)
    assert min(face_less_breakage) > 100


# What no table shows -------------------------------------------------------------------------


def test_the_verdicts_truths_have_directions_of_their_own():
    found = truth()
    assert 0.5 < found["membership_effect"] < 1.2  # of a lead of four: small and real
    assert 0 < found["service_profit"] < 6  # of +79: about even
    assert service_account(World())["lost"] > 5  # where it was tested: a loss
    assert found["gift_profit"] > 4  # of a memo's loss: a gain


def test_membership_adds_its_share_to_the_visits_of_those_who_join_because_invited():
    world = World()
    _, fates = draw_diners(world, rng(1), 1_500_000)
    moved = fates[fates["joins_invited"] & ~fates["joins_alone"]]
    account = membership_account(world)
    assert not (fates["joins_alone"] & ~fates["joins_invited"]).any()
    assert len(moved) / len(fates) == pytest.approx(account["share"] / 100, rel=0.01)
    added = (moved["visits_as_member"] - moved["visits_without"]).mean()
    assert added == pytest.approx(account["effect"], rel=0.01)
    assert moved["visits_without"].mean() == pytest.approx(account["without"], rel=0.01)


def test_a_listed_regular_is_worth_what_many_are():
    world = World(regulars_listed=(0, 300_000))
    _, fates = draw_regulars(world, rng(1))
    account = service_account(World())
    assert fates["after_without"].mean() == pytest.approx(account["without"], rel=0.01)
    added = (fates["after_served"] - fates["after_without"]).mean()
    assert 24 - 76 * added == pytest.approx(account["lost"], abs=0.4)


def test_a_regular_is_worth_what_many_are():
    regulars, fates = draw_all_regulars(World(), rng(1), 60_000)
    assert len(regulars) == 60_000
    assert (regulars["before"] >= World().regular_from).all()
    assert regulars["after"].mean() < 0.9 * regulars["before"].mean() / 2
    assert fates["rate"].mean() == pytest.approx(service_account(World())["often"], rel=0.01)
    assert 76 * 0.05 * fates["rate"].mean() - 24 == pytest.approx(service_profit(World()), abs=0.3)


def test_the_ladders_vips_are_weaker_and_so_their_lead_looks_smaller_than_everybodys():
    apart = []
    for seed in range(20):
        rows, _ = draw_newcomers(World(), rng(seed), 60_000)
        leads = [
            orders.groupby(arm).mean()["ladder"] / orders.groupby(arm).mean()["nothing"]
            for orders, arm in (
                (rows["orders_91_180"], rows["arm"]),
                (rows.query("orders_90 >= 3")["orders_91_180"], rows["arm"]),
            )
        ]
        apart.append(leads[0] - leads[1])
    assert np.mean(apart) > 2 * np.std(apart, ddof=1) / np.sqrt(len(apart))


def test_a_newcomers_profit_is_what_many_newcomers_leave():
    newcomers, _ = draw_newcomers(World(), rng(1), 900_000)
    found = (newcomers["margin"] - newcomers["cost"]).groupby(newcomers["arm"]).mean()
    assert found.to_dict() == pytest.approx(newcomer_account(World()), abs=0.4)


def test_a_members_value_is_what_many_members_leave():
    _, fates = draw_tenure(World(january=400_000), rng(1))
    found = World().month_margin * fates["months_of_36"].mean()
    assert found == pytest.approx(member_value(World()), rel=0.01)


def test_no_price_beats_the_best_one():
    world = World()
    prices = np.linspace(40, 100, 6_001)
    profit = dish_demand(world, prices) * (prices - world.dish_cost - world.dish_instead)
    assert prices[profit.argmax()] == pytest.approx(best_dish_price(world), abs=0.01)


def test_only_members_bills_are_raised_and_only_to_the_threshold(simulation):
    bills = simulation.tables["bills"].merge(simulation.counterfactuals["bills"])
    raised = bills["amount"] != bills["amount_without"]
    assert (bills.loc[raised, "member"] == 1).all()
    assert (bills.loc[raised, "amount"] >= 200).all()
    assert bills.loc[raised, "amount_without"].between(161, 199).all()
    anyway = (bills.query("member == 1")["amount_without"] >= 200).sum()
    assert anyway / (bills.query("member == 1")["amount"] >= 200).sum() == pytest.approx(
        0.8, abs=0.03
    )


def test_members_bills_are_otherwise_like_the_others():
    bills, plain = draw_bills(World(bills_drawn=400_000), rng(1))
    means = plain["amount_without"].groupby(bills["member"]).mean()
    assert means[1] == pytest.approx(means[0], rel=0.005)
    assert means[0] == pytest.approx(World().mean_bill, rel=0.005)


def test_each_regular_does_what_the_service_given_makes_them_do(simulation):
    rows = simulation.tables["regulars"].merge(simulation.counterfactuals["regulars"])
    fate = np.where(rows["served"] == 1, rows["after_served"], rows["after_without"])
    assert (rows["after"] == fate).all()


def test_each_diner_does_what_membership_makes_them_do(simulation):
    rows = simulation.tables["diners"].merge(simulation.counterfactuals["diners"])
    fate = np.where(rows["member"] == 1, rows["visits_as_member"], rows["visits_without"])
    joins = np.where(rows["invited"] == 1, rows["joins_invited"], rows["joins_alone"])
    assert (rows["visits"] == fate).all()
    assert (rows["member"] == joins).all()


# The decision --------------------------------------------------------------------------------


def test_a_test_is_clearly_best_and_generosity_is_not(profits):
    ranked = sorted(profits, key=profits.__getitem__)
    assert ranked[-1] == TEST
    assert profits[TEST] > profits[ranked[-2]] + 150_000
    assert ranked[0] == "none"
    assert profits["none"] == 0
    assert profits["coupons only"] > profits["as it is"] + 600_000
    assert profits["coupons only"] > profits["from 120 yuan"] + 300_000


def test_the_test_is_best_whatever_base_is_drawn():
    for seed in range(50):
        base = customer_base(World(), rng(seed), 20_000)
        profits = mean_profits(World(), base, effects(World()))
        first, second = sorted(profits.values())[:-3:-1]
        assert profits[TEST] == first > second + 0.2 * 100_000


def test_a_year_on_a_tenth_tells_the_ladders_gain_as_well_as_it_is_said_to():
    base = customer_base(World(), rng(1))
    margin = World().margin * base.spent.astype(float)
    left = margin - margin.mean()
    for known in (base.last_year, base.last_year**2, np.sqrt(base.last_year)):
        known = known - known.mean()
        left = left - known * (left @ known) / (known @ known)
    few = World().tested * len(margin)
    error = left.std() * np.sqrt(1 / few + 1 / (len(margin) - few)) * len(margin)
    assert World().test_error == pytest.approx(error, rel=0.15)


def test_the_programmes_are_listed_as_they_are_priced(tables):
    rows = tables["programmes"].set_index("programme")
    assert rows.index.tolist() == [*PROGRAMMES, TEST]
    for name, plan in PROGRAMMES.items():
        if plan:
            wanted = [plan.threshold, plan.coupon, plan.scheme, plan.service]
            assert rows.loc[name].tolist() == wanted
