"""The audits that every export can carry, or that need one more column of it."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from course_utils.errors import InputError
from course_utils.shop import words
from course_utils.shop.figures import Figure, Sales, ratio, share, written
from course_utils.shop.reading import KEPT

SETTLED = 30  # days after which nearly all that comes back has come back
# First and last day, month and day, as the large platforms ran them in 2025.
FESTIVALS = ((513, 620), (1015, 1111))  # 618, Double 11
FEWEST_WEEKS = 4


def paid(sales: Sales) -> Iterator[Figure]:
    """How many orders were paid, what they came to, and what an order is worth."""
    orders = sales.orders
    yield sales.figure("orders", float(len(orders)), len(orders), unit="count")
    yield sales.figure("paid", float(orders["paid"].sum()), len(orders), unit="money")
    found = ratio(orders, "paid", "one")
    largest = float(orders["paid"].max() / orders["paid"].sum())
    doubt = words.doubts["largest_order"].format(share=written(largest, "share"))
    yield sales.figure("order_value", found, len(orders), unit="money", doubt=doubt)


def returns(sales: Sales) -> Iterator[Figure]:
    """What comes back, from orders that are old enough; and what the young ones leave open."""
    orders = sales.orders
    old = orders["day"] <= sales.last - pd.Timedelta(days=SETTLED)
    if not old.any():
        raise InputError(words.all_young.format(days=SETTLED))
    found = ratio(orders[old], "refund", "paid")
    until = pd.Timestamp(orders.loc[old, "day"].max())
    details = {"days": SETTLED}
    yield sales.figure("net", float(orders["net"].sum()), len(orders), unit="money",
                       doubt=words.doubts["young"].format(days=SETTLED))  # fmt: skip
    yield sales.figure("refund_share", found, int(old.sum()), last=until, details=details,
                       doubt=words.doubts["settled"].format(days=SETTLED))  # fmt: skip
    young = orders[~old]
    if len(young):
        open_amount = young["paid"].sum()
        low, high = (max(end, 0.0) * open_amount for end in (found.low, found.high))
        back = written(float(young["refund"].sum()), "money")
        yield sales.figure(
            "still_open", found.value * open_amount, len(young), low=low, high=high, unit="money",
            first=pd.Timestamp(young["day"].min()), details=details,
            doubt=words.doubts["still_open"].format(back=back),
        )  # fmt: skip


def not_paid(sales: Sales) -> Iterator[Figure]:
    """The rows that never became an order."""
    counts = sales.shop.ledger.groupby("reason")["rows"].sum()
    rows = {reason: int(counts.get(reason, 0)) for reason in (KEPT, "unpaid", "closed")}
    if not rows["unpaid"] + rows["closed"]:
        raise InputError(words.all_paid)
    total = sum(rows.values())
    for reason in ("unpaid", "closed"):
        yield sales.figure(f"{reason}_share", share(rows[reason], total), total, counted="rows",
                           doubt=words.doubts["dropped_rows"])  # fmt: skip


def discounts(sales: Sales) -> Iterator[Figure]:
    """How much of the list price was given away."""
    orders = sales.orders.assign(listed=sales.orders["paid"] + sales.orders["discount"])
    yield sales.figure("discount_share", ratio(orders, "discount", "listed"), len(orders),
                       doubt=words.doubts["discounts"])  # fmt: skip


def weekend(sales: Sales) -> Iterator[Figure]:
    """The share of the orders that come on Saturday and Sunday, week by week."""
    weeks = _whole_weeks(sales)
    weeks["late"] = weeks[[5, 6]].sum(axis=1)
    yield sales.figure("weekend_share", ratio(weeks, "late", "all"), int(weeks["all"].sum()),
                       doubt=words.doubts["weekend"])  # fmt: skip


def weekdays(sales: Sales) -> pd.DataFrame:
    """By weekday, 0 Monday, its share of a week's orders, with its interval."""
    weeks = _whole_weeks(sales)
    found = [ratio(weeks.rename(columns={day: "this"}), "this", "all") for day in range(7)]
    return pd.DataFrame(
        [(each.value, each.low, each.high) for each in found],
        columns=["value", "low", "high"],
        index=pd.Index(words.weekdays, name=words.columns["weekday"]),
    ).clip(0.0, 1.0)


