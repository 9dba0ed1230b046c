"""Chapter 2: what it asks, the answers, and the slips that people really make.

The source of an answer is what `case.solution` shows, so it is written for a trainee's eyes.
"""

from typing import Any

import numpy as np
import pandas as pd

from course_utils.analysis import (
    Response,
    average_roas,
    compare_arms,
    difference_in_differences,
    fit_response,
    incremental_roas,
    marginal_roas,
    marginal_roas_interval,
    ratio_of_sums,
)
from course_utils.cases.beauty_traffic import world
from course_utils.cases.beauty_traffic.world import MOVES, World
from course_utils.exercises.kinds import Bars, Drawing, Guess, Number, Values
from course_utils.exercises.workbook import Workbook

Frame = Any  # a pandas DataFrame; its stubs would want a cast at every sum of a column

book = Workbook(chapter=2)

# Names that the notebook imports, so that its cells stay short.
live = world.REWORKED
panel: dict[str, Any] = {
    "outcome": "visits",
    "unit": "product",
    "time": "date",
    "treated": "reworked",
}
regions: dict[str, Any] = {
    "region": "region",
    "phase": "phase",
    "outcome": "revenue",
    "spend": ["zhitongche", "douyin"],
}
test: dict[str, Any] = {"spend": "spend", "outcome": "revenue", "unit": "group", "time": "week"}

# Tables derived from others, as the notebook derives them -----------------------------------


@book.view
def days(search: Frame) -> Frame:
    """The search visits, with whether the reworked pages were live."""
    return search.assign(after=search["date"] >= live)


@book.view
def once(notes: Frame) -> Frame:
    """One row a note."""
    return notes.drop_duplicates("note_id")


@book.view
def bins() -> np.ndarray:
    """The edges of the bars of the notes' sizes, visits."""
    return np.geomspace(10, 100_000, 17)


@book.view
def douyin(spend_test: Frame) -> Response:
    """Douyin's fitted response, in yuan a week and region group."""
    return fit_response(spend_test[spend_test["channel"] == "douyin"], **test)


@book.view
def spends() -> np.ndarray:
    """Spends to try, yuan a week and region group."""
    return np.arange(1_000, 40_000, 50)


# Reproduce the claim: on-site ---------------------------------------------------------------


@book.exercise(Guess(0, 30, "percent"))
def rise_from_the_pages() -> float:
    return 15


@book.exercise(Number("percent", within=0.1, digits=1))
def search_rise(days: Frame) -> float:
    reworked = days[days["reworked"] == 1]
    visits = reworked.groupby("after")["visits"].mean()
    return 100 * (visits[True] / visits[False] - 1)


@book.slip("search_rise", "totals")
def _(days: Frame) -> float:
    visits = days[days["reworked"] == 1].groupby("after")["visits"].sum()
    return 100 * (visits[True] / visits[False] - 1)


@book.slip("search_rise", "all_products")
def _(days: Frame) -> float:
    visits = days.groupby("after")["visits"].mean()
    return 100 * (visits[True] / visits[False] - 1)


@book.slip("search_rise", "wrong_base")
def _(days: Frame) -> float:
    visits = days[days["reworked"] == 1].groupby("after")["visits"].mean()
    return 100 * (1 - visits[False] / visits[True])


@book.slip("search_rise", "visits")
def _(days: Frame) -> float:
    visits = days[days["reworked"] == 1].groupby("after")["visits"].mean()
    return visits[True] - visits[False]


# Doubt and measure: on-site -----------------------------------------------------------------


@book.exercise(Number("percent", within=0.1, digits=1))
def beyond_the_season(days: Frame) -> float:
    visits = days.groupby(["reworked", "after"])["visits"].mean().unstack("after")
    growth = visits[True] / visits[False]
    return 100 * (growth[1] / growth[0] - 1)


@book.slip("beyond_the_season", "subtracted")
def _(days: Frame) -> float:
    visits = days.groupby(["reworked", "after"])["visits"].mean().unstack("after")
    growth = visits[True] / visits[False]
    return 100 * (growth[1] - growth[0])


@book.slip("beyond_the_season", "untouched")
def _(days: Frame) -> float:
    visits = days[days["reworked"] == 0].groupby("after")["visits"].mean()
    return 100 * (visits[True] / visits[False] - 1)


