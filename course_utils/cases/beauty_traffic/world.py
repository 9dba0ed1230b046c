"""The synthetic world of chapter 2: a beauty brand's traffic, on-site, off-site and paid.

`simulate` draws the tables that the chapter reads. The functions below it know what no table
shows: what would have been sold without the pages, the ads, the offer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from course_utils.analysis import Response, adstock, marginal_roas
from course_utils.cases.worlds import Simulation, parameter

TABLES = ("search", "notes", "ads", "orders", "holdout", "spend_test", "moves", "buyers")
PAID = ("zhitongche", "douyin")
CHANNELS = (*PAID, "notes", "pages")
SAVED = "saved"

START = "2025-09-01"  # a Monday; the report covers thirteen weeks from here
REWORKED = "2025-10-13"  # the reworked pages go live, a Monday
SAMPLE_WEEK = ("2025-09-08", "2025-09-14")  # whose orders the brand exported one by one

# What next quarter could look like: thousand yuan a week by which each channel's spend changes.
MOVES: dict[str, dict[str, float]] = {
    "keep": {},
    "200 to search ads": {"douyin": -200, "zhitongche": 200},
    "200 to douyin": {"zhitongche": -450, "douyin": 200, SAVED: 250},
    "300 to douyin": {"zhitongche": -300, "douyin": 300},
    "540 to douyin": {"zhitongche": -540, "douyin": 540},
    "300 to notes": {"zhitongche": -300, "notes": 300},
    "60 to pages": {"zhitongche": -300, "pages": 60, SAVED: 240},
}

Array = NDArray[Any]


@dataclass(frozen=True)
class World:
    """Every number that the world runs on. Pairs are (zhitongche, douyin)."""

    # On-site: organic search visits of 40 products
    products_reworked: int = parameter(16, "products", "the agency began with the best sellers")
    products_untouched: int = parameter(24, "products", "the rest of the range")
    visits_reworked: float = parameter(1_150.0, "visits a day", "median best seller")
    visits_untouched: float = parameter(620.0, "visits a day", "median of the rest")
    product_spread: float = parameter(0.45, "log", "some products are searched far more")
    season: tuple[float, ...] = parameter(
        (0.97, 0.99, 1.0, 1.02, 1.03, 0.98, 1.02, 1.13, 1.21, 1.40, 1.43, 1.02, 0.97),
        "times",
        "thirteen weeks: presale from 20 October, Double 11, and the quiet after it",
    )
    weekend: float = parameter(1.12, "times", "people search from the sofa")
    uplift: float = parameter(0.11, "share", "what the reworked page adds to organic search")
    drift: float = parameter(0.11, "log", "each product's own slow ups and downs")
    drift_kept: float = parameter(0.85, "share a day", "of yesterday's drift is still there")
    daily_noise: float = parameter(0.07, "log", "each product's day")

    # Off-site: creators' notes
    creators: int = parameter(100, "creators", "two notes each, in two rounds")
    followers: float = parameter(40_000.0, "followers", "median creator")
    followers_spread: float = parameter(1.2, "log", "a few are stars")
    reads: float = parameter(8_800.0, "reads", "median note of the median creator")
    reads_by_followers: float = parameter(0.35, "log per log", "followers help, less than hoped")
    skill: float = parameter(0.50, "log", "some creators' notes do better, again and again")
    luck: float = parameter(1.40, "log", "the recommendation engine's dice, note by note")
    notes_reported: float = parameter(1.9, "times", "the platform adds readers who come later")
    hit: int = parameter(100_000, "reads", "what the agency calls a hit note")
    views_a_read: float = parameter(11.0, "views", "people scroll past ten to open one")
    click_through: float = parameter(0.152, "share of reads", "readers who go on to the shop")
    click_through_small: float = parameter(0.075, "share", "in a note hardly anybody reads")
    click_through_half: float = parameter(1_600.0, "reads", "where it is half way between the two")
    note_fee: float = parameter(5_400.0, "yuan", "fee of the median creator")
    fee_by_followers: float = parameter(0.62, "log per log", "fees follow followers")
    deleted_below: int = parameter(1_200, "reads", "creators take down notes that flop")
    deleted: float = parameter(0.45, "share of flops", "taken down before the export")
    exported_twice: float = parameter(0.07, "share", "the pages of the export overlap")
    visit_worth: float = parameter(5.0, "yuan of revenue", "2.5% of visits buy, for 200 yuan")

    # Paid: response to a week's spend, and what the two dashboards claim of it
    usual: tuple[float, float] = parameter((540.0, 460.0), "thousand yuan a week", "one million")
    ceiling: tuple[float, float] = parameter(
        (1_020.0, 9_200.0), "thousand yuan a week", "few search, many can be interested"
    )
    half: tuple[float, float] = parameter(
        (245.0, 1_900.0), "thousand yuan a week", "searchers run out soon"
    )
    carry_over: tuple[float, float] = parameter(
        (0.10, 0.45), "share a week", "a video works for weeks, a search result for days"
    )
    other_revenue: float = parameter(6_200.0, "thousand yuan a week", "sold without paid traffic")
    orders_by_one: tuple[float, float] = parameter(
        (7_400.0, 3_200.0), "orders a week", "touched by one platform only"
    )
    orders_by_both: float = parameter(6_900.0, "orders a week", "saw the video, then searched")
    both_end_in_search: float = parameter(0.74, "share", "their last click is the search ad")
    basket: float = parameter(200.0, "yuan", "mean order")
    basket_spread: float = parameter(0.70, "log", "sets and gift boxes are expensive")

    # The tests in spring
    regions: int = parameter(48, "regions", "of the holdout, twelve an arm")
    regions_share: float = parameter(0.60, "share of the market", "all regions of the holdout")
    region_spread: float = parameter(0.50, "log", "provincial capitals and small cities")
    groups: int = parameter(10, "region groups a channel", "each a fiftieth of the market")
    group_share: float = parameter(0.02, "share of the market", "one group of the spend test")
    weeks: tuple[int, int, int] = parameter((6, 4, 6), "weeks", "before, ads off, ads on again")
    region_drift: float = parameter(0.020, "share", "a mean region's own change from autumn's mix")
    region_noise: float = parameter(0.035, "share", "a mean region's week")
    spend_noise: float = parameter(0.02, "share", "auctions never spend the plan to the yuan")

    # The money
    margin: float = parameter(0.40, "share of revenue", "left before advertising")
    quarter: int = parameter(13, "weeks", "what the decision is for")
    page_upkeep: float = parameter(
        2_500.0, "yuan a week and product", "rewriting, pictures, keywords: rivals copy them"
    )
    fades: tuple[float, float] = parameter(
        (4.0, 3.0), "times today's spend", "half of the ceiling of notes and of pages"
    )

    # The counter-case: a food brand's first-time buyers
    food_before: int = parameter(6_000, "buyers", "last year, from low-price traffic")
    food_spenders: float = parameter(0.04, "share", "people of high spending power among them")
    food_after: tuple[int, int] = parameter((2_800, 4_400), "buyers", "bargain hunters, spenders")
    again_plain: tuple[float, float] = parameter(
        (0.042, 0.134), "share", "bargain hunters, spenders: buy again within 90 days"
    )
    again_offer: tuple[float, float] = parameter(
        (0.046, 0.200), "share", "the same with the new programme"
    )
    food_cost: tuple[float, float] = parameter((9.0, 30.0), "yuan a first order", "the audience's")
    seed: int = parameter(2_988, "", "one whose draws show every headline of the brands")


def simulate(world: World | None = None) -> Simulation:
    """Draw every table of the chapter, each from its own stream of the world's seed.

    A table's stream depends on its name's place in `TABLES` only, so that changing one table
    leaves the others as they were. `ads` and `orders` count the same orders.
    """
    world = world or World()
    search, search_truth = draw_search(world, _stream(world, "search"))
    notes, notes_truth = draw_notes(world, _stream(world, "notes"))
    orders = draw_orders(world, _stream(world, "orders"))
    holdout, holdout_truth = draw_holdout(world, _stream(world, "holdout"))
    spend_test, spend_truth = draw_spend_test(world, _stream(world, "spend_test", 7))
    buyers, buyers_truth = draw_buyers(world, _stream(world, "buyers"))
    tables = {
        "search": search,
        "notes": notes,
        "ads": add_up_ads(world, _stream(world, "ads"), orders),
        "orders": export_week(orders),
        "holdout": holdout,
        "spend_test": spend_test,
        "moves": list_moves(world),
        "buyers": buyers,
    }
    counterfactuals = {
        "search": search_truth,
        "notes": notes_truth,
        "holdout": holdout_truth,
        "spend_test": spend_truth,
        "buyers": buyers_truth,
    }
    return Simulation(tables, counterfactuals)


def _stream(world: World, table: str, *draw: int) -> np.random.Generator:
    """A table's own stream; `draw` picks another one, where the first was an unusual draw."""
    return np.random.default_rng([world.seed, TABLES.index(table), *draw])


