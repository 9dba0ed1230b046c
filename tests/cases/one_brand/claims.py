"""Every number that chapter 6 states in words is the world's, the data's or the method's."""

import numpy as np
from pytest import approx

from course_utils.cases.one_brand import brand, case
from course_utils.cases.one_brand.runs import FORESEEN
from course_utils.cases.one_brand.world import (
    AGES,
    ELSEWHERE,
    LIVE_FROM,
    TENTH,
    neighbour,
    page_lift,
)
from course_utils.cases.one_brand.year import (
    LOWEST_PRICE,
    MEMBERSHIPS,
    MONTHS,
    PRICE_ARMS,
    RECALLS,
    SEASON,
    World,
)
from tests.claims import Claims

WORLD = World()
PLAYED = neighbour(WORLD)
LIFT = page_lift(WORLD)
CHOSEN = PLAYED.months[-1].dials
MARGIN = WORLD.basket * (1 - WORLD.fee) - WORLD.goods_later
claims = Claims(
    "one_brand",
    no_claim={
        "chapter": [r"Seen in the wild.*?Simester 2004\)", r"last year's dials \(0\)",
                    r"best plan \(100\)\?\*\* Below 0", r"before months 4, 7 and 10",
                    r"To month \d+", r"at month 6", r"Question 5", r"course.board\(6\)",
                    r"In 45 minutes", r"Before month \d+:", r"chapters 1 to 5",
                    r"[Cc]hapter 4's and 5's", r"again_in_30_days", r"ran in month 1\b",
                    r"how sure was month 1\?", r"\.run\(1, price=45(, tests)?", r"practice\(1\)",
                    r"comes 618, in November Double 11,", r"rehearsal\.run\(1"],
        "words": [r"\b100 messages", r"90 or more", r"at 59, and each customer",
                  r"At 39 yuan a visit brings", r"can't tell 39 from 59 yuan",
                  r"0\.4( million)?", r"1\.2 million", r"200,000 yuan ahead",
                  r"np\.eye\(4\)", r"iloc\[0\]", r"again_in_30_days", r"for 100 who join",
                  r"as in month 1\b"],
        "dictionary": [r"\b1 if they", r"1 if invited", r"to 30\b|within 30 days",
                       r"chapters 1 to 5", r"on 1 January",
                       r"of 100 visits", r"after 100 messages"],
    },
    facts={
        "frame": ["Every link has to be thought of as **one system**",
                  "A breakthrough in a single link does not last"],
        "terms": ["系统", "流量", "测试", "沉默天数", "标准误", "运气", "沙普利值"],
    },
)  # fmt: skip


@claims("chapter")
def the_brands():
    brands = case.load("ten_brands").set_index("brand")
    links = brands[["price", "traffic", "page", "recall", "membership"]]
    share = links.max(axis=1) / brands["all_five"]
    rest = brands.drop(index=1)
    return {
        r"[Tt]en brands like yours": len(brands) == len(TENTH) == 10,
        r"In (nine) of (ten) worlds no single link brings half": (int((share < 0.5).sum()), 10),
        r"In one it does not: brand #": int(share.idxmax()),
        r"in (nine) of ten brands the best link still gains more than half": int(
            (brands["kept_by_best"] > 50).sum()
        ),
        r"where the page is no better, the price is right, and a reward moves everybody": (
            links.loc[1, "page"] == 0
            and links.loc[1, "price"] == 0
            and links.loc[1].idxmax() == "membership"
            and (rest["page"] > 0).sum() >= 7
        ),
    }


@claims("chapter")
def the_neighbour():
    test = case.load("page_test").set_index("page")
    rate = test["orders"] / test["visitors"]
    price = case.load("price_test").set_index("price")
    visit = case.book.evaluate(case.book.items["worth_of_a_visit"].answer, case.load)
    error = visit / np.sqrt(price["again_in_30_days"])
    apart = abs(visit[39] - visit[59]) / np.hypot(error[39], error[59])
    out = (visit[39] - visit[79]) / np.hypot(error[39], error[79])
    slide = round(100 * float(rate["new"] / rate["old"] - 1))
    return {
        r"slide says \*\*\+#%\*\*": lambda said: (
            said == slide == case.book.items["page_in_december"].claim
        ),
        r"goes live in month #": LIVE_FROM + 1,
        r"Eighteen other brands": len(case.load("page_elsewhere")) == ELSEWHERE == 18,
        r"first, third and ninth month": AGES == (1, 3, 9),
        r"conversion in month #, its ninth month": LIVE_FROM + AGES[-1],
        r"Two of the three can't be told apart": apart < 1.645 < out,
        r"A first order at # yuan loses money": lambda said: (
            said == CASE_PRICE and 0.95 * said < WORLD.goods_first
        ),
        r"who comes at # yuan, the first row": CASE_PRICE,
        r"silent for # days or more, with a coupon of # yuan": CHOSEN.recall,
        r"Both rows of silence count: # and #": (60, 90),
        r"who comes at # yuan and who at #": lambda low, high: (
            (low, high) == (CASE_PRICE, PRICE_ARMS[1])
        ),
        r"In (sixty) regions": case.load("switch_off_test")["region"].nunique(),
        r"A quarter of the silent customers got no message": (
            case.load("recall_test").groupby("message")["customers"].sum()["none"]
            / case.load("recall_test")["customers"].sum()
            == approx(0.25, abs=0.01)
        ),
        r"Less than a yuan of sales for a yuan": (
            case.book.evaluate(case.book.items["sold_by_search"].answer, case.load) < 1
        ),
        r"A later order leaves # yuan": MARGIN,
        r"a month of waiting takes #% off": round(100 * (1 - WORLD.discount)),
    }


CASE_PRICE = LOWEST_PRICE


@claims("chapter")
def the_desk():
    return {
        r"(six) dials": len(brand.dials.as_fields()),
        r"(five) tests in the first (three) months": (5, 3),
        r"In June comes 618, in November Double 11": SEASON[5] > 1.2 and SEASON[10] > 1.2,
        r"customers of month # worth": MONTHS,
        r"Ranges before months #, # and #": FORESEEN,
    }


@claims("words")
def the_sums():
    return {
        r"# yuan less the fee of #%, less # yuan for goods": (
            WORLD.basket, round(100 * WORLD.fee), WORLD.goods_later,
        ),
        r"0\.95 \* price - # \+ later": WORLD.goods_first,
        r"rows of # and # silent days": (60, 90),
        r"The rule writes after # days only": CHOSEN.recall[0],
        r"plus # times next month's worth": WORLD.discount,
        r"- # \* moves, q \* #": (WORLD.discount, MARGIN),
        r"customers of month #, in millions": MONTHS,
        r"eighteen brands": ELSEWHERE == 18,
        r"with less than (half) of the lead": lambda said: LIFT[-1] < said * LIFT[LIVE_FROM],
    }  # fmt: skip


@claims("dictionary")
def the_tables():
    return {
        r"ten brands": len(TENTH) == 10,
        r"dials stood as yours do": set(RECALLS) >= {None} and set(MEMBERSHIPS) >= {None},
    }
