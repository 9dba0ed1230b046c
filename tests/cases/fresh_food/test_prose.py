"""Every number that chapter 4 states in words is the world's, the data's or the method's.

A claim is a wording, with the stated numbers as its groups, and a check of what they say. A
number in figures that no claim covers fails a test, so that a new sentence brings its check.
"""

import re
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from course_utils.analysis import (
    basket_rules,
    compare_arms,
    customer_summary,
    expected_purchases,
    fit_bgnbd,
    order_days,
    probability_alive,
    repurchase_rate,
)
from course_utils.cases import fresh_food
from course_utils.cases.fresh_food import case, recall
from course_utils.cases.fresh_food.world import (
    FREE,
    PILOT,
    PLAN,
    PLANS,
    START,
    World,
    draw_purchases,
    truth,
)
from tests.claims import Claims, all_words, prose

DICTIONARY = Path(fresh_food.__file__).parent / "tables.en.toml"
SPELT = {
    "one": 1, "two": 2, "three": 3, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twenty": 20, "forty": 40,
}  # fmt: skip


TEXTS = {
    "chapter": prose("04_fresh_food_repurchase.md"),
    "words": all_words(case.words),
    "dictionary": all_words(tomllib.loads(DICTIONARY.read_text(encoding="utf-8"))),
}
claim = Claims(TEXTS, SPELT)


# What the checks look up --------------------------------------------------------------------


def growth() -> pd.Series:
    """Growth of Wednesdays and of all days in the districts with the offer, percent."""
    pilot = case.load("pilot").query("offer == 1")
    days = {"Wednesday": pilot[pilot["weekday"] == "Wed"], "week": pilot}
    means = {name: rows.groupby("after")["orders"].mean() for name, rows in days.items()}
    return pd.Series({name: 100 * (mean[True] / mean[False] - 1) for name, mean in means.items()})


def rate(definition: str, start: str) -> float:
    end = pd.Timestamp(start) + pd.Timedelta("7D")
    return 100 * repurchase_rate(case.load("orders"), definition, start=start, end=end).rate


def forecast_and_came(before: pd.DataFrame, after: pd.DataFrame) -> tuple[float, int]:
    """Order days after the plan's first morning: forecast from those before, and those there."""
    summary = customer_summary(before[before["date"] < PLAN], end=PLAN)
    later = after[(after["date"] >= PLAN) & after["customer_id"].isin(summary.index)]
    forecast = expected_purchases(fit_bgnbd(summary), summary, 77).sum()
    return forecast, len(order_days(later))


def quarter() -> pd.DataFrame:
    return case.load("creatives").drop(columns="week").groupby("creative").sum()


# The slide ----------------------------------------------------------------------------------


@claim(
    "chapter",
    r"buy again after \*\*#–# days\*\*",
    r"gaps lasts from # to # days",
    r"cycle of #–# days is real",
)
@claim("words", r"share of the #–# day cycle", r"between # and #\. `days")
def _(low, high):
    gaps = case.load("gaps").query("completed")["days"]
    bands = pd.cut(gaps, [0, low - 1, high, 14, 30, 60, 999]).value_counts(sort=False)
    assert bands.argmax() == 1


@claim("chapter", r"Wednesday's orders \*\*\+#%\*\*, the week \*\*\+#%\*\*")
def _(wednesday, week):
    assert [wednesday, week] == growth().round().tolist()


@claim("chapter", r"week's orders are up #%")
def _(week):
    assert week == round(growth()["week"])


@claim("chapter", r"\*\*# in 100\*\* take one from the slot", r"The slide's (three)\. A sceptic")
@claim("words", r"Of its (three) in 100")
def _(taken):
    shown = case.load("slot_test").query("slot == 'yoghurt'")
    assert taken == round(100 * shown["by_slot"].mean())


@claim("chapter", r"recall rate #%", r"The recall: #%")
def _(percent):
    lapsed = case.load("lapsed").query("arm == 'message'")
    assert percent == round(100 * lapsed["ordered"].mean())


