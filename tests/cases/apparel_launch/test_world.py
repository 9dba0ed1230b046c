"""Chapter 1's world: the fallacies are in the data, the truth is found.

The chapter's own answers aren't used here; truths are computed by hand, or by drawing a world so
large that chance hardly counts. Most headlines are held by the claims, beside the text that states
them.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from course_utils.analysis import (
    acquisition_curve,
    choice_model,
    compare_rates,
    ratio_of_sums,
)
from course_utils.cases.apparel_launch import case
from course_utils.cases.apparel_launch.launch_model import Plan, live
from course_utils.cases.apparel_launch.world import (
    BUDGETS,
    EXPORT_DAY,
    FIRST_DAY,
    JANUARY_SPEND,
    OPENINGS,
    PLATFORMS,
    TABLES,
    WEEKS,
    World,
    channel_premium,
    comes_again,
    draw_orders,
    draw_price_test,
    draw_sales,
    draw_survey,
    draw_weeks,
    expected_returns,
    futures,
    hide_late_returns,
    later_uplift,
    marginal_cost,
    market,
    net_revenue,
    new_customers,
    next_customer,
    profit,
    profit_of_openings,
    returns_account,
    taste_account,
    truth,
    visitors_account,
)
from tests.cases.evidence import shares_held
from tests.recovery import assert_finds, assert_misses, coverage

# The headlines, from the committed tables ---------------------------------------------------


def monthly(tables, column: str) -> pd.Series:
    return tables["sales"].groupby(tables["sales"]["date"].str[:7])[column].sum()


def price_taste(rows: pd.DataFrame) -> float:
    return choice_model(rows, ["price", "quality", "premium"])["price"]


def added_up(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.drop(columns="date").groupby("price").sum()


def test_1a_online_shoppers_are_twice_as_price_sensitive(tables):
    taste = {name: price_taste(rows) for name, rows in tables["choice_survey"].groupby("channel")}
    assert round(taste["online"] / taste["offline"], 1) == 2.0


def test_1b_between_white_labels_and_fast_fashion_the_shelf_is_empty(tables):
    shelf = tables["listings"].drop_duplicates("listing_id").query("price < 9999")
    good = shelf.query("rating >= 4")["price"]
    assert good.between(75, 99).sum() == 0
    assert (good < 75).sum() > 5
    assert good.between(100, 225).sum() > 40


def test_1c_the_launch_stands_on_two_platforms_and_a_trial_price(tables):
    sales = tables["sales"]
    assert set(sales["platform"]) == {"Pinduoduo", "Douyin"}
    paid = sales.groupby("tier")[["gmv", "pieces"]].sum()
    price = paid["gmv"] / paid["pieces"]
    assert price["trial"] == pytest.approx(39, abs=0.2)
    assert price["regular"] == pytest.approx(85, abs=0.5)


def test_1d_one_month_passes_a_hundred_thousand_pieces(tables):
    pieces = monthly(tables, "pieces")
    assert pieces.index[pieces >= 100_000].tolist() == ["2025-11"]
    assert pieces.max() < 110_000


def test_1g_one_rule_hits_one_platform(tables):
    daily = tables["sales"].pivot_table("gmv", "date", "platform", aggfunc="sum")
    before, after = daily["2025-07-02":"2025-08-05"].mean(), daily["2025-08-06":"2025-09-09"].mean()
    change = after / before
    assert change["Pinduoduo"] / change["Douyin"] == pytest.approx(World().rule_change, abs=0.05)
    assert 0.9 < change["Douyin"] < 1.15


# The fallacies, in the committed tables -----------------------------------------------------


def test_who_shops_online_is_young_with_less_money(tables):
    people = tables["choice_survey"].drop_duplicates("respondent")
    online = (people["channel"] == "online").groupby([people["age"], people["income"]]).mean()
    assert online["under 30", "lower"] > 0.75
    assert online["30 and over", "higher"] < 0.25


def test_every_person_made_eight_choices_of_one_jacket(tables):
    choices = tables["choice_survey"].groupby(["respondent", "task"])["chosen"].agg(["sum", "size"])
    assert (choices["sum"] == 1).all()
    assert (choices["size"] == 2).all()
    assert len(choices) == 8 * 1_000


def test_the_listings_have_doubles_gaps_and_placeholders(tables):
    listings = tables["listings"]
    twice = listings[listings.duplicated("listing_id")]
    assert len(twice) > 20
    assert (twice["price"] < 100).all()
    assert listings["rating"].isna().sum() > 15
    assert (listings["price"] == 9_999).sum() > 5


def test_the_best_month_is_no_month_of_the_year(tables):
    pieces, gmv = monthly(tables, "pieces"), monthly(tables, "gmv")
    assert gmv.sum() / pieces.sum() > 1.4 * 50_000_000 / 1_200_000


def test_december_returns_are_not_in_yet(tables):
    orders = tables["orders"]
    share = orders.groupby(orders["date"].str[:7])["returned"].mean()
    assert share["2025-12"] < 0.75 * share[:"2025-11"].mean()
    assert share[:"2025-11"].min() > 0.3


def test_the_years_average_hides_the_next_customer(tables):
    weeks = tables["acquisition"].dropna()
    spent = weeks.groupby("platform")[["spend", "new_customers"]].sum()
    average = spent["spend"] / spent["new_customers"]
    assert round(average["Douyin"]) == 38
    assert next_customer(World()) > 2.5 * average["Douyin"]
    pinduoduo = weeks[weeks["platform"] == "Pinduoduo"]["spend"].tail(4).mean()
    assert marginal_cost(World(), 0, pinduoduo, WEEKS - 1) < 1.5 * average["Pinduoduo"]


def test_buyers_at_the_trial_price_come_again_half_as_often(tables):
    sums = added_up(tables["price_test"])
    again = sums["buyers_again"] / sums["buyers"]
    assert round(again[39] / again[89], 1) == 0.5


def test_and_yet_more_visitors_come_again(tables):
    sums = added_up(tables["price_test"])
    later = (sums["buyers_again"] + sums["others_later"]) / sums["visitors"]
    assert later[39] > 1.1 * later[89]
    margin = (sums.index - 33) * sums["buyers"] / sums["visitors"]
    assert margin[39] < 0.5 * margin[89]


def test_two_of_the_rivals_four_losers_have_turned(tables):
    rival = tables["rival"]
    spent = rival[["goods_and_shipping", "advertising", "fixed_cost"]].sum(axis=1)
    left = rival.assign(left=rival["net_revenue"] - spent)
    year = left.groupby("platform")["left"].sum()
    late = left.query("month > 9").groupby("platform")["left"].sum()
    assert set(year.index[year < 0]) == {"Tmall", "JD", "Kuaishou", "Xiaohongshu"}
    assert set(late.index[late < 0]) == {"Kuaishou", "Xiaohongshu"}


# The same over many worlds ------------------------------------------------------------------


def draw(table: str, world: World) -> pd.DataFrame:
    """One table of a world, drawn without those it doesn't rest on."""
    rng = {name: np.random.default_rng([world.seed, i]) for i, name in enumerate(TABLES)}

    def sales() -> pd.DataFrame:
        return draw_sales(world, rng["sales"], draw_weeks(world, rng["acquisition"]))

    drawers: dict[str, Callable[[], pd.DataFrame]] = {
        "choice_survey": lambda: draw_survey(world, rng["choice_survey"]),
        "acquisition": lambda: draw_weeks(world, rng["acquisition"]),
        "sales": sales,
        "orders": lambda: hide_late_returns(draw_orders(world, rng["orders"], sales())),
        "price_test": lambda: draw_price_test(world, rng["price_test"]),
    }
    return drawers[table]()


