"""The synthetic world of chapter 3: an appliance brand's product page, old and new.

`simulate` draws the tables that the chapter reads. The functions below it know what no table
shows: what the same visitors would have done on the other page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.extensions import ExtensionArray

from course_utils.cases.worlds import Simulation, parameter

ELEMENTS = ("comparison", "reviews", "offer", "button")
OLD_PAGE = (False, False, False, False)
NEW_PAGE = (True, True, True, True)
TABLES = (
    "sessions",
    "events",
    "button_test",
    "first_test",
    "page_test",
    "element_test",
    "carts",
    "cart_events",
    "costs",
    "carried",
    "collections",
)

# 618 of 2025 ran from the middle of May: the fortnight before is in April, the tests between
# 618 and 18 August.
BEFORE, FESTIVAL, FIRST_TEST, PAGE_TEST = "2025-04-10", "2025-06-12", "2025-07-07", "2025-07-21"

Array = NDArray[Any]


@dataclass(frozen=True)
class World:
    """Every number that the world runs on. Pairs are (phone, computer)."""

    # Who comes, and when
    visits_before: int = parameter(10_500, "visits", "a normal fortnight, 750 a day")
    visits_festival: int = parameter(10_500, "visits", "618 doubles the traffic: 1,500 a day")
    phone_before: float = parameter(0.55, "share", "search and shop visits, half on computers")
    phone_festival: float = parameter(0.85, "share", "the festival's traffic is app pushes")
    phone_normal: float = parameter(0.75, "share", "a normal week since the app campaign")
    phone_tests: float = parameter(0.60, "share", "July and August, before the app campaign")
    returning: float = parameter(0.50, "share", "visitors who have seen the page before")

    # How they buy
    conversion: tuple[float, float] = parameter(
        (0.025, 0.014), "purchases a visit", "old page, normal week; a phone pays in one tap"
    )
    returning_factor: float = parameter(1.25, "times", "who comes back is closer to buying")
    festival_factor: float = parameter(1.71, "times", "618: people arrive to buy, on any page")

    # What the page does to buying (natural logarithm of the conversion factor, lasting)
    comparison: tuple[float, float] = parameter(
        (-0.16, 0.12), "log", "a wide table is a wall on a phone and a help on a desk"
    )
    reviews: tuple[float, float] = parameter((0.18, 0.18), "log", "trust is the scarce good")
    offer: tuple[float, float] = parameter((0.10, 0.10), "log", "a coupon moves some undecided")
    button: tuple[float, float] = parameter((0.05, 0.05), "log", "people find the button sooner")
    reviews_with_button: float = parameter(0.08, "log", "trust first, then an easy click")
    comparison_with_offer: float = parameter(-0.06, "log", "two blocks compete for one screen")
    novelty: float = parameter(0.50, "log", "returning visitors look twice at a changed page")
    novelty_days: float = parameter(4.0, "days", "the second look wears off by a factor e")

    # How they stay
    bounce: tuple[float, float] = parameter((0.78, 0.62), "share", "old page: one look and away")
    button_on_bounce: float = parameter(0.75, "times", "dark page, bright button: a quarter less")
    bounce_seconds: float = parameter(0.70, "seconds", "median stay of a visit that bounces")
    read_seconds_old: tuple[float, float] = parameter(
        (4.9, 7.2), "seconds", "median stay of a visit that does not bounce"
    )
    read_seconds_new: tuple[float, float] = parameter(
        (3.4, 5.9), "seconds", "three steps: readers find what they want sooner"
    )
    read_spread: float = parameter(0.70, "log", "a few read for a minute")
    cart_without_order: float = parameter(0.15, "share", "readers who add to cart and leave it")

    # What the log gets wrong
    leave_lost: float = parameter(0.02, "share", "app closed before it could report")
    purchase_twice: float = parameter(0.06, "share", "the payment callback retries")
    rows_twice: float = parameter(0.12, "share", "dark arm's tracker resends visits that go on")

    # The tests
    button_visitors: int = parameter(9_000, "visitors", "both arms")
    first_test_daily: int = parameter(2_500, "visitors a day and arm", "7 days in July")
    first_test_lost: float = parameter(0.12, "share", "slow phones: new page gone before logging")
    page_test_daily: int = parameter(2_500, "visitors a day and arm", "28 days, July-August")
    element_visitors: int = parameter(240_000, "visitors", "16 pages, autumn")

    # The money
    visits_a_year: int = parameter(1_800_000, "visits", "about 5,000 a day")
    margin: float = parameter(160.0, "yuan an order", "before the offer")
    offer_cost: float = parameter(30.0, "yuan an order", "every buyer takes the coupon")
    comparison_cost: float = parameter(60_000.0, "yuan a year", "keeping competitors' data true")
    reviews_cost: float = parameter(150_000.0, "yuan a year", "collecting and moderating reviews")

    # The side case: a clothing brand's carts
    carts: int = parameter(5_600, "carts", "half with the size recommender, by cart number")
    cart_to_order: float = parameter(0.30, "share", "without the recommender")
    size_reason: float = parameter(0.46, "share of lost carts", "size was truly the reason")
    other_at_size: float = parameter(0.24, "share of lost carts", "left at that step by chance")
    chart_if_size: float = parameter(0.75, "share", "in doubt about size, opens the chart")
    chart_if_other: float = parameter(0.15, "share", "opens the chart out of curiosity")
    rescued: float = parameter(0.3727, "share of size doubts", "the recommender settles these")
    returns_plain: float = parameter(0.30, "share of orders", "sent back without the recommender")
    returns_sure: float = parameter(0.20, "share of orders", "sure buyers with the recommender")
    returns_rescued: float = parameter(0.26, "share of orders", "rescued buyers send more back")

    # Collections: each is cut differently, so that doubts and returns differ
    past_collections: int = parameter(8, "collections", "two years of them")
    collection_carts: int = parameter(8_000, "carts", "half with the recommender")
    rescued_spread: float = parameter(0.15, "share of size doubts", "a coat is not a T-shirt")
    returns_spread: float = parameter(0.09, "share of orders", "tight cuts come back more")

    # Forty other pages, and how far a page's gain carries to another
    other_pages: int = parameter(40, "pages", "the agency's offer")
    other_visits: int = parameter(150_000, "visits a year and page", "a twelfth of this page's")
    carried_mean: float = parameter(0.5, "share", "a gain shrinks on another product's page")
    carried_spread: float = parameter(0.8, "share", "and on some pages it turns into a loss")
    rebuild_cost: float = parameter(20_000.0, "yuan a page", "the agency's fee, whatever is built")
    other_upkeep: float = parameter(90_000.0, "yuan a year and page", "reviews of one product")
    other_table: float = parameter(20_000.0, "yuan a year and page", "the comparison table's data")
    trial_share: float = parameter(0.25, "share of a year", "a test of each page takes a quarter")
    past_jobs: int = parameter(24, "pages", "the agency's archive of pages built after a winner")
    job_noise: float = parameter(0.05, "log", "standard error of a gain in the archive")
    seed: int = parameter(6_185_516, "", "one whose draws show every headline of the brand")


def simulate(world: World | None = None) -> Simulation:
    """Draw every table of the chapter, each from its own stream of the world's seed.

    A table's stream depends on its name's place in `TABLES` only, so that changing one table
    leaves the others as they were.
    """
    world = world or World()
    stream = {name: np.random.default_rng([world.seed, i]) for i, name in enumerate(TABLES)}
    visits = draw_visits(world, stream["sessions"])
    carts, cart_truth = draw_carts(world, stream["carts"])
    tables = {
        "sessions": visits[["session_id", "date", "page", "device", "visitor"]],
        "events": log_visits(world, stream["events"], visits),
        "button_test": draw_button_test(world, stream["button_test"]),
        "first_test": draw_page_test(world, stream["first_test"], FIRST_TEST, 7, broken=True),
        "page_test": draw_page_test(world, stream["page_test"], PAGE_TEST, 28, broken=False),
        "element_test": draw_element_test(world, stream["element_test"]),
        "carts": carts,
        "cart_events": log_carts(stream["cart_events"], cart_truth),
        "costs": list_costs(world),
        "carried": draw_carried(world, stream["carried"]),
        "collections": draw_collections(world, stream["collections"])[0],
    }
    counterfactuals = {
        "sessions": visits[["session_id", "buys_on_old", "buys_on_new"]],
        "carts": cart_truth[["cart_id", "reason", "orders_without", "orders_with"]],
    }
    return Simulation(tables, counterfactuals)


# How a visitor behaves ---------------------------------------------------------------------


def log_lift(world: World, shown: Array, phone: Array) -> Array:
    """Lasting effect of the elements shown on the log of the conversion rate.

    `shown` is bool with `ELEMENTS` along the last axis; `phone` is bool without that axis.
    """
    effects = np.array([getattr(world, name) for name in ELEMENTS])
    on_phone, on_computer = np.moveaxis(np.asarray(shown, float) @ effects, -1, 0)
    comparison, reviews, offer, button = np.moveaxis(np.asarray(shown, bool), -1, 0)
    return (
        np.where(phone, on_phone, on_computer)
        + world.reviews_with_button * (reviews & button)
        + world.comparison_with_offer * (comparison & offer)
    )


def purchase_probability(
    world: World,
    *,
    phone: Array,
    returning: Array,
    shown: Array,
    days_live: Array | float = np.inf,
    season: Array | float = 1.0,
) -> Array:
    """Chance that a visit ends in a purchase; `days_live` counts from the page's change."""
    normal = np.where(phone, *world.conversion)
    loyal = np.where(returning, world.returning_factor, _first_time_factor(world))
    fresh = returning * shown.any(axis=-1) * np.exp(-np.asarray(days_live) / world.novelty_days)
    lift = log_lift(world, shown, phone) + world.novelty * fresh
    return np.minimum(normal * loyal * season * np.exp(lift), 0.95)


