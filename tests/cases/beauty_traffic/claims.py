"""Every number that chapter 2 states in words is the world's, the data's or the method's."""

import numpy as np
import pandas as pd
from pytest import approx

from course_utils.analysis import (
    adstock,
    difference_in_differences,
    fit_response,
    incremental_roas,
    marginal_roas,
    ratio_of_sums,
)
from course_utils.cases.beauty_traffic import case, panel, regions, test
from course_utils.cases.beauty_traffic.world import MOVES, REWORKED, START, World
from tests.cases.beauty_traffic.many_worlds import uplifts
from tests.claims import Claims, default, right_range
from tests.recovery import coverage

WORLD = World()
MARGIN = 100 * WORLD.margin
claims = Claims(
    "beauty_traffic",
    no_claim={
        "chapter": [r"Double 11,?", r"of 100 yuan that last click", r"of the untouched − 1\.",
                    r"= 1 ÷ margin", r"questions 3 and 5",
                    # published findings, cited
                    r"Blake, Nosko, Tadelis 2015", r"in 25 > large experiments", r"over 100 points",
                    r"Lewis, Rao 2015", r"78% came from people", r"Lewis, Reiley 2014"],
        "words": [r"− 1\)", r"`reworked` is 1,", r"50 readers counts as much as one with 500,000",
                  r"/ 1_000", r"1 or 0", r"of 100\.", r">= 2\.5\]", r"better than 5%",
                  r"industry's 12%", r"\], 4, labels", r"`5 \* largest"],
        "dictionary": [r"week from 8 September"],
    },
    facts={
        "2.a": ["On-site", "站内", "Off-site", "站外", "Paid", "付费", "play together"],
        "2.b": ["详情页", "keywords placed", "selling points sharpened", "organic search", "+30%"],
        "2.c": ["KOL", "Xiaohongshu 小红书", "爆款笔记", "Ten hit notes", "点击率", "**15%**"],
        "2.d": ["Zhitongche 直通车", "people who search", "Douyin 抖音", "might be interested"],
        "2.e": ["ROI 3.5", "above the industry's mean", "revenue over ad spend"],
        "2.f": ["低价引流", "复购率", "under 5%", "higher spending power: 20%",
                "Quality before quantity"],
        "frame": ["five dimensions", "single link does not last"],
    },
)  # fmt: skip


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


@claims("chapter")
def the_slide():
    rise, roi = round(100 * (growth(1) - 1)), round(seen("last_click_revenue")["together"], 1)
    hits = notes().query("reads >= 100_000")
    clicks = round(100 * hits["visits"].sum() / hits["reads"].sum())
    buyers = case.load("buyers")
    last_year = 100 * buyers.loc[buyers["year"] == 2024, "bought_again"].mean()
    slide = buyers.query("offer == 'programme' and audience == 'high-spending' and year == 2025")
    twenty = round(100 * slide["bought_again"].mean())
    return {
        r"organic search > \*\*\+#%\*\*": rise,
        r"are up by # percent": rise,
        r"of these # would you": rise,
        r"slide says \+#%\. \*\*By how many percent do the reworked": rise,
        r"the subtraction, # minus": rise,
        r"click-through to the shop > \*\*#%\*\*": clicks,
        r"take bets: #%, more": clicks,
        r"\*\*ROI #\*\*": roi,
        r"the slide's #, on last click": roi,
        r"The slide says # yuan for one": roi,
        r"the slide's # stands": roi,
        r"(Three and a half) yuan for one": roi,
        r"Reproduce the claim: ROI #": roi,
        r"repurchase rate \(复购率\) was under #%\. .*? power: #%": lambda before, after: (
            before - 1 < last_year < before and after == twenty
        ),
        r"(Fifteen) points\. Two things": twenty - 5,
        r"Of the (fifteen) points": twenty - 5,
        r'"(Fifteen) points\. Who': twenty - 5,
        r"more than a million yuan a week": (case.load("moves").iloc[0].drop("plan").sum() > 1_000),
    }


