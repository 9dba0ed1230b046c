"""Chapter 4: what it asks, the answers, and the slips that people really make.

The source of an answer is what `case.solution` shows, so it is written for a trainee's eyes.
"""

from typing import Any

import numpy as np
import pandas as pd

from course_utils.analysis import (
    RateComparison,
    basket_rules,
    compare_arms,
    customer_summary,
    difference_in_differences,
    expected_purchases,
    fit_mbgnbd,
    order_days,
    order_gaps,
    repurchase_rate,
    survival_curve,
)
from course_utils.cases.fresh_food import world
from course_utils.cases.fresh_food.world import FREE, PLANS, World
from course_utils.exercises.kinds import Bars, Drawing, Guess, Number, Values
from course_utils.exercises.workbook import Workbook

Frame = Any  # a pandas DataFrame; its stubs would want a cast at every sum of a column

book = Workbook(chapter=4)

# Names that the notebook imports, so that its cells stay short.
districts: dict[str, Any] = {
    "outcome": "orders",
    "unit": "district",
    "time": "week",
    "treated": "offer",
    "start": pd.Timestamp(FREE),
}
recall: dict[str, Any] = {
    "arm": "arm",
    "outcome": "ordered",
    "control": "holdout",
    "treatment": "message",
}
slots: dict[str, Any] = {"arm": "slot", "control": "best sellers", "treatment": "yoghurt"}

# Tables derived from others, as the notebook derives them -----------------------------------


@book.view
def orders(purchases: Frame) -> Frame:
    """The orders, with days that pandas can count."""
    return purchases.assign(date=pd.to_datetime(purchases["date"]))


@book.view
def gaps(orders: Frame) -> Frame:
    """One row an order day: how long until the next, and whether it came."""
    return order_gaps(orders)


@book.view
def first(gaps: Frame) -> Frame:
    """The gap after each customer's first order."""
    return gaps.drop_duplicates("customer_id")


@book.view
def bins() -> np.ndarray:
    """The edges of the bars of the gaps, one a day."""
    return np.arange(0.5, 61)


@book.view
def pilot(district_days: Frame) -> Frame:
    """The districts' days with their weekday, their week's Monday, and the side of the change."""
    date = pd.to_datetime(district_days["date"])
    return district_days.assign(
        weekday=date.dt.day_name().str[:3],
        week=date - pd.to_timedelta(date.dt.day_of_week, unit="D"),
        after=date >= FREE,
    )


@book.view
def gain(pilot: Frame) -> pd.Series:
    """Orders a day that the offer added to each weekday of a district, season taken out."""
    mean = pilot.groupby(["weekday", "offer", "after"])["orders"].mean().unstack("after")
    growth = (mean[True] / mean[False]).unstack("offer")
    return (growth[1] - growth[0]) * mean[False].unstack("offer")[1]


@book.view
def before_plan(orders: Frame) -> Frame:
    """The orders of the time before the plan."""
    return orders[orders["date"] < "2025-07-14"]


@book.view
def summary(before_plan: Frame) -> Frame:
    """Each customer as of the morning on which the plan began."""
    return customer_summary(before_plan, end="2025-07-14")


def _range(values: Any) -> tuple[float, float]:
    """The 90% interval of a mean, each row taken for independent."""
    return values.mean() - 1.645 * values.sem(), values.mean() + 1.645 * values.sem()


# The cycle ----------------------------------------------------------------------------------


@book.exercise(Guess(0, 100, "of 100"))
def back_by_themselves() -> float:
    return 14


@book.exercise(Drawing())
def gap_histogram(gaps: Frame, bins: np.ndarray) -> object:
    completed = gaps[gaps["completed"]]
    return completed["days"].plot.hist(bins=bins)


@book.slip("gap_histogram", "waiting_too")
def _(gaps: Frame, bins: np.ndarray) -> Bars:
    return Bars.counted(gaps["days"], bins)


