"""Chapter 6: what it asks beside the year, the answers, and the slips that people really make.

All of it is about the brand next door, which is nobody's own, so that an answer tells nothing of a
trainee's year. The source of an answer is what `case.solution` shows, so it is written for a
trainee's eyes.
"""

from typing import Any

import numpy as np

from course_utils.analysis import encouragement_effect, incremental_roas
from course_utils.cases.one_brand import world
from course_utils.cases.one_brand.world import World
from course_utils.cases.tables import DATA, read_table
from course_utils.exercises.kinds import Guess, Number, Pick, Values
from course_utils.exercises.workbook import Workbook

Frame = Any  # a pandas DataFrame; its stubs would want a cast at every sum of a column
Range = tuple[float, float]

book = Workbook(chapter=6)

# Names that the notebook imports, so that its cells stay short.
columns: dict[str, Any] = {"region": "region", "phase": "phase", "outcome": "sales"}
REPORTS = ("ads", "page", "recall", "members", "customers")


# Before the first month ---------------------------------------------------------------------


@book.exercise(Guess(0, 100, "percent"))
def share_of_best_link() -> float:
    return 50


@book.exercise(Pick(REPORTS))
def reports_to_trust() -> list[str]:
    return ["customers"]


@book.slip("reports_to_trust", "ads")
def _() -> list[str]:
    return ["ads", "customers"]


@book.slip("reports_to_trust", "the_page")
def _() -> list[str]:
    return ["page", "customers"]


@book.slip("reports_to_trust", "recall")
def _() -> list[str]:
    return ["recall", "customers"]


@book.slip("reports_to_trust", "members")
def _() -> list[str]:
    return ["members", "customers"]


@book.slip("reports_to_trust", "not_one")
def _() -> list[str]:
    return []


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


@book.exercise(Number("yuan", within=0.03, digits=2))
def sold_by_search(switch_off_test: Frame) -> float:
    found = incremental_roas(switch_off_test, **columns, spend=["search", "social"])
    return found["roas"]["search"]


@book.slip("sold_by_search", "last_click")
def _(ads: Frame) -> float:
    return ads[(ads["month"] == 3) & (ads["channel"] == "search")]["roi"].iloc[0]


@book.slip("sold_by_search", "both_channels")
def _(switch_off_test: Frame) -> float:
    found = incremental_roas(switch_off_test, **columns, spend=["search", "social"])
    return found["roas"]["together"]


@book.slip("sold_by_search", "all_sales")
def _(switch_off_test: Frame) -> float:
    test = switch_off_test[switch_off_test["phase"] == "test"]
    return test["sales"].sum() / test["search"].sum()


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
def because_of_membership(membership_test: Frame) -> float:
    effect = encouragement_effect(
        membership_test,
        invited="invited",
        joined="joined",
        outcome="orders",
        controls=["ordered_last_month"],
    )
    return 100 * effect.value


@book.slip("because_of_membership", "members_against_others")
def _(membership_test: Frame) -> float:
    mean = membership_test.groupby("joined")["orders"].mean()
    return 100 * (mean[1] - mean[0])


@book.slip("because_of_membership", "all_who_were_invited")
def _(membership_test: Frame) -> float:
    mean = membership_test.groupby("invited")["orders"].mean()
    return 100 * (mean[1] - mean[0])


# The verdict: a page that rivals copy -----------------------------------------------------------


def tested_lift(page_test: Frame) -> tuple[float, float]:
    """The page test's lift and its standard error, in percent of the old page's conversion."""
    test = page_test.set_index("page")
    rate = test["orders"] / test["visitors"]
    ratio = rate["new"] / rate["old"]
    error = ratio * np.sqrt((1 / test["orders"]).sum())
    return 100 * (ratio - 1), 100 * error


def careful_page(page_test: Frame, page_elsewhere: Frame) -> Range:
    """The tested lift times what was left of it elsewhere; both are uncertain."""
    test = page_test.set_index("page")
    rate = test["orders"] / test["visitors"]
    lift, error = rate["new"] / rate["old"] - 1, np.sqrt((1 / test["orders"]).sum())
    left = np.log(page_elsewhere["month_9"] / page_elsewhere["month_1"])
    spread = 1.645 * np.hypot(left.std(), error / lift)
    low, high = (100 * lift * np.exp(left.mean() + side * spread) for side in (-1, 1))
    return low, high


@book.verdict(
    "percent",
    claim=23.0,
    careful=careful_page,
    account=lambda: {"first": 100 * float(world.page_lift(World())[world.LIVE_FROM])},
)
def page_in_december() -> float:
    return 100 * float(world.page_lift(World())[-1])


@book.rival("page_in_december", "as_tested")
def _(page_test: Frame) -> Range:
    lift, error = tested_lift(page_test)
    return lift - 1.645 * error, lift + 1.645 * error


@book.rival("page_in_december", "before_and_after")
def _(page: Frame) -> Range:
    half = page[page["month"] <= 6]
    month = half["conversion"].groupby(half["page"])
    ratio = month.mean()["new"] / month.mean()["old"]
    error = ratio * np.hypot(*(month.sem() / month.mean()))
    return 100 * (ratio - 1 - 1.645 * error), 100 * (ratio - 1 + 1.645 * error)


@book.rival("page_in_december", "after_a_quarter")
def _(page_test: Frame, page_elsewhere: Frame) -> Range:
    lift, _ = tested_lift(page_test)
    left = (page_elsewhere["month_3"] / page_elsewhere["month_1"]).quantile([0.05, 0.95])
    return lift * left.iloc[0], lift * left.iloc[1]


# The decision ---------------------------------------------------------------------------------

RULES = {
    "follow the ROI": "follow_the_roi",
    "grow orders": "grow_orders",
    "one link at its best": "one_link",
    "the five slides": "five_slides",
    "test first": "test_first",
}


@book.choice(tuple(RULES))
def rule_for_a_new_brand() -> dict[str, float]:
    """What each rule adds in a year, yuan, on average over ten brands."""
    gains = read_table(DATA / "one_brand", "rules")
    return {rule: 1e6 * float(gains[column].mean()) for rule, column in RULES.items()}


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
