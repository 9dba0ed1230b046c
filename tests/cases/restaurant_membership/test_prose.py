"""Every number that chapter 5 states in words is the world's, the data's or the method's.

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

from course_utils.analysis import encouragement_effect, fit_retention, open_points
from course_utils.cases import restaurant_membership
from course_utils.cases.restaurant_membership import card, case
from course_utils.cases.restaurant_membership.membership_designer import CUSTOMERS
from course_utils.cases.restaurant_membership.membership_model import SEGMENTS
from course_utils.cases.restaurant_membership.world import PROGRAMMES, World, membership_account
from tests.claims import SOURCES, Claims, all_words, prose

DICTIONARY = Path(restaurant_membership.__file__).parent / "tables.en.toml"
SPELT = {
    "a third": 1 / 3, "a fifth": 0.2, "half": 0.5, "a half": 0.5, "one": 1, "two": 2, "three": 3,
    "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twelve": 12,
    "twenty": 20, "fifty": 50, "seventy": 70, "forty thousand": 40_000, "two in five": 0.4,
}  # fmt: skip
TEXTS = {
    "chapter": prose("05_restaurant_membership.md"),
    "words": all_words(case.words),
    "dictionary": all_words(tomllib.loads(DICTIONARY.read_text(encoding="utf-8"))),
}
claim = Claims(TEXTS, SPELT)


# What the checks look up --------------------------------------------------------------------


def price(item: str) -> int:
    """An amount of the price list."""
    return case.load("programme_costs").set_index("item")["amount"][item]


def visits() -> pd.Series:
    return case.load("diners").groupby("member")["visits"].mean()


def arms() -> pd.DataFrame:
    return case.load("newcomers").groupby("arm").mean(numeric_only=True)


# The slide ----------------------------------------------------------------------------------


@claim("chapter", r"come \*\*# times\*\* as often as others")
def _(times):
    assert times == round(visits()[1] / visits()[0], 1)


@claim(
    "chapter",
    r"as often as others: \*\*\+#%\*\*",
    r"come # percent more often than other diners",
    r"How many of these # would",
)
def _(percent):
    assert percent == round(100 * (visits()[1] / visits()[0] - 1))


@claim("chapter", r"repurchase \*\*\+#%\*\*", r"the slide's \+#% repurchase")
@claim("words", r"adds \S+%, not (fifty)")
def _(percent):
    spring = case.load("spring")
    assert percent == round(100 * (spring["after"].mean() / spring["recent"].mean() - 1))


@claim("chapter", r"\*\*#%\*\* of members would pay a premium")
@claim("words", r"what the (seventy) percent would pay", r"bigger one than the (seventy) percent")
def _(percent):
    replies = case.load("dish_survey")["would_pay_more"].dropna()
    assert percent == round(100 * (replies == "yes").mean())


@claim(
    "chapter",
    r"every # yuan of a bill earn a coupon",
    r"Every full # yuan of a bill earn # points",
    r"block of # points",
    r"bills that reach # yuan and earn",
)
@claim("dictionary", r"block of # points")
@claim(
    "words",
    r"had reached # yuan in any case",
    r"members' bills reach # yuan",
    r"reaches # yuan\?",
    r"nearer it comes to #,",
    r">= #\)",
)
def _(*yuan):
    assert set(yuan) == {World().threshold}


@claim("chapter", r"a coupon of # yuan")
@claim("words", r"coupon of # yuan")
@claim("dictionary", r"a coupon of # yuan")
def _(yuan):
    assert yuan == World().coupon == price("coupon")


# The card -----------------------------------------------------------------------------------


@claim("chapter", r"(Forty thousand) diners")
def _(diners):
    assert diners == len(case.load("diners"))


@claim("chapter", r"a lead of # visits in half a year")
def _(lead):
    assert lead == round(visits()[1] - visits()[0]) == case.book.items["membership_effect"].claim


@claim("chapter", r"Less than (half) is left of the lead")
def _(share):
    diners = case.load("diners")
    change = (diners["visits"] - diners["visits_before"]).groupby(diners["member"]).mean()
    assert 0.3 < (change[1] - change[0]) / (visits()[1] - visits()[0]) < share


@claim("chapter", r"The interval has zero in it, as it should")
def _():
    before = encouragement_effect(case.load("diners"), **card | {"outcome": "visits_before"})
    assert before.low < 0 < before.high


@claim("words", r"about (a fifth) of what the slide shows")
def _(share):
    effect = membership_account(World())["effect"]
    assert effect / (visits()[1] - visits()[0]) == pytest.approx(share, abs=0.03)


# The service --------------------------------------------------------------------------------


@claim(
    "chapter",
    r"By the slide's count a contact earns # yuan in (eight) weeks",
)
def _(yuan, _weeks):
    spring = case.load("spring")
    rise = spring["after"].mean() - spring["recent"].mean()
    assert yuan == round(76 * rise - 24) == case.book.items["service_profit"].claim


@claim("chapter", r"A visit leaves # yuan, a contact costs #")
@claim("words", r"interval, times #, less #")
def _(visit, contact):
    assert (visit, contact) == (price("margin of a visit"), price("service, eight weeks"))
    assert visit == World().visit_margin


@claim("chapter", r"would a contact pay that adds #%\?")
def _(percent):
    cell = f'print(f"from {{24 / (76 * {percent / 100:.2f}):.1f}} visits'
    assert cell in (SOURCES / "05_restaurant_membership.md").read_text(encoding="utf-8")


@claim("chapter", r"below # percent, # to #, more\? Hardly anybody says more")
def _(low, again, high):
    autumn = case.load("autumn").query("served == 0")
    assert low == again
    assert 100 * (autumn["after"].mean() / autumn["recent"].mean() - 1) > high


@claim("dictionary", r"visits # to # weeks before the list")
def _(first, last):
    assert (first, last) == (16, 9)  # eight weeks, before the last eight


# Points -------------------------------------------------------------------------------------


@claim("chapter", r"some guest at # yuan has ordered")
def _(yuan):
    bills = case.load("bills").query("180 <= amount < 200")
    shares = bills.groupby("member").size() / case.load("bills").groupby("member").size()
    assert 180 <= yuan < 200
    assert shares[1] < 0.7 * shares[0]


@claim("chapter", r"the coupon does not earn its money on the bill")
def _():
    bills = case.load("bills")
    means = bills.groupby("member")["amount"].mean()
    large = (bills.loc[bills["member"] == 1, "amount"] >= 200).mean()
    used = case.load("ledger")["used"].notna().mean()  # at the least
    assert World().margin * (means[1] - means[0]) < World().coupon * used * large


@claim("words", r"between # and # yuan: it falls")
def _(low, high):
    assert (low, high) == (case.load("bins")[0], case.load("bins")[-1])


@claim("chapter", r"After # days it expires")
@claim("words", r"what is older than # days", r"term=#\)")
@claim("dictionary", r"expires after # days")
def _(days):
    assert days == World().term


@claim("chapter", r"Today is # December")
@claim("dictionary", r"Exported on # December")
def _(day):
    assert case.load("today") == pd.Timestamp(2025, 12, int(day))


@claim("chapter", r"what will be used is about (a third) of the face value")
def _(share):
    standing = open_points(case.load("ledger"), today=case.load("today"), term=180)
    assert standing["probability"].mean() == pytest.approx(share, abs=0.04)


@claim("chapter", r"has been open for (four) months has about (one) chance in (six)")
def _(months, one, six):
    standing = open_points(case.load("ledger"), today=case.load("today"), term=180)
    chance = standing.loc[standing["age"] == 30 * months, "probability"]
    assert chance.mean() == pytest.approx(one / six, abs=0.02)


# The dish -----------------------------------------------------------------------------------


@claim("chapter", r"sold at (six) prices")
@claim("words", r"most of the (six) prices .*? All (six) together")
def _(*prices):
    assert set(prices) == {len(case.load("ordered"))}


@claim("chapter", r"costs # yuan on the menu", r"yuan above # does", r"who order it at #\?")
@claim("words", r"yuan is it above #\?")
def _(yuan):
    assert yuan == case.load("ordered").index.min()


@claim("chapter", r"when # of 100 are left")
@claim(
    "words", r"is that 0\.#\?", r"np\.log\(0\.#\)", r"where # of # are left\. The question .*? #"
)
def _(left, *others):
    assert left in (70, 30)
    assert set(others) <= {100, 70}


@claim("chapter", r"Ingredients cost # yuan an order", r"would have earned #\.")
@claim("words", r"margin of # yuan is a cost", r"`# \+ 18 - 1", r"`22 \+ # - 1")
def _(yuan):
    wanted = {price("dish, ingredients"), price("dish, margin of what it replaces")}
    assert yuan in wanted == {22, 18}


@claim("chapter", r"at each price that was tried: ```|What # member visits earn with the dish")
def _(visits_):
    assert visits_ == 100


@claim("chapter", r"and finds a price \*below\* today's")
def _():
    assert 22 - 1 / case.load("slope") < 48 < 40 - 1 / case.load("slope")


@claim("words", r"lay a straight line|earned most of the six prices")
def _():
    ordered = case.load("ordered")
    assert ((ordered.index - 40) * ordered).idxmax() != min(
        ordered.index, key=lambda yuan: abs(yuan - (40 - 1 / case.load("slope")))
    )


# A member's value -----------------------------------------------------------------------------


@claim("chapter", r"until they `left`, or all (twelve)")
@claim("words", r"brought in the (twelve) months .*? about #")
@claim("dictionary", r"watched for (twelve) months", r"still there after (twelve)")
def _(months, *later):
    tenure = case.load("tenure")
    assert months == tenure["months"].max() == World().months_shown
    assert all(number == World().months_valued for number in later)


@claim("chapter", r"worth over # months, in yuan\?\*\* A month leaves #")
def _(months, yuan):
    assert months == World().months_valued
    assert yuan == price("margin of a member's month")


@claim("words", r"of the next #\. Each leaves # yuan")
def _(months, yuan):
    assert (months, yuan) == (World().months_valued, World().month_margin)


@claim("words", r"Those are months\. Each leaves # yuan", r"expected_periods\((3)6\)")
def _(number_):
    assert number_ in (World().month_margin, 3)


@claim("chapter", r"The price of a new member lies between the two sums")
def _():
    tenure = case.load("tenure")
    mean_member = 42 * tenure["months"].sum() / tenure["left"].sum()
    mean_of_all = 42 * fit_retention(tenure).expected_periods(36)
    assert mean_member + 20 < price("new member, now") < mean_of_all - 20


@claim("chapter", r"(two in five) are gone after (two) months")
def _(share, months):
    assert (case.load("tenure")["months"] <= months).mean() == pytest.approx(share, abs=0.02)


@claim(
    "chapter",
    r"chance one (half) a month, one with one in (twenty)\. Mean chance # percent, so "
    r'"# months"\. Mean stay: \(# \+ #\) ÷ # = # months',
)
def _(chance, one_in, percent, months, short, long, two, stay):
    assert percent == pytest.approx(100 * (chance + 1 / one_in) / 2)
    assert months == round(100 / percent, 1)
    assert (short, long) == (1 / chance, one_in)
    assert stay == (short + long) / two


# The counter-case ---------------------------------------------------------------------------


@claim(
    "chapter",
    r"memo: \*\*#% left after redeeming\*\*\. (Four) of (five)",
)
def _(percent, four, five):
    redeemed = case.load("newcomers").query("arm == 'gift' and orders_90 >= 3")
    assert percent == round(100 * (redeemed["orders_180"] == 0).mean()) == 100 * four / five


@claim("chapter", r"on average, #% are lost", r'"#% left" describes')
def _(percent):
    assert percent == 80


@claim("chapter", r"memo says −# yuan a newcomer")
def _(yuan):
    assert -yuan == round(-0.8 * arms()["cost"]["gift"], 1) == case.book.items["gift_profit"].claim


@claim("chapter", r"(Three) orders in # days earn one")
@claim("dictionary", r"for (three) orders in # days")
@claim("words", r"with (three) orders or more in the first # days")
def _(orders, days):
    newcomers = case.load("newcomers").query("arm == 'gift'")
    assert newcomers.loc[newcomers["cost"] > 0, "orders_90"].min() == orders
    assert days == 90


@claim("words", r"hunters' (three) small orders pay", r"compared those with (three) orders")
def _(orders):
    world = World()
    assert orders == world.gift_orders
    assert orders * world.hunter_margin > world.gift_cost


@claim(
    "chapter",
    r"in days # to #\?\*\* All newcomers",
    r"order more, in days # to #, than",
)
@claim("dictionary", r"orders in days # to #", r"in days # to #")
def _(first, last):
    assert (first, last) in ((91, 180), (1, 90))


@claim(
    "chapter",
    r"one newcomer, over # days",
    r"gift bring in # days",
    r"a table of # days looks # days far",
)
@claim("dictionary", r"beauty brand, over # days")
@claim("words", r"nothing leaves … yuan in # days")
def _(*days):
    assert set(days) == {180}


@claim("chapter", r"trial pack at day #, a discount at day #, and is VIP from day # with (three)")
def _(pack, discount, vip, orders):
    whys = {name: World.__dataclass_fields__[f"{name}_cost"].metadata["why"]
            for name in ("pack", "discount", "vip")}  # fmt: skip
    for name, day in (("pack", pack), ("discount", discount), ("vip", vip)):
        assert f"at day {day:.0f}" in whys[name]
    assert orders == World().gift_orders


@claim("chapter", r"Who is VIP at day #\?", r"as many orders by day # in the arm")
@claim("words", r"gone by day #\.", r"`orders_90` of (3) or more", r"as keen")
def _(*said):
    assert set(said) <= {90, 3}


@claim("words", r"Whoever has `orders_180` above #")
def _(orders):
    assert orders == 0


@claim("chapter", r"The gift's orders come early and stop\. The ladder's go on")
def _():
    table = arms()
    assert table["orders_90"]["gift"] > 1.5 * table["orders_90"]["ladder"]
    assert table["orders_180"]["ladder"] > 1.2 * table["orders_180"]["gift"]


# The lab and the decision -------------------------------------------------------------------


@claim("chapter", r"a year of # customers")
def _(customers):
    assert customers == CUSTOMERS


@claim("chapter", r"customers with # visits or more last year, \*rare\* those with fewer than #")
def _(regular, rare):
    assert (regular, rare) == SEGMENTS[:2]


@claim("chapter", r"(Eight) programmes for next year", r"vote on the (eight) before")
def _(programmes):
    assert programmes == len(PROGRAMMES) == len(case.load("programmes"))


@claim("words", r"Service for (a fifth) of the base")
def _(share):
    assert 100 * share == PROGRAMMES["as it is"].service


# The quiz, whose numbers must agree with each other -------------------------------------------


@claim(
    "words",
    r"Half of # people are invited\. #% of the invited join, #% of the others\. The invited visit "
    r"# times more .*? # visits That .*? # visits You .*? (A third) of those .*? # visit True # ÷ "
    r"\(# − #\)",
)
def _(_people, join, anyway, more, first, second, third, right, above, one, other):
    assert first == more == above
    assert (one, other) == (join / 100, anyway / 100)
    assert second == round(more / one, 2)
    assert third == pytest.approx(anyway / join)
    assert right == pytest.approx(more / (one - other))


@claim("words", r"Next month they spend #% more\..*?raised spending by #%")
def _(more, again):
    assert more == again


@claim(
    "words", r"In June #% of all points are unused\. .*? #% Most of them .*? #% That is the share"
)
def _(unused, again, used):
    assert unused == again == 100 - used


@claim("words", r"In a survey #% say .*? #% is a majority")
def _(percent, again):
    assert percent == again


@claim("words", r"#% stay the first month; of those left a year later #% stay")
def _(first, later):
    tenure = case.load("tenure")
    there = np.array([(tenure["months"] >= month).sum() for month in (1, 12)])
    gone = [((tenure["months"] == month) & (tenure["left"] == 1)).sum() for month in (1, 12)]
    assert 100 * (1 - gone / there) == pytest.approx([first, later], abs=0.6)


@claim("words", r"VIPs order (five) times as often")
def _(times):
    newcomers = case.load("newcomers")
    vips = newcomers.query("arm == 'ladder' and orders_90 >= 3")["orders_180"].mean()
    assert vips / arms()["orders_180"]["nothing"] == pytest.approx(times, abs=0.5)


@claim("words", r"with its #% interval")
def _(percent):
    assert percent == 100 * signature(encouragement_effect).parameters["confidence_level"].default


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
        r"[Cc]hapters? \d",
        r"\d\. \*\w",
        r"\d+ minutes",
        r"a 1 or 0,",
        r"of 100 diners",
        r"[Oo]f 100 members' bills",
        r"when \d+ of 100",
        r"1 ÷ \(that fall\)",
        r"\+ 1 ÷ fall",
        r"Question 2",
    ],
    "words": [
        r"100 ×",
        r"− 1\)",
        r"`(member|served)` is [01]",
        r"base to 10|to base 10|base 10",
        r"How many of 100|how many of 100|[Oo]f 100 large",
        r"1 ÷ \(the fall",
        r"- 1 / slope",
        r"tenure`.*?36\)|periods\(36\)",
        r"The question is about 36",
        r"`orders_(90|180)`",
        r"where 70 are",
        r"orders_180\S* > 0",
        r"The question is where 70",
        r"\b10 k|100 k|1 M|10 M",
        r"3 years",
        r"given back of 1%",
    ],
    "dictionary": [r"chapter 5,", r"\b1 if the[y]?", r"from 1\b", r"1 if a member", r"0 if they"],
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
    "5.a": ["Traffic gets dearer", "keeping a customer is cheaper than winning one", "公域", "私域"],
    "5.b": ["delivery platforms", "积分", "every 200 yuan of a bill earn a coupon", "微信群"],
    "5.c": ["Frequent customers get a dedicated contact", "专属客服", "repurchase **+50%**"],
    "5.d": ["**70%** of members would pay a premium", "members-only dishes", "one a week"],
    "5.e": ["积分换礼品", "collect points, swap them for a gift", "80% left after redeeming"],
    "5.f": ["成长型会员体系", "trial pack at day 7", "discount at day 30", "VIP from day 90"],
    "frame": ["客户关系", "five dimensions", "A breakthrough in a single link does not last"],
    "terms": ["会员", "复购", "凑单", "过期积分", "积分负债", "流失率", "留存率", "均值回归",
              "工具变量", "幸存者偏差", "随机"],
}  # fmt: skip


@pytest.mark.parametrize(("fact", "terms"), FACTS.items())
def test_the_chapter_carries_every_fact_of_its_source(fact, terms):
    assert [term for term in terms if term not in TEXTS["chapter"]] == []
