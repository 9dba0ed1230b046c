"""Every number that chapter 4 states in words is the world's, the data's or the method's."""

from dataclasses import replace

import numpy as np
import pandas as pd
from pytest import approx

from course_utils.analysis import (
    basket_rules,
    compare_arms,
    compare_rates,
    customer_summary,
    difference_in_differences,
    expected_purchases,
    fit_mbgnbd,
    order_days,
    probability_alive,
    repurchase_rate,
)
from course_utils.analysis.orders import RepurchaseRate
from course_utils.cases.fresh_food import case, districts, recall, slots
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
from tests.claims import Claims

WORLD = World()
PLAN_DAY = pd.Timestamp(PLAN)
claims = Claims(
    "fresh_food",
    no_claim={
        "chapter": [r"Of 100 such customers", r"3 in 100", r"every 100 orders",
                    r"usual week of 1,000 orders", r"most say 2 to 5",
                    r"is back within 14 days, by", r"same time, here 7 days", r"remain per 100",
                    r"silent for 60 days\?", r"earn per 1,000 impressions",
                    r"complaints per 1,000 orders",
                    r"Seen in the wild\.\*\* .*?our count\)",
                    r"Regulars at 30\*, \*Patience at 60",
                    r"× \(1 − came", r"the others − 1, on", r"× \(1 \+ repurchase rate",
                    r"questions 2 and 4"],
        "words": [r"Of 100 who then come back", r"of 100 who come back", r"between\(3, 7\)",
                  r"lasts up to 7 days", r"begins at 3\.", r"left out 3 and 7", r"2025-0\d-\d+",
                  r"eight days: 12 May", r"silent_days == 60", r"silent for 60 days\.",
                  r", and 1 would be", r"p\(1 − p\)", r"1\.645 times",
                  r"week of 1 September", r"so 8 September", r"so 12 May",
                  r"times 1,000", r"Of 100 messages",
                  r"in 100\b", r"of 100 come", r"What 1,000 imp", r"places 1 \+ rep",
                  r"10 × later ÷ \(1 \+ later\)", r"Regulars at 30 Patience at 60",
                  r"half of the 1,000 back\? After 12 .*? of the 400 who came\. The 600 who",
                  r"Later than 12 days", r"Never: 600", r"rate 22%\. This year's: 31%",
                  r"Tuesday \+80%", r"A recalls 25% .*? silent for 60", r"After 10 days",
                  r"rule is 30 days", r"lift of 1\.4"],
        "dictionary": [r"\b1 if "],
    },
    facts={
        "4.a": ["流量来源", "用户画像", "漏斗", "客单价", "复购率", "five key metrics"],
        "4.b": ["3–7 days", "largest share"],
        "4.c": ["每周三免邮", "free delivery every Wednesday", "milk buyers are shown yoghurt"],
        "4.d": ["you have an unfinished order", "recall rate 18%", "召回率", "流失用户"],
        "4.e": ["**8% → 15%**"],
        "4.f": ["点击率", "one number only", "complained", "louder the promise"],
        "4.g": ["核心指标", "high order value, watch GMV", "repurchase, the repurchase rate"],
        "frame": ["数据分析", "five dimensions", "one link of the chain"],
    },
)  # fmt: skip


def growth() -> tuple[float, float]:
    """Growth of Wednesdays and of all days in the districts with the offer, percent."""
    pilot = case.load("pilot").query("offer == 1")
    means = [rows.groupby("after")["orders"].mean() for rows in
             (pilot[pilot["weekday"] == "Wed"], pilot)]  # fmt: skip
    return tuple(100 * (mean[True] / mean[False] - 1) for mean in means)


def counted(definition: str, start: str) -> RepurchaseRate:
    """The repurchase rate of the week from this Monday."""
    end = pd.Timestamp(start) + pd.Timedelta("7D")
    return repurchase_rate(case.load("orders"), definition, start=start, end=end)


def rate(definition: str, start: str) -> float:
    return 100 * counted(definition, start).rate


def forecast_and_came(before: pd.DataFrame, after: pd.DataFrame) -> tuple[float, int]:
    """Order days after the plan's first morning: forecast from those before, and those there."""
    summary = customer_summary(before[before["date"] < PLAN], end=PLAN)
    later = after[(after["date"] >= PLAN) & after["customer_id"].isin(summary.index)]
    forecast = expected_purchases(fit_mbgnbd(summary), summary, 77).sum()
    return forecast, len(order_days(later))


