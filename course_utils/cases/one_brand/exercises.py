"""Chapter 6: what it asks beside the year, the answers, and the slips that people really make.

All of it is about one brand that is nobody's own, so that an answer tells nothing of a year. The
source of an answer is what `case.solution` shows, so it is written for a trainee's eyes.
"""

from functools import cache
from typing import Any

import numpy as np

from course_utils.analysis import encouragement_effect, incremental_roas
from course_utils.cases.one_brand import reports
from course_utils.cases.one_brand.dials import Dials, Month
from course_utils.cases.one_brand.reports import Played
from course_utils.cases.one_brand.research import result
from course_utils.cases.one_brand.year import World
from course_utils.exercises.kinds import Guess, Number, Values
from course_utils.exercises.workbook import Workbook

Frame = Any  # a pandas DataFrame; its stubs would want a cast at every sum of a column

book = Workbook(chapter=6)

# Names that the notebook imports, so that its cells stay short.
columns: dict[str, Any] = {"region": "region", "phase": "phase", "outcome": "sales"}


@cache
def neighbour() -> Played:
    """The brand next door: its months, and the tests that it bought."""
    dials = Dials(membership=(200, 20))
    bought = (("price", "page"), ("recall", "membership"), ("switch_off",))
    first = tuple(Month(tests=tests) for tests in bought)
    return Played(World(seed=6), (*first, *(Month(dials),) * 9))


# The neighbour's tables ---------------------------------------------------------------------


@book.view
def shop() -> Frame:
    """Last year's report of the shop."""
    return reports.last_year(neighbour().world, "shop")


@book.view
def customers() -> Frame:
    """Last year's customers by silence, and how many of them ordered."""
    return reports.last_year(neighbour().world, "customers")


@book.view
def ads() -> Frame:
    """This year's report of the ads, last click."""
    return reports.report(neighbour(), "ads")


@book.view
def members() -> Frame:
    """This year's report of the members."""
    return reports.report(neighbour(), "members")


@book.view
def price_test() -> Frame:
    """What the price test found."""
    return result(neighbour(), 0, "price")


@book.view
def recall_test() -> Frame:
    """What the recall with a holdout found."""
    return result(neighbour(), 1, "recall")


@book.view
def invited() -> Frame:
    """What the membership by invitation found."""
    return result(neighbour(), 1, "membership")


@book.view
def switch_off() -> Frame:
    """What the regional switch-off found."""
    return result(neighbour(), 2, "switch_off")


# Before the first month ---------------------------------------------------------------------


@book.exercise(Guess(0, 100, "percent"))
def share_of_best_link() -> float:
    return 50


@book.exercise(Number("yuan", within=0.5, digits=1))
def worth_of_new(shop: Frame) -> float:
    margin = 120 * 0.95 - 50
    later = shop["later_orders"].sum() / shop["first_orders"].sum()
    return later * margin


@book.slip("worth_of_new", "sales")
def _(shop: Frame) -> float:
    return 120 * shop["later_orders"].sum() / shop["first_orders"].sum()


@book.slip("worth_of_new", "of_everybody")
def _(shop: Frame) -> float:
    return 64 * shop["later_orders"].sum() / shop["customers"].mean()


@book.slip("worth_of_new", "turned")
def _(shop: Frame) -> float:
    return 64 * shop["first_orders"].sum() / shop["later_orders"].sum()


# After a test is bought ---------------------------------------------------------------------


@book.exercise(Values("yuan", within=0.03))
def worth_of_a_visit(price_test: Frame, shop: Frame) -> Any:
    test = price_test.set_index("price")
    later = 64 * shop["later_orders"].sum() / shop["first_orders"].sum()
    again = test["again_in_30_days"] / test["orders"]
    order = 0.95 * test.index - 50 + later * again / again.iloc[0]
    return (order * test["orders"] / test["visitors"]).iloc[1:]


@book.slip("worth_of_a_visit", "first_order_only")
def _(price_test: Frame) -> Any:
    test = price_test.set_index("price")
    return ((0.95 * test.index - 50) * test["orders"] / test["visitors"]).iloc[1:]


@book.slip("worth_of_a_visit", "an_order")
def _(price_test: Frame, shop: Frame) -> Any:
    test = price_test.set_index("price")
    later = 64 * shop["later_orders"].sum() / shop["first_orders"].sum()
    again = test["again_in_30_days"] / test["orders"]
    return (0.95 * test.index - 50 + later * again / again.iloc[0]).iloc[1:]