def _first_time_factor(world: World) -> float:
    """Keeps the average over first-time and returning visitors at the stated conversion."""
    return (1 - world.returning * world.returning_factor) / (1 - world.returning)


def bounce_probability(world: World, phone: Array, button: Array) -> Array:
    """Chance that a visit leaves without doing anything."""
    return np.where(phone, *world.bounce) * np.where(button, world.button_on_bounce, 1.0)


# The redesign, before and after ------------------------------------------------------------


def draw_visits(world: World, rng: np.random.Generator) -> pd.DataFrame:
    """One row a visit: a fortnight on the old page, then the festival week on the new one.

    The same uniform number decides a visitor's purchase on either page, so that
    `buys_on_old` and `buys_on_new` are two fates of one person.
    """
    n_before, n = world.visits_before, world.visits_before + world.visits_festival
    new = np.arange(n) >= n_before
    day = np.where(new, 14 + rng.integers(0, 7, n), rng.integers(0, 14, n))
    phone = rng.random(n) < np.where(new, world.phone_festival, world.phone_before)
    returning = rng.random(n) < world.returning
    who = {"phone": phone, "returning": returning, "days_live": np.maximum(day - 14, 0)}
    season = np.where(new, world.festival_factor, 1.0)
    fate = rng.random(n)

    def buys(page: tuple[bool, ...]) -> Array:
        return fate < purchase_probability(world, shown=np.array(page), season=season, **who)

    on_old, on_new = buys(OLD_PAGE), buys(NEW_PAGE)
    bought = np.where(new, on_new, on_old)
    # Who buys has not bounced: the bounces are drawn among the others.
    p_buy = np.where(new, on_new.mean(), on_old.mean())
    bounces = ~bought & (rng.random(n) < bounce_probability(world, phone, new) / (1 - p_buy))
    frame = pd.DataFrame(
        {
            "date": day,
            "page": _named(["old", "new"], new),
            "device": _named(["computer", "phone"], phone),
            "visitor": _named(["first-time", "returning"], returning),
            "bounces": bounces,
            "buys": bought,
            "buys_on_old": on_old,
            "buys_on_new": on_new,
            "stay": _stay(world, rng, phone, new, bounces),
        }
    ).sort_values("date", kind="stable", ignore_index=True)
    days = [*pd.date_range(BEFORE, periods=14), *pd.date_range(FESTIVAL, periods=7)]
    dates = [f"{day:%Y-%m-%d}" for day in days]
    frame["date"] = _named(dates, frame["date"].to_numpy())
    frame.insert(0, "session_id", np.arange(100_001, 100_001 + n))
    return frame


