"""The audits that need to know who bought: who comes back, when, how often, and who will."""

import math
from collections.abc import Iterator

import numpy as np
import pandas as pd

from course_utils.analysis import (
    InputError,
    SurvivalCurve,
    customer_summary,
    expected_purchases,
    fit_mbgnbd,
    order_days,
    order_gaps,
    repurchase_rate,
    survival_curve,
)
from course_utils.analysis.normal import critical_value
from course_utils.analysis.orders import DEFINITIONS
from course_utils.shop import words
from course_utils.shop.figures import LEVEL, Figure, Sales, ratio, share, written

WINDOW = 30  # days, where the files are long enough
FEWEST_DAYS = 21
WAITS = (30, 90)  # days
SECOND = 60  # days in which a next order is looked for
TOP = 0.2  # of the buyers, by RFM
BEST = 0.1  # of the buyers, by what they paid
FORECAST_ERROR = 0.25  # a model that missed by more says nothing of the future
FAR = 6.9  # logarithm at which a parameter of the model has run away
RESHUFFLES = 200
ROLES = {"customer": "buyer", "time": "time"}


def repurchase(sales: Sales) -> Iterator[Figure]:
    """The repurchase rate by its five definitions, side by side."""
    known = sales.known
    last, width = _last(known), _width(known)
    end = last - pd.Timedelta(days=width - 1)
    start = end - pd.Timedelta(days=width)
    for name in DEFINITIONS:
        days = width if name in ("within days", "cohort") else None
        key = "repurchase_" + name.replace(" ", "_")
        details = {"days": width, "first": f"{start:%Y-%m-%d}", "before": f"{end:%Y-%m-%d}"}
        if name == "cohort" and not _newcomers(known).between(start, end, inclusive="left").any():
            raise InputError(words.no_new_buyers.format(**details))
        rate = repurchase_rate(known, name, start=start, end=end, days=days, **ROLES)
        yield sales.figure(
            key, share(rate.returned, rate.customers), rate.customers, counted="buyers",
            first=start, last=end - pd.Timedelta(days=1), details=details,
            doubt=words.doubts[key],
        )  # fmt: skip


def _newcomers(known: pd.DataFrame) -> pd.Series:
    """The day of each buyer's first order."""
    return known.groupby("buyer")["day"].min()


def _last(known: pd.DataFrame) -> pd.Timestamp:
    return pd.Timestamp(known["day"].max())


