"""Every number that chapter 1 states in words is the world's, the data's or the method's."""

from importlib import import_module

import numpy as np
import pandas as pd
from pytest import approx

from course_utils.analysis import choice_model, compare_rates
from course_utils.cases.apparel_launch import PLANNER_TABLES, case
from course_utils.cases.apparel_launch.launch_model import LATER_MONTHS, Plan, draw_futures, live
from course_utils.cases.apparel_launch.launch_planner import FUTURES
from course_utils.cases.apparel_launch.world import (
    BUDGETS,
    JANUARY_SPEND,
    JANUARY_WEEK,
    OPENINGS,
    PLATFORMS,
    World,
    market,
    profit,
    return_rate,
)
from tests.claims import Claims, default, right_range

WORLD = World()
claims = Claims(
    "apparel_launch",
    no_claim={
        "chapter": [r"> \d\.", r"please; 100 means", r"[Ll]ine \d", r"30 and over", r"of 100 yuan",
                    r"Seen in the wild.*?\(Aridor and others 2025\)", r"\d+ alone\.",  # quoted

                    r"below 4\.", r"4 or better", r"rated 4\.0", r"< 4\)", r"Double 11", r"stage 1",
                    r"`returned` is 1", r"1,000 visitors", r"months 10 to 12,", r"\(1 −", r"− 1\.",
                    r"年营收5000万元"],
        "words": [r"30 and over", r"under 30", r"\b100 yuan",
                  r"30 days, and the export is from 1 January",

                  r"up to 1 December", r"rating [<>]=? 4", r"below 4",
                  r"4 or (?:more|better)", r"bars of 25,", r"\"2025-11\"", r"tail\(4\)",
                  r"1,000 (?:visitors|yuan|pieces)", r"by 1,000", r"times 1,000", r"about 1,000",
                  r"counted 50 yuan", r"months 10 to 12", r"13 means never", r"of 100\b",
                  r"…,000 (?:yuan|pieces)", r"month 12", r"\b1% more money", r"in week 1\."],
        "dictionary": [r"from 1\b", r"to 5\b", r"\b1 (?:for|in) the", r"618 and Double 11"],
    },
    facts={
        "terms": ["战略规划", "性价比", "快时尚+高性价比", "社交电商", "拼多多", "抖音", "低价引流",
                  "月销10万件", "年营收5000万元", "竞品分析", "支付意愿", "定位图", "成交总额",
                  "退货", "删失", "获客成本", "流量变贵", "联合分析", "同期群",
                  "弹性", "边际成本", "薅羊毛",
                  "集中度风险", "复盘", "用户数据", "固定成本"],
    },
)  # fmt: skip


def claim_of(verdict: str) -> float:
    """The headline's figure that a verdict is held against."""
    return case.book.items[verdict].claim


@claims("chapter")
def the_deck():
    pieces = case.load("sales").groupby(case.load("sales")["date"].str[:7])["pieces"].sum()
    gmv = case.load("sales")["gmv"].sum()
    best = pieces.max() // 100_000 * 100_000

    def million(said):
        return said == claim_of("net_revenue") == round(gmv / 1e6)

    return {
        r"people are \*\*#% more\*\* price-sensitive": claim_of("channel_premium"),
        r"The deck says #% more": claim_of("channel_premium"),
        r"\*\*# pieces a month\*\* \(月销10万件\)": best,
        r"There they are, the # pieces: once, in November": best,
        r"the \d+,000 pieces: once, in November": pieces.idxmax() == "2025-11",
        r"had sold # pieces in every month": best,
        r"\*\*# million yuan\*\* in year one": million,
        r"taken # million in the year": million,
        r"# million, says the deck": million,
        r"# yuan is the cheapest test of the chapter": approx(50e6 / 12 / best, abs=0.05),
        r"Hardly more than the trial price of # yuan": WORLD.trial_price,
    }


@claims("chapter")
def the_shelf():
    survey = case.load("choice_survey")
    shares = []
    for _, rows in survey.groupby("channel"):
        fit = choice_model(rows, ["price", "quality", "premium"])
        offers = pd.DataFrame(
            {"price": [49, 89, 155, 330], "quality": [3.4, 4, 4.2, 4.6], "premium": [0, 0, 0, 1]}
        )
        utility = offers.to_numpy() @ fit.table["coefficient"].to_numpy()
        shares.append(np.exp(utility) / np.exp(utility).sum())
    return {
        r"A thousand people were shown two jackets at a time, eight times each": (
            (survey["respondent"].nunique(), survey["task"].max()) == (1_000, 8)
        ),
        r"The star is the brand's own jacket: # yuan": WORLD.regular_price,
        r"asked about prices up to # yuan": survey["price"].max(),
        r"the gap is wanted in both channels": (
            all(share[1] > 0.25 and share[3] < 0.05 for share in shares)
        ),
        r"most rooms find the # first": case.load("listings")["price"].max(),
    }


