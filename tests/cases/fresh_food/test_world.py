"""Chapter 4's world: the fallacies are in the data, the truth is found.

The chapter's own answers aren't used here; truths are computed by hand, or from customers who were
watched to the end. Most headlines are held by the claims, beside the text that states them.
"""

import numpy as np
import pandas as pd
import pytest

from course_utils.analysis import (
    basket_rules,
    compare_arms,
    customer_summary,
    difference_in_differences,
    expected_purchases,
    fit_mbgnbd,
    order_days,
    order_gaps,
    survival_curve,
)
from course_utils.cases.fresh_food import case
from course_utils.cases.fresh_food.world import (
    FREE,
    PLAN,
    PLANS,
    RHYTHMS,
    START,
    TEST_FIRST,
    World,
    draw_basket_lines,
    draw_district_days,
    draw_lapsed,
    draw_purchases,
    draw_slot_test,
    message_profit,
    plan_profits,
    recall_account,
    simulate,
    truth,
)
from tests.recovery import assert_finds, assert_misses

DISTRICTS = {"outcome": "orders", "unit": "district", "time": "week", "treated": "offer"}
SEEDS = range(100)


@pytest.fixture(scope="module")
def days(tables) -> pd.DataFrame:
    """Distinct customers and days of the purchases, with the days to the next one."""
    return with_gaps(tables["purchases"])


def with_gaps(purchases: pd.DataFrame) -> pd.DataFrame:
    found = purchases[["customer_id", "date"]].drop_duplicates()
    found = found.assign(date=pd.to_datetime(found["date"])).sort_values(["customer_id", "date"])
    following = found.groupby("customer_id")["date"].shift(-1)
    return found.assign(gap=(following - found["date"]).dt.days)


def rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


# The headlines, from the committed tables ---------------------------------------------------


def test_4a_four_of_the_five_key_metrics_are_on_the_dashboard(tables):
    dashboard = tables["dashboard"]
    assert {"source", "household", "visits", "carts", "orders", "gmv"} == set(dashboard.columns)
    assert (dashboard["visits"] > dashboard["carts"]).all()
    assert (dashboard["carts"] > dashboard["orders"]).all()


def test_4b_three_to_seven_days_is_the_largest_share_of_the_completed_gaps(days):
    bands = pd.cut(days["gap"].dropna(), [0, 2, 7, 14, 30, 60, 999])
    shares = bands.value_counts(normalize=True, sort=False).tolist()
    assert max(shares) == shares[1] > 1.1 * sorted(shares)[-2]
    by_day = days["gap"].value_counts()
    assert by_day.loc[3:7].min() > by_day.loc[8:60].max()
    assert by_day[14] > by_day[11]


def wednesdays_and_weeks(district_days: pd.DataFrame, offer: int) -> tuple[float, float]:
    """Growth of Wednesdays and of all days of one group, percent."""
    rows = district_days[district_days["offer"] == offer]
    date, after = pd.to_datetime(rows["date"]), rows["date"] >= FREE
    wednesday = date.dt.day_name() == "Wednesday"
    return tuple(
        100
        * (rows.loc[kept & after, "orders"].mean() / rows.loc[kept & ~after, "orders"].mean() - 1)
        for kept in (wednesday, wednesday | True)
    )


def test_4f_the_click_through_rises_while_the_profit_falls(tables):
    weeks = tables["creatives"].drop(columns="creative").groupby("week").sum()
    rate = weeks["clicks"] / weeks["impressions"]
    profit = 12 * weeks["orders"] - 21 * weeks["refunds"] - 30 * weeks["complaints"]
    assert rate[13] > 1.4 * rate[1]
    assert profit[13] < profit[1] / 2
    complaints = weeks["complaints"] / weeks["orders"]
    assert complaints[13] > 2 * complaints[1]


def test_4g_repurchase_moves_fresh_food_and_hardly_appliances(tables):
    shops = tables["shops"].set_index("shop")
    later = shops["repurchase"] * shops["further_orders"]
    worth = ((1 + 1.1 * later) / (1 + later) - 1) * 100
    assert worth["appliances"] < 0.5 < 8 < worth["fresh food"]


