"""The world of chapter 6: a tea brand, its five links, and twelve months.

A policy is an array of 12 months × 6 dials, in the order of `DIALS`; a stack of policies has more
axes in front, and all of them run at once. What follows from the dials alone is worked out for all
months together; then the months are walked through with the stock of customers.

The customers are tea drinkers and bargain hunters. Nobody at the brand can tell which is which:
its tables count them together, by the months since their last order.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from course_utils.cases.worlds import parameter

Array = NDArray[Any]

VERSION = 1  # of the world's rules and numbers: a run goes on only in the version it began in
MONTHS = 12
DIALS = ("search", "social", "price", "page", "recall", "membership")
SEARCH, SOCIAL, PRICE, PAGE, RECALL, MEMBERSHIP = range(len(DIALS))
LINKS: Mapping[str, tuple[int, ...]] = {
    "price": (PRICE,),
    "traffic": (SEARCH, SOCIAL),
    "page": (PAGE,),
    "recall": (RECALL,),
    "membership": (MEMBERSHIP,),
}
MOST_ADS, ADS_STEP = 240_000, 5_000  # yuan a month and channel
LOWEST_PRICE, HIGHEST_PRICE = 29, 79  # yuan, of a first order
PAGES = ("old", "new")
# After how many silent days, and with a coupon of how many yuan.
RECALLS: tuple[tuple[int, int] | None, ...] = (
    None,
    *((days, coupon) for days in (30, 60, 90) for coupon in (0, 10, 20)),
)
# A reward of so many yuan each time that a member has spent the threshold.
MEMBERSHIPS: tuple[tuple[int, int] | None, ...] = (
    None,
    *((threshold, reward) for threshold in (200, 400) for reward in (10, 20, 40)),
)
LAST_YEAR = np.array([40_000, 40_000, 29, 0, 0, 0], float)  # how the dials stand on 1 January
CHANGES = ("search", "social", "messages")  # what may change for the worse

# What tests do: each is one that a chapter taught.
TESTS = ("price", "switch_off", "page", "recall", "membership")
# Of the visitors, the regions, the visitors, the silent, the customers.
TEST_SHARES = (0.45, 0.5, 0.5, 0.6, 0.25)
PRICE_ARMS = (39, 59, 79)  # yuan, for a third each of those in the test
SPEND_ARMS = (0.0, 1.0, 2.0)  # of what was to be spent
RECALL_ARMS = (0, 1, 2, 3)  # no message, and three coupons, for a quarter each
INVITED_TO = 2  # the programme to which the membership's test invites
TEST_PRICES = (8_000, 12_000, 8_000, 5_000, 10_000)  # yuan, beside the margin that arms lose

# What comes in is positive, what goes out negative: a month's contribution is the plain sum.
LEDGER = (
    "first_orders", "later_orders", "goods", "fees", "coupons", "rewards", "search_ads",
    "social_ads", "messages", "page", "membership", "research",
)  # fmt: skip

SILENT = 4  # a customer's states: months since the last order, the last of them "four or more"
SEASON = (0.95, 0.85, 1.0, 1.0, 1.0, 1.25, 0.9, 0.95, 1.0, 0.95, 1.4, 0.9)  # 618, Double 11
AUCTION = (1.0, 0.9, 1.0, 1.0, 1.05, 1.3, 0.9, 0.95, 1.0, 1.1, 1.5, 1.0)  # price of a click
LUCK = {
    "traffic": 3,
    "page": 2,
    "recall": 2 * SILENT,
}  # links with luck of their own: how many streams
SPREAD = {  # by how much worlds differ: the standard deviation of a number's logarithm
    "organic": 0.1, "search_clicks": 0.25, "social_clicks": 0.25, "search_half": 0.25,
    "social_half": 0.25, "drinkers_elasticity": 0.3, "hunters_elasticity": 0.2, "message": 0.4,
    "coupon": 0.4, "reward": 0.2, "market": 0.2,
}  # fmt: skip


@dataclass(frozen=True)
class World:
    """Every number that the brand runs on. Pairs are for tea drinkers and bargain hunters."""

    # The shop
    months: int = parameter(MONTHS, "months", "a year, January first")
    basket: float = parameter(120.0, "yuan", "an order of a customer who knows the tea")
    goods_first: float = parameter(50.0, "yuan an order", "box, tea and freight of a first order")
    goods_later: float = parameter(50.0, "yuan an order", "the same for a later order")
    fee: float = parameter(0.05, "share of what is paid", "the platform's commission")
    discount: float = parameter(0.95, "a month", "customers count for some two years")
    cash: float = parameter(300_000.0, "yuan", "in the bank on 1 January")
    # Who comes
    organic: float = parameter(40_000.0, "visits a month", "come by themselves")
    organic_drinkers: float = parameter(0.45, "share of visits", "they look for tea")
    search_clicks: float = parameter(150_000.0, "clicks a month", "at an endless spend")
    search_half: float = parameter(90_000.0, "yuan a month", "where half of them are bought")
    search_drinkers: float = parameter(0.45, "share of clicks", "as those who come by themselves")
    coming: float = parameter(0.45, "share of search clicks", "would have come without the ad")
    social_clicks: float = parameter(330_000.0, "clicks a month", "at an endless spend")
    social_half: float = parameter(110_000.0, "yuan a month", "where half of them are bought")
    social_drinkers: float = parameter(0.2, "share of clicks", "few of them were looking for tea")
    carry_over: float = parameter(0.5, "share", "of a month's social ads works a month later")
    bidding: float = parameter(0.4, "exponent", "rivals bid higher against who spends more")
    usual: float = parameter(40_000.0, "yuan a month and channel", "last year's spend")
    market: float = parameter(250_000.0, "people", "who might ever try this brand")
    # What makes them buy
    conversion: tuple[float, float] = parameter((0.03, 0.013), "orders a visit", "at 59 yuan")
    drinkers_elasticity: float = parameter(0.9, "", "they want the tea")
    hunters_elasticity: float = parameter(2.8, "", "they want the bargain")
    page: tuple[float, float] = parameter((0.35, 0.2), "relative", "the new page, first month")
    lasts: float = parameter(0.35, "share", "left of page and programme once rivals have the same")
    copied: float = parameter(0.72, "a month", "how fast the rest goes")
    page_upkeep: float = parameter(12_000.0, "yuan a month", "pictures, reviews, answers")
    # Who returns, by months since the last order
    drinkers: tuple[float, ...] = parameter(
        (0.46, 0.28, 0.12, 0.02), "orders a month", "a box lasts five weeks or so"
    )
    hunters: tuple[float, ...] = parameter(
        (0.05, 0.035, 0.02, 0.005), "orders a month", "they came for the price"
    )
    message: float = parameter(0.12, "relative", "what a message adds to the chance of an order")
    coupon: float = parameter(0.3, "relative", "what its first ten yuan add to that")
    asleep: tuple[float, ...] = parameter(
        (0.0, 0.6, 1.3, 1.6), "factor", "the longer the silence, the more a message adds"
    )
    message_cost: float = parameter(0.3, "yuan", "a message and the hand that writes it")
    redeemed: float = parameter(0.85, "share", "of orders after a message that use the coupon")
    tired: float = parameter(0.85, "share", "of the effect is lost on who is always written to")
    tiring: float = parameter(0.3, "a month", "how fast that comes")
    reward: float = parameter(0.42, "relative", "lift by a reward of a tenth of what is spent")
    far: float = parameter(0.75, "share of it", "at the threshold of 400 yuan")
    joining: float = parameter(0.3, "a month", "of those who will join and have not yet")
    joins: tuple[float, float] = parameter((0.55, 0.25), "share", "join in the end")
    claimed: float = parameter(0.8, "share", "of the rewards that are used")
    programme: float = parameter(14_000.0, "yuan a month", "software and a person")
    # What nobody announces
    change: str = parameter("search", "", "what changes for the worse")
    change_month: int = parameter(6, "months are over", "before it does")
    change_size: float = parameter(1.6, "factor", "a click's price; or messages reach 1 in 1.6")
    # Luck
    luck: float = parameter(0.06, "relative", "a month's luck of each link, standard deviation")
    seed: int = parameter(0, "", "fixes every draw")


class Year(NamedTuple):
    """Twelve months of each policy: money in yuan, people as counts. The axis before last is time.

    `ledger` has the columns of `LEDGER`. `first` and `later` are orders by type (tea drinkers,
    bargain hunters), `stock` the customers at the end of each month by type and silence, with
    their orders of the month in `orders`.
    """

    ledger: Array
    first: Array
    later: Array
    stock: Array
    orders: Array
    clicks: Array  # of search and social ads
    visits: Array  # by type
    messages: Array
    messaged_orders: Array
    member_orders: Array
    members: Array

    @property
    def contribution(self) -> Array:
        """What each month leaves, yuan."""
        return np.asarray(self.ledger.sum(axis=-1))


def class_number(code: str) -> int:
    """The number that stands for a class's code, whatever its capitals and spaces."""
    return zlib.crc32("".join(code.split()).casefold().encode()) % (1 << 20)


