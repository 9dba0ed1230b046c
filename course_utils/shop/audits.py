"""What a shop's files can carry, and the audits that they do."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pandas as pd

from course_utils.errors import InputError
from course_utils.shop import buyers, sales, words
from course_utils.shop.figures import Figure, Sales
from course_utils.shop.reading import Shop

LARGE_BUYER = 0.01  # of all orders, and at least as many as
MANY_ORDERS = 50

# Each audit with what the files must hold for it.
AUDITS: dict[str, tuple[str, Callable[[Sales], Iterable[Figure]]]] = {
    "paid": ("orders", sales.paid),
    "returns": ("refund", sales.returns),
    "not_paid": ("status", sales.not_paid),
    "discounts": ("discount", sales.discounts),
    "weekend": ("orders", sales.weekend),
    "festivals": ("orders", sales.festivals),
    "products": ("product", sales.products),
    "channels": ("channel", sales.channels),
    "repurchase": ("buyer", buyers.repurchase),
    "waits": ("buyer", buyers.waits),
    "best_fifth": ("buyer", buyers.best_fifth),
    "best_customers": ("buyer", buyers.best_customers),
    "forecast": ("buyer", buyers.forecast),
}
TABLES: dict[str, tuple[str, Callable[[Sales], pd.DataFrame]]] = {
    "months": ("orders", sales.months),
    "weekdays": ("orders", sales.weekdays),
    "cohorts": ("buyer", buyers.cohorts),
}


@dataclass(frozen=True)
class Audit:
    """The audit of a shop.

    Attributes
    ----------
    figures : list of Figure
        What the files can carry, each with its interval or its doubt.
    tables : dict of DataFrame
        By month, weekday and cohort.
    refused : dict of str
        By audit, why there is no figure, and the way out.
    notes : list of str
        What concerns all figures.
    """

    figures: list[Figure]
    tables: dict[str, pd.DataFrame]
    refused: dict[str, str]
    notes: list[str]

    def table(self) -> pd.DataFrame:
        """The figures as a table, a row for each."""
        rows = [
            (one.name, one.value, one.low, one.high, one.unit, one.number) for one in self.figures
        ]
        columns = ["figure", "value", "low", "high", "unit", "number"]
        return pd.DataFrame(rows, columns=columns)


def carries(shop: Shop) -> set[str]:
    """What a shop's files hold: orders, status, refund, discount, product, channel, buyer."""
    orders = shop.orders
    held = {"orders", "status"} if len(orders) else set()
    held |= {name for name in ("refund", "discount", "channel") if name in orders}
    if len(shop.lines):
        held.add("product")
    if "buyer" in orders and orders["buyer"].notna().any():
        held.add("buyer")
    return held


def audit_shop(shop: Shop, *, step: Callable[[], None] = lambda: None) -> Audit:
    """Audit a shop: every figure that its files can carry, and why not the others.

    `step` is called after each audit, so that a page can show how far it is.
    """
    held, taken = carries(shop), Sales(shop)
    figures: list[Figure] = []
    tables: dict[str, pd.DataFrame] = {}
    refused: dict[str, str] = {}
    for name, (needs, count) in AUDITS.items():
        if needs not in held:
            refused[name] = words.needs[needs if "orders" in held else "orders"]
            step()
            continue
        try:
            for figure in count(taken):
                figures.append(figure)  # noqa: PERF402 - what came before a refusal counts
        except InputError as error:
            refused[name] = str(error)
        step()
    for name, (needs, make) in TABLES.items():
        try:
            if needs in held:
                tables[name] = make(taken)
        except InputError as error:
            refused[name] = str(error)
    return Audit(figures, tables, refused, _notes(taken) if held else [])


def _notes(taken: Sales) -> list[str]:
    """What concerns all figures of buyers."""
    orders = taken.orders
    if "buyer" not in orders:
        return []
    notes = []
    missing = int(orders["buyer"].isna().sum())
    if missing:
        notes.append(words.without_buyer.format(missing=missing, all=len(orders)))
    counts = orders["buyer"].value_counts()
    most = int(counts.max()) if len(counts) else 0
    if most >= max(MANY_ORDERS, LARGE_BUYER * len(orders)):
        notes.append(words.one_buyer.format(most=most, all=len(orders)))
    return notes