@book.slip("worth_of_a_visit", "all_alike")
def _(price_test: Frame, shop: Frame) -> Any:
    test = price_test.set_index("price")
    later = 64 * shop["later_orders"].sum() / shop["first_orders"].sum()
    return ((0.95 * test.index - 50 + later) * test["orders"] / test["visitors"]).iloc[1:]


@book.exercise(Number("orders", within=0.05, digits=2))
def because_of_a_message(recall_test: Frame) -> float:
    silent = recall_test[recall_test["silent_days"] >= 60]
    sums = silent.groupby("message")[["customers", "orders"]].sum()
    rate = sums["orders"] / sums["customers"]
    return 100 * (rate["coupon 20"] - rate["none"])


@book.slip("because_of_a_message", "after_a_message")
def _(recall_test: Frame) -> float:
    silent = recall_test[recall_test["silent_days"] >= 60]
    sums = silent.groupby("message")[["customers", "orders"]].sum().loc["coupon 20"]
    return 100 * sums["orders"] / sums["customers"]


@book.slip("because_of_a_message", "everybody_silent")
def _(recall_test: Frame) -> float:
    sums = recall_test.groupby("message")[["customers", "orders"]].sum()
    rate = sums["orders"] / sums["customers"]
    return 100 * (rate["coupon 20"] - rate["none"])


@book.slip("because_of_a_message", "relative")
def _(recall_test: Frame) -> float:
    silent = recall_test[recall_test["silent_days"] >= 60]
    sums = silent.groupby("message")[["customers", "orders"]].sum()
    rate = sums["orders"] / sums["customers"]
    return 100 * (rate["coupon 20"] / rate["none"] - 1)


@book.exercise(Number("orders", within=0.4, digits=1))
def because_of_membership(invited: Frame) -> float:
    effect = encouragement_effect(
        invited,
        invited="invited",
        joined="joined",
        outcome="orders",
        controls=["ordered_last_month"],
    )
    return 100 * effect.value


@book.slip("because_of_membership", "members_against_others")
def _(invited: Frame) -> float:
    mean = invited.groupby("joined")["orders"].mean()
    return 100 * (mean[1] - mean[0])


@book.slip("because_of_membership", "all_who_were_invited")
def _(invited: Frame) -> float:
    mean = invited.groupby("invited")["orders"].mean()
    return 100 * (mean[1] - mean[0])


@book.exercise(Number("yuan", within=0.03, digits=2))
def sold_by_search(switch_off: Frame) -> float:
    found = incremental_roas(switch_off, **columns, spend=["search", "social"])
    return found["roas"]["search"]


@book.slip("sold_by_search", "last_click")
def _(ads: Frame) -> float:
    return ads[(ads["month"] == 3) & (ads["channel"] == "search")]["roi"].iloc[0]


@book.slip("sold_by_search", "both_channels")
def _(switch_off: Frame) -> float:
    found = incremental_roas(switch_off, **columns, spend=["search", "social"])
    return found["roas"]["together"]


@book.slip("sold_by_search", "all_sales")
def _(switch_off: Frame) -> float:
    test = switch_off[switch_off["phase"] == "test"]
    return test["sales"].sum() / test["search"].sum()


# After the year -----------------------------------------------------------------------------


@book.exercise(Number("million yuan", percent_within=1, digits=2))
def worth_of_stock(customers: Frame) -> float:
    rows = customers.groupby("silent_days", sort=False)[["customers", "orders"]].sum()
    q = (rows["orders"] / rows["customers"]).to_numpy()
    silent = np.diag(1 - q[:3], 1)
    silent[3, 3] = 1 - q[3]
    moves = silent + np.outer(q, [1, 0, 0, 0])
    worth = np.linalg.solve(np.eye(4) - 0.95 * moves, q * 64)
    left = customers[customers["month"] == 12]["customers"]
    return (left * worth).sum() / 1e6


@book.slip("worth_of_stock", "next_month_only")
def _(customers: Frame) -> float:
    rows = customers.groupby("silent_days", sort=False)[["customers", "orders"]].sum()
    left = customers[customers["month"] == 12].set_index("silent_days")["customers"]
    return (left * rows["orders"] / rows["customers"]).sum() * 64 / 1e6


@book.slip("worth_of_stock", "sales")
def _(answer: float) -> float:
    return answer * 120 / 64


@book.slip("worth_of_stock", "one_rate")
def _(customers: Frame) -> float:
    q = customers["orders"].sum() / customers["customers"].sum()
    left = customers[customers["month"] == 12]["customers"].sum()
    return left * 64 * q / (1 - 0.95) / 1e6
