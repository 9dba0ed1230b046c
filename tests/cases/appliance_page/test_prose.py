"""Every number that chapter 3 states in words is the world's, the data's or the method's.

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
from scipy.stats import norm

from course_utils.analysis import compare_rates, false_alarm_rate, sample_size
from course_utils.cases import appliance_page
from course_utils.cases.appliance_page import case
from course_utils.cases.appliance_page.experiment_desk import TESTS
from course_utils.cases.appliance_page.world import (
    OLD_PAGE,
    World,
    conversion_of,
    festival_account,
    kept_uplift,
    lasting_effect,
    yearly_profit,
)
from tests.claims import Claims, all_words, prose

DICTIONARY = Path(appliance_page.__file__).parent / "tables.en.toml"
SPELT = {
    "a quarter": 0.25, "a fifth": 0.2, "half": 0.5, "two": 2, "three": 3, "four": 4, "five": 5,
    "seven": 7, "eight": 8, "ten": 10, "sixteen": 16,
    "ten thousand": 10_000, "many": 0.2, "most": 0.5,  # or more
}  # fmt: skip
TEXTS = {
    "chapter": prose("03_appliance_page_redesign.md"),
    "words": all_words(case.words),
    "dictionary": all_words(tomllib.loads(DICTIONARY.read_text(encoding="utf-8"))),
}
claim = Claims(TEXTS, SPELT)


# What the checks look up --------------------------------------------------------------------


def days(table: str, page: str | None = None) -> pd.Series:
    rows = case.load(table)
    return pd.to_datetime(rows["date"] if page is None else rows.loc[rows["page"] == page, "date"])


def conversion(page: str) -> float:
    visits = case.load("visits")
    return 100 * visits.loc[visits["page"] == page, "purchase"].mean()


def old_stay() -> pd.Series:
    visits = case.load("visits")
    return visits.loc[visits["page"] == "old", "stay"].dropna()


def button_arms(outcome: str) -> pd.DataFrame:
    """Counts by background: `sum` with the outcome of `size` visitors."""
    visitors = case.load("button_test").drop_duplicates("visitor_id")
    return visitors.groupby("background")[outcome].agg(["sum", "size"])


# The slide and its weeks --------------------------------------------------------------------


@claim("chapter", r"conversion #% → #%, \+#%")
def _(old, new, relative):
    assert (old, new) == (round(conversion("old")), round(conversion("new")))
    assert relative == round(100 * (conversion("new") / conversion("old") - 1))


@claim("chapter", r"went up by (four) points", r"of the (four) points", r"slide says \+# points")
def _(points):
    assert points == round(conversion("new") - conversion("old"))


@claim("chapter", r"\*\*\+#%\*\* and \*\*\+# points\*\* are one and the same")
def _(relative, points):
    assert relative == round(100 * (conversion("new") / conversion("old") - 1))
    assert points == round(conversion("new") - conversion("old"))


@claim("chapter", r"bounce −#%, proven")
def _(percent):
    rate = button_arms("bounced")["sum"] / button_arms("bounced")["size"]
    assert percent == -round(100 * (rate["dark"] / rate["light"] - 1))


@claim("chapter", r"(A quarter) fewer bounces, and the test can't tell")
def _(share):
    assert share == 1 - World().button_on_bounce
    arms = button_arms("purchased")
    bought = compare_rates(tuple(arms.loc["light"]), tuple(arms.loc["dark"]))
    assert bought.low < 0 < bought.high


@claim("chapter", r"the week that ends on # June")
def _(last):
    assert days("sessions", "new").max() == pd.Timestamp(2025, 6, int(last))
    assert days("sessions", "new").nunique() == 7


@claim("chapter", r"had \*\*#\*\*, the biggest", r"again: #'s visitors", r"all the visits of # ")
def _(festival):
    last = days("sessions", "new").max()
    assert festival == 100 * last.month + last.day


@claim("chapter", r"The old page had a normal fortnight")
def _():
    assert days("sessions", "old").nunique() == 14


@claim("dictionary", r"product page, from # May to # June")
def _(first, last):
    assert days("sessions").min() == pd.Timestamp(2025, 5, int(first))
    assert days("sessions").max() == pd.Timestamp(2025, 6, int(last))


@claim("dictionary", r"the new one from # June")
def _(first):
    assert days("sessions", "new").min() == pd.Timestamp(2025, 6, int(first))


@claim("chapter", r"More phones explain a small part")
def _():
    assert festival_account(World())["phones"] < festival_account(World())["rise"] / 5


# The stay -----------------------------------------------------------------------------------


@claim("chapter", r"\*\*under # seconds\*\*", r"mean is just under (three) seconds")
def _(seconds):
    assert seconds - 0.2 < old_stay().mean() < seconds


@claim("chapter", r"lasted from # to # seconds")
@claim("words", r"\(#, #\)` is True", r"is True from # to #\.", r"The question is from # to #\.")
def _(low, high):
    assert low < old_stay().mean() < high
    assert case.check("near_the_mean", 100 * old_stay().between(low, high).mean()).status == "right"


@claim("words", r"stayed # seconds or less")
def _(high):
    assert case.check("near_the_mean", 100 * (old_stay() <= high).mean()).slip == "up_to_four"


# Planning -----------------------------------------------------------------------------------


@claim("chapter", r"converts #% in a normal week")
def _(percent):
    assert percent == round(100 * conversion_of(World(), OLD_PAGE), 1)


@claim("chapter", r"power\*\* \(功效\) of #%: in # of # tests")
def _(percent, found, tests):
    assert percent == 100 * found / tests
    assert (
        case.check("visitors_an_arm", sample_size(0.022, 0.005, power=percent / 100)).status
        == "right"
    )


@claim("words", r"for a power of #%\. The plan says #%")
def _(other, plan):
    assert (
        case.check("visitors_an_arm", sample_size(0.022, 0.005, power=other / 100)).slip
        == "other_power"
    )
    assert (
        case.check("visitors_an_arm", sample_size(0.022, 0.005, power=plan / 100)).status == "right"
    )


@claim("words", r"so #% is #\.", r"off: #% is #")
def _(percent, share):
    assert share == pytest.approx(percent / 100)


@claim("words", r"(half) a percentage point is #\.", r"and (half) a point is #\.")
def _(points, share):
    assert share == pytest.approx(points / 100)


@claim("words", r"\*of\* #%\. (Half) a point is a gain from #% to #%")
def _(baseline, points, low, high):
    assert baseline == low
    assert high == pytest.approx(low + points)


@claim("chapter", r"in # of # tests\. \*\*In how many of #, if you look")
def _(alarms, tests, of):
    assert tests == of
    assert alarms / tests == signature(false_alarm_rate).parameters["alpha"].default


@claim("chapter", r"Typical wrong answers: # false alarms \((ten) times (five)\), # \(the looks")
def _(too_many, looks, alarms, too_few):
    assert too_many == looks * alarms
    assert too_few == alarms


@claim("chapter", r"(Ten thousand) tests of a page that does nothing")
@claim("words", r"let (ten thousand) tests of nothing answer")
def _(tests):
    assert tests == signature(false_alarm_rate).parameters["tests"].default


@claim("words", r"far more often than # in #", r"The promise of # in #")
def _(alarms, tests):
    assert alarms / tests == signature(false_alarm_rate).parameters["alpha"].default


@claim("words", r"promised: #")
def _(alarms):
    assert alarms / 100 == signature(false_alarm_rate).parameters["alpha"].default


@claim("words", r"tests of #(?= False)")
def _(tests):
    assert tests == TESTS


@claim("chapter", r"≈ # × rate × \(1 − rate\) ÷ gain², for #% power")
def _(factor, percent):
    assert factor == round(2 * (norm.ppf(0.975) + norm.ppf(percent / 100)) ** 2)


# The tests ----------------------------------------------------------------------------------


@claim("chapter", r"In July\s+your team tested the whole page")
def _():
    assert set(days("first_test").dt.month) == {7}


@claim("chapter", r'"# against #, is that')
def _(new, old):
    visitors = case.load("first_test").groupby("page")["visitors"].sum()
    assert (new, old) == (round(visitors["new"], -2), round(visitors["old"], -2))


@claim("words", r"shows # visitors on one side and # on the other")
def _(old, new):
    visitors = case.load("first_test").groupby("page")["visitors"].sum()
    assert (new, old) == (round(visitors["new"], -2), round(visitors["old"], -2))


@claim("chapter", r"from # August the test ran again, for # days")
def _(first, length):
    assert days("page_test").min() == pd.Timestamp(2025, 8, int(first))
    assert days("page_test").nunique() == length
    assert days("page_test").max() - days("page_test").min() == pd.Timedelta(days=length - 1)


@claim("chapter", r"with its #% interval")
@claim("words", r"prints a #% interval", r"are its #% interval", r"yuan a year \(#% interval")
def _(percent):
    assert percent == 100 * signature(compare_rates).parameters["confidence_level"].default


@claim("chapter", r"gone in weeks # and #\?")
@claim("words", r"gone by weeks # and #\.", r"one for weeks # and #\.")
def _(third, last):
    assert (third, last) == (3, days("page_test").nunique() / 7)


@claim("chapter", r"From October to December all (sixteen) combinations")
def _(pages):
    elements = case.load("element_test").drop(columns=["device", "visitors", "purchases"])
    assert len(elements.drop_duplicates()) == pages


@claim("chapter", r"is on in (eight) pages and off in the (eight) that match them")
def _(on, off):
    phones = case.load("element_test").query("device == 'phone'")
    for element in appliance_page.elements:
        assert (phones[element].sum(), (1 - phones[element]).sum()) == (on, off)


@claim("words", r"nearly (three) times less noisy \(√#\)")
def _(times, pairs):
    assert pairs == 8
    assert times - 0.2 < np.sqrt(pairs) < times


@claim("chapter", r"computers, where (a quarter) of the visits come from")
def _(share):
    rows = case.load("element_test")
    computers = rows.loc[rows["device"] == "computer", "visitors"].sum()
    assert share == 1 - World().phone_normal
    assert computers / rows["visitors"].sum() == pytest.approx(share, abs=0.01)


@claim("chapter", r"(three) visits in (four) by phone")
def _(phones, visits):
    assert phones / visits == World().phone_normal


@claim("chapter", r"(two) of the elements cost upkeep")
def _(count):
    assert case.load("costs")["item"].str.startswith("upkeep").sum() == count


@claim("chapter", r"is in fact (four) changes")
def _(changes):
    assert len(appliance_page.elements) == changes


@claim("words", r"The coupon goes to every buyer, .* and the table costs orders where most")
def _():
    best = (False, True, False, True)
    assert yearly_profit(World(), best) > yearly_profit(World(), (True, True, False, True))
    assert yearly_profit(World(), best) > yearly_profit(World(), (False, True, True, True))
    assert World().phone_normal > 0.5


# The carts ----------------------------------------------------------------------------------


@claim("chapter", r"don't pay, #% give up at choosing")
def _(percent):
    lost = case.load("lost")
    assert percent == round(100 * lost.isin(["size_panel", "size_chart"]).mean())


@claim("chapter", r"lifts cart → purchase by #%", r"The \+#% are there")
def _(percent):
    paid = case.load("carts").groupby("recommender")["returned"].count()
    assert percent == round(100 * (paid["on"] / paid["off"] - 1))


@claim("chapter", r"(Half) of its carts have the recommender, by the cart's number")
def _(share):
    carts = case.load("carts")
    assert (carts["recommender"] == "on").mean() == share
    assert carts["recommender"].groupby(carts["cart_id"] % 2).nunique().eq(1).all()


@claim("chapter", r"opens by itself, # seconds after the cart")
def _(seconds):
    opened = case.load("cart_events").query("event == 'size_panel'")
    assert (opened["second"] == seconds).all()
    assert len(opened) == len(case.load("carts"))


@claim("chapter", r"`returned` is # for an order that was sent back")
@claim("dictionary", r"# if the order was sent back")
def _(value):
    ordered = case.load("carts").query("recommender == 'off'")["returned"].dropna()
    assert (ordered == value).mean() == pytest.approx(World().returns_plain, abs=0.05)


@claim("dictionary", r"sent back, # if it was kept")
def _(value):
    ordered = case.load("carts").query("recommender == 'off'")["returned"].dropna()
    assert (ordered == value).mean() == pytest.approx(1 - World().returns_plain, abs=0.05)


@claim("words", r"(Most|Many) who left at this step never opened it")
def _(share):
    lost = case.load("lost")
    at_this_step = lost[lost.isin(["size_panel", "size_chart"])]
    assert (at_this_step == "size_panel").mean() > share


@claim("chapter", r"The last verdict goes up where the class has learnt to expect down")
@claim("words", r"This headline was too modest")
def _():
    assert kept_uplift(World()) > 40


# The quiz, whose numbers are made up but must agree with each other and with the lesson


def asked_for_a_number() -> tuple[dict, list[dict]]:
    """The quiz's question for a number: its right range, and all of them."""
    ranges = next(
        question["ranges"] for question in case.words["quiz"].values() if "ranges" in question
    )
    return next(one for one in ranges if one.get("right")), ranges