# The fallacies can be found ----------------------------------------------------------------


def test_half_of_the_order_days_wait_and_the_completed_median_is_far_too_short(days):
    assert 0.45 < days["gap"].isna().mean() < 0.55
    first = days.drop_duplicates("customer_id")
    gaps = order_gaps(days).drop_duplicates("customer_id")
    half = survival_curve(gaps["days"], gaps["completed"]).median
    assert half > 4 * first["gap"].median()


def test_rows_are_exported_twice_and_some_days_have_two_orders(tables):
    purchases = tables["purchases"]
    once = purchases.drop_duplicates("order_id")
    assert 0.01 < 1 - len(once) / len(purchases) < 0.03
    assert once.duplicated(["customer_id", "date"]).any()


def test_the_other_districts_grew_too_and_wednesday_took_from_its_neighbours(tables):
    wednesday, week = wednesdays_and_weeks(tables["district_days"], 0)
    assert wednesday > 0.5
    assert week > 1
    rows = tables["district_days"].query("offer == 1")
    named = pd.to_datetime(rows["date"]).dt.day_name()
    tuesday = rows[named == "Tuesday"].groupby(rows["date"] >= FREE)["orders"].mean()
    assert tuesday[True] < tuesday[False]


def test_most_of_the_recalled_come_by_themselves(tables):
    rates = tables["lapsed"].groupby("arm")["ordered"].mean()
    assert rates["holdout"] > 0.7 * rates["message"]


def test_all_of_the_lift_is_the_kind_of_trip():
    lifts = {"whole": [], "at once": [], "next day": []}
    for seed in range(20):
        lines = draw_basket_lines(World(), rng(seed))
        for name, kept in [("whole", lines), *lines.groupby("delivery")]:
            rules = basket_rules(kept).set_index(["if", "then"])["lift"]
            lifts[name].append(rules["milk", "yoghurt"])
    found = pd.DataFrame(lifts)
    error = found.std() / np.sqrt(len(found))
    assert found["whole"].min() > 1.2
    assert (abs(found.mean() - 1) < 3 * error)[["at once", "next day"]].all()


# The estimators taught find the truth, the naive ones miss it --------------------------------


@pytest.fixture(scope="module")
def populations():
    """Many small platforms: the orders before the plan, and the lives without it."""
    found = []
    for seed in SEEDS:
        purchases, without = draw_purchases(World(), rng(seed), customers=1_000)
        purchases["date"] = pd.to_datetime(purchases["date"])
        without["date"] = pd.to_datetime(without["date"])
        found.append((purchases[purchases["date"] < PLAN], without))
    return found


def test_kaplan_meier_finds_who_is_back_in_thirty_days_and_completed_gaps_do_not(populations):
    # Those who joined before the last month, all of them watched for thirty days and more.
    many = with_gaps(draw_purchases(World(), rng(9_999), customers=100_000)[1])
    first = many.drop_duplicates("customer_id").query("date < '2025-08-25'")
    wanted = (first["gap"] <= 30).mean()
    found, naive = [], []
    for orders, _ in populations:
        gaps = order_gaps(orders).drop_duplicates("customer_id")
        back = survival_curve(gaps["days"], gaps["completed"]).returned_by(30)
        found.append((back.value, back.low, back.high))
        naive.append((gaps.loc[gaps["completed"], "days"] <= 30).mean())
    assert_finds(np.array(found), wanted)
    assert np.min(naive) > wanted + 0.2


def lives_at_random(seed: int, customers: int) -> tuple[pd.DataFrame, int]:
    """The summary on the plan's morning of customers without a week, and the orders to come.

    They join, order and leave as those of the world, but at any moment, not on days.
    """
    world, draw = World(), rng(seed)
    eve = (pd.Timestamp(PLAN) - pd.Timestamp(START)).days
    rate = draw.gamma(world.rate_shape, 1 / world.rate_scale, customers)
    leaves = draw.beta(world.leave_a, world.leave_b, customers)
    joined = eve * draw.random(customers)
    now, last, repeats = joined.copy(), joined.copy(), np.zeros(customers, dtype=int)
    there, to_come = np.flatnonzero(draw.random(customers) >= leaves), 0
    while len(there):
        now[there] += draw.exponential(size=len(there)) / rate[there]
        seen = there[now[there] < eve]
        repeats[seen] += 1
        last[seen] = now[seen]
        there = there[now[there] < eve + 77]
        to_come += (now[there] >= eve).sum()
        there = there[draw.random(len(there)) >= leaves[there]]
    return pd.DataFrame(
        {"frequency": repeats, "recency": last - joined, "T": eve - joined}
    ), to_come