@cache
def world_of(number: int) -> World:
    """The world of a class: another class has another one.

    What differs is what decides: how far price, ads, page, recall and membership carry, and what
    changes for the worse, and when.
    """
    rng = np.random.default_rng([number, VERSION])
    base = World()
    drawn: dict[str, Any] = {
        name: getattr(base, name) * float(np.exp(size * rng.standard_normal()))
        for name, size in SPREAD.items()
    }
    lift = float(rng.normal(0.25, 0.25))
    return replace(
        base,
        **drawn,
        coming=float(rng.uniform(0.2, 0.7)),
        social_drinkers=float(rng.uniform(0.1, 0.35)),
        page=(lift, lift * float(rng.uniform(0.2, 1.0))),
        lasts=float(rng.uniform(0.3, 0.65)),
        change=CHANGES[int(rng.integers(len(CHANGES)))],
        change_month=int(rng.integers(4, 9)),
        change_size=float(rng.uniform(1.4, 1.9)),
        seed=number,
    )


# Customers ----------------------------------------------------------------------------------


@cache
def customer_value(world: World) -> Array:
    """What a customer will still bring if nothing is done for them, yuan, by type and silence.

    The margins of later orders in normal months, each month of waiting at a discount:
    V = q (margin + βV₁) + (1 − q) βV₊, as linear equations.
    """
    margin = world.basket * (1 - world.fee) - world.goods_later
    values = []
    for rates in (world.drinkers, world.hunters):
        q = np.array(rates)
        moves = np.zeros((SILENT, SILENT))
        moves[:, 0] += q
        moves[np.arange(SILENT), np.minimum(np.arange(SILENT) + 1, SILENT - 1)] += 1 - q
        values.append(np.linalg.solve(np.eye(SILENT) - world.discount * moves, q * margin))
    return np.array(values)


