"""Chapter 1's planner: the arithmetic is right, and every setting has a sensible sentence."""

from dataclasses import replace
from importlib import import_module
from itertools import product

import numpy as np
import pytest

from course_utils.cases.apparel_launch import PLANNER_TABLES, case
from course_utils.cases.apparel_launch.launch_model import (
    LATER_MONTHS,
    MONTHS,
    NEVER,
    STORE,
    WEEKS_A_MONTH,
    Futures,
    Plan,
    draw_futures,
    live,
)
from course_utils.cases.apparel_launch.world import OPENINGS, World, market
from course_utils.widgets.lab import Slider

# The package shows functions of the same names, so the module has to be asked for.
planner = import_module("course_utils.cases.apparel_launch.launch_planner")
STORE_PLAN = Plan(opens=4, budget=480)


@pytest.fixture(scope="module")
def fitted():
    return planner.fitted_market({name: case.load(name) for name in PLANNER_TABLES})


@pytest.fixture(scope="module")
def compute(fitted):
    return planner.Model(fitted, draw_futures(1_000, np.random.default_rng(1))).compute


@pytest.fixture(scope="module")
def known():
    """The market as the world knows it."""
    return market(World())


CALM = Futures(np.ones((MONTHS, 3, 1)), np.ones((MONTHS, 3, 1)))  # one future, without any luck


# A year by hand -----------------------------------------------------------------------------


def test_a_calm_year_is_what_a_slow_sum_by_hand_gives(known):
    plan, years = STORE_PLAN, live(STORE_PLAN, known, CALM)
    first_price = [89 * 0.58, 89 * 0.58, 89 * known.store_price]
    later_price = 89 * known.coupons
    loyal = np.interp(first_price, [39, 59, 89], known.comes_again)
    loyal = loyal / np.interp(known.first_price[0], [39, 59, 89], known.comes_again)
    books, cash, last_net, age = np.zeros(3), known.cash, 0.0, 0
    for month in range(MONTHS):
        age += month + 1 >= plan.opens
        money = known.advertising[month]
        spends = [0.55 * money, 0.45 * money, 480_000]
        came = np.zeros(3)
        for place, spend in enumerate(spends):
            weekly = (
                np.exp(known.level[place, 0])
                * (spend / WEEKS_A_MONTH) ** known.elasticity[place, 0]
            )
            weekly *= np.exp(-known.cost_inflation[place, 0] * WEEKS_A_MONTH * (month + 0.5))
            cheaper = known.first_price[place] - first_price[place]
            came[place] = WEEKS_A_MONTH * weekly * np.exp(known.price_slope * cheaper)
        data = books.sum() ** 2 / (books.sum() ** 2 + known.store_data**2)
        came[STORE] *= data * (1 - np.exp(-age / known.store_ramp))
        again = known.reorder * loyal * books
        books = books + came
        first, later = known.pieces_an_order * came, known.pieces_an_order * again
        kept = first * (1 - known.returns_first) + later * (1 - known.returns_later)
        net = (first * (1 - known.returns_first) * first_price).sum()
        net += (later * (1 - known.returns_later)).sum() * later_price
        sent = (first + later).sum()
        cost = 28 * kept.sum() + 5 * sent + 6 * (sent - kept.sum())
        cost += money + known.overhead
        cost += (age > 0) * (known.store_month + 480_000) + (age == 1) * known.store_setup
        cash += (net + last_net) / 2 - cost
        last_net = net
        assert years.pieces[month, 0] == pytest.approx(sent)
        assert years.net[month, 0] == pytest.approx(net)
        assert years.profit[month, 0] == pytest.approx(net - cost)
        assert years.cash[month, 0] == pytest.approx(cash)
    stays = 1 - known.returns_later
    order = known.pieces_an_order * (stays * (later_price - 28) - 5 - 6 * (1 - stays))
    fixed = known.overhead + known.store_month
    worth = LATER_MONTHS * ((known.reorder * loyal * order * books).sum() - fixed)
    assert years.worth[0] == pytest.approx(worth)


# Limits and directions ----------------------------------------------------------------------


def test_without_a_store_its_budget_does_not_matter(known):
    small, large = (live(Plan(opens=NEVER, budget=budget), known, CALM) for budget in (60, 720))
    assert (small.profit == large.profit).all()
    assert (small.new_customers[:, STORE] == 0).all()


def test_a_gate_that_is_never_passed_is_a_store_that_never_opens(known):
    never, shut = (live(plan, known, CALM) for plan in (Plan(), replace(STORE_PLAN, gate=1_000)))
    assert never.cash == pytest.approx(shut.cash)


def test_a_gate_opens_the_store_in_the_month_after_it_is_passed(known):
    years = live(Plan(opens=1, gate=50), known, CALM)
    passed = int(np.argmax(years.pieces[:, 0] >= 50_000))
    came = years.new_customers[:, STORE, 0]
    assert (came[: passed + 1] == 0).all()
    assert came[passed + 1] > 0


@pytest.mark.parametrize("opens", [1, 6, 12])
def test_a_store_takes_nothing_from_the_months_before_it(known, opens):
    with_store, without = (live(Plan(opens=month), known, CALM) for month in (opens, NEVER))
    assert (with_store.pieces[: opens - 1] == without.pieces[: opens - 1]).all()
    assert (with_store.new_customers[:, :STORE] == without.new_customers[:, :STORE]).all()


def test_a_deeper_promotion_sends_more_pieces_and_earns_less(compute):
    numbers = [compute(Plan(promotion=off)) for off in range(20, 61, 10)]
    assert (np.diff([found.pieces[1, -1] for found in numbers]) > 0).all()
    assert (np.diff([found.reaches_gate for found in numbers]) >= 0).all()
    assert (np.diff([found.profit for found in numbers[1:]]) < 0).all()


