"""Those beside whom a trainee is scored: each a written rule that sees what a trainee sees.

`play` gives a player the reports of the months so far and the tables of the tests that were
bought, never the world. The careful analyst is the fair bar; `best.py` is the ceiling.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from functools import cache, cached_property
from typing import Any

import numpy as np
import pandas as pd

from course_utils.cases.one_brand.best import LAST_YEAR, best_policy, steady
from course_utils.cases.one_brand.dials import Dials, Month, as_months, read_tests
from course_utils.cases.one_brand.reports import Played, last_year, report
from course_utils.cases.one_brand.research import result
from course_utils.cases.one_brand.year import (
    ADS_STEP,
    LINKS,
    MOST_ADS,
    TESTS,
    Array,
    World,
    worth,
)


@dataclass(frozen=True)
class Brief:
    """What the brief says in figures, as everybody knows it before the first month."""

    months: int
    basket: float
    goods_first: float
    goods_later: float
    fee: float
    discount: float
    page_upkeep: float
    message_cost: float
    redeemed: float
    claimed: float
    programme: float

    @classmethod
    def of(cls, world: World) -> "Brief":
        """The brief of a world."""
        return cls(*(getattr(world, field.name) for field in fields(cls)))

    @property
    def margin(self) -> float:
        """What a later order leaves, yuan."""
        return self.basket * (1 - self.fee) - self.goods_later


class Seen:
    """What a player sees at the beginning of a month."""

    def __init__(self, played: Played, notes: dict[str, Any] | None = None) -> None:
        self._played = played
        self.notes = {} if notes is None else notes  # a player's own, from month to month
        self.brief = Brief.of(played.world)
        self.month = len(played.months)  # that are over
        self.dials = played.months[-1].dials if played.months else Dials()

    def report(self, name: str) -> pd.DataFrame:
        """A free report of the months that are over."""
        return report(self._played, name)

    def last_year(self, name: str) -> pd.DataFrame:
        """The same report of last year."""
        return last_year(self._played.world, name)

    @cached_property
    def tests(self) -> dict[str, tuple[int, pd.DataFrame]]:
        """The last result of each test that was bought, and the month in which it ran, from 0."""
        kept: dict[tuple[str, int], pd.DataFrame] = self.notes.setdefault("tests", {})
        for month, chosen in enumerate(self._played.months):
            for test in chosen.tests:
                if (test, month) not in kept:
                    kept[test, month] = result(self._played, month, test)
        return {test: (month, table) for (test, month), table in kept.items()}


Player = Callable[[Seen], Month]


def play(world: World, player: Player) -> Played:
    """A player's year, with the luck of the world's own class and the money of its bank."""
    played = Played(world)
    notes: dict[str, Any] = {}
    for _ in range(world.months):
        month = player(Seen(played, notes))
        month = Month(month.dials, read_tests(month.tests, month.dials))
        played = played.then(_paid_for(month, played))
    return played


def _paid_for(month: Month, played: Played) -> Month:
    """The month with less for the larger channel, so that the bank can pay it in advance.

    Where even its upkeep is too much, nothing is kept up: a month that costs nothing always runs.
    """
    bank = max(played.cash, 0)
    while month.in_advance(played.world) > bank:
        if not month.dials.search + month.dials.social:
            return Month(month.dials.turned(page="old", membership=None))
        larger = max(("search", "social"), key=lambda name: getattr(month.dials, name))
        less = getattr(month.dials, larger) - ADS_STEP
        month = replace(month, dials=month.dials.turned(**{larger: less}))
    return month


# Those who follow a slide or a dashboard ------------------------------------------------------


def last_years(seen: Seen) -> Month:
    """Nothing is changed."""
    return Month(Dials())


def handout(seen: Seen) -> Month:
    """What five slides say: win them cheaply, advertise, the new page, recall, reward."""
    return Month(Dials(80_000, 120_000, 39, "new", (30, 10), (200, 20)))


def grow_orders(seen: Seen) -> Month:
    """Whatever brings orders."""
    return Month(Dials(160_000, 160_000, 29, "new", (30, 20), (200, 40)))


def cheapest(seen: Seen) -> Month:
    """Whatever costs nothing."""
    return Month(Dials(0, 0, 29, "old", None, None))


def last_click(seen: Seen) -> Month:
    """Whatever raises the ROI of the ads' report; what that report doesn't count isn't done.

    The budget of both channels stays, and each month 10,000 of it go to the better one. The new
    page and the low price stay, since both raise the orders of who clicks.
    """
    if not seen.month:
        return Month(Dials(page="new"))
    roi = seen.report("ads").tail(2).set_index("channel")["roi"]
    better, other = ("search", "social") if roi["search"] > roi["social"] else ("social", "search")
    moved = min(10_000, getattr(seen.dials, other))
    budget = {
        better: getattr(seen.dials, better) + moved,
        other: getattr(seen.dials, other) - moved,
    }
    return Month(seen.dials.turned(**budget))


DASHBOARDS: Mapping[str, Player] = {
    "last_click": last_click,
    "grow_orders": grow_orders,
    "cheapest": cheapest,
}


# The careful analyst --------------------------------------------------------------------------

PLAN: Mapping[int, tuple[str, ...]] = {
    0: ("price", "page"),
    1: ("recall", "membership"),
    2: ("switch_off",),
}
LATE = 0.85  # of a yuan is what a later order's yuan counts, on the average
TIRES = {30: 0.4, 60: 0.6, 90: 0.8}  # what is left of a message's effect: the more get it, the less
WEARS_OFF = 0.6  # of an advantage is what the analyst counts on: rivals copy it
FARTHEST = 2.5  # times the tested spend: no curve is trusted beyond
FEWEST = 4  # and below a quarter of it: what was seen last is too little to stop for good


def careful_analyst(seen: Seen) -> Month:
    """Tests each link once, in the first three months, and sets each dial by what its test found.

    1. Month 1: prices and pages. The price is the one whose visit earns most, the worth of the
       customers that it wins included. The new page stays if what it lasts for pays its upkeep.
    2. Month 2: the recall with a holdout, the membership by invitation. Each runs if what it adds,
       and not what comes anyway, pays for what it gives away.
    3. Month 3: ads off and twice in regions drawn by lot. Spend up to where the last yuan brings
       one yuan back; more in the months in which people buy, less where clicks are expensive.
    4. Later: when clicks get more expensive than last year's calendar explains, spend less.
    """
    dials = seen.dials.turned(price=45) if not seen.month else seen.dials
    if "price" in seen.tests:
        dials = dials.turned(price=_best_price(seen))
    if "page" in seen.tests:
        dials = dials.turned(page=_best_page(seen))
    if "recall" in seen.tests:
        dials = dials.turned(recall=_best_recall(seen))
    if "membership" in seen.tests:
        dials = dials.turned(membership=_best_membership(seen))
    if "switch_off" in seen.tests:
        dials = dials.turned(**_best_spend(seen))
    return Month(dials, PLAN.get(seen.month, ()))


def worth_of_a_new_customer(seen: Seen) -> float:
    """What last year's new customers brought later, yuan each.

    In a year like the others before it, later orders come from as many new customers as that year
    has: their number a new customer is what one orders later. What comes late counts less.
    """
    shop = seen.last_year("shop")
    later = shop["later_orders"].sum() / shop["first_orders"].sum()
    return float(later * seen.brief.margin * LATE)


def worth_by_silence(seen: Seen) -> Array:
    """What a customer will bring, yuan, by months of silence: chapter 4's rates as a chain."""
    customers = seen.report("customers")
    sums = customers.groupby("silent_days", sort=False)[["customers", "orders"]].sum()
    q = (sums["orders"] / sums["customers"]).to_numpy()
    moves = np.zeros((len(q), len(q)))
    moves[:, 0] = q
    moves[np.arange(4), [1, 2, 3, 3]] += 1 - q
    at_once = q * seen.brief.margin
    return np.linalg.solve(np.eye(len(q)) - seen.brief.discount * moves, at_once)


