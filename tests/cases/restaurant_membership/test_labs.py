"""Chapter 5's labs: they know what was measured, and every setting has a sensible sentence."""

from dataclasses import replace
from importlib import import_module
from itertools import product

import numpy as np
import pandas as pd
import pytest

from course_utils.cases.restaurant_membership import case
from course_utils.cases.restaurant_membership.membership_model import SCHEMES, live_year
from course_utils.cases.restaurant_membership.world import (
    World,
    customer_base,
    draw_diners,
    draw_regulars,
    effects,
)

# The package shows a function of the same name, so the module has to be asked for.
designer_of = import_module("course_utils.cases.restaurant_membership.membership_designer")
WORDS = case.words["lab"]["designer"]


@pytest.fixture(scope="module")
def lab():
    return case.lab("designer")


@pytest.fixture(scope="module")
def designer():
    return designer_of.Model(
        customer_base(World(), np.random.default_rng(1), designer_of.CUSTOMERS), effects(World())
    )


def corners():
    """Every scheme with every slider at its ends and in the middle."""
    for scheme, edge, coupon, top in product(SCHEMES, (120, 200, 400), (0, 20, 40), (0, 1, 20)):
        yield designer_of.Settings(edge, coupon, scheme, top)


def test_it_lives_the_year_of_a_hundred_thousand_customers(lab):
    assert designer_of.CUSTOMERS >= 100_000
    assert len(lab.model._base.visits) == designer_of.CUSTOMERS


def test_its_effects_are_what_the_tables_say():
    world = World(lift=0.30, service=0.15)
    rng = np.random.default_rng
    diners, _ = draw_diners(world, rng(1), 300_000)
    regulars, _ = draw_regulars(World(service=0.15, regulars_listed=(10, 60_000)), rng(2))
    found, plain = designer_of.measured_effects(diners, regulars), effects(World())
    assert found.belong / plain.belong == pytest.approx(0.30 / World().lift, rel=0.1)
    assert found.reward / plain.reward == pytest.approx(0.30 / World().lift, rel=0.1)
    assert found.service == pytest.approx(0.15, rel=0.1)
    assert found.gift == plain.gift


def test_in_the_chapters_tables_they_are_near_this_worlds():
    found = designer_of.measured_effects(case.load("diners"), case.load("regulars"))
    wanted = effects(World())
    assert found.belong == pytest.approx(wanted.belong, rel=0.3)
    assert found.service == pytest.approx(wanted.service, rel=0.5)


def test_the_tables_are_not_changed_by_the_lab():
    tables = {name: case.load(name) for name in ("diners", "regulars")}
    before = {name: frame.copy() for name, frame in tables.items()}
    designer_of.measured_effects(**tables)
    for name, frame in tables.items():
        pd.testing.assert_frame_equal(frame, before[name])


def test_the_dashboard_shows_more_than_the_programme_adds(designer):
    for programme in corners():
        year = designer.compute(programme)
        assert year.seen.sum() > year.increment.sum() + 500_000


def test_the_generous_card_shines_and_loses(designer):
    plain, generous = (designer.compute(designer_of.PRESETS[name]) for name in
                       ("coupons_only", "generous"))  # fmt: skip
    assert generous.seen.sum() > 2 * plain.seen.sum()
    assert generous.profit < 0 < plain.profit


def test_every_corner_lies_on_the_axes(designer):
    for programme in corners():
        year = designer.compute(programme)
        low, high = designer_of.ADDED
        shown = np.r_[year.seen, year.increment] / 1e6
        assert low < shown.min() <= shown.max() < high
        gains = year.value_gain / (designer_of.CUSTOMERS / 10)
        assert designer_of.GAINS[0] < gains.min() <= gains.max() < designer_of.GAINS[1]
        if programme.coupon:
            owed = np.r_[year.owed_face[-1], year.owed[-1]]
            assert designer_of.OWED[0] < owed.min() <= owed.max() < designer_of.OWED[1]