def _days(start: str, days: int) -> Array:
    return pd.date_range(start, periods=days).strftime("%Y-%m-%d").to_numpy()


# On-site: the pages ------------------------------------------------------------------------


def draw_search(world: World, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One row a product and day: organic search visits; and how many without the rework.

    The visits that the page adds are drawn apart from those that come anyway, so that both
    counts belong to one and the same day.
    """
    products = world.products_reworked + world.products_untouched
    days = 7 * len(world.season)
    reworked = np.arange(products) < world.products_reworked
    median = np.where(reworked, world.visits_reworked, world.visits_untouched)
    level = median * np.exp(world.product_spread * rng.standard_normal(products))
    own = _drift(world, rng, (products, days))
    own += world.daily_noise * rng.standard_normal((products, days))
    day = np.arange(days)
    calendar = np.repeat(world.season, 7) * np.where(day % 7 >= 5, world.weekend, 1.0)
    expected = level[:, None] * calendar * np.exp(own)
    since = day >= (pd.Timestamp(REWORKED) - pd.Timestamp(START)).days
    without = rng.poisson(expected)
    added = rng.poisson(expected * world.uplift * (reworked[:, None] & since))
    frame = pd.DataFrame(
        {
            "date": np.tile(_days(START, days), products),
            "product": np.repeat([f"P{number:02d}" for number in range(1, products + 1)], days),
            "reworked": np.repeat(reworked.astype(int), days),
            "visits": (without + added).ravel(),
        }
    )
    truth = frame[["date", "product"]].assign(visits_without=without.ravel())
    return frame, truth


def _drift(world: World, rng: np.random.Generator, shape: tuple[int, int]) -> Array:
    """Each row's own slow wandering (first-order autoregression) of standard deviation `drift`."""
    kept = world.drift_kept
    shocks = world.drift * np.sqrt(1 - kept**2) * rng.standard_normal(shape)
    wandering = np.empty(shape)
    wandering[:, 0] = shocks[:, 0] / np.sqrt(1 - kept**2)
    for day in range(1, shape[1]):
        wandering[:, day] = kept * wandering[:, day - 1] + shocks[:, day]
    return wandering


# Off-site: the notes -----------------------------------------------------------------------


def draw_notes(world: World, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One row a note, as the agency exported them; and what each creator's notes bring on average.

    Some rows stand twice. Notes that were taken down are there with their cost and no counts.
    """
    n = 2 * world.creators
    creator = np.repeat(np.arange(world.creators), 2)
    fame = world.followers_spread * rng.standard_normal(world.creators)
    skill = world.skill * rng.standard_normal(world.creators)
    usual = world.reads * np.exp(world.reads_by_followers * fame + skill)
    reads = np.rint(usual[creator] * np.exp(world.luck * rng.standard_normal(n)))
    visits = rng.binomial(reads.astype(int), click_through(world, reads))
    fee = world.note_fee * np.exp(world.fee_by_followers * fame)
    down = (reads < world.deleted_below) & (rng.random(n) < world.deleted)
    frame = pd.DataFrame(
        {
            "note_id": [f"N{number:03d}" for number in range(1, n + 1)],
            "creator": [f"C{number:03d}" for number in creator + 1],
            "round": np.tile([1, 2], world.creators),
            "followers": (10 * np.rint(world.followers * np.exp(fame) / 10)[creator]).astype(int),
            "cost": (100 * np.rint(fee / 100))[creator].astype(int),
            "views": reads * world.views_a_read * np.exp(0.2 * rng.standard_normal(n)),
            "reads": reads,
            "visits": visits,
            "reported_visits": visits * world.notes_reported * np.exp(0.1 * rng.standard_normal(n)),
        }
    )
    counts = ["views", "reads", "visits", "reported_visits"]
    frame[counts] = frame[counts].round().astype("Int64")
    truth = frame[["note_id", "reads", "visits"]].assign(usual_reads=usual[creator].round(1))
    frame.loc[down, counts] = pd.NA
    again = frame[rng.random(n) < world.exported_twice]
    exported = pd.concat([frame, again]).sort_values("note_id", kind="stable", ignore_index=True)
    return exported, truth


def click_through(world: World, reads: Array) -> Array:
    """The share of a note's readers who go on to the shop; few do from a note that nobody reads."""
    small, large = world.click_through_small, world.click_through
    return small + (large - small) * reads / (reads + world.click_through_half)


def expected_note(world: World) -> tuple[float, float]:
    """Mean visits and mean cost of a note, over all creators and all luck."""
    from scipy.special import ndtri

    z = ndtri((np.arange(20_000) + 0.5) / 20_000)  # a normal sample without luck
    by_fame = world.reads_by_followers * world.followers_spread
    reads = world.reads * np.exp(np.sqrt(by_fame**2 + world.skill**2 + world.luck**2) * z)
    cost = world.note_fee * np.exp(world.fee_by_followers * world.followers_spread * z)
    return float((reads * click_through(world, reads)).mean()), float(cost.mean())


# Paid: what the dashboards count -----------------------------------------------------------


def draw_orders(world: World, rng: np.random.Generator) -> pd.DataFrame:
    """One row an order that a paid platform claims, over the thirteen weeks."""
    days = 7 * len(world.season)
    weekly = np.array(
        [
            *world.orders_by_one,
            world.orders_by_both * world.both_end_in_search,
            world.orders_by_both * (1 - world.both_end_in_search),
        ]
    )
    counts = rng.poisson(weekly[:, None] * _traffic(world) / 7)
    kind = np.repeat(np.repeat(np.arange(4), days), counts.ravel())
    day = np.repeat(np.tile(np.arange(days), 4), counts.ravel())
    spread = world.basket_spread
    amount = world.basket * np.exp(spread * rng.standard_normal(len(kind)) - spread**2 / 2)
    frame = pd.DataFrame(
        {
            "date": _days(START, days)[day],
            "amount": np.rint(amount),
            "clicked_zhitongche": (kind != 1).astype(int),
            "saw_douyin": (kind != 0).astype(int),
            "last_click": np.where(np.isin(kind, (0, 2)), *PAID),
        }
    )
    shuffled = frame.iloc[rng.permutation(len(frame))]
    return shuffled.sort_values("date", kind="stable", ignore_index=True)


def _traffic(world: World) -> Array:
    """Each day's weight, 1 on average: weeks of the season, weekends."""
    days = 7 * len(world.season)
    weight = np.repeat(world.season, 7) * np.where(np.arange(days) % 7 >= 5, world.weekend, 1.0)
    return weight / weight.mean()


def add_up_ads(world: World, rng: np.random.Generator, orders: pd.DataFrame) -> pd.DataFrame:
    """One row a day and channel: spend, and the orders that last click and platform count."""
    touched = {"zhitongche": "clicked_zhitongche", "douyin": "saw_douyin"}
    parts = []
    for channel, usual in zip(PAID, world.usual, strict=True):
        noise = 1 + world.spend_noise * rng.standard_normal(len(_traffic(world)))
        last = orders[orders["last_click"] == channel].groupby("date")["amount"]
        reported = orders[orders[touched[channel]] == 1].groupby("date")["amount"]
        part = pd.DataFrame(
            {
                "channel": channel,
                "spend": np.rint(1_000 * usual / 7 * _traffic(world) * noise).astype(int),
                "last_click_orders": last.size(),
                "last_click_revenue": last.sum().astype(int),
                "reported_orders": reported.size(),
                "reported_revenue": reported.sum().astype(int),
            }
        )
        parts.append(part.rename_axis("date").reset_index())
    return pd.concat(parts, ignore_index=True)


def export_week(orders: pd.DataFrame) -> pd.DataFrame:
    """The orders of the sample week, numbered."""
    week = orders[orders["date"].between(*SAMPLE_WEEK)].reset_index(drop=True)
    week.insert(0, "order_id", np.arange(300_001, 300_001 + len(week)))
    return week.astype({"amount": int})


# Paid: the tests ---------------------------------------------------------------------------


def response(world: World, channel: str) -> Response:
    """A channel's response to spend, in thousand yuan a week, over the whole market."""
    if channel in PAID:
        i = PAID.index(channel)
        return Response(world.ceiling[i], world.half[i], world.carry_over[i])
    i = CHANNELS.index(channel) - len(PAID)
    spend, roi = usual_spend(world, channel), unpaid_roi(world)[i]
    fade = world.fades[i]
    return Response(roi * spend * (1 + fade), fade * spend)


def _revenue(world: World, channel: str, spends: Array, share: Array | float) -> Array:
    """Revenue from a channel week by week (last axis), in a part of the market; thousand yuan."""
    curve = response(world, channel)
    return adstock(share * curve.revenue(spends / share), curve.carry_over)


def draw_holdout(world: World, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One row a region and week of the holdout; and its revenue had all ads stayed on.

    Chance puts a quarter of the regions into each arm: usual, one channel off, both off.
    """
    n, weeks = world.regions, sum(world.weeks)
    size = np.exp(world.region_spread * rng.standard_normal(n))
    share = (world.regions_share * size / size.sum())[:, None]
    arm = rng.permutation(np.arange(n) % 4)
    off = {"zhitongche": np.isin(arm, (1, 3)), "douyin": np.isin(arm, (2, 3))}
    first, paused, _ = world.weeks
    pause = (np.arange(weeks) >= first) & (np.arange(weeks) < first + paused)
    other = _other_revenue(world, rng, share, weeks, after=first)
    with_ads, sold, spends = other.copy(), other.copy(), {}
    for channel, usual in zip(PAID, world.usual, strict=True):
        plan = usual * share * (1 + world.spend_noise * rng.standard_normal((n, weeks)))
        spends[channel] = np.where(off[channel][:, None] & pause, 0.0, plan)
        with_ads += _revenue(world, channel, plan, share)
        sold += _revenue(world, channel, spends[channel], share)
    frame = pd.DataFrame(
        {
            "region": np.repeat([f"R{number:02d}" for number in range(1, n + 1)], weeks),
            "week": np.tile(np.arange(1, weeks + 1), n),
            "phase": np.tile(np.repeat(["before", "off", "after"], world.weeks), n),
            "arm": np.repeat(
                np.array(["usual", "zhitongche off", "douyin off", "both off"])[arm], weeks
            ),
        }
        | {channel: _yuan(spends[channel]) for channel in PAID}
        | {"revenue": _yuan(sold)}
    )
    return frame, frame[["region", "week"]].assign(revenue_with_ads=_yuan(with_ads))


def _other_revenue(
    world: World, rng: np.random.Generator, share: Array, weeks: int, *, after: int
) -> Array:
    """What regions sell without paid traffic; small regions swing more than large ones."""
    mean_share = share.mean()
    wider = np.sqrt(mean_share / share)
    season = 1 + 0.04 * np.sin(np.arange(weeks) / 2.5)
    shift = world.region_drift * wider * rng.standard_normal(share.shape)
    noise = world.region_noise * wider * rng.standard_normal((len(share), weeks))
    total = world.other_revenue + sum(
        float(response(world, channel).revenue(spend))
        for channel, spend in zip(PAID, world.usual, strict=True)
    )
    own = shift * (np.arange(weeks) >= after) + noise
    return share * (world.other_revenue * season + total * own)


def draw_spend_test(world: World, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One row a region group and week: chance sets one channel's spend; and the revenue else.

    Each week a group gets 0, 0.5, 1, 1.5 or 2 times its usual spend of its channel, the other
    channel stays as it is. In the first two weeks all is as usual.
    """
    weeks, share = sum(world.weeks), world.group_share
    shares = np.full((world.groups, 1), share)
    parts, truths = [], []
    for channel, usual in zip(PAID, world.usual, strict=True):
        times = rng.choice([0.0, 0.5, 1.0, 1.5, 2.0], size=(world.groups, weeks))
        times[:, :2] = 1.0
        spends = usual * share * times * (1 + world.spend_noise * rng.standard_normal(times.shape))
        other = _other_revenue(world, rng, shares, weeks, after=weeks)
        for still, plan in zip(PAID, world.usual, strict=True):
            if still != channel:
                other += share * response(world, still).revenue(plan)
        usual_spends = np.full(times.shape, usual * share)
        first = "Z" if channel == "zhitongche" else "D"
        frame = pd.DataFrame(
            {
                "channel": channel,
                "group": np.repeat([f"{first}{i:02d}" for i in range(1, world.groups + 1)], weeks),
                "week": np.tile(np.arange(1, weeks + 1), world.groups),
                "spend": _yuan(spends),
                "revenue": _yuan(other + _revenue(world, channel, spends, share)),
            }
        )
        as_usual = _yuan(other + _revenue(world, channel, usual_spends, share))
        parts.append(frame)
        truths.append(frame[["group", "week"]].assign(revenue_as_usual=as_usual))
    return pd.concat(parts, ignore_index=True), pd.concat(truths, ignore_index=True)


def _yuan(thousands: Array) -> Array:
    return np.rint(1_000 * thousands).astype(int).ravel()


def list_moves(world: World) -> pd.DataFrame:
    """One row a plan for next quarter: thousand yuan a week for each channel, and saved."""
    usual = {channel: usual_spend(world, channel) for channel in CHANNELS} | {SAVED: 0.0}
    rows = [
        {"plan": plan} | {name: usual[name] + change.get(name, 0) for name in usual}
        for plan, change in MOVES.items()
    ]
    return pd.DataFrame(rows).round(0).astype(dict.fromkeys(usual, int))


# The counter-case --------------------------------------------------------------------------


def draw_buyers(world: World, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One row a first-time buyer of the food brand; and whether they buy again on either offer.

    Last year everyone had the low price. This year chance gave half of each audience the new
    programme. The same uniform number decides a buyer's fate on either.
    """
    before, hunters, spenders = world.food_before, *world.food_after
    n = before + hunters + spenders
    this_year = np.arange(n) >= before
    spender = np.where(
        this_year, np.arange(n) >= before + hunters, rng.random(n) < world.food_spenders
    )
    programme = this_year & (rng.random(n) < 0.5)
    fate = rng.random(n)
    on_low_price = fate < np.where(spender, *world.again_plain[::-1])
    on_programme = fate < np.where(spender, *world.again_offer[::-1])
    frame = pd.DataFrame(
        {
            "buyer_id": np.arange(900_001, 900_001 + n),
            "year": np.where(this_year, 2025, 2024),
            "audience": np.where(spender, "high-spending", "bargain"),
            "offer": np.where(programme, "programme", "low price"),
            "cost": np.where(spender & this_year, *world.food_cost[::-1]).astype(int),
            "bought_again": np.where(programme, on_programme, on_low_price).astype(int),
        }
    )
    truth = frame[["buyer_id"]].assign(
        again_on_low_price=on_low_price, again_on_programme=on_programme
    )
    return frame, truth


# What no table shows -----------------------------------------------------------------------


def paid_roi(world: World) -> dict[str, float]:
    """Incremental ROI at the usual spend: of each paid channel, and of both together."""
    sold = [
        float(response(world, channel).revenue(spend))
        for channel, spend in zip(PAID, world.usual, strict=True)
    ]
    each = {c: r / s for c, r, s in zip(PAID, sold, world.usual, strict=True)}
    return each | {"together": sum(sold) / sum(world.usual)}


def usual_spend(world: World, channel: str) -> float:
    """What a channel costs now, thousand yuan a week."""
    if channel in PAID:
        return world.usual[PAID.index(channel)]
    if channel == "notes":
        return 2 * world.creators * expected_note(world)[1] / world.quarter / 1_000
    return world.products_reworked * world.page_upkeep / 1_000


def unpaid_roi(world: World) -> tuple[float, float]:
    """Revenue per yuan of notes and of pages, as they are now."""
    visits, cost = expected_note(world)
    mean_level = world.visits_reworked * np.exp(world.product_spread**2 / 2)
    page = 7 * mean_level * world.uplift * world.visit_worth / world.page_upkeep
    return world.visit_worth * visits / cost, float(page)


def weekly_profit(world: World, spends: Mapping[str, float]) -> float:
    """Margin on what the four channels sell, less their spend: thousand yuan a week."""
    sold = sum(float(response(world, name).revenue(spend)) for name, spend in spends.items())
    return world.margin * sold - sum(spends.values())


def move_profits(world: World) -> dict[str, float]:
    """The profit of each plan for next quarter, yuan in thirteen weeks."""
    return {
        plan: 1_000
        * world.quarter
        * weekly_profit(
            world,
            {name: usual_spend(world, name) + change.get(name, 0.0) for name in CHANNELS},
        )
        for plan, change in MOVES.items()
    }


def search_after_the_cut(world: World) -> float:
    """What the next yuan of search ads brings where the best plan leaves them."""
    left = usual_spend(world, "zhitongche") + MOVES["200 to douyin"]["zhitongche"]
    return float(marginal_roas(response(world, "zhitongche"), left))


def programme_effect(world: World) -> float:
    """What the food brand's programme adds to repurchase among big spenders, points."""
    return 100 * (world.again_offer[1] - world.again_plain[1])


def search_account(world: World) -> dict[str, float]:
    """What made the slide's rise, percent: the calendar first, the pages on top of it."""
    search, without = draw_search(world, _stream(world, "search"))
    since = search["date"] >= REWORKED
    reworked = search["reworked"] == 1
    daily = {
        (name, when): counts[reworked & (since == when)].mean()
        for name, counts in (("with", search["visits"]), ("without", without["visits_without"]))
        for when in (False, True)
    }
    rise = 100 * (daily["with", True] / daily["with", False] - 1)
    season = 100 * (daily["without", True] / daily["without", False] - 1)
    return {"rise": rise, "season": season}


def truth(world: World | None = None) -> Mapping[str, float]:
    """The true answers that the chapter's verdicts are held against."""
    world = world or World()
    return {
        "search_uplift": 100 * world.uplift,
        "incremental_roas": paid_roi(world)["together"],
        "search_roi": paid_roi(world)["zhitongche"],
        "search_after_the_cut": search_after_the_cut(world),
        "programme_effect": programme_effect(world),
    }
