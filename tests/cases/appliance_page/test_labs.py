"""Chapter 3's labs: what they compute is right, and every setting has a sensible sentence."""

import math
from collections.abc import Iterable
from dataclasses import replace
from importlib import import_module
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from statsmodels.stats.power import NormalIndPower

from course_utils.analysis import sample_size
from course_utils.cases.appliance_page import case
from course_utils.cases.appliance_page.world import ELEMENTS, World
from course_utils.widgets.lab import Slider

# The package shows functions of the same names, so the modules have to be asked for.
desk = import_module("course_utils.cases.appliance_page.experiment_desk")
composer = import_module("course_utils.cases.appliance_page.page_composer")
stop = import_module("course_utils.cases.appliance_page.stop_day")

Plan, Page = desk.Settings, composer.Settings
UNDERPOWERED = Plan(visitors=600, effect=0.3, days=14)
STRONG = Plan(visitors=5_000, effect=0.5, days=28)


def corners(start: Any, controls: Iterable[Any]) -> list[Any]:
    """The settings with every control at one of its ends."""
    ends = {
        control.name: (control.low, control.high) if isinstance(control, Slider) else (False, True)
        for control in controls
    }
    return [
        replace(start, **dict(zip(ends, chosen, strict=True))) for chosen in product(*ends.values())
    ]


def chance_error(share: float, count: int) -> float:
    """Standard error of a share counted over so many simulated tests."""
    return math.sqrt(share * (1 - share) / count)


# The experiment desk ------------------------------------------------------------------------


@pytest.mark.parametrize("plan", [*desk.PRESETS.values(), UNDERPOWERED], ids=str)
def test_the_desks_power_is_the_formulas(plan):
    before, after = plan.baseline / 100, (plan.baseline + plan.effect) / 100
    spread = math.sqrt((before * (1 - before) + after * (1 - after)) / 2)
    expected = NormalIndPower().power(
        effect_size=(after - before) / spread, nobs1=plan.visitors * plan.days / 2, alpha=0.05
    )
    numbers = desk.Model().compute(plan)
    assert numbers.power == pytest.approx(expected, abs=1e-9)
    assert numbers.visitors_an_arm == plan.visitors * plan.days / 2
    assert numbers.power_by_day[plan.days - 1] == numbers.power
    assert (np.diff(numbers.power_by_day) >= 0).all()


@pytest.mark.parametrize("plan", [Plan(), UNDERPOWERED, STRONG], ids=str)
def test_as_many_simulated_tests_win_as_the_power_says(plan):
    numbers = desk.Model().compute(plan)
    assert numbers.wins.mean() == pytest.approx(
        numbers.power, abs=3 * chance_error(numbers.power, desk.TESTS) + 0.001
    )


@pytest.mark.parametrize(("looks", "alarms"), [(1, 0.05), (2, 0.083), (5, 0.142), (10, 0.193)])
def test_false_alarms_are_those_of_armitage_mcpherson_and_rowe(looks, alarms):
    # Their table of 1969, for tests at the level of 5%.
    found = desk.Model().compute(Plan(looks=looks)).alarms
    assert found == pytest.approx(alarms, abs=3 * chance_error(alarms, desk.TESTS))


def test_tests_read_once_report_the_true_gain_on_average():
    plan = Plan()
    reported = desk.Model().compute(plan).reported
    error = reported.std() / math.sqrt(len(reported))
    assert reported.mean() == pytest.approx(plan.effect, abs=3 * error)
    rates = np.array([plan.baseline, plan.baseline + plan.effect]) / 100
    spread = 100 * math.sqrt((rates * (1 - rates)).sum() / (plan.visitors * plan.days / 2))
    assert reported.std() == pytest.approx(spread, rel=0.04)


def test_winners_of_a_weak_test_exaggerate_and_those_of_a_strong_one_do_not():
    assert desk.Model().compute(UNDERPOWERED).exaggeration > 1.5
    assert desk.Model().compute(STRONG).exaggeration == pytest.approx(1, abs=0.02)


def test_winners_of_the_small_shop_report_half_as_much_again():
    numbers = desk.Model().compute(desk.PRESETS["small_shop"])
    assert numbers.exaggeration > 1.4
    assert numbers.exaggeration == numbers.reported[numbers.wins].mean() / 0.5


