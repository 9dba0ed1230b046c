"""Chapter 2's world: the fallacies are in the data, the truth is found.

The chapter's own answers aren't used here; truths are computed by hand, or by walking through the
weeks one by one. Most headlines are held by the claims, beside the text that states them.
"""

import numpy as np
import pandas as pd
import pytest

from course_utils.analysis import (
    average_roas,
    compare_arms,
    difference_in_differences,
    fit_response,
    incremental_roas,
    marginal_roas,
    marginal_roas_interval,
    ratio_of_sums,
)
from course_utils.cases.beauty_traffic.world import (
    CHANNELS,
    MOVES,
    PAID,
    REWORKED,
    SAVED,
    World,
    click_through,
    draw_buyers,
    draw_holdout,
    draw_notes,
    draw_search,
    draw_spend_test,
    expected_note,
    move_profits,
    paid_roi,
    response,
    search_account,
    truth,
    usual_spend,
)
from tests.cases.beauty_traffic.many_worlds import SEEDS, uplifts
from tests.recovery import assert_finds, assert_misses, coverage

PANEL = {"outcome": "visits", "unit": "product", "time": "date", "treated": "reworked"}
REGIONS = {"region": "region", "phase": "phase", "outcome": "revenue", "spend": list(PAID)}
TEST = {"spend": "spend", "outcome": "revenue", "unit": "group", "time": "week"}


def rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


# The headlines, from the committed tables ---------------------------------------------------


def growth(search: pd.DataFrame, reworked: int) -> float:
    """Daily visits after the rework over those before, of one group."""
    rows = search[search["reworked"] == reworked]
    after = rows["date"] >= REWORKED
    return rows.loc[after, "visits"].mean() / rows.loc[~after, "visits"].mean()


# The fallacies can be found ----------------------------------------------------------------


def test_the_festival_lifts_the_untouched_products_too(tables):
    assert growth(tables["search"], 0) - 1 > 0.12
    beyond = growth(tables["search"], 1) / growth(tables["search"], 0) - 1
    assert beyond == pytest.approx(World().uplift, abs=0.03)


def test_the_two_groups_moved_alike_before(tables):
    quiet = tables["search"][tables["search"]["date"] < REWORKED]
    placebo = difference_in_differences(quiet, start="2025-09-22", **PANEL)
    assert placebo.low < 0 < placebo.high


def test_the_click_through_of_all_notes_is_that_of_the_hits_and_the_mean_of_rates_is_not(tables):
    each = tables["notes"].drop_duplicates("note_id")
    assert round(100 * each["visits"].sum() / each["reads"].sum()) == 15
    assert (each["visits"] / each["reads"]).mean() < 0.14


def test_a_few_notes_bring_most_of_the_visits(tables):
    visits = tables["notes"].drop_duplicates("note_id")["visits"].sort_values()
    assert visits.dropna().tail(20).sum() > visits.sum() / 2
    assert visits.mean() > 2 * visits.median()


def test_the_export_has_doubles_and_notes_without_counts(tables):
    notes = tables["notes"]
    assert notes.duplicated().sum() == len(notes) - 200 > 5
    gone = notes[notes["reads"].isna()]
    assert len(gone) > 3
    assert gone[["views", "visits", "reported_visits"]].isna().all(axis=None)
    assert (gone["cost"] > 0).all()


def test_after_a_hit_comes_something_ordinary():
    ratios = []
    for seed in range(40):
        notes, _ = draw_notes(World(), rng(seed))
        each = notes.drop_duplicates("note_id")
        visits = each.pivot_table(index="creator", columns="round", values="visits", aggfunc="sum")
        stars = visits.loc[each.query("round == 1 and reads >= 100_000")["creator"]]
        if len(stars):
            ratios.append(stars[2].sum() / stars[1].sum())
    assert np.median(ratios) < 0.4
    assert np.mean(ratios) > 0.05


def test_both_platforms_claim_many_orders_and_ads_and_orders_agree(tables):
    orders, ads = tables["orders"], tables["ads"]
    both = (orders["clicked_zhitongche"] == 1) & (orders["saw_douyin"] == 1)
    assert 0.3 < both.mean() < 0.5
    week = ads[ads["date"].isin(orders["date"].unique())].groupby("channel").sum()
    by_last = orders.groupby("last_click")["amount"].agg(["size", "sum"])
    for channel, touched in (("zhitongche", "clicked_zhitongche"), ("douyin", "saw_douyin")):
        claimed = orders[orders[touched] == 1]
        assert week.loc[channel, "last_click_orders"] == by_last.loc[channel, "size"]
        assert week.loc[channel, "last_click_revenue"] == by_last.loc[channel, "sum"]
        assert week.loc[channel, "reported_orders"] == len(claimed)
        assert week.loc[channel, "reported_revenue"] == claimed["amount"].sum()