@book.slip("gap_histogram", "waiting_only")
def _(gaps: Frame, bins: np.ndarray) -> Bars:
    return Bars.counted(gaps.loc[~gaps["completed"], "days"], bins)


@book.slip("gap_histogram", "first_gaps")
def _(first: Frame, bins: np.ndarray) -> Bars:
    return Bars.counted(first.loc[first["completed"], "days"], bins)


@book.exercise(Number("percent", within=0.1, digits=1))
def cycle_share(gaps: Frame) -> float:
    completed = gaps[gaps["completed"]]
    return 100 * completed["days"].between(3, 7).mean()


@book.slip("cycle_share", "of_all_orders")
def _(gaps: Frame) -> float:
    return 100 * (gaps["completed"] & gaps["days"].between(3, 7)).mean()


@book.slip("cycle_share", "waiting_too")
def _(gaps: Frame) -> float:
    return 100 * gaps["days"].between(3, 7).mean()


@book.slip("cycle_share", "within_a_week")
def _(gaps: Frame) -> float:
    return 100 * (gaps.loc[gaps["completed"], "days"] <= 7).mean()


@book.slip("cycle_share", "between_the_ends")
def _(gaps: Frame) -> float:
    return 100 * gaps.loc[gaps["completed"], "days"].between(4, 6).mean()


@book.exercise(Number("days", within=3, digits=0))
def half_are_back(first: Frame) -> float:
    curve = survival_curve(first["days"], first["completed"])
    return curve.median


@book.slip("half_are_back", "completed_only")
def _(first: Frame) -> float:
    return first.loc[first["completed"], "days"].median()


@book.slip("half_are_back", "waits_for_gaps")
def _(first: Frame) -> float:
    return first["days"].median()


@book.slip("half_are_back", "all_gaps")
def _(gaps: Frame) -> float:
    return survival_curve(gaps["days"], gaps["completed"]).median


@book.slip("half_are_back", "mean")
def _(first: Frame) -> float:
    return first.loc[first["completed"], "days"].mean()


# The repurchase rate ------------------------------------------------------------------------


@book.exercise(Number("percent", within=0.05, digits=1))
def repurchase_in_may(orders: Frame) -> float:
    days = order_days(orders)
    week = days[days["date"].between("2025-05-05", "2025-05-11")]
    return 100 * (week.groupby("customer_id").size() >= 2).mean()


@book.slip("repurchase_in_may", "rows")
def _(orders: Frame) -> float:
    week = orders[orders["date"].between("2025-05-05", "2025-05-11")]
    return 100 * (week.groupby("customer_id").size() >= 2).mean()


@book.slip("repurchase_in_may", "eight_days")
def _(orders: Frame) -> float:
    days = order_days(orders)
    week = days[days["date"].between("2025-05-05", "2025-05-12")]
    return 100 * (week.groupby("customer_id").size() >= 2).mean()


@book.slip("repurchase_in_may", "six_days")
def _(orders: Frame) -> float:
    week: dict[str, Any] = {"start": "2025-05-05", "end": "2025-05-11"}
    return 100 * repurchase_rate(orders, "same window", **week).rate


@book.slip("repurchase_in_may", "of_everybody")
def _(orders: Frame, answer: float) -> float:
    week = orders["date"].between("2025-05-05", "2025-05-11")
    return answer * orders.loc[week, "customer_id"].nunique() / orders["customer_id"].nunique()


@book.slip("repurchase_in_may", "as_on_the_slide")
def _(answer: float) -> float:
    return round(answer)


@book.slip("repurchase_in_may", "known_customers")
def _(orders: Frame) -> float:
    days = order_days(orders)
    known = days.loc[days["date"] < "2025-05-05", "customer_id"]
    week = days.loc[days["date"].between("2025-05-05", "2025-05-11"), "customer_id"]
    return 100 * week.drop_duplicates().isin(known).mean()


