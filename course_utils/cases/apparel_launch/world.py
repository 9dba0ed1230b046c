"""The synthetic world of chapter 1: an apparel brand's first year in e-commerce.

`simulate` draws the tables that the chapter reads. The functions at the end know what no table
shows: the tastes behind the choices, the returns still on their way, the next customer's cost.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from course_utils.cases.apparel_launch.launch_model import (
    NEVER,
    TEST_PRICES,
    WEEKS_A_MONTH,
    Futures,
    Market,
    Plan,
    Years,
    draw_futures,
    grown_evenly,
    live,
)
from course_utils.cases.worlds import Simulation, parameter

PLATFORMS = ("Pinduoduo", "Douyin")
AGES = ("under 30", "30 and over")
INCOMES = ("lower", "higher")
TIERS = ("trial", "regular")
TABLES = (
    "choice_survey",
    "listings",
    "sales",
    "orders",
    "acquisition",
    "price_test",
    "plan_costs",
    "rival",
)

WEEKS = 52
FIRST_DAY = pd.Timestamp("2025-01-01")
EXPORT_DAY = WEEKS * 7  # the sample of orders was exported on the day after the last week
FESTIVAL_WEEKS = (22, 23, 24, 43, 44)  # 618, Double 11; the first week is 0
FIRST_WINTER_WEEK = 46
JANUARY_WEEK = 56  # the last week of next January, counted from 1 like the table's weeks
JANUARY_SPEND = 150_000.0  # yuan that the next line plans to spend on Douyin in that week
RULE_CHANGE_WEEKS = (31, 32, 33, 34, 35)  # 6 August to 9 September

Array = NDArray[Any]


@dataclass(frozen=True)
class World:
    """Every number that the world runs on. Pairs are (Pinduoduo, Douyin) unless it says so."""

    # Who shops where, and what they like: pairs of pairs are (under 30, 30 and over) by
    # (lower income, higher income)
    respondents: int = parameter(1_000, "people", "half asked online, half in shops")
    tasks: int = parameter(8, "choices a person", "more would tire them")
    online_mix: tuple[tuple[float, float], tuple[float, float]] = parameter(
        ((0.48, 0.18), (0.21, 0.13)), "share", "who answers where people shop online"
    )
    offline_mix: tuple[tuple[float, float], tuple[float, float]] = parameter(
        ((0.08, 0.15), (0.17, 0.60)), "share", "who answers where people shop in town"
    )
    price_taste: float = parameter(-0.0100, "utility a yuan", "30 and over, higher income, offline")
    price_taste_young: float = parameter(-0.0120, "utility a yuan", "under 30: less money to lose")
    price_taste_lower: float = parameter(-0.0180, "utility a yuan", "lower income: a yuan is more")
    price_taste_online: float = parameter(
        -0.0044, "utility a yuan", "the channel's own work: prices stand side by side"
    )
    quality_taste: float = parameter(0.90, "utility a point", "the same for everybody, on average")
    quality_spread: float = parameter(0.25, "utility a point", "people differ a little in it")
    premium_taste: float = parameter(0.45, "utility", "a known premium brand")

    # The competitors' shelf
    listings: int = parameter(260, "listings", "what a search for a casual jacket shows")
    listed_twice: float = parameter(0.45, "share of cheap listings", "paid places repeat them")
    unrated: float = parameter(0.12, "share", "new listings have no reviews yet")
    sold_out: float = parameter(0.05, "share", "sellers park a sold-out item at 9,999 yuan")

    # What a platform's money buys: customers a week = base × (spend / 100,000)^elasticity
    base: tuple[float, float] = parameter(
        (5_400.0, 2_900.0), "customers a week", "at 100,000 yuan, first week"
    )
    elasticity: tuple[float, float] = parameter(
        (0.84, 0.50), "", "Douyin's audience for the brand is soon reached"
    )
    drift: tuple[float, float] = parameter(
        (0.004, 0.009), "log a week", "traffic gets dearer, on Douyin faster"
    )
    spend_first: tuple[float, float] = parameter(
        (45_000.0, 24_000.0), "yuan a week", "the first week's budget"
    )
    spend_last: tuple[float, float] = parameter(
        (190_000.0, 150_000.0), "yuan a week", "the last week's budget"
    )
    spend_spread: float = parameter(0.35, "log", "campaigns start and stop: the plan is jagged")
    spend_festival: float = parameter(1.5, "times", "every budget goes up in a festival")
    spend_winter: float = parameter(0.60, "times", "after Double 11 the budget takes a breath")
    festival: float = parameter(1.35, "times", "618 and Double 11: people arrive to buy")
    noise: float = parameter(0.09, "log", "weather, rivals, luck: a week's customers")
    rule_change: float = parameter(0.55, "times", "Pinduoduo's new ranking, for five weeks")
    log_lost: int = parameter(1, "weeks a platform", "weeks in which new customers weren't logged")

    # What customers buy
    reorder: float = parameter(0.031, "orders a customer and week", "about one in eight a month")
    reorder_festival: float = parameter(
        1.35, "times", "customers on the books shop at festivals too"
    )
    trial_share: tuple[float, float] = parameter(
        (0.72, 0.60), "share of first orders", "came for the trial price"
    )
    trial_again: float = parameter(0.08, "share of later orders", "some find the trial price again")
    more_pieces: float = parameter(0.30, "pieces an order", "beyond the first")
    trial_price: float = parameter(39.0, "yuan a piece", "low price to pull traffic")
    regular_price: float = parameter(89.0, "yuan a piece", "the list price")
    coupons: float = parameter(0.955, "times", "what coupons leave of the list price")

    # What comes back
    returns_trial: tuple[float, float] = parameter(
        (0.27, 0.38), "share of orders", "cheap, so many keep it"
    )
    returns_regular: tuple[float, float] = parameter(
        (0.37, 0.49), "share of orders", "live shows sell on impulse"
    )
    return_days: float = parameter(10.0, "days", "median from order to refund")
    return_spread: float = parameter(0.45, "log", "spread of those days")
    return_last: int = parameter(30, "days", "nothing comes back later than that")
    sampled_orders: int = parameter(14_000, "orders", "about one order in forty")

    # The price test
    test_prices: tuple[float, float, float] = parameter(
        TEST_PRICES, "yuan", "trial price, between, list price"
    )
    test_visitors: int = parameter(1_400, "visitors a day and price", "28 days in spring")
    test_conversion: tuple[float, float, float] = parameter(
        (0.064, 0.041, 0.023), "share", "who buys at 89 would buy at 39; not the other way"
    )
    returns_at_list: float = parameter(
        0.27, "share", "who buys at 89 orders at full price again within 90 days"
    )
    returns_anchored: float = parameter(
        0.24, "share", "the same people, had they first paid 39: a low price sticks in the mind"
    )
    returns_bargain: float = parameter(0.07, "share", "who buys at 39 and would not at 89")
    returns_others: float = parameter(
        0.0015, "share", "who looked, left, and came back on their own"
    )

    # The money
    cost_piece: float = parameter(28.0, "yuan a piece kept", "cloth and sewing")
    shipping: float = parameter(5.0, "yuan a piece sent", "parcel and packing")
    cost_return: float = parameter(6.0, "yuan a piece sent back", "freight, ironing, write-offs")
    overhead: float = parameter(220_000.0, "yuan a month", "the team and the warehouse")
    cash: float = parameter(8_000_000.0, "yuan", "what the owners put in")
    advertising_first: float = parameter(330_000.0, "yuan a month", "the next line's month 1")
    advertising_last: float = parameter(1_400_000.0, "yuan a month", "month 12, grown evenly")

    # The next channel
    store_setup: float = parameter(500_000.0, "yuan", "deposit, shop design, stock")
    store_month: float = parameter(150_000.0, "yuan a month", "a team of twelve")
    store_base: float = parameter(3_600.0, "customers a week", "at 100,000 yuan, once all is there")
    store_elasticity: float = parameter(0.60, "", "search brings people who look for it")
    store_returns: float = parameter(0.30, "share of orders", "they know what they want")
    store_price: float = parameter(0.90, "times the list price", "no trial price in the new shop")
    store_ramp: float = parameter(
        2.0, "months", "until a new shop's ranking has settled, by factor e"
    )
    store_data: float = parameter(
        120_000.0, "customers", "so many make user data worth half of all they can be worth"
    )
    liking: float = parameter(0.25, "log", "how well a new line is liked, before anyone knows")
    luck: float = parameter(0.06, "log", "a month's luck on a platform")
    shock_chance: float = parameter(0.5, "a year and platform", "rules change every other year")
    shock_months: int = parameter(2, "months", "how long a changed rule bites")

    seed: int = parameter(1_758, "", "one whose draws show every headline of the brand")


def simulate(world: World | None = None) -> Simulation:
    """Draw every table of the chapter, each from its own stream of the world's seed.

    A table's stream depends on its name's place in `TABLES` only, so that changing one table
    leaves the others as they were. What was sold follows from the customers who came, week by week.
    """
    world = world or World()
    stream = {name: np.random.default_rng([world.seed, i]) for i, name in enumerate(TABLES)}
    weeks = draw_weeks(world, stream["acquisition"])
    sales = draw_sales(world, stream["sales"], weeks)
    orders = draw_orders(world, stream["orders"], sales)
    tables = {
        "choice_survey": draw_survey(world, stream["choice_survey"]),
        "listings": draw_listings(world, stream["listings"]),
        "sales": sales,
        "orders": hide_late_returns(orders),
        "acquisition": weeks[
            ["week", "date", "platform", "festival", "rule_change", "spend", "new_customers"]
        ],
        "price_test": draw_price_test(world, stream["price_test"]),
        "plan_costs": list_costs(world),
        "rival": draw_rival(stream["rival"]),
    }
    counterfactuals = {
        "sales": expected_returns(world, sales),
        "orders": orders[["order_id", "comes_back", "return_day"]],
        "acquisition": weeks[["week", "platform", "expected", "expected_one_percent_more"]],
    }
    return Simulation(tables, counterfactuals)


# The choice survey -------------------------------------------------------------------------


def price_tastes(world: World) -> Array:
    """Utility of a yuan by channel (offline, online), age and income: shape (2, 2, 2)."""
    online, young, lower = np.meshgrid([0, 1], [1, 0], [1, 0], indexing="ij")
    return (
        world.price_taste
        + world.price_taste_online * online
        + world.price_taste_young * young
        + world.price_taste_lower * lower
    )


def draw_survey(world: World, rng: np.random.Generator) -> pd.DataFrame:
    """One row an option: which of two jackets a respondent chose, several times over."""
    people, tasks = world.respondents, world.tasks
    online = np.arange(people) % 2
    mix = np.reshape([world.offline_mix, world.online_mix], (2, 4))
    kind = (rng.random(people)[:, None] > mix.cumsum(axis=1)[online]).sum(axis=1).clip(max=3)
    shape = (people, tasks, 2)
    price = rng.choice([39, 69, 99, 149, 199], shape)
    quality = rng.choice([3.0, 3.5, 4.0, 4.5], shape)
    premium = rng.integers(0, 2, shape)
    taste = price_tastes(world).reshape(2, 4)[online, kind]
    likes_quality = world.quality_taste + world.quality_spread * rng.standard_normal(people)
    utility = (
        taste[:, None, None] * price
        + likes_quality[:, None, None] * quality
        + world.premium_taste * premium
        + rng.gumbel(size=shape)
    )
    chosen = utility.argmax(axis=2)[..., None] == np.arange(2)
    person, task, option = (index.ravel() for index in np.indices(shape))
    return pd.DataFrame(
        {
            "respondent": 1_001 + person,
            "channel": np.where(online, "online", "offline")[person],
            "age": np.array(AGES)[kind // 2][person],
            "income": np.array(INCOMES)[kind % 2][person],
            "task": 1 + task,
            "option": np.array(["A", "B"])[option],
            "price": price.ravel(),
            "quality": quality.ravel(),
            "premium": premium.ravel(),
            "chosen": chosen.ravel().astype(int),
        }
    )


# The shelf ---------------------------------------------------------------------------------


def draw_listings(world: World, rng: np.random.Generator) -> pd.DataFrame:
    """One row a competitor's listing as a search showed it, with the export's faults."""
    n = world.listings
    kinds = np.array(["white label", "fast fashion", "premium"])
    kind = rng.choice(3, n, p=[0.45, 0.35, 0.20])
    middle = np.array([np.log(47), np.log(155), np.log(330)])[kind]
    spread = np.array([0.22, 0.16, 0.22])[kind]
    price = np.rint(np.exp(middle + spread * rng.standard_normal(n)))
    rating = np.array([3.45, 4.15, 4.55])[kind] + np.array([0.45, 0.22, 0.16])[
        kind
    ] * rng.standard_normal(n)
    frame = pd.DataFrame(
        {
            "listing_id": 30_001 + rng.permutation(n),
            "segment": kinds[kind],
            "price": np.where(rng.random(n) < world.sold_out, 9_999, price).astype(int),
            "rating": rating.clip(1.5, 4.9).round(1),
        }
    )
    frame.loc[rng.random(n) < world.unrated, "rating"] = np.nan
    again = frame[(frame["price"] < 100) & (rng.random(n) < world.listed_twice)]
    both = pd.concat([frame, again])
    return both.sort_values("listing_id", kind="stable", ignore_index=True)


# The year ----------------------------------------------------------------------------------


def new_customers(world: World, platform: int, spend: Array, week: Array) -> Array:
    """Expected new customers of an ordinary week (counted from 0), for a spend in yuan."""
    scale = (np.asarray(spend) / 100_000) ** world.elasticity[platform]
    return world.base[platform] * scale * np.exp(-world.drift[platform] * np.asarray(week))


def draw_weeks(world: World, rng: np.random.Generator) -> pd.DataFrame:
    """One row a week and platform: spend, who came, who ordered again."""
    week = np.arange(WEEKS)
    festival = np.isin(week, FESTIVAL_WEEKS)
    frames = []
    for place, platform in enumerate(PLATFORMS):
        first, last = world.spend_first[place], world.spend_last[place]
        plan = first * (last / first) ** (week / (WEEKS - 1))
        jagged = np.exp(world.spend_spread * rng.standard_normal(WEEKS))
        budget = np.where(festival, world.spend_festival, 1.0)
        budget = np.where(week >= FIRST_WINTER_WEEK, world.spend_winter, budget)
        spend = np.rint(plan * jagged * budget)
        changed = np.isin(week, RULE_CHANGE_WEEKS) & (platform == "Pinduoduo")
        calm = new_customers(world, place, spend, week)
        more = new_customers(world, place, 1.01 * spend, week)
        season = np.where(festival, world.festival, 1.0) * np.where(changed, world.rule_change, 1.0)
        came = np.rint(calm * season * np.exp(world.noise * rng.standard_normal(WEEKS)))
        on_books = np.concatenate([[0], came.cumsum()[:-1]])
        rhythm = np.where(festival, world.reorder_festival, 1.0)
        again = world.reorder * on_books * rhythm * np.where(changed, world.rule_change, 1.0)
        logged = np.isin(week, rng.choice(np.arange(5, 40), world.log_lost, replace=False))
        frames.append(
            pd.DataFrame(
                {
                    "week": week + 1,
                    "date": (FIRST_DAY + pd.to_timedelta(7 * week, unit="D")).strftime("%Y-%m-%d"),
                    "platform": platform,
                    "festival": festival.astype(int),
                    "rule_change": changed.astype(int),
                    "spend": spend.astype(int),
                    "new_customers": pd.array(
                        np.where(logged, -1, came).astype(int), dtype="Int64"
                    ).astype("Int64"),
                    "came": came,
                    "again": again,
                    "expected": calm * season,
                    "expected_one_percent_more": more * season,
                }
            )
        )
    weeks = pd.concat(frames, ignore_index=True)
    weeks.loc[weeks["new_customers"] < 0, "new_customers"] = pd.NA
    return weeks


def draw_sales(world: World, rng: np.random.Generator, weeks: pd.DataFrame) -> pd.DataFrame:
    """One row a day, platform and price tier: orders, pieces, and the money paid (GMV)."""
    day = np.arange(7 * WEEKS)
    weekday = np.array([0.92, 0.94, 1.02, 1.15, 1.13, 0.90, 0.94])[day % 7]  # 1 January: Wednesday
    peak = np.where(np.isin(day, [168, 314]), 2.2, 1.0)  # 18 June and 11 November
    rhythm = (weekday * peak).reshape(WEEKS, 7)
    rhythm = rhythm / rhythm.sum(axis=1, keepdims=True)
    frames = []
    for place, platform in enumerate(PLATFORMS):
        rows = weeks[weeks["platform"] == platform]
        first, again = rows["came"].to_numpy(), rows["again"].to_numpy()
        trial = first * world.trial_share[place] + again * world.trial_again
        for tier, weekly in zip(TIERS, (trial, first + again - trial), strict=True):
            orders = rng.poisson((weekly[:, None] * rhythm).ravel())
            pieces = orders + rng.poisson(world.more_pieces * orders)
            price = tier_price(world, tier) * np.exp(0.01 * rng.standard_normal(len(day)))
            frames.append(
                pd.DataFrame(
                    {
                        "date": (FIRST_DAY + pd.to_timedelta(day, unit="D")).strftime("%Y-%m-%d"),
                        "platform": platform,
                        "tier": tier,
                        "orders": orders,
                        "pieces": pieces,
                        "gmv": np.rint(pieces * price).astype(int),
                    }
                )
            )
    sales = pd.concat(frames)
    return sales.sort_values(["date", "platform", "tier"], kind="stable", ignore_index=True)


def first_price(world: World) -> Array:
    """What a piece of a first order is paid on each platform, yuan, on average."""
    trial = np.array(world.trial_share)
    return np.round(
        trial * tier_price(world, "trial") + (1 - trial) * tier_price(world, "regular"), 1
    )


def tier_price(world: World, tier: str) -> float:
    """What a piece of a tier is paid, yuan, on average."""
    return world.trial_price if tier == "trial" else world.regular_price * world.coupons


def return_rate(world: World, platform: ArrayLike, tier: ArrayLike) -> Array:
    """Share of orders that come back, sooner or later."""
    first = np.asarray(platform) == PLATFORMS[0]
    trial = np.where(first, *world.returns_trial)
    return np.where(np.asarray(tier) == "trial", trial, np.where(first, *world.returns_regular))


def draw_orders(world: World, rng: np.random.Generator, sales: pd.DataFrame) -> pd.DataFrame:
    """One row an order of the sample, with the day on which it comes back, if it does."""
    n = world.sampled_orders
    row = np.sort(rng.choice(len(sales), n, p=sales["orders"] / sales["orders"].sum()))
    frame = sales.loc[row, ["date", "platform", "tier"]].reset_index(drop=True)
    day = (pd.to_datetime(frame["date"]) - FIRST_DAY).dt.days.to_numpy()
    pieces = 1 + rng.poisson(world.more_pieces, n)
    price = np.where(
        frame["tier"] == "trial", tier_price(world, "trial"), tier_price(world, "regular")
    )
    back = rng.random(n) < return_rate(world, frame["platform"], frame["tier"])
    wait = world.return_days * np.exp(world.return_spread * rng.standard_normal(n))
    lag = np.ceil(wait).clip(2, world.return_last).astype(int)
    frame.insert(0, "order_id", np.arange(800_001, 800_001 + n))
    return frame.assign(
        pieces=pieces,
        amount=np.round(pieces * price * np.exp(0.05 * rng.standard_normal(n)), 1),
        comes_back=back,
        return_day=np.where(back, day + lag, -1),
    )


def hide_late_returns(orders: pd.DataFrame) -> pd.DataFrame:
    """The sample as it was exported: what comes back after that day looks kept."""
    seen = orders["return_day"].between(0, EXPORT_DAY)
    dates = FIRST_DAY + pd.to_timedelta(orders["return_day"].where(seen), unit="D")
    table = orders.drop(columns=["comes_back", "return_day"])
    return table.assign(returned=seen.astype(int), return_date=dates.dt.strftime("%Y-%m-%d"))


# The price test ----------------------------------------------------------------------------


def comes_again(world: World) -> Array:
    """Share of a test price's visitors who order at full price within 90 days, price by price.

    Who buys at 89 is the same person in every arm; the others who buy at a lower price come on top.
    """
    bought = np.array(world.test_conversion)
    loyal = np.where(
        np.array(world.test_prices) == world.regular_price,
        world.returns_at_list,
        world.returns_anchored,
    )
    bargain = bought - bought[-1]
    of_buyers = bought[-1] * loyal + bargain * world.returns_bargain
    return of_buyers + (1 - bought) * world.returns_others


def draw_price_test(world: World, rng: np.random.Generator) -> pd.DataFrame:
    """One row a day and test price: visitors by chance, who bought, who came back later."""
    rows = []
    later = comes_again(world)
    for day, (place, price) in product(range(28), enumerate(world.test_prices)):
        visitors = rng.poisson(world.test_visitors)
        buyers = rng.binomial(visitors, world.test_conversion[place])
        bought = world.test_conversion[place]
        others = (1 - bought) * world.returns_others
        chance = (later[place] - others) / bought
        again = rng.binomial(buyers, chance)
        rows.append(
            {
                "date": f"{pd.Timestamp('2025-03-03') + pd.Timedelta(days=day):%Y-%m-%d}",
                "price": int(price),
                "visitors": visitors,
                "buyers": buyers,
                "buyers_again": again,
                "others_later": rng.binomial(visitors - buyers, world.returns_others),
            }
        )
    return pd.DataFrame(rows)


# What planning needs -----------------------------------------------------------------------


def list_costs(world: World) -> pd.DataFrame:
    """One row an amount that a plan needs and no other table holds."""
    rows = [
        ("goods", world.cost_piece, "yuan a piece kept"),
        ("shipping", world.shipping, "yuan a piece sent"),
        ("return", world.cost_return, "yuan a piece sent back"),
        ("overhead", world.overhead, "yuan a month"),
        ("cash at the start", world.cash, "yuan"),
        ("first order on Pinduoduo", first_price(world)[0], "yuan a piece in year one"),
        ("first order on Douyin", first_price(world)[1], "yuan a piece in year one"),
        ("advertising, month 1", world.advertising_first, "yuan"),
        ("advertising, month 12", world.advertising_last, "yuan"),
        ("store, opening", world.store_setup, "yuan"),
        ("store, team", world.store_month, "yuan a month"),
        ("store, first order", 100 * world.store_price, "percent of the list price"),
        ("store, returns", 100 * world.store_returns, "percent of orders"),
        ("store, customers", world.store_base, "a week at 100,000 yuan, once settled"),
        ("store, elasticity", world.store_elasticity, "percent for 1% more advertising"),
        ("store, settling", world.store_ramp, "months, by factor e"),
        ("store, user data", world.store_data, "customers for half of its use"),
    ]
    return pd.DataFrame(rows, columns=["item", "amount", "unit"])


def draw_rival(rng: np.random.Generator) -> pd.DataFrame:
    """One row a month and platform of a rival who opened six platforms on day one."""
    #            name, gross margin a month once settled, advertising, fixed cost, months to settle
    shops = [
        ("Pinduoduo", 520_000, 190_000, 90_000, 0.5),
        ("Douyin", 430_000, 210_000, 90_000, 0.5),
        ("Tmall", 400_000, 130_000, 110_000, 6.0),
        ("Kuaishou", 150_000, 110_000, 80_000, 1.0),
        ("JD", 330_000, 90_000, 100_000, 7.0),
        ("Xiaohongshu", 120_000, 100_000, 80_000, 1.0),
    ]
    rows = []
    for month, (name, margin, spend, fixed, settles) in product(range(1, 13), shops):
        grown = 1 - np.exp(-month / settles)
        earned = margin * grown * np.exp(0.06 * rng.standard_normal())
        rows.append(
            {
                "month": month,
                "platform": name,
                "net_revenue": round(earned / 0.55),
                "goods_and_shipping": round(earned / 0.55) - round(earned),
                "advertising": round(spend * np.exp(0.05 * rng.standard_normal())),
                "fixed_cost": fixed,
            }
        )
    return pd.DataFrame(rows)


# What no table shows -----------------------------------------------------------------------


def expected_returns(world: World, sales: pd.DataFrame) -> pd.DataFrame:
    """One row a row of `sales`: the share of it that comes back, and the money that stays."""
    rate = return_rate(world, sales["platform"], sales["tier"])
    return sales[["date", "platform", "tier"]].assign(
        return_rate=rate, net=sales["gmv"] * (1 - rate)
    )


def net_revenue(world: World) -> float:
    """The year's money that stays once every return is in, million yuan."""
    return float(simulate(world).counterfactuals["sales"]["net"].sum() / 1e6)