@cache
def start_stock(world: World) -> Array:
    """The customers on 1 January by type and silence: two years like the last one leave them so."""
    calm = replace(world, change_size=1.0, months=MONTHS)
    plan = planned(calm, np.tile(LAST_YEAR, (MONTHS, 1)), no_research(calm))
    won = (plan.visits * plan.conversion).mean(axis=0)
    q, stock = np.array([world.drinkers, world.hunters]), np.zeros((2, SILENT))
    for _ in range(24):
        again, silent = (stock * q).sum(axis=1), stock * (1 - q)
        stock = np.column_stack([won + again, silent[:, :2], silent[:, 2] + silent[:, 3]])
    return stock


# From dials to months -----------------------------------------------------------------------


class _Options(NamedTuple):
    """What stands ready for each option of a dial, and for each month."""

    sent: Array  # of each recall: to whom, by silence
    uplift: Array
    coupon: Array
    joins: Array  # of each membership: who joins in the end, by type
    lift: Array
    given: Array  # yuan of reward an order
    season: Array
    click_price: Array  # of search and social ads, by month
    reach: Array
    remembered: dict[str, Array]  # by what: how much of each month counts in each later one
    left: dict[str, Array]  # by what: how much of last year


@cache
def _options(world: World) -> _Options:
    recalls = [recall or (10_000, 0) for recall in RECALLS]
    coupon = np.array([yuan for _, yuan in recalls], float)
    sent = np.array([[30 * month >= days for month in range(SILENT)] for days, _ in recalls], float)
    strength = world.message + world.coupon * np.sqrt(coupon / 10)
    programmes = [programme or (200, 0) for programme in MEMBERSHIPS]
    share = np.array([reward / threshold for threshold, reward in programmes])
    near = np.array([1.0 if threshold == 200 else world.far for threshold, _ in programmes])
    month = np.arange(world.months)
    lag = month[:, None] - month
    changed = np.where(month >= world.change_month, world.change_size, 1.0)
    auction = np.resize(AUCTION, world.months)
    kept = {
        "carry": world.carry_over, "bids": 0.6, "tiring": 1 - world.tiring,
        "joining": 1 - world.joining,
    }  # fmt: skip
    return _Options(
        sent=sent,
        uplift=sent * strength[:, None] * np.array(world.asleep),
        coupon=coupon[:, None],
        joins=(share > 0)[:, None] * near[:, None] * np.array(world.joins),
        lift=world.reward * np.sqrt(10 * share) * near,
        given=world.claimed * world.basket * share,
        season=np.resize(SEASON, world.months),
        click_price=np.stack(
            [auction * (changed if world.change == each else 1) for each in ("search", "social")]
        ),
        reach=1 / changed if world.change == "messages" else np.ones(world.months),
        remembered={
            name: np.where(lag >= 0, (1 - share) * share ** np.maximum(lag, 0), 0.0).T
            for name, share in kept.items()
        },
        left={name: share ** (month + 1.0) for name, share in kept.items()},
    )