@claim(
    "words",
    r"rises from #% to #%\. By how many percent.*?By # \*points\*.*?"
    r"difference is # points.*?True # percentage points, or #%",
)
def _(before, after, *points_and_relative):
    *points, relative = points_and_relative
    assert points == pytest.approx([after - before] * 3)
    assert relative == pytest.approx(100 * (after / before - 1))
    right, ranges = asked_for_a_number()
    assert right["from"] < relative < right["to"]
    assert ranges[1]["from"] < points[0] < ranges[1]["to"]


@claim("words", r"the #% it started from", r"of the #% it started from")
def _(rate):
    assert rate == 2.0


@claim("words", r"(Half) a percent of #% would be #%")
def _(percent, rate, result):
    assert result == pytest.approx(rate * (1 + percent / 100))


@claim("words", r"(Half) of #% more would be #%")
def _(half, rate, result):
    assert result == pytest.approx(rate * (1 + half))


@claim("words", r"on day # of #\.")
def _(day, length):
    assert day < length == days("page_test").nunique()


@claim("words", r"wins \+# points in week # and \+# in week #")
def _(first, week, last, end):
    assert (week, end) == (1, 4)
    assert last == round(lasting_effect(World()), 1) < first


@claim("words", r"raises orders by #% and its coupon costs (a fifth) of the margin")
def _(rise, share):
    assert rise == round(100 * (np.exp(World().offer[0]) - 1), -1)
    assert share == pytest.approx(World().offer_cost / World().margin, abs=0.02)


