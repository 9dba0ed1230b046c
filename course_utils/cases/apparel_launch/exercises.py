"""Chapter 1: what it asks, the answers, and the slips that people really make.

The source of an answer is what `case.solution` shows, so it is written for a trainee's eyes.
"""

from typing import Any

import numpy as np
import pandas as pd

from course_utils.analysis import (
    AcquisitionCurve,
    ChoiceModel,
    RateComparison,
    acquisition_curve,
    choice_model,
    compare_arms,
    ratio_of_sums,
    willingness_to_pay,
)
from course_utils.cases.apparel_launch import world
from course_utils.cases.apparel_launch.world import OPENINGS, World
from course_utils.classroom.kinds import Bars, Drawing, Guess, Number, Values
from course_utils.classroom.workbook import Workbook

Frame = Any  # a pandas DataFrame; its stubs would want a cast at every sum of a column

book = Workbook()

TERMS = ["price", "quality", "premium"]
COUNTED = ["visitors", "buyers", "buyers_again", "others_later"]

# Tables derived from others, as the notebook derives them -----------------------------------


@book.view
def survey(choice_survey: Frame) -> Frame:
    """The survey, with the price once more for shoppers online, under 30, of lower income."""
    return choice_survey.assign(
        price_online=choice_survey["price"] * (choice_survey["channel"] == "online"),
        price_young=choice_survey["price"] * (choice_survey["age"] == "under 30"),
        price_lower=choice_survey["price"] * (choice_survey["income"] == "lower"),
    )


@book.view
def within(survey: Frame) -> ChoiceModel:
    """The choices, with a price taste of their own for ages, incomes and the channel."""
    return choice_model(survey, ["price", "price_online", "price_young", "price_lower", *TERMS[1:]])


@book.view
def online_people(choice_survey: Frame) -> Frame:
    """One row a respondent who was asked online."""
    people = choice_survey.drop_duplicates("respondent")
    return people[people["channel"] == "online"]


@book.view
def shelf(listings: Frame) -> Frame:
    """One row a listing that is on sale and rated."""
    distinct = listings.drop_duplicates("listing_id").dropna(subset="rating")
    return distinct[distinct["price"] < 9_999]


@book.view
def bins() -> np.ndarray:
    """The edges of the bars of the shelf's prices, yuan."""
    return np.arange(0, 601, 25)


@book.view
def old_orders(orders: Frame) -> Frame:
    """The orders whose returns are all in: at least 30 days old on the day of the export."""
    old = orders[orders["date"] <= "2025-12-01"]
    return old.assign(refund=old["amount"] * old["returned"])


@book.view
def pinduoduo(acquisition: Frame) -> Frame:
    """The weeks of Pinduoduo in which new customers were logged."""
    return acquisition[acquisition["platform"] == "Pinduoduo"].dropna()


@book.view
def douyin(acquisition: Frame) -> Frame:
    """The weeks of Douyin in which new customers were logged."""
    return acquisition[acquisition["platform"] == "Douyin"].dropna()


@book.view
def douyin_curve(douyin: Frame) -> AcquisitionCurve:
    """How Douyin's spend turns into customers."""
    return acquisition_curve(douyin, conditions=["festival"])


@book.view
def tested(price_test: Frame) -> Frame:
    """The price test added up: one row a price, and who came back at full price at all."""
    sums = price_test.groupby("price")[COUNTED].sum()
    return sums.assign(later=sums["buyers_again"] + sums["others_later"])


@book.view
def later(tested: Frame) -> RateComparison:
    """Later customers at full price a visitor: the trial price against the list price."""
    return compare_arms(
        tested.reset_index(),
        arm="price",
        outcome="later",
        trials="visitors",
        control=89,
        treatment=39,
    )


# Who is price-sensitive ---------------------------------------------------------------------


@book.exercise("1.1", Guess(0, 100, "percent"))
def gap_among_twins() -> float:
    return 50


@book.exercise("1.2", Number("times", within=0.015))
def times_as_sensitive(survey: Frame) -> float:
    terms = ["price", "quality", "premium"]
    offline = choice_model(survey[survey["channel"] == "offline"], terms)
    online = choice_model(survey[survey["channel"] == "online"], terms)
    return online["price"] / offline["price"]


@book.slip("1.2", "upside_down")
def _(answer: float) -> float:
    return 1 / answer


@book.slip("1.2", "difference")
def _(survey: Frame) -> float:
    fits = {name: choice_model(rows, TERMS) for name, rows in survey.groupby("channel")}
    return fits["online"]["price"] - fits["offline"]["price"]


@book.slip("1.2", "quality")
def _(survey: Frame) -> float:
    fits = {name: choice_model(rows, TERMS) for name, rows in survey.groupby("channel")}
    return fits["online"]["quality"] / fits["offline"]["quality"]


