"""The debrief and the class: pictures that draw, sentences that say what is so."""

import re

import numpy as np
import pytest

from course_utils.cases.one_brand.classroom import Classroom
from course_utils.cases.one_brand.debrief import Debrief, move_said
from course_utils.cases.one_brand.dials import SAID, Dials, Month, as_months
from course_utils.cases.one_brand.players import (
    careful_year,
    grow_orders,
    handout,
    last_years,
    play,
)
from course_utils.cases.one_brand.reports import Played
from course_utils.cases.one_brand.runs import head, packed
from course_utils.cases.one_brand.score import Move, costliest, lines_of, score_of
from course_utils.cases.one_brand.year import DIALS, world_of
from course_utils.figures.picture import Picture
from tests.cases.one_brand.test_year import some_policies

NUMBER = 3
WORLD = world_of(NUMBER)


def test_a_debrief_shows_its_pictures_and_says_what_they_show():
    debrief = Debrief(play(WORLD, handout))
    for picture in (debrief.lines(), debrief.luck_and_skill(), debrief.regret()):
        assert isinstance(picture, Picture)
        assert picture.png.startswith(b"\x89PNG")
        assert not re.search(r"[{}]|nan", picture.words)
    for said in (debrief.summary(), debrief.moves(), debrief.when()):
        assert not re.search(r"[{}]|nan", said.text)


def test_the_summary_says_the_score_and_what_the_others_get():
    played = play(WORLD, handout)
    score = score_of(played)
    text = Debrief(played).summary().text
    careful = lines_of(WORLD)["careful"].score
    assert f"{100 * score.score:.0f}% of the way" in text
    assert f"who knew what you knew, went {100 * careful:.0f}%" in text


def test_research_is_said_to_be_none_little_enough_or_too_much():
    def said(*bought):
        months = tuple(Month(Dials(), bought[m] if m < len(bought) else ()) for m in range(12))
        return Debrief(Played(WORLD, months)).on_research()

    assert said().startswith("You bought no test")
    assert "unbought" in said(("price",))
    assert "more than twice" in said(*[("price", "page")] * 8)
    theirs = Debrief(careful_year(WORLD)).on_research()
    assert theirs.startswith("You paid") and "more than twice" not in theirs


def test_every_costly_move_of_many_years_has_its_sentence():
    kinds = set()
    for policy in some_policies(WORLD, 40):
        played = Played(WORLD, tuple(as_months(policy)))
        for move in costliest(played):
            said = move_said(played, move)
            assert not re.search(r"[{}]|nan", said)
            kinds.add(move.dial)
    assert len(kinds) >= 4


@pytest.mark.parametrize(
    ("dial", "yours", "best", "start"),
    [
        ("search", 100_000, 20_000, "you kept paying for customers who were coming"),
        ("search", 0, 20_000, "you left customers to others"),
        ("social", 100_000, 20_000, "you paid for reach"),
        ("social", 0, 20_000, "you stopped short"),
        ("price", 29, 45, "you paid for bargain hunters"),
        ("price", 79, 45, "you asked too much"),
        ("page", 0, 1, "you stayed with the old page"),
        ("page", 1, 0, "you kept up a page"),
        ("recall", 0, 5, "you let customers go"),
        ("recall", 3, 5, "you called the wrong people"),
        ("membership", 0, 2, "you rewarded nobody"),
        ("membership", 6, 2, "you gave back too much or too little"),
    ],
)
def test_a_move_is_named_as_a_slip_is(dial, yours, best, start):
    policy = play(WORLD, handout).policy.copy()
    policy[:, DIALS.index(dial)] = yours
    played = Played(WORLD, tuple(as_months(policy)))
    assert start in move_said(played, Move(dial, 3, 8, yours, best, 123_456.0))


def test_the_last_click_flatters_more_than_a_switch_off():
    played = play(WORLD, grow_orders)
    said = move_said(played, Move("search", 1, 12, 160_000, 20_000, 1e6))
    marginal, roi = re.search(r"last yuan sold (-?[\d.]+).*said (-?[\d.]+)\.$", said).groups()
    assert float(marginal) < float(roi)


# The class ------------------------------------------------------------------------------------


def history(played, number=NUMBER):
    return head(number) + "".join(map(packed, played.months))


def a_class(count):
    rng = np.random.default_rng(1)
    players = [last_years, handout, grow_orders]
    found = {}
    for place in range(count):
        months = list(play(WORLD, players[place % 3]).months)
        for month in rng.integers(0, 12, 3):
            dials = months[month].dials.turned(price=int(rng.integers(29, 80)))
            months[month] = Month(dials, ("price",) if place % 2 else ())
        found[f"trainee {place}"] = history(Played(WORLD, tuple(months)))
    return found


def test_a_class_has_the_scores_that_each_of_it_has_alone():
    room = Classroom.of(a_class(6))
    table = room.table().set_index("name")
    for name, played in room.years.items():
        score = score_of(played)
        row = table.loc[name]
        assert row["score"] == pytest.approx(score.score)
        assert row["luck"] == pytest.approx(score.luck)
        assert row["research"] == pytest.approx(score.research_paid)
        assert row["costliest"] == (score.moves[0].dial if score.moves else "")
    for picture in (room.fan(revealed=True), room.research_and_regret(), room.skill_and_luck()):
        assert not re.search(r"[{}]|nan", picture.words)
    assert room.common_moves()["trainees"].sum() == sum(
        len(score_of(p).moves) for p in room.years.values()
    )


def test_who_is_elsewhere_or_under_way_is_named_and_not_mixed_in():
    histories = a_class(3)
    histories["far"] = history(play(world_of(9), handout), 9)
    histories["slow"] = histories["trainee 0"][:-8]
    histories["old"] = "00" + histories["trainee 0"][2:]
    room = Classroom.of(histories)
    assert set(room.elsewhere) == {"far", "old"}
    assert room.under_way == ("slow",)
    assert len(room.years) == 3
    assert Classroom.of({}).table().empty


def test_every_dashboard_has_a_name_in_the_summary():
    assert "{last_click" in SAID["debrief"]["others"]