@book.exercise(Number("percent", within=0.05, digits=1))
def repurchase_in_september(orders: Frame) -> float:
    same = repurchase_rate(orders, "same window", start="2025-09-01", end="2025-09-08")
    return 100 * same.rate


@book.slip("repurchase_in_september", "other_definition")
def _(orders: Frame) -> float:
    week: dict[str, Any] = {"start": "2025-09-01", "end": "2025-09-08"}
    return 100 * repurchase_rate(orders, "next window", **week).rate


@book.slip("repurchase_in_september", "in_may")
def _(orders: Frame) -> float:
    week: dict[str, Any] = {"start": "2025-05-05", "end": "2025-05-12"}
    return 100 * repurchase_rate(orders, "same window", **week).rate


@book.slip("repurchase_in_september", "within_days")
def _(orders: Frame) -> float:
    week: dict[str, Any] = {"start": "2025-09-01", "end": "2025-09-08"}
    return 100 * repurchase_rate(orders, "within days", days=7, **week).rate


@book.slip("repurchase_in_september", "six_days")
def _(orders: Frame) -> float:
    week: dict[str, Any] = {"start": "2025-09-01", "end": "2025-09-07"}
    return 100 * repurchase_rate(orders, "same window", **week).rate


# Free delivery on Wednesdays ----------------------------------------------------------------


@book.exercise(Number("of 100", within=2, digits=0))
def moved(gain: pd.Series) -> float:
    lost = -gain.drop("Wed").sum()
    return 100 * lost / gain["Wed"]


@book.slip("moved", "neighbours_only")
def _(gain: pd.Series) -> float:
    return -100 * (gain["Tue"] + gain["Thu"]) / gain["Wed"]


@book.slip("moved", "no_other_districts")
def _(pilot: Frame) -> float:
    mean = pilot[pilot["offer"] == 1].groupby(["weekday", "after"])["orders"].mean()
    own = mean.unstack("after")
    rise = own[True] - own[False]
    return -100 * rise.drop("Wed").sum() / rise["Wed"]


@book.slip("moved", "new_ones")
def _(gain: pd.Series) -> float:
    return 100 * gain.sum() / gain["Wed"]


@book.slip("moved", "of_the_net")
def _(gain: pd.Series) -> float:
    return -100 * gain.drop("Wed").sum() / gain.sum()


def careful_week_effect(pilot: Frame) -> tuple[float, float]:
    """A careful analyst's 90% interval for what the offer adds to a week, percent."""
    weeks = pilot.groupby(["district", "offer", "week"], as_index=False)["orders"].sum()
    found = difference_in_differences(weeks, **districts)
    return round(100 * found.low, 1), round(100 * found.high, 1)


@book.verdict(
    "percent",
    claim=8.0,
    careful=careful_week_effect,
    account=lambda: world.wednesday_account(World()),
)
def week_effect() -> float:
    return 100 * world.week_effect(World())


@book.rival("week_effect", "wednesday")
def _(pilot: Frame) -> tuple[float, float]:
    found = difference_in_differences(pilot[pilot["weekday"] == "Wed"], **districts)
    return 100 * found.low, 100 * found.high


@book.rival("week_effect", "before_and_after")
def _(pilot: Frame) -> tuple[float, float]:
    offered = pilot[pilot["offer"] == 1]
    orders = offered.groupby(["district", "after"])["orders"].mean().unstack("after")
    return _range(100 * (orders[True] / orders[False] - 1))


# The recall ---------------------------------------------------------------------------------


@book.view
def answered(lapsed: Frame) -> RateComparison:
    """The return rate with a message against the holdout's."""
    return compare_arms(lapsed, **recall)


def careful_recall(lapsed: Frame, next_list: Frame) -> tuple[float, float]:
    """A careful analyst's 90% interval for what the message adds to the next list, points."""
    cells = ["rhythm", "silent_days"]
    rates = lapsed.groupby([*cells, "arm"])["ordered"].agg(["mean", "size"]).unstack("arm")
    added = rates["mean"]["message"] - rates["mean"]["holdout"]
    noise = (rates["mean"] * (1 - rates["mean"]) / rates["size"]).sum(axis=1)
    share = next_list.set_index(cells)["customers"] / next_list["customers"].sum()
    middle, room = 100 * (share * added).sum(), 164.5 * np.sqrt((share**2 * noise).sum())
    return round(middle - room, 1), round(middle + room, 1)


