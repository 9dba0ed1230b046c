"""Chapter 1: what it asks, the answers, and the slips that people really make.

The source of an answer is what `case.solution` shows, so it is written for a trainee's eyes.
"""

from typing import Any

import numpy as np
import pandas as pd

from course_utils.analysis import (
    AcquisitionCurve,
    ChoiceModel,
    acquisition_curve,
    choice_model,
    compare_arms,
    ratio_of_sums,
    willingness_to_pay,
)
from course_utils.cases.apparel_launch import world
from course_utils.cases.apparel_launch.launch_planner import expected_of_openings
from course_utils.cases.apparel_launch.world import OPENINGS, World
from course_utils.exercises.kinds import Bars, Drawing, Guess, Number, Values
from course_utils.exercises.workbook import Workbook

Frame = Any  # a pandas DataFrame; its stubs would want a cast at every sum of a column

book = Workbook(chapter=1)

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
def pinduoduo(acquisition: Frame) -> Frame:
    """The weeks of Pinduoduo in which new customers were logged."""
    return acquisition[acquisition["platform"] == "Pinduoduo"].dropna()


@book.view
def tested(price_test: Frame) -> Frame:
    """The price test added up: one row a price, and who came back at full price at all."""
    sums = price_test.groupby("price")[COUNTED].sum()
    return sums.assign(later=sums["buyers_again"] + sums["others_later"])


# Who is price-sensitive ---------------------------------------------------------------------


@book.exercise(Guess(0, 100, "percent"))
def gap_among_twins() -> float:
    return 50


@book.exercise(Number("times", within=0.015))
def times_as_sensitive(survey: Frame) -> float:
    terms = ["price", "quality", "premium"]
    offline = choice_model(survey[survey["channel"] == "offline"], terms)
    online = choice_model(survey[survey["channel"] == "online"], terms)
    return online["price"] / offline["price"]


@book.slip("times_as_sensitive", "upside_down")
def _(answer: float) -> float:
    return 1 / answer


@book.slip("times_as_sensitive", "difference")
def _(survey: Frame) -> float:
    fits = {name: choice_model(rows, TERMS) for name, rows in survey.groupby("channel")}
    return fits["online"]["price"] - fits["offline"]["price"]


@book.slip("times_as_sensitive", "quality")
def _(survey: Frame) -> float:
    fits = {name: choice_model(rows, TERMS) for name, rows in survey.groupby("channel")}
    return fits["online"]["quality"] / fits["offline"]["quality"]


@book.slip("times_as_sensitive", "worth_of_quality")
def _(survey: Frame) -> float:
    worth = {
        name: willingness_to_pay(choice_model(rows, TERMS), "quality").value
        for name, rows in survey.groupby("channel")
    }
    return worth["offline"] / worth["online"]


@book.exercise(Number("utility per yuan", within=0.0003, digits=4))
def twins(within: ChoiceModel, online_people: Frame) -> float:
    young = (online_people["age"] == "under 30").mean()
    lower = (online_people["income"] == "lower").mean()
    return within["price"] + young * within["price_young"] + lower * within["price_lower"]


@book.slip("twins", "offline_mix")
def _(within: ChoiceModel, choice_survey: Frame) -> float:
    people = choice_survey.drop_duplicates("respondent")
    people = people[people["channel"] == "offline"]
    return twins(within, people)


@book.slip("twins", "everybody")
def _(within: ChoiceModel, choice_survey: Frame) -> float:
    return twins(within, choice_survey.drop_duplicates("respondent"))


@book.slip("twins", "online_itself")
def _(within: ChoiceModel, answer: float) -> float:
    return answer + within["price_online"]


@book.slip("twins", "no_shares")
def _(within: ChoiceModel) -> float:
    return within["price"] + within["price_young"] + within["price_lower"]


@book.slip("twins", "hundred_yuan")
def _(answer: float) -> float:
    return 100 * answer


def careful_channel_premium(within: ChoiceModel, online_people: Frame) -> tuple[float, float]:
    """The channel's own coefficient and its interval, in percent of the twins' sensitivity."""
    young = (online_people["age"] == "under 30").mean()
    lower = (online_people["income"] == "lower").mean()
    twins = within["price"] + young * within["price_young"] + lower * within["price_lower"]
    low, high = 100 * within.table.loc["price_online", ["high", "low"]] / twins
    return round(low, 1), round(high, 1)