@claims("chapter")
def the_year():
    sales, orders = case.load("sales"), case.load("orders")
    return {
        r"A sample of one order in forty": (
            sales["orders"].sum() / len(orders) == approx(40, rel=0.1)
        ),
        r"Nothing comes back after # days": WORLD.return_last,
    }


@claims("chapter")
def what_a_customer_costs():
    weeks = case.load("acquisition").dropna()
    douyin = weeks[weeks["platform"] == "Douyin"]
    average = round(douyin["spend"].sum() / douyin["new_customers"].sum())
    elasticity = approx(WORLD.elasticity[PLATFORMS.index("Pinduoduo")], abs=0.05)
    rule = case.load("acquisition").query("rule_change == 1")
    return {
        r"plans # yuan of Douyin advertising": JANUARY_SPEND,
        r"week of January: week #, four weeks after": (
            lambda week: week == JANUARY_WEEK == weeks["week"].max() + 4
        ),
        r"The year's average says # yuan\. The children": lambda yuan: (
            yuan == average == claim_of("next_on_douyin")
        ),
        r"An \*\*elasticity\*\* \(弹性\) of # says": elasticity,
        r"#% more money, #% more customers": (1, elasticity),
        r"today's money buys #% of today's customers": elasticity,
        r"today's average divided by #:": elasticity,
        r"and in week #: what does": weeks["week"].max(),
        r"On # August Pinduoduo changed its ranking for five weeks": lambda day: (
            rule["date"].min() == f"2025-08-{int(day):02d}"
        ),
        r"Pinduoduo changed its ranking for five weeks": (
            len(rule) == 5 and set(rule["platform"]) == {"Pinduoduo"}
        ),
    }


def order_margin(price: float, returns: float) -> float:
    kept = 1 - returns
    piece = kept * (price - WORLD.cost_piece) - WORLD.shipping - WORLD.cost_return * (1 - kept)
    return (1 + WORLD.more_pieces) * piece


@claims("chapter")
def whom_a_low_price_brings():
    sums = case.load("price_test").drop(columns="date").groupby("price").sum()
    rate = sums["buyers"] / sums["visitors"]
    low, middle, listed = WORLD.test_prices
    cost = WORLD.cost_piece + WORLD.shipping
    first = [
        order_margin(*two)
        for two in zip(market(WORLD).first_price[:2], WORLD.returns_trial, strict=True)
    ]
    later = [order_margin(WORLD.regular_price * WORLD.coupons, back)
             for back in WORLD.returns_regular]  # fmt: skip
    return {
        r"\*at random\*\*: # yuan, #, or the list price of #\.": (low, middle, WORLD.regular_price),
        r"# days later, who ordered again": 90,
        r"if goods and parcel cost # yuan a piece": cost,
        r"who buy at # come again .*? who buy at #\.": (low, listed),
        r"At # yuan people buy who would not have bought at #\.": (low, listed),
        r"trial price of # change the number .*? against #\?": (low, listed),
        r"The critics say −#": -claim_of("later_uplift"),
        r"At # the brand gives up margin": low,
        r"\*all\* later customers at #\.": low,
        r"nearly three times the buyers, and a fraction of the margin": (
            2.5 < rate[low] / rate[listed] < 3
            and (low - cost) * rate[low] < 0.4 * (listed - cost) * rate[listed]
        ),
        r"A first order leaves about fourteen yuan": first == approx([14, 14], abs=1.5),
        r"A later order earns a margin of less than forty yuan": all(
            20 < yuan < 40 for yuan in later
        ),
    }


def one_platform_earns_more() -> bool:
    """In the mean and in each of the worst twentieths, by the planner's own futures."""
    planner = import_module("course_utils.cases.apparel_launch.launch_planner")
    meets = planner.fitted_market({name: case.load(name) for name in PLANNER_TABLES})
    ahead = draw_futures(FUTURES, np.random.default_rng(1))
    split, one = (profit(live(Plan(pinduoduo=share), meets, ahead)) for share in (55, 100))
    return one.mean() > split.mean() and np.quantile(one, 0.05) > np.quantile(split, 0.05)