def _named(names: Sequence[str], which: Array) -> ExtensionArray:
    """A text column: to each number its name. Pandas reads a whole array of texts far slower."""
    return pd.array(names, dtype="str").take(np.asarray(which, int))


def _stay(
    world: World, rng: np.random.Generator, phone: Array, new: Array, bounces: Array
) -> Array:
    old_read = np.where(phone, *world.read_seconds_old)
    new_read = np.where(phone, *world.read_seconds_new)
    median = np.where(bounces, world.bounce_seconds, np.where(new, new_read, old_read))
    spread = np.where(bounces, 0.5, world.read_spread)
    return median * np.exp(spread * rng.standard_normal(len(phone)))


def log_visits(world: World, rng: np.random.Generator, visits: pd.DataFrame) -> pd.DataFrame:
    """One row an event of a visit, as the page's tracker wrote it, with its faults."""
    n = len(visits)
    reads, buys, stay = ~visits["bounces"], visits["buys"], visits["stay"]
    carts = buys | (reads & (rng.random(n) < world.cart_without_order))
    twice = buys & (rng.random(n) < world.purchase_twice)
    reported = rng.random(n) >= world.leave_lost
    parts: list[tuple[str, Any, float]] = [
        ("view", np.ones(n, bool), 0.0),
        ("explore", reads, 0.3),
        ("cart", carts, 0.7),
        ("purchase", buys, 0.95),
        ("purchase", twice, 0.95),
        ("leave", reported, 1.0),
    ]
    rows = [
        pd.DataFrame(
            {
                "session_id": visits["session_id"][happened],
                "second": (stay[happened] * when).round(2),
                "event": name,
            }
        )
        for name, happened, when in parts
    ]
    return pd.concat(rows).sort_values(["session_id", "second"], kind="stable", ignore_index=True)