@book.verdict(
    "points",
    claim=18.0,
    careful=careful_recall,
    account=lambda: world.recall_account(World()),
)
def recall_adds() -> float:
    return 100 * world.recall_adds(World())


@book.rival("recall_adds", "who_came_back")
def _(lapsed: Frame) -> tuple[float, float]:
    return _range(100 * lapsed.loc[lapsed["arm"] == "message", "ordered"])


@book.rival("recall_adds", "the_test")
def _(lapsed: Frame) -> tuple[float, float]:
    found = compare_arms(lapsed, **recall)
    return 100 * found.low, 100 * found.high


@book.rival("recall_adds", "by_silence")
def _(lapsed: Frame, next_list: Frame) -> tuple[float, float]:
    rates = lapsed.groupby(["silent_days", "arm"])["ordered"].agg(["mean", "size"]).unstack("arm")
    added = rates["mean"]["message"] - rates["mean"]["holdout"]
    noise = (rates["mean"] * (1 - rates["mean"]) / rates["size"]).sum(axis=1)
    share = next_list.groupby("silent_days")["customers"].sum() / next_list["customers"].sum()
    middle, room = (share * added).sum(), 1.645 * np.sqrt((share**2 * noise).sum())
    return 100 * (middle - room), 100 * (middle + room)


@book.exercise(Number("yuan", percent_within=1, digits=1))
def cost_of_one_more(lapsed: Frame) -> float:
    found = compare_arms(lapsed, **recall)
    return (8 * found.treatment_rate + 0.10) / found.difference


@book.slip("cost_of_one_more", "each_recalled")
def _(answered: RateComparison) -> float:
    return (8 * answered.treatment_rate + 0.10) / answered.treatment_rate


@book.slip("cost_of_one_more", "coupons_of_the_added")
def _(answered: RateComparison) -> float:
    return (8 * answered.difference + 0.10) / answered.difference


@book.slip("cost_of_one_more", "coupon_for_all")
def _(answered: RateComparison) -> float:
    return 8.10 / answered.difference


@book.slip("cost_of_one_more", "no_coupon")
def _(answered: RateComparison) -> float:
    return 0.10 / answered.difference


@book.exercise(Number("yuan", within=0.02, digits=2))
def worth_of_a_message(lapsed: Frame) -> float:
    late = lapsed.query("rhythm == 'occasional' and silent_days == 60")
    found = compare_arms(late, **recall)
    return 34 * found.difference - 8 * found.treatment_rate - 0.10


@book.view
def late(lapsed: Frame) -> RateComparison:
    """The occasional customers after 60 silent days, with the message and without."""
    rows = lapsed.query("rhythm == 'occasional' and silent_days == 60")
    return compare_arms(rows, **recall)


@book.slip("worth_of_a_message", "all_who_answer")
def _(late: RateComparison) -> float:
    return (34 - 8) * late.treatment_rate - 0.10


@book.slip("worth_of_a_message", "coupons_of_the_added")
def _(late: RateComparison) -> float:
    return (34 - 8) * late.difference - 0.10


@book.slip("worth_of_a_message", "no_coupons")
def _(late: RateComparison) -> float:
    return 34 * late.difference - 0.10


@book.slip("worth_of_a_message", "whole_test")
def _(answered: RateComparison) -> float:
    return 34 * answered.difference - 8 * answered.treatment_rate - 0.10


@book.slip("worth_of_a_message", "all_customers")
def _(silence: Frame, answer: float) -> float:
    reached = silence.query("rhythm == 'occasional' and silent_days == 60")["customers"]
    return answer * reached.iloc[0]