def worlds(count: int) -> Iterable[World]:
    return (replace(World(), seed=seed) for seed in range(count))


def reports(found: Iterable[tuple[float, float, float, float]]) -> tuple[np.ndarray, np.ndarray]:
    """Of many worlds: the estimates with both ends, and the truths."""
    every = np.array(list(found))
    return every[:, :3], every[:, 3]


@pytest.mark.parametrize("name", ["choice_survey", "acquisition", "sales", "orders", "price_test"])
def test_a_table_drawn_alone_is_the_table_of_its_world(simulation, name):
    expected = simulation.tables[name]
    pd.testing.assert_frame_equal(draw(name, World())[expected.columns], expected)


def premium(rows: pd.DataFrame) -> tuple[float, float, float]:
    """By how many percent online shoppers are more sensitive than their twins, with ends."""
    young, lower = rows["age"] == "under 30", rows["income"] == "lower"
    online = rows["channel"] == "online"
    rows = rows.assign(on=rows["price"] * online, yo=rows["price"] * young)
    rows = rows.assign(lo=rows["price"] * lower)
    fit = choice_model(rows, ["price", "on", "yo", "lo", "quality", "premium"])
    twins = fit["price"] + young[online].mean() * fit["yo"] + lower[online].mean() * fit["lo"]
    own = 100 * fit.table.loc["on"] / twins
    return own["coefficient"], own["high"], own["low"]


