"""Every number that chapter 5 states in words is the world's, the data's or the method's."""

import numpy as np
import pandas as pd
from pytest import approx

from course_utils.analysis import encouragement_effect, fit_retention, open_points
from course_utils.cases.restaurant_membership import card, case
from course_utils.cases.restaurant_membership.membership_designer import CUSTOMERS
from course_utils.cases.restaurant_membership.membership_model import SEGMENTS
from course_utils.cases.restaurant_membership.world import PROGRAMMES, World, membership_account
from course_utils.course.chapters import NOTEBOOKS
from tests.claims import Claims, default

WORLD = World()
SOURCE = NOTEBOOKS / "source" / "05_restaurant_membership.md"
claims = Claims(
    "restaurant_membership",
    no_claim={
        "chapter": [r"a 1 or 0,", r"of 100 diners", r"[Oo]f 100 members' bills",
                    r"when \d+ of 100", r"1 ÷ \(that fall\)", r"\+ 1 ÷ fall", r"Question 2"],
        "words": [r"− 1\)", r"`(member|served)` is [01]", r"base to 10|to base 10|base 10",
                  r"How many of 100|how many of 100|[Oo]f 100 large", r"1 ÷ \(the fall",
                  r"- 1 / slope", r"tenure`.*?36\)|periods\(36\)", r"The question is about 36",
                  r"`orders_(90|91_180)`", r"where 70 are", r"orders_91_180\S* > 0",
                  r"The question is where 70", r"\b10 k|100 k|1 M|10 M", r"3 years",
                  r"given back of 1%"],
        "dictionary": [r"\b1 if the[y]?", r"from 1\b", r"1 if a member", r"0 if they"],
    },
    facts={
        "5.a": ["Traffic gets dearer", "keeping a customer is cheaper than winning one", "公域",
                "私域"],
        "5.b": ["delivery platforms", "积分", "every 200 yuan of a bill earn a coupon", "微信群"],
        "5.c": ["Frequent customers get a dedicated contact", "专属客服", "repurchase **+50%**"],
        "5.d": ["**70%** of members would pay a premium", "members-only dishes", "one a week"],
        "5.e": ["积分换礼品", "collect points, swap them for a gift", "80% left after redeeming"],
        "5.f": ["成长型会员体系", "trial pack at day 7", "discount at day 30", "VIP from day 90"],
        "frame": ["客户关系", "five dimensions", "A breakthrough in a single link does not last"],
        "terms": ["会员", "复购", "凑单", "过期积分", "积分负债", "流失率", "留存率", "均值回归",
                  "工具变量", "幸存者偏差", "随机"],
    },
)  # fmt: skip


def price(item: str) -> int:
    """An amount of the price list."""
    return case.load("programme_costs").set_index("item")["amount"][item]


def visits() -> pd.Series:
    return case.load("diners").groupby("member")["visits"].mean()


def arms() -> pd.DataFrame:
    return case.load("newcomers").groupby("arm").mean(numeric_only=True)


def claim_of(verdict: str) -> float:
    """The headline's figure that a verdict is held against."""
    return case.book.items[verdict].claim


@claims("chapter")
def the_slide():
    seen, spring = visits(), case.load("spring")
    more = round(100 * (seen[1] / seen[0] - 1))
    fifty = round(100 * (spring["after"].mean() / spring["recent"].mean() - 1))
    replies = case.load("dish_survey")["would_pay_more"].dropna()
    edge = WORLD.threshold
    return {
        r"come \*\*# times\*\* as often as others": round(seen[1] / seen[0], 1),
        r"as often as others: \*\*\+#%\*\*": more,
        r"come # percent more often than other diners": more,
        r"How many of these # would": more,
        r"repurchase \*\*\+#%\*\*": fifty,
        r"the slide's \+#% repurchase": fifty,
        r"\*\*#%\*\* of members would pay a premium": round(100 * (replies == "yes").mean()),
        r"every # yuan of a bill earn a coupon": edge,
        r"Every full # yuan of a bill earn # points": (edge, edge),
        r"block of # points": edge,
        r"bills that reach # yuan and earn": edge,
        r"a coupon of # yuan": lambda yuan: yuan == WORLD.coupon == price("coupon"),
    }


