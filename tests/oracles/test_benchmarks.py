"""What the benchmarks set beside the course makes the same tables, at tiny sizes."""

import math

import numpy as np
import pandas as pd
import pytest

from benchmarks import orders, worlds
from benchmarks.visits_by_agent import draw_by_agent
from benchmarks.visits_by_day import draw_by_day
from course_utils.cases.appliance_page.world import draw_visits

VISITS = 42_000  # a whole number every day


def assert_measured(rows):
    for row in rows:
        assert row.value > 0
        assert row.peer_value > 0


def test_worlds_are_drawn_beside_both_peers_and_their_growth_is_told():
    rows = worlds.rows(sizes=(210, 420), repeats=1)
    assert_measured(rows)
    assert len(rows) == 5
    assert rows[-1].peer_value == 2


def test_a_scaled_time_says_so(monkeypatch):
    monkeypatch.setattr(worlds, "MESA_AT_MOST", 210)
    measured, scaled = (row for row in worlds.rows((210, 420), 1) if "mesa" in row.peer)
    assert "times" not in measured.peer
    assert "2 times its 210" in scaled.peer


@pytest.mark.parametrize("draw", [draw_by_day, draw_by_agent])
def test_the_peers_draw_the_same_world(draw):
    world = worlds.world_of(VISITS)
    ours = draw_visits(world, np.random.default_rng(1)).drop(columns="session_id")
    theirs = draw(world, np.random.default_rng(2))
    assert list(theirs.columns) == list(ours.columns)
    assert set(theirs["date"]) == set(ours["date"])
    for page in ("old", "new"):
        one, other = (frame[frame["page"] == page] for frame in (ours, theirs))
        assert len(one) == len(other)
        for column in ("bounces", "buys", "buys_on_old", "buys_on_new", "stay"):
            a, b = one[column].astype(float), other[column].astype(float)
            error = math.sqrt((a.var() + b.var()) / len(a))
            assert abs(a.mean() - b.mean()) < 5 * error


def test_summaries_stand_beside_both_peers_and_their_growth_is_told(monkeypatch):
    monkeypatch.setattr(orders, "LIFETIMES_AT_MOST", 200)
    rows = orders.rows(sizes=(200, 400), repeats=1)
    assert_measured(rows)
    assert [row.peer for row in rows] == [
        "lifetimes",
        "pandas, groupby",
        "lifetimes, 2 times its 200",
        "pandas, groupby",
        "growth of the orders",
    ]
    assert rows[-1].peer_value == 2


@pytest.mark.parametrize("peer", [orders.by_pandas, orders.by_lifetimes])
def test_the_peers_make_the_same_summary(peer):
    table = orders.orders_of(3_000)
    pd.testing.assert_frame_equal(peer(table), orders.summary(table), check_dtype=False)