@book.slip("beyond_the_season", "visits_not_percent")
def _(days: Frame) -> float:
    visits = days.groupby(["reworked", "after"])["visits"].mean().unstack("after")
    gain = visits[True] - visits[False]
    return 100 * (gain[1] - gain[0]) / visits.loc[1, False]


@book.slip("beyond_the_season", "after_only")
def _(days: Frame) -> float:
    visits = days[days["after"]].groupby("reworked")["visits"].mean()
    return 100 * (visits[1] / visits[0] - 1)


def careful_uplift(days: Frame) -> tuple[float, float]:
    """A careful analyst's 90% interval for the pages' own uplift, percent."""
    found = difference_in_differences(days, start=live, **panel)
    return round(100 * found.low, 1), round(100 * found.high, 1)


@book.verdict(
    "percent",
    claim=30.0,
    careful=careful_uplift,
    account=lambda: world.search_account(World()),
)
def search_uplift() -> float:
    return 100 * World().uplift


@book.rival("search_uplift", "rows")
def _(days: Frame) -> tuple[float, float]:
    found = difference_in_differences(days, start=live, clustered=False, **panel)
    return 100 * found.low, 100 * found.high


@book.rival("search_uplift", "own_past")
def _(days: Frame) -> tuple[float, float]:
    reworked = days[days["reworked"] == 1]
    visits = reworked.groupby(["product", "after"])["visits"].mean().unstack("after")
    rise = 100 * (visits[True] / visits[False] - 1)
    room = 1.645 * rise.std() / np.sqrt(len(rise))
    return rise.mean() - room, rise.mean() + room


# Off-site: the notes ------------------------------------------------------------------------


@book.exercise(Number("percent", within=0.1, digits=1))
def all_click_through(once: Frame) -> float:
    return 100 * once["visits"].sum() / once["reads"].sum()


@book.slip("all_click_through", "mean_of_rates")
def _(once: Frame) -> float:
    return 100 * (once["visits"] / once["reads"]).mean()


@book.slip("all_click_through", "of_views")
def _(once: Frame) -> float:
    return 100 * once["visits"].sum() / once["views"].sum()


@book.slip("all_click_through", "median_rate")
def _(once: Frame) -> float:
    return 100 * (once["visits"] / once["reads"]).median()


@book.exercise(Drawing())
def where_visits_come_from(once: Frame, bins: np.ndarray) -> object:
    return once["visits"].plot.hist(bins=bins, weights=once["visits"] / 1_000, logx=True)


@book.slip("where_visits_come_from", "counted")
def _(once: Frame, bins: np.ndarray) -> Bars:
    return Bars.counted(once["visits"].dropna(), bins)


@book.slip("where_visits_come_from", "single_visits")
def _(once: Frame, bins: np.ndarray) -> Bars:
    visits = once["visits"].dropna()
    return Bars.counted(visits, bins, weights=visits)


@book.slip("where_visits_come_from", "rows_twice")
def _(notes: Frame, bins: np.ndarray) -> Bars:
    visits = notes["visits"].dropna()
    return Bars.counted(visits, bins, weights=visits / 1_000)


@book.slip("where_visits_come_from", "by_reads")
def _(once: Frame, bins: np.ndarray) -> Bars:
    counted = once.dropna(subset="visits")
    return Bars.counted(counted["visits"], bins, weights=counted["reads"] / 1_000)


@book.exercise(Number("percent", within=0.2, digits=1))
def next_note(once: Frame) -> float:
    first, second = once[once["round"] == 1], once[once["round"] == 2]
    stars = first.loc[first["reads"] >= 100_000, "creator"]
    then = first.loc[first["creator"].isin(stars), "visits"].sum()
    later = second.loc[second["creator"].isin(stars), "visits"].sum()
    return 100 * later / then


@book.slip("next_note", "backwards")
def _(once: Frame) -> float:
    first, second = once[once["round"] == 1], once[once["round"] == 2]
    stars = second.loc[second["reads"] >= 100_000, "creator"]
    then = second.loc[second["creator"].isin(stars), "visits"].sum()
    return 100 * first.loc[first["creator"].isin(stars), "visits"].sum() / then


@book.slip("next_note", "all_creators")
def _(once: Frame) -> float:
    visits = once.groupby("round")["visits"].sum()
    return 100 * visits[2] / visits[1]