def _again(seen: Seen) -> float:
    """Who orders again within 30 days of an order, of last year's customers."""
    customers = seen.last_year("customers")
    fresh = customers[customers["silent_days"] == customers["silent_days"].iloc[0]]
    return float(fresh["orders"].sum() / fresh["customers"].sum())


def _again_of_new(seen: Seen) -> float:
    """Who orders again within 30 days of a first order at last year's price."""
    _, test = seen.tests["price"]
    usual = test.iloc[0]
    return float(usual["again_in_30_days"] / usual["orders"])


def _price_test(seen: Seen) -> pd.DataFrame:
    """The price test, with the rate of orders and the worth of a customer at each price."""
    if "price" not in seen.notes:
        _, test = seen.tests["price"]
        again = test["again_in_30_days"] / test["orders"]
        value = worth_of_a_new_customer(seen) * again / again.iloc[0]
        rate = test["orders"] / test["visitors"]
        seen.notes["price"] = test.assign(rate=rate, value=value).iloc[1:]
    table: pd.DataFrame = seen.notes["price"]
    return table


def _curves(seen: Seen) -> tuple[Array, Array, Array]:
    """Orders a visit, worth of a customer and of a visit, for every price from 35 to 79 yuan."""
    test = _price_test(seen)
    prices = np.arange(35, 80)
    log_rate = np.polyfit(test["price"], np.log(test["rate"]), 2)
    rate = np.exp(np.polyval(log_rate, prices))
    value = np.interp(prices, test["price"], test["value"])
    brief = seen.brief
    order = (1 - brief.fee) * prices - brief.goods_first + value
    return prices, order, rate * order