@claims("words")
def the_slides_answers():
    slide, edge = the_slide(), WORLD.threshold
    seventy = slide[r"\*\*#%\*\* of members would pay a premium"]
    return {
        r"adds \S+%, not (fifty)": slide[r"the slide's \+#% repurchase"],
        r"what the (seventy) percent would pay": seventy,
        r"bigger one than the (seventy) percent": seventy,
        r"had reached # yuan in any case": edge,
        r"members' bills reach # yuan": edge,
        r"reaches # yuan\?": edge,
        r"nearer it comes to #,": edge,
        r">= #\)": edge,
        r"coupon of # yuan": WORLD.coupon,
    }


@claims("dictionary")
def the_columns():
    return {
        r"block of # points": WORLD.threshold,
        r"a coupon of # yuan": WORLD.coupon,
        r"visits # to # weeks before the list": (16, 9),  # eight weeks, before the last eight
        r"expires after # days": WORLD.term,
        r"Exported on # December": lambda day: (
            case.load("today") == pd.Timestamp(2025, 12, int(day))
        ),
        r"watched for (twelve) months": WORLD.months_shown,
        r"still there after (twelve)": WORLD.months_shown,
        r"for (three) orders in # days": (WORLD.gift_orders, 90),
        r"orders in days # to #": lambda *days: days in ((1, 90), (91, 180)),
        r"in days # to #": lambda *days: days in ((1, 90), (91, 180)),
        r"beauty brand, over # days": 180,
    }


@claims("chapter")
def the_card():
    diners, lead = case.load("diners"), visits()[1] - visits()[0]
    change = (diners["visits"] - diners["visits_before"]).groupby(diners["member"]).mean()
    before = encouragement_effect(diners, **card | {"outcome": "visits_before"})
    return {
        r"(Forty thousand) diners": len(diners),
        r"a lead of # visits in half a year": lambda said: (
            said == round(lead) == claim_of("membership_effect")
        ),
        r"Less than (half) is left of the lead": lambda share: (
            0.3 < (change[1] - change[0]) / lead < share
        ),
        r"The interval has zero in it, as it should": before.low < 0 < before.high,
    }


@claims("chapter")
def the_service():
    spring, autumn = case.load("spring"), case.load("autumn").query("served == 0")
    rise = spring["after"].mean() - spring["recent"].mean()
    visit, contact = price("margin of a visit"), price("service, eight weeks")
    alone = 100 * (autumn["after"].mean() / autumn["recent"].mean() - 1)
    return {
        r"By the slide's count a contact earns # yuan in (eight) weeks": lambda yuan, _: (
            yuan == round(visit * rise - contact) == claim_of("service_profit")
        ),
        r"A visit leaves # yuan, a contact costs #": (WORLD.visit_margin, contact),
        r"A visit leaves": visit == WORLD.visit_margin,
        r"would a contact pay that adds #%\?": lambda percent: (
            f'print(f"from {{24 / (76 * {percent / 100:.2f}):.1f}} visits'
            in SOURCE.read_text("utf-8")
        ),
        r"below # percent, # to #, more\? Hardly anybody says more": lambda low, again, high: (
            low == again and alone > high
        ),
    }


@claims("words")
def the_answers_on_card_and_service():
    share = membership_account(WORLD)["effect"] / (visits()[1] - visits()[0])
    return {
        r"about (a fifth) of what the slide shows": approx(share, abs=0.03),
        r"interval, times #, less #": (price("margin of a visit"), price("service, eight weeks")),
        r"Service for (a fifth) of the base": PROGRAMMES["as it is"].service / 100,
        r"with its #% interval": 100 * default(encouragement_effect, "confidence_level"),
    }


@claims("chapter")
def points():
    bills, ledger = case.load("bills"), case.load("ledger")
    near = bills.query("180 <= amount < 200").groupby("member").size()
    near /= bills.groupby("member").size()
    means = bills.groupby("member")["amount"].mean()
    large = (bills.loc[bills["member"] == 1, "amount"] >= 200).mean()
    used = ledger["used"].notna().mean()  # at the least
    standing = open_points(ledger, today=case.load("today"), term=180)
    chance = standing.groupby("age")["probability"].mean()
    return {
        r"some guest at # yuan has ordered": lambda yuan: (
            180 <= yuan < 200 and near[1] < 0.7 * near[0]
        ),
        r"the coupon does not earn its money on the bill": (
            WORLD.margin * (means[1] - means[0]) < WORLD.coupon * used * large
        ),
        r"After # days it expires": WORLD.term,
        r"Today is # December": lambda day: case.load("today") == pd.Timestamp(2025, 12, int(day)),
        r"what will be used is about (a third) of the face value": (
            approx(standing["probability"].mean(), abs=0.04)
        ),
        r"has been open for (four) months has about (one) chance in (six)": (
            lambda months, one, six: chance[30 * months] == approx(one / six, abs=0.02)
        ),
    }


