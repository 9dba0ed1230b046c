"""Every number that chapter 5 states in words is the world's, the data's or the method's."""

import numpy as np
import pandas as pd
from pytest import approx

from course_utils.analysis import encouragement_effect, fit_retention, open_points
from course_utils.cases.restaurant_membership import card, case
from course_utils.cases.restaurant_membership.membership_designer import CUSTOMERS
from course_utils.cases.restaurant_membership.membership_model import SEGMENTS, live_year
from course_utils.cases.restaurant_membership.three_heads import EFFECT
from course_utils.cases.restaurant_membership.world import (
    PROGRAMMES,
    World,
    customer_base,
    effects,
    membership_account,
)
from tests.claims import Claims

WORLD = World()
OPTIONS = case.book.items["programme_for_next_year"].kind.options
claims = Claims(
    "restaurant_membership",
    no_claim={
        "chapter": [r"\d\. \*\*The", r"is 1 for who", r"of 100 diners", r"[Oo]f 100 diners",
                    r"[Oo]f 100 members' bills", r"with its 90% interval", r"1 ÷ \(that fall\)",
                    r"\+ 1 ÷ fall", r"Question 2", r"price by 1 yuan: each order earns 1 yuan",
                    r"`orders_(90|91_180)`", r"Seen in the wild.*?Bijmolt 2020\)"],
        "words": [r"− 1\)", r"`(member|served)` is [01]", r"base to 10|to base 10|base 10",
                  r"How many of 100|how many of 100|[Oo]f 100 large", r"1 ÷ \(the fall",
                  r"- 1 / slope", r"tenure`.*?36\)|periods\(36\)", r"The question is about 36",
                  r"`orders_(90|91_180)`", r"where 70 are", r"orders_91_180\S* > 0",
                  r"The question is where 70", r"\b10 k|100 k|1 M|10 M", r"3 years",
                  r"given back of 1%", r"price by 1 yuan: each order earns 1 yuan",
                  r"a percentage ÷ 100", r"`gift` 1, less that of all with 0", r"± 1\.645",
                  r"of 100 join because", r"90% range", r"how many of 100 bills"],
        "dictionary": [r"\b1 if the[y]?", r"from 1\b", r"1 if a member", r"0 if they",
                       r"for 1 in 10 is for"],
    },
    facts={
        "5.a": ["Traffic gets more expensive", "keeping a customer is cheaper than winning one",
                "公域", "私域"],
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
        r"In half a year members \(会员\) come # times more": round(seen[1] - seen[0]),
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
    edge = WORLD.threshold
    return {
        r"would have reached # yuan in any case": edge,
        r"members' bills reach # yuan": edge,
        r"reach # yuan among bills": edge,
        r"reaches # yuan\?": edge,
        r"nearer it comes to #,": edge,
        r">= #\)": edge,
        r"coupon of # yuan": WORLD.coupon,
        r"unused block at # yuan": WORLD.coupon,
        r"A block of # points is a coupon of # yuan: you multiplied by #": (
            edge, WORLD.coupon, edge
        ),
    }  # fmt: skip


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
        r"who came # times or more in sixteen weeks": WORLD.regular_from,
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
        r"(half) of the diners, picked at random, found a card": approx(
            diners["invited"].mean(), abs=0.01
        ),
        r"a lead of # visits in half a year": lambda said: (
            said == round(lead) == claim_of("membership_effect")
        ),
        r"Less than (half) of the lead is left": lambda share: (
            0.3 < (change[1] - change[0]) / lead < share
        ),
        r"where joining adds # visits": EFFECT,
        r"Zero is inside, as it should be": before.low < 0 < before.high,
    }


def by_hand(autumn: pd.DataFrame) -> tuple[float, float]:
    """The 90% interval of the visits that the service adds, as the chapter works it out."""
    served, rest = (autumn.loc[autumn["served"] == k, "after"] for k in (1, 0))
    added, error = served.mean() - rest.mean(), 1.645 * np.hypot(served.sem(), rest.sem())
    return added - error, added + error


@claims("chapter")
def the_service():
    spring, autumn = case.load("spring"), case.load("autumn")
    rest = autumn.query("served == 0")
    rise = spring["after"].mean() - spring["recent"].mean()
    visit, contact = price("margin of a visit"), price("service, eight weeks")
    alone = 100 * (rest["after"].mean() / rest["recent"].mean() - 1)
    regulars = case.load("all_regulars")
    often = pd.cut(autumn["earlier"] + autumn["recent"], [0, 5, 8, 12, 99])
    parts = [by_hand(rows) for _, rows in autumn.groupby(often, observed=True)]
    middles = [sum(part) / 2 for part in parts]
    return {
        r"earns a margin of # yuan, and serving one guest costs #\. The slide would say \+#": (
            WORLD.visit_margin, contact, round(visit * rise - contact)
        ),
        r"The slide would say": round(visit * rise - contact) == claim_of("service_profit"),
        r"A visit earns a margin": visit == WORLD.visit_margin,
        r"On this list the service loses money": visit * by_hand(autumn)[1] < contact,
        r"# visits or more in sixteen weeks": WORLD.regular_from,
        r"half of the (seventeen) by which they were picked, or the (seven) that": (
            round(regulars["before"].mean()), round(regulars["after"].mean())
        ),
        r"The points go up as an equal share would have it": middles == sorted(middles),
        r"the intervals are too wide to prove it": parts[0][1] > parts[-1][0],
        r"below # percent, # to #, more\? Hardly anybody says more": lambda low, again, high: (
            low == again and alone > high
        ),
    }  # fmt: skip


@claims("words")
def the_answers_on_card_and_service():
    share = membership_account(WORLD)["effect"] / (visits()[1] - visits()[0])
    return {
        r"about (a fifth) of the slide's # visits": lambda fifth, lead: (
            fifth == approx(share, abs=0.03) and lead == claim_of("membership_effect")
        ),
        r"times #, less #:": (price("margin of a visit"), price("service, eight weeks")),
        r"for (a fifth) of the base": PROGRAMMES["as it is"].service / 100,
    }


@claims("chapter")
def points():
    bills, ledger = case.load("bills"), case.load("ledger")
    members, guests = (bills.loc[bills["member"] == k, "amount"] for k in (1, 0))
    near = bills.query("180 <= amount < 200").groupby("member").size()
    near /= bills.groupby("member").size()
    edges = np.arange(0, 301, 20)
    apart = [100 * np.histogram(amount, edges)[0] / len(amount) for amount in (members, guests)]
    apart = abs(apart[0] - apart[1])
    error = 1.645 * np.hypot(members.sem(), guests.sem())
    most = WORLD.margin * (members.mean() - guests.mean() + error)
    face = 20 * (members // WORLD.threshold).mean()
    standing = open_points(ledger, today=case.load("today"), term=180)
    return {
        r"some guest at # yuan has ordered": lambda yuan: (
            180 <= yuan < 200 and near[1] < 0.7 * near[0]
        ),
        r"below # yuan and above # a bill is a bill": lambda low, high: (
            apart[(edges[1:] <= low) | (edges[:-1] >= high)].max() < 1
            and apart[(edges[:-1] >= low) & (edges[1:] <= high)].min() > 0.7
        ),
        r"margin of #% is the brand's, and even when (a third) of the coupons is never used": (
            lambda margin, unused: (
                margin == approx(100 * WORLD.margin) and most < (1 - unused) * face
            )
        ),
        r"After # days it expires": WORLD.term,
        r"Today is # December": lambda day: case.load("today") == pd.Timestamp(2025, 12, int(day)),
        r"what will be used is about (a third) of the face value": (
            approx(standing["probability"].mean(), abs=0.04)
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
    asked = case.load("dish_survey")["would_pay_more"]
    yes, silent = (asked == "yes").mean(), asked.isna().mean()
    menu = ordered.index.min()
    return {
        r"anything from half to nearly four in five": 0.5 <= yes < 0.55
        and 0.75 < yes + silent < 0.8,
        r"sold at (six) prices": len(ordered),
        r"costs # yuan on the menu": menu,
        r"premium over # yuan do # of # who ordered at # still order": (menu, 70, 100, menu),
        r"Ingredients cost # yuan for each order": price("dish, ingredients"),
        r"would have earned #\.": price("dish, margin of what it replaces"),
        r"through all (six) prices": len(ordered),
        r"and finds a price \*below\* today's": best - 18 < 48 < best,
    }


@claims("words")
def the_answers_on_the_dish():
    ordered, best = case.load("ordered"), 40 - 1 / case.load("slope")
    nearest = min(ordered.index, key=lambda yuan: abs(yuan - best))
    return {
        r"most of the (six) prices .*? All (six) together": (len(ordered), len(ordered)),
        r"yuan is it above #\?": ordered.index.min(),
        r"at which # of # are left": (70, 100),
        r"orders fall to # of #": (70, 100),
        r"a premium above the menu's #\. The curve is flat there": lambda menu: (
            menu == ordered.index.min()
        ),
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
    churn, fit = tenure["left"].sum() / tenure["months"].sum(), fit_retention(tenure)
    worth = month * fit.expected_periods(36)
    cost = price("new member, now")
    full_months = month * fit.staying(np.arange(1, 37)).sum()
    later = fit.a / (fit.a + fit.b + 12)
    return {
        r"until they `left`, or all (twelve)": tenure["months"].max(),
        r"worth over # months, in yuan\?\*\* A month earns a margin of #": (
            WORLD.months_valued, month
        ),
        r"not all of the # is its work": month,
        r"at (a third) of finance's rate": approx(later / churn, abs=0.05),
        r"The price of a new member lies between the two sums": (
            month / churn + 20 < cost < worth - 20
        ),
        r"With #% interest, or if the month of leaving earns nothing, hardly (fifteen) yuan": (
            lambda interest, few: 0 < full_months - cost < few
            and 0 < month * (fit.staying(np.arange(36))
                             @ (1 + interest / 100) ** (-np.arange(36) / 12)) - cost < few
        ),
        r"(two in five) are gone after two months": approx(
            (tenure["months"] <= 2).mean(), abs=0.02
        ),
    }  # fmt: skip


@claims("words")
def the_answers_on_a_members_value():
    tenure = case.load("tenure")
    there = np.array([(tenure["months"] >= month).sum() for month in (1, 12)])
    gone = [((tenure["months"] == month) & (tenure["left"] == 1)).sum() for month in (1, 12)]
    fit, churn = fit_retention(tenure), tenure["left"].sum() / tenure["months"].sum()
    later = fit.a / (fit.a + fit.b + 12)
    kept = [approx(stay, abs=0.6) for stay in 100 * (1 - gone / there)]
    return {
        r"brought in the (twelve) months .*? about #": (WORLD.months_shown, WORLD.months_valued),
        r"of the next #\. Each brings a margin of # yuan": (
            WORLD.months_valued,
            WORLD.month_margin,
        ),
        r"Those are months\. Each brings a margin of # yuan": WORLD.month_margin,
        r"left after them leaves at (a third) of that rate": lambda third: (
            later / churn == approx(third, abs=0.05)
        ),
        r"expected_periods\(#\)": WORLD.months_valued,
        r"#% stay the first month; of those left a year later #% stay": tuple(kept),
    }


def more_orders(rows: pd.DataFrame) -> tuple[float, float]:
    """The 90% interval of the ladder's orders over those of nothing, as the chapter does it."""
    means, errors = (rows.groupby("arm")["orders_91_180"].agg(of) for of in ("mean", "sem"))
    ratio = means["ladder"] / means["nothing"]
    error = 1.645 * ratio * np.hypot(*(errors / means)[["ladder", "nothing"]])
    return ratio - error, ratio + error


@claims("chapter")
def the_counter_case():
    newcomers, table = case.load("newcomers"), arms()
    gift = newcomers.query("arm == 'gift'")
    left = round(100 * (gift.query("orders_90 >= 3")["orders_91_180"] == 0).mean())
    least = gift.loc[gift["cost"] > 0, "orders_90"].min()
    memo = -round(-0.8 * table["cost"]["gift"], 1)
    early, late = table["orders_90"], table["orders_91_180"]
    threes = (newcomers["orders_90"] == 3).groupby(newcomers["arm"]).mean()
    still = (newcomers["orders_91_180"] > 0).astype(int).groupby(newcomers["arm"])
    error = 1.645 * np.hypot(still.sem()["gift"], still.sem()["nothing"])
    everybody = more_orders(newcomers)
    frequent = more_orders(newcomers.query("orders_90 >= 3"))
    change = still.mean()["gift"] - still.mean()["nothing"]
    whys = World.__dataclass_fields__
    days = zip((7, 30, 90), ("pack", "discount", "vip"), strict=True)
    said = all(f"at day {day}" in whys[f"{name}_cost"].metadata["why"] for day, name in days)
    return {
        r"memo: \*\*#% left after redeeming\*\*\. (Four) of (five)": (left, 4, 5),
        r"% left after redeeming\*\*\. Four of five": left == 80,
        r"on average, #% are lost": left,
        r'"#% left" describes': left,
        r"memo says −# yuan for each newcomer": memo,
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
        r"are the orders of days # to #,": (1, 90),
        r"at exactly (three) orders": lambda three: (
            three == WORLD.gift_orders and threes["gift"] > 4 * threes["nothing"]
        ),
        r"Too little to tell from nothing": abs(change) < error,
        r"(three) orders or more by day # in the arm": (WORLD.gift_orders, 90),
        r"Two intervals that overlap": everybody[0] < frequent[1] and frequent[0] < everybody[1],
        r"the fair number is the surer one": (
            everybody[1] - everybody[0] < frequent[1] - frequent[0]
        ),
        r"The gift's orders come early and stop\. The ladder's go on": (
            early["gift"] > 1.5 * early["ladder"] and late["ladder"] > 1.2 * late["gift"]
        ),
    }


@claims("words")
def the_counter_cases_answers():
    vips = (
        case.load("newcomers").query("arm == 'ladder' and orders_90 >= 3")["orders_91_180"].mean()
    )
    three_pay = WORLD.gift_orders * WORLD.hunter_margin > WORLD.gift_cost
    return {
        r"with (three) orders or more in the first # days": (WORLD.gift_orders, 90),
        r"hunters' (three) small orders pay": WORLD.gift_orders,
        r"hunters' three small orders pay": three_pay,
        r"compared those with (three) orders": WORLD.gift_orders,
        r"offered nothing earns the brand … yuan in # days": 180,
        r"gone by day #\.": 90,
        r"`orders_90` of # or more": WORLD.gift_orders,
        r"Whoever has `orders_91_180` above #": 0,
        r"VIPs order (five) times as often": approx(
            vips / arms()["orders_91_180"]["nothing"], abs=0.5
        ),
    }


def ladder_gain(lift: float) -> float:
    """What a ladder of this lift adds to a year of coupons, yuan."""
    base = customer_base(WORLD, np.random.default_rng(1))
    ladder, plain = (
        live_year(PROGRAMMES[name], base, effects(WORLD, lift)).profit
        for name in ("ladder", "coupons only")
    )
    return ladder - plain


@claims("chapter")
def the_lab_and_the_decision():
    return {
        r"a year of # customers": CUSTOMERS,
        r"with # visits or more last year, \*rare\* those with fewer than #": SEGMENTS[:2],
        r"(Eight) programmes for the next two years": len(OPTIONS),
        r"or #, # or # percent, each as likely; below # it doesn't pay": lambda *said: (
            (0, *said[:3]) == tuple(round(100 * lift) for lift in WORLD.ladder_lifts)
            and ladder_gain(said[3] / 100 - 0.01) < 0 < ladder_gain(said[3] / 100)
        ),
        r"one customer in (ten), picked at random\. It costs # yuan": (
            1 / WORLD.tested,
            WORLD.test_cost,
        ),
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