@book.verdict(
    "percent",
    claim=100.0,
    careful=careful_channel_premium,
    account=lambda: world.taste_account(World()),
    guess="gap_among_twins",
)
def channel_premium() -> float:
    return world.channel_premium(World())


def _premium_beside(survey: Frame, *kinds: str) -> tuple[float, float]:
    """The channel's part, percent, where only these kinds of people have a taste of their own."""
    own = ["price_online", *(f"price_{kind}" for kind in kinds)]
    fit = choice_model(survey, ["price", *own, *TERMS[1:]])
    people = survey.drop_duplicates("respondent")
    people = people[people["channel"] == "online"]
    shares = {
        "young": (people["age"] == "under 30").mean(),
        "lower": (people["income"] == "lower").mean(),
    }
    twins = fit["price"] + sum(shares[kind] * fit[f"price_{kind}"] for kind in kinds)
    bounds = fit.table.loc["price_online", ["high", "low"]].to_numpy(float)
    low, high = (100 * bounds / twins).tolist()
    return low, high


@book.rival("channel_premium", "age_alone")
def _(survey: Frame) -> tuple[float, float]:
    return _premium_beside(survey, "young")


@book.rival("channel_premium", "income_alone")
def _(survey: Frame) -> tuple[float, float]:
    return _premium_beside(survey, "lower")


@book.rival("channel_premium", "first_line")
def _(within: ChoiceModel) -> tuple[float, float]:
    bounds = within.table.loc["price_online", ["high", "low"]].to_numpy(float)
    low, high = (100 * bounds / within["price"]).tolist()
    return low, high


# The shelf ----------------------------------------------------------------------------------


@book.exercise(Number("yuan", within=0.5, digits=1))
def good_price(listings: Frame) -> float:
    distinct = listings.drop_duplicates("listing_id")
    on_sale = distinct[distinct["price"] < 9_999]
    good = on_sale[on_sale["rating"] >= 4]
    return good["price"].mean()


def _mean_price(listings: Frame, *, twice: bool, sold_out: bool, unrated: bool) -> float:
    rows = listings if twice else listings.drop_duplicates("listing_id")
    rows = rows if sold_out else rows[rows["price"] < 9_999]
    return rows.loc[(rows["rating"] >= 4) | (unrated & rows["rating"].isna()), "price"].mean()


@book.slip("good_price", "as_it_stands")
def _(listings: Frame) -> float:
    return _mean_price(listings, twice=True, sold_out=True, unrated=True)


@book.slip("good_price", "sold_out")
def _(listings: Frame) -> float:
    return _mean_price(listings, twice=False, sold_out=True, unrated=False)


@book.slip("good_price", "unrated")
def _(listings: Frame) -> float:
    return _mean_price(listings, twice=False, sold_out=False, unrated=True)


@book.slip("good_price", "twice")
def _(listings: Frame) -> float:
    return _mean_price(listings, twice=True, sold_out=False, unrated=False)


@book.slip("good_price", "twice_and_unrated")
def _(listings: Frame) -> float:
    return _mean_price(listings, twice=True, sold_out=False, unrated=True)


@book.exercise(Drawing())
def shelf_histogram(shelf: Frame, bins: np.ndarray) -> object:
    good = shelf[shelf["rating"] >= 4]
    return good["price"].plot.hist(bins=bins)


@book.slip("shelf_histogram", "whole_shelf")
def _(shelf: Frame, bins: np.ndarray) -> Bars:
    return Bars.counted(shelf["price"], bins)


@book.slip("shelf_histogram", "badly_rated")
def _(shelf: Frame, bins: np.ndarray) -> Bars:
    return Bars.counted(shelf.loc[shelf["rating"] < 4, "price"], bins)


@book.slip("shelf_histogram", "raw_listings")
def _(listings: Frame, bins: np.ndarray) -> Bars:
    return Bars.counted(listings.loc[listings["rating"] >= 4, "price"], bins)


# The year -----------------------------------------------------------------------------------


@book.exercise(Number("yuan a piece", within=0.1, digits=1))
def price_of_a_piece() -> float:
    return 50_000_000 / (12 * 100_000)