# The tests ---------------------------------------------------------------------------------


def draw_button_test(world: World, rng: np.random.Generator) -> pd.DataFrame:
    """One row a visitor of the button test; some rows stand twice, as the export left them."""
    n = world.button_visitors
    dark = rng.random(n) < 0.5
    phone = rng.random(n) < world.phone_before
    returning = rng.random(n) < world.returning
    shown = np.zeros((n, len(ELEMENTS)), bool)
    shown[:, ELEMENTS.index("button")] = dark
    bounced = rng.random(n) < bounce_probability(world, phone, dark)
    chance = purchase_probability(world, phone=phone, returning=returning, shown=shown)
    bought = ~bounced & (rng.random(n) < chance / (1 - bounce_probability(world, phone, dark)))
    frame = pd.DataFrame(
        {
            "visitor_id": np.arange(500_001, 500_001 + n),
            "background": np.where(dark, "dark", "light"),
            "device": np.where(phone, "phone", "computer"),
            "bounced": bounced.astype(int),
            "purchased": bought.astype(int),
        }
    )
    again = frame[dark & ~bounced & (rng.random(n) < world.rows_twice)]
    return pd.concat([frame, again]).sort_values("visitor_id", kind="stable", ignore_index=True)


def draw_page_test(
    world: World, rng: np.random.Generator, start: str, days: int, *, broken: bool
) -> pd.DataFrame:
    """One row a day, page, device and kind of visitor of a randomised test of the pages.

    In the `broken` test the new page's slow loads never reach the log: the visitors lost are
    phones that did not buy.
    """
    daily = world.first_test_daily if broken else world.page_test_daily
    rows = []
    for day, new, phone, returning in product(
        range(days), (False, True), (True, False), (False, True)
    ):
        share = (world.phone_tests if phone else 1 - world.phone_tests) * (
            world.returning if returning else 1 - world.returning
        )
        visitors = rng.poisson(daily * share)
        chance = purchase_probability(
            world,
            phone=np.array(phone),
            returning=np.array(returning),
            shown=np.array(NEW_PAGE if new else OLD_PAGE),
            days_live=day,
        )
        purchases = rng.binomial(visitors, float(chance))
        if broken and new and phone:
            visitors -= rng.binomial(visitors - purchases, world.first_test_lost)
        rows.append(
            {
                "date": f"{pd.Timestamp(start) + pd.Timedelta(days=day):%Y-%m-%d}",
                "page": "new" if new else "old",
                "device": "phone" if phone else "computer",
                "visitor": "returning" if returning else "first-time",
                "visitors": visitors,
                "purchases": purchases,
            }
        )
    return pd.DataFrame(rows)