def test_the_desk_agrees_with_tests_of_single_visitors_looked_at_ten_times():
    plan = Plan(visitors=2_000, effect=0.4, days=20, looks=10)
    rng = np.random.default_rng(4)
    each_look = plan.visitors * plan.days // 2 // plan.looks
    before, after = plan.baseline / 100, (plan.baseline + plan.effect) / 100

    def reports(treatment: float) -> tuple[np.ndarray, np.ndarray]:
        """Of 3,000 tests: whether a look was significant, and the gain then reported."""
        sold = rng.binomial(each_look, [before, treatment], (3_000, plan.looks, 2)).cumsum(axis=1)
        visitors = each_look * np.arange(1, plan.looks + 1)
        rate = sold / visitors[:, None]
        error = np.sqrt((rate * (1 - rate)).sum(axis=2) / visitors)
        gain = rate[:, :, 1] - rate[:, :, 0]
        crossed = np.abs(gain / error) > 1.959964
        stop = np.where(crossed.any(axis=1), crossed.argmax(axis=1), plan.looks - 1)
        return crossed.any(axis=1), 100 * gain[np.arange(3_000), stop]

    numbers = desk.Model().compute(plan)
    false_alarm, _ = reports(before)
    assert numbers.alarms == pytest.approx(false_alarm.mean(), abs=0.03)
    crossed, gain = reports(after)
    wins = crossed & (gain > 0)
    assert numbers.wins.mean() == pytest.approx(wins.mean(), abs=0.04)
    assert numbers.exaggeration == pytest.approx(gain[wins].mean() / plan.effect, rel=0.04)


def test_the_days_needed_are_those_of_the_sample_size():
    for plan in [*desk.PRESETS.values(), UNDERPOWERED]:
        needed = sample_size(plan.baseline / 100, plan.effect / 100)
        days = desk.Model().compute(plan).days_needed
        assert plan.visitors * (days - 1) / 2 < needed <= plan.visitors * days / 2


def test_more_looks_raise_false_alarms():
    alarms = [desk.Model().compute(Plan(looks=looks)).alarms for looks in (1, 3, 10, 30)]
    assert alarms == sorted(alarms)
    assert alarms[-1] > alarms[0] + 0.2


def test_the_peekers_four_weeks_are_the_plans():
    peeker = desk.PRESETS["peeker"]
    assert "four weeks" in case.rounds["peeker"].ask  # in words, as its answer is near 28 too
    assert peeker.days == peeker.looks == 28


@pytest.mark.parametrize("plan", corners(Plan(), desk.CONTROLS), ids=str)
def test_every_corner_of_the_desk_has_finite_numbers_and_a_clear_sentence(plan):
    numbers = desk.Model().compute(plan)
    said = desk.takeaway(plan, numbers, case.words["lab"]["desk"])
    single = [numbers.power, numbers.days_needed, numbers.exaggeration, numbers.alarms]
    assert np.isfinite([*single, *numbers.power_by_day, *numbers.reported]).all()
    assert numbers.wins.any()  # even the weakest plan has winners to speak of
    assert ("it takes" in said) == (numbers.power < 0.795)


def test_the_desk_says_what_it_computed():
    lab = case.lab("desk")
    said = set()
    for plan in desk.PRESETS.values():
        lab.jump(plan)
        numbers = desk.Model().compute(plan)
        assert f"{numbers.visitors_an_arm:,}" in lab.text
        assert f"{100 * numbers.power:.0f} of 100" in lab.text
        assert f"{100 * numbers.alarms:.0f} of 100" in lab.text
        said.add(lab.text)
    assert len(said) == len(desk.PRESETS)


# The real test, stopped ---------------------------------------------------------------------


@pytest.mark.parametrize("day", [1, 3, 28])
def test_a_stopped_test_reports_the_visitors_until_that_day(day):
    test = case.load("page_test")
    seen = test[test["date"].rank(method="dense") <= day]
    sums = seen.groupby("page")[["purchases", "visitors"]].sum()
    rate = 100 * sums["purchases"] / sums["visitors"]
    numbers = stop.Model(test).compute(stop.Settings(day))
    assert len(numbers.difference) == day
    assert numbers.difference[-1] == pytest.approx(rate["new"] - rate["old"])
    assert numbers.low[-1] < numbers.difference[-1] < numbers.high[-1]


def test_the_sooner_the_real_test_is_stopped_the_more_it_promises():
    numbers = stop.Model(case.load("page_test")).compute(stop.Settings(28))
    first_week, end = numbers.difference[6], numbers.difference[-1]
    assert numbers.difference[2] > first_week > end
    assert numbers.significant.all()  # as the text says


def test_every_day_of_the_stopped_test_stays_in_the_picture_and_is_said():
    lab = case.lab("stop")
    for day in range(1, 29):
        lab.jump(stop.Settings(day))
        assert f"stops on day {day} reports" in lab.text
    numbers = stop.Model(case.load("page_test")).compute(stop.Settings(28))
    assert numbers.low.min() > -1
    assert numbers.high.max() < 4


# The page composer --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def element_test():
    return case.load("element_test")


@pytest.fixture(scope="module")
def composed(element_test):
    return composer.Model(element_test, World())