class Plan(NamedTuple):
    """What follows from dials and tests alone, by policy and month."""

    clicks: Array  # of search and social ads
    visits: Array  # by type
    conversion: Array  # orders a visit, by type
    paid: Array  # yuan that an order pays, by type
    later: Array  # orders a customer, by type and silence
    messages: Array  # a customer, by silence
    messaged: Array  # share of later orders that follow a message, by silence
    coupons: Array  # yuan a later order, by silence
    members: Array  # share of each type
    of_members: Array  # share of later orders, by type
    rewards: Array  # yuan an order of a member
    settled: Array  # the ledger's columns that the dials settle


def no_research(world: World) -> Array:
    """A year without tests: months × tests, zero where none runs, else its share."""
    return np.zeros((world.months, len(TESTS)))


def clicks_of(world: World, policy: Array, testing: Array) -> Array:
    """Clicks of search and social ads: saturating, carried over, and against rivals' bids."""
    given = _options(world)
    found = []
    for dial, (most, half) in enumerate(
        ((world.search_clicks, world.search_half), (world.social_clicks, world.social_half))
    ):
        spend = policy[..., dial]
        habit = spend @ given.remembered["bids"] + given.left["bids"] * world.usual
        bids = ((habit + 0.2 * world.usual) / (1.2 * world.usual)) ** world.bidding
        half = half * bids * given.click_price[dial]
        now, earlier = spend, np.zeros_like(spend)
        if dial == SOCIAL:
            now = (1 - world.carry_over) * spend
            works = spend @ given.remembered["carry"] + given.left["carry"] * world.usual
            earlier = works - now
        works = earlier + now
        clicks = works / (half + works)
        if testing.any():
            arms = [(earlier + arm * now) / (half + earlier + arm * now) for arm in SPEND_ARMS]
            clicks = clicks + testing * (sum(arms) / len(arms) - clicks)
        found.append(most * clicks)
    return np.stack(found, axis=-1) * np.sqrt(given.season)[:, None]