def draw_element_test(world: World, rng: np.random.Generator) -> pd.DataFrame:
    """One row a page (of the sixteen) and device: visitors and purchases of a factorial test."""
    rows = []
    for shown in product((False, True), repeat=len(ELEMENTS)):
        for device, share in (("phone", world.phone_normal), ("computer", 1 - world.phone_normal)):
            visitors = rng.poisson(world.element_visitors / 16 * share)
            chance = _lasting_conversion(world, shown, phone=device == "phone")
            rows.append(
                dict(zip(ELEMENTS, map(int, shown), strict=True))
                | {"device": device, "visitors": visitors}
                | {"purchases": rng.binomial(visitors, chance)}
            )
    return pd.DataFrame(rows)


def list_costs(world: World) -> pd.DataFrame:
    """One row an amount that the page's profit is made of."""
    rows = [
        ("visits", world.visits_a_year, "visits a year"),
        ("margin", world.margin, "yuan an order"),
        ("coupon of the offer", -world.offer_cost, "yuan an order"),
        ("upkeep of the comparison table", -world.comparison_cost, "yuan a year"),
        ("upkeep of the reviews", -world.reviews_cost, "yuan a year"),
    ]
    return pd.DataFrame(rows, columns=["item", "amount", "unit"]).astype({"amount": int})


# The side case -----------------------------------------------------------------------------