def test_there_are_sixteen_pages_and_each_is_found_by_its_number():
    pages = [tuple(page) for page in composer.PAGES.tolist()]
    assert len(set(pages)) == 16
    assert [composer.page_number(page) for page in pages] == list(range(16))


def test_the_fit_is_that_of_the_formula_in_statsmodels(element_test):
    names = " + ".join(ELEMENTS)
    model = smf.glm(
        f"purchases + rest ~ phone + ({names})**2 + phone:({names})",
        data=element_test.assign(
            rest=element_test["visitors"] - element_test["purchases"],
            phone=(element_test["device"] == "phone").astype(int),
        ),
        family=sm.families.Binomial(),
    ).fit()
    drawn = composer.fit(element_test)
    assert drawn.shape == (composer.DRAWS, 16, 2)
    logit = np.log(drawn / (1 - drawn))
    pages = pd.DataFrame(composer.PAGES.astype(int), columns=list(ELEMENTS))
    for device, phone in enumerate((1, 0)):
        wanted = model.get_prediction(pages.assign(phone=phone), which="linear").summary_frame()
        found = logit[:, :, device]
        error = wanted["se"] / math.sqrt(composer.DRAWS)
        assert (abs(found.mean(axis=0) - wanted["predicted"]) < 4 * error).all()
        assert found.std(axis=0) == pytest.approx(wanted["se"], rel=0.15)


@pytest.mark.parametrize("margin", [100, 160, 300])
@pytest.mark.parametrize("phones", [0, 75, 100])
def test_profit_is_orders_at_their_margin_less_coupons_and_upkeep(
    composed, element_test, phones, margin
):
    numbers = composed.compute(Page(phones=phones, margin=margin))
    by_device = composer.fit(element_test)
    conversion = (phones * by_device[:, :, 0] + (100 - phones) * by_device[:, :, 1]) / 100
    assert numbers.conversion == pytest.approx(conversion)
    cost = case.load("costs").set_index("item")["amount"]
    for number, (comparison, reviews, offer, _) in enumerate(composer.PAGES):
        orders = cost["visits"] * conversion[:, number]
        profit = orders * (margin + offer * cost["coupon of the offer"])
        profit += comparison * cost["upkeep of the comparison table"]
        profit += reviews * cost["upkeep of the reviews"]
        assert 1e6 * numbers.profit[:, number] == pytest.approx(profit)


@pytest.mark.parametrize("page", [(0, 0, 0, 0), (1, 1, 1, 1), (0, 1, 0, 1)])
def test_an_elements_part_is_the_profit_with_it_less_the_profit_without_it(composed, page):
    mine = composed.compute(Page(*map(bool, page)))
    for place, name in enumerate(ELEMENTS):
        with_it = composed.compute(replace(Page(*map(bool, page)), **{name: True}))
        without = composed.compute(replace(Page(*map(bool, page)), **{name: False}))
        part = with_it.profit[:, with_it.yours] - without.profit[:, without.yours]
        assert mine.parts[:, place] == pytest.approx(part)


def test_the_composer_sees_what_the_chapter_teaches(composed):
    numbers = composed.compute(Page())
    profit, conversion = numbers.profit.mean(axis=0), numbers.conversion.mean(axis=0)
    best, busiest = np.argmax(profit), np.argmax(conversion)
    assert composer.PAGES[best].tolist() == [False, True, False, True]
    assert busiest != best
    assert profit[best] > profit[-1] + 1  # a million above the page with everything on it


@pytest.mark.parametrize("page", corners(Page(), composer.CONTROLS), ids=str)
def test_every_corner_of_the_composer_stays_in_the_picture_and_has_a_sentence(composed, page):
    numbers = composed.compute(page)
    said = composer.takeaway(page, numbers, case.words["lab"]["composer"])
    against = (numbers.profit - numbers.profit[:, [0]]).mean(axis=0)
    assert _inside(100 * numbers.conversion.mean(axis=0), composer.CONVERSIONS)
    assert _inside(against, composer.AGAINST_OLD)
    assert _inside(numbers.parts.mean(axis=0), composer.PARTS)
    profit = numbers.profit[:, numbers.yours]
    low, high = np.percentile(profit, [5, 95])
    assert f"{profit.mean():.2f} million yuan a year (90% interval {low:.2f} to {high:.2f})" in said


def _inside(values: np.ndarray, limits: tuple[float, float]) -> bool:
    return bool(limits[0] < values.min() and values.max() < limits[1])


def test_the_old_page_is_no_better_than_itself():
    lab = case.lab("composer")
    lab.jump(composer.PRESETS["old"])
    assert "none of them" in lab.text
    assert "+0.00 million against the old page" in lab.text
    lab.jump(composer.PRESETS["new"])
    assert " + ".join(ELEMENTS) in lab.text