def test_the_fit_by_age_and_income_finds_the_channels_own_part():
    wanted = channel_premium(World())
    surveys = (draw("choice_survey", world) for world in worlds(60))
    assert_finds(*reports((*premium(rows), wanted) for rows in surveys))


def test_the_pooled_fits_take_the_people_for_the_channel():
    def pooled(rows: pd.DataFrame) -> float:
        taste = {name: price_taste(part) for name, part in rows.groupby("channel")}
        return 100 * (taste["online"] / taste["offline"] - 1)

    found = np.array([pooled(draw("choice_survey", world)) for world in worlds(30)])
    assert found.mean() == pytest.approx(100, abs=10)  # the headline is no luck of the seed
    assert found.min() > 4 * channel_premium(World())


def net(world: World, *, only_old: bool) -> tuple[float, float, float, float]:
    """The year's net revenue from a sample of orders, with ends and the truth, million yuan."""
    sales = draw("sales", world)
    rng = np.random.default_rng([world.seed, TABLES.index("orders")])
    orders = hide_late_returns(draw_orders(world, rng, sales))
    if only_old:
        orders = orders[orders["date"] <= "2025-12-01"]
    orders = orders.assign(refund=orders["amount"] * orders["returned"])
    back, gmv = ratio_of_sums(orders, "refund", "amount"), sales["gmv"].sum() / 1e6
    wanted = expected_returns(world, sales)["net"].sum() / 1e6
    return gmv * (1 - back.value), gmv * (1 - back.high), gmv * (1 - back.low), wanted


def test_orders_old_enough_find_the_net_revenue():
    assert_finds(*reports(net(world, only_old=True) for world in worlds(100)))


def test_all_orders_overstate_the_net_revenue():
    found, wanted = reports(net(world, only_old=False) for world in worlds(30))
    assert_misses(found, wanted)
    assert found[:, 0].mean() > wanted.mean()


def douyin(world: World) -> pd.DataFrame:
    weeks = draw("acquisition", world)
    return weeks[weeks["platform"] == "Douyin"].dropna().astype({"new_customers": float})


def next_on_douyin(world: World, cost: str) -> tuple[float, float, float, float]:
    weeks = douyin(world)
    spend = weeks["spend"].tail(4).mean()
    found = getattr(acquisition_curve(weeks, conditions=["festival"]), cost)(spend, 52)
    wanted = math.log(marginal_cost(world, 1, spend, WEEKS - 1))
    return math.log(found.value), math.log(found.low), math.log(found.high), wanted


def test_the_curve_finds_the_next_customers_cost():
    assert_finds(*reports(next_on_douyin(world, "marginal_cost") for world in worlds(120)))