@claims("words")
def the_slides_answers():
    the_slides = the_slide()
    return {
        r"yuan brings #, the slide's figure": the_slides[r"\*\*ROI #\*\*"],
        r"Repurchase rises from #% to #%": (
            the_slides[r"repurchase rate \(复购率\) was under #%\. .*? power: #%"]
        ),
        r"Subtract: # points": 20 - 5,
        r"slide's (fifteen) came": 20 - 5,
    }


@claims("chapter")
def the_pages():
    search, days = case.load("search"), case.load("days")
    dates, start, live = pd.to_datetime(search["date"]), pd.Timestamp(START), pd.Timestamp(REWORKED)
    products = search.groupby("reworked")["product"].nunique()
    length = days.groupby("after")["date"].nunique()

    def finds_nothing(day):
        quiet = days.query("not after")
        placebo = difference_in_differences(quiet, start=f"2025-09-{int(day):02d}", **panel)
        return placebo.low < 0 < placebo.high

    return {
        r"(Thirteen) weeks, from # September": (dates.nunique() / 7, start.day),
        r"Thirteen weeks, from \d+ September": start == dates.min() and start.month == 9,
        r"went live on # October": live.day,
        r"from # October to # November": (live.day, dates.max().day),
        r"October to \d+ November": (live.month, dates.max().month) == (10, 11),
        r"(Forty) products\. The agency": products.sum(),
        r"(Forty) products are nearer to (forty) witnesses": (products.sum(), products.sum()),
        r"agency reworked (sixteen) pages": products[1],
        r"(Twenty-four) pages were \*not\* reworked": products[0],
        r"rework the other # pages": products[0],
        r"totals \(# days against #\)": (length[True], length[False]),
        r"in those (seven) weeks": length[True] / 7,
        r"(Six) weeks before the change, the gap": length[False] / 7,
        r"in factors: # is #% up": lambda factor, percent: percent == approx(100 * (factor - 1)),
        r"each of the # rows": len(search),
        r"witnesses than to #\.": len(search),
        r"changed on # September, .*? A sound method finds about nothing": finds_nothing,
    }


@claims("dictionary")
def the_pages_columns():
    dates, live = pd.to_datetime(case.load("search")["date"]), pd.Timestamp(REWORKED)
    return {
        r"from # September to # November": (dates.min().day, dates.max().day),
        r"September to \d+ November": (dates.min().month, dates.max().month) == (9, 11),
        r"went live on # October": lambda day: live == pd.Timestamp(2025, 10, int(day)),
    }


@claims("words")
def the_pages_answers():
    rows, products = (coverage(uplifts(clustered=one), WORLD.uplift) for one in (False, True))
    return {
        r"rows holds the truth about (five) times in (ten), .*? products (nine) times": (
            lambda five, of, nine: (
                (rows, products) == (approx(five / of, abs=0.2), approx(nine / of, abs=0.1))
            )
        ),
        r"season makes # and the total is #, then # ÷ # = # is left": (
            lambda season, total, above, below, left: (
                (season, total) == (below, above) and left == approx(above / below)
            )
        ),
    }


@claims("chapter")
def the_notes():
    each = notes()
    creators = each["creator"].value_counts()
    hits, rounds = (each["reads"] >= 100_000).sum(), set(each["round"])
    valued = each.assign(revenue=WORLD.visit_worth * each["visits"].fillna(0))
    worth = ratio_of_sums(valued, "revenue", "cost", rng=np.random.default_rng(2))
    median = (valued["revenue"] / valued["cost"]).median()
    large = valued["followers"] > valued["followers"].median()
    small_found, large_found = (
        ratio_of_sums(valued[half], "revenue", "cost", rng=np.random.default_rng(2))
        for half in (~large, large)
    )
    means = valued.groupby(large)[["cost", "reads"]].mean()
    fees, reads = means.loc[True] / means.loc[False]
    return {
        r"More followers bring more reads, but the fee grows faster": 1 < reads < fees,
        r"The (two) ranges stand apart": lambda two: (
            two == 2 and large_found.high < small_found.low
        ),
        r"paid (a hundred) creators \(达人\) for (two) notes each": lambda people, two: (
            people == len(creators) and set(creators) == {two}
        ),
        r"\*Weigh\* (ten) hits against (two hundred) notes": (hits, len(each)),
        r"the (ten) best of (two hundred)": (hits, len(each)),
        r"a hit from # reads on": WORLD.hit,
        r"worth about # yuan of revenue: # of # buy, for # yuan": lambda yuan, buy, of, basket: (
            yuan == WORLD.visit_worth == buy / of * basket and basket == WORLD.basket
        ),
        r"Half of the notes bring less than that\. But you buy": 1 < median < 1 / WORLD.margin,
        r"more than one and a half times the low one": 1.5 < worth.high / worth.low < 2,
        r"hit in round #\.": lambda number: number in rounds,
        r"creators' round # notes": lambda number: number in rounds,
    }