def draw_carts(world: World, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One row a cart: the table that the brand has, and what each cart would have done."""
    n = world.carts
    number = np.arange(700_001, 700_001 + n)
    helped = number % 2 == 1
    sure = rng.random(n) < world.cart_to_order
    cause = rng.random(n)
    reason = np.select(
        [sure, cause < world.size_reason, cause < world.size_reason + world.other_at_size],
        ["none", "size", "other, at size"],
        "other, at checkout",
    )
    rescued = (reason == "size") & (rng.random(n) < world.rescued)
    orders = sure | (helped & rescued)
    returns = np.where(helped, world.returns_sure, world.returns_plain)
    returned = rng.random(n) < np.where(rescued & ~sure, world.returns_rescued, returns)
    chart = rng.random(n) < np.where(reason == "size", world.chart_if_size, world.chart_if_other)
    truth = pd.DataFrame(
        {
            "cart_id": number,
            "reason": reason,
            "orders_without": sure,
            "orders_with": sure | rescued,
            "orders": orders,
            "chart": chart,
        }
    )
    table = pd.DataFrame(
        {
            "cart_id": number,
            "recommender": np.where(helped, "on", "off"),
            "returned": pd.array(np.where(orders, returned, False), dtype="Int64"),
        }
    )
    table.loc[~orders, "returned"] = pd.NA
    return table, truth


def log_carts(rng: np.random.Generator, carts: pd.DataFrame) -> pd.DataFrame:
    """One row an event of a cart. The size panel opens by itself for everyone."""
    picks = carts["orders"] | (carts["reason"] == "other, at checkout")
    step = 2 + rng.exponential(8, (len(carts), 5)).cumsum(axis=1)
    parts: list[tuple[str, Any, Array]] = [
        ("cart", np.ones(len(carts), bool), 0 * step[:, 0]),
        ("size_panel", np.ones(len(carts), bool), 0 * step[:, 0] + 0.4),
        ("size_chart", carts["chart"], step[:, 1]),
        ("size_picked", picks, step[:, 2]),
        ("checkout", picks, step[:, 3]),
        ("pay", carts["orders"], step[:, 4]),
    ]
    rows = [
        pd.DataFrame(
            {
                "cart_id": carts["cart_id"][happened],
                "second": np.round(when[happened], 1),
                "event": name,
            }
        )
        for name, happened, when in parts
    ]
    return pd.concat(rows).sort_values(["cart_id", "second"], kind="stable", ignore_index=True)


def draw_collections(world: World, rng: np.random.Generator) -> tuple[pd.DataFrame, float]:
    """One row a past collection, with and without the recommender; and what winter will bring.

    Winter is one more collection of the same kind: the relative change of its kept orders, percent.
    """
    n = world.past_collections + 1
    rescued = np.clip(rng.normal(world.rescued, world.rescued_spread, n), 0.05, 0.75)
    returns = np.clip(rng.normal(world.returns_plain, world.returns_spread, n), 0.05, 0.60)
    carts = world.collection_carts // 2
    saved = (1 - world.cart_to_order) * world.size_reason * rescued
    sure = world.returns_sure / world.returns_plain * returns
    late = world.returns_rescued / world.returns_plain * returns
    kept_without = world.cart_to_order * (1 - returns)
    kept_with = world.cart_to_order * (1 - sure) + saved * (1 - late)
    parts = []
    for helped, kept, paid in (
        ("off", kept_without, np.full(n, world.cart_to_order)),
        ("on", kept_with, world.cart_to_order + saved),
    ):
        orders = rng.binomial(carts, paid)
        parts.append(
            pd.DataFrame(
                {
                    "collection": np.arange(n),  # winter, which nobody has seen, is 0
                    "recommender": helped,
                    "carts": carts,
                    "paid": orders,
                    "kept": rng.binomial(orders, kept / paid),
                }
            )
        )
    rows = pd.concat(parts).sort_values("collection", kind="stable", ignore_index=True)
    winter = 100 * (kept_with[0] / kept_without[0] - 1)
    return rows[rows["collection"] > 0].reset_index(drop=True), float(winter)


def draw_carried(world: World, rng: np.random.Generator) -> pd.DataFrame:
    """One row a page that the agency rebuilt after another one's success, both gains tested."""
    n = world.past_jobs
    first = rng.uniform(0.2, 0.4, n)
    gain = first * rng.normal(world.carried_mean, world.carried_spread, n)
    seen = np.stack([first, gain]) + rng.normal(0, world.job_noise, (2, n))
    first_percent, next_percent = (100 * np.expm1(seen)).round(1)
    return pd.DataFrame(
        {"job": np.arange(1, n + 1), "first_gain": first_percent, "next_gain": next_percent}
    )


# What no table shows -----------------------------------------------------------------------


def _lasting_conversion(world: World, shown: tuple[bool, ...], *, phone: bool) -> float:
    lift = log_lift(world, np.array(shown), np.array(phone))
    return float(world.conversion[0 if phone else 1] * np.exp(lift))


def conversion_of(world: World, shown: tuple[bool, ...]) -> float:
    """Lasting conversion of a page, purchases a visit, for the normal mix of devices."""
    return world.phone_normal * _lasting_conversion(world, shown, phone=True) + (
        1 - world.phone_normal
    ) * _lasting_conversion(world, shown, phone=False)


def lasting_effect(world: World) -> float:
    """What the new page adds to conversion once the novelty is gone, percentage points."""
    return 100 * (conversion_of(world, NEW_PAGE) - conversion_of(world, OLD_PAGE))


def festival_account(world: World) -> dict[str, float]:
    """What made the slide's rise, in points, from the same visitors' other fates.

    `page`: the festival week's visitors on the new page against themselves on the old one, the
    novelty included. `phones`: the old page's own rates by device, at the festival's mix of
    devices against the mix before. `festival`: the rest.
    """
    visits = draw_visits(world, np.random.default_rng([world.seed, TABLES.index("sessions")]))
    week = visits[visits["page"] == "new"]
    page = 100 * (week["buys_on_new"].mean() - week["buys_on_old"].mean())
    rise = 100 * (week["buys"].mean() - visits.loc[visits["page"] == "old", "buys"].mean())
    old = visits[visits["page"] == "old"]
    more = week["device"].value_counts(normalize=True) - old["device"].value_counts(normalize=True)
    phones = float(100 * (more * old.groupby("device")["buys"].mean()).sum())
    return {"page": page, "phones": phones, "festival": rise - page - phones, "rise": rise}


def yearly_profit(world: World, shown: tuple[bool, ...]) -> float:
    """Profit of a page a year, yuan: orders at their margin less what its elements cost."""
    comparison, reviews, offer, _ = shown
    margin = world.margin - world.offer_cost * offer
    upkeep = world.comparison_cost * comparison + world.reviews_cost * reviews
    return world.visits_a_year * conversion_of(world, shown) * margin - upkeep


def all_pages() -> list[tuple[bool, ...]]:
    """The sixteen pages that four elements can make."""
    return list(product((False, True), repeat=len(ELEMENTS)))


def summer_uplift(world: World) -> float:
    """What the size recommender adds to orders *kept* in summer, relative, percent."""
    rescued = (1 - world.cart_to_order) * world.size_reason * world.rescued
    without = world.cart_to_order * (1 - world.returns_plain)
    with_it = world.cart_to_order * (1 - world.returns_sure) + rescued * (1 - world.returns_rescued)
    return 100 * (with_it / without - 1)


def kept_uplift(world: World) -> float:
    """What the size recommender will add to orders *kept* in winter, relative, percent."""
    rng = np.random.default_rng([world.seed, TABLES.index("collections")])
    return draw_collections(world, rng)[1]


FORTY_PAGES = {
    "leave them": (OLD_PAGE, False),
    "all four, at once": (NEW_PAGE, False),
    "all four, test first": (NEW_PAGE, True),
    "reviews, at once": ((False, True, False, False), False),
    "button, at once": ((False, False, False, True), False),
    "reviews and button, at once": ((False, True, False, True), False),
    "reviews and button, test first": ((False, True, False, True), True),
}


def forty_pages(
    world: World,
    lifts: Mapping[tuple[bool, ...], float],
    mean: float,
    spread: float,
    *,
    unsure: float = 0.0,
) -> dict[str, Array]:
    """What each plan earns in the year, yuan, in many drawn futures of the forty pages.

    `lifts` has a page's log lift of conversion where it was tested; on another page a share of it
    arrives, drawn from a normal distribution with `mean` and `spread`; `unsure` is the standard
    error of that mean, for who had to estimate it. With a test first, half of
    the visits see the new page for a quarter of a year, and it stays where it then earned more.
    """
    rng = np.random.default_rng(40)
    shape = (2_000, world.other_pages)
    arrives = rng.normal(mean, spread, shape) + unsure * rng.standard_normal((shape[0], 1))
    luck = rng.standard_normal(shape)
    old = conversion_of(world, OLD_PAGE)
    earned = {}
    for plan, (page, tested) in FORTY_PAGES.items():
        comparison, reviews, offer, _ = page
        upkeep = world.other_table * comparison + world.other_upkeep * reviews
        margin = world.margin - world.offer_cost * offer
        new = old * np.exp(lifts[page] * arrives)
        gain = world.other_visits * (new * margin - old * world.margin) - upkeep
        if tested:
            each = world.other_visits * world.trial_share / 2
            error = np.sqrt((new * (1 - new) + old * (1 - old)) / each)
            seen = gain + world.other_visits * margin * error * luck
            trial = world.trial_share * (gain - upkeep) / 2
            gain = trial + (1 - world.trial_share) * np.where(seen > 0, gain, 0)
        fee = world.rebuild_cost * any(page)
        earned[plan] = (gain - fee).sum(axis=1)
    return earned


def forty_pages_profit(world: World) -> dict[str, float]:
    """What each plan for the forty other pages is expected to earn, yuan in the year."""
    old = conversion_of(world, OLD_PAGE)
    lifts = {page: float(np.log(conversion_of(world, page) / old)) for page in all_pages()}
    found = forty_pages(world, lifts, world.carried_mean, world.carried_spread)
    return {plan: float(profit.mean()) for plan, profit in found.items()}


def truth(world: World | None = None) -> Mapping[str, float]:
    """The true answers that the chapter's verdicts are held against."""
    world = world or World()
    return {
        "lasting_effect": lasting_effect(world),
        "kept_uplift": kept_uplift(world),
        "size_reason": 100 * world.size_reason,
    }