def in_the_largest_band(low: float, high: float) -> bool:
    gaps = case.load("gaps").query("completed")["days"]
    bands = pd.cut(gaps, [0, low - 1, high, 14, 30, 60, 999]).value_counts(sort=False)
    return bands.argmax() == 1


@claims("chapter")
def the_slide():
    wednesday, week = map(round, growth())
    shown = case.load("slot_test").query("slot == 'yoghurt'")
    taken = round(100 * shown["by_slot"].mean())
    lapsed = case.load("lapsed").query("arm == 'message'")
    recalled = round(100 * lapsed["ordered"].mean())
    before = rate("same window", "2025-05-05")
    after = round(rate("next window", "2025-09-01"))
    return {
        r"buys again after \*\*#–# days\*\*": in_the_largest_band,
        r"gaps lasts from # to # days": in_the_largest_band,
        r"cycle of #–# days is real": in_the_largest_band,
        r"Wednesday's orders \*\*\+#%\*\*, the week \*\*\+#%\*\*": (wednesday, week),
        r"week's orders are up #%": week,
        r"\*\*# in 100\*\* take one from the slot": taken,
        r"The slide's (three)\. A sceptic": taken,
        r"recall rate #%": recalled,
        r"The recall: #%": recalled,
        r"\*\*#% → #%\*\*": (round(before), after),
        r"Reproduce the claim: #% → #%": (round(before), after),
        r"week of # May says #%": (5, round(before)),
        r"behind the #%, from the report of the week of # September": (after, 1),
        r"running for (seven) weeks": (pd.Timestamp("2025-09-01") - PLAN_DAY).days // 7,
    }


@claims("words")
def the_slides_answers():
    _, week = growth()
    weeks = [counted("same window", start) for start in ("2025-05-05", "2025-09-01")]
    change = weeks[1].rate - weeks[0].rate
    gaps = case.load("gaps").query("completed")["days"]
    ends = [(1, 2), (3, 7), (8, 14), (15, 30), (31, 60), (61, 999)]
    shares = {pair: gaps.between(*pair).mean() for pair in ends}
    half_width = 1.645 * sum(week.rate * (1 - week.rate) / week.customers for week in weeks) ** 0.5
    return {
        r"share of the #–# day cycle": in_the_largest_band,
        r"the next is #–# days, with a good fifth": lambda low, high: (
            0.2 < sorted(shares.values())[-2] == shares[low, high] < 0.25
        ),
        r"Of its (three) in 100": 3,
        r"No change of the shop can be seen": abs(change) < half_width / 2,
        r"the greater part of the slide's line is real": 0.5 < truth()["week_effect"] / week < 1,
    }


def are_peaks(*days: float) -> bool:
    waits = case.load("gaps").query("completed")["days"].value_counts()
    return all(waits[day] > max(waits[day - 3], waits[day + 3]) for day in days)


@claims("chapter")
def the_cycle():
    first, gaps = case.load("first"), case.load("gaps")
    back = first[first["completed"]]["days"]
    share = gaps.loc[gaps["completed"], "days"].between(3, 7).mean()
    soon = (gaps["completed"] & (gaps["days"] <= 14)) | (gaps["days"] > 14)
    known = gaps[soon].assign(number=gaps.groupby("customer_id").cumcount() + 1)
    back_by_number = (known["days"] <= 14).groupby(known["number"]).mean().loc[1:5]
    changes = [
        compare_rates(*[(week.returned, week.customers) for week in weeks])
        for definition in ("same window", "next window")
        for weeks in [[counted(definition, start) for start in ("2025-05-05", "2025-09-01")]]
    ]

    def lie_apart(day):
        early = first["completed"] & (first["days"] <= day)
        return (back <= day).mean() > 1.5 * early.mean()

    return {
        r"The waves at # and # days are real": are_peaks,
        r"the largest share, though far from most": 0.2 < share < 0.35,
        r"About half\. To leave them out": 0.45 < gaps["completed"].mean() < 0.55,
        r"The first order loses the most": back_by_number.idxmin() == 1,
        r"though one of two points could hide in either": all(
            change.low < 0 < change.high and max(-change.low, change.high) > 0.02
            for change in changes
        ),
        r"Read the two lines at day #": lie_apart,
    }


@claims("words")
def the_cycles_answers():
    first = case.load("first")
    half = case.book.evaluate(case.book.items["half_are_back"].answer, case.load)
    return {
        r"waves at # and # days": are_peaks,
        r"Not in three weeks: .*? away for months": (
            14 <= first.loc[first["completed"], "days"].median() <= 24 and half > 60
        ),
    }