def channel_premium(world: World) -> float:
    """By how many percent online shoppers are more price-sensitive than offline shoppers of the
    same age and income, at the online shoppers' mix of both.
    """
    twins = float((price_tastes(world)[0] * np.array(world.online_mix)).sum())
    return 100 * world.price_taste_online / twins


def taste_account(world: World) -> dict[str, float]:
    """How price-sensitive the channels' shoppers are, each at its own mix: hundredths of utility
    a yuan, the sign left out; `twins` are offline shoppers of the online shoppers' age and income.
    """
    offline, online = price_tastes(world)
    there, here = np.array(world.offline_mix), np.array(world.online_mix)
    parts = {"offline": offline * there, "twins": offline * here, "online": online * here}
    return {name: float(-100 * part.sum()) for name, part in parts.items()}


def returns_account(world: World) -> dict[str, float]:
    """The year's GMV, million yuan, and the percent of it that had come back by the export's day
    and that comes back at all (the first as the sample of orders shows it).
    """
    made = simulate(world)
    orders, gmv = made.tables["orders"], made.tables["sales"]["gmv"].sum() / 1e6
    seen = 100 * orders.loc[orders["returned"] == 1, "amount"].sum() / orders["amount"].sum()
    return {"gmv": gmv, "seen": seen, "all": 100 * (1 - net_revenue(world) / gmv)}


