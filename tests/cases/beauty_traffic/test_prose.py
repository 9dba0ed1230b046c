"""Every number that chapter 2 states in words is the world's, the data's or the method's.

A claim is a wording, with the stated numbers as its groups, and a check of what they say. A
number in figures that no claim covers fails a test, so that a new sentence brings its check.
"""

import re
import tomllib
from inspect import signature
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from course_utils.analysis import (
    adstock,
    difference_in_differences,
    fit_response,
    incremental_roas,
    marginal_roas,
    ratio_of_sums,
)
from course_utils.cases import beauty_traffic
from course_utils.cases.beauty_traffic import case, panel, regions, test
from course_utils.cases.beauty_traffic.world import MOVES, REWORKED, START, World
from tests.cases.beauty_traffic.many_worlds import uplifts
from tests.claims import Claims, all_words, prose
from tests.recovery import coverage

DICTIONARY = Path(beauty_traffic.__file__).parent / "tables.en.toml"
SPELT = {
    "quarter": 0.25, "half": 0.5, "one": 1, "two": 2, "five": 5, "six": 6, "seven": 7, "nine": 9, "ten": 10,
    "fifteen": 15, "sixteen": 16, "twenty": 20, "twenty-four": 24, "thirteen": 13, "forty": 40,
    "forty-eight": 48, "four": 4, "a hundred": 100, "two hundred": 200, "a fiftieth": 0.02,
    "three and a half": 3.5, "eight or nine": 8.5,
}  # fmt: skip
TEXTS = {
    "chapter": prose("02_beauty_traffic.md"),
    "words": all_words(case.words),
    "dictionary": all_words(tomllib.loads(DICTIONARY.read_text(encoding="utf-8"))),
}
claim = Claims(TEXTS, SPELT)


# What the checks look up --------------------------------------------------------------------


def growth(reworked: int) -> float:
    days = case.load("days").query("reworked == @reworked")
    visits = days.groupby("after")["visits"].mean()
    return visits[True] / visits[False]


def notes() -> pd.DataFrame:
    return case.load("notes").drop_duplicates("note_id")


def seen(column: str) -> pd.Series:
    sums = case.load("ads").groupby("channel")[[column, "spend"]].sum()
    sums.loc["together"] = sums.sum()
    return sums[column] / sums["spend"]


# The slide ----------------------------------------------------------------------------------


@claim(
    "chapter",
    r"organic search > \*\*\+#%\*\*",
    r"are up by # percent",
    r"of these # would you",
    r"slide says \+#%\. \*\*By how many percent do the reworked",
    r"the subtraction, # minus",
)
def _(percent):
    assert percent == round(100 * (growth(1) - 1))


@claim("chapter", r"click-through to the shop > \*\*#%\*\*", r"take bets: #%, more")
def _(percent):
    hits = notes().query("reads >= 100_000")
    assert percent == round(100 * hits["visits"].sum() / hits["reads"].sum())


@claim(
    "chapter",
    r"\*\*ROI #\*\*",
    r"the slide's #, on last click",
    r"The slide says # yuan for one",
    r"the slide's # stands",
    r"(Three and a half) yuan for one",
    r"Reproduce the claim: ROI #",
)
@claim("words", r"yuan brings #, the slide's figure")
def _(roi):
    assert roi == round(seen("last_click_revenue")["together"], 1)


@claim("chapter", r"repurchase rate \(复购率\) was under #%\. .*? power: #%")
@claim("words", r"Repurchase rises from #% to #%")
def _(before, after):
    buyers = case.load("buyers")
    last_year = 100 * buyers.loc[buyers["year"] == 2024, "bought_again"].mean()
    slide = buyers.query("audience == 'high-spending' and offer == 'programme'")
    assert before - 1 < last_year < before
    assert after == round(100 * slide["bought_again"].mean())


@claim(
    "chapter",
    r"(Fifteen) points\. Two things",
    r"Of the (fifteen) points",
    r'"(Fifteen) points\. Who',
)
@claim("words", r"Subtract: # points", r"slide's (fifteen) came")
def _(points):
    assert points == 20 - 5