def _visits(world: World, clicks: Array) -> Array:
    """Visits by type: those who come by themselves, and those whom ads bring on top."""
    own = world.organic * _options(world).season
    added = clicks * (1 - world.coming, 1)
    drinkers = own * world.organic_drinkers + added @ (world.search_drinkers, world.social_drinkers)
    return np.stack([drinkers, own + added.sum(axis=-1) - drinkers], axis=-1)


def _novelty(world: World, live: Array) -> Array:
    """What rivals have left of the advantage of a thing that has been live in these months."""
    age = np.maximum(np.cumsum(live, axis=-1) - 1, 0)
    return np.asarray(world.lasts + (1 - world.lasts) * world.copied**age)


def _buying(world: World, policy: Array, research: Array) -> tuple[Array, Array, Array]:
    """Orders a visit and what an order pays, by type; and whether the new page is kept up."""
    page, tested = policy[..., PAGE], research[..., TESTS.index("page")]
    shown = page + tested * (1 - 2 * page)
    live = shown > 0
    fresh = _novelty(world, page > 0)
    at_59 = np.sqrt(_options(world).season)[:, None] * world.conversion
    at_59 = at_59 * (1 + (shown * fresh)[..., None] * world.page)
    elasticity = np.array([world.drinkers_elasticity, world.hunters_elasticity])
    price = policy[..., PRICE, None]
    wanted = np.exp(-elasticity * (price / 59 - 1))
    paid = price + 0 * wanted
    testing = research[..., TESTS.index("price"), None]
    if testing.any():
        arms = np.exp(-elasticity * (np.array(PRICE_ARMS)[:, None] / 59 - 1))
        sales = wanted * paid
        sales = sales + testing * (np.array(PRICE_ARMS) @ arms / len(PRICE_ARMS) - sales)
        wanted = wanted + testing * (arms.mean(axis=0) - wanted)
        paid = sales / wanted
    return at_59 * wanted, paid, live


def _recalled(world: World, policy: Array, testing: Array) -> tuple[Array, Array, Array, Array]:
    """Of each silence: messages, the factor on orders, the share after a message, coupons."""
    given = _options(world)
    recall = policy[..., RECALL].astype(int)
    kinds = (given.sent, given.uplift, given.coupon * given.sent, given.coupon * given.uplift)
    sent, uplift, coupon, extra = (kind[recall] for kind in kinds)
    if testing.any():
        arms = [kind[list(RECALL_ARMS)].mean(axis=0) for kind in kinds]
        sent, uplift, coupon, extra = (
            kind + testing[..., None] * (arm - kind)
            for arm, kind in zip(arms, (sent, uplift, coupon, extra), strict=True)
        )
    fresh = 1 - world.tired * (sent.mean(axis=-1) @ given.remembered["tiring"])[..., None]
    reach = given.reach[:, None]
    more = 1 + reach * fresh * uplift
    messaged = reach * (sent + fresh * uplift) / more
    return reach * sent, more, messaged, world.redeemed * reach * (coupon + fresh * extra) / more


def _joined(world: World, policy: Array, testing: Array) -> tuple[Array, Array, Array, Array]:
    """By type: members, the factor on orders, members' share of them; and the reward an order."""
    given = _options(world)
    membership = policy[..., MEMBERSHIP].astype(int)
    runs = (membership > 0)[..., None]
    fresh = _novelty(world, membership > 0)  # of a test, rivals hear nothing
    joins = given.joins[membership]
    members = runs * np.swapaxes(np.swapaxes(joins, -1, -2) @ given.remembered["joining"], -1, -2)
    if testing.any():
        where = ((testing > 0) & (membership == 0))[..., None]
        members = np.where(where, testing[..., None] * given.joins[INVITED_TO], members)
        membership = np.where(where[..., 0], INVITED_TO, membership)
    lift = (given.lift[membership] * fresh)[..., None]
    more = 1 + members * lift
    return members, more, members * (1 + lift) / more, given.given[membership]