@claims("chapter")
def wednesday_and_the_recall():
    pilot, found = case.load("pilot"), compare_arms(case.load("lapsed"), **recall)
    treated = pilot.groupby("offer")["district"].nunique()
    each, added = (8 + 0.1 / rate for rate in (found.treatment_rate, found.difference))
    weeks = pilot.groupby(["district", "offer", "week"], as_index=False)["orders"].sum()
    offer = difference_in_differences(weeks, **districts)
    mean = pilot.groupby(["offer", "after", "weekday"])["orders"].mean()
    share = mean[1, False]["Wed"] / mean[1, False].sum()
    grew = [mean[side, True]["Wed"] / mean[side, False]["Wed"] for side in (1, 0)]
    next_list = case.load("next_list").set_index("rhythm")
    lost = next_list.query("silent_days >= 60")["customers"]["weekly"].sum()
    recent = next_list.query("silent_days <= 21")["customers"]["occasional"].sum()
    return {
        r"(Twenty) of its (forty) districts": (treated[1], treated.sum()),
        r"at random; from 14 April": FREE == "2025-04-14" and pilot["date"].min() == PILOT,
        r"margin of # yuan, and on a Wednesday # yuan less": (WORLD.order_margin, WORLD.fee),
        r"At both ends of the range the offer costs more": (
            11 * offer.high < 4 * share * grew[0] / grew[1]
        ),
        r"within the next # days all by": WORLD.recall_days,
        r"order(?:ed`)? within # days\b(?! is)": WORLD.recall_days,
        r"orders within # days is worth a margin of # yuan if weekly, # if occ": (
            (WORLD.recall_days, *WORLD.recall_worth)
        ),
        r"Wait # days instead of #, and": (WORLD.long_days, WORLD.recall_days),
        r"regulars who were lost months ago, and occasional buyers": (
            lost + recent > 0.7 * next_list["customers"].sum()
        ),
        r"does \+# carry over": round(100 * found.difference),
        r"message costs # yuan\. .*? of # yuan, needed or not": (WORLD.message, WORLD.coupon),
        r"\{\{cost_of_one_more\}\}: # yuan, .*? and # yuan, with coupons": (
            (approx(each, abs=0.02), approx(added, abs=0.7))
        ),
        r"takes half of the quarter: a tenth of the customers": (
            WORLD.test_time == 0.5 and WORLD.test_size == 0.1
        ),
    }


@claims("dictionary")
def days_of_the_columns():
    return {
        r"on Wednesdays from 14 April": FREE == "2025-04-14",
        r"order came within # days": (WORLD.recall_days, WORLD.long_days).__contains__,
        r"one more who orders within # days": WORLD.recall_days,
        r"plan began on 14 July": PLAN == "2025-07-14",
        r"first order came since 6 January": START == "2025-01-06",
    }


@claims("words")
def the_recalls_answers():
    found = compare_arms(case.load("lapsed"), **recall)
    return {
        r"Who orders within # days": WORLD.recall_days,
        r"slide's arithmetic would say #\.": approx(8 + 0.1 / found.treatment_rate, abs=0.02),
        r"coupons are missing: # yuan for everybody": WORLD.coupon,
        r"for # days; eleven weeks are # days": (11, 77),
        r"days=#\)": 77,
    }


@claims("chapter")
def the_forecast():
    orders = case.load("orders")
    model, last = fit_mbgnbd(case.load("summary")), orders["date"].max()
    summary = customer_summary(orders[orders["date"] < PLAN], end=PLAN)
    old = summary.query("T > 0")
    forecast, came = forecast_and_came(orders, orders)
    length = (last - PLAN_DAY).days + 1

    def rather_there(age, *silent):
        assert silent[0] == silent[1]
        recency = [0, age - silent[0], age - silent[0]]
        three = pd.DataFrame({"frequency": [0, 1, 10], "recency": recency, "T": age})
        once, twice, often = probability_alive(model, three)
        return twice > 1.5 * max(once, often)

    return {
        r"came # days ago for the first time\. .*? more, # days ago\. .*? seen # days ago": (
            rather_there
        ),
        r"morning of 14 July, when the plan": PLAN == "2025-07-14",
        r"in the # days after # July": (length, PLAN_DAY.day),
        r"The # days have passed": length,
        r"forecast is about #% too low": round(100 * (1 - forecast / came)),
        r"about #% too high\. Here is the forecast": round(
            100 * (77 * (old["frequency"] / old["T"]).sum() / came - 1)
        ),
        r"The (nine) plans are below": len(PLANS),
        r"vote on the (nine) plans": len(case.load("recall_plans")),
    }


