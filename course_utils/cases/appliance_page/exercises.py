"""Chapter 3: what it asks, the answers, and the slips that people really make.

The source of an answer is what `case.solution` shows, so it is written for a trainee's eyes.
"""

from typing import Any

import numpy as np
import pandas as pd

from course_utils.analysis import (
    RateComparison,
    compare_arms,
    event_flags,
    factorial_effects,
    last_event,
    sample_size,
    standardised_rate,
)
from course_utils.cases.appliance_page import page_composer, world
from course_utils.cases.appliance_page.world import ELEMENTS, World
from course_utils.exercises.kinds import Bars, Drawing, Guess, Number
from course_utils.exercises.workbook import Workbook

Frame = Any  # a pandas DataFrame; its stubs would want a cast at every sum of a column

book = Workbook(chapter=3)

# Names that the notebook imports, so that its cells stay short.
elements = list(ELEMENTS)
forty_pages = list(world.FORTY_PAGES)
pages: dict[str, Any] = {
    "arm": "page",
    "outcome": "purchases",
    "trials": "visitors",
    "control": "old",
    "treatment": "new",
}

# Tables derived from others, as the notebook derives them -----------------------------------


@book.view
def visits(sessions: Frame, events: Frame) -> Frame:
    """One row a visit: what it did, and how many seconds it stayed."""
    did = event_flags(events, unit="session_id")
    stay = events[events["event"] == "leave"].set_index("session_id")["second"].rename("stay")
    return sessions.join(did, on="session_id").join(stay, on="session_id")


@book.view
def bins() -> np.ndarray:
    """The edges of the bars of the stay's histogram, seconds."""
    return np.geomspace(0.1, 200, 34)