@book.slip("1.2", "worth_of_quality")
def _(survey: Frame) -> float:
    worth = {
        name: willingness_to_pay(choice_model(rows, TERMS), "quality").value
        for name, rows in survey.groupby("channel")
    }
    return worth["offline"] / worth["online"]


@book.exercise("1.3", Number("utility for 100 yuan", within=0.03))
def twins(within: ChoiceModel, online_people: Frame) -> float:
    young = (online_people["age"] == "under 30").mean()
    lower = (online_people["income"] == "lower").mean()
    return 100 * (within["price"] + young * within["price_young"] + lower * within["price_lower"])


@book.slip("1.3", "offline_mix")
def _(within: ChoiceModel, choice_survey: Frame) -> float:
    people = choice_survey.drop_duplicates("respondent")
    people = people[people["channel"] == "offline"]
    return twins(within, people)


@book.slip("1.3", "everybody")
def _(within: ChoiceModel, choice_survey: Frame) -> float:
    return twins(within, choice_survey.drop_duplicates("respondent"))


@book.slip("1.3", "online_itself")
def _(within: ChoiceModel, answer: float) -> float:
    return answer + 100 * within["price_online"]


@book.slip("1.3", "no_shares")
def _(within: ChoiceModel) -> float:
    return 100 * (within["price"] + within["price_young"] + within["price_lower"])


@book.slip("1.3", "a_yuan")
def _(answer: float) -> float:
    return answer / 100


def careful_channel_premium(within: ChoiceModel, online_people: Frame) -> tuple[float, float]:
    """The channel's own coefficient and its interval, in percent of the twins' sensitivity."""
    young = (online_people["age"] == "under 30").mean()
    lower = (online_people["income"] == "lower").mean()
    twins = within["price"] + young * within["price_young"] + lower * within["price_lower"]
    low, high = 100 * within.table.loc["price_online", ["high", "low"]] / twins
    return round(low, 1), round(high, 1)


@book.verdict(
    "1.4",
    "percent",
    claim=100.0,
    careful=careful_channel_premium,
    account=lambda: world.taste_account(World()),
)
def channel_premium() -> float:
    return world.channel_premium(World())


# The shelf ----------------------------------------------------------------------------------


@book.exercise("1.5", Number("yuan", within=0.5, digits=1))
def price_of_the_well_rated(listings: Frame) -> float:
    distinct = listings.drop_duplicates("listing_id")
    on_sale = distinct[distinct["price"] < 9_999]
    good = on_sale[on_sale["rating"] >= 4]
    return good["price"].mean()


def _mean_price(listings: Frame, *, twice: bool, sold_out: bool, unrated: bool) -> float:
    rows = listings if twice else listings.drop_duplicates("listing_id")
    rows = rows if sold_out else rows[rows["price"] < 9_999]
    return rows.loc[(rows["rating"] >= 4) | (unrated & rows["rating"].isna()), "price"].mean()


@book.slip("1.5", "as_it_stands")
def _(listings: Frame) -> float:
    return _mean_price(listings, twice=True, sold_out=True, unrated=True)


@book.slip("1.5", "sold_out")
def _(listings: Frame) -> float:
    return _mean_price(listings, twice=False, sold_out=True, unrated=False)


@book.slip("1.5", "unrated")
def _(listings: Frame) -> float:
    return _mean_price(listings, twice=False, sold_out=False, unrated=True)


@book.slip("1.5", "twice")
def _(listings: Frame) -> float:
    return _mean_price(listings, twice=True, sold_out=False, unrated=False)


@book.slip("1.5", "twice_and_unrated")
def _(listings: Frame) -> float:
    return _mean_price(listings, twice=True, sold_out=False, unrated=True)


@book.exercise("1.6", Drawing())
def prices_of_the_well_rated(shelf: Frame, bins: np.ndarray) -> object:
    good = shelf[shelf["rating"] >= 4]
    return good["price"].plot.hist(bins=bins)


@book.slip("1.6", "whole_shelf")
def _(shelf: Frame, bins: np.ndarray) -> Bars:
    return Bars.counted(shelf["price"], bins)


@book.slip("1.6", "badly_rated")
def _(shelf: Frame, bins: np.ndarray) -> Bars:
    return Bars.counted(shelf.loc[shelf["rating"] < 4, "price"], bins)


@book.slip("1.6", "raw_listings")
def _(listings: Frame, bins: np.ndarray) -> Bars:
    return Bars.counted(listings.loc[listings["rating"] >= 4, "price"], bins)


# The year -----------------------------------------------------------------------------------


@book.exercise("1.7", Number("yuan a piece", within=0.1, digits=1))
def price_of_two_headlines() -> float:
    return 50_000_000 / (12 * 100_000)