@claim("chapter", r"more than a million yuan a week")
def _():
    assert case.load("moves").iloc[0].drop("plan").sum() > 1_000


# The pages ----------------------------------------------------------------------------------


@claim("chapter", r"(Thirteen) weeks, from # September")
def _(weeks, first):
    dates = pd.to_datetime(case.load("search")["date"])
    assert dates.min() == pd.Timestamp(START) == pd.Timestamp(2025, 9, int(first))
    assert dates.nunique() == 7 * weeks


@claim("dictionary", r"from # September to # November")
def _(first, last):
    dates = pd.to_datetime(case.load("search")["date"])
    assert dates.min() == pd.Timestamp(2025, 9, int(first))
    assert dates.max() == pd.Timestamp(2025, 11, int(last))


@claim("chapter", r"went live on # October", r"from # October to # November")
@claim("dictionary", r"went live on # October")
def _(day, *last):
    assert pd.Timestamp(REWORKED) == pd.Timestamp(2025, 10, int(day))
    assert last in ((), (pd.Timestamp(case.load("search")["date"].max()).day,))


@claim(
    "chapter", r"(Forty) products\. The agency", r"(Forty) products are nearer to (forty) witnesses"
)
def _(*products):
    assert set(products) == {case.load("search")["product"].nunique()}


@claim("chapter", r"agency reworked (sixteen) pages")
def _(pages):
    search = case.load("search")
    assert search.loc[search["reworked"] == 1, "product"].nunique() == pages


@claim("chapter", r"(Twenty-four) pages were \*not\* reworked", r"rework the other # pages")
def _(pages):
    search = case.load("search")
    assert search.loc[search["reworked"] == 0, "product"].nunique() == pages


@claim("chapter", r"totals \(# days against #\)")
def _(after, before):
    days = case.load("days").groupby("after")["date"].nunique()
    assert (after, before) == (days[True], days[False])


@claim("chapter", r"in those (seven) weeks", r"(Six) weeks before the change, the two groups")
def _(weeks):
    days = case.load("days").groupby("after")["date"].nunique()
    assert 7 * weeks in days.tolist()


@claim("chapter", r"in factors: # is #% up")
def _(factor, percent):
    assert percent == pytest.approx(100 * (factor - 1))


@claim("chapter", r"each of the # rows", r"witnesses than to #\.")
def _(rows):
    assert rows == len(case.load("search"))


@claim("chapter", r"changed on # September, .*? A sound method finds about nothing")
def _(day):
    quiet = case.load("days").query("not after")
    placebo = difference_in_differences(quiet, start=f"2025-09-{int(day)}", **panel)
    assert placebo.low < 0 < placebo.high


@claim("words", r"counts rows holds the truth (five) times in (ten), .*? products (nine) times")
def _(rows, of, products):
    assert coverage(uplifts(clustered=False), World().uplift) == pytest.approx(rows / of, abs=0.2)
    assert coverage(uplifts(clustered=True), World().uplift) == pytest.approx(
        products / of, abs=0.1
    )


@claim("words", r"season makes # and the total is #, then # ÷ # = # is left")
def _(season, total, above, below, left):
    assert (season, total) == (below, above)
    assert left == pytest.approx(above / below)


# The notes ----------------------------------------------------------------------------------


@claim("chapter", r"paid (a hundred) creators \(达人\) for (two) notes each")
def _(creators, each):
    counts = notes()["creator"].value_counts()
    assert len(counts) == creators
    assert (counts == each).all()


@claim(
    "chapter",
    r"\*Weigh\* (ten) hits against (two hundred) notes",
    r"the (ten) best of (two hundred)",
)
@claim("words", r"(Ten) of (two hundred) notes became hits")
def _(hits, of):
    assert ((notes()["reads"] >= 100_000).sum(), len(notes())) == (hits, of)


@claim("chapter", r"a hit from # reads on")
@claim("words", r"where `reads` is # or more")
def _(reads):
    assert reads == World().hit


@claim("chapter", r"worth about # yuan of revenue: # of # buy, for # yuan")
def _(worth, buy, of, basket):
    assert worth == World().visit_worth == buy / of * basket
    assert basket == World().basket