def marginal_cost(world: World, platform: int, spend: float, week: float) -> float:
    """What one more customer costs, yuan, at this spend in an ordinary week (counted from 0)."""
    customers = float(new_customers(world, platform, np.array(spend), np.array(week)))
    return spend / customers / world.elasticity[platform]


def next_customer(world: World) -> float:
    """What one more customer on Douyin costs, yuan, in the last week of January as planned."""
    place = PLATFORMS.index("Douyin")
    return marginal_cost(world, place, JANUARY_SPEND, JANUARY_WEEK - 1)


def douyin_account(world: World) -> dict[str, float]:
    """What a customer on Douyin costs, yuan: the year's average, and January's average."""
    place = PLATFORMS.index("Douyin")
    weeks = simulate(world).tables["acquisition"].dropna()
    douyin = weeks[weeks["platform"] == "Douyin"]
    return {
        "year": float(douyin["spend"].sum() / douyin["new_customers"].sum()),
        "now": next_customer(world) * world.elasticity[place],
        "elasticity": world.elasticity[place],
    }


def visitors_account(world: World) -> dict[str, float]:
    """What becomes of 1,000 visitors: buyers at each price, and later customers among them."""
    at_trial, *_, at_list = (1_000 * share for share in world.test_conversion)
    return {
        "list_buyers": at_list,
        "list_later": at_list * world.returns_at_list,
        "same_later": at_list * world.returns_anchored,
        "bargain": at_trial - at_list,
        "bargain_later": (at_trial - at_list) * world.returns_bargain,
    }