@claims("words")
def the_answers_on_points():
    bins = case.load("bins")
    return {
        r"between # and # yuan: it falls": (bins[0], bins[-1]),
        r"what is older than # days": WORLD.term,
        r"term=#\)": WORLD.term,
    }


def ingredients_or_instead(*yuan: float) -> bool:
    wanted = {price("dish, ingredients"), price("dish, margin of what it replaces")}
    return set(yuan) <= wanted == {22, 18}


@claims("chapter")
def the_dish():
    ordered, best = case.load("ordered"), 40 - 1 / case.load("slope")
    return {
        r"sold at (six) prices": len(ordered),
        r"costs # yuan on the menu": ordered.index.min(),
        r"yuan above # does": ordered.index.min(),
        r"who order it at #\?": ordered.index.min(),
        r"when # of 100 are left": 70,
        r"Ingredients cost # yuan an order": price("dish, ingredients"),
        r"would have earned #\.": price("dish, margin of what it replaces"),
        r"What # member visits earn with the dish": 100,
        r"and finds a price \*below\* today's": best - 18 < 48 < best,
    }


@claims("words")
def the_answers_on_the_dish():
    ordered, best = case.load("ordered"), 40 - 1 / case.load("slope")
    nearest = min(ordered.index, key=lambda yuan: abs(yuan - best))
    return {
        r"most of the (six) prices .*? All (six) together": (len(ordered), len(ordered)),
        r"yuan is it above #\?": ordered.index.min(),
        r"is that 0\.#\?": lambda left: left in (30, 70),
        r"np\.log\(0\.#\)": 70,
        r"where # of # are left\. The question .*? #": lambda left, of, asked: (
            left in (30, 70) and (of, asked) == (100, 70)
        ),
        r"margin of # yuan is a cost": ingredients_or_instead,
        r"`# \+ 18 - 1": ingredients_or_instead,
        r"`22 \+ # - 1": ingredients_or_instead,
        r"earned most of the six prices": ((ordered.index - 40) * ordered).idxmax() != nearest,
    }


@claims("chapter")
def a_members_value():
    tenure, month = case.load("tenure"), price("margin of a member's month")
    mean_member = month * tenure["months"].sum() / tenure["left"].sum()
    all_of_them = month * fit_retention(tenure).expected_periods(36)
    return {
        r"until they `left`, or all (twelve)": tenure["months"].max(),
        r"worth over # months, in yuan\?\*\* A month leaves #": (WORLD.months_valued, month),
        r"The price of a new member lies between the two sums": (
            mean_member + 20 < price("new member, now") < all_of_them - 20
        ),
        r"(two in five) are gone after two months": approx(
            (tenure["months"] <= 2).mean(), abs=0.02
        ),
        r"chance one (half) a month, one with one in (twenty)\. Mean chance # percent, so "
        r'"# months"\. Mean stay: \(# \+ #\) ÷ # = # months': (
            lambda chance, one_in, percent, months, short, long, two, stay: (
                percent == approx(100 * (chance + 1 / one_in) / 2)
                and months == round(100 / percent, 1)
                and (short, long, two) == (1 / chance, one_in, 2)
                and stay == (short + long) / two
            )
        ),
    }


@claims("words")
def the_answers_on_a_members_value():
    tenure = case.load("tenure")
    there = np.array([(tenure["months"] >= month).sum() for month in (1, 12)])
    gone = [((tenure["months"] == month) & (tenure["left"] == 1)).sum() for month in (1, 12)]
    kept = [approx(stay, abs=0.6) for stay in 100 * (1 - gone / there)]
    return {
        r"brought in the (twelve) months .*? about #": (WORLD.months_shown, WORLD.months_valued),
        r"of the next #\. Each leaves # yuan": (WORLD.months_valued, WORLD.month_margin),
        r"Those are months\. Each leaves # yuan": WORLD.month_margin,
        r"expected_periods\(#\)": WORLD.months_valued,
        r"#% stay the first month; of those left a year later #% stay": tuple(kept),
    }