@book.slip("1.7", "one_month")
def _() -> float:
    return 50_000_000 / 100_000


@book.slip("1.7", "upside_down")
def _() -> float:
    return 12 * 100_000 / 50_000_000


@book.slip("1.7", "really_paid")
def _(sales: Frame) -> float:
    return sales["gmv"].sum() / sales["pieces"].sum()


@book.exercise("1.8", Number("thousand pieces", within=0.4, digits=1))
def kept_in_november(sales: Frame, orders: Frame) -> float:
    pieces = sales.loc[sales["date"].str.startswith("2025-11"), "pieces"].sum()
    november = orders[orders["date"].str.startswith("2025-11")]
    came_back = (november["pieces"] * november["returned"]).sum() / november["pieces"].sum()
    return pieces * (1 - came_back) / 1_000


def _november_pieces(sales: Frame) -> float:
    return sales.loc[sales["date"].str.startswith("2025-11"), "pieces"].sum() / 1_000


@book.slip("1.8", "whole_year")
def _(sales: Frame, orders: Frame) -> float:
    came_back = (orders["pieces"] * orders["returned"]).sum() / orders["pieces"].sum()
    return _november_pieces(sales) * (1 - came_back)


@book.slip("1.8", "sent_back")
def _(sales: Frame, answer: float) -> float:
    return _november_pieces(sales) - answer


@book.slip("1.8", "the_sample")
def _(orders: Frame) -> float:
    november = orders[orders["date"].str.startswith("2025-11")]
    return (november["pieces"] * (1 - november["returned"])).sum() / 1_000


def careful_net_revenue(sales: Frame, old_orders: Frame) -> tuple[float, float]:
    """The year's GMV less the share that comes back of orders old enough to tell."""
    came_back = ratio_of_sums(old_orders, "refund", "amount")
    gmv = float(sales["gmv"].sum()) / 1e6
    return round(gmv * (1 - came_back.high), 2), round(gmv * (1 - came_back.low), 2)


@book.verdict(
    "1.9",
    "million yuan",
    claim=50.0,
    careful=careful_net_revenue,
    account=lambda: world.returns_account(World()),
)
def net_revenue() -> float:
    return world.net_revenue(World())


# What a customer costs ----------------------------------------------------------------------


@book.exercise("1.10", Number("yuan", percent_within=0.5, digits=1))
def next_on_pinduoduo(pinduoduo: Frame) -> float:
    curve = acquisition_curve(pinduoduo, conditions=["festival", "rule_change"])
    spend = pinduoduo["spend"].tail(4).mean()
    return curve.marginal_cost(spend, week=52).value


def _pinduoduo_curve(pinduoduo: Frame) -> AcquisitionCurve:
    return acquisition_curve(pinduoduo, conditions=["festival", "rule_change"])


@book.slip("1.10", "average_of_the_year")
def _(pinduoduo: Frame) -> float:
    return pinduoduo["spend"].sum() / pinduoduo["new_customers"].sum()


@book.slip("1.10", "average_now")
def _(pinduoduo: Frame) -> float:
    spend = pinduoduo["spend"].tail(4).mean()
    return _pinduoduo_curve(pinduoduo).average_cost(spend, week=52).value


@book.slip("1.10", "first_week")
def _(pinduoduo: Frame) -> float:
    spend = pinduoduo["spend"].tail(4).mean()
    return _pinduoduo_curve(pinduoduo).marginal_cost(spend, week=1).value


@book.slip("1.10", "conditions_forgotten")
def _(pinduoduo: Frame) -> float:
    spend = pinduoduo["spend"].tail(4).mean()
    return acquisition_curve(pinduoduo).marginal_cost(spend, week=52).value


def careful_next_customer(douyin: Frame, douyin_curve: AcquisitionCurve) -> tuple[float, float]:
    """The fitted curve's interval at the present spend."""
    cost = douyin_curve.marginal_cost(douyin["spend"].tail(4).mean(), week=52)
    return round(cost.low, 1), round(cost.high, 1)


@book.verdict(
    "1.11",
    "yuan",
    claim=38.0,
    careful=careful_next_customer,
    account=lambda: world.douyin_account(World()),
)
def next_customer() -> float:
    return world.next_customer(World())


# Whom a low price brings --------------------------------------------------------------------


@book.exercise("1.12", Values("yuan", within=5.0, digits=0))
def margin_of_visitors(tested: Frame) -> pd.Series:
    margin = tested.index - 33
    return 1_000 * margin * tested["buyers"] / tested["visitors"]


@book.slip("1.12", "takings")
def _(tested: Frame) -> pd.Series:
    return 1_000 * tested.index * tested["buyers"] / tested["visitors"]


@book.slip("1.12", "of_one_visitor")
def _(answer: pd.Series) -> pd.Series:
    return answer / 1_000