def test_the_average_of_now_is_half_of_it():
    found, wanted = reports(next_on_douyin(world, "average_cost") for world in worlds(40))
    assert_misses(found, wanted)
    assert coverage(found, wanted) == 0
    half = np.exp((found[:, 0] - wanted).mean())
    assert half == pytest.approx(World().elasticity[1], rel=0.03)


def uplift(world: World) -> tuple[float, float, float, float]:
    sums = added_up(draw("price_test", world))
    later = sums["buyers_again"] + sums["others_later"]
    arms = [(int(later[price]), int(sums["visitors"][price])) for price in (89, 39)]
    found = compare_rates(*arms)
    ends = (found.relative, found.relative_low, found.relative_high)
    return (*(math.log1p(end) for end in ends), math.log1p(later_uplift(world) / 100))


def test_counting_visitors_finds_what_the_trial_price_does():
    assert_finds(*reports(uplift(world) for world in worlds(300)))


def test_counting_buyers_turns_the_sign_round_in_every_world():
    for world in worlds(60):
        sums = added_up(draw("price_test", world))
        again = sums["buyers_again"] / sums["buyers"]
        assert again[39] < 0.7 * again[89]


# The truths by hand -------------------------------------------------------------------------


def test_the_verdicts_truths_are_the_functions_own():
    assert truth() == {
        "channel_premium": channel_premium(World()),
        "net_revenue": net_revenue(World()),
        "next_customer": next_customer(World()),
        "later_uplift": later_uplift(World()),
    }


def test_the_channel_premium_by_hand():
    world = World()
    (young_lower, young_higher), (old_lower, _) = world.online_mix
    young, lower = young_lower + young_higher, young_lower + old_lower
    twins = world.price_taste + young * world.price_taste_young + lower * world.price_taste_lower
    assert channel_premium(world) == pytest.approx(100 * world.price_taste_online / twins)
    account = taste_account(world)
    assert account["online"] / account["twins"] - 1 == pytest.approx(channel_premium(world) / 100)
    assert account["offline"] < account["twins"]


@pytest.mark.parametrize("mix", ["online_mix", "offline_mix"])
def test_a_mix_is_whole(mix):
    assert np.sum(getattr(World(), mix)) == pytest.approx(1)


def test_with_equal_people_the_premium_is_all_of_the_gap():
    same = replace(World(), offline_mix=World().online_mix)
    account = taste_account(same)
    assert account["offline"] == pytest.approx(account["twins"])


def test_the_next_customer_is_the_slope_of_the_response():
    world, spend = World(), JANUARY_SPEND
    came = [float(new_customers(world, 1, np.array(spend + step), np.array(55))) for step in (0, 1)]
    assert next_customer(world) == pytest.approx(1 / (came[1] - came[0]), rel=1e-3)


def test_net_revenue_is_what_the_sample_keeps_in_the_end(simulation):
    sales, orders = simulation.tables["sales"], simulation.tables["orders"]
    back = simulation.counterfactuals["orders"]["comes_back"]
    kept = orders.loc[~back, "amount"].sum() / orders["amount"].sum()
    assert net_revenue(World()) == pytest.approx(sales["gmv"].sum() / 1e6 * kept, rel=0.015)
    account = returns_account(World())
    assert account["seen"] < account["all"]
    assert account["gmv"] * (1 - account["all"] / 100) == pytest.approx(net_revenue(World()))


def test_later_customers_are_the_same_people_and_bargain_hunters():
    world, account = World(), visitors_account(World())
    others = [1_000 * (1 - share) * world.returns_others for share in world.test_conversion]
    at_trial = account["same_later"] + account["bargain_later"] + others[0]
    at_list = account["list_later"] + others[-1]
    assert later_uplift(world) == pytest.approx(100 * (at_trial / at_list - 1))
    assert (1_000 * comes_again(world))[[0, -1]] == pytest.approx([at_trial, at_list])


# Counterfactuals agree with the tables ------------------------------------------------------