@book.slip("next_note", "hits_of_both_rounds")
def _(once: Frame) -> float:
    stars = once.loc[once["reads"] >= 100_000, "creator"]
    visits = once[once["creator"].isin(stars)].groupby("round")["visits"].sum()
    return 100 * visits[2] / visits[1]


@book.exercise(Number("yuan per yuan", within=0.02, digits=2))
def roi_of_the_largest(once: Frame) -> float:
    largest = once[pd.qcut(once["followers"], 4, labels=False) == 3]
    return 5 * largest["visits"].sum() / largest["cost"].sum()


@book.slip("roi_of_the_largest", "mean_of_ratios")
def _(once: Frame) -> float:
    largest = once[pd.qcut(once["followers"], 4, labels=False) == 3]
    return (5 * largest["visits"].fillna(0) / largest["cost"]).mean()


@book.slip("roi_of_the_largest", "the_smallest")
def _(once: Frame) -> float:
    smallest = once[pd.qcut(once["followers"], 4, labels=False) == 0]
    return 5 * smallest["visits"].sum() / smallest["cost"].sum()


@book.slip("roi_of_the_largest", "survivors")
def _(once: Frame) -> float:
    largest = once[pd.qcut(once["followers"], 4, labels=False) == 3].dropna()
    return 5 * largest["visits"].sum() / largest["cost"].sum()


@book.slip("roi_of_the_largest", "visits")
def _(once: Frame) -> float:
    largest = once[pd.qcut(once["followers"], 4, labels=False) == 3]
    return largest["visits"].sum() / largest["cost"].sum()


@book.slip("roi_of_the_largest", "the_larger_half")
def _(once: Frame) -> float:
    half = once[once["followers"] > once["followers"].median()]
    return 5 * half["visits"].sum() / half["cost"].sum()


# Paid: what the dashboards count ------------------------------------------------------------


@book.exercise(Number("percent", within=0.1, digits=1))
def claimed_twice(orders: Frame) -> float:
    both = orders["clicked_zhitongche"] & orders["saw_douyin"]
    return 100 * both.mean()


@book.slip("claimed_twice", "of_search_orders")
def _(orders: Frame) -> float:
    return 100 * orders.loc[orders["clicked_zhitongche"] == 1, "saw_douyin"].mean()


@book.slip("claimed_twice", "of_douyin_orders")
def _(orders: Frame) -> float:
    return 100 * orders.loc[orders["saw_douyin"] == 1, "clicked_zhitongche"].mean()


@book.slip("claimed_twice", "of_claims")
def _(orders: Frame) -> float:
    both = orders["clicked_zhitongche"] & orders["saw_douyin"]
    return 100 * both.sum() / (orders["clicked_zhitongche"].sum() + orders["saw_douyin"].sum())


@book.exercise(Guess(0, 100, "yuan"))
def sold_anyway() -> float:
    return 50


# Paid: the holdout --------------------------------------------------------------------------


@book.exercise(Number("yuan per yuan", within=0.12))
def douyin_roi(holdout: Frame) -> float:
    return incremental_roas(holdout, **regions)["roas"]["douyin"]


@book.slip("douyin_roi", "while_off")
def _(holdout: Frame) -> float:
    weeks = holdout[holdout["phase"] != "after"]
    return incremental_roas(weeks, **regions)["roas"]["douyin"]


@book.slip("douyin_roi", "together")
def _(holdout: Frame) -> float:
    return incremental_roas(holdout, **regions)["roas"]["together"]


@book.slip("douyin_roi", "search_ads")
def _(holdout: Frame) -> float:
    return incremental_roas(holdout, **regions)["roas"]["zhitongche"]


@book.slip("douyin_roi", "last_click")
def _(ads: Frame) -> float:
    rows = ads[ads["channel"] == "douyin"]
    return rows["last_click_revenue"].sum() / rows["spend"].sum()


def careful_search(holdout: Frame) -> tuple[float, float]:
    """A careful analyst's 90% interval for the incremental ROI of the search ads."""
    rows = incremental_roas(holdout, **regions).round(2)
    low, high = rows["low"]["zhitongche"], rows["high"]["zhitongche"]
    return float(low), float(high)