@book.slip("price_of_a_piece", "one_month")
def _() -> float:
    return 50_000_000 / 100_000


@book.slip("price_of_a_piece", "upside_down")
def _() -> float:
    return 12 * 100_000 / 50_000_000


@book.slip("price_of_a_piece", "really_paid")
def _(sales: Frame) -> float:
    return sales["gmv"].sum() / sales["pieces"].sum()


@book.exercise(Number("thousand pieces", within=0.4, digits=1))
def kept_in_november(sales: Frame, orders: Frame) -> float:
    pieces = sales.loc[sales["date"].str.startswith("2025-11"), "pieces"].sum()
    november = orders[orders["date"].str.startswith("2025-11")]
    came_back = (november["pieces"] * november["returned"]).sum() / november["pieces"].sum()
    return pieces * (1 - came_back) / 1_000


def _november_pieces(sales: Frame) -> float:
    return sales.loc[sales["date"].str.startswith("2025-11"), "pieces"].sum() / 1_000


@book.slip("kept_in_november", "whole_year")
def _(sales: Frame, orders: Frame) -> float:
    came_back = (orders["pieces"] * orders["returned"]).sum() / orders["pieces"].sum()
    return _november_pieces(sales) * (1 - came_back)


@book.slip("kept_in_november", "sent_back")
def _(sales: Frame, answer: float) -> float:
    return _november_pieces(sales) - answer


@book.slip("kept_in_november", "the_sample")
def _(orders: Frame) -> float:
    november = orders[orders["date"].str.startswith("2025-11")]
    return (november["pieces"] * (1 - november["returned"])).sum() / 1_000


def careful_net_revenue(sales: Frame, orders: Frame) -> tuple[float, float]:
    """The year's GMV less the share of money that comes back of orders old enough to tell."""
    old = orders[orders["date"] <= "2025-12-01"]
    old = old.assign(refund=old["amount"] * old["returned"])
    came_back = ratio_of_sums(old, "refund", "amount")
    gmv = float(sales["gmv"].sum()) / 1e6
    low, high = gmv * (1 - came_back.high), gmv * (1 - came_back.low)
    return round(low, 2), round(high, 2)


@book.verdict(
    "million yuan",
    claim=50.0,
    careful=careful_net_revenue,
    account=lambda: world.returns_account(World()),
)
def net_revenue() -> float:
    return world.net_revenue(World())


def _kept_of(sales: Frame, orders: Frame, money: str) -> tuple[float, float]:
    """The year's GMV less the share of `money` in these orders that had come back."""
    orders = orders.assign(one=1.0)
    orders["back"] = orders[money] * orders["returned"]
    share, gmv = ratio_of_sums(orders, "back", money), float(sales["gmv"].sum()) / 1e6
    return gmv * (1 - share.high), gmv * (1 - share.low)


@book.rival("net_revenue", "all_orders")
def _(sales: Frame, orders: Frame) -> tuple[float, float]:
    return _kept_of(sales, orders, "amount")


@book.rival("net_revenue", "count_of_orders")
def _(sales: Frame, orders: Frame) -> tuple[float, float]:
    return _kept_of(sales, orders, "one")


# What a customer costs ----------------------------------------------------------------------


@book.exercise(Number("yuan", percent_within=0.5, digits=1))
def next_on_pinduoduo(pinduoduo: Frame) -> float:
    curve = acquisition_curve(pinduoduo, conditions=["festival", "rule_change"])
    spend = pinduoduo["spend"].tail(4).mean()
    return curve.marginal_cost(spend, week=52).value


def _pinduoduo_curve(pinduoduo: Frame) -> AcquisitionCurve:
    return acquisition_curve(pinduoduo, conditions=["festival", "rule_change"])


@book.slip("next_on_pinduoduo", "average_of_the_year")
def _(pinduoduo: Frame) -> float:
    return pinduoduo["spend"].sum() / pinduoduo["new_customers"].sum()


@book.slip("next_on_pinduoduo", "average_now")
def _(pinduoduo: Frame) -> float:
    spend = pinduoduo["spend"].tail(4).mean()
    return _pinduoduo_curve(pinduoduo).average_cost(spend, week=52).value


