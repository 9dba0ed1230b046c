"""The start page: one guess, one sum, one verdict."""

from typing import Any

from course_utils.cases.start_here.world import World
from course_utils.classroom.kinds import Guess, Number
from course_utils.classroom.workbook import Workbook

book = Workbook()


@book.exercise("0.1", Guess(0, 100, "cups"))
def cups_more() -> float:
    return 10


@book.exercise("0.2", Number("cups", within=0.05, digits=1))
def sign_effect(stall: Any) -> float:
    cups = stall.groupby("sign")["cups"].mean()
    return cups["out"] - cups["in"]


@book.slip("0.2", "totals")
def _(stall: Any) -> float:
    cups = stall.groupby("sign")["cups"].sum()
    return cups["out"] - cups["in"]


@book.slip("0.2", "one_side")
def _(stall: Any) -> float:
    return stall.loc[stall["sign"] == "out", "cups"].mean()


@book.slip("0.2", "percent")
def _(stall: Any) -> float:
    cups = stall.groupby("sign")["cups"].mean()
    return 100 * (cups["out"] / cups["in"] - 1)


def careful_sign(stall: Any) -> tuple[float, float]:
    """A 90% interval for the difference of two means, days of the same weather compared."""
    cups = stall.groupby(["weather", "sign"])["cups"].agg(["mean", "var", "size"]).unstack()
    difference = cups["mean", "out"] - cups["mean", "in"]
    variance = cups["var", "out"] / cups["size", "out"] + cups["var", "in"] / cups["size", "in"]
    share = stall["weather"].value_counts(normalize=True)
    middle, error = (difference * share).sum(), (variance * share**2).sum() ** 0.5
    return round(middle - 1.645 * error, 1), round(middle + 1.645 * error, 1)


@book.verdict("0.3", "cups", claim=20.0, careful=careful_sign)
def sign_truth() -> float:
    return World().sign
