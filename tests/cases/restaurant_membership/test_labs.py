"""Chapter 5's lab: it knows what the tests measured, and every setting has a sensible sentence."""

from importlib import import_module
from itertools import product

import numpy as np
import pandas as pd
import pytest

from course_utils.cases.restaurant_membership import case
from course_utils.cases.restaurant_membership.membership_model import SCHEMES, Programme, live_year
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
        yield Programme(edge, coupon, scheme, top)


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
    programme = Programme(240, 15, "ladder", 3)
    year = designer.compute(programme)
    said = designer_of.takeaway(programme, year, WORDS)
    for part in (
        "15 yuan for every 240",
        "the ladder",
        "top 3%",
        f"{100 * year.members:.0f}% are members",
        f"{year.seen.sum() / 1e6:.1f} million",
        f"earns {year.profit / 1e6:.2f} million",
        f"to {100 * year.repurchase[1]:.1f}%",
        f"{year.owed_face[-1] / 1e3:,.0f} thousand",
        f"{year.value.sum() / designer_of.CUSTOMERS:,.0f} yuan in three years",
    ):
        assert part in said


def test_the_artists_are_those_of_the_numbers(designer):
    panels = designer_of.Figure(WORDS)
    programme = Programme(160, 25, "gift", 4)
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
    year, again = lab.model.compute(Programme()), live_year(Programme(), held._base, held._effects)
    assert year.profit == again.profit