@claim("chapter", r"Half of the notes bring less than that\. Would you stop")
def _():
    roi = 5 * notes()["visits"].fillna(0) / notes()["cost"]
    assert 1 < roi.median() < 1 / World().margin


@claim("chapter", r"more than (one) and a half times the low one")
def _(_one):
    valued = notes().assign(revenue=5 * notes()["visits"].fillna(0))
    found = ratio_of_sums(valued, "revenue", "cost", rng=np.random.default_rng(2))
    assert 1.5 < found.high / found.low < 2


@claim(
    "words",
    r"hit in round #\.",
    r"Choose by round #",
    r"are in round #,",
    r"visits in round # ÷ sum of visits in round #",
    r"hits of round # and",
)
@claim("chapter", r"hit in round #\.", r"creators' round # notes")
def _(*rounds):
    assert set(rounds) <= set(notes()["round"])


# The dashboards and the holdout -------------------------------------------------------------


@claim(
    "chapter", r"Search ads earn twice as much as Douyin by it, .*? move # yuan a week from Douyin"
)
def _(yuan):
    last_click = seen("last_click_revenue")
    assert last_click["zhitongche"] / last_click["douyin"] == pytest.approx(2, abs=0.2)
    assert MOVES["200 to search ads"] == {"douyin": -yuan / 1_000, "zhitongche": yuan / 1_000}


@claim("chapter", r"even chose the \*smaller\* number")
def _():
    assert seen("reported_revenue")["together"] > seen("last_click_revenue")["together"]


@claim("chapter", r"(Forty-eight) regions were dealt out by lot .*?: in a (quarter) the search ads")
def _(count, share):
    arms = case.load("holdout").groupby("arm")["region"].nunique()
    assert arms.sum() == count
    assert (arms == share * count).all()


@claim("chapter", r"own (six) weeks before, which are #", r"Ads were off in weeks # to #")
@claim("dictionary", r"ads were off in weeks # to #")
def _(first, last):
    weeks = case.load("holdout").groupby("phase")["week"].agg(["min", "max"])
    if last == 100:
        assert weeks.loc["before", "max"] == first
    else:
        assert (first, last) == tuple(weeks.loc["off"])


@claim("words", r'"douyin off" in weeks # to #')
def _(first, last):
    weekly = case.load("holdout").pivot_table(
        index="week", columns="arm", values="revenue", aggfunc="sum"
    )
    weekly /= weekly.loc[:6].mean()
    behind = (weekly["douyin off"] - weekly["usual"]).loc[first : last - 1]
    assert (behind < -0.05).all()
    assert case.load("holdout").query("phase == 'after'")["week"].min() == first


@claim("chapter", r"compared the (four) weeks off with the (six) before")
def _(off, before):
    weeks = case.load("holdout").groupby("phase")["week"].nunique()
    assert (off, before) == (weeks["off"], weeks["before"])


@claim("words", r"Two wrong figures made a nearly right one")
def _():
    added, claimed = (
        incremental_roas(case.load("holdout"), **regions)["roas"],
        seen("last_click_revenue"),
    )
    assert claimed["zhitongche"] > 2 * added["zhitongche"]
    assert claimed["douyin"] < added["douyin"] / 2
    assert claimed["together"] == pytest.approx(added["together"], rel=0.1)


# The next yuan ------------------------------------------------------------------------------


@claim("chapter", r"Of # yuan of revenue, # are left", r"at a margin of (4)0%")
@claim(
    "words",
    r"leaves (0)\.#",
    r"share, #%\. What pays for the ads is the margin, #%",
    r"A margin of #%",
    r"not the money: #% of it",
)
def _(*said):
    margin = 100 * World().margin
    assert set(said) <= {100, margin, 100 - margin, 0, margin / 10}


@claim(
    "words",
    r"is it # or more",
    r"falls to #\. By then",
    r"must bring # to pay",
    r"until #\.",
    r"should bring # at the margin",
    r">= #\]",
)
@claim("chapter", r"next yuan bring at least #\?")
def _(roi):
    assert roi == pytest.approx(1 / World().margin)


