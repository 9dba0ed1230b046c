"""A figure of an audit: a number that says what it is, how sure it is, and what remains open."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from course_utils.analysis import Estimate, ratio_of_sums
from course_utils.errors import InputError
from course_utils.shop import words
from course_utils.shop.reading import Shop

LEVEL = 0.90


@dataclass(frozen=True)
class Figure:
    """A number with its interval, 90%, in `unit`: share, money, count or days.

    `low` and `high` are nan where the number is a plain count of the files; `number` is of how many
    orders or buyers it speaks, `first` to `last` of which days; `doubt` says what remains open.
    """

    key: str
    value: float
    number: int
    first: pd.Timestamp
    last: pd.Timestamp
    low: float = math.nan
    high: float = math.nan
    unit: str = "share"
    counted: str = "orders"
    doubt: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What it is called."""
        return str(words.figures[self.key]["name"]).format(**self.details)

    @property
    def definition(self) -> str:
        """How it is counted."""
        return str(words.figures[self.key]["definition"]).format(**self.details)

    @property
    def amount(self) -> str:
        """The number in words, with its interval."""
        shown = written(self.value, self.unit)
        if math.isnan(self.low):
            return shown
        ends = (written(end, self.unit) for end in (self.low, self.high))
        return str(words.with_interval.format(shown, *ends))


def written(value: float, unit: str) -> str:
    """A number of a unit, as a person writes it."""
    return str(words.units[unit].format(100 * value if unit == "share" else value))


@dataclass(frozen=True)
class Sales:
    """A shop's orders as the audits take them; days are calendar days of the shop's clock."""

    shop: Shop

    @cached_property
    def orders(self) -> pd.DataFrame:
        """All orders, with `one` an order, the `day`, and `net` of refunds where they are told."""
        orders = self.shop.orders
        net = orders["paid"] - orders["refund"] if "refund" in orders else orders["paid"]
        return orders.assign(one=1.0, day=orders["time"].dt.normalize(), net=net)

    @cached_property
    def known(self) -> pd.DataFrame:
        """The orders whose buyer is known, the buyers as whole numbers, which count faster."""
        known = self.orders.dropna(subset=["buyer"])
        return known.assign(buyer=pd.factorize(known["buyer"])[0])

    @cached_property
    def first(self) -> pd.Timestamp:
        """The first day."""
        return pd.Timestamp(self.orders["day"].min())

    @cached_property
    def last(self) -> pd.Timestamp:
        """The last day."""
        return pd.Timestamp(self.orders["day"].max())

    @property
    def days(self) -> int:
        """How many days the orders span."""
        return (self.last - self.first).days + 1

    def figure(self, key: str, found: float | Estimate, number: int, **more: Any) -> Figure:
        """A figure of the whole period, unless `first` and `last` say otherwise."""
        period = {"first": self.first, "last": self.last, **more}
        if isinstance(found, Estimate):
            low, high = found.low, found.high
            if more.get("unit", "share") == "share":  # the normal interval knows no ends
                low, high = max(low, 0.0), min(high, 1.0)
            return Figure(key, found.value, number, low=low, high=high, **period)
        return Figure(key, found, number, **period)


def ratio(frame: pd.DataFrame, top: str, bottom: str) -> Estimate:
    """The ratio of two sums with its interval; raise `InputError` where there is too little."""
    if len(frame) < 2 or frame[bottom].sum() <= 0:
        raise InputError(words.too_few)
    return ratio_of_sums(frame, top, bottom, confidence_level=LEVEL)


def share(count: int, of: int) -> Estimate:
    """A share of a count with Wilson's interval, as statsmodels has it."""
    from statsmodels.stats.proportion import proportion_confint

    if of < 2:
        raise InputError(words.too_few)
    low, high = proportion_confint(count, of, alpha=1 - LEVEL, method="wilson")
    return Estimate(count / of, float(low), float(high), LEVEL)