def _width(known: pd.DataFrame) -> int:
    """How many days a window has: so many that three of them fit."""
    days = (_last(known) - known["day"].min()).days + 1
    if days < FEWEST_DAYS:
        raise InputError(words.short_period.format(days=FEWEST_DAYS))
    return min(WINDOW, days // 3)


def waits(sales: Sales) -> Iterator[Figure]:
    """How soon buyers return, with those counted who still wait."""
    gaps = order_gaps(sales.known, end=_last(sales.known), **ROLES)
    number = gaps.groupby("buyer").cumcount()
    first = gaps[number == 0]
    curve = _curve(first)
    for days in WAITS:
        if days <= curve.table["days"].iloc[-1]:
            yield sales.figure("returned", curve.returned_by(days), len(first), counted="buyers",
                               details={"days": days}, doubt=words.doubts["returned"])  # fmt: skip
    for key, waited in (("second_order", first), ("third_order", gaps[number == 1])):
        if len(waited) > 1 and waited["days"].max() >= SECOND:
            yield sales.figure(
                key, _curve(waited).returned_by(SECOND), len(waited), counted="buyers",
                details={"days": SECOND}, doubt=words.doubts["returned"],
            )  # fmt: skip


def _curve(gaps: pd.DataFrame) -> SurvivalCurve:
    if len(gaps) < 2:
        raise InputError(words.too_few)
    return survival_curve(gaps["days"], gaps["completed"], confidence_level=LEVEL)


def cohorts(sales: Sales) -> pd.DataFrame:
    """By month of the first order, the share that returned at the same age, with its interval.

    Only months whose every buyer was watched so long.
    """
    known = sales.known
    width, last = _width(known), _last(known)
    first = _newcomers(known)
    rows = {}
    for month in sorted(first.dt.to_period("M").unique()):
        start, end = month.start_time, (month + 1).start_time
        if end + pd.Timedelta(days=width - 1) <= last:
            rate = repurchase_rate(known, "cohort", start=start, end=end, days=width, **ROLES)
            if rate.customers > 1:
                found = share(rate.returned, rate.customers)
                rows[str(month)] = (rate.customers, found.value, found.low, found.high)
    if not rows:
        raise InputError(words.no_cohort.format(days=width))
    table = pd.DataFrame.from_dict(rows, "index", columns=["buyers", "value", "low", "high"])
    return table.rename_axis(words.columns["cohort"])


def best_fifth(sales: Sales) -> Iterator[Figure]:
    """What the best fifth by RFM buys next, beside a fifth drawn at random."""
    known, cut = sales.known, _cut(sales.known, 2 / 3)
    past = known[known["day"] < cut]
    buyers = past.groupby("buyer").agg(
        recency=("day", "max"), frequency=("day", "nunique"), money=("paid", "sum")
    )
    ranks = buyers.assign(money=buyers["money"].round(2)).rank(pct=True)
    score = ranks.mean(axis=1).round(9)
    later = _order_days(known[known["day"] >= cut]).reindex(buyers.index, fill_value=0.0)
    frame = pd.DataFrame({"later": later, "best": later * _top(score, TOP)})
    if later.sum() <= 0:
        raise InputError(words.nobody_returned)
    found = ratio(frame, "best", "later")
    low, high = _at_random(later)
    said = words.doubts["at_random"].format(
        share=written(TOP, "share"), low=written(low, "share"), high=written(high, "share")
    )
    yield sales.figure("best_fifth", found, len(frame), counted="buyers", first=cut, doubt=said)


def _cut(known: pd.DataFrame, part: float) -> pd.Timestamp:
    """The day on which so much of the period is over."""
    first, days = known["day"].min(), (_last(known) - known["day"].min()).days + 1
    if days < FEWEST_DAYS:
        raise InputError(words.short_period.format(days=FEWEST_DAYS))
    return pd.Timestamp(first + pd.Timedelta(days=math.ceil(part * days)))


def _order_days(orders: pd.DataFrame) -> pd.Series:
    return order_days(orders, **ROLES).groupby("buyer").size().astype(float)


def _top(score: pd.Series, part: float) -> pd.Series:
    """How far each one belongs to the top part: those who tie at the edge share what is left."""
    places = part * len(score)
    above = len(score) - score.rank(method="max")  # how many stand higher
    tied = score.groupby(score).transform("size")
    return ((places - above) / tied).clip(0.0, 1.0)


def _at_random(later: pd.Series) -> tuple[float, float]:
    """What a random part of the buyers buys, as a share: the middle 90% of many draws."""
    amounts = np.sort(later.to_numpy())  # the same draws, whatever the buyers are called
    rng = np.random.default_rng(0)
    size = max(1, round(TOP * len(amounts)))
    drawn = [rng.choice(amounts, size, replace=False).sum() for _ in range(RESHUFFLES)]
    low, high = np.quantile(np.array(drawn) / amounts.sum(), [0.05, 0.95])
    return float(low), float(high)


def best_customers(sales: Sales) -> Iterator[Figure]:
    """The share of the money that the best tenth pays: when they were chosen, and afterwards."""
    known, cut = sales.known, _cut(sales.known, 1 / 2)
    early = known[known["day"] < cut].groupby("buyer")["paid"].sum().round(2)
    later = known[known["day"] >= cut].groupby("buyer")["paid"].sum().reindex(early.index)
    frame = pd.DataFrame({"early": early, "later": later.fillna(0.0).round(2)})
    best = _top(early, BEST)
    for key, column in (("best_then", "early"), ("best_later", "later")):
        found = ratio(frame.assign(best=frame[column] * best), "best", column)
        period = {"first": cut} if column == "later" else {"last": cut - pd.Timedelta(days=1)}
        yield sales.figure(key, found, len(frame), counted="buyers", doubt=words.doubts[key],
                           **period)  # fmt: skip


def forecast(sales: Sales) -> Iterator[Figure]:
    """The orders to come of the buyers so far: scored on the last third before it speaks."""
    known = sales.known
    cut, last = _cut(known, 2 / 3), _last(known)
    before, days = cut - pd.Timedelta(days=1), (last - cut).days + 1
    past = known[known["day"] < cut]
    expected = _expected(past, before, days)
    later = known[(known["day"] >= cut) & known["buyer"].isin(past["buyer"])]
    came = float(_order_days(later).sum()) if len(later) else 0.0
    margin = critical_value(LEVEL) * math.sqrt(expected)
    buyers = past["buyer"].nunique()
    said = words.doubts["forecast_scored"].format(came=came, expected=expected)
    yield sales.figure(
        "forecast_scored", expected, buyers, low=max(expected - margin, 0.0),
        high=expected + margin, unit="count", counted="buyers", first=cut,
        details={"days": days}, doubt=said,
    )  # fmt: skip
    missed = abs(expected - came) / max(came, 1.0)
    if missed > FORECAST_ERROR:
        raise InputError(words.bad_forecast.format(missed=written(missed, "share")))
    ahead = _expected(known, last, days)
    spread = max(missed, critical_value(LEVEL) / math.sqrt(max(ahead, 1.0))) * ahead
    yield sales.figure(
        "forecast", ahead, known["buyer"].nunique(), low=ahead - spread, high=ahead + spread,
        unit="count", counted="buyers", first=last + pd.Timedelta(days=1),
        last=last + pd.Timedelta(days=days), details={"days": days},
        doubt=words.doubts["forecast"],
    )  # fmt: skip


def _expected(orders: pd.DataFrame, end: pd.Timestamp, days: int) -> float:
    summary = customer_summary(orders, end=end, **ROLES)
    if not summary["frequency"].any():
        raise InputError(words.nobody_returned)
    model = fit_mbgnbd(summary)
    scaled = (model.r, model.a, model.b, model.alpha / summary["T"].mean())
    if any(not value > 0 or abs(math.log(value)) > FAR for value in scaled):
        raise InputError(words.no_fit)
    return float(expected_purchases(model, summary, days).sum())