@claim("words", r"At # the \*revenue\* is back")
@claim("chapter", r"in \{\{break_even\}\}: # \(revenue back\)")
def _(roi):
    assert roi == 1


@claim("chapter", r"\), # \(divided by the cost\)")
def _(roi):
    assert roi == round(1 / (1 - World().margin), 2)


@claim("chapter", r"in (twenty) region groups it did", r"Each group is (a fiftieth) of the country")
@claim("dictionary", r"A group is (a fiftieth) of the market")
def _(said):
    groups = case.load("spend_test")["group"].nunique()
    assert said in (groups, World().group_share)


@claim("dictionary", r"From week # on chance set its spend on one channel: #, half")
def _(week, least):
    rows = case.load("spend_test")
    assert rows.loc[rows["spend"] == least, "week"].min() == week


@claim(
    "chapter",
    r"Of what # yuan spent in week # sell, (half) at once with a carry-over \(滞后效应\) of #",
)
def _(yuan, week, share, carry_over):
    spread = adstock([0, yuan, 0], carry_over)
    assert spread[int(week) - 1] == share * yuan


@claim("chapter", r"usual spend is # yuan a week in a group")
def _(yuan):
    assert yuan == 1_000 * World().usual[1] * World().group_share


@claim("chapter", r"An average over all yuan can lie above that line while the last of them")
def _():
    curve = fit_response(case.load("spend_test").query("channel == 'douyin'"), **test)
    spend = 1.4 * 9_200
    assert curve.revenue(spend) / spend > 2.5 > marginal_roas(curve, spend)


@claim(
    "chapter", r"All but the first (two) take money from the search ads", r"(Seven) plans for next"
)
def _(count):
    plans = case.load("moves")
    fewer = (plans["zhitongche"] < plans["zhitongche"].iloc[0]).sum()
    assert count in (len(plans), len(plans) - fewer)


@claim("chapter", r"\*# to pages\* reworks all the pages that are left")
def _(thousand):
    search = case.load("search")
    left = search.loc[search["reworked"] == 0, "product"].nunique()
    assert thousand == left * World().page_upkeep / 1_000


@claim("chapter", r"stays for (thirteen) weeks")
def _(weeks):
    assert weeks == World().quarter


# The food brand -----------------------------------------------------------------------------


@claim("chapter", r"bought again within # days")
@claim("dictionary", r"bought again within # days")
def _(days):
    assert f"within {days:.0f} days" in World.__dataclass_fields__["again_plain"].metadata["why"]


@claim("words", r"the other (eight or nine) of the slide's")
def _(points):
    assert 15 - 100 * (World().again_offer[1] - World().again_plain[1]) == pytest.approx(
        points, abs=0.5
    )


@claim("chapter", r"On the low price no, on the programme yes")
def _():
    buyers = case.load("buyers").query("year == 2025")
    sums = buyers.groupby(["offer", "audience"])[["cost", "bought_again"]].sum()
    cost = sums["cost"] / sums["bought_again"]
    assert cost["low price", "high-spending"] > cost["low price", "bargain"]
    assert cost["programme", "high-spending"] < cost["programme", "bargain"]


# The method and the quiz, whose numbers must agree with each other ----------------------------


@claim("words", r"and its #% interval", r"with its #% interval")
def _(percent):
    level = signature(difference_in_differences).parameters["confidence_level"].default
    assert (
        percent
        == 100 * level
        == 100 * signature(incremental_roas).parameters["confidence_level"].default
    )


@claim(
    "words",
    r"visits \+#% since October\. Untouched pages: \+#%.*? of # when the season's # is .*?"
    r"divide # by #, don't .*? True # ÷ # = #",
)
def _(rise, season, *factors):
    *pairs, ratio = factors
    assert pairs == [1 + rise / 100, 1 + season / 100] * 3
    assert ratio == pairs[0] / pairs[1]
    ranges = next(
        question["ranges"] for question in case.words["quiz"].values() if "ranges" in question
    )
    right = next(one for one in ranges if one.get("right"))
    assert right["from"] < 100 * (ratio - 1) < right["to"]
    subtracted = next(one for one in ranges if "don't subtract" in one["say"])
    assert subtracted["from"] < rise - season < subtracted["to"]