def test_the_sentence_says_the_figures_numbers(designer):
    programme = designer_of.Settings(240, 15, "ladder", 3)
    year = designer.compute(programme)
    said = designer_of.takeaway(programme, year, WORDS)
    for part in (
        "15 yuan for every 240",
        "the ladder",
        "top 3%",
        f"{100 * year.members:.0f}% are members",
        f"{year.seen.sum() / 1e6:.1f} million",
        f"earns {year.profit / 1e6:.1f} million",
        f"to {100 * year.repurchase[1]:.1f}%",
        f"{year.owed_face[-1] / 1e3:,.0f} thousand",
        f"{year.value.sum() / designer_of.CUSTOMERS:,.0f} yuan in three years",
    ):
        assert part in said


def test_the_artists_are_those_of_the_numbers(designer):
    panels = designer_of.Figure(WORDS)
    programme = designer_of.Settings(160, 25, "gift", 4)
    year = designer.compute(programme)
    panels.show(programme, year)
    assert [bar.get_height() for bar in panels._seen] == pytest.approx(list(year.seen / 1e6))
    assert [bar.get_height() for bar in panels._true] == pytest.approx(list(year.increment / 1e6))
    for line, yuan in ((panels._face, year.owed_face), (panels._owed, year.owed)):
        months = line.get_ydata()
        assert months[:6] == pytest.approx(yuan[1:])
        assert months[6:] == pytest.approx([yuan[-1]] * 6)
    assert panels._gain.get_data()[0] == pytest.approx(year.value_gain / 10_000)


def test_the_lab_and_a_year_of_its_base_agree(lab):
    held = lab.model
    usual = designer_of.Settings()
    year, again = lab.model.compute(usual), live_year(usual, held._base, held._effects)
    assert year.profit == again.profit


def test_the_ladder_adds_what_its_slider_says_and_nothing_else_heeds_it(designer):
    ladder = replace(designer_of.PRESETS["ladder"], adds=0)
    profits = [designer.compute(replace(ladder, adds=adds)).profit for adds in (0, 8, 9, 20)]
    assert profits == sorted(profits)
    plain = designer.compute(designer_of.PRESETS["coupons_only"]).profit
    assert profits[1] < plain < profits[2]
    other = replace(designer_of.PRESETS["coupons_only"], adds=20)
    assert designer.compute(other).profit == plain


def test_what_is_expected_of_the_programmes_is_near_what_they_earn():
    decision = case.book.items["programme_for_next_year"]
    expected = case.book.evaluate(decision.forecast, case.load)
    earned = decision.profits()
    assert expected.keys() == earned.keys()
    for name, (yuan,) in expected.items():
        assert yuan == pytest.approx(earned[name], abs=1_500_000)
    assert max(expected, key=expected.get) == max(earned, key=earned.get)


# Three kinds of people ---------------------------------------------------------------------------


heads_of = import_module("course_utils.cases.restaurant_membership.three_heads")
HEADS = case.words["lab"]["heads"]


def test_as_tested_the_estimate_is_the_truth_and_as_sure_as_the_chapters():
    found = heads_of.Model(World()).compute(heads_of.Settings())
    careful = case.book.items["membership_effect"].careful(case.load("diners"))
    assert found.value == pytest.approx(found.truth)
    assert found.high - found.low == pytest.approx(careful[1] - careful[0], rel=0.1)


def test_the_kinds_are_as_many_as_in_the_chapters_table():
    joined = case.load("diners").groupby("invited")["member"].mean() * 100
    anyway, moved, never = heads_of.Model(World()).compute(heads_of.Settings()).kinds
    assert anyway == pytest.approx(joined[0], abs=1)
    assert anyway + moved == pytest.approx(joined[1], abs=1.5)
    assert anyway + moved + never == 100