def planned(world: World, policy: Array, research: Array) -> Plan:
    """What follows from the dials and tests of each policy, before a customer is counted."""
    clicks = clicks_of(world, policy, research[..., TESTS.index("switch_off")])
    conversion, paid, live = _buying(world, policy, research)
    messages, called, messaged, coupons = _recalled(
        world, policy, research[..., TESTS.index("recall")]
    )
    members, joined, of_members, rewards = _joined(
        world, policy, research[..., TESTS.index("membership")]
    )
    base = np.array([world.drinkers, world.hunters])
    season = _options(world).season[:, None, None] ** 0.7
    settled = np.zeros((*policy.shape[:-1], len(LEDGER)))
    settled[..., 6:8] = -policy[..., :2]
    settled[..., 9] = -world.page_upkeep * live
    settled[..., 10] = -world.programme * (policy[..., MEMBERSHIP] > 0)
    settled[..., 11] = -((research > 0) @ np.array(TEST_PRICES, float))
    return Plan(
        clicks=clicks,
        visits=_visits(world, clicks),
        conversion=conversion,
        paid=paid,
        later=base * season * joined[..., None] * called[..., None, :],
        messages=messages,
        messaged=messaged,
        coupons=coupons,
        members=members,
        of_members=of_members,
        rewards=rewards,
        settled=settled,
    )


# The months ---------------------------------------------------------------------------------


def expected(world: World, policy: Array, research: Array | None = None) -> Year:
    """Each policy's year without luck: (…, months, dials), with tests (…, months, tests)."""
    return _walked(world, *_both(world, policy, research), luck=None)


def realised(
    world: World,
    policy: Array,
    research: Array | None = None,
    luck: Mapping[str, Array] | None = None,
) -> Year:
    """Each policy's year with luck, in whole people and whole yuan: the class's own by default."""
    return _walked(world, *_both(world, policy, research), luck=luck or luck_of(world))


def luck_of(world: World, years: int | None = None) -> dict[str, Array]:
    """The luck of each month and link, as standard normal numbers: (…, months, streams).

    It hangs on the class, the month and the link alone: who does the same sees the same, and what
    one link does moves no other link's luck. `years` draws so many years beside the class's own.
    """
    drawn = {}
    for place, (link, streams) in enumerate(LUCK.items()):
        shape = (2, streams) if years is None else (years, 2, streams)
        months = [
            np.random.default_rng([world.seed, month, place, years or 0]).standard_normal(shape)
            for month in range(world.months)
        ]
        drawn[link] = np.moveaxis(np.array(months), 0, -3)
    return drawn


def _both(world: World, policy: Array, research: Array | None) -> tuple[Array, Array]:
    policy = np.asarray(policy, float)
    return policy, no_research(world) if research is None else np.asarray(research, float)


def _with_luck(world: World, mean: Array, luck: Array) -> Array:
    """A count: the month's luck, and the luck of so many single people; `luck` has both."""
    month, single = (
        luck[..., which, :].reshape(*luck.shape[:-2], *_tail(luck, mean)) for which in (0, 1)
    )
    shifted = mean * np.exp(world.luck * month - world.luck**2 / 2)
    return np.maximum(np.rint(shifted + np.sqrt(shifted) * single), 0)


def _tail(luck: Array, mean: Array) -> tuple[int, ...]:
    """The streams of a luck in the shape of the counts that they belong to."""
    return mean.shape[-1:] if luck.shape[-1] == mean.shape[-1] else mean.shape[-2:]