@claims("chapter")
def the_counter_case():
    newcomers, table = case.load("newcomers"), arms()
    gift = newcomers.query("arm == 'gift'")
    left = round(100 * (gift.query("orders_90 >= 3")["orders_91_180"] == 0).mean())
    least = gift.loc[gift["cost"] > 0, "orders_90"].min()
    memo = -round(-0.8 * table["cost"]["gift"], 1)
    early, late = table["orders_90"], table["orders_91_180"]
    whys = World.__dataclass_fields__
    days = zip((7, 30, 90), ("pack", "discount", "vip"), strict=True)
    said = all(f"at day {day}" in whys[f"{name}_cost"].metadata["why"] for day, name in days)
    return {
        r"memo: \*\*#% left after redeeming\*\*\. (Four) of (five)": (left, 4, 5),
        r"% left after redeeming\*\*\. Four of five": left == 80,
        r"on average, #% are lost": left,
        r'"#% left" describes': left,
        r"memo says −# yuan a newcomer": memo,
        r"memo says −": -memo == claim_of("gift_profit"),
        r"(Three) orders in # days earn one": (least, 90),
        r"in days # to #\?\*\* All newcomers": (91, 180),
        r"order more, in days # to #, than": (91, 180),
        r"one newcomer, over # days": 180,
        r"gift bring in # days": 180,
        r"a table of # days looks # days far": (180, 180),
        r"trial pack at day #, a discount at day #, and is VIP from day # with (three)": (
            (7, 30, 90, WORLD.gift_orders)
        ),
        r"trial pack at day": said,
        r"Who is VIP at day #\?": 90,
        r"as many orders by day # in the arm": 90,
        r"The gift's orders come early and stop\. The ladder's go on": (
            early["gift"] > 1.5 * early["ladder"] and late["ladder"] > 1.2 * late["gift"]
        ),
    }


@claims("words")
def the_counter_cases_answers():
    vips = case.load("newcomers").query("arm == 'ladder' and orders_90 >= 3")["orders_91_180"].mean()
    three_pay = WORLD.gift_orders * WORLD.hunter_margin > WORLD.gift_cost
    return {
        r"with (three) orders or more in the first # days": (WORLD.gift_orders, 90),
        r"hunters' (three) small orders pay": WORLD.gift_orders,
        r"hunters' three small orders pay": three_pay,
        r"compared those with (three) orders": WORLD.gift_orders,
        r"nothing leaves … yuan in # days": 180,
        r"gone by day #\.": 90,
        r"`orders_90` of # or more": WORLD.gift_orders,
        r"Whoever has `orders_91_180` above #": 0,
        r"VIPs order (five) times as often": approx(
            vips / arms()["orders_91_180"]["nothing"], abs=0.5
        ),
    }


@claims("chapter")
def the_lab_and_the_decision():
    return {
        r"a year of # customers": CUSTOMERS,
        r"with # visits or more last year, \*rare\* those with fewer than #": SEGMENTS[:2],
        r"(Eight) programmes for next year": len(PROGRAMMES),
        r"vote on the (eight) before": len(case.load("programmes")),
        r"(Seven) questions, one for each idea": len(case.words["quiz"]),
    }


@claims("words")
def the_quiz_agrees_with_itself():
    def same(one, other):
        return one == other

    return {
        r"Half of # people are invited\. #% of the invited join, #% of the others\. The invited "
        r"visit # times more .*? # visits That .*? # visits You .*? (A third) of those .*? # visit "
        r"True # ÷ \(# − #\)": (
            lambda _, join, anyway, more, first, second, third, right, above, one, other: (
                first == more == above
                and (one, other) == (join / 100, anyway / 100)
                and second == round(more / one, 2)
                and third == approx(anyway / join)
                and right == approx(more / (one - other))
            )
        ),
        r"Next month they spend #% more\..*?raised spending by #%": same,
        r"In June #% of all points are unused\. .*? #% Most of them .*? #% That is the share": (
            lambda unused, again, used: unused == again == 100 - used
        ),
        r"In a survey #% say .*? #% is a majority": same,
    }