@claim("words", r"a factor of # would be −#\.")
def _(factor, percent):
    assert percent == pytest.approx(100 * (1 - factor))


@claim("words", r"panel of # products over # days.*?The # rows .*? Mainly the # products")
def _(products, days, rows, again):
    assert rows == products * days
    assert products == again


@claim(
    "words",
    r"reports # million of revenue, platform B # million, and last click finds # "
    r"million for both\. What did the ads bring\? # million .*? # million Each order",
)
def _(one, other, last, total, each_once):
    assert total == one + other
    assert each_once == last < total


@claim("words", r"off in ten regions for (four) weeks\. .*? in four weeks was not sold in (seven)")
def _(off, missing):
    assert missing == off + 3


@claim(
    "words",
    r"Margin #%\. A channel's average ROI is #, its marginal ROI #\..*? it: # is above "
    r".*? less than # True Break-even is # ÷ # = #",
)
def _(margin, average, marginal, again, limit, one, share, result):
    assert (average, limit, share) == (again, result, margin / 100)
    assert result == round(one / share, 2)
    assert marginal < limit < average


@claim("chapter", r"(Seven) questions, one for each idea")
def _(questions):
    assert len(case.words["quiz"]) == questions


# The tests ----------------------------------------------------------------------------------


@pytest.mark.parametrize("said", claim.all, ids=lambda said: said.wording[:50])
def test_what_the_text_says_is_so(said):
    claim.hold(said)


# Numbers that state nothing about the world: names, exercises, numbered lists, arithmetic.
NO_CLAIM = {
    "chapter": [
        r"[Cc]hapter \d",
        r"\d\. \*\w",
        r"\d+ minutes",
        r"Double 11",
        r"of 100 yuan that last click",
        r"of the untouched − 1\.",
        r"= 1 ÷ margin",
        r"questions 3 and 5",
    ],
    "words": [
        r"100 ×",
        r"times 100",
        r"− 1\)",
        r"`reworked` is 1,",
        r"50 readers counts as much as one with 500,000",
        r"/ 1_000",
        r"1 or 0",
        r"of 100\.",
        r"0\.40 × r",
        r">= 2\.5\]",
        r"better than 5%",
        r"industry's 12%",
    ],
    "dictionary": [r"chapter 2,", r"\b1 if the", r"week from 8 September"],
}


@pytest.mark.parametrize("text", TEXTS)
def test_no_number_goes_without_a_check(text):
    assert claim.loose(text, NO_CLAIM[text]) == []


def test_the_instructors_minutes_sum_to_the_chapters():
    sections = re.findall(r"\*\*Instructor ·(?: [^·*]+ ·)? (\d+) minutes", TEXTS["chapter"])
    stated = re.search(r"(\d+) minutes\.", TEXTS["chapter"])
    assert sum(map(int, sections)) == int(stated[1])


def test_the_recap_mirrors_the_objectives():
    objectives, recap = (
        re.findall(r"\d\. \*(\w[\w ]*)\*", part.lower())
        for part in TEXTS["chapter"].split("## Recap")
    )
    assert objectives == recap
    assert len(objectives) == 6


FACTS = {
    "2.a": ["On-site", "站内", "Off-site", "站外", "Paid", "付费", "play together"],
    "2.b": ["详情页", "keywords placed", "selling points sharpened", "organic search", "+30%"],
    "2.c": ["KOL", "Xiaohongshu 小红书", "爆款笔记", "Ten hit notes", "点击率", "**15%**"],
    "2.d": ["Zhitongche 直通车", "people who search", "Douyin 抖音", "might be interested"],
    "2.e": ["ROI 3.5", "above the industry's mean", "revenue over ad spend"],
    "2.f": [
        "低价引流",
        "复购率",
        "under 5%",
        "higher spending power: 20%",
        "Quality before quantity",
    ],
    "frame": ["five dimensions", "single link does not last"],
}


@pytest.mark.parametrize(("fact", "terms"), FACTS.items())
def test_the_chapter_carries_every_fact_of_its_source(fact, terms):
    assert [term for term in terms if term not in TEXTS["chapter"]] == []
