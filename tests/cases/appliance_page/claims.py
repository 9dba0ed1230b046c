"""Every number that chapter 3 states in words is the world's, the data's or the method's."""

import numpy as np
import pandas as pd
from pytest import approx
from scipy.stats import norm

from course_utils.analysis import (
    compare_arms,
    compare_rates,
    decompose_change,
    false_alarm_rate,
    sample_size,
)
from course_utils.cases.appliance_page import case, elements, pages
from course_utils.cases.appliance_page.experiment_desk import TESTS
from course_utils.cases.appliance_page.stop_day import ALPHA
from course_utils.cases.appliance_page.world import (
    FORTY_PAGES,
    OLD_PAGE,
    World,
    conversion_of,
    festival_account,
    lasting_effect,
    summer_uplift,
    yearly_profit,
)
from tests.claims import Claims, default, right_range

WORLD = World()
PUBLISHED = r"Seen in the wild\..*?update of 2024\)"  # other people's findings, with their source
claims = Claims(
    "appliance_page",
    no_claim={
        "chapter": [r"\*Day 3\*", r"(Double 11|12\.12) ", r"are left out", PUBLISHED,
                    r"old rate − 1\.", r"new rate ÷ old rate − 1", r"\(1 − rate\)"],
        "words": [r"A 50/50 test", r"of 100", r"It rose by 0\.5%", r"By 0\.5 \*points",
                  r"p < 0\.05", r"About \+0\.\d", r"for week 1,", r"conversion \+200%",
                  r"for 80 of 100", r"without it, − 1", r"Day 3\b", r"on day 3\b"],
    },
    facts={
        "3.a": ["平均停留时间", "under 3 seconds"],
        "3.b": [
            "三步看产品",
            "comparison",
            "reviews",
            "limited-time",
            "offer",
            "Buy now",
            "立即购买",
        ],
        "3.c": ["转化率", "2% → 6%", "+200%"],
        "3.d": ["A/B test", "跳出率", "Dark background, bright button", "−25%"],
        "3.e": ["shopping path", "购物路径", "conversion", "trust", "信任"],
        "3.f": ["尺码", "70% give up", "智能尺码推荐", "cart → purchase by 40%"],
    },
)  # fmt: skip


def days(table: str, page: str = "") -> pd.Series:
    rows = case.load(table)
    return pd.to_datetime(rows["date"][(rows["page"] == page) | (page == "")])


def june(day: float) -> pd.Timestamp:
    return pd.Timestamp(2025, 6, int(day))


def old_stay() -> pd.Series:
    return case.load("visits").query("page == 'old'")["stay"].dropna()


def status(name: str, given: float) -> str:
    """What a check says of an answer: right, or the slip's name."""
    feedback = case.check(name, given)
    return feedback.slip or feedback.status


@claims("chapter")
def the_slide():
    bought = 100 * case.load("visits").groupby("page")["purchase"].mean()
    relative = round(100 * (bought["new"] / bought["old"] - 1))
    points = round(bought["new"] - bought["old"])
    test = case.load("button_test").drop_duplicates("visitor_id").groupby("background")
    bounce, buys = test["bounced"].mean(), test["purchased"].agg(["sum", "size"])
    orders = compare_rates(tuple(buys.loc["light"]), tuple(buys.loc["dark"]))
    fewer = WORLD.button_on_bounce
    return {
        r"conversion #% → #%, \+#%": (round(bought["old"]), round(bought["new"]), relative),
        r"went up by (four) points": points,
        r"the slide's (four) points": points,
        r"\*\*\+#%\*\* and \*\*\+# points\*\* are one and the same": (relative, points),
        r"the slide's −#% is there": -round(100 * (bounce["dark"] / bounce["light"] - 1)),
        r"bounce −#%, proven": -round(100 * (bounce["dark"] / bounce["light"] - 1)),
        r"(a quarter) fewer bounces, and the test can't tell": 1 - fewer,
        r"quarter fewer bounces, and the test can't tell": orders.low < 0 < orders.high,
    }


def mix_effect() -> float:
    visits = case.load("visits")
    old, new = visits[visits["page"] == "old"], visits[visits["page"] == "new"]
    parts = decompose_change(old, new, segment="device", outcome="purchase")
    return 100 * parts["mix_effect"].sum()