def _best_price(seen: Seen) -> int:
    prices, _, visit = _curves(seen)
    return int(prices[visit.argmax()])


def _order_worth(seen: Seen) -> float:
    """What a first order leaves at the price that is chosen, its customer's worth included."""
    _, order, visit = _curves(seen)
    return float(order[visit.argmax()])


def _best_page(seen: Seen) -> str:
    _, test = seen.tests["page"]
    rate = (test["orders"] / test["visitors"]).set_axis(test["page"])
    visits = seen.report("shop")["visits"].mean()
    gain = WEARS_OFF * (rate["new"] - rate["old"]) * visits * _order_worth(seen)
    return "new" if gain > seen.brief.page_upkeep else "old"


def _best_recall(seen: Seen) -> tuple[int, int] | None:
    """The rule whose extra orders, held against the holdout, pay for messages and coupons most."""
    _, test = seen.tests["recall"]
    customers = seen.report("customers").tail(4).set_index("silent_days")["customers"].to_numpy()
    back = [_back_worth(seen, silence) for silence in (1, 2, 3)]
    gains: dict[tuple[int, int] | None, float] = {None: 0.0}
    for coupon in (0, 10, 20):
        given = coupon * seen.brief.redeemed
        effects, costs = [0.0] * 3, [0.0] * 3
        for place, days in enumerate((30, 60, 90)):
            cell = test[test["silent_days"] == days].set_index("message")
            rate = cell["orders"] / cell["customers"]
            extra = rate[f"coupon {coupon}"] - rate["none"]
            effects[place] = extra * (back[place] - given) * customers[place + 1]
            costs[place] = (rate["none"] * given + seen.brief.message_cost) * customers[place + 1]
        for place, days in enumerate((30, 60, 90)):
            gains[days, coupon] = TIRES[days] * sum(effects[place:]) - sum(costs[place:])
    return max(gains, key=lambda rule: gains[rule])


def _back_worth(seen: Seen, silence: int) -> float:
    """What an extra order is worth: its margin, and a customer who is no longer silent."""
    back = worth_of_a_new_customer(seen) * _again(seen) / _again_of_new(seen)
    silent = worth_by_silence(seen)[min(silence + 1, 3)]
    return float(seen.brief.margin + seen.brief.discount * max(back - silent, 0))


def _best_membership(seen: Seen) -> tuple[int, int] | None:
    """The reward that pays best, by the tested one: twice of it brings 1.4 times the orders."""
    from course_utils.analysis import encouragement_effect  # only here: it is slow to import

    _, people = seen.tests["membership"]
    found = encouragement_effect(
        people, invited="invited", joined="joined", outcome="orders",
        controls=["ordered_last_month"],
    )  # fmt: skip
    invited = people[people["invited"] == 1]
    before = invited.loc[invited["joined"] == 1, "orders"].mean() - found.value
    members = invited["joined"].mean() * seen.report("shop")["customers"].iloc[-1]
    back = _back_worth(seen, 0)
    gains: dict[tuple[int, int] | None, float] = {None: 0.0}
    for reward in (10, 20, 40):
        extra = WEARS_OFF * found.value * np.sqrt(reward / 20)
        given = (before + extra) * seen.brief.claimed * seen.brief.basket * reward / 200
        gains[200, reward] = members * (extra * back - given) - seen.brief.programme
    return max(gains, key=lambda programme: gains[programme])