def test_a_weak_invitation_widens_the_range_and_an_advertisement_moves_it():
    model = heads_of.Model(World())
    usual, weak, advert = (
        model.compute(heads_of.PRESETS[name]) for name in ("as_tested", "in_the_bag", "advert")
    )
    assert weak.high - weak.low == pytest.approx(12 * (usual.high - usual.low))
    assert weak.value == pytest.approx(usual.truth)
    assert advert.high - advert.low == pytest.approx(usual.high - usual.low)
    assert advert.low > usual.truth
    # Everybody invited comes 3% more often; a quarter of them is taken for the reason.
    assert advert.value - usual.truth == pytest.approx(0.03 * World().mean_visits / 0.24)


def test_the_three_heads_sentence_says_whether_the_range_holds():
    model = heads_of.Model(World())
    for name, held in {"as_tested": True, "advert": False}.items():
        settings = heads_of.PRESETS[name]
        said = heads_of.takeaway(settings, model.compute(settings), HEADS)
        assert HEADS["ends"]["holds" if held else "misses"] in said


def test_the_three_heads_artists_are_those_of_the_numbers():
    panels, settings = heads_of.Figure(HEADS), heads_of.Settings(moved=1, advert=5.0, people=10)
    result = heads_of.Model(World()).compute(settings)
    panels.show(settings, result)
    for stack in panels._bars:
        assert [bar.get_height() for bar in stack] == list(result.kinds)
    assert panels._truth.get_xdata()[0] == result.truth
    assert max(panels._range.get_xdata()) == heads_of.SHOWN[1]  # beyond the axis


# A list of the worst weeks -----------------------------------------------------------------------


weeks_of = import_module("course_utils.cases.restaurant_membership.worst_weeks")
WEEKS = case.words["lab"]["worst_weeks"]


@pytest.fixture(scope="module")
def list_of_weeks():
    return weeks_of.Model(World(), np.random.default_rng(3))


def test_a_service_that_does_nothing_shows_what_the_unserved_of_the_chapter_did(list_of_weeks):
    rest = case.load("autumn").query("served == 0")
    seen = list_of_weeks.compute(weeks_of.PRESETS["nothing"])
    assert seen.added == 0
    assert seen.seen == pytest.approx(
        100 * (rest["after"].mean() / rest["recent"].mean() - 1), abs=3
    )
    assert seen.listed == pytest.approx(seen.alone)


def test_a_list_of_the_rising_falls_under_the_same_service(list_of_weeks):
    assert list_of_weeks.compute(weeks_of.PRESETS["rose"]).seen < -15


def test_the_more_really_leave_the_less_comes_back(list_of_weeks):
    seen = [
        list_of_weeks.compute(weeks_of.Settings(leaving=share)).seen for share in range(0, 61, 20)
    ]
    assert seen == sorted(seen, reverse=True)
    assert seen[-1] > 20  # a list of the fallen rises all the same


def test_the_service_adds_its_share_and_the_figure_shows_it(list_of_weeks):
    panels, settings = weeks_of.Figure(WEEKS), weeks_of.Settings(service=10, leaving=20)
    result = list_of_weeks.compute(settings)
    assert result.listed[2] == pytest.approx(1.1 * result.alone[2])
    panels.show(settings, result)
    assert [bar.get_height() for bar in panels._bars] == [result.seen, result.added]
    assert list(panels._listed.get_ydata()) == list(result.listed)
    assert list(panels._alone.get_ydata()) == list(result.alone)
    said = weeks_of.takeaway(settings, result, WEEKS)
    assert f"{result.seen:+.0f}%" in said


def test_every_corner_of_the_small_labs_lies_on_their_axes(list_of_weeks):
    for listed, service, leaving in product(weeks_of.LISTS, (0, 30), (0, 60)):
        found = list_of_weeks.compute(weeks_of.Settings(listed, service, leaving))
        assert weeks_of.PERCENT[0] < found.seen < weeks_of.PERCENT[1]
        assert weeks_of.VISITS[0] < found.alone.min() <= found.listed.max() < weeks_of.VISITS[1]