@claims("chapter")
def the_weeks():
    last = days("sessions", "new").max()
    festival, account = 100 * last.month + last.day, festival_account(WORLD)
    return {
        r"the week that ends on # June": lambda day: june(day) == last,
        r"the week that ends on": days("sessions", "new").nunique() == 7,
        r"the last week of \*\*#\*\*, the biggest": festival,
        r"The page's bar is far longer than its lasting effect: on # ": festival,
        r"far longer than its lasting effect: on": account["page"] > 2 * lasting_effect(WORLD),
        r"bar of the phones is a little smaller than the mix": account["phones"] < mix_effect(),
        r"again: #'s visitors": festival,
        r"all the visits of # ": festival,
        r"had a normal fortnight in April": set(days("sessions", "old").dt.month) == {4},
        r"The old page had a normal fortnight": days("sessions", "old").nunique() == 14,
        r"More phones explain a small part": account["phones"] < account["rise"] / 5,
    }


@claims("dictionary")
def what_the_columns_say():
    ordered = case.load("carts").query("recommender == 'off'")["returned"].dropna()
    old, new = days("sessions", "old"), days("sessions", "new")
    back, kept = ((ordered == value).mean() for value in (1, 0))
    return {
        r"product page, from # to # April and from # to # June": (
            old.min().day,
            old.max().day,
            new.min().day,
            new.max().day,
        ),
        r"April and from": {old.min().month, old.max().month} == {4} and new.max().month == 6,
        r"the new one from # June": lambda day: june(day) == days("sessions", "new").min(),
        r"# if the order was sent back": 1,
        r"sent back, # if it was kept": 0,
        r"1 if the order was sent back": back == approx(WORLD.returns_plain, abs=0.05),
        r"sent back, 0 if it was kept": kept == approx(1 - WORLD.returns_plain, abs=0.05),
    }


@claims("chapter")
def the_stay():
    stay = old_stay()

    def near_the_mean(low, high):
        asked = status("near_the_mean", 100 * stay.between(low, high).mean())
        return low < stay.mean() < high and asked == "right"

    return {
        r"\*\*under # seconds\*\*": lambda seconds: seconds - 0.2 < stay.mean() < seconds,
        r"mean is just under (three) seconds": lambda seconds: (
            seconds - 0.2 < stay.mean() < seconds
        ),
        r"lasted from # to # seconds": near_the_mean,
    }


@claims("words")
def the_stays_answers():
    stay, near = old_stay(), the_stay()[r"lasted from # to # seconds"]
    return {
        r"\(#, #\)` is True": near,
        r"is True from # to #\.": near,
        r"The question is from # to #\.": near,
        r"stayed # seconds or less": lambda high: (
            status("near_the_mean", 100 * (stay <= high).mean()) == "up_to_four"
        ),
    }


def planned(power: float) -> str:
    """What the check says of a sample size for this power, percent."""
    return status("visitors_an_arm", sample_size(0.022, 0.005, power=power / 100))


@claims("chapter")
def planning():
    alarms = 100 * default(false_alarm_rate, "alpha")
    z = norm.ppf(0.975) + norm.ppf(0.8)
    return {
        r"expect the old page to convert #%": round(100 * conversion_of(WORLD, OLD_PAGE), 1),
        r"power\*\* \(功效\) of #%: in # of # tests": lambda percent, found, of: (
            percent == 100 * found / of and planned(percent) == "right"
        ),
        r"in # of # tests\. \*\*In how many": (alarms, 100),
        r"\*\*In how many of #, if you look": 100,
        r"Typical wrong answers: # false alarms \((ten) times (five)\)": (10 * alarms, 10, alarms),
        r"times five\), # \(the looks": alarms,
        r"(ten thousand) tests of a page that does nothing": default(false_alarm_rate, "tests"),
        r"per arm: > # × rate × \(1 − rate\) ÷ gain²": round(2 * z**2),
        r"\(A #% interval that misses zero is a test at #%; \"significant\" here is #%": (
            100 * default(compare_rates, "confidence_level"),
            10,
            alarms,
        ),
        r"At the six pairs: with #% intervals, about (one) in (ten)": lambda level, one, ten: (
            level == 100 * default(compare_rates, "confidence_level")
            and one / ten == approx(1 - level / 100)
        ),
        r"≈ # × rate × \(1 − rate\) ÷ gain², for #% power": (round(2 * z**2), 80),
    }


@claims("words")
def plannings_answers():
    alarms = 100 * default(false_alarm_rate, "alpha")
    return {
        r"for a power of #%\. The plan says #%": lambda other, plan: (
            (planned(other), planned(plan)) == ("other_power", "right")
        ),
        r"so #% is #\.": lambda percent, share: share == approx(percent / 100),
        r"rate that you hope for, #%\. The second .*? how far is it from #%": lambda to, now: (
            status("visitors_an_arm", sample_size(now / 100, to / 100)) == "target_for_gain"
        ),
        r"off: #% is #": lambda percent, share: share == approx(percent / 100),
        r"(half) a percentage point is #\.": lambda points, share: share == approx(points / 100),
        r"and (half) a point is #\.": lambda points, share: share == approx(points / 100),
        r"\*of\* #%\. (Half) a point is a gain from #% to #%": lambda baseline, points, low, high: (
            baseline == low and high == approx(low + points)
        ),
        r"let (ten thousand) tests of nothing answer": default(false_alarm_rate, "tests"),
        r"far more often than # in #": (alarms, 100),
        r"The promise of # in #": (alarms, 100),
        r"promised: #": alarms,
        r"tests of #(?= False)": TESTS,
    }