@claim("chapter", r"\*\*#% → #%\*\*", r"Reproduce the claim: #% → #%")
def _(before, after):
    assert before == round(rate("same window", "2025-05-05"))
    assert before == round(rate("same window", "2025-09-01"))
    assert after == round(rate("next window", "2025-09-01"))


@claim("chapter", r"week of # May says #%")
def _(day, percent):
    assert percent == round(rate("same window", f"2025-05-{int(day):02d}"))


@claim("chapter", r"behind the #%, from the report of the week of # September")
def _(percent, day):
    assert percent == round(rate("next window", f"2025-09-{int(day):02d}"))


@claim("chapter", r"running for (seven) weeks")
def _(weeks):
    assert weeks == (pd.Timestamp("2025-09-01") - pd.Timestamp(PLAN)).days // 7


# The cycle ----------------------------------------------------------------------------------


@claim("chapter", r"Look at # and # days, too")
@claim("words", r"waves at # and # days")
def _(two, three):
    days = case.load("gaps").query("completed")["days"].value_counts()
    for peak in (two, three):
        assert days[peak] > days[peak - 3]
        assert days[peak] > days[peak + 3]


@claim("chapter", r"More than half\. To leave them out")
def _():
    assert case.load("gaps")["completed"].mean() < 0.5


@claim("chapter", r"Read the two lines at day #")
def _(day):
    first = case.load("first")
    back = first[first["completed"]]
    assert (back["days"] <= day).mean() > 1.5 * (first["completed"] & (first["days"] <= day)).mean()


@claim("words", r"Not in two weeks or three: .*? away for months")
def _():
    first = case.load("first")
    assert 14 <= first.loc[first["completed"], "days"].median() <= 21
    assert case.book.evaluate(case.book.items["half_are_back"].answer, case.load) > 60


@claim("words", r"moved by a fraction of a point")
def _():
    assert 0 < rate("same window", "2025-09-01") - rate("same window", "2025-05-05") < 1


# Wednesday ----------------------------------------------------------------------------------


@claim("chapter", r"chose (twenty) of its (forty) districts; from # April")
def _(offered, all_of_them, day):
    pilot = case.load("pilot")
    assert pilot["district"].nunique() == all_of_them
    assert pilot.query("offer == 1")["district"].nunique() == offered
    assert pd.Timestamp(FREE) == pd.Timestamp(2025, 4, int(day))
    assert pilot["date"].min() == PILOT


@claim("dictionary", r"on Wednesdays, from # April")
def _(day):
    assert pd.Timestamp(FREE) == pd.Timestamp(2025, 4, int(day))


@claim("chapter", r"An order leaves # yuan, and on a Wednesday # yuan less")
def _(margin, fee):
    assert (margin, fee) == (World().order_margin, World().fee)


@claim("words", r"the greater part of the slide's line is real")
def _():
    assert 0.5 < truth()["week_effect"] / growth()["week"] < 1


# The recall ---------------------------------------------------------------------------------


@claim("chapter", r"within the next # days all by", r"order(?:ed`)? within # days")
@claim("words", r"Who orders within # days")
@claim("dictionary", r"order came within # days")
def _(days):
    assert days == World().recall_days


@claim("chapter", r"message costs # yuan\. .*? of # yuan, needed or not")
def _(message, coupon):
    assert (message, coupon) == (World().message, World().coupon)


@claim("chapter", r"worth # yuan of margin, an occasional one #\.")
def _(weekly, occasional):
    assert (weekly, occasional) == World().recall_worth


@claim("chapter", r"\{\{cost_of_one_more\}\}: # yuan, .*? and # yuan, with coupons")
def _(each, added_only):
    found = compare_arms(case.load("lapsed"), **recall)
    assert each == pytest.approx(8 + 0.1 / found.treatment_rate, abs=0.02)
    assert added_only == pytest.approx(8 + 0.1 / found.difference, abs=0.7)


@claim("words", r"slide's arithmetic would say #\.")
def _(each):
    found = compare_arms(case.load("lapsed"), **recall)
    assert each == pytest.approx(8 + 0.1 / found.treatment_rate, abs=0.02)