def test_where_orders_fall_at_random_the_forecast_finds_the_customers_and_their_orders():
    world, errors = World(), []
    for seed in range(30):
        summary, to_come = lives_at_random(seed, 8_000)
        model = fit_mbgnbd(summary)
        errors.append(
            [
                expected_purchases(model, summary, 77).sum() - to_come,
                model.r / model.alpha - world.rate_shape / world.rate_scale,
                model.a / (model.a + model.b) - world.leave_a / (world.leave_a + world.leave_b),
            ]
        )
    standard_error = np.std(errors, axis=0, ddof=1) / np.sqrt(len(errors))
    assert (np.abs(np.mean(errors, axis=0)) < 3 * standard_error).all()


def test_the_past_pace_forecasts_too_many_orders(populations):
    ratios = []
    for orders, without in populations:
        summary = customer_summary(orders, end=PLAN)
        later = without[(without["date"] >= PLAN) & without["customer_id"].isin(summary.index)]
        old = summary.query("T > 0")
        ratios.append(77 * (old["frequency"] / old["T"]).sum() / len(order_days(later)))
    assert np.mean(ratios) - 3 * np.std(ratios) / np.sqrt(len(ratios)) > 1.1


def test_the_weekly_totals_find_what_the_offer_adds_and_before_after_does_not():
    wanted, found, before_after, wednesdays = truth()["week_effect"], [], [], []
    date = pd.to_datetime(draw_district_days(World(), rng(0))[0]["date"])
    week = date - pd.to_timedelta(date.dt.day_of_week, unit="D")  # the same in every draw
    after, wednesday = date >= FREE, date.dt.day_of_week == 2
    for seed in SEEDS[:60]:
        pilot = draw_district_days(World(), rng(seed))[0].assign(week=week)
        weeks = pilot.groupby(["district", "offer", "week"], as_index=False)["orders"].sum()
        uplift = difference_in_differences(weeks, start=pd.Timestamp(FREE), **DISTRICTS)
        found.append((100 * uplift.effect, 100 * uplift.low, 100 * uplift.high))
        for growth, days in ((before_after, date.notna()), (wednesdays, wednesday)):
            orders = pilot["orders"][days & (pilot["offer"] == 1)]
            growth.append(100 * (orders[after].mean() / orders[~after].mean() - 1))
    assert_finds(np.array(found), wanted)
    assert np.mean(before_after) > wanted + 2
    assert np.min(wednesdays) > 8 * wanted


def test_the_holdout_finds_what_the_message_added_and_not_what_it_adds_to_another_list():
    added, wanted, found, slide = recall_account(World())["tested"], truth()["recall_adds"], [], []
    for seed in SEEDS[:40]:
        lapsed, _ = draw_lapsed(World(), rng(seed))
        arms = compare_arms(
            lapsed, arm="arm", outcome="ordered", control="holdout", treatment="message"
        )
        found.append((100 * arms.difference, 100 * arms.low, 100 * arms.high))
        slide.append(100 * arms.treatment_rate)
    assert_finds(np.array(found), added)
    assert_misses(np.array(found), wanted)
    assert np.min(slide) > 3 * added


def test_the_coin_finds_what_the_slot_adds_and_its_own_count_does_not():
    wanted, found, counted = truth()["slot_adds"], [], []
    for seed in SEEDS:
        test, _ = draw_slot_test(World(), rng(seed))
        arms = compare_arms(
            test, arm="slot", outcome="yoghurt", control="best sellers", treatment="yoghurt"
        )
        found.append((100 * arms.difference, 100 * arms.low, 100 * arms.high))
        counted.append(100 * test.loc[test["slot"] == "yoghurt", "by_slot"].mean())
    assert_finds(np.array(found), wanted)
    assert np.max(counted) < wanted - 1