def _steps(seen: Seen, channel: str, outcome: str) -> tuple[float, float]:
    """What a yuan brings on the way from no spend to the tested one, and from it to twice of it."""
    from course_utils.analysis import incremental_roas  # only here: it is slow to import

    _, test = seen.tests["switch_off"]
    spend = test.pivot_table(index="region", columns="phase", values=channel)
    arm = (spend["test"] / spend["before"]).round()
    steps = []
    for pair in ((0, 1), (1, 2)):
        part = test[test["region"].isin(arm.index[arm.isin(pair)])]
        found = incremental_roas(
            part, region="region", phase="phase", outcome=outcome, spend=["search", "social"]
        )
        steps.append(float(found["roas"][channel]))
    return steps[0], steps[1]


def _response(seen: Seen, channel: str) -> tuple[float, float, float, float]:
    """Of a channel: most sales a month, spend for half of them, tested spend, second orders a sale.

    From what a region sells without, with and with twice the spend: s ↦ A s / (h + s) through the
    two steps. `incremental_roas` on the regions of two arms gives each step.
    """
    if channel in seen.notes:
        return seen.notes[channel]
    _, test = seen.tests["switch_off"]
    spend = float(test.loc[test["phase"] == "before", channel].sum())
    first, second = (max(step, 0.02) for step in _steps(seen, channel, "sales"))
    ratio = float(np.clip(second / first, 0.3, 0.85))
    half = 2 * ratio / (1 - ratio) * spend
    most = (first + second) * (half + 2 * spend) / 2
    again = sum(_steps(seen, channel, "again_in_30_days")) / (first + second)
    seen.notes[channel] = most, half, spend, max(again, 0.0)
    return seen.notes[channel]


def _best_spend(seen: Seen) -> dict[str, int]:
    """Each channel's spend at which its last yuan brings one yuan back."""
    month, _ = seen.tests["switch_off"]
    ads, before = seen.report("ads"), seen.last_year("ads")
    visits = seen.last_year("shop")["visits"]
    season = (visits / visits.median()).to_numpy()
    spends = {}
    for channel in ("search", "social"):
        most, half, tested, again = _response(seen, channel)
        last = before[before["channel"] == channel]
        usual = (last["spend"] / last["clicks"]).to_numpy()
        usual = usual / np.median(usual)
        mine = ads[ads["channel"] == channel]
        price_now = (mine["spend"] / mine["clicks"].clip(lower=1)).to_numpy() / usual[: len(mine)]
        full = half + mine["spend"].to_numpy()
        rise = (price_now / full) / (price_now[month] / full[month])
        lately = rise[max(month + 1, len(rise) - 2) :]
        dearer = float(lately.mean()) if len(lately) and lately.mean() > 1.15 else 1.0
        cost = dearer * usual[seen.month] / usual[month]
        sells = most * season[seen.month] / season[month] * _worth_of_sales(seen, again)
        spend = np.sqrt(max(sells * half * cost, 0)) - half * cost
        if channel == "social" and seen.month == seen.brief.months - 1:
            spend /= 2  # what December's ads sell in January is not counted
        spend = float(np.clip(spend, tested / FEWEST, min(FARTHEST * tested, MOST_ADS)))
        spends[channel] = int(ADS_STEP * round(spend / ADS_STEP))
    return spends


def _worth_of_sales(seen: Seen, again: float) -> float:
    """What a yuan of first sales leaves, with the worth of the customers who order again."""
    month, _ = seen.tests["switch_off"]
    price = seen.report("shop")["price"].iloc[month]
    brief = seen.brief
    value = again / _again_of_new(seen) * worth_of_a_new_customer(seen)
    return (1 - brief.fee) - brief.goods_first / price + value


# The five lines -------------------------------------------------------------------------------


@cache
def careful_year(world: World) -> Played:
    """The careful analyst's year in this world."""
    return play(world, careful_analyst)


@cache
def champion(world: World) -> tuple[str, Array]:
    """The link that brings most when it is moved alone, by who knows the world; and its policy."""
    policies = {link: best_policy(world, dials) for link, dials in LINKS.items()}
    link = max(policies, key=lambda link: float(worth(world, policies[link])))
    return link, policies[link]


def default_policy(world: World) -> Array:
    """Last year's dials in every month."""
    return steady(world, LAST_YEAR)


def as_played(world: World, policy: Array) -> Played:
    """A policy without tests, as if it had been played."""
    return Played(world, tuple(as_months(policy)))


assert set(TESTS) == {test for tests in PLAN.values() for test in tests}