def plans_forecast(lapsed: Frame, silence: Frame) -> dict[str, tuple[float, float]]:
    """What the test says of each plan: expected profit, yuan, and the chance of a loss."""
    cells = ["rhythm", "silent_days"]
    rates = lapsed.groupby([*cells, "arm"])["ordered"].agg(["mean", "size"]).unstack("arm")
    there = silence.set_index(cells)
    error = np.sqrt(rates["mean"] * (1 - rates["mean"]) / rates["size"])
    rng, drawn = np.random.default_rng(4), {}
    for arm in ("message", "holdout"):
        luck = rng.standard_normal((len(rates), 4_001))
        luck[:, 0] = 0  # the first draw is what is expected
        drawn[arm] = rates["mean"][arm].to_numpy()[:, None] + error[arm].to_numpy()[:, None] * luck
    worth, reach = (
        there.loc[rates.index, name].to_numpy()[:, None] for name in ("worth", "customers")
    )
    money = World()
    each = (drawn["message"] - drawn["holdout"]) * worth - money.coupon * drawn["message"]
    profit = reach * (each - money.message)
    by_cell = [
        {days: profit[rates.index.get_loc((rhythm, days))] for days in money.silences}
        for rhythm in world.RHYTHMS
    ]
    plans = {
        name: np.zeros(4_001) + made for name, made in world.price_plans(money, by_cell).items()
    }
    return {name: (float(made[0]), float((made[1:] < 0).mean())) for name, made in plans.items()}


@book.choice(tuple(PLANS), forecast=plans_forecast)
def whom_to_message() -> dict[str, float]:
    """Profit of each plan, yuan a quarter."""
    return world.plan_profits(World())


# Who is gone --------------------------------------------------------------------------------


@book.exercise(Number("orders", percent_within=1, digits=0))
def orders_to_come(summary: Frame) -> float:
    model = fit_mbgnbd(summary)
    return expected_purchases(model, summary, days=77).sum()


def _past_pace(summary: Frame) -> Any:
    old = summary[summary["T"] > 0]
    return old["frequency"] / old["T"]


@book.slip("orders_to_come", "past_pace")
def _(summary: Frame) -> float:
    return 77 * _past_pace(summary).sum()


@book.slip("orders_to_come", "pooled_pace")
def _(summary: Frame) -> float:
    return 77 * len(summary) * summary["frequency"].sum() / summary["T"].sum()


@book.slip("orders_to_come", "eleven_days")
def _(summary: Frame) -> float:
    return expected_purchases(fit_mbgnbd(summary), summary, days=11).sum()


@book.slip("orders_to_come", "a_customer")
def _(summary: Frame, answer: float) -> float:
    return answer / len(summary)


# Milk and yoghurt ---------------------------------------------------------------------------


def careful_slot(slot_test: Frame) -> tuple[float, float]:
    """A careful analyst's 90% interval for what the slot adds, points."""
    found = compare_arms(slot_test, outcome="yoghurt", **slots)
    return round(100 * found.low, 1), round(100 * found.high, 1)


@book.verdict(
    "points",
    claim=3.0,
    careful=careful_slot,
    account=lambda: world.slot_account(World()),
)
def slot_adds() -> float:
    return 100 * World().slot_adds


@book.rival("slot_adds", "own_count")
def _(slot_test: Frame) -> tuple[float, float]:
    return _range(100 * slot_test.loc[slot_test["slot"] == "yoghurt", "by_slot"])


@book.rival("slot_adds", "with_it_in_the_basket")
def _(slot_test: Frame) -> tuple[float, float]:
    return _range(100 * slot_test.loc[slot_test["slot"] == "yoghurt", "yoghurt"])


def _lift(lines: Frame) -> float:
    return basket_rules(lines).set_index(["if", "then"])["lift"]["milk", "yoghurt"]