# What no table shows ------------------------------------------------------------------------


def test_the_verdicts_truths_follow_from_the_parameters():
    world = World()
    silent, added = np.array(world.silences), []
    for gone, pause, most, best in zip(
        world.gone, world.pause, world.persuaded, world.best_silence, strict=True
    ):
        still = [gone + (1 - gone) * (pause / (pause + day)) ** 2 for day in (silent, silent + 14)]
        moment = silent / best
        added.append(still[1] / still[0] * most * (moment * np.exp(1 - moment)) ** 2)
    tested = 100 * np.mean(added, axis=0) @ world.lapsed_mix
    on_the_next_list = 100 * np.average(added, weights=world.next_list)
    assert truth() == pytest.approx(
        {"week_effect": 5.46, "recall_adds": on_the_next_list, "slot_adds": 5.2}
    )
    assert recall_account(world)["tested"] == pytest.approx(tested)


def test_the_claims_part_in_three_directions():
    claims = {"week_effect": 8, "recall_adds": 18, "slot_adds": 3}
    kept = {name: value / claims[name] for name, value in truth().items()}
    assert kept["recall_adds"] < 0.3
    assert 0.6 < kept["week_effect"] < 0.75
    assert kept["slot_adds"] > 1.5


def test_without_the_offer_only_offered_wednesdays_and_their_neighbours_differ(simulation):
    rows = simulation.tables["district_days"].merge(simulation.counterfactuals["district_days"])
    untouched = (rows["offer"] == 0) | (rows["date"] < FREE)
    assert (rows["orders"] == rows["orders_without"])[untouched].all()
    touched = rows[~untouched]
    named = pd.to_datetime(touched["date"]).dt.day_name()
    other = touched[named != "Wednesday"]
    assert (other["orders_without"] - other["orders"] == other["moved"]).all()
    added = touched["orders"].sum() / touched["orders_without"].sum() - 1
    assert 100 * added == pytest.approx(truth()["week_effect"], abs=0.3)


def test_each_lapsed_customer_does_what_the_message_makes_them_do(simulation):
    rows = simulation.tables["lapsed"].merge(simulation.counterfactuals["lapsed"])
    fate = np.where(rows["arm"] == "message", rows["ordered_if_messaged"], rows["ordered_alone"])
    assert (rows["ordered"] == fate).all()
    assert (rows["ordered_if_messaged"] >= rows["ordered_alone"]).all()
    assert (rows["ordered_60"] >= rows["ordered"]).all()


def test_some_of_those_won_back_had_only_come_sooner(simulation):
    gaps = simulation.tables["lapsed"].groupby("arm")[["ordered", "ordered_60"]].mean().diff()
    within_14, within_60 = gaps.loc["message"]
    assert 0 < within_60 < within_14


def test_nobody_takes_yoghurt_from_a_slot_that_did_not_show_it(simulation):
    rows = simulation.tables["slot_test"].merge(simulation.counterfactuals["slot_test"])
    assert (rows["by_slot"] <= rows["yoghurt"]).all()
    plain = rows[rows["slot"] == "best sellers"]
    assert plain["by_slot"].sum() == 0
    assert (plain["yoghurt"] == plain["yoghurt_without"]).all()
    assert (rows["yoghurt"] >= rows["yoghurt_without"]).all()


def test_before_the_plan_both_lives_are_one(simulation):
    with_plan = simulation.tables["purchases"].drop_duplicates("order_id")
    without = simulation.counterfactuals["purchases"]
    columns = ["customer_id", "date", "amount"]
    a_week_before = "2025-07-07"  # a customer's own week may reach over the plan's first day
    before = [
        table.loc[table["date"] < a_week_before, columns].sort_values(columns, ignore_index=True)
        for table in (with_plan, without)
    ]
    pd.testing.assert_frame_equal(*before)
    later = [(table["date"] >= PLAN).sum() for table in (with_plan, without)]
    assert later[0] > later[1]