@book.view
def weeks(page_test: Frame) -> Frame:
    """The page test with the number of the week, from 1."""
    day = pd.to_datetime(page_test["date"])
    return page_test.assign(week=(day - day.min()).dt.days // 7 + 1)


def _range(values: Any) -> tuple[float, float]:
    """The 90% interval of a mean, each row taken for independent."""
    return values.mean() - 1.645 * values.sem(), values.mean() + 1.645 * values.sem()


# Reproduce the claim ------------------------------------------------------------------------


@book.exercise(Guess(0, 4, "points"))
def points_from_the_page() -> float:
    return 2


@book.exercise(Number("percent", within=0.01))
def old_conversion(visits: Frame) -> float:
    old = visits[visits["page"] == "old"]
    return 100 * old["purchase"].mean()


@book.slip("old_conversion", "rows_for_visits")
def _(sessions: Frame, events: Frame) -> float:
    old = sessions.loc[sessions["page"] == "old", "session_id"]
    rows = events[(events["event"] == "purchase") & events["session_id"].isin(old)]
    return 100 * len(rows) / len(old)


@book.slip("old_conversion", "both_pages")
def _(visits: Frame) -> float:
    return 100 * visits["purchase"].mean()


@book.slip("old_conversion", "of_carts")
def _(visits: Frame) -> float:
    old = visits[visits["page"] == "old"]
    return 100 * old["purchase"].sum() / old["cart"].sum()


@book.slip("old_conversion", "old_buyers_of_all_visits")
def _(visits: Frame) -> float:
    return 100 * (visits["purchase"] & (visits["page"] == "old")).mean()


# Doubt it -----------------------------------------------------------------------------------


@book.exercise(Drawing())
def stay_histogram(visits: Frame, bins: np.ndarray) -> object:
    old = visits[visits["page"] == "old"]
    return old["stay"].plot.hist(bins=bins, logx=True)


@book.slip("stay_histogram", "both_pages")
def _(visits: Frame, bins: np.ndarray) -> Bars:
    return Bars.counted(visits["stay"].dropna(), bins)


@book.slip("stay_histogram", "new_page")
def _(visits: Frame, bins: np.ndarray) -> Bars:
    return Bars.counted(visits.loc[visits["page"] == "new", "stay"].dropna(), bins)


@book.slip("stay_histogram", "buyers_only")
def _(visits: Frame, bins: np.ndarray) -> Bars:
    buyers = visits[(visits["page"] == "old") & visits["purchase"]]
    return Bars.counted(buyers["stay"].dropna(), bins)


@book.exercise(Number("percent", within=0.1, digits=1))
def near_the_mean(visits: Frame) -> float:
    stay = visits.loc[visits["page"] == "old", "stay"].dropna()
    return 100 * stay.between(2, 4).mean()


@book.slip("near_the_mean", "missing_counted")
def _(visits: Frame) -> float:
    return 100 * visits.loc[visits["page"] == "old", "stay"].between(2, 4).mean()


@book.slip("near_the_mean", "up_to_four")
def _(visits: Frame) -> float:
    return 100 * (visits.loc[visits["page"] == "old", "stay"].dropna() <= 4).mean()


@book.slip("near_the_mean", "both_pages")
def _(visits: Frame) -> float:
    return 100 * visits["stay"].dropna().between(2, 4).mean()


@book.exercise(Number("seconds", within=0.004))
def stay_change(visits: Frame) -> float:
    timed = visits.dropna(subset="stay")
    old, new = timed[timed["page"] == "old"], timed[timed["page"] == "new"]
    old_mix = old["device"].value_counts()
    new_stay = standardised_rate(new, segment="device", outcome="stay", weights=old_mix)
    return new_stay - old["stay"].mean()


@book.slip("stay_change", "raw_change")
def _(visits: Frame) -> float:
    mean = visits.groupby("page")["stay"].mean()
    return mean["new"] - mean["old"]


@book.slip("stay_change", "new_mix")
def _(visits: Frame) -> float:
    mean = visits.groupby(["page", "device"])["stay"].mean().unstack("page")
    mix = visits.loc[visits["page"] == "new", "device"].value_counts(normalize=True)
    return float(((mean["new"] - mean["old"]) * mix).sum())


@book.slip("stay_change", "plain_mean")
def _(visits: Frame) -> float:
    mean = visits.groupby(["page", "device"])["stay"].mean().unstack("page")
    return float((mean["new"] - mean["old"]).mean())


@book.slip("stay_change", "level")
def _(visits: Frame, answer: float) -> float:
    return answer + visits.loc[visits["page"] == "old", "stay"].mean()


# Measure it properly ------------------------------------------------------------------------


@book.exercise(Number("percent", within=0.2, digits=1))
def bounce_change(button_test: Frame) -> float:
    one_row_a_visitor = button_test.drop_duplicates("visitor_id")
    rates = one_row_a_visitor.groupby("background")["bounced"].mean()
    return 100 * (rates["dark"] / rates["light"] - 1)


@book.slip("bounce_change", "doubled_rows")
def _(button_test: Frame) -> float:
    rates = button_test.groupby("background")["bounced"].mean()
    return 100 * (rates["dark"] / rates["light"] - 1)


@book.slip("bounce_change", "points")
def _(button_test: Frame) -> float:
    rates = button_test.drop_duplicates("visitor_id").groupby("background")["bounced"].mean()
    return 100 * (rates["dark"] - rates["light"])


@book.slip("bounce_change", "wrong_base")
def _(button_test: Frame) -> float:
    rates = button_test.drop_duplicates("visitor_id").groupby("background")["bounced"].mean()
    return 100 * (rates["light"] / rates["dark"] - 1)


@book.slip("bounce_change", "both_copies_dropped")
def _(button_test: Frame) -> float:
    once = button_test.drop_duplicates("visitor_id", keep=False)
    rates = once.groupby("background")["bounced"].mean()
    return 100 * (rates["dark"] / rates["light"] - 1)


@book.slip("bounce_change", "counts")
def _(button_test: Frame) -> float:
    bounces = button_test.drop_duplicates("visitor_id").groupby("background")["bounced"].sum()
    return 100 * (bounces["dark"] / bounces["light"] - 1)


@book.exercise(Guess(0, 100, "in 100"))
def false_alarms() -> float:
    return 5


@book.exercise(Number("visitors", percent_within=2.5, digits=0))
def visitors_an_arm() -> int:
    return sample_size(0.022, 0.005, power=0.80)


@book.slip("visitors_an_arm", "relative_effect")
def _() -> int:
    return sample_size(0.022, 0.022 * 0.005, power=0.80)


@book.slip("visitors_an_arm", "target_for_gain")
def _() -> int:
    return sample_size(0.022, 0.027, power=0.80)


@book.slip("visitors_an_arm", "old_rate_alone")
def _() -> float:
    return 16 * 0.022 * (1 - 0.022) / 0.005**2


@book.slip("visitors_an_arm", "both_arms")
def _(answer: float) -> float:
    return 2 * answer


@book.slip("visitors_an_arm", "other_power")
def _() -> int:
    return sample_size(0.022, 0.005, power=0.90)


@book.slip("visitors_an_arm", "percent_for_share")
def _() -> int:
    return sample_size(0.22, 0.05, power=0.80)


@book.exercise(Number("percent", within=0.1, digits=1))
def phones_lost(first_test: Frame) -> float:
    phones = first_test[first_test["device"] == "phone"].groupby("page")["visitors"].sum()
    return 100 * (1 - phones["new"] / phones["old"])


@book.slip("phones_lost", "all_devices")
def _(first_test: Frame) -> float:
    visitors = first_test.groupby("page")["visitors"].sum()
    return 100 * (1 - visitors["new"] / visitors["old"])


@book.slip("phones_lost", "wrong_base")
def _(first_test: Frame) -> float:
    phones = first_test[first_test["device"] == "phone"].groupby("page")["visitors"].sum()
    return 100 * (phones["old"] / phones["new"] - 1)


@book.slip("phones_lost", "computers")
def _(first_test: Frame) -> float:
    desks = first_test[first_test["device"] == "computer"].groupby("page")["visitors"].sum()
    return 100 * (1 - desks["new"] / desks["old"])


def careful_lasting_effect(page_test: Frame) -> tuple[float, float]:
    """A careful analyst's 90% interval for the lasting effect, points."""
    late = page_test[page_test["date"] >= "2025-08-04"]  # weeks 3 and 4
    mix = {"phone": 0.75, "computer": 0.25}  # of a normal week
    found = {d: compare_arms(late[late["device"] == d], **pages) for d in mix}
    point = 100 * sum(mix[d] * found[d].difference for d in mix)
    room = 50 * sum((mix[d] * (found[d].high - found[d].low)) ** 2 for d in mix) ** 0.5
    return round(point - room, 2), round(point + room, 2)


@book.verdict(
    "points",
    claim=4.0,
    careful=careful_lasting_effect,
    account=lambda: world.festival_account(World()),
    guess="points_from_the_page",
)
def lasting_effect() -> float:
    return world.lasting_effect(World())


@book.rival("lasting_effect", "first_week")
def _(weeks: Frame) -> tuple[float, float]:
    found = compare_arms(weeks[weeks["week"] == 1], **pages)
    return 100 * found.low, 100 * found.high


@book.rival("lasting_effect", "whole_test")
def _(weeks: Frame) -> tuple[float, float]:
    found = compare_arms(weeks, **pages)
    return 100 * found.low, 100 * found.high


@book.rival("lasting_effect", "broken_test")
def _(first_test: Frame) -> tuple[float, float]:
    found = compare_arms(first_test, **pages)
    return 100 * found.low, 100 * found.high


def _faded(weeks: Frame) -> float:
    first = compare_arms(weeks[weeks["week"] == 1], **pages)
    later = compare_arms(weeks[weeks["week"] >= 3], **pages)
    return 100 * (first.difference - later.difference)


@book.exercise(Number("points", within=0.01))
def faded(weeks: Frame) -> float:
    returning = weeks[weeks["visitor"] == "returning"]
    first = compare_arms(returning[returning["week"] == 1], **pages)
    later = compare_arms(returning[returning["week"] >= 3], **pages)
    return 100 * (first.difference - later.difference)


@book.slip("faded", "everyone")
def _(weeks: Frame) -> float:
    return _faded(weeks)


@book.slip("faded", "first_time")
def _(weeks: Frame) -> float:
    return _faded(weeks[weeks["visitor"] == "first-time"])


@book.slip("faded", "first_week_only")
def _(weeks: Frame) -> float:
    returning = weeks[(weeks["visitor"] == "returning") & (weeks["week"] == 1)]
    return 100 * compare_arms(returning, **pages).difference


@book.slip("faded", "left")
def _(weeks: Frame) -> float:
    returning = weeks[(weeks["visitor"] == "returning") & (weeks["week"] >= 3)]
    return 100 * compare_arms(returning, **pages).difference


@book.slip("faded", "of_the_first")
def _(weeks: Frame, answer: float) -> float:
    returning = weeks[(weeks["visitor"] == "returning") & (weeks["week"] == 1)]
    return answer / compare_arms(returning, **pages).difference


@book.view
def what_made_the_rise() -> dict[str, float]:
    """The slide's four points, taken apart in this world: page, phones, festival, and their sum."""
    return world.festival_account(World())


@book.exercise(Guess(0, 4, "points"))
def points_from_the_festival() -> float:
    return 1


@book.exercise(Number("points", within=0.01))
def comparison_on_phones(element_test: Frame) -> float:
    phones = element_test[element_test["device"] == "phone"]
    effects = factorial_effects(phones, elements, successes="purchases", trials="visitors")
    return 100 * effects["effect"]["comparison"]


@book.slip("comparison_on_phones", "both_devices")
def _(element_test: Frame) -> float:
    effects = factorial_effects(element_test, elements, successes="purchases", trials="visitors")
    return 100 * effects["effect"]["comparison"]


@book.slip("comparison_on_phones", "computers")
def _(element_test: Frame) -> float:
    desks = element_test[element_test["device"] == "computer"]
    effects = factorial_effects(desks, elements, successes="purchases", trials="visitors")
    return 100 * effects["effect"]["comparison"]


@book.slip("comparison_on_phones", "one_pair_of_pages")
def _(element_test: Frame) -> float:
    phones = element_test[element_test["device"] == "phone"]
    plain = phones[phones[["reviews", "offer", "button"]].sum(axis=1) == 0]
    rate = plain.set_index("comparison")["purchases"] / plain.set_index("comparison")["visitors"]
    return 100 * (rate[1] - rate[0])


def pages_forecast(element_test: Frame) -> dict[frozenset[str], tuple[float]]:
    """What the fitted test of the elements expects of each page, yuan a year."""
    settings = page_composer.Settings(phones=75, margin=160)
    found = page_composer.Model(element_test, World()).compute(settings)
    return {
        frozenset(name for name, on in zip(ELEMENTS, page, strict=True) if on): (float(profit),)
        for page, profit in zip(world.all_pages(), 1e6 * found.profit.mean(axis=0), strict=True)
    }


@book.decision(ELEMENTS, forecast=pages_forecast)
def page_for_a_year() -> dict[frozenset[str], float]:
    """Profit of each of the sixteen pages, yuan a year."""
    return {
        frozenset(name for name, on in zip(ELEMENTS, page, strict=True) if on): (
            world.yearly_profit(World(), page)
        )
        for page in world.all_pages()
    }


def forty_forecast(element_test: Frame, carried: Frame) -> dict[str, tuple[float, float]]:
    """What test and archive expect of each plan: yuan, and the chance of a loss."""
    settings = page_composer.Settings(phones=75)
    by_page = page_composer.Model(element_test, World()).compute(settings).conversion.mean(axis=0)
    lifts = dict(zip(world.all_pages(), np.log(by_page / by_page[0]), strict=True))
    share = np.log1p(carried["next_gain"] / 100) / np.log1p(carried["first_gain"] / 100)
    unsure = float(share.sem())
    found = world.forty_pages(World(), lifts, share.mean(), share.std(), unsure=unsure)
    return {
        plan: (float(profit.mean()), float((profit < 0).mean())) for plan, profit in found.items()
    }


@book.choice(tuple(world.FORTY_PAGES), forecast=forty_forecast)
def forty_other_pages() -> dict[str, float]:
    """What each plan for the forty other pages earns, yuan in the year."""
    return world.forty_pages_profit(World())


# The counter-case ---------------------------------------------------------------------------


@book.view
def lost(carts: Frame, cart_events: Frame) -> pd.Series:
    """The last event of each cart without the recommender that did not pay."""
    last = last_event(cart_events, unit="cart_id", time="second")
    plain = last[carts.loc[carts["recommender"] == "off", "cart_id"]]
    return plain[plain != "pay"]


@book.exercise(Number("percent", within=0.1, digits=1))
def lost_at_size(carts: Frame, cart_events: Frame) -> float:
    last = last_event(cart_events, unit="cart_id", time="second")
    plain = last[carts.loc[carts["recommender"] == "off", "cart_id"]]
    lost = plain[plain != "pay"]
    return 100 * lost.isin(["size_panel", "size_chart"]).mean()


@book.slip("lost_at_size", "of_all_carts")
def _(carts: Frame, cart_events: Frame) -> float:
    last = last_event(cart_events, unit="cart_id", time="second")
    plain = last[carts.loc[carts["recommender"] == "off", "cart_id"]]
    return 100 * plain.isin(["size_panel", "size_chart"]).mean()


@book.slip("lost_at_size", "both_arms")
def _(cart_events: Frame) -> float:
    last = last_event(cart_events, unit="cart_id", time="second")
    return 100 * last[last != "pay"].isin(["size_panel", "size_chart"]).mean()


@book.slip("lost_at_size", "panel_only")
def _(lost: Any) -> float:
    return 100 * (lost == "size_panel").mean()


@book.slip("lost_at_size", "chart_only")
def _(lost: Any) -> float:
    return 100 * (lost == "size_chart").mean()


def careful_size_reason(carts: Frame, lost: Any) -> tuple[float, float]:
    """From those that the recommender saved to all who left at that step, percent."""
    outcome = carts.assign(paid=carts["returned"].notna())
    saved = compare_arms(outcome, arm="recommender", outcome="paid", control="off", treatment="on")
    at_least = 100 * saved.low / (1 - saved.control_rate)
    at_most = 100 * lost.isin(["size_panel", "size_chart"]).mean()
    return round(at_least, 1), round(at_most, 1)


@book.verdict("percent", claim=70.0, careful=careful_size_reason)
def size_reason() -> float:
    return 100 * World().size_reason


@book.rival("size_reason", "last_step")
def _(lost: Any) -> tuple[float, float]:
    return _range(100 * lost.isin(["size_panel", "size_chart"]))


@book.rival("size_reason", "chart")
def _(lost: Any) -> tuple[float, float]:
    return _range(100 * (lost == "size_chart"))


@book.rival("size_reason", "saved")
def _(carts: Frame) -> tuple[float, float]:
    outcome = carts.assign(paid=carts["returned"].notna())
    found = compare_arms(outcome, arm="recommender", outcome="paid", control="off", treatment="on")
    lost = 1 - found.control_rate
    return 100 * found.low / lost, 100 * found.high / lost


@book.view
def kept(carts: Frame) -> RateComparison:
    """Orders kept a cart in summer, with the recommender against without."""
    outcome = carts.assign(kept=(carts["returned"] == 0).fillna(False))
    return compare_arms(outcome, arm="recommender", outcome="kept", control="off", treatment="on")


def careful_kept_uplift(collections: Frame) -> tuple[float, float]:
    """A careful analyst's 90% range for one more collection, percent."""
    rates = collections.assign(rate=collections["kept"] / collections["carts"])
    by_arm = rates.pivot(index="collection", columns="recommender", values="rate")
    uplift = 100 * (by_arm["on"] / by_arm["off"] - 1)
    # Student's t for eight; the new one has its own luck, and the mean has some.
    room = 1.895 * uplift.std() * np.sqrt(1 + 1 / len(uplift))
    return round(uplift.mean() - room), round(uplift.mean() + room)


@book.verdict("percent", claim=40.0, careful=careful_kept_uplift)
def kept_uplift() -> float:
    return world.kept_uplift(World())


@book.rival("kept_uplift", "summer")
def _(kept: RateComparison) -> tuple[float, float]:
    return 100 * kept.relative_low, 100 * kept.relative_high


@book.rival("kept_uplift", "paid")
def _(carts: Frame) -> tuple[float, float]:
    outcome = carts.assign(paid=carts["returned"].notna())
    found = compare_arms(outcome, arm="recommender", outcome="paid", control="off", treatment="on")
    return 100 * found.relative_low, 100 * found.relative_high


@book.rival("kept_uplift", "all_carts_together")
def _(collections: Frame) -> tuple[float, float]:
    found = compare_arms(collections, arm="recommender", outcome="kept", trials="carts",
                         control="off", treatment="on")  # fmt: skip
    return 100 * found.relative_low, 100 * found.relative_high