@claim("words", r"the other three quarters of the slide's line")
def _():
    assert 1 - truth()["recall_adds"] / 18 == pytest.approx(0.75, abs=0.02)


# The forecast -------------------------------------------------------------------------------


@claim(
    "chapter", r"came # days ago\. (?:One) ordered twice and was last seen # days ago, the other"
)
def _(age, silent):
    summary = pd.DataFrame({"frequency": [1, 10], "recency": age - silent, "T": age})
    model = fit_bgnbd(case.load("summary"))
    twice, often = probability_alive(model, summary)
    assert twice > 2 * often


@claim("chapter", r"morning of # July, when the plan")
@claim("dictionary", r"plan began on # July")
def _(day):
    assert pd.Timestamp(PLAN) == pd.Timestamp(2025, 7, int(day))


@claim("chapter", r"in the # days after # July", r"The # days have passed")
def _(days, *day):
    last = case.load("orders")["date"].max()
    assert days == (last - pd.Timestamp(PLAN)).days + 1
    assert day in ((), (pd.Timestamp(PLAN).day,))


@claim("words", r"for # days, eleven weeks are # days", r"days=#\)")
def _(*days):
    assert days[-1] == 77 == 7 * 11


@claim("chapter", r"more than (three) times as many")
def _(times):
    orders = case.load("orders")
    summary = customer_summary(orders[orders["date"] < PLAN], end=PLAN)
    later = orders[(orders["date"] >= PLAN) & orders["customer_id"].isin(summary.index)]
    old = summary.query("T > 0")
    assert 77 * (old["frequency"] / old["T"]).sum() > times * len(order_days(later))


@claim("chapter", r"total is a little too high, though the plan brought orders")
def _():
    orders = case.load("orders")
    forecast, came = forecast_and_came(orders, orders)
    assert came < forecast < 1.05 * came


@claim("chapter", r"platforms without a plan the forecast is \*\*about #% too high")
def _(percent):
    totals = []
    for seed in range(16):
        rng = np.random.default_rng(seed)
        tables = draw_purchases(World(), rng, customers=100_000)
        with_plan, without = (table.assign(date=pd.to_datetime(table["date"])) for table in tables)
        totals.append(forecast_and_came(with_plan, without))
    forecast, came = np.array(totals).T
    too_high = 100 * (forecast / came - 1)
    standard_error = too_high.std(ddof=1) / np.sqrt(len(too_high))
    assert too_high.mean() > 3 * standard_error
    assert too_high.mean() == pytest.approx(percent, abs=1)


@claim("dictionary", r"first order came since # January")
def _(day):
    assert pd.Timestamp(START) == pd.Timestamp(2025, 1, int(day))


@claim("chapter", r"The (eight) plans are below", r"vote on the (eight) plans")
def _(plans):
    assert plans == len(PLANS) == len(case.load("recall_plans"))


# Milk and yoghurt; the counter-case ----------------------------------------------------------


@claim("chapter", r"A lift of # sounds")
def _(lift):
    rules = basket_rules(case.load("basket_lines")).set_index(["if", "then"])["lift"]
    assert lift == round(rules["milk", "yoghurt"], 1)
    assert rules["milk", "fish"] > 1.1


@claim("words", r"(three) in 100, … would have bought yoghurt anyway; but … more in 100")
def _(_three):
    world = World()
    assert truth()["slot_adds"] == 100 * world.slot_adds


@claim("chapter", r"up by nearly a half")
def _():
    weeks = case.load("creatives").drop(columns="creative").groupby("week").sum()
    click_through = weeks["clicks"] / weeks["impressions"]
    assert 1.4 < click_through[13] / click_through[1] < 1.5


@claim(
    "chapter", r"leaves # yuan; a refunded one leaves nothing and costs # .*? complaint costs #\."
)
def _(margin, refund, complaint):
    world = World()
    assert (margin, refund) == (world.ad_margin, world.refund_cost)
    assert complaint == world.complaint_cost