@book.slip("next_on_pinduoduo", "first_week")
def _(pinduoduo: Frame) -> float:
    spend = pinduoduo["spend"].tail(4).mean()
    return _pinduoduo_curve(pinduoduo).marginal_cost(spend, week=1).value


@book.slip("next_on_pinduoduo", "conditions_forgotten")
def _(pinduoduo: Frame) -> float:
    spend = pinduoduo["spend"].tail(4).mean()
    return acquisition_curve(pinduoduo).marginal_cost(spend, week=52).value


def careful_next_customer(acquisition: Frame) -> tuple[float, float]:
    """The fitted curve carried on to January's week and January's budget."""
    douyin = acquisition[acquisition["platform"] == "Douyin"].dropna()
    curve = acquisition_curve(douyin, conditions=["festival"])
    cost = curve.marginal_cost(150_000, week=56)
    return round(cost.low, 1), round(cost.high, 1)


@book.verdict(
    "yuan",
    claim=38.0,
    careful=careful_next_customer,
    account=lambda: world.douyin_account(World()),
)
def next_on_douyin() -> float:
    return world.next_customer(World())


def _douyin(acquisition: Frame) -> Frame:
    return acquisition[acquisition["platform"] == "Douyin"].dropna()


@book.rival("next_on_douyin", "average_of_january")
def _(acquisition: Frame) -> tuple[float, float]:
    curve = acquisition_curve(_douyin(acquisition), conditions=["festival"])
    cost = curve.average_cost(world.JANUARY_SPEND, week=world.JANUARY_WEEK)
    return cost.low, cost.high


@book.rival("next_on_douyin", "december")
def _(acquisition: Frame) -> tuple[float, float]:
    weeks = _douyin(acquisition)
    curve = acquisition_curve(weeks, conditions=["festival"])
    cost = curve.marginal_cost(weeks["spend"].tail(4).mean(), week=52)
    return cost.low, cost.high


@book.rival("next_on_douyin", "festivals_in")
def _(acquisition: Frame) -> tuple[float, float]:
    curve = acquisition_curve(_douyin(acquisition))
    cost = curve.marginal_cost(world.JANUARY_SPEND, week=world.JANUARY_WEEK)
    return cost.low, cost.high


# Whom a low price brings --------------------------------------------------------------------


@book.exercise(Values("yuan", within=5.0, digits=0))
def margins(tested: Frame) -> pd.Series:
    margin = tested.index - 33
    return 1_000 * margin * tested["buyers"] / tested["visitors"]


@book.slip("margins", "takings")
def _(tested: Frame) -> pd.Series:
    return 1_000 * tested.index * tested["buyers"] / tested["visitors"]


@book.slip("margins", "of_one_visitor")
def _(answer: pd.Series) -> pd.Series:
    return answer / 1_000


@book.slip("margins", "buyers")
def _(tested: Frame) -> pd.Series:
    return 1_000 * tested["buyers"] / tested["visitors"]


def careful_later_uplift(tested: Frame) -> tuple[float, float]:
    """A careful analyst's 90% interval for the relative change per visitor, percent."""
    counted = tested.assign(later=tested["buyers_again"] + tested["others_later"])
    later = compare_arms(
        counted.reset_index(),
        arm="price",
        outcome="later",
        trials="visitors",
        control=89,
        treatment=39,
    )
    low, high = 100 * later.relative_low, 100 * later.relative_high
    return round(low, 1), round(high, 1)


@book.verdict(
    "percent",
    claim=-50.0,
    careful=careful_later_uplift,
    account=lambda: world.visitors_account(World()),
)
def later_uplift() -> float:
    return world.later_uplift(World())


def _change(tested: Frame, outcome: str, trials: str, price: int) -> tuple[float, float]:
    arms = tested[[outcome, trials]].reset_index()
    found = compare_arms(
        arms, arm="price", outcome=outcome, trials=trials, control=89, treatment=price
    )
    return 100 * found.relative_low, 100 * found.relative_high


@book.rival("later_uplift", "buyers")
def _(tested: Frame) -> tuple[float, float]:
    return _change(tested, "buyers_again", "buyers", 39)


