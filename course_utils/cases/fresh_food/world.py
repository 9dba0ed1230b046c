"""The synthetic world of chapter 4: a fresh-food platform's repurchase plan.

`simulate` draws the tables that the chapter reads. The functions below it know what no table
shows: who would have come back without a message, what a Wednesday only moved.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.extensions import ExtensionArray

from course_utils.cases.worlds import Simulation, parameter

TABLES = (
    "dashboard",
    "purchases",
    "district_days",
    "lapsed",
    "silence",
    "recall_plans",
    "basket_lines",
    "slot_test",
    "creatives",
    "shops",
    "next_list",
)
START = "2025-01-06"  # a Monday; the purchases cover 38 weeks from here
PLAN = "2025-07-14"  # the repurchase plan begins, a Monday
PILOT = "2025-02-17"  # the neighbouring city's districts are counted from this Monday
FREE = "2025-04-14"  # and half of them deliver free on Wednesdays from this one
WEDNESDAY = 2  # of the days of a week, Monday being 0
RHYTHMS = ("weekly", "occasional")

# Whom to message: days of silence after which the message goes out, by rhythm; None is never.
TEST_FIRST = "test every silence first"
PLANS: dict[str, tuple[int | None, int | None]] = {
    "nobody": (None, None),
    "all after 14 days": (14, 14),
    "all after 30 days": (30, 30),
    "all after 60 days": (60, 60),
    "weekly after 14, occasional after 30": (14, 30),
    "weekly after 30, occasional after 60": (30, 60),
    "weekly after 60, occasional after 30": (60, 30),
    "weekly after 60, occasional after 90": (60, 90),
    TEST_FIRST: (None, None),
}

Array = NDArray[Any]


@dataclass(frozen=True)
class World:
    """Every number that the world runs on. Pairs are (weekly, occasional) customers."""

    # The last four weeks on the dashboard, by source of traffic and household
    sources: tuple[str, ...] = parameter(
        ("app", "group chat", "search", "ads"), "", "where a visit came from"
    )
    source_visits: tuple[int, ...] = parameter(
        (61_000, 24_000, 18_000, 37_000), "visits of four weeks", "most open the app by habit"
    )
    source_cart: tuple[float, ...] = parameter(
        (0.31, 0.36, 0.19, 0.11), "share of visits", "an advertisement brings lookers"
    )
    cart_to_order: float = parameter(0.52, "share of carts", "the rest wait for the fee to go")
    family: float = parameter(0.44, "share of visits", "households with children")
    baskets: tuple[float, float] = parameter((49.0, 83.0), "yuan", "mean of singles and families")

    # Customers and their orders: MBG/NBD (Batislam et al. 2007), on a weekly calendar
    customers: int = parameter(14_000, "customers", "a random sample of those new since January")
    growth: float = parameter(0.7, "power", "below 1: more customers join each month")
    weeks: int = parameter(38, "weeks", "from 6 January to 28 September")
    rate_shape: float = parameter(0.60, "", "gamma shape of the rates: very unequal")
    rate_scale: float = parameter(38.0, "days", "gamma inverse scale of the rates")
    leave_a: float = parameter(0.30, "", "beta: some never order again, even after the first order")
    leave_b: float = parameter(0.90, "", "beta: and most of those who stay are there to stay")
    top_up: float = parameter(0.02, "share of orders", "followed by a small one for what ran out")
    top_up_days: tuple[int, int] = parameter((3, 5), "days", "until then, both ends included")
    turns: tuple[int, int, int] = parameter(
        (1, 4, 7), "day of the customer's week", "of its first, second and further orders"
    )
    own_days: tuple[float, ...] = parameter(
        (0.12, 0.11, 0.10, 0.11, 0.14, 0.22, 0.20), "share", "Monday to Sunday"
    )
    basket: float = parameter(58.0, "yuan", "median order")
    basket_spread: float = parameter(0.45, "log", "a bag of greens, or the week's table")
    exported_twice: float = parameter(0.02, "share of orders", "the payment callback retries")

    # Free delivery on Wednesdays: the neighbouring city's districts
    districts: int = parameter(40, "districts", "chance gave half of them the offer")
    pilot_weeks: tuple[int, int] = parameter((8, 8), "weeks", "before and with the offer")
    district_orders: float = parameter(400.0, "orders a day", "median district")
    district_spread: float = parameter(0.35, "log", "some districts are twice as large")
    weekday_share: tuple[float, ...] = parameter(
        (0.135, 0.125, 0.130, 0.130, 0.140, 0.175, 0.165), "share of a week", "Monday to Sunday"
    )
    season: float = parameter(1.027, "times", "May holiday and berries lift every district")
    district_drift: float = parameter(0.012, "log", "a district's own change between the halves")
    district_noise: float = parameter(0.02, "log", "a district's week")
    wednesday_new: float = parameter(
        0.42, "share of Wednesday's orders", "that would not have been placed at all"
    )
    moved: tuple[float, ...] = parameter(
        (0.012, 0.055, 0.0, 0.060, 0.013, 0.0, 0.0),
        "share of the day's orders",
        "that wait for Wednesday, or come early",
    )

    fee: float = parameter(4.0, "yuan an order", "delivery fee, waived on Wednesdays")
    order_margin: float = parameter(11.0, "yuan an order", "what an order earns before its fee")

    # The recall message
    lapsed: int = parameter(60_000, "customers", "half of each rhythm, half of each arm")
    silences: tuple[int, ...] = parameter((14, 21, 30, 45, 60, 90), "days", "since the last order")
    lapsed_mix: tuple[float, ...] = parameter(
        (0.25, 0.20, 0.18, 0.15, 0.12, 0.10), "share", "of the list, by days of silence"
    )
    recall_days: int = parameter(14, "days", "an order within them counts as recalled")
    long_days: int = parameter(60, "days", "by then some of the others have come as well")
    next_list: tuple[tuple[int, ...], tuple[int, ...]] = parameter(
        (
            (2_000, 2_000, 3_000, 5_000, 14_000, 24_000),
            (22_000, 14_000, 6_000, 3_000, 3_000, 2_000),
        ),
        "customers by days of silence",
        "the sales team's: regulars long lost, and buyers of the last promotion",
    )
    gone: tuple[float, float] = parameter((0.18, 0.30), "share", "will never order by themselves")
    pause: tuple[float, float] = parameter(
        (12.0, 45.0), "days", "scale of the silence of those who will order"
    )
    persuaded: tuple[float, float] = parameter(
        (0.075, 0.075), "share of those who would not come", "at the best moment"
    )
    best_silence: tuple[float, float] = parameter(
        (25.0, 54.0), "days", "too early nobody is away, too late another shop has them"
    )

    # The recall's money
    quarter: tuple[int, int] = parameter(
        (200_000, 300_000), "customers a quarter", "who order and then fall silent"
    )
    recall_worth: tuple[float, float] = parameter(
        (60.0, 34.0), "yuan", "margin of a customer won back, following orders included"
    )
    coupon: float = parameter(8.0, "yuan an order", "taken by all who answer, needed or not")
    message: float = parameter(0.10, "yuan a message", "SMS tariff")
    test_time: float = parameter(0.5, "share of the quarter", "that a new test of silences takes")
    test_size: float = parameter(0.1, "share of the customers", "whom it messages meanwhile")

    # Milk and yoghurt: what is in a basket, small or large
    basket_count: int = parameter(10_500, "baskets", "exported line by line")
    large: float = parameter(0.35, "share", "the week's shopping, brought next day")
    milk: tuple[float, float] = parameter((0.22, 0.62), "share", "in small and large baskets")
    yoghurt: tuple[float, float] = parameter((0.09, 0.32), "share", "with milk in it or without")
    others: tuple[str, ...] = parameter(
        ("apples", "bananas", "bread", "eggs", "fish", "greens", "leeks", "pork", "rice", "tofu"),
        "",
        "what else is sold",
    )
    other: tuple[float, float] = parameter((0.16, 0.48), "share", "each, in small and large ones")
    checkouts: int = parameter(16_000, "checkouts", "with milk in the basket, half an arm")
    yoghurt_anyway: float = parameter(0.230, "share", "of milk baskets, without the slot")
    slot_adds: float = parameter(0.052, "share of milk baskets", "reminded, they take it")
    slot_clicks: tuple[float, float] = parameter(
        (0.042, 0.40), "share", "of those who'd buy anyway, and of the reminded, by the slot"
    )
    pudding: tuple[float, float] = parameter((0.085, 0.078), "share", "without and with the slot")
    best_seller: tuple[float, float] = parameter(
        (0.310, 0.288), "share", "with an item that the slot shows otherwise: it had sold some"
    )

    # The counter-case: five creatives, the plainest first
    names: tuple[str, ...] = parameter(
        ("farm photo", "price tag", "countdown", "lowest ever", "miracle fruit"), "", "creatives"
    )
    impressions: int = parameter(400_000, "a week", "for all five")
    clicks: tuple[float, ...] = parameter(
        (0.018, 0.022, 0.028, 0.036, 0.045), "share of impressions", "the louder, the more"
    )
    orders: tuple[float, ...] = parameter(
        (0.090, 0.085, 0.062, 0.040, 0.026), "share of clicks", "what they find is what it is"
    )
    refunds: tuple[float, ...] = parameter(
        (0.02, 0.03, 0.06, 0.13, 0.24), "share of orders", "not what was promised"
    )
    complaints: tuple[float, ...] = parameter(
        (0.004, 0.006, 0.015, 0.050, 0.110), "share of orders", "and some of them are angry"
    )
    greed: float = parameter(0.22, "a week", "how fast the budget follows the click-through")
    creative_weeks: int = parameter(13, "weeks", "the quarter")
    ad_margin: float = parameter(12.0, "yuan an order", "before refunds and complaints")
    refund_cost: float = parameter(9.0, "yuan a refund", "the way back, on top of the margin")
    complaint_cost: float = parameter(30.0, "yuan a complaint", "time, and a gift")
    seed: int = parameter(636, "", "one whose draws show every headline of the platform")


def simulate(world: World | None = None) -> Simulation:
    """Draw every table of the chapter, each from its own stream of the world's seed.

    A table's stream depends on its name's place in `TABLES` only, so that changing one table
    leaves the others as they were.
    """
    world = world or World()
    purchases, without_plan = draw_purchases(world, _stream(world, "purchases"))
    district_days, without_offer = draw_district_days(world, _stream(world, "district_days"))
    lapsed, by_themselves = draw_lapsed(world, _stream(world, "lapsed"))
    slot_test, without_slot = draw_slot_test(world, _stream(world, "slot_test"))
    tables = {
        "dashboard": draw_dashboard(world, _stream(world, "dashboard")),
        "purchases": purchases,
        "district_days": district_days,
        "lapsed": lapsed,
        "silence": list_silence(world),
        "recall_plans": list_plans(),
        "basket_lines": draw_basket_lines(world, _stream(world, "basket_lines")),
        "slot_test": slot_test,
        "creatives": draw_creatives(world, _stream(world, "creatives")),
        "shops": list_shops(),
        "next_list": list_next(world),
    }
    counterfactuals = {
        "purchases": without_plan,
        "district_days": without_offer,
        "lapsed": by_themselves,
        "slot_test": without_slot,
    }
    return Simulation(tables, counterfactuals)


def _stream(world: World, table: str) -> np.random.Generator:
    return np.random.default_rng([world.seed, TABLES.index(table)])


def _names(names: list[str], place: Array) -> ExtensionArray:
    """A column of names, each row's by its place: taken, not spelt out row by row."""
    return pd.array(names, dtype="str").take(place)


