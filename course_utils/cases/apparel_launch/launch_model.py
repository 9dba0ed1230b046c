"""Twelve months of a launch, in many futures at once: what the planner and the decision share.

A future is one draw of all that a plan can't know: how well the line is liked, each month's luck,
and the months in which a platform changes its rules. The same futures serve every plan, so that
two plans differ by the plans alone.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
MONTHS = 12
WEEKS_A_MONTH = 52 / 12
NEVER = 13  # the month in which a plan opens no new channel
PINDUODUO, DOUYIN, STORE = range(3)
TEST_PRICES = (39.0, 59.0, 89.0)
LATER_MONTHS = 6  # for so long a customer's later orders count after the year's end


@dataclass(frozen=True)
class Plan:
    """What can be decided.

    `price` is the list price in yuan, `promotion` the percent taken off a first order,
    `pinduoduo` the percent of the advertising that goes there, the rest to Douyin. The new store
    `opens` in this month (13: never), once a month has sold `gate` thousand pieces, with
    `budget` thousand yuan of advertising a month. `dearer`: traffic gets dearer as it did.
    """

    price: int = 89
    promotion: int = 42
    pinduoduo: int = 55
    opens: int = NEVER
    budget: int = 120
    gate: int = 0
    dearer: bool = True


@dataclass(frozen=True)
class Market:
    """What a plan meets. An array's first axis is the channel: Pinduoduo, Douyin, the new store.

    `level`, `elasticity` and `cost_inflation` are of shape (3, futures or 1): log customers a week
    at 1 yuan of spend, percent more customers for 1% more, and the log by which the same spend
    brings fewer each week. `first_price` is what `level` was measured at, yuan a piece;
    `price_slope` the log by which a yuan less brings more customers. `comes_again` is the share
    of buyers at each of `TEST_PRICES` who order again. `reorder`: orders a customer and month,
    of customers won at `first_price[0]`.
    """

    advertising: Array  # yuan a month, both platforms together: 12
    level: Array
    elasticity: Array
    cost_inflation: Array
    first_price: Array
    price_slope: float
    comes_again: Array
    reorder: float
    pieces_an_order: float
    coupons: float  # what coupons leave of the list price
    returns_first: Array
    returns_later: Array
    goods: float
    shipping: float
    handling: float
    overhead: float
    cash: float
    store_setup: float
    store_month: float
    store_price: float  # of a first order there, times the list price
    store_ramp: float  # months
    store_data: float  # customers that make user data worth half of what they can be worth


class Futures(NamedTuple):
    """All that a plan can't know, 12 × 3 × futures: factors on new customers and later orders."""

    fortune: Array
    business: Array


class Years(NamedTuple):
    """What becomes of a plan: 12 × futures, money in yuan.

    A brand that ends a month without cash closes: from then on it sells and pays nothing.
    """

    pieces: Array
    gmv: Array
    net: Array
    profit: Array
    cash: Array
    new_customers: Array  # 12 × 3 × futures
    worth: Array  # of the six months after the year's end, less their fixed costs: futures
    is_open: NDArray[np.bool_]  # the new store, 12 × futures
    broke: NDArray[np.bool_]  # out of cash within the year, and closed for good: futures


def draw_futures(
    number: int,
    rng: np.random.Generator,
    *,
    liking: float = 0.25,
    luck: float = 0.06,
    shock_chance: float = 0.5,
    shock_months: int = 2,
    shock: float = 0.55,
) -> Futures:
    """Draw futures: `liking` of the line and monthly `luck` as logs, rule changes by platform.

    In a future a platform changes its rules with chance `shock_chance`; for `shock_months` its
    business is `shock` times what it would be.
    """
    month = np.arange(MONTHS)[:, None, None]
    liked = liking * rng.standard_normal((1, 1, number))
    lucky = luck * rng.standard_normal((MONTHS, 3, number))
    starts = rng.integers(0, MONTHS, (1, 3, number))
    hit = (month >= starts) & (month < starts + shock_months)
    hit &= rng.random((1, 3, number)) < shock_chance
    business = np.where(hit, shock, 1.0)
    return Futures(np.exp(liked + lucky) * business, business)


def grown_evenly(first: float, last: float) -> Array:
    """Twelve months' amounts that grow by the same factor each month."""
    return np.geomspace(first, last, MONTHS)


def live(plan: Plan, market: Market, futures: Futures) -> Years:
    """Live the plan's twelve months in every future."""
    prices = _prices(plan, market)
    reorder = market.reorder * _loyalty(plan, market, prices)
    customers = _customers(plan, market, futures, prices, reorder)
    return _money(plan, market, prices, reorder, customers)


class _Prices(NamedTuple):
    """Yuan a piece of a first order by channel, and of a later one."""

    first: Array
    later: float


def _prices(plan: Plan, market: Market) -> _Prices:
    off = 1 - plan.promotion / 100
    return _Prices(
        plan.price * np.array([off, off, market.store_price]), plan.price * market.coupons
    )