@claims("chapter")
def the_tests():
    visitors = case.load("first_test").groupby("page")["visitors"].sum().round(-2)
    again = days("page_test")
    length = (again.max() - again.min()).days + 1
    test = case.load("element_test")
    pages = len(test.drop(columns=["device", "visitors", "purchases"]).drop_duplicates())
    phones, on_computer = test.query("device == 'phone'"), test["device"] == "computer"
    on = {phones[element].sum() for element in elements}
    off = {(1 - phones[element]).sum() for element in elements}
    computers = test.loc[on_computer, "visitors"].sum() / test["visitors"].sum()
    return {
        r"In July\s+your team tested the whole page": set(days("first_test").dt.month) == {7},
        r'"# against #, is that': (visitors["new"], visitors["old"]),
        r"from # July the test ran again, for # days": (again.min().day, length),
        r"July the test ran again": again.min().month == 7 and again.nunique() == length,
        r"with its #% interval": 100 * default(compare_rates, "confidence_level"),
        r"gone in weeks # and #\?": (3, length / 7),
        r"In autumn all (sixteen) combinations": pages,
        r"is on in (eight) pages, and off in (eight) otherwise identical ones": lambda one, other: (
            (on, off) == ({one}, {other})
        ),
        r"computers, where (a quarter) of the visits come from": 1 - WORLD.phone_normal,
        r"where a quarter of the visits come from": computers == approx(0.25, abs=0.01),
        r"(three) visits in (four) now come by phone": lambda three, four: (
            three / four == WORLD.phone_normal
        ),
        r"test had (three) phones in (five) visits": lambda three, five: (
            three / five == WORLD.phone_tests
        ),
        r"half of them were curious": WORLD.returning == 0.5,
        r"with # visits a year each": WORLD.other_visits,
        r"costs # yuan, whatever is built": WORLD.rebuild_cost,
        r"reviews cost # yuan a year, the comparison table #\.": (
            WORLD.other_upkeep,
            WORLD.other_table,
        ),
        r"archive: # pages": len(case.load("carried")),
        r"(forty) other pages": WORLD.other_pages,
        r"for (a quarter) of a year": WORLD.trial_share,
        r"(Seven) plans": len(FORTY_PAGES),
        r"(eight) earlier collections": case.load("collections")["collection"].nunique(),
        r"the agency's page, all four elements on, earns what the old page earned": (
            yearly_profit(WORLD, (True,) * 4) == approx(yearly_profit(WORLD, OLD_PAGE), rel=0.01)
        ),
        r"(three) visits in (four) by phone": lambda three, four: (
            three / four == WORLD.phone_normal
        ),
        r"(two) of the elements cost upkeep": (
            case.load("costs")["item"].str.startswith("upkeep").sum()
        ),
        r"is in fact (four) changes": len(elements),
    }


def faded_luck() -> float:
    """Half the width of the 90% interval of what faded, points."""
    weeks = case.load("weeks").query("visitor == 'returning'")
    first = compare_arms(weeks[weeks["week"] == 1], **pages)
    late = compare_arms(weeks[weeks["week"] >= 3], **pages)
    return 50 * float(np.hypot(first.high - first.low, late.high - late.low))


@claims("words")
def the_tests_answers():
    visitors = case.load("first_test").groupby("page")["visitors"].sum().round(-2)
    level, weeks = 100 * default(compare_rates, "confidence_level"), days("page_test").nunique() / 7
    best = yearly_profit(WORLD, (False, True, False, True))
    others = [yearly_profit(WORLD, (True, True, False, True)),
              yearly_profit(WORLD, (False, True, True, True))]  # fmt: skip
    return {
        r"shows # visitors on one side and # on the other": (visitors["old"], visitors["new"]),
        r"an effect and its #% interval": level,
        r"by day, with its #% interval": level,
        r"reports … points \(#% interval": level,
        r"Significant at #%": 100 * ALPHA,
        r"planned for # days": days("page_test").nunique(),
        r"is left in weeks # and #\. How much is gone since week #": (3, weeks, 1),
        r"points\. On # the same page made": 618,
        r"mean ± # standard deviations": 2,
        r"Luck alone moves such a difference by about (half) a point": approx(
            faded_luck(), abs=0.1
        ),
        r"The (eight) have a mean": case.load("collections")["collection"].nunique(),
        r"yuan a year \(#% interval": level,
        r"gone by weeks # and #\.": (3, weeks),
        r"one for weeks # and #\.": (3, weeks),
        r"nearly (three) times less noisy \(√#\)": lambda times, pairs: (
            pairs == 8 and times - 0.2 < np.sqrt(pairs) < times
        ),
        r"earns the same: # million yuan a year": lambda millions: all(
            round(yearly_profit(WORLD, (on,) * 4) / 1e6, 1) == millions for on in (True, False)
        ),
        r"The coupon goes to every buyer, and the table costs orders on phones": (
            best > max(others) and WORLD.comparison[0] < 0
        ),
        r"A gain carries to other pages in part, and on some it turns into a loss": (
            0 < WORLD.carried_mean < 1 and (case.load("carried")["next_gain"] < 0).any()
        ),
        r"A test costs (a quarter)'s upkeep": WORLD.trial_share,
    }