def test_the_plans_wednesdays_show_in_the_purchases():
    purchases, without = draw_purchases(World(), rng(1), customers=100_000)
    wednesday = {
        name: (pd.to_datetime(table.loc[table["date"] >= PLAN, "date"]).dt.day_of_week == 2).sum()
        for name, table in (("with", purchases.drop_duplicates("order_id")), ("without", without))
    }
    assert 1.4 < wednesday["with"] / wednesday["without"] < 1.7


def test_a_year_of_a_hundred_thousand_customers_can_be_drawn():
    purchases, _ = draw_purchases(World(), rng(2), customers=100_000, days=365)
    assert purchases["customer_id"].nunique() > 98_000
    assert purchases["date"].min() == START
    assert purchases["date"].max() == "2026-01-05"


def test_customers_differ_and_leave():
    purchases, _ = draw_purchases(World(), rng(3), customers=20_000)
    orders = purchases.drop_duplicates("order_id")["customer_id"].value_counts()
    assert (orders == 1).mean() > 0.4
    assert orders.head(200).sum() > 0.05 * orders.sum()
    last = pd.to_datetime(purchases.groupby("customer_id")["date"].max())
    twice = orders[orders > 3].index
    assert (last[twice] < last.max() - pd.Timedelta("60D")).mean() > 0.1


def test_the_first_order_loses_the_most_customers_and_each_further_one_fewer():
    purchases = draw_purchases(World(), rng(4), customers=60_000)[0]
    gaps = order_gaps(purchases.assign(date=pd.to_datetime(purchases["date"])))
    number = gaps.groupby("customer_id").cumcount()
    back = []
    for n in range(5):
        rows = gaps[number == n]
        back.append(survival_curve(rows["days"], rows["completed"]).returned_by(14).value)
    assert 0.1 < back[0] < back[1] / 1.4
    assert back == sorted(back)


def test_the_guess_of_the_beginning_is_what_the_holdout_shows(tables):
    holdout = tables["lapsed"].query("arm == 'holdout'")["ordered"].mean()
    assert case.book.items["back_by_themselves"].answer() == round(100 * holdout)


# The decision -------------------------------------------------------------------------------


def test_the_profit_of_a_message_is_what_a_simulated_quarter_leaves():
    world = World(lapsed=400_000, lapsed_mix=(0, 0, 1, 0, 0, 0))
    rows, fates = draw_lapsed(world, rng(5))
    fates = fates.assign(rhythm=rows["rhythm"])
    reach = simulate().tables["silence"].query("silent_days == 30").set_index("rhythm")
    for place, rhythm in enumerate(RHYTHMS):
        rates = fates[fates["rhythm"] == rhythm].mean(numeric_only=True)
        added = rates["ordered_if_messaged"] - rates["ordered_alone"]
        each = added * reach["worth"][rhythm] - 8 * rates["ordered_if_messaged"] - 0.10
        profit = message_profit(world, place, 30)
        assert each * reach["customers"][rhythm] == pytest.approx(profit, abs=20_000)


def test_one_plan_is_clearly_best_and_the_hasty_one_loses_money():
    profits = plan_profits(World())
    assert profits.keys() == PLANS.keys()
    ranked = sorted(profits, key=profits.__getitem__)
    assert ranked[-1] == "weekly after 30, occasional after 60"
    assert profits[ranked[-1]] > profits[ranked[-2]] + 50_000
    assert ranked[0] == "all after 14 days"
    assert 0 < profits[TEST_FIRST] < 0.6 * profits[ranked[-1]]
    assert profits["nobody"] == 0 > profits[ranked[0]]


def test_too_early_and_too_late_earn_less_for_both_rhythms():
    world = World()
    for place in range(len(RHYTHMS)):
        profits = [message_profit(world, place, days) for days in range(7, 121)]
        best = 7 + int(np.argmax(profits))
        assert (20, 45)[place] < best < (45, 75)[place]
        assert profits[0] < 0
        assert profits[-1] < max(profits) / 2