@book.exercise(Number("", within=0.005, digits=3))
def lift_in_large_baskets(basket_lines: Frame) -> float:
    week = basket_lines[basket_lines["delivery"] == "next day"]
    rules = basket_rules(week).set_index(["if", "then"])
    return rules["lift"]["milk", "yoghurt"]


@book.slip("lift_in_large_baskets", "all_baskets")
def _(basket_lines: Frame) -> float:
    return _lift(basket_lines)


@book.slip("lift_in_large_baskets", "small_baskets")
def _(basket_lines: Frame) -> float:
    return _lift(basket_lines[basket_lines["delivery"] == "at once"])


@book.slip("lift_in_large_baskets", "many_items")
def _(basket_lines: Frame) -> float:
    other = ~basket_lines["item"].isin(["milk", "yoghurt"])
    return _lift(basket_lines[other.groupby(basket_lines["order_id"]).transform("sum") >= 4])


@book.slip("lift_in_large_baskets", "confidence")
def _(basket_lines: Frame) -> float:
    week = basket_lines[basket_lines["delivery"] == "next day"]
    return basket_rules(week).set_index(["if", "then"])["confidence"]["milk", "yoghurt"]


# The counter-case ---------------------------------------------------------------------------


@book.view
def quarter(creatives: Frame) -> Frame:
    """The counts of each creative over the quarter."""
    return creatives.drop(columns="week").groupby("creative").sum()


@book.exercise(Values("yuan", within=0.05, digits=1))
def profit_of_showing(quarter: Frame) -> pd.Series:
    kept = quarter["orders"] - quarter["refunds"]
    profit = 12 * kept - 9 * quarter["refunds"] - 30 * quarter["complaints"]
    return 1_000 * profit / quarter["impressions"]


@book.slip("profit_of_showing", "orders_only")
def _(quarter: Frame) -> pd.Series:
    return 1_000 * 12 * quarter["orders"] / quarter["impressions"]


@book.slip("profit_of_showing", "refunded_margin_kept")
def _(quarter: Frame) -> pd.Series:
    costs = 9 * quarter["refunds"] + 30 * quarter["complaints"]
    return 1_000 * (12 * quarter["orders"] - costs) / quarter["impressions"]


@book.slip("profit_of_showing", "complaints_forgotten")
def _(quarter: Frame) -> pd.Series:
    kept = quarter["orders"] - quarter["refunds"]
    return 1_000 * (12 * kept - 9 * quarter["refunds"]) / quarter["impressions"]


@book.slip("profit_of_showing", "in_all")
def _(quarter: Frame) -> pd.Series:
    kept = quarter["orders"] - quarter["refunds"]
    return 12 * kept - 9 * quarter["refunds"] - 30 * quarter["complaints"]


@book.slip("profit_of_showing", "a_click")
def _(quarter: Frame) -> pd.Series:
    kept = quarter["orders"] - quarter["refunds"]
    profit = 12 * kept - 9 * quarter["refunds"] - 30 * quarter["complaints"]
    return 1_000 * profit / quarter["clicks"]


@book.exercise(Values("percent", within=0.05, digits=1))
def worth_of_repurchase(shops: Frame) -> pd.Series:
    shop = shops.set_index("shop")
    later = shop["repurchase"] * shop["further_orders"]
    return 10 * later / (1 + later)


@book.slip("worth_of_repurchase", "of_the_first_orders")
def _(shops: Frame) -> pd.Series:
    shop = shops.set_index("shop")
    return 10 * shop["repurchase"] * shop["further_orders"]


@book.slip("worth_of_repurchase", "ten_points")
def _(shops: Frame) -> pd.Series:
    shop = shops.set_index("shop")
    later = shop["repurchase"] * shop["further_orders"]
    return 10 * shop["further_orders"] / (1 + later)


@book.slip("worth_of_repurchase", "share_who_return")
def _(shops: Frame) -> pd.Series:
    shop = shops.set_index("shop")
    return 10 * shop["repurchase"] / (1 + shop["repurchase"])
