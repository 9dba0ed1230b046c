"""Chapter 4's lab: what it computes is right, and every setting has a sensible sentence."""

from dataclasses import replace
from importlib import import_module
from itertools import product

import numpy as np
import pytest

from course_utils.analysis import compare_arms, repurchase_rate
from course_utils.cases.fresh_food import case, recall
from course_utils.cases.fresh_food.world import RHYTHMS, World

# The package shows a function of the same name, so the module has to be asked for.
clock_of = import_module("course_utils.cases.fresh_food.repurchase_clock")
SILENCES, WEEKDAYS, Settings = clock_of.SILENCES, clock_of.WEEKDAYS, clock_of.Settings


@pytest.fixture(scope="module")
def tables():
    return {name: case.load(name) for name in ("orders", "lapsed", "silence", "pilot")}


@pytest.fixture(scope="module")
def clock(tables):
    return clock_of.Model(tables)


def corners():
    """Every choice, with every slider at its ends and in the middle."""
    for who, weekday, silent, coupon in product(
        clock_of.WHO, WEEKDAYS, (14, 45, 90), (0.0, 8.0, 12.0)
    ):
        yield Settings(who=who, weekday=weekday, silent=silent, coupon=coupon, window=28)


# Repurchase ---------------------------------------------------------------------------------


@pytest.mark.parametrize("window", clock_of.WINDOWS)
def test_the_bars_are_the_rates_of_the_purchases(clock, tables, window):
    rates = clock.compute(Settings(window=window)).rates
    end = np.datetime64(clock_of.FROM) + window
    for rate, definition in zip(rates, clock_of.DEFINITIONS, strict=True):
        days = window if definition in ("within days", "cohort") else None
        found = repurchase_rate(
            tables["orders"], definition, start=clock_of.FROM, end=end, days=days
        )
        assert rate == found.rate


def test_a_longer_window_raises_the_rate_by_most_definitions(clock):
    rates = np.array([clock.compute(Settings(window=w)).rates for w in clock_of.WINDOWS])
    ever = clock_of.DEFINITIONS.index("ever")
    assert (np.delete(rates[-1] - rates[0], ever) > 0).all()
    assert (rates > 0).all()
    assert (rates < 0.8).all()


# The message --------------------------------------------------------------------------------


@pytest.mark.parametrize("rhythm", RHYTHMS)
def test_the_curves_pass_through_the_holdout_test(clock, tables, rhythm):
    numbers = clock.compute(Settings(who=rhythm))
    rows = tables["lapsed"].query("rhythm == @rhythm")
    for silent, cell in rows.groupby("silent_days"):
        arms = compare_arms(cell, **recall)
        place = silent - SILENCES[0]
        assert numbers.alone[place] == pytest.approx(arms.control_rate, abs=0.03)
        assert numbers.messaged[place] == pytest.approx(arms.treatment_rate, abs=0.03)


def test_recalled_added_and_profit_follow_from_the_curves(clock, tables):
    settings = Settings(who="occasional", silent=60, coupon=5.0)
    numbers = clock.compute(settings)
    row = tables["silence"].query("rhythm == 'occasional' and silent_days == 60").iloc[0]
    place = 60 - SILENCES[0]
    alone, messaged = numbers.alone[place], numbers.messaged[place]
    assert numbers.recalled == pytest.approx(row["customers"] * messaged)
    assert numbers.added == pytest.approx(row["customers"] * (messaged - alone))
    each = (messaged - alone) * row["worth"] - 5 * messaged - World().message
    assert numbers.profit[place] == pytest.approx(row["customers"] * each / 1_000)


def test_everybody_is_both_rhythms_together(clock):
    both, weekly, occasional = (clock.compute(Settings(who=who)) for who in clock_of.WHO)
    assert both.profit == pytest.approx(weekly.profit + occasional.profit)
    assert both.recalled == pytest.approx(weekly.recalled + occasional.recalled)
    assert both.added == pytest.approx(weekly.added + occasional.added)