@claims("words")
def the_notes_answers():
    each = notes()

    def rounds(*numbers):
        return set(numbers) <= set(each["round"])

    quarter = pd.qcut(each["followers"], 4, labels=False)
    sums = each.assign(visits=each["visits"].fillna(0)).groupby(quarter)[["visits", "cost"]].sum()
    return {
        r"take (half) of all fees, and bring less": lambda half: (
            sums["cost"][3] / sums["cost"].sum() == approx(half, abs=0.03)
            and (sums["visits"] / sums["cost"]).idxmin() == 3
        ),
        r"visit is worth # yuan(?: of revenue)?": WORLD.visit_worth,
        r"numbers the quarters from #, the fewest": 0,
        r"(Ten) of (two hundred) notes became hits": ((each["reads"] >= 1e5).sum(), len(each)),
        r"where `reads` is # or more": WORLD.hit,
        r"hit in round #\.": rounds,
        r"Choose by round #": rounds,
        r"are in round #,": rounds,
        r"visits in round # ÷ sum of visits in round #": rounds,
        r"hits of round # and": rounds,
    }


@claims("chapter")
def the_dashboards_and_the_holdout():
    last_click, holdout = seen("last_click_revenue"), case.load("holdout")
    twice = last_click["zhitongche"] / last_click["douyin"] == approx(2, abs=0.2)
    arms, weeks = holdout.groupby("arm")["region"].nunique(), holdout.groupby("phase")["week"]
    length = weeks.nunique()
    return {
        r"Search ads earn twice as much as Douyin by it, .*? move # yuan a week from Douyin": (
            lambda yuan: (
                twice
                and MOVES["200 to search ads"] == {"douyin": -yuan / 1e3, "zhitongche": yuan / 1e3}
            )
        ),
        r"even chose the \*smaller\* number": (
            seen("reported_revenue")["together"] > last_click["together"]
        ),
        r"(Forty-eight) regions were assigned at random .*?: in a (quarter) the search ads": (
            lambda count, share: arms.sum() == count and set(arms) == {share * count}
        ),
        r"own (six) weeks before, which are #": (weeks.max()["before"], 100),
        r"Ads were off in weeks # to #": (weeks.min()["off"], weeks.max()["off"]),
        r"compared the (four) weeks off with the (six) before": (length["off"], length["before"]),
        r"gives the search ads # yuan for one": round(last_click["zhitongche"], 2),
        r"The black bars are the #% ranges of the test": (
            100 * default(incremental_roas, "confidence_level")
        ),
    }


@claims("dictionary")
def the_holdouts_columns():
    weeks = case.load("holdout").query("phase == 'off'")["week"]
    return {r"ads were off in weeks # to #": (weeks.min(), weeks.max())}


