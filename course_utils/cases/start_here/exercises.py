"""The start page: one guess, one sum, one verdict."""

from typing import Any

import numpy as np

from course_utils.cases.start_here.world import World
from course_utils.exercises.kinds import Guess, Number
from course_utils.exercises.workbook import Workbook

book = Workbook(chapter=0)


@book.exercise(Guess(0, 100, "cups"))
def first_guess() -> float:
    return 10


@book.exercise(Number("cups", within=0.05, digits=1))
def more_cups(stall: Any) -> float:
    cups = stall.groupby("sign")["cups"].mean()
    return cups["out"] - cups["in"]


@book.slip("more_cups", "totals")
def _(stall: Any) -> float:
    cups = stall.groupby("sign")["cups"].sum()
    return cups["out"] - cups["in"]


@book.slip("more_cups", "one_side")
def _(stall: Any) -> float:
    return stall.loc[stall["sign"] == "out", "cups"].mean()


@book.slip("more_cups", "percent")
def _(stall: Any) -> float:
    cups = stall.groupby("sign")["cups"].mean()
    return 100 * (cups["out"] / cups["in"] - 1)


def careful_sign(stall: Any) -> tuple[float, float]:
    """A 90% interval for the difference of the means, days of the same weather compared."""
    cups = stall.groupby(["weather", "sign"])["cups"].agg(["mean", "var", "size"]).unstack()
    difference = cups["mean", "out"] - cups["mean", "in"]
    variance = cups["var", "out"] / cups["size", "out"] + cups["var", "in"] / cups["size", "in"]
    share = stall["weather"].value_counts(normalize=True)
    middle, error = (difference * share).sum(), (variance * share**2).sum() ** 0.5
    low, high = middle - 1.645 * error, middle + 1.645 * error
    return round(low, 1), round(high, 1)


def weather_account(stall: Any) -> dict[str, float]:
    """How often the sign was out, percent of the hot and of the cool days, and what heat adds."""
    out = 100 * (stall["sign"] == "out").groupby(stall["weather"]).mean()
    return {"hot": out["hot"], "cool": out["cool"], "heat": World().heat}


@book.verdict(
    "cups", claim=20.0, careful=careful_sign, account=weather_account, guess="first_guess"
)
def sign_effect() -> float:
    return World().sign


@book.rival("sign_effect", "means")
def _(stall: Any) -> tuple[float, float]:
    days = stall.groupby("sign")["cups"].agg(["mean", "sem"]).T
    middle, error = days["out"]["mean"] - days["in"]["mean"], np.hypot(*days.loc["sem"])
    return middle - 1.645 * error, middle + 1.645 * error


@book.rival("sign_effect", "good_days")
def _(stall: Any) -> float:
    good = stall.groupby("sign")["cups"].quantile(0.9)
    return good["out"] - good["in"]