@claim("words", r"# × kept − # × refunds − # × complaints")
def _(margin, refund, complaint):
    world = World()
    assert (margin, refund) == (world.ad_margin, world.refund_cost)
    assert complaint == world.complaint_cost


@claim("words", r"complaints are missing: # yuan")
def _(complaint):
    assert complaint == World().complaint_cost


@claim("words", r"The one with the most clicks makes the least")
def _():
    sums = quarter()
    profit = 12 * sums["orders"] - 21 * sums["refunds"] - 30 * sums["complaints"]
    clicks = sums["clicks"] / sums["impressions"]
    each = profit / sums["impressions"]
    assert clicks.idxmax() == each.idxmin()
    assert each.drop(clicks.idxmax()).idxmax() != clicks.drop(clicks.idxmax()).idxmax()


@claim("chapter", r"appliances by head: (three) in a hundred")
@claim("words", r"tenth of itself is #% → #%")
def _(percent, *raised):
    assert percent == 100 * case.load("shops").set_index("shop")["repurchase"]["appliances"]
    assert raised in ((), (pytest.approx(1.1 * percent),))


@claim("chapter", r"for (five) customers who waited #, #, #, # and # days")
def _(customers, *waits):
    assert customers == len(waits)
    assert waits == (2, 3, 5, 6, 6)


# The quiz -----------------------------------------------------------------------------------


@claim("words", r"Of # new customers # have ordered again, .*? within # days\. The other # haven't")
def _(customers, back, days, waiting):
    assert customers == back + waiting
    assert back < customers / 2
    assert np.isfinite(days)


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
        r"Of 100 such customers",
        r"3 in 100",
        r"every 100 orders",
        r"usual week of 1,000 orders",
        r"most say 2 to 5",
        r"Regulars at 30\*, \*Patience at 60",
        r"on 1,000 impressions",
        r"× \(1 − came",
        r"the others − 1, on",
        r"× \(1 \+ repurchase rate",
        r"questions 2 and 4",
    ],
    "words": [
        r"Of 100 who then come back",
        r"of 100 who come back",
        r"between\(3, 7\)",
        r"lasts up to 7 days",
        r"begins at 3\.",
        r"left out 3 and 7",
        r"2025-05-\d+",
        r"week of 1 September",
        r"so 8 September",
        r"times 1(00|,000)",
        r"Of 100 messages",
        r"in 100\b",
        r"of 100 come",
        r">= 4\]",
        r"profit of 1,000",
        r"places 1 \+ rep",
        r"10 × later ÷ \(1 \+ later\)",
        r"Regulars at 30 Patience at 60",
        r"half of the 1,000 back\? After 12 days Those are half of the 400 who came\. 600 others",
        r"later than 12 days",
        r"Never: 600",
        r"rate 22%\. This year's: 31%",
        r"Tuesday \+80%",
        r"A recalls 25% .*? silent for 60",
        r"After 10 days",
        r"rule is 30 days",
        r"lift of 1\.4",
    ],
    "dictionary": [r"chapter 4,", r"\b1 if "],
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
    "4.a": ["流量来源", "用户画像", "漏斗", "客单价", "复购率", "five key metrics"],
    "4.b": ["3–7 days", "largest share"],
    "4.c": ["每周三免邮", "free delivery every Wednesday", "Milk buyers are shown yoghurt"],
    "4.d": ["you have an unfinished order", "recall rate 18%", "召回率", "流失用户"],
    "4.e": ["**8% → 15%**"],
    "4.f": ["点击率", "one number only", "complained", "louder the promise"],
    "4.g": ["核心指标", "high order value, watch GMV", "repurchase, the repurchase rate"],
    "frame": ["数据分析", "five dimensions", "one link of the chain"],
}


@pytest.mark.parametrize(("fact", "terms"), FACTS.items())
def test_the_chapter_carries_every_fact_of_its_source(fact, terms):
    text = TEXTS["chapter"].lower()
    assert [term for term in terms if term.lower() not in text] == []