@claims("chapter")
def the_carts():
    carts, lost = case.load("carts"), case.load("lost")
    at_size = lost.isin(["size_panel", "size_chart"]).mean()
    paid = carts.groupby("recommender")["returned"].count()
    more = round(100 * (paid["on"] / paid["off"] - 1))
    opened = case.load("cart_events").query("event == 'size_panel'")["second"]
    ordered = carts.query("recommender == 'off'")["returned"].dropna()
    by_number = carts["recommender"].groupby(carts["cart_id"] % 2).nunique().eq(1).all()
    return {
        r"don't pay, #% give up at choosing": round(100 * at_size),
        r"lifts cart → purchase by #%": more,
        r"The \+#% are there": more,
        r"(Half) of this summer's carts have the recommender": (
            carts["recommender"] == "on"
        ).mean(),
        r"carts have the recommender: those with an odd number": by_number,
        r"opens by itself, # seconds after the cart": lambda seconds: (
            set(opened) == {seconds} and len(opened) == len(carts)
        ),
        r"`returned` is # for an order that was sent back": lambda value: (
            (ordered == value).mean() == approx(WORLD.returns_plain, abs=0.05)
        ),
        r"Most hands go up, and it grows": summer_uplift(WORLD) > more,
        r"(Eight) questions": len(case.words["quiz"]),
    }


@claims("words")
def the_carts_answers():
    lost = case.load("lost")
    panel = (lost[lost.isin(["size_panel", "size_chart"])] == "size_panel").mean()
    return {
        r"Many who left at this step never opened it": panel > 0.2,
    }


@claims("words")
def another_season():
    kept = case.load("kept")
    summer = (round(100 * kept.relative_low), round(100 * kept.relative_high))
    rates = case.load("collections")
    rate = (rates["kept"] / rates["carts"]).to_numpy().reshape(-1, 2)
    uplifts = 100 * (rate[:, 1] / rate[:, 0] - 1)
    return {
        r"A test this summer finds \+#%, #% interval # to #\.": (
            round(100 * kept.relative),
            100 * kept.confidence_level,
            *summer,
        ),
        r"(Eight) such tests in other seasons lie between \+#% and \+#%": (
            len(uplifts),
            round(uplifts.min()),
            round(uplifts.max()),
        ),
        r"Between # and #%: the interval": summer,
    }


@claims("words")
def the_quiz_agrees_with_itself_and_the_lesson():
    right, ranges = right_range(case)

    def relative(before, after, *points_and_relative):
        *points, percent = points_and_relative
        return (
            points == approx([after - before] * 3)
            and percent == approx(100 * (after / before - 1))
            and right["from"] < percent < right["to"]
            and ranges[1]["from"] < points[0] < ranges[1]["to"]
        )

    last = round(lasting_effect(WORLD), 1)
    return {
        r"rises from #% to #%\. By how many percent.*?By # \*points\*.*?"
        r"difference is # points.*?True # percentage points, or #%": relative,
        r"the #% it started from": 2.0,
        r"of the #% it started from": 2.0,
        r"(Half) a percent of #% would be #%": lambda percent, rate, result: (
            result == approx(rate * (1 + percent / 100))
        ),
        r"(Half) of #% more would be #%": lambda half, rate, result: (
            result == approx(rate * (1 + half))
        ),
        r"on day # of #\.": lambda day, length: day < length == days("page_test").nunique(),
        r"wins \+# points in week # and \+# in week #": lambda first, week, later, end: (
            (week, later, end) == (1, last, 4) and last < first
        ),
        r"raises orders by #% and its coupon costs (a fifth) of the margin": (
            round(100 * (np.exp(WORLD.offer[0]) - 1), -1),
            approx(WORLD.offer_cost / WORLD.margin, abs=0.02),
        ),
        r"No: # × # is less than #": lambda orders, margin, one: orders * margin < one == 1,
    }