def too_low(world: World, seeds: range) -> np.ndarray:
    """By how much the forecast misses what comes to platforms without a plan, percent."""
    totals = []
    for seed in seeds:
        tables = draw_purchases(world, np.random.default_rng(seed), customers=60_000)
        with_plan, without = (table.assign(date=pd.to_datetime(table["date"])) for table in tables)
        totals.append(forecast_and_came(with_plan, without))
    forecast, came = np.array(totals).T
    return 100 * (1 - forecast / came)


@claims("chapter")
def the_forecast_of_platforms_without_a_plan():
    low, without_top_ups = too_low(WORLD, range(8)), too_low(replace(WORLD, top_up=0), range(3))
    error = low.std(ddof=1) / np.sqrt(len(low))
    return {
        r"without\* a plan the forecast is still \*\*a few percent too low": (
            2 * error < low.mean() and 1 < low.mean() < 6
        ),
        r"sometimes top up .*? looks like leaving": (without_top_ups < low[:3] - 1).all(),
    }


@claims("chapter")
def milk_and_creatives():
    rules = basket_rules(case.load("basket_lines")).set_index(["if", "then"])["lift"]
    weeks = case.load("creatives").drop(columns="creative").groupby("week").sum()
    click_through = weeks["clicks"] / weeks["impressions"]
    table = case.load("shops").set_index("shop")
    shops, later = table["repurchase"], table["repurchase"] * table["further_orders"]
    margin = table["order_value"] * table["margin"]
    more, worth = 10 * margin / (margin - table["delivery"]), 10 * later / (1 + later)
    slot = {
        item: compare_arms(case.load("slot_test"), outcome=item, **slots)
        for item in ("yoghurt", "pudding", "best_seller")
    }
    lines = case.load("basket_lines")
    holds = (pd.crosstab(lines["order_id"], lines["item"]) > 0).astype(int)
    kind = lines.drop_duplicates("order_id").set_index("order_id")["delivery"]
    bonds = [
        compare_arms(rows, arm="milk", outcome="yoghurt", control=0, treatment=1)
        for _, rows in holds.groupby(kind)
    ]
    return {
        r"A lift of # sounds": round(rules["milk", "yoghurt"], 1),
        r"A lift of \S+ sounds": rules["milk", "fish"] > 1.1,
        r"up by a half": click_through[13] / click_through[1] == approx(1.5, abs=0.05),
        r"margin of # yuan; a refunded one earns nothing and costs # .*? complaint costs #\.": (
            (WORLD.ad_margin, WORLD.refund_cost, WORLD.complaint_cost)
        ),
        r"The gain is sure, and so are both losses": (
            slot["yoghurt"].low > 0 > max(slot["pudding"].high, slot["best_seller"].high)
        ),
        r"Together about (two) items more remain": round(
            100 * sum(found.difference for found in slot.values())
        ),
        r"Within either kind no bond can be seen": all(bond.low < 0 < bond.high for bond in bonds),
        r"in each of the three a tenth more order value is worth more still": (more > worth).all(),
        r"appliances by head: (three) in a hundred": 100 * shops["appliances"],
        r"for (five) customers who waited #, #, #, # and # days": (5, 2, 3, 5, 6, 6),
    }


@claims("words")
def the_creatives_answers():
    sums = case.load("creatives").drop(columns="week").groupby("creative").sum()
    profit = 12 * sums["orders"] - 21 * sums["refunds"] - 30 * sums["complaints"]
    clicks, each = sums["clicks"] / sums["impressions"], profit / sums["impressions"]
    loud = clicks.idxmax()
    percent = 100 * case.load("shops").set_index("shop")["repurchase"]["appliances"]
    costs = (WORLD.ad_margin, WORLD.refund_cost, WORLD.complaint_cost)
    return {
        r"three in 100, … would have bought yoghurt anyway; but … more in 100": (
            truth()["slot_adds"] == 100 * WORLD.slot_adds
        ),
        r"# × kept − # × refunds − # × complaints": costs,
        r"complaints are missing: # yuan": WORLD.complaint_cost,
        r"The one with the most clicks makes the least": (
            loud == each.idxmin() and each.drop(loud).idxmax() != clicks.drop(loud).idxmax()
        ),
        r"tenth of itself is #% → #%": (percent, approx(1.1 * percent)),
        r"Of # new customers # have ordered again, .*? within \d+ days\. The other # haven't": (
            lambda customers, back, waiting: back < waiting == customers - back
        ),
        r"have ordered again, .*? within # days\.": np.isfinite,
    }