def test_buying_the_gate_passes_it_and_costs_profit(compute):
    plain, bought = compute(planner.PRESETS["year_one"]), compute(planner.PRESETS["buy_the_gate"])
    assert bought.reaches_gate > plain.reaches_gate + 0.25
    assert bought.profit < plain.profit - 2


def test_a_future_out_of_cash_ends_there_and_counts_what_was_lost(known):
    poor = replace(known, cash=2_000_000.0)
    years = live(STORE_PLAN, poor, CALM)
    month = int(np.argmax(years.cash[:, 0] < 0))
    assert years.broke[0]
    assert month < MONTHS - 1
    assert (years.pieces[month + 1 :] == 0).all()
    assert (years.profit[month + 1 :] == 0).all()
    assert (years.cash[month:, 0] == years.cash[month, 0]).all()
    assert years.worth[0] == 0


def test_the_sentence_of_a_gate_says_how_often_and_when_the_store_opens(compute):
    plan = planner.PRESETS["gate_first"]
    numbers = compute(plan)
    said = planner.takeaway(plan, numbers, case.words["lab"]["planner"])
    assert 0 < numbers.opened < 0.6
    assert numbers.opening > plan.opens + 3
    assert f"opens in {100 * numbers.opened:.0f} of 100" in said
    assert "from month 1" not in said


def test_one_platform_earns_more_on_average_and_is_less_sure(compute):
    split, one = compute(planner.PRESETS["year_one"]), compute(planner.PRESETS["one_platform"])
    assert one.profit > split.profit

    def width(numbers) -> float:
        low, middle, high = numbers.pieces[:, -1]
        return (high - low) / middle

    assert width(one) > width(split)


def test_dearer_traffic_brings_fewer_pieces(compute):
    dear, cheap = compute(Plan()), compute(Plan(dearer=False))
    assert cheap.pieces[1, -1] > 1.1 * dear.pieces[1, -1]
    assert cheap.reaches_gate > dear.reaches_gate


def test_the_planner_finds_the_opening_that_is_best_in_the_world(compute):
    numbers = {name: compute(plan) for name, plan in OPENINGS.items()}
    profits = {name: found.profit for name, found in numbers.items()}
    first, second, *_ = sorted(profits, key=profits.__getitem__, reverse=True)
    assert (first, second) == ("wait for news", "month 4, large")
    assert profits[first] > 1.05 * profits[second]
    assert numbers[first].out_of_cash < numbers[second].out_of_cash


# What the tables say ------------------------------------------------------------------------


def test_the_fitted_market_is_near_the_worlds(fitted, known):
    for name in ("price_slope", "reorder", "pieces_an_order", "coupons"):
        assert getattr(fitted, name) == pytest.approx(getattr(known, name), rel=0.06), name
    for name in ("returns_first", "returns_later"):
        assert getattr(fitted, name) == pytest.approx(getattr(known, name), abs=0.035), name
    for name in ("goods", "overhead", "cash", "store_setup", "store_data", "store_ramp"):
        assert getattr(fitted, name) == getattr(known, name), name
    assert fitted.advertising == pytest.approx(known.advertising)


@pytest.mark.parametrize("name", ["elasticity", "cost_inflation"])
def test_the_drawn_curves_hold_the_worlds_in_their_middle(fitted, known, name):
    low, high = np.quantile(getattr(fitted, name), [0.01, 0.99], axis=1)
    wanted = getattr(known, name)[:, 0]
    assert ((low - 1e-12 <= wanted) & (wanted <= high + 1e-12)).all()


def test_futures_are_lucky_as_often_as_not_and_rules_change_as_often_as_stated():
    ahead = draw_futures(20_000, np.random.default_rng(5), shock_chance=0.3, shock=0.5)
    hit = (ahead.business < 1).any(axis=0)
    assert hit.mean() == pytest.approx(0.3, abs=0.01)
    assert set(np.unique(ahead.business)) == {0.5, 1.0}
    luck = np.log(ahead.fortune / ahead.business)
    assert luck.mean() == pytest.approx(0, abs=0.01)
    assert luck.mean(axis=(0, 1)).std() == pytest.approx(0.25, abs=0.01)


# The lab ------------------------------------------------------------------------------------


def corners():
    """The plans with every control at one of its ends."""
    ends = {
        control.name: (control.low, control.high) if isinstance(control, Slider) else (False, True)
        for control in planner.CONTROLS
    }
    return [
        replace(Plan(), **dict(zip(ends, found, strict=True))) for found in product(*ends.values())
    ]


def test_every_corner_has_finite_numbers_that_fit_together(compute):
    for plan in corners():
        numbers = compute(plan)
        assert all(np.isfinite(part).all() for part in numbers), plan
        for chance in (numbers.reaches_gate, numbers.reaches_year, numbers.out_of_cash):
            assert 0 <= chance <= 1
        for band in (numbers.pieces, numbers.gmv, numbers.net, numbers.cash):
            assert (np.diff(band, axis=0) >= 0).all()
        assert (numbers.net <= numbers.gmv + 1e-9).all()
        assert numbers.reaches_year_net <= numbers.reaches_year


def test_chances_and_bands_agree(compute):
    numbers = compute(STORE_PLAN)
    assert (numbers.reaches_year >= 0.5) == (numbers.gmv[1, -1] >= 50)
    assert (numbers.reaches_gate >= 0.05) == (numbers.pieces[2].max() >= 100)


def test_no_preset_is_the_answer():
    assert OPENINGS["wait for news"] not in planner.PRESETS.values()
