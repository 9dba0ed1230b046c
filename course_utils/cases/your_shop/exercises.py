"""Chapter 7: what it asks of a shop's export, the answers, and the slips people really make.

The answers are worked out from the export itself, by plain pandas, apart from the room that reads
exports: the two have to agree. The source of an answer is what `case.solution` shows.
"""

from typing import Any

import numpy as np
import pandas as pd

from course_utils.analysis import RepurchaseRate, repurchase_rate
from course_utils.cases.your_shop import world
from course_utils.cases.your_shop.world import World
from course_utils.exercises.kinds import Guess, Number
from course_utils.exercises.workbook import Workbook

Frame = Any  # a pandas DataFrame; its stubs would want a cast at every sum of a column
Range = tuple[float, float]

book = Workbook(chapter=7)

# Names that the notebook imports, so that its cells stay short.
who: dict[str, Any] = {"customer": "buyer", "time": "time"}
END = pd.Timestamp("2026-01-01")  # the export ends on the day before
MONTH = pd.Timedelta(days=30)


@book.view
def orders(orders_2025: Frame) -> Frame:
    """One row a paid order, as the reading room gives it."""
    rows = orders_2025[orders_2025["订单状态"].isin(["交易完成", "已发货"])]
    rows = rows.drop_duplicates("订单号", keep="last")
    paid = rows["订单实付金额"].astype(str).str.replace("[¥,]", "", regex=True)
    return pd.DataFrame(
        {
            "order": rows["订单号"],
            "time": pd.to_datetime(rows["订单创建时间"]),
            "paid": paid.astype(float),
            "refund": rows["订单已退款金额"].astype(float),
            "buyer": rows["买家手机号"].map("{:.0f}".format, na_action="ignore"),
        }
    )


@book.view
def known(orders: Frame) -> Frame:
    """The orders whose buyer is known."""
    return orders.dropna(subset=["buyer"])


@book.exercise(Guess(0, 100, "percent"))
def again_of_a_hundred() -> float:
    return 30


@book.exercise(Number("orders", within=0, digits=0))
def paid_orders(orders_november: Frame) -> int:
    paid = orders_november[orders_november["订单状态"].isin(["交易完成", "已发货"])]
    return paid["订单号"].nunique()


@book.slip("paid_orders", "rows")
def _(orders_november: Frame) -> int:
    return len(orders_november)


@book.slip("paid_orders", "rows_without_total")
def _(orders_november: Frame) -> int:
    return len(orders_november) - 1


@book.slip("paid_orders", "doubles")
def _(orders_november: Frame) -> int:
    return int(orders_november["订单状态"].isin(["交易完成", "已发货"]).sum())


@book.slip("paid_orders", "every_number")
def _(orders_november: Frame) -> int:
    return orders_november["订单号"].nunique() - 1


@book.exercise(Number("percent", within=0.1, digits=1))
def ever_again(orders: Frame) -> float:
    count = orders.groupby("buyer")["order"].nunique()
    return 100 * (count >= 2).mean()


@book.slip("ever_again", "of_orders")
def _(orders: Frame) -> float:
    known = orders.dropna(subset=["buyer"])
    return 100 * (1 - known["buyer"].nunique() / len(known))


@book.slip("ever_again", "three_times")
def _(orders: Frame) -> float:
    count = orders.groupby("buyer")["order"].nunique()
    return 100 * (count > 2).mean()


@book.exercise(Number("percent", within=0.1, digits=1))
def at_the_same_age(orders: Frame) -> float:
    first = orders.groupby("buyer")["time"].transform("min")
    old, age = first < pd.Timestamp("2025-11-02"), (orders["time"] - first).dt.days
    again = old & (orders["time"] > first) & (age < 60)
    return 100 * orders["buyer"][again].nunique() / orders["buyer"][old].nunique()


@book.slip("at_the_same_age", "everybody")
def _(orders: Frame) -> float:
    first = orders.groupby("buyer")["time"].transform("min")
    age = orders["time"] - first
    again = orders[(age > pd.Timedelta(0)) & (age <= 2 * MONTH)]
    return 100 * again["buyer"].nunique() / orders["buyer"].nunique()


@book.slip("at_the_same_age", "ever")
def _(orders: Frame) -> float:
    first = orders.groupby("buyer")["time"].transform("min")
    old = orders[first < END - 2 * MONTH]
    return 100 * (old.groupby("buyer")["order"].nunique() >= 2).mean()


@book.exercise(Number("percent", within=0.1, digits=1))
def sent_back(orders: Frame) -> float:
    old = orders[orders["time"] < "2025-12-02"]
    return 100 * old["refund"].sum() / old["paid"].sum()


@book.slip("sent_back", "young_ones_too")
def _(orders: Frame) -> float:
    return 100 * orders["refund"].sum() / orders["paid"].sum()


@book.slip("sent_back", "young_ones_only")
def _(orders: Frame) -> float:
    young = orders[orders["time"] >= END - MONTH]
    return 100 * young["refund"].sum() / young["paid"].sum()


# The verdict: the month that nobody has seen --------------------------------------------------


def _range(rate: RepurchaseRate) -> Range:
    """A rate's 90% interval, percent, as if all buyers were alike."""
    error = 1.645 * np.sqrt(rate.rate * (1 - rate.rate) / rate.customers)
    return 100 * (rate.rate - error), 100 * (rate.rate + error)


def careful_month(known: Frame) -> Range:
    """The months' mean, and as far to both sides as months differ."""
    month = pd.Timedelta(days=30)
    ends = pd.date_range(end="2026-01-01", periods=11, freq="30D")[:-1]
    rates = [repurchase_rate(known, "next window", start=end - month, end=end, **who).rate
             for end in ends]  # fmt: skip
    middle, spread = 100 * float(np.mean(rates)), 180 * float(np.std(rates, ddof=1))
    return middle - spread, middle + spread


@book.verdict(
    "percent",
    claim=48.0,
    careful=careful_month,
    account=lambda: world.account(World()),
    guess="again_of_a_hundred",
)
def again_in_january() -> float:
    return world.again_next(World())


@book.rival("again_in_january", "ever")
def _(orders: Frame) -> Range:
    count = orders.groupby("buyer")["order"].nunique()
    share, error = (count >= 2).mean(), (count >= 2).sem()
    return 100 * (share - 1.645 * error), 100 * (share + 1.645 * error)


@book.rival("again_in_january", "at_the_same_age")
def _(known: Frame) -> Range:
    start, end = END - 6 * MONTH, END - 2 * MONTH
    return _range(repurchase_rate(known, "cohort", start=start, end=end, days=60, **who))


@book.rival("again_in_january", "last_month")
def _(known: Frame) -> Range:
    start, end = END - 2 * MONTH, END - MONTH
    return _range(repurchase_rate(known, "next window", start=start, end=end, **who))