def test_last_click_ranks_the_channels_the_wrong_way_round(tables):
    sums = tables["ads"].groupby("channel")[["last_click_revenue", "spend"]].sum()
    last_click = sums["last_click_revenue"] / sums["spend"]
    added = incremental_roas(tables["holdout"], **REGIONS)["roas"]
    assert last_click["zhitongche"] > 2 * last_click["douyin"]
    assert added["douyin"] > 2 * added["zhitongche"]
    assert last_click["zhitongche"] > added["zhitongche"] + 2
    assert last_click["douyin"] < added["douyin"] - 1.5


def test_the_average_of_the_search_ads_hides_a_marginal_below_one():
    curve, usual = response(World(), "zhitongche"), World().usual[0]
    assert curve.revenue(usual) / usual > 1
    assert marginal_roas(curve, usual) < 0.5


# The estimators taught find the truth, the naive ones miss it --------------------------------


def test_differences_in_differences_find_the_pages_uplift():
    assert_finds(uplifts(clustered=True), World().uplift)


def test_rows_taken_for_independent_are_too_sure_of_the_uplift():
    assert coverage(uplifts(clustered=False), World().uplift) < 0.7


def test_before_and_after_credit_the_pages_with_the_festival():
    found = [growth(draw_search(World(), rng(seed))[0], 1) - 1 for seed in SEEDS[:40]]
    assert min(found) > World().uplift + 0.08


def test_the_holdout_finds_both_channels_and_stopping_early_does_not():
    wanted = paid_roi(World())
    whole, early = {name: [] for name in wanted}, []
    for seed in SEEDS:
        holdout, _ = draw_holdout(World(), rng(seed))
        table = incremental_roas(holdout, **REGIONS)
        for name, rows in whole.items():
            rows.append(table.loc[name].to_numpy())
        off = incremental_roas(holdout[holdout["phase"] != "after"], **REGIONS)
        early.append(off.loc["together"].to_numpy())
    for name, rows in whole.items():
        assert_finds(np.array(rows), wanted[name])
    assert coverage(np.array(early), wanted["together"]) < 0.05
    assert np.max(np.array(early)[:, 0]) < wanted["together"]


def test_the_spend_test_finds_what_the_next_yuan_brings_and_the_average_does_not():
    world = World()
    found, averages = {name: [] for name in PAID}, {name: [] for name in PAID}
    for seed in SEEDS:
        rows, _ = draw_spend_test(world, rng(seed))
        for channel, usual in zip(PAID, world.usual, strict=True):
            curve = fit_response(rows[rows["channel"] == channel], **TEST)
            spend = 1_000 * usual * world.group_share
            ends = marginal_roas_interval(curve, spend)
            found[channel].append((marginal_roas(curve, spend), *ends))
            averages[channel].append(average_roas(curve, spend))
    for channel, usual in zip(PAID, world.usual, strict=True):
        wanted = marginal_roas(response(world, channel), usual)
        assert_finds(np.array(found[channel]), wanted)
        assert_misses(np.array(averages[channel])[:, None], wanted)


def test_all_notes_find_what_a_note_is_worth_and_the_hits_do_not():
    world = World()
    visits, cost = expected_note(world)
    wanted, found, hits = world.visit_worth * visits / cost, [], []
    for seed in SEEDS:
        notes, _ = draw_notes(world, rng(seed))
        each = notes.drop_duplicates("note_id")
        each = each.assign(revenue=world.visit_worth * each["visits"].fillna(0).astype(int))
        worth = ratio_of_sums(each, "revenue", "cost", rng=rng(seed))
        found.append((worth.value, worth.low, worth.high))
        best = each[each["reads"] >= world.hit]
        hits.append(best["revenue"].sum() / best["cost"].sum())
    assert_finds(np.array(found), wanted)
    assert_misses(np.array(hits)[:, None], wanted)


def test_the_random_halves_find_the_programmes_part_and_the_slide_does_not():
    world, found, slide = World(), [], []
    for seed in SEEDS:
        buyers, _ = draw_buyers(world, rng(seed))
        spenders = buyers.query("year == 2025 and audience == 'high-spending'")
        arms = compare_arms(
            spenders, arm="offer", outcome="bought_again", control="low price",
            treatment="programme",
        )  # fmt: skip
        found.append((100 * arms.difference, 100 * arms.low, 100 * arms.high))
        before = buyers.query("year == 2024")["bought_again"].mean()
        slide.append(100 * (arms.treatment_rate - before))
    assert_finds(np.array(found), 100 * (world.again_offer[1] - world.again_plain[1]))
    assert np.min(slide) > 10


# What no table shows ------------------------------------------------------------------------