@book.verdict(
    "yuan per yuan",
    claim=4.62,
    careful=careful_search,
    account=lambda: world.paid_roi(World()),
)
def search_roi() -> float:
    return world.paid_roi(World())["zhitongche"]


@book.rival("search_roi", "reported")
def _(ads: Frame) -> float:
    rows = ads[ads["channel"] == "zhitongche"]
    return rows["reported_revenue"].sum() / rows["spend"].sum()


@book.rival("search_roi", "together")
def _(holdout: Frame) -> tuple[float, float]:
    found = incremental_roas(holdout, **regions)
    return float(found["low"]["together"]), float(found["high"]["together"])


def careful_roi(holdout: Frame) -> tuple[float, float]:
    """A careful analyst's 90% interval for the incremental ROI of both channels together."""
    roi = incremental_roas(holdout, **regions).round(2)
    return float(roi["low"]["together"]), float(roi["high"]["together"])


@book.verdict(
    "yuan per yuan",
    claim=3.5,
    careful=careful_roi,
    account=lambda: world.paid_roi(World()),
)
def paid_roi() -> float:
    return world.paid_roi(World())["together"]


@book.rival("paid_roi", "last_click")
def _(ads: Frame) -> float:
    return ads["last_click_revenue"].sum() / ads["spend"].sum()


@book.rival("paid_roi", "while_off")
def _(holdout: Frame) -> tuple[float, float]:
    found = incremental_roas(holdout[holdout["phase"] != "after"], **regions)
    return float(found["low"]["together"]), float(found["high"]["together"])


# Paid: the next yuan ------------------------------------------------------------------------


@book.exercise(Number("yuan per yuan", within=0.005))
def break_even() -> float:
    return 1 / 0.40


@book.slip("break_even", "revenue_only")
def _() -> float:
    return 1.0


@book.slip("break_even", "cost_share")
def _() -> float:
    return 1 / (1 - 0.40)


@book.slip("break_even", "on_top")
def _() -> float:
    return 1 + 0.40


@book.exercise(Number("yuan", percent_within=2, digits=0))
def last_good_spend(douyin: Response, spends: np.ndarray) -> float:
    worth_it = marginal_roas(douyin, spends) >= 2.5
    return spends[worth_it].max()


@book.slip("last_good_spend", "average")
def _(douyin: Response, spends: np.ndarray) -> float:
    return spends[average_roas(douyin, spends) >= 2.5].max()


@book.slip("last_good_spend", "marginal_of_one")
def _(douyin: Response, spends: np.ndarray) -> float:
    return spends[marginal_roas(douyin, spends) >= 1].max()


@book.slip("last_good_spend", "claimed")
def _(douyin: Response, spends: np.ndarray) -> float:
    return spends[marginal_roas(douyin, spends) >= 3.5].max()


@book.slip("last_good_spend", "whole_country")
def _(answer: float) -> float:
    return 50 * answer


@book.view
def search_ads(spend_test: Frame) -> Response:
    """The search ads' fitted response, in yuan a week and region group."""
    return fit_response(spend_test[spend_test["channel"] == "zhitongche"], **test)


def careful_cut(search_ads: Response) -> tuple[float, float]:
    """A careful analyst's 90% interval for the next yuan of search ads after the cut."""
    low, high = marginal_roas_interval(search_ads, 1_800)
    return round(low, 2), round(high, 2)


@book.verdict("yuan per yuan", claim=4.62, careful=careful_cut)
def search_after_the_cut() -> float:
    return world.search_after_the_cut(World())


@book.rival("search_after_the_cut", "today")
def _(search_ads: Response) -> tuple[float, float]:
    low, high = marginal_roas_interval(search_ads, 10_800)
    return low, high


@book.rival("search_after_the_cut", "holdout")
def _(holdout: Frame) -> tuple[float, float]:
    found = incremental_roas(holdout, **regions)
    return float(found["low"]["zhitongche"]), float(found["high"]["zhitongche"])


@book.rival("search_after_the_cut", "average")
def _(search_ads: Response) -> float:
    return average_roas(search_ads, 1_800)