@claims("words")
def the_holdouts_answers():
    holdout, claimed = case.load("holdout"), seen("last_click_revenue")
    added = incremental_roas(holdout, **regions)["roas"]
    weekly = holdout.pivot_table(index="week", columns="arm", values="revenue", aggfunc="sum")
    weekly /= weekly.loc[:6].mean()
    behind = weekly["douyin off"] - weekly["usual"]
    after = holdout.query("phase == 'after'")["week"].min()
    return {
        r'"douyin off" in weeks # to #': lambda first, last: (
            first == after and (behind.loc[first : last - 1] < -0.05).all()
        ),
        r"too kind to the total, and it is wrong in both directions inside it": (
            claimed["together"] > added["together"]
            and claimed["zhitongche"] > 2 * added["zhitongche"]
            and claimed["douyin"] < added["douyin"]
        ),
        r"If you stopped at week # to #, once sales were back": lambda first, last: all(
            incremental_roas(holdout[holdout["week"] <= week], **regions)["roas"]["douyin"]
            == approx(added["douyin"], abs=0.12)
            for week in range(int(first), int(last) + 1)
        ),
        r'"zhitongche" has its #% interval': 100 * default(incremental_roas, "confidence_level"),
    }


@claims("chapter")
def the_next_yuan():
    rows, search, plans = case.load("spend_test"), case.load("search"), case.load("moves")
    groups, even = rows["group"].nunique(), 100 / MARGIN
    curve, spend = fit_response(rows.query("channel == 'douyin'"), **test), 2 * 9_200
    left = search.loc[search["reworked"] == 0, "product"].nunique()
    fewer = (plans["zhitongche"] < plans["zhitongche"].iloc[0]).sum()
    return {
        r"Of # yuan of revenue, # are left": (100, MARGIN),
        r"at a margin of #%": MARGIN,
        r"Douyin's next yuan still brings #\?": approx(even),
        r"cuts the search ads from # yuan a week to #\.": (
            1e3 * WORLD.usual[0],
            1e3 * (WORLD.usual[0] + MOVES["200 to douyin"]["zhitongche"]),
        ),
        r"in \{\{break_even\}\}: # \(revenue back\)": 1,
        r"\), # \(divided by the cost\)": round(1 / (1 - WORLD.margin), 2),
        r"in (twenty) region groups it did": groups,
        r"Each group is (a fiftieth) of the country": WORLD.group_share,
        r"With a carry-over \(\S+\) of #, (half) of what # yuan spent in week # will sell comes "
        r"at once, (a quarter) the week after": (
            lambda carry_over, now, yuan, week, later: (
                adstock([0, yuan, 0], carry_over)[int(week) - 1 :].tolist()
                == [now * yuan, later * yuan]
            )
        ),
        r"usual spend is # yuan a week in a group": 1_000 * WORLD.usual[1] * WORLD.group_share,
        r"An average over all yuan can lie above that line while the last of them": (
            curve.revenue(spend) / spend > even > marginal_roas(curve, spend)
        ),
        r"All but the first (two) take money from the search ads": len(plans) - fewer,
        r"(Seven) plans for next": len(plans),
        r"\*# to pages\* reworks all the pages that are left": left * WORLD.page_upkeep / 1_000,
        r"stays for (thirteen) weeks": WORLD.quarter,
    }


@claims("words")
def the_next_yuans_answers():
    even = approx(100 / MARGIN)
    return {
        r"leaves # × r\.": WORLD.margin,
        r"share, #%\. What pays for the ads is the margin, #%": (100 - MARGIN, MARGIN),
        r"A margin of #%": MARGIN,
        r"not the money: #% of it": 100 - MARGIN,
        r"is it # or more": even,
        r"falls to #\. By then": even,
        r"must bring # to pay": even,
        r"until #\.": even,
        r"should bring # at the margin": even,
        r">= #\]": even,
        r"At # the \*revenue\* is back": 1,
        r"# a week in the country is # in a group\. "
        r"`marginal_roas_interval\(search_ads, (\d_\d+)\)`": (
            lambda country, group, same: country * WORLD.group_share == group == same
        ),
        r"At # a week the next yuan brings": (
            1e3 * (WORLD.usual[0] + MOVES["200 to douyin"]["zhitongche"])
        ),
        r"`search_ads\.revenue\((\d_\d+)\)` is what a spend sells in one group; "
        r"a profit is # times": (
            1e3 * WORLD.group_share * (WORLD.usual[0] + MOVES["200 to douyin"]["zhitongche"]),
            WORLD.margin,
        ),
        r"Break-even is #\.": even,
    }