def test_an_order_looks_returned_once_it_has_come_back(simulation):
    orders, fate = simulation.tables["orders"], simulation.counterfactuals["orders"]
    assert (orders["order_id"] == fate["order_id"]).all()
    day = (pd.to_datetime(orders["date"]) - FIRST_DAY).dt.days
    back = fate["comes_back"]
    lag = fate["return_day"] - day
    assert lag[back].between(2, World().return_last).all()
    assert (orders["returned"].astype(bool) == (back & (fate["return_day"] <= EXPORT_DAY))).all()
    assert orders["return_date"].notna().equals(orders["returned"] == 1)
    old = orders["date"] <= "2025-12-01"
    assert (orders["returned"][old].astype(bool) == back[old]).all()


def test_one_percent_more_spend_brings_elasticity_percent_more(simulation):
    weeks = simulation.counterfactuals["acquisition"]
    more = np.log(weeks["expected_one_percent_more"] / weeks["expected"]) / np.log(1.01)
    assert more.groupby(weeks["platform"]).mean().to_dict() == pytest.approx(
        dict(zip(PLATFORMS, World().elasticity, strict=True))
    )


def test_first_and_later_orders_make_the_sales(simulation):
    weeks, sales = draw("acquisition", World()), simulation.tables["sales"]
    expected = weeks.groupby("platform")[["came", "again"]].sum().sum(axis=1)
    orders = sales.groupby("platform")["orders"].sum()
    assert orders.to_dict() == pytest.approx(expected.to_dict(), rel=0.01)


# The decision -------------------------------------------------------------------------------


def test_every_month_and_budget_has_an_opening_and_so_has_none():
    assert set(OPENINGS) == {"never", "wait for news"} | {
        f"month {month}, {budget}" for month in (1, 4, 8) for budget in BUDGETS
    }


def test_waiting_for_news_beats_every_fixed_month_with_all_costs_counted():
    profits = profit_of_openings(World())
    best, second = sorted(profits.values(), reverse=True)[:2]
    assert profits["wait for news"] == best > 1.05 * second
    for month in (1, 4, 8):
        assert profits[f"month {month}, large"] > profits[f"month {month}, small"]


def test_other_futures_would_not_change_the_decision():
    other = futures(replace(World(), seed=99), 4_000)
    profits = {
        name: profit(live(plan, market(World()), other)).mean() for name, plan in OPENINGS.items()
    }
    assert max(profits, key=profits.__getitem__) == "wait for news"
    assert profits == pytest.approx(profit_of_openings(World()), rel=0.06)


def test_a_plan_that_is_not_dearer_earns_more():
    ahead, meets = futures(World(), 500), market(World())
    dear, cheap = (profit(live(Plan(dearer=dearer), meets, ahead)) for dearer in (True, False))
    assert (cheap > dear).mean() > 0.99


# The verdicts are earned ---------------------------------------------------------------------


def tables_of(verdict: str, seed: int) -> dict[str, pd.DataFrame]:
    """What a verdict needs, of another world in which the truth is the same."""
    if verdict == "net_revenue":  # the year as it was, and another sample of its orders
        sales = case.load("sales")
        drawn = draw_orders(World(), np.random.default_rng(seed), sales)
        return {"sales": sales, "orders": hide_late_returns(drawn)}
    table = {
        "channel_premium": "choice_survey",
        "next_on_douyin": "acquisition",
        "later_uplift": "price_test",
    }[verdict]
    return {table: draw(table, replace(World(), seed=seed))}


@pytest.mark.parametrize(
    ("verdict", "seeds"),
    [("channel_premium", 12), ("net_revenue", 40), ("next_on_douyin", 60), ("later_uplift", 200)],
)
def test_the_careful_range_holds_the_truth_and_the_tempting_ones_do_not(verdict, seeds):
    held = shares_held(case, verdict, lambda seed: tables_of(verdict, seed), range(seeds))
    assert held["careful"] > 0.78
    assert held.drop("careful").max() < 0.5