def later_uplift(world: World) -> float:
    """By how many percent the trial price raises later full-price customers, a visitor."""
    later = comes_again(world)
    return float(100 * (later[0] / later[-1] - 1))


# The next line's launch --------------------------------------------------------------------

BUDGETS = {"small": 120, "large": 480}  # thousand yuan of advertising a month
NEWS = 40  # thousand pieces in a month: so many, and the line is liked
OPENINGS: dict[str, Plan] = {
    "never": Plan(opens=NEVER),
    **{
        f"month {month}, {name}": Plan(opens=month, budget=budget)
        for month, (name, budget) in product((1, 4, 8), BUDGETS.items())
    },
    "wait for news": Plan(opens=1, budget=BUDGETS["large"], gate=NEWS),
}
"""When the next line opens the new store, and with which budget; all else as in year one."""


def market(world: World) -> Market:
    """What the next line will meet, known exactly."""
    elasticity = np.array([[*world.elasticity, world.store_elasticity]]).T
    base = np.array([[*world.base, world.store_base]]).T
    buyers = np.array(world.test_conversion)
    others = (1 - buyers) * world.returns_others
    festivals = len(FESTIVAL_WEEKS) / WEEKS
    rhythm = 1 + festivals * (world.reorder_festival - 1)
    return Market(
        advertising=grown_evenly(world.advertising_first, world.advertising_last),
        level=np.log(base) - elasticity * np.log(100_000),
        elasticity=elasticity,
        cost_inflation=np.array([[*world.drift, 0.0]]).T,
        first_price=np.array([*first_price(world), world.store_price * world.regular_price]),
        price_slope=float(-np.polyfit(world.test_prices, np.log(buyers), 1)[0]),
        comes_again=(comes_again(world) - others) / buyers,
        reorder=WEEKS_A_MONTH * world.reorder * rhythm,
        pieces_an_order=1 + world.more_pieces,
        coupons=world.coupons,
        returns_first=np.array([*world.returns_trial, world.store_returns]),
        returns_later=np.array([*world.returns_regular, world.store_returns]),
        goods=world.cost_piece,
        shipping=world.shipping,
        handling=world.cost_return,
        overhead=world.overhead,
        cash=world.cash,
        store_setup=world.store_setup,
        store_month=world.store_month,
        store_price=world.store_price,
        store_ramp=world.store_ramp,
        store_data=world.store_data,
    )


def futures(world: World, number: int) -> Futures:
    """So many futures of the next line, always the same."""
    return draw_futures(
        number,
        np.random.default_rng([world.seed, len(TABLES)]),
        liking=world.liking,
        luck=world.luck,
        shock=world.rule_change,
        shock_chance=world.shock_chance,
        shock_months=world.shock_months,
    )


def profit(years: Years) -> Array:
    """Each future's profit, yuan: the twelve months', and the customers' later orders."""
    return years.profit.sum(axis=0) + years.worth


def profit_of_openings(world: World) -> dict[str, float]:
    """The expected profit of the next line, yuan, for each way to open the new store."""
    ahead, meets = futures(world, 4_000), market(world)
    return {name: float(profit(live(plan, meets, ahead)).mean()) for name, plan in OPENINGS.items()}


def truth(world: World | None = None) -> Mapping[str, float]:
    """The true answers that the chapter's verdicts are held against."""
    world = world or World()
    return {
        "channel_premium": channel_premium(world),
        "net_revenue": net_revenue(world),
        "next_customer": next_customer(world),
        "later_uplift": later_uplift(world),
    }