@claims("dictionary")
def the_spend_tests_columns():
    rows = case.load("spend_test")
    return {
        r"A group is (a fiftieth) of the market": WORLD.group_share,
        r"From week # on chance set its spend on one channel: #, half": lambda week, least: (
            rows.loc[rows["spend"] == least, "week"].min() == week
        ),
    }


@claims("chapter")
def the_food_brand():
    sums = case.load("buyers").query("year == 2025").groupby(["offer", "audience"])
    sums = sums[["cost", "bought_again"]].sum()
    cost = sums["cost"] / sums["bought_again"]
    dearer = cost[:, "high-spending"] > cost[:, "bargain"]
    return {
        r"bought again within # days": within_days,
        r"On the programme the better audience gives the cheaper regulars": (
            not dearer["programme"]
        ),
        r"On the low price the two ranges overlap": overlap("low price"),
        r"with a #% range for each": 100 * default(ratio_of_sums, "confidence_level"),
        r"(Seven) questions, one for each idea": len(case.words["quiz"]),
    }


def overlap(offer):
    """Whether the two audiences' costs of a regular could be the same, on this offer."""
    rows = case.load("buyers").query("year == 2025 and offer == @offer")
    one, other = (
        ratio_of_sums(each, "cost", "bought_again", rng=np.random.default_rng(2))
        for _, each in rows.groupby("audience")
    )
    return one.low < other.high and other.low < one.high


def within_days(days: float) -> bool:
    why = World.__dataclass_fields__["again_plain"].metadata["why"]
    return f"within {days:.0f} days" in why


@claims("dictionary")
def the_food_brands_columns():
    return {r"bought again within # days": within_days, r"\b# if the": 1}


@claims("words")
def the_food_brands_answers():
    other = 15 - 100 * (WORLD.again_offer[1] - WORLD.again_plain[1])
    return {r"the other (eight or nine) of the slide's": approx(other, abs=0.5)}


@claims("words")
def the_quiz_agrees_with_itself_and_the_lesson():
    right, ranges = right_range(case)
    level = 100 * default(difference_in_differences, "confidence_level")
    subtracted = next(one for one in ranges if "don't subtract" in one["say"])

    def season(rise, usual, *factors):
        *pairs, ratio = factors
        return (
            pairs == [1 + rise / 100, 1 + usual / 100] * 3
            and ratio == pairs[0] / pairs[1]
            and right["from"] < 100 * (ratio - 1) < right["to"]
            and subtracted["from"] < rise - usual < subtracted["to"]
        )

    return {
        r"and its #% interval": level,
        r"with its #% interval": 100 * default(incremental_roas, "confidence_level"),
        r"visits \+#% since October\. Untouched pages: \+#%.*? of # when the season's # is .*?"
        r"divide # by #, don't .*? True # ÷ # = #": season,
        r"a factor of # would be −#\.": lambda factor, percent: (
            percent == approx(100 * (1 - factor))
        ),
        r"panel of # products over # days.*?The # rows .*? Mainly the # products": (
            lambda products, days, rows, again: rows == products * days and products == again
        ),
        r"reports # million of revenue, platform B # million, and last click finds # "
        r"million for both\. What did the ads bring\? # million .*? # million Each order": (
            lambda one, other, last, total, once: total == one + other and once == last < total
        ),
        r"off in ten regions for (four) weeks\. .*? in four weeks was not sold in (seven)": (4, 7),
        r"Margin #%\. A channel's average ROI is #, its marginal ROI #\..*? it: # is above "
        r".*? less than # True Break-even is # ÷ # = #": (
            lambda margin, average, marginal, again, limit, one, share, result: (
                (average, limit, share) == (again, result, margin / 100)
                and result == round(one / share, 2)
                and marginal < limit < average
            )
        ),
    }