@claims("chapter")
def the_planner_and_the_costs():
    items = case.load("plan_costs")["item"]
    months = {plan.opens for plan in OPENINGS.values()}
    presets = case.words["lab"]["planner"]["presets"].values()
    return {
        r"plays each plan through # possible years": FUTURES,
        r"\*Buy the gate\* passes #:": 100_000,
        r"Small is # yuan of advertising a month": 1_000 * BUDGETS["small"],
        r"advertising a month, large #\.": 1_000 * BUDGETS["large"],
        r'a month out of #, # and # such as `"month #, small"`': lambda *opens: (
            opens[-1] in opens[:-1] and {*opens, Plan().opens} == months
        ),
        r"once a month has sold # pieces\.": 1_000 * OPENINGS["wait for news"].gate,
        r"six more months of orders": LATER_MONTHS == 6,
        r"a changed rule lasts only two months": WORLD.shock_months == 2,
        r"it earns more, and its bad years are no worse": one_platform_earns_more(),
        "presets in this order: " + r"[^*.]*".join(rf"\*{name}\*" for name in presets): True,
        r"The last six lines of the costs say what an agency knows": (
            items.tail(6).str.startswith("store, ").all()
            and items.tail(8).head(2).tolist() == ["store, opening", "store, team"]
        ),
    }


@claims("words")
def the_answers():
    sales = case.load("sales")
    gmv = sales.groupby("platform")["gmv"].sum()
    daily = sales.groupby("date")["gmv"].sum()
    before, after = daily["2025-07-02":"2025-08-05"].sum(), daily["2025-08-06":"2025-09-09"].sum()
    kept = sales.groupby(sales["date"].str[:7])["pieces"].sum()
    kept *= 1 - return_rate(WORLD, "Pinduoduo", "trial")
    return {
        r"With two yuan in three on one platform, one rule took more than a quarter": (
            gmv["Pinduoduo"] / gmv.sum() == approx(2 / 3, abs=0.04)
            and 0.25 < 1 - after / before < 0.33
        ),
        r"not in the best month, and not in any other": kept.max() < 100_000,
        r"prices of # in it": case.load("listings")["price"].max(),
        r"twelve months of # pieces": 100_000,
        r"week[= ]#(?: wide|[).])": lambda week: (
            week in (1, case.load("acquisition")["week"].max(), JANUARY_WEEK)
        ),
        r"marginal_cost\((\d+_000), week=#\)": (JANUARY_SPEND, JANUARY_WEEK),
        r"control=#, treatment=#": (WORLD.regular_price, WORLD.trial_price),
        r"# yuan against #\"?": (WORLD.test_prices[1], WORLD.regular_price),
        r"(?:take|less) # yuan": WORLD.cost_piece + WORLD.shipping,
        r"`tested\.index - #`": WORLD.cost_piece + WORLD.shipping,
        r"\b[Aa]t (\d\d),?(?!\d)": lambda yuan: yuan in (WORLD.trial_price, WORLD.regular_price),
        r"less the same at #": WORLD.regular_price,
        r"are its #% interval": 100 * default(compare_rates, "confidence_level"),
        r"# a month are reached in": 100_000,
        r"futures, # million of GMV": 50,
        r"reach # pieces a month": 100_000,
    }


@claims("dictionary")
def the_sample():
    sampled = case.load("sales")["orders"].sum() / len(case.load("orders"))
    dates, most = pd.to_datetime(case.load("sales")["date"]), case.load("listings")["price"].max()
    return {
        r"about one in forty": sampled == approx(40, rel=0.1),
        r"parked at # yuan": most,
        r"asked; # means sold out": most,
        r"# weeks from # January": (dates.nunique() / 7, dates.min().day),
        r"full price within # days": 90,
    }


@claims("words")
def the_quiz_agrees_with_itself():
    right, ranges = right_range(case)
    named = next(one for one in ranges if one["say"].startswith("That is the average"))
    return {
        r"# yuan\. It takes ten seconds": approx(50e6 / 1.2e6, abs=0.05),
        r"says: # pieces a month, # million yuan in the year": (100_000, 50),
        r"Divide: # million by # million pieces": (50, 12 * 100_000 / 1e6),
        r"gate is \"# pieces sold a month": 100_000,
        r"customer is # yuan now, its elasticity #.*? # ÷ #\. The average is only half of what": (
            lambda average, elasticity, again, by: (
                (average, elasticity) == (again, by)
                and right["from"] < average / elasticity < right["to"]
                and named["from"] < average < named["to"]
            )
        ),
    }