def plans_forecast(
    search: Frame, notes: Frame, ads: Frame, holdout: Frame, spend_test: Frame
) -> dict[str, tuple[float, float]]:
    """What the tests say of each plan: expected profit, yuan, and the chance of a loss."""
    from course_utils.cases.beauty_traffic.budget_mixer import curves

    seen = curves({"search": search, "notes": notes, "ads": ads, "spend_test": spend_test})
    once = notes.drop_duplicates("note_id").assign(visits=lambda n: n["visits"].fillna(0))
    paid = incremental_roas(holdout, **regions)
    worth = ratio_of_sums(once, "visits", "cost", rng=np.random.default_rng(2))
    pages = difference_in_differences(search, start=live, **panel)
    spread = [  # each ROI's standard error, as a share of it
        *((paid["high"] - paid["low"]) / paid["roas"])[["zhitongche", "douyin"]] / 3.29,
        (worth.high - worth.low) / worth.value / 3.29,
        (pages.high - pages.low) / pages.effect / 3.29,
    ]
    luck = 1 + np.array(spread) * np.random.default_rng(3).standard_normal((2_000, 4))
    found = {}
    for plan, change in MOVES.items():
        spends = [world.usual_spend(World(), c) + change.get(c, 0) for c in world.CHANNELS]
        sold = np.array([c.revenue(s) for c, s in zip(seen["incremental"], spends, strict=True)])
        weekly = World().margin * luck @ sold - sum(spends)
        profit = 1_000 * World().quarter * weekly
        found[plan] = (float(profit.mean()), float((profit < 0).mean()))
    return found


@book.choice(tuple(MOVES), forecast=plans_forecast)
def budget_for_a_quarter() -> dict[str, float]:
    """Profit of the four channels under each plan, yuan in the quarter."""
    return world.move_profits(World())


# The counter-case ---------------------------------------------------------------------------


@book.view
def spenders(buyers: Frame) -> Frame:
    """This year's buyers of the audience with high spending power."""
    return buyers.query("year == 2025 and audience == 'high-spending'")


def careful_programme(spenders: Frame) -> tuple[float, float]:
    """A careful analyst's 90% interval for what the programme itself adds, points."""
    found = compare_arms(
        spenders, arm="offer", outcome="bought_again", control="low price", treatment="programme"
    )
    return round(100 * found.low, 1), round(100 * found.high, 1)


@book.verdict(
    "points",
    claim=15.0,
    careful=careful_programme,
    account=lambda: {"plain": 100 * World().again_plain[1], "full": 100 * World().again_offer[1]},
)
def programme_effect() -> float:
    return world.programme_effect(World())


@book.rival("programme_effect", "years")
def _(buyers: Frame) -> tuple[float, float]:
    rows = buyers.query("year == 2024 or (audience == 'high-spending' and offer == 'programme')")
    found = compare_arms(rows, arm="offer", outcome="bought_again",
                         control="low price", treatment="programme")  # fmt: skip
    return 100 * found.low, 100 * found.high


@book.rival("programme_effect", "everybody")
def _(buyers: Frame) -> tuple[float, float]:
    rows = buyers[buyers["audience"] == "bargain"]
    rows = rows[rows["year"] == 2025]
    found = compare_arms(rows, arm="offer", outcome="bought_again",
                         control="low price", treatment="programme")  # fmt: skip
    return 100 * found.low, 100 * found.high


@book.exercise(Values("yuan", within=0.6, digits=0))
def regular_cost(buyers: Frame) -> pd.Series:
    programme = buyers[buyers["offer"] == "programme"]
    sums = programme.groupby("audience")[["cost", "bought_again"]].sum()
    return sums["cost"] / sums["bought_again"]


@book.slip("regular_cost", "a_buyer")
def _(buyers: Frame) -> pd.Series:
    programme = buyers[buyers["offer"] == "programme"]
    return programme.groupby("audience")["cost"].mean()


@book.slip("regular_cost", "both_offers")
def _(buyers: Frame) -> pd.Series:
    this_year = buyers[buyers["year"] == 2025]
    sums = this_year.groupby("audience")[["cost", "bought_again"]].sum()
    return sums["cost"] / sums["bought_again"]


@book.slip("regular_cost", "low_price")
def _(buyers: Frame) -> pd.Series:
    low_price = buyers.query("year == 2025 and offer == 'low price'")
    sums = low_price.groupby("audience")[["cost", "bought_again"]].sum()
    return sums["cost"] / sums["bought_again"]