def _whole_weeks(sales: Sales) -> pd.DataFrame:
    """Orders by week and weekday, of the weeks that lie wholly in the period."""
    days = sales.orders["day"]
    monday = days - pd.to_timedelta(days.dt.day_of_week, unit="D")
    whole = (monday >= sales.first) & (monday + pd.Timedelta(days=6) <= sales.last)
    weeks = pd.crosstab(monday[whole], days[whole].dt.day_of_week).reindex(
        columns=range(7), fill_value=0
    )
    if len(weeks) < FEWEST_WEEKS:
        raise InputError(words.few_weeks.format(weeks=FEWEST_WEEKS))
    return weeks.assign(all=weeks.sum(axis=1)).astype(float)


def festivals(sales: Sales) -> Iterator[Figure]:
    """The share of the money that comes in on the days of 618 and Double 11."""
    days = pd.date_range(sales.first, sales.last)
    date = days.month * 100 + days.day
    at = np.any([(date >= first) & (date <= last) for first, last in FESTIVALS], axis=0)
    if not at.any() or at.all():
        raise InputError(words.no_festival if not at.any() else words.all_festival)
    daily = sales.orders.groupby("day")["paid"].sum().reindex(days, fill_value=0.0)
    frame = pd.DataFrame({"all": daily, "festival": daily.where(at, 0.0)})
    said = words.doubts["festival"].format(days=written(float(at.mean()), "share"))
    yield sales.figure("festival_share", ratio(frame, "festival", "all"), len(sales.orders),
                       doubt=said)  # fmt: skip


def products(sales: Sales) -> Iterator[Figure]:
    """How much hangs on the product that sells most."""
    yield _largest(sales, "top_product", _by_order(sales, "product"))


def channels(sales: Sales) -> Iterator[Figure]:
    """How much hangs on the channel that sells most."""
    yield _largest(sales, "top_channel", _by_order(sales, "channel"))


def _by_order(sales: Sales, what: str) -> pd.DataFrame:
    """What each order paid for each product or channel: a row an order and a column for each."""
    if what == "channel":
        parts = sales.orders.rename(columns={"paid": "amount"})
        parts = parts[parts["channel"].fillna("") != ""]
    else:
        lines = sales.shop.lines
        several = lines["product"].str.contains("[;；]")  # and nobody knows how much for each
        parts = lines[~several & (lines["product"] != "")]
    if parts.empty or parts["amount"].sum() <= 0:
        raise InputError(words.nothing_told)
    return parts.rename(columns={what: "what"})[["order", "what", "amount"]]


def _largest(sales: Sales, key: str, parts: pd.DataFrame) -> Figure:
    amounts = parts.groupby("what")["amount"].sum().round(2)
    top = min(amounts.index[amounts == amounts.max()])  # of equal ones the first by name
    orders = parts.assign(top=parts["amount"].where(parts["what"] == top, 0.0))
    found = ratio(orders.groupby("order")[["top", "amount"]].sum(), "top", "amount")
    details = {"top": top, "all": len(amounts)}
    return sales.figure(key, found, parts["order"].nunique(), details=details,
                        doubt=words.doubts["came_out_on_top"])  # fmt: skip


def months(sales: Sales) -> pd.DataFrame:
    """By month of the order: orders, paid, what came back of them; and by the refund's own date."""
    orders = sales.orders
    month = orders["day"].dt.strftime("%Y-%m").rename(words.columns["month"])
    table = orders.groupby(month).agg(orders=("one", "size"), paid=("paid", "sum"))
    if "refund" in orders:
        table["refund"] = orders.groupby(month)["refund"].sum()
        table["net"] = orders.groupby(month)["net"].sum()
    refunds = sales.shop.refunds
    if len(refunds):
        when = refunds["time"].dt.strftime("%Y-%m")
        table["cash"] = refunds.groupby(when)["amount"].sum().reindex(table.index, fill_value=0.0)
    return table.round(2).rename(columns=words.columns)