def _days(start: str, days: int) -> list[str]:
    return pd.date_range(start, periods=days).strftime("%Y-%m-%d").tolist()


def _days_between(start: str, end: str) -> int:
    return (pd.Timestamp(end) - pd.Timestamp(start)).days


# The dashboard -----------------------------------------------------------------------------


def draw_dashboard(world: World, rng: np.random.Generator) -> pd.DataFrame:
    """One row a source of traffic and household: the four weeks up to the end of September."""
    source = np.repeat(np.arange(len(world.sources)), 2)
    family = np.tile([0, 1], len(world.sources))
    share = np.where(family == 1, world.family, 1 - world.family)
    visits = rng.poisson(np.array(world.source_visits)[source] * share)
    carts = rng.binomial(visits, np.array(world.source_cart)[source])
    orders = rng.binomial(carts, world.cart_to_order)
    spent = np.array(world.baskets)[family] * orders
    return pd.DataFrame(
        {
            "source": _names(list(world.sources), source),
            "household": _names(["single", "family"], family),
            "visits": visits,
            "carts": carts,
            "orders": orders,
            "gmv": np.rint(spent * rng.uniform(0.97, 1.03, len(spent))).astype(int),
        }
    )


# Customers and their orders ----------------------------------------------------------------


def draw_purchases(
    world: World, rng: np.random.Generator, *, customers: int | None = None, days: int | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One row an order, as exported; and the same customers' orders, had there been no plan.

    A customer joins on any day, orders at a rate of their own (gamma) and may leave for good after
    each order, the first one too, with a chance of their own (beta). Some orders are topped up a
    few days later. Since the plan everybody's time runs faster by what a free Wednesday adds to a
    week. `customers` and `days` are the world's unless given.
    """
    people = customers or world.customers
    span = days or 7 * world.weeks
    own_day = rng.choice(7, people, p=world.own_days)
    who, planned, without_plan = _lives(
        world, rng, span * rng.random(people) ** world.growth, own_day, span
    )
    planned = _on_wednesdays(world, planned, rng.random(len(who)))
    amount = world.basket * np.exp(world.basket_spread * rng.standard_normal(len(who)))
    twice = rng.random(len(who)) < world.exported_twice
    tables = [_order_table(who, day, amount, span) for day in (planned, without_plan)]
    return _export(tables[0], twice), tables[1].drop(columns="place")


def _lives(
    world: World, rng: np.random.Generator, joined: Array, own_day: Array, span: int
) -> tuple[Array, Array, Array]:
    """Who orders, on which day with the plan, and on which without: one entry an order.

    Each pass draws everybody's next order, in continuous time; then it gets its day.
    """
    eve, faster = _days_between(START, PLAN), 1 + week_effect(world)
    rate = rng.gamma(world.rate_shape, 1 / world.rate_scale, len(joined))
    leaves = rng.beta(world.leave_a, world.leave_b, len(joined))
    who = np.arange(len(joined))
    clock = np.where(joined < eve, joined, eve + faster * (joined - eve))
    never = np.full((2, len(joined)), -9)
    days, weeks, turns = never, never, never
    lives = []
    while len(who):
        moments = np.stack([np.where(clock < eve, clock, eve + (clock - eve) / faster), clock])
        in_week = np.floor((moments - own_day[who]) / 7).astype(int)
        turns = np.where(in_week == weeks, turns + 1, 0)
        weeks = in_week
        near = rng.integers(-1, 3, len(who))
        wanted = 7 * weeks + own_day[who] + np.array(world.turns)[np.minimum(turns, 2)] + near
        days = np.maximum(wanted, days + 1)
        lives.append((who, *days))
        stays = rng.random(len(who)) >= leaves[who]
        clock = clock + rng.exponential(size=len(who)) / rate[who]
        on = np.flatnonzero(stays & (clock < eve + faster * (span - eve)))
        who, clock, days, weeks, turns = who[on], clock[on], days[:, on], weeks[:, on], turns[:, on]
    orders = np.array([np.concatenate(each) for each in zip(*lives, strict=True)])
    topped = orders[:, rng.random(orders.shape[1]) < world.top_up]
    least, most = world.top_up_days
    topped[1:] += rng.integers(least, most + 1, topped.shape[1])
    people, with_plan, without = np.concatenate([orders, topped], axis=1)
    return people, with_plan, without


def _on_wednesdays(world: World, day: Array, luck: Array) -> Array:
    """From the plan on, each day of a week gives to Wednesday what it gave in the pilot."""
    weekday = day % 7
    stays = (1 - np.array(world.moved)) / (1 + week_effect(world))
    goes = (day >= _days_between(START, PLAN)) & (luck >= stays[weekday])
    return np.where(goes, day - weekday + WEDNESDAY, day)


def _order_table(who: Array, day: Array, amount: Array, span: int) -> pd.DataFrame:
    """The orders that fall into the span, in order of day."""
    kept = np.flatnonzero((day >= 0) & (day < span))
    place = kept[np.argsort(day[kept], kind="stable")]
    return pd.DataFrame(
        {
            "order_id": 600_001 + np.arange(len(place)),
            "customer_id": 20_001 + who[place],
            "date": _names(_days(START, span), day[place]),
            "amount": amount[place].round(1),
            "place": place,
        }
    )


def _export(orders: pd.DataFrame, twice: Array) -> pd.DataFrame:
    again = orders[twice[orders["place"].to_numpy()]]
    both = pd.concat([orders, again]).sort_values("order_id", kind="stable", ignore_index=True)
    return both.drop(columns="place")


# Free delivery on Wednesdays ---------------------------------------------------------------


def draw_district_days(world: World, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One row a district and day: its orders; and its orders without the offer.

    With the offer, some orders of other days are placed on Wednesday, and some are new.
    """
    before, with_offer = world.pilot_weeks
    shape = (world.districts, before + with_offer, 7)
    offered = rng.permutation(np.arange(world.districts) % 2)
    size = world.district_orders * np.exp(
        world.district_spread * rng.standard_normal(world.districts)
    )
    late = np.arange(shape[1]) >= before
    level = np.log(world.season) + world.district_drift * rng.standard_normal((shape[0], 1))
    level = level * late + world.district_noise * rng.standard_normal(shape[:2])
    expected = (size[:, None] * np.exp(level))[..., None] * 7 * np.array(world.weekday_share)
    without = rng.poisson(expected)
    touched = (offered[:, None] & late)[..., None]
    moved = rng.binomial(without, np.array(world.moved) * touched)
    orders = without - moved
    new = rng.poisson(expected[..., WEDNESDAY] * world.wednesday_new * touched[..., 0])
    orders[..., WEDNESDAY] += moved.sum(axis=-1) + new
    days = 7 * shape[1]
    frame = pd.DataFrame(
        {
            "date": np.tile(_days(PILOT, days), world.districts),
            "district": np.repeat([f"D{n:02d}" for n in range(1, world.districts + 1)], days),
            "offer": np.repeat(offered, days),
            "orders": orders.ravel(),
        }
    )
    truth = frame[["date", "district"]].assign(orders_without=without.ravel(), moved=moved.ravel())
    return frame, truth


def moved_orders(world: World) -> float:
    """Orders that the offer moves to a Wednesday, as a share of the week's."""
    return float(np.dot(world.moved, world.weekday_share))


def week_effect(world: World) -> float:
    """What the free Wednesday adds to the orders of a week, a share."""
    return world.wednesday_new * world.weekday_share[WEDNESDAY]


def wednesday_account(world: World) -> dict[str, float]:
    """What made the slide's rise of the week: the season and the offer; what was only moved."""
    moved, new = moved_orders(world), week_effect(world)
    return {
        "season": 100 * (world.season - 1),
        "moved": 100 * moved / (moved + new),
        "wednesday": 100 * (moved + new) / world.weekday_share[WEDNESDAY],
    }


# The recall message ------------------------------------------------------------------------


def draw_lapsed(world: World, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One row a lapsed customer: whether a message went out, whether an order came.

    The second table says who would have ordered by themselves, and who if messaged.
    """
    n = world.lapsed
    rhythm = np.arange(n) % 2
    silent = np.array(world.silences)[rng.choice(len(world.silences), n, p=world.lapsed_mix)]
    messaged = rng.permutation(np.arange(n) % 2).astype(bool)
    alone, reached = np.zeros(n), np.zeros(n)
    for place in range(len(RHYTHMS)):
        rows = rhythm == place
        alone[rows] = returns_alone(world, place, silent[rows])
        reached[rows] = persuades(world, place, silent[rows])
    anyway = rng.random(n) < alone
    if_messaged = anyway | (rng.random(n) < reached)
    later = rng.random(n) < _comes_later(world, rhythm, silent)
    frame = pd.DataFrame(
        {
            "customer_id": 100_001 + np.arange(n),
            "rhythm": _names(list(RHYTHMS), rhythm),
            "silent_days": silent,
            "arm": _names(["holdout", "message"], messaged.astype(int)),
            "ordered": np.where(messaged, if_messaged, anyway).astype(int),
            "ordered_60": (np.where(messaged, if_messaged, anyway) | later).astype(int),
        }
    )
    truth = pd.DataFrame(
        {
            "customer_id": frame["customer_id"],
            "ordered_alone": anyway.astype(int),
            "ordered_if_messaged": if_messaged.astype(int),
        }
    )
    return frame, truth


def still_silent(world: World, rhythm: int, days: Array) -> Array:
    """The share of customers who are silent for at least so many days, left to themselves."""
    gone, pause = world.gone[rhythm], world.pause[rhythm]
    return gone + (1 - gone) * (pause / (pause + days)) ** 2


def returns_alone(world: World, rhythm: int, silent: Array, days: int | None = None) -> Array:
    """The chance that a customer so long silent orders within `days` by themselves.

    The days are the recall's unless given.
    """
    later = still_silent(world, rhythm, silent + (days or world.recall_days))
    return 1 - later / still_silent(world, rhythm, silent)


def _comes_later(world: World, rhythm: Array, silent: Array) -> Array:
    """The chance of an order by `long_days`, of who doesn't come by themselves in the recall's."""
    soon, long = (
        np.choose(rhythm, [returns_alone(world, place, silent, days) for place in (0, 1)])
        for days in (world.recall_days, world.long_days)
    )
    later: Array = (long - soon) / (1 - soon)
    return later


def persuades(world: World, rhythm: int, silent: Array) -> Array:
    """The chance that a message brings one who would not have come; it peaks at its moment."""
    moment = silent / world.best_silence[rhythm]
    return world.persuaded[rhythm] * (moment * np.exp(1 - moment)) ** 2


def adds(world: World) -> Array:
    """What the message adds to the return rate, by rhythm and days of silence, a share."""
    silent = np.array(world.silences, float)
    return np.array(
        [
            (1 - returns_alone(world, place, silent)) * persuades(world, place, silent)
            for place in range(len(RHYTHMS))
        ]
    )


def recall_adds(world: World) -> float:
    """What the message adds to the return rate of next quarter's list, a share."""
    return float(np.average(adds(world), weights=world.next_list))


def recall_account(world: World) -> dict[str, float]:
    """What the message added to the list tested, percent; who of the next returns without it."""
    silent = np.array(world.silences, float)
    alone = [returns_alone(world, place, silent) for place in range(len(RHYTHMS))]
    return {
        "tested": 100 * float(adds(world).mean(axis=0) @ world.lapsed_mix),
        "alone": 100 * float(np.average(alone, weights=world.next_list)),
    }


def list_next(world: World) -> pd.DataFrame:
    """One row a rhythm and length of silence: the customers on the list for next quarter."""
    rows = [
        (rhythm, days, customers)
        for rhythm, counts in zip(RHYTHMS, world.next_list, strict=True)
        for days, customers in zip(world.silences, counts, strict=True)
    ]
    return pd.DataFrame(rows, columns=["rhythm", "silent_days", "customers"])


def list_silence(world: World) -> pd.DataFrame:
    """One row a rhythm and length of silence: how many customers reach it in a quarter."""
    return pd.DataFrame(
        [
            {
                "rhythm": rhythm,
                "silent_days": days,
                "customers": round(
                    world.quarter[place] * float(still_silent(world, place, np.array(days)))
                ),
                "worth": world.recall_worth[place],
            }
            for place, rhythm in enumerate(RHYTHMS)
            for days in world.silences
        ]
    )


def list_plans() -> pd.DataFrame:
    """One row a plan: after how many days of silence whom to message; empty is not planned."""
    rows = [[plan, *days] for plan, days in PLANS.items()]
    return pd.DataFrame(rows, columns=["plan", *RHYTHMS]).astype(dict.fromkeys(RHYTHMS, "Int64"))


def message_profit(world: World, rhythm: int, silent: int) -> float:
    """Profit of messaging everyone of a rhythm after so many silent days, yuan a quarter.

    Whoever answers takes the coupon; only who would not have come brings a margin.
    """
    days = np.array(silent, float)
    alone = float(returns_alone(world, rhythm, days))
    added = (1 - alone) * float(persuades(world, rhythm, days))
    a_message = added * world.recall_worth[rhythm] - (alone + added) * world.coupon - world.message
    return world.quarter[rhythm] * float(still_silent(world, rhythm, days)) * a_message


def plan_profits(world: World) -> dict[str, float]:
    """The profit of each plan, yuan a quarter."""
    by_cell = [
        {days: message_profit(world, place, days) for days in world.silences}
        for place in range(len(RHYTHMS))
    ]
    return price_plans(world, by_cell)


def price_plans(world: World, by_cell: Sequence[Mapping[int, Any]]) -> dict[str, Any]:
    """The profit of each plan, from that of messaging all of a rhythm at each silence; or many.

    A new test messages a few customers of each rhythm, at every silence alike, and then everybody
    at the best one. That it finds the best is granted to it.
    """
    profits = {
        plan: sum(cell[day] for cell, day in zip(by_cell, days, strict=True) if day is not None)
        for plan, days in PLANS.items()
    }
    profit = np.array([list(cell.values()) for cell in by_cell])  # rhythm, silence, and maybe draw
    meanwhile = world.test_size * profit.mean(axis=1).sum(axis=0)
    after = profit.max(axis=1).sum(axis=0)
    profits[TEST_FIRST] = world.test_time * meanwhile + (1 - world.test_time) * after
    return profits


# Milk and yoghurt --------------------------------------------------------------------------


def draw_basket_lines(world: World, rng: np.random.Generator) -> pd.DataFrame:
    """One row a line of a basket: the order, how it was delivered, and the item."""
    baskets = np.arange(world.basket_count)
    large = (rng.random(len(baskets)) < world.large).astype(int)
    milk = rng.random(len(baskets)) < np.array(world.milk)[large]
    yoghurt = rng.random(len(baskets)) < np.array(world.yoghurt)[large]
    others = rng.random((len(baskets), len(world.others))) < np.array(world.other)[large][:, None]
    # One item besides milk and yoghurt at least: were empty baskets left out, those two would
    # seem to avoid each other in the small ones.
    empty = baskets[~others.any(axis=1)]
    others[empty, rng.integers(0, len(world.others), len(empty))] = True
    basket, item = np.nonzero(np.column_stack([milk, yoghurt, others]))
    return pd.DataFrame(
        {
            "order_id": 900_001 + basket,
            "delivery": _names(["at once", "next day"], large[basket]),
            "item": _names(["milk", "yoghurt", *world.others], item),
        }
    )


def draw_slot_test(world: World, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One row a checkout with milk: which slot it saw, and what it took.

    The second table says whether yoghurt would have been in it without the yoghurt slot.
    """
    n = world.checkouts
    shown = rng.permutation(np.arange(n) % 2).astype(bool)
    anyway = rng.random(n) < world.yoghurt_anyway
    reminded = rng.random(n) < world.slot_adds / (1 - world.yoghurt_anyway)
    bought = anyway | (shown & reminded)
    clicks = np.where(anyway, *world.slot_clicks)
    frame = pd.DataFrame(
        {
            "checkout_id": 300_001 + np.arange(n),
            "slot": _names(["best sellers", "yoghurt"], shown.astype(int)),
            "by_slot": (shown & bought & (rng.random(n) < clicks)).astype(int),
            "yoghurt": bought.astype(int),
            "pudding": (rng.random(n) < np.where(shown, *world.pudding[::-1])).astype(int),
            "best_seller": (rng.random(n) < np.where(shown, *world.best_seller[::-1])).astype(int),
        }
    )
    truth = frame[["checkout_id"]].assign(yoghurt_without=anyway.astype(int))
    return frame, truth


def slot_account(world: World) -> dict[str, float]:
    """What the slot's own count misses and what it claims too much, in 100 milk baskets."""
    anyway, reminded = world.slot_clicks
    return {
        "claimed": 100 * anyway * world.yoghurt_anyway,
        "elsewhere": 100 * (1 - reminded) * world.slot_adds,
    }


# The counter-case --------------------------------------------------------------------------


def draw_creatives(world: World, rng: np.random.Generator) -> pd.DataFrame:
    """One row a creative and week; week by week the budget follows the click-through."""
    week = np.repeat(np.arange(world.creative_weeks), len(world.names))
    creative = np.tile(np.arange(len(world.names)), world.creative_weeks)
    pull = np.exp(world.greed * week * creative)
    share = pull / pull.reshape(world.creative_weeks, -1).sum(axis=1)[week]
    impressions = rng.poisson(world.impressions * share)
    clicks = rng.binomial(impressions, np.array(world.clicks)[creative])
    orders = rng.binomial(clicks, np.array(world.orders)[creative])
    return pd.DataFrame(
        {
            "week": week + 1,
            "creative": _names(list(world.names), creative),
            "impressions": impressions,
            "clicks": clicks,
            "orders": orders,
            "refunds": rng.binomial(orders, np.array(world.refunds)[creative]),
            "complaints": rng.binomial(orders, np.array(world.complaints)[creative]),
        }
    )


def list_shops() -> pd.DataFrame:
    """One row a shop: what a year's margin is made of."""
    rows = [
        ("appliances", 90_000, 2_400, 0.20, 60, 0.03, 1.1),
        ("apparel", 160_000, 180, 0.35, 7, 0.22, 2.0),
        ("fresh food", 120_000, 62, 0.28, 8, 0.46, 14.0),
    ]
    columns = ["shop", "buyers", "order_value", "margin", "delivery"]
    columns += ["repurchase", "further_orders"]
    return pd.DataFrame(rows, columns=columns)


def truth(world: World | None = None) -> Mapping[str, float]:
    """The true answers that the chapter's verdicts are held against."""
    world = world or World()
    return {
        "week_effect": 100 * week_effect(world),
        "recall_adds": 100 * recall_adds(world),
        "slot_adds": 100 * world.slot_adds,
    }