def _loyalty(plan: Plan, market: Market, prices: _Prices) -> Array:
    """How often customers order again, beside those of the first launch, channel by channel.

    Whom a low price draws comes again less often, and everyone does if the list price is high.
    """
    again, before = (
        np.interp(price, TEST_PRICES, market.comes_again)
        for price in (prices.first, market.first_price[PINDUODUO])
    )
    return again / before * np.exp(-market.price_slope * (plan.price - TEST_PRICES[-1]))


class _Customers(NamedTuple):
    """Who comes (12 × 3 × futures), orders again, is a customer at the end (3 × futures), and
    whether the store is open (12 × futures).
    """

    new: Array
    again: Array
    books: Array
    is_open: NDArray[np.bool_]


def _customers(
    plan: Plan, market: Market, futures: Futures, prices: _Prices, reorder: Array
) -> _Customers:
    new = _drawn(plan, market, prices) * futures.fortune
    again = np.empty_like(new)
    is_open = np.zeros((MONTHS, new.shape[-1]), bool)
    books = np.zeros(new.shape[1:])
    age = best = np.zeros(new.shape[-1])  # months that the store has been open; the best month
    for month in range(MONTHS):
        is_open[month] = (month + 1 >= plan.opens) & (best >= 1_000 * plan.gate)
        age = age + is_open[month]
        # User data from the other platforms tell the store whom to address.
        known = books.sum(axis=0) ** 2
        new[month, STORE] *= known / (known + market.store_data**2)
        new[month, STORE] *= 1 - np.exp(-age / market.store_ramp)
        again[month] = reorder[:, None] * books * futures.business[month]
        books = books + new[month]
        best = np.maximum(best, market.pieces_an_order * (new[month] + again[month]).sum(axis=0))
    return _Customers(new, again, books, is_open)


def _drawn(plan: Plan, market: Market, prices: _Prices) -> Array:
    """New customers that a month's spend draws in an ordinary month: 12 × 3 × futures or 1."""
    share = np.array([plan.pinduoduo, 100 - plan.pinduoduo]) / 100
    store = np.full((MONTHS, 1), 1_000.0 * plan.budget)
    spend = np.hstack([market.advertising[:, None] * share, store]) / WEEKS_A_MONTH
    week = WEEKS_A_MONTH * (np.arange(MONTHS) + 0.5) * plan.dearer
    price = -market.price_slope * (prices.first - market.first_price)
    return WEEKS_A_MONTH * np.exp(
        market.level
        + price[:, None]
        + market.elasticity * np.log(np.maximum(spend, 1.0))[..., None]
        - market.cost_inflation * week[:, None, None]
    )


def _money(
    plan: Plan, market: Market, prices: _Prices, reorder: Array, customers: _Customers
) -> Years:
    first = market.pieces_an_order * customers.new
    later = market.pieces_an_order * customers.again
    pieces = first.sum(axis=1) + later.sum(axis=1)
    stays_first, stays_later = 1 - market.returns_first, 1 - market.returns_later
    kept = stays_first @ first + stays_later @ later
    net = (stays_first * prices.first) @ first + prices.later * (stays_later @ later)
    goods = market.goods * kept + market.shipping * pieces + market.handling * (pieces - kept)
    opening = np.diff(customers.is_open, axis=0, prepend=False)
    monthly = market.store_month + 1_000 * plan.budget
    store = market.store_setup * opening + monthly * customers.is_open
    costs = goods + store + market.advertising[:, None] + market.overhead
    # The platforms pay half of a month's sales a month later.
    paid = (net + np.vstack([np.zeros_like(net[:1]), net[:-1]])) / 2
    cash = market.cash + (paid - costs).cumsum(axis=0)
    broken = np.maximum.accumulate(cash < 0, axis=0)
    lives = np.vstack([np.ones_like(broken[:1]), ~broken[:-1]])  # the month of ruin still counts
    earned = (reorder * _order_margin(market, prices.later)) @ customers.books
    fixed = market.overhead + market.store_month * customers.is_open[-1]
    return Years(
        pieces=pieces * lives,
        gmv=(prices.first @ first + prices.later * later.sum(axis=1)) * lives,
        net=net * lives,
        profit=(net - costs) * lives,
        cash=market.cash + ((paid - costs) * lives).cumsum(axis=0),
        new_customers=customers.new * lives[:, None],
        worth=LATER_MONTHS * (earned - fixed) * ~broken[-1],
        is_open=customers.is_open & lives,
        broke=broken[-1],
    )


def _order_margin(market: Market, later_price: float) -> Array:
    """What a later order leaves, yuan, channel by channel."""
    kept = 1 - market.returns_later
    piece = kept * (later_price - market.goods) - market.shipping - market.handling * (1 - kept)
    return market.pieces_an_order * piece
