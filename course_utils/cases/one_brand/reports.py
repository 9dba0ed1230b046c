"""What the brand's dashboards say of the months so far: free, and each misleads somewhere.

They are those of chapters 1 to 5. The ads' report counts each order of who clicked; the page's
compares months; the recall's counts whoever ordered after a message; the members' compares members
with others. None of them knows what would have happened otherwise.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property

import numpy as np
import pandas as pd

from course_utils.cases.one_brand.dials import Month, as_policy
from course_utils.cases.one_brand.year import (
    LEDGER,
    PAGE,
    PAGES,
    PRICE,
    Array,
    Plan,
    World,
    Year,
    luck_of,
    planned,
    realised,
    start_stock,
)

SILENT_DAYS = ("under 30", "30 to 59", "60 to 89", "90 or more")
REPORTS = ("shop", "ledger", "ads", "page", "recall", "members", "customers")


@dataclass(frozen=True)
class Played:
    """The months that have been run in a world, and what came of them."""

    world: World
    months: tuple[Month, ...] = ()

    @cached_property
    def _arrays(self) -> tuple[Array, Array]:
        return as_policy(self.months, self.world)

    @property
    def policy(self) -> Array:
        """The dials of twelve months; those to come stand as the last one."""
        return self._arrays[0]

    @property
    def research(self) -> Array:
        """The tests of twelve months."""
        return self._arrays[1]

    @cached_property
    def year(self) -> Year:
        """The year with its luck. Only the months that were run may be shown."""
        return realised(self.world, self.policy, self.research)

    @cached_property
    def plan(self) -> Plan:
        """What followed from the dials."""
        return planned(self.world, self.policy, self.research)

    @property
    def cash(self) -> int:
        """Yuan in the bank."""
        earned = self.year.contribution[: len(self.months)].sum()
        return int(self.world.cash + earned)

    def then(self, month: Month) -> "Played":
        """One month further."""
        return replace(self, months=(*self.months, month))


def report(played: Played, name: str) -> pd.DataFrame:
    """One of the free reports, a row a month or more. The names are `REPORTS`."""
    makers = dict(
        zip(REPORTS, (_shop, _ledger, _ads, _page, _recall, _members, _customers), strict=True)
    )
    return makers[name](played, len(played.months))


@cache
def last_year(world: World, name: str) -> pd.DataFrame:
    """A report of last year, in which the dials stood as they stand on 1 January."""
    calm = replace(world, change_size=1.0)
    played = Played(calm, (Month(),) * world.months)
    luck = {link: draws[0] for link, draws in luck_of(calm, 1).items()}
    policy, research = as_policy(played.months, calm)
    played.__dict__["year"] = realised(calm, policy, research, luck)
    return report(played, name)


def _numbers(months: int) -> Array:
    return np.arange(1, months + 1)


def _shop(played: Played, months: int) -> pd.DataFrame:
    year = played.year
    first, later = (each.sum(axis=-1)[:months] for each in (year.first, year.later))
    paid = year.ledger[:months, :2].sum(axis=-1) + year.ledger[:months, 4:6].sum(axis=-1)
    return _whole(
        month=_numbers(months),
        visits=year.visits.sum(axis=-1)[:months],
        price=played.policy[:months, PRICE],
        first_orders=first,
        later_orders=later,
        sales=paid,
        contribution=year.contribution[:months],
        customers=year.stock.sum(axis=(-1, -2))[:months],
        cash=played.world.cash + year.contribution[:months].cumsum(),
    )


def _ledger(played: Played, months: int) -> pd.DataFrame:
    table = pd.DataFrame(played.year.ledger[:months].astype(int), columns=list(LEDGER))
    table["contribution"] = table.sum(axis=1)
    table.insert(0, "month", _numbers(months))
    return table


def _ads(played: Played, months: int) -> pd.DataFrame:
    """Last click: every order of who clicked is the ad's, coming or not."""
    world, plan, year = played.world, played.plan, played.year
    drinkers = np.array([world.search_drinkers, world.social_drinkers])
    tables = []
    for place, channel in enumerate(("search", "social")):
        mix = np.array([drinkers[place], 1 - drinkers[place]])
        fresh = 1 - np.cumsum(year.first.sum(axis=-1)) / world.market
        clicks = year.clicks[:months, place]
        orders = np.rint(clicks * (plan.conversion[:months] @ mix) * fresh[:months])
        spend = played.policy[:months, place]
        table = _whole(month=_numbers(months), spend=spend, clicks=clicks, orders=orders)
        table.insert(1, "channel", channel)
        table["sales"] = (orders * plan.paid[:months].mean(axis=-1)).round().astype(int)
        table["roi"] = (table["sales"] / table["spend"].replace(0, np.nan)).round(2)
        tables.append(table)
    return pd.concat(tables).sort_values(["month", "channel"], ignore_index=True)


def _page(played: Played, months: int) -> pd.DataFrame:
    """Before and after: each month's conversion, beside the last one on the other page."""
    year = played.year
    visits = year.visits.sum(axis=-1)[:months]
    orders = year.first.sum(axis=-1)[:months]
    table = _whole(month=_numbers(months), visits=visits, first_orders=orders)
    table.insert(1, "page", [PAGES[int(page)] for page in played.policy[:months, PAGE]])
    table["conversion"] = (100 * orders / visits).round(2)
    return table


def _recall(played: Played, months: int) -> pd.DataFrame:
    """Whoever orders after a message has been recalled by it."""
    year = played.year
    messages, orders = year.messages[:months], year.messaged_orders[:months]
    table = _whole(month=_numbers(months), messages=messages, orders_after=orders)
    with np.errstate(invalid="ignore", divide="ignore"):
        table["recalled"] = (100 * orders / messages).round(1)
        cost = -year.ledger[:months, 4] - year.ledger[:months, 8]
        table["roi"] = (orders * played.world.basket / cost).round(1)
    return table.replace([np.inf, -np.inf], np.nan)


def _members(played: Played, months: int) -> pd.DataFrame:
    """Members beside others, who are other people."""
    year = played.year
    members, orders = year.members[:months], year.member_orders[:months]
    everybody = year.stock.sum(axis=(-1, -2))[:months]
    others = year.later.sum(axis=-1)[:months] - orders
    table = _whole(month=_numbers(months), members=members)
    with np.errstate(invalid="ignore", divide="ignore"):
        table["orders_a_member"] = (orders / members).round(3)
        table["orders_an_other"] = (others / (everybody - members)).round(3)
        table["lead"] = (table["orders_a_member"] / table["orders_an_other"]).round(1)
    return table.replace([np.inf, -np.inf], np.nan)


def _customers(played: Played, months: int) -> pd.DataFrame:
    """The customers at the start of a month by their silence, and how many of them ordered."""
    year = played.year
    start = np.rint(start_stock(played.world))[None]
    before = np.concatenate([start, year.stock])[:months].sum(axis=-2)
    orders = year.orders[:months].sum(axis=-2)
    return pd.DataFrame(
        {
            "month": np.repeat(_numbers(months), len(SILENT_DAYS)),
            "silent_days": list(SILENT_DAYS) * months,
            "customers": before.ravel().astype(int),
            "orders": orders.ravel().astype(int),
        }
    )


def _whole(**columns: Sequence[float] | Array) -> pd.DataFrame:
    return pd.DataFrame({name: np.rint(values).astype(int) for name, values in columns.items()})