@claim("words", r"No: # × # is less than #")
def _(orders, margin, one):
    assert orders * margin < one == 1


@claim("chapter", r"(Seven) questions, one for each idea")
def _(questions):
    assert len(case.words["quiz"]) == questions


# The tests ----------------------------------------------------------------------------------


@pytest.mark.parametrize("said", claim.all, ids=lambda said: said.wording[:50])
def test_what_the_text_says_is_so(said):
    claim.hold(said)


# Numbers that state nothing about the world: names, exercises, numbered lists.
NO_CLAIM = {
    "chapter": [
        r"Chapter \d",
        r"\d\. \*\w",
        r"\d+ minutes",
        r"old rate − 1\.",
        r"new rate ÷ old rate − 1",
        r"\(1 − rate\)",
    ],
    "words": [
        r"times 100",
        r"A 50/50 test",
        r"of 100",
        r"It rose by 0\.5%",
        r"By 0\.5 \*points",
        r"p < 0\.05",
        r"About \+0\.\d",
        r"for week 1,",
        r"conversion \+200%",
        r"for 80 of 100",
    ],
    "dictionary": [r"chapter 3,", r"1 if the (page|visitor)"],
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
    "3.a": ["平均停留时间", "under 3 seconds"],
    "3.b": ["三步看产品", "comparison", "reviews", "limited-time", "offer", "Buy now", "立即购买"],
    "3.c": ["转化率", "2% → 6%", "+200%"],
    "3.d": ["A/B test", "跳出率", "Dark background, bright button", "−25%"],
    "3.e": ["shopping path", "购物路径", "conversion", "trust", "信任"],
    "3.f": ["尺码", "70% give up", "智能尺码推荐", "cart → purchase by 40%"],
}


@pytest.mark.parametrize(("fact", "terms"), FACTS.items())
def test_the_chapter_carries_every_fact_of_its_source(fact, terms):
    assert [term for term in terms if term not in TEXTS["chapter"]] == []