def test_the_verdicts_truths_are_the_parameters(simulation):
    world = World()
    sold = [c * s / (h + s) for c, s, h in zip(world.ceiling, world.usual, world.half, strict=True)]
    assert truth() == pytest.approx(
        {
            "search_uplift": 11,
            "incremental_roas": sum(sold) / sum(world.usual),
            "search_roi": sold[0] / world.usual[0],
            "search_after_the_cut": world.ceiling[0] * world.half[0] / (world.half[0] + 90) ** 2,
            "programme_effect": 6.6,
        }
    )


def test_without_the_rework_only_reworked_days_would_have_been_different(simulation):
    search = simulation.tables["search"].merge(simulation.counterfactuals["search"])
    added = search["visits"] - search["visits_without"]
    touched = (search["reworked"] == 1) & (search["date"] >= REWORKED)
    assert (added[~touched] == 0).all()
    share = added[touched].sum() / search.loc[touched, "visits_without"].sum()
    assert share == pytest.approx(World().uplift, abs=0.005)


def test_the_slides_rise_is_the_season_times_the_pages(simulation):
    account = search_account(World())
    pages = (100 + account["rise"]) / (100 + account["season"]) - 1
    assert pages == pytest.approx(World().uplift, abs=0.005)


def test_the_revenue_missing_in_the_holdout_is_the_ads_whole_work(simulation):
    holdout = simulation.tables["holdout"].merge(simulation.counterfactuals["holdout"])
    missing = (holdout["revenue_with_ads"] - holdout["revenue"]).groupby(holdout["arm"]).sum()
    assert missing["usual"] == 0
    usual = holdout[holdout["phase"] == "before"].groupby("arm")[list(PAID)].mean()
    weeks, regions = World().weeks[1], World().regions // 4
    for channel in PAID:
        saved = usual.loc[f"{channel} off", channel] * weeks * regions
        assert missing[f"{channel} off"] / saved == pytest.approx(
            paid_roi(World())[channel], rel=0.03
        )


def test_spend_as_usual_sells_as_usual(simulation):
    rows = simulation.tables["spend_test"].merge(simulation.counterfactuals["spend_test"])
    first = rows[rows["week"] <= 2]
    assert (first["revenue"] / first["revenue_as_usual"] - 1).abs().max() < 0.02
    later = rows[(rows["week"] > 2) & (rows["channel"] == "douyin")]
    more = later["spend"] > 15_000
    gain = later["revenue"] - later["revenue_as_usual"]
    assert gain[more].mean() > 0 > gain[later["spend"] == 0].mean()


def test_each_buyer_does_what_the_offer_given_makes_them_do(simulation):
    buyers = simulation.tables["buyers"].merge(simulation.counterfactuals["buyers"])
    fate = np.where(
        buyers["offer"] == "programme", buyers["again_on_programme"], buyers["again_on_low_price"]
    )
    assert (buyers["bought_again"] == fate).all()
    assert (buyers["again_on_programme"] >= buyers["again_on_low_price"]).all()


def test_the_mean_note_is_what_very_many_notes_bring():
    notes, truths = draw_notes(World(creators=200_000), rng(1))
    visits, cost = expected_note(World())
    assert truths["visits"].mean() == pytest.approx(visits, rel=0.03)
    assert notes["cost"].mean() == pytest.approx(cost, rel=0.01)


def test_readers_of_large_notes_click_at_the_headlines_rate():
    rates = click_through(World(), np.array([0.0, 1_600.0, 1e6]))
    assert rates[0] == World().click_through_small
    assert rates[1] == pytest.approx((rates[0] + World().click_through) / 2)
    assert round(rates[2], 2) == 0.15


# The decision -------------------------------------------------------------------------------


def test_every_plan_spends_what_today_spends():
    for change in MOVES.values():
        assert sum(change.values()) == 0
        assert set(change) <= {*CHANNELS, SAVED}


def test_the_profit_of_a_plan_is_its_margin_less_its_spend(tables):
    world = World()
    for plan in tables["moves"].to_dict("records"):
        profit = 0.0
        for name in CHANNELS:
            spend = usual_spend(world, name) + MOVES[plan["plan"]].get(name, 0)
            assert spend == pytest.approx(plan[name], abs=0.6)
            curve = response(world, name)
            sold = curve.capacity * spend / (curve.half_saturation + spend)
            profit += world.margin * sold - spend
        assert move_profits(world)[plan["plan"]] == pytest.approx(13_000 * profit)


def test_one_plan_is_clearly_best_and_the_agencys_is_worst():
    profits = move_profits(World())
    ranked = sorted(profits, key=profits.__getitem__)
    assert ranked[0] == "200 to search ads"
    assert ranked[-1] == "200 to douyin"
    assert profits[ranked[-1]] > profits[ranked[-2]] + 500_000
    assert min(profits["300 to douyin"], profits["540 to douyin"]) > profits["keep"]