@book.rival("later_uplift", "fifty_nine")
def _(tested: Frame) -> tuple[float, float]:
    return _change(tested, "later", "visitors", 59)


@book.exercise(Number("yuan", percent_within=1, digits=0))
def price_of_an_extra_one(tested: Frame) -> float:
    margin = (tested.index - 33) * tested["buyers"] / tested["visitors"]
    later = tested["later"] / tested["visitors"]
    return (margin[89] - margin[39]) / (later[39] - later[89])


@book.slip("price_of_an_extra_one", "not_extra")
def _(tested: Frame) -> float:
    margin = (tested.index - 33) * tested["buyers"] / tested["visitors"]
    margin = pd.Series(margin, tested.index)
    return (margin[89] - margin[39]) / (tested["later"] / tested["visitors"])[39]


@book.slip("price_of_an_extra_one", "buyers_gained")
def _(tested: Frame) -> float:
    margin = (tested.index - 33) * tested["buyers"] / tested["visitors"]
    bought = tested["buyers"] / tested["visitors"]
    return (margin[89] - margin[39]) / (bought[39] - bought[89])


@book.slip("price_of_an_extra_one", "discount")
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


@book.exercise(Number("percent", within=0.5, digits=1))
def lost_to_the_rule(rule_weeks: Frame) -> float:
    change = rule_weeks["after"] / rule_weeks["before"]
    return 100 * (1 - change["Pinduoduo"] / change["Douyin"])


@book.slip("lost_to_the_rule", "both_platforms")
def _(rule_weeks: Frame) -> float:
    total = rule_weeks.sum()
    return 100 * (1 - total["after"] / total["before"])


@book.slip("lost_to_the_rule", "before_after")
def _(rule_weeks: Frame) -> float:
    change = rule_weeks["after"] / rule_weeks["before"]
    return 100 * (1 - change["Pinduoduo"])


@book.slip("lost_to_the_rule", "points_of_change")
def _(rule_weeks: Frame) -> float:
    change = rule_weeks["after"] / rule_weeks["before"]
    return 100 * (change["Douyin"] - change["Pinduoduo"])


def expected_openings(
    acquisition: Frame, orders: Frame, sales: Frame, price_test: Frame, plan_costs: Frame
) -> dict[str, tuple[float, float]]:
    """What the planner expects of each opening, yuan, and how likely a loss is."""
    names = ("acquisition", "orders", "sales", "price_test", "plan_costs")
    tables = (acquisition, orders, sales, price_test, plan_costs)
    return expected_of_openings(dict(zip(names, tables, strict=True)), OPENINGS)


@book.choice(tuple(OPENINGS), forecast=expected_openings)
def opening() -> dict[str, float]:
    """Profit of each way to open the new store, yuan."""
    return world.profit_of_openings(World())


# The counter-case ---------------------------------------------------------------------------


@book.exercise(Values("thousand yuan", within=0.5, digits=0))
def last_quarter(rival: Frame) -> pd.Series:
    spent = rival[["goods_and_shipping", "advertising", "fixed_cost"]].sum(axis=1)
    left = rival.assign(left=rival["net_revenue"] - spent)
    return left[left["month"] > 9].groupby("platform")["left"].sum() / 1_000


@book.view
def rival_left(rival: Frame) -> Frame:
    """The rival's months, with what each platform leaves before and after its fixed cost."""
    before = rival["net_revenue"] - rival["goods_and_shipping"] - rival["advertising"]
    return rival.assign(before=before, left=before - rival["fixed_cost"])


@book.slip("last_quarter", "whole_year")
def _(rival_left: Frame) -> pd.Series:
    return rival_left.groupby("platform")["left"].sum() / 1_000


@book.slip("last_quarter", "fixed_cost_forgotten")
def _(rival_left: Frame) -> pd.Series:
    return rival_left[rival_left["month"] > 9].groupby("platform")["before"].sum() / 1_000


@book.slip("last_quarter", "goods_forgotten")
def _(rival_left: Frame) -> pd.Series:
    late = rival_left[rival_left["month"] > 9]
    earned = late["left"] + late["goods_and_shipping"]
    return earned.groupby(late["platform"]).sum() / 1_000


@book.slip("last_quarter", "a_month")
def _(answer: pd.Series) -> pd.Series:
    return answer / 3