def test_a_dearer_coupon_earns_less_at_every_silence(clock):
    profits = [clock.compute(Settings(coupon=coupon)).profit for coupon in (0, 4, 8, 12)]
    assert (np.diff(profits, axis=0) < 0).all()


def test_recalled_peaks_at_once_and_the_profit_later_and_later_still_for_the_occasional(clock):
    best = {}
    for who in RHYTHMS:
        recalled = [clock.compute(Settings(who=who, silent=int(s))).recalled for s in SILENCES]
        assert np.argmax(recalled) == 0
        best[who] = SILENCES[clock.compute(Settings(who=who)).profit.argmax()]
    assert 21 <= best["weekly"] < best["occasional"] < 90


# The offer ----------------------------------------------------------------------------------


def test_wednesday_is_the_pilots(clock, tables):
    numbers = clock.compute(Settings())
    pilot = tables["pilot"]
    mean = pilot.groupby(["offer", "after", "weekday"])["orders"].mean()
    wednesday = (mean[1, True, "Wed"] / mean[1, False, "Wed"]) / (
        mean[0, True, "Wed"] / mean[0, False, "Wed"]
    )
    place = WEEKDAYS.index("Wed")
    assert numbers.days[place] / clock.usual[place] == pytest.approx(wednesday)
    assert numbers.week == pytest.approx(numbers.days.sum() - 100)
    assert clock.usual.sum() == pytest.approx(100)
    assert numbers.week == pytest.approx(5.5, abs=1.0)


def test_another_day_gets_wednesdays_pull_and_its_neighbours_lose(clock):
    wednesday, saturday = (clock.compute(Settings(weekday=day)) for day in ("Wed", "Sat"))
    assert saturday.days[5] / clock.usual[5] == pytest.approx(wednesday.days[2] / clock.usual[2])
    assert saturday.days[4] < clock.usual[4]
    assert saturday.days[6] < clock.usual[6]
    assert saturday.week > wednesday.week


def test_the_offers_profit_is_its_margin_less_the_fees(clock):
    numbers = clock.compute(Settings(weekday="Fri"))
    world = World()
    wanted = 10 * (world.order_margin * numbers.week - world.fee * numbers.days[4])
    assert numbers.offer_profit == pytest.approx(wanted)


# The shell ----------------------------------------------------------------------------------


def test_every_corner_lies_on_the_axes(clock):
    low, high = clock_of.PROFITS
    for settings in corners():
        numbers = clock.compute(settings)
        assert low < numbers.profit.min() <= numbers.profit.max() < high
        assert 0 <= numbers.alone.min() <= numbers.messaged.max() < 0.40
        assert 0 < numbers.days.min() <= numbers.days.max() < 31


def test_the_artists_stand_where_the_numbers_say(clock):
    panels = clock_of.Figure(case.words["lab"]["clock"], clock.usual)
    settings = Settings("cohort", "weekly", "Sat", 14, 30, 6.0)
    numbers = clock.compute(settings)
    panels.show(settings, numbers)
    assert [bar.get_width() for bar in panels._rates] == pytest.approx(100 * numbers.rates)
    assert [bar.get_height() for bar in panels._days] == pytest.approx(numbers.days)
    place = 30 - SILENCES[0]
    assert panels._earned.get_ydata() == [numbers.profit[place]]
    assert panels._answers.get_ydata() == [
        100 * numbers.messaged[place],
        100 * numbers.alone[place],
    ]


def test_the_chosen_definition_and_weekday_stand_out(clock):
    panels = clock_of.Figure(case.words["lab"]["clock"], clock.usual)
    settings = replace(Settings(), definition="ever", weekday="Sun")
    panels.show(settings, clock.compute(settings))
    for bars, chosen in ((panels._rates, 3), (panels._days, 6)):
        colours = [bar.get_facecolor() for bar in bars]
        assert colours.count(colours[chosen]) == 1


def test_the_tables_are_not_changed_by_the_lab(tables):
    before = {name: frame.copy() for name, frame in tables.items()}
    clock_of.Model(tables)
    for name, frame in tables.items():
        assert frame.equals(before[name])
