"""Chapter 2's lab: what it computes is right, and every setting has a sensible sentence."""

import math
from dataclasses import replace
from importlib import import_module
from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import brentq

from course_utils.analysis import Response, average_roas, marginal_roas
from course_utils.cases.beauty_traffic import case
from course_utils.cases.beauty_traffic.world import CHANNELS, PAID, World, paid_roi, usual_spend

# The package shows a function of the same name, so the module has to be asked for.
mixer_of = import_module("course_utils.cases.beauty_traffic.budget_mixer")
LENSES, TOPS, Settings = mixer_of.LENSES, mixer_of.TOPS, mixer_of.Settings


@pytest.fixture(scope="module")
def tables():
    return {name: case.load(name) for name in ("search", "notes", "ads", "spend_test")}


@pytest.fixture(scope="module")
def mixer(tables):
    return mixer_of.Model(mixer_of.curves(tables), World().margin)


@pytest.fixture(scope="module")
def lab():
    return case.lab("mixer")


def corners():
    """Every lens with every channel at nothing, in the middle and at its top."""
    spends = [(0, top // 2, top) for top in TOPS.values()]
    for lens, mix in product(LENSES, product(*spends)):
        yield Settings(lens, *mix)


# The lenses ---------------------------------------------------------------------------------


def test_today_is_what_the_channels_cost_now():
    for name in CHANNELS:
        assert getattr(Settings(), name) == pytest.approx(usual_spend(World(), name), abs=5)


def test_last_click_and_reports_are_what_the_dashboards_say(tables):
    seen = mixer_of.seen_roi(tables)
    for place, channel in enumerate(PAID):
        rows = tables["ads"][tables["ads"]["channel"] == channel]
        for lens, column in (("last_click", "last_click"), ("reported", "reported")):
            revenue = rows[f"{column}_revenue"].sum()
            assert seen[lens][place] == pytest.approx(revenue / rows["spend"].sum())


def test_the_tests_come_near_this_worlds_rois(tables):
    found = mixer_of.seen_roi(tables)["incremental"][:2]
    wanted = [paid_roi(World())[channel] for channel in PAID]
    assert found == pytest.approx(wanted, rel=0.15)


def test_a_note_counts_once_and_a_page_gets_the_whole_rise_from_dashboards(tables):
    seen = mixer_of.seen_roi(tables)
    each = tables["notes"].drop_duplicates("note_id")
    notes, pages = CHANNELS.index("notes"), CHANNELS.index("pages")
    assert seen["last_click"][notes] == pytest.approx(
        World().visit_worth * each["visits"].sum() / each["cost"].sum()
    )
    assert seen["reported"][notes] > 1.5 * seen["incremental"][notes]
    rise, uplift = (seen[lens][pages] for lens in ("last_click", "incremental"))
    assert 2 < rise / uplift < 4


def test_each_curve_passes_through_its_lenss_roi_of_today(tables, mixer):
    for lens, rois in mixer_of.seen_roi(tables).items():
        for curve, roi, spend in zip(mixer.curves[lens], rois, Settings().spends, strict=True):
            assert average_roas(curve, spend) == pytest.approx(roi)


def test_all_lenses_see_the_same_bend(mixer):
    for place in range(len(CHANNELS)):
        assert len({round(mixer.curves[lens][place].half_saturation, 6) for lens in LENSES}) == 1


# The best mix -------------------------------------------------------------------------------


def filled(curves: list[Response], total: float) -> np.ndarray:
    """The best mix by filling all channels to one slope."""

    def spends(slope: float) -> np.ndarray:
        return np.array(
            [
                max(0, math.sqrt(c.capacity * c.half_saturation / slope) - c.half_saturation)
                for c in curves
            ]
        )

    return spends(brentq(lambda slope: spends(slope).sum() - total, 1e-9, 1e4))


@pytest.mark.parametrize("lens", LENSES)
@pytest.mark.parametrize("total", [200, 1_150, 2_430])
def test_the_best_mix_is_where_all_slopes_agree(mixer, lens, total):
    wanted = filled(mixer.curves[lens], total)
    if wanted.sum() > mixer.break_even(lens).sum():  # the rest isn't worth spending
        wanted = mixer.break_even(lens)
    assert mixer.best(lens, total).sum() == pytest.approx(wanted.sum())
    assert mixer.profit(lens, mixer.best(lens, total)) == pytest.approx(
        mixer.profit(lens, wanted), abs=2
    )
    assert mixer.best(lens, total) == pytest.approx(wanted, abs=12)


def test_nothing_spent_is_nothing_earned(mixer):
    numbers = mixer.compute(Settings("reported", 0, 0, 0, 0))
    assert numbers.best.sum() == 0
    shown = (numbers.yours_seen, numbers.yours_real, numbers.best_seen, numbers.best_real)
    assert shown == (0, 0, 0, 0)
    assert numbers.top_real > 0


def test_no_mix_beats_a_lenss_best_and_none_earns_more_than_the_tests_best(mixer):
    for settings in corners():
        numbers = mixer.compute(settings)
        assert numbers.yours_seen <= numbers.best_seen + 1
        assert numbers.best_real <= numbers.top_real + 1
        assert numbers.yours_real <= numbers.top_real + 1


def test_with_the_tests_for_a_lens_what_is_shown_is_real(mixer):
    numbers = mixer.compute(Settings("incremental", 300, 700, 200, 30))
    assert numbers.yours_seen == numbers.yours_real
    assert numbers.best_seen == numbers.best_real == numbers.top_real


def test_profit_is_margin_on_revenue_less_spend(mixer):
    spends = np.array([100.0, 200.0, 50.0, 20.0])
    sold = [
        c.capacity * s / (c.half_saturation + s)
        for c, s in zip(mixer.curves["reported"], spends, strict=True)
    ]
    assert mixer.profit("reported", spends) == pytest.approx(World().margin * sum(sold) - 370)


def test_dashboards_move_the_money_the_wrong_way(mixer):
    now, total = Settings().spends, Settings().spends.sum()
    search, douyin = (CHANNELS.index(name) for name in PAID)
    by_click, by_tests = mixer.best("last_click", total), mixer.best("incremental", total)
    assert by_click[search] > 3 * by_tests[search]
    assert by_click[douyin] < now[douyin] < by_tests[douyin] / 1.5
    real = {lens: mixer.profit("incremental", mixer.best(lens, total)) for lens in LENSES}
    assert real["last_click"] < mixer.profit("incremental", now) < real["incremental"]


def test_more_on_a_channel_beyond_its_break_even_earns_less(mixer):
    curve = mixer.curves["incremental"][0]
    spends = np.arange(0, 1_001, 50)
    profits = [mixer.compute(Settings("incremental", int(spend))).yours_real for spend in spends]
    worth_it = marginal_roas(curve, spends[1:]) >= 1 / World().margin
    assert (np.diff(profits)[marginal_roas(curve, spends[:-1]) < 1 / World().margin] < 0).all()
    assert (np.diff(profits)[worth_it] > 0).all()


# The shell ----------------------------------------------------------------------------------


def test_the_lens_moves_the_sentence_and_the_figure(lab):
    lab.buttons["reset"].click()
    shown = set()
    for lens in LENSES:
        lab.controls["lens"].value = lens
        assert lab.settings == replace(Settings(), lens=lens)
        shown.add((lab.text, bytes(lab.figure.live.image.value)))
    assert len({text for text, _ in shown}) == len({picture for _, picture in shown}) == 3


def test_a_preset_is_its_lenss_best_mix_of_today(lab, mixer):
    total = Settings().spends.sum()
    for lens in LENSES:
        preset = lab.presets[lens]
        assert preset.lens == lens
        assert preset.spends == pytest.approx(mixer.best(lens, total), abs=6)
    assert lab.presets["today"] == lab.start == Settings()


def test_every_corner_lies_on_the_axes(mixer):
    low, high = mixer_of.PROFITS
    for settings in corners():
        numbers = mixer.compute(settings)
        assert low < min(numbers[1:6]) <= max(numbers[1:6]) < high


def test_the_curves_and_dots_are_those_of_the_numbers(mixer):
    panels = mixer_of.Figure(case.words["lab"]["mixer"], mixer.curves)
    settings = Settings("reported", 300, 800, 200, 50)
    numbers = mixer.compute(settings)
    panels.show(settings, numbers)
    for place, (line, diamond, dots, _) in enumerate(panels._channels):
        curve = mixer.curves["reported"][place]
        assert line.get_ydata() == pytest.approx(curve.revenue(line.get_xdata()))
        assert diamond.get_xdata() == pytest.approx([numbers.best[place]])
        assert dots.get_ydata()[0] == pytest.approx(curve.revenue(settings.spends[place]))
    assert [bar.get_width() for bar in panels._bars] == pytest.approx(list(numbers[1:5]))


def test_up_to_the_break_even_the_next_yuan_earns_itself_back(mixer):
    for lens in LENSES:
        for curve, spend in zip(mixer.curves[lens], mixer.break_even(lens), strict=True):
            even = 1 / World().margin
            slope = marginal_roas(curve, spend)
            assert slope == pytest.approx(even) or (spend == 0 and slope < even)


def test_the_tables_are_not_changed_by_the_lab(tables):
    before = {name: frame.copy() for name, frame in tables.items()}
    mixer_of.curves(tables)
    for name, frame in tables.items():
        pd.testing.assert_frame_equal(frame, before[name])