def _walked(world: World, policy: Array, research: Array, luck: Mapping[str, Array] | None) -> Year:
    plan = planned(world, policy, research)
    clicks, visits = plan.clicks, plan.visits
    if luck is not None:
        came = np.concatenate([clicks, visits.sum(axis=-1, keepdims=True)], axis=-1)
        lucky = _with_luck(world, came, luck["traffic"])
        clicks = lucky[..., :2]
        visits = visits * (lucky[..., 2:] / came[..., 2:])
    wanted = visits * plan.conversion
    later = plan.later
    stock = np.zeros((*policy.shape[:-2], 2, SILENT)) + start_stock(world)
    if luck is not None:
        stock = np.rint(stock)
    won: Any = 0.0
    firsts, stocks, orders = [], [], []
    for month in range(world.months):
        first = wanted[..., month, :] * (1 - np.asarray(won)[..., None] / world.market)
        again = stock * later[..., month, :, :]
        if luck is not None:
            first = _with_luck(world, first, luck["page"][..., month, :, :])
            mine = luck["recall"][..., month, :, :]
            again = np.minimum(_with_luck(world, again, mine), stock)
        won = won + first.sum(axis=-1)
        silent = stock - again
        stock = np.empty_like(silent)
        stock[..., 0] = first + again.sum(axis=-1)
        stock[..., 1:] = silent[..., :3]
        stock[..., 3] += silent[..., 3]
        firsts.append(first)
        orders.append(again)
        stocks.append(stock)
    axis = policy.ndim - 2
    first, again, stock = (np.stack(parts, axis=axis) for parts in (firsts, orders, stocks))
    return _accounted(world, plan, clicks, visits, first, again, stock, whole=luck is not None)


def _accounted(
    world: World,
    plan: Plan,
    clicks: Array,
    visits: Array,
    first: Array,
    orders: Array,
    stock: Array,
    *,
    whole: bool,
) -> Year:
    """The ledger of the months, from what happened in them."""
    before = np.empty_like(stock)
    before[..., 1:, :, :] = stock[..., :-1, :, :]
    before[..., 0, :, :] = start_stock(world)
    by_type, by_silence = orders.sum(axis=-1), orders.sum(axis=-2)
    messages = (before.sum(axis=-2) * plan.messages).sum(axis=-1)
    messaged = (by_silence * plan.messaged).sum(axis=-1)
    of_members = (by_type * plan.of_members).sum(axis=-1)
    later = by_type.sum(axis=-1)
    ledger = np.array(np.broadcast_to(plan.settled, (*later.shape, len(LEDGER))))
    ledger[..., 0] = (first * plan.paid).sum(axis=-1)
    ledger[..., 1] = world.basket * later
    ledger[..., 2] = -world.goods_first * first.sum(axis=-1) - world.goods_later * later
    ledger[..., 4] = -(by_silence * plan.coupons).sum(axis=-1)
    ledger[..., 5] = -of_members * plan.rewards
    ledger[..., 3] = -world.fee * (
        ledger[..., 0] + ledger[..., 1] + ledger[..., 4] + ledger[..., 5]
    )
    ledger[..., 8] = -world.message_cost * messages
    members = (stock.sum(axis=-1) * plan.members).sum(axis=-1)
    counts = [clicks, visits, messages, messaged, of_members, members]
    if whole:
        ledger = np.rint(ledger)
        counts = [np.rint(count) for count in counts]
    return Year(ledger, first, by_type, stock, orders, *counts)


def value(world: World, year: Year) -> Array:
    """A year's worth, yuan: what its months leave, and what the customers left will still bring."""
    return np.asarray(path(world, year)[..., -1])


def path(world: World, year: Year) -> Array:
    """A year's worth month by month: the money so far, and what the customers will still bring."""
    customers = (year.stock * customer_value(world)).sum(axis=(-1, -2))
    return np.asarray(year.contribution.cumsum(axis=-1) + customers)


def worth(world: World, policy: Array, research: Array | None = None) -> Array:
    """What policies are worth without luck, yuan."""
    return value(world, expected(world, policy, research))