@book.slip("1.12", "buyers")
def _(tested: Frame) -> pd.Series:
    return 1_000 * tested["buyers"] / tested["visitors"]


def careful_later_uplift(later: RateComparison) -> tuple[float, float]:
    """A careful analyst's 90% interval for the relative change a visitor, percent."""
    return round(100 * later.relative_low, 1), round(100 * later.relative_high, 1)


@book.verdict(
    "1.13",
    "percent",
    claim=-50.0,
    careful=careful_later_uplift,
    account=lambda: world.visitors_account(World()),
)
def later_uplift() -> float:
    return world.later_uplift(World())


@book.exercise("1.14", Number("yuan", percent_within=1, digits=0))
def price_of_an_extra_one(tested: Frame) -> float:
    margin = (tested.index - 33) * tested["buyers"] / tested["visitors"]
    later = tested["later"] / tested["visitors"]
    return (margin[89] - margin[39]) / (later[39] - later[89])


@book.slip("1.14", "not_extra")
def _(tested: Frame) -> float:
    margin = (tested.index - 33) * tested["buyers"] / tested["visitors"]
    margin = pd.Series(margin, tested.index)
    return (margin[89] - margin[39]) / (tested["later"] / tested["visitors"])[39]


@book.slip("1.14", "buyers_gained")
def _(tested: Frame) -> float:
    margin = (tested.index - 33) * tested["buyers"] / tested["visitors"]
    bought = tested["buyers"] / tested["visitors"]
    return (margin[89] - margin[39]) / (bought[39] - bought[89])


@book.slip("1.14", "discount")
def _(tested: Frame) -> float:
    later = tested["later"] / tested["visitors"]
    return 50 * (tested["buyers"] / tested["visitors"])[39] / (later[39] - later[89])


# One platform's rules -----------------------------------------------------------------------


@book.view
def rule_weeks(sales: Frame) -> Frame:
    """GMV a day by platform: July to 5 August (before), 6 August to 9 September (after)."""
    near = sales[sales["date"].between("2025-07-02", "2025-09-09")]
    when = np.where(near["date"] < "2025-08-06", "before", "after")
    return near.assign(when=when).groupby(["platform", "when"])["gmv"].sum().unstack() / 35


@book.exercise("1.15", Number("percent", within=0.5, digits=1))
def lost_to_the_rule(rule_weeks: Frame) -> float:
    change = rule_weeks["after"] / rule_weeks["before"]
    return 100 * (1 - change["Pinduoduo"] / change["Douyin"])


@book.slip("1.15", "both_platforms")
def _(rule_weeks: Frame) -> float:
    total = rule_weeks.sum()
    return 100 * (1 - total["after"] / total["before"])


@book.slip("1.15", "before_after")
def _(rule_weeks: Frame) -> float:
    change = rule_weeks["after"] / rule_weeks["before"]
    return 100 * (1 - change["Pinduoduo"])


@book.slip("1.15", "points_of_change")
def _(rule_weeks: Frame) -> float:
    change = rule_weeks["after"] / rule_weeks["before"]
    return 100 * (change["Douyin"] - change["Pinduoduo"])


@book.choice("1.16", tuple(OPENINGS))
def opening() -> dict[str, float]:
    """Profit of each way to open the new store, yuan."""
    return world.profit_of_openings(World())


# The counter-case ---------------------------------------------------------------------------


@book.exercise("1.17", Values("thousand yuan", within=0.5, digits=0))
def last_quarter(rival: Frame) -> pd.Series:
    spent = rival[["goods_and_shipping", "advertising", "fixed_cost"]].sum(axis=1)
    left = rival.assign(left=rival["net_revenue"] - spent)
    return left[left["month"] > 9].groupby("platform")["left"].sum() / 1_000


@book.view
def rival_left(rival: Frame) -> Frame:
    """The rival's months, with what each platform leaves before and after its fixed cost."""
    before = rival["net_revenue"] - rival["goods_and_shipping"] - rival["advertising"]
    return rival.assign(before=before, left=before - rival["fixed_cost"])


@book.slip("1.17", "whole_year")
def _(rival_left: Frame) -> pd.Series:
    return rival_left.groupby("platform")["left"].sum() / 1_000


@book.slip("1.17", "fixed_cost_forgotten")
def _(rival_left: Frame) -> pd.Series:
    return rival_left[rival_left["month"] > 9].groupby("platform")["before"].sum() / 1_000


@book.slip("1.17", "goods_forgotten")
def _(rival_left: Frame) -> pd.Series:
    late = rival_left[rival_left["month"] > 9]
    earned = late["left"] + late["goods_and_shipping"]
    return earned.groupby(late["platform"]).sum() / 1_000


@book.slip("1.17", "a_month")
def _(answer: pd.Series) -> pd.Series:
    return answer / 3
