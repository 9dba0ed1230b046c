"""What the benchmarks print and write, at tiny sizes; how fast anything is stands in no test."""

import importlib.util
import json
import math
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from IPython.core.pylabtools import print_figure
from nbformat import write as write_notebook
from nbformat.v4 import new_code_cell, new_notebook

from benchmarks import (
    imports,
    labs,
    live_figure,
    notebooks,
    orders,
    screen,
    session,
    worlds,
)
from benchmarks.__main__ import line, table, write
from benchmarks.measure import Row, milliseconds
from benchmarks.visits_by_day import draw_by_day
from course_utils.cases.appliance_page.world import draw_visits

FIELDS = ["name", "unit", "value", "peer", "peer_value", "ratio"]
LABS = labs.lab_names()
VISITS = 42_000  # a whole number every day


def assert_measured(rows):
    for row in rows:
        assert list(row.as_json()) == FIELDS
        assert row.value > 0
        assert row.peer_value > 0


def without(monkeypatch, module, library):
    """Make a module believe that a library is not installed."""

    def find_spec(name):
        return None if name == library else importlib.util.find_spec(name)

    monkeypatch.setattr(module, "find_spec", find_spec)


# The table


def test_the_ratio_says_how_many_times_less_than_the_peer():
    assert Row("pixels", "ms", 5.0, "peer", 40.0).ratio == 8.0
    assert Row("memory", "MB", 300.0, "peer", 150.0).ratio == 0.5


def test_a_row_without_values_is_printed_and_written_as_such(capsys, tmp_path):
    subject = SimpleNamespace(rows=lambda: [Row("key to screen", "ms", None, "no browser", None)])
    rows = table([subject])
    assert "no browser" in capsys.readouterr().out
    write(rows, tmp_path / "results.json")
    (written,) = json.loads((tmp_path / "results.json").read_text())
    assert list(written) == FIELDS
    assert [written[name] for name in ("value", "peer_value", "ratio")] == [None] * 3


def test_the_columns_of_the_table_stand_under_each_other():
    short, long = Row("a", "ms", 1.5, "b", 12.0), Row("a long name", "times", 1500.0, "c", 300.0)
    ends = {
        line(row).index(f"{row.ratio:.1f} x") + len(f"{row.ratio:.1f}") for row in (short, long)
    }
    assert len(ends) == 1


def test_a_time_is_the_median_of_calls_that_were_warmed_up():
    called = []
    assert milliseconds(called.append, "abc") >= 0
    assert called == ["a", "a", "b", "c"]


# The subjects


def test_a_lab_is_measured_beside_its_peer(monkeypatch):
    monkeypatch.setattr(labs, "lab_names", lambda: LABS[:1])
    assert_measured(labs.rows(places=2))


def test_every_lab_of_every_case_has_a_row(monkeypatch):
    monkeypatch.setattr(labs, "milliseconds", lambda act, moves: float(len(moves)))
    rows = labs.rows(places=2)
    assert_measured(rows)
    assert [row.name.split()[-1] for row in rows] == [".".join(lab) for lab in LABS]


@pytest.mark.parametrize("case, name", LABS)
def test_the_peer_of_a_lab_draws_a_new_figure_of_the_same_picture(case, name):
    lab = labs.load_lab(case, name)
    draw = labs.drawn_anew(lab)
    other = next(move for move in labs.moves_of(lab, 2) if move != lab.start)
    first, second = draw(lab.start), draw(lab.start)
    assert first is not second
    assert print_figure(first) == print_figure(second)
    assert print_figure(first) != print_figure(draw(other))


@pytest.mark.parametrize("case, name", LABS)
def test_moves_take_each_control_alone_to_both_its_ends_or_to_every_option(case, name):
    lab = labs.load_lab(case, name)
    moves = list(labs.moves_of(lab, 5))
    for key, control in lab.controls.items():
        ends = {control.min, control.max} if hasattr(control, "min") else {True, False}
        if hasattr(control, "options"):
            ends = {value for _, value in control.options}
        assert ends <= {getattr(move, key) for move in moves}
    for move in moves:
        changed = [key for key in lab.controls if getattr(move, key) != getattr(lab.start, key)]
        assert len(changed) <= 1


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


def test_without_mesa_its_rows_say_so(monkeypatch):
    without(monkeypatch, worlds, "mesa")
    said = [row for row in worlds.rows((210,), 1) if row.value is None]
    assert [row.peer for row in said] == ["mesa is not installed"]


def draw_by_agent(world, rng):
    pytest.importorskip("mesa")
    from benchmarks.visits_by_agent import draw_by_agent

    return draw_by_agent(world, rng)


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
    pytest.importorskip("lifetimes")
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


def test_without_lifetimes_its_rows_say_so(monkeypatch):
    without(monkeypatch, orders, "lifetimes")
    said = [row for row in orders.rows((200,), 1) if row.value is None]
    assert [row.peer for row in said] == ["lifetimes is not installed"]


@pytest.mark.parametrize("peer", [orders.by_pandas, orders.by_lifetimes])
def test_the_peers_make_the_same_summary(peer):
    if peer is orders.by_lifetimes:
        pytest.importorskip("lifetimes")
    table = orders.orders_of(3_000)
    pd.testing.assert_frame_equal(peer(table), orders.summary(table), check_dtype=False)


def test_the_peak_of_a_kernel_is_seen_though_it_passed(tmp_path):
    hungry = "block = b'x' * 400_000_000\nimport time\ntime.sleep(0.2)\ndel block"
    cells = [new_code_cell(hungry), new_code_cell("1 + 1")]
    write_notebook(new_notebook(cells=cells), tmp_path / "hungry.ipynb")
    seconds, memory = rows = notebooks.rows(tmp_path, repeats=1)
    assert_measured(rows)
    assert (seconds.unit, memory.unit) == ("s", "MB")
    assert memory.value > 400


def test_an_import_is_timed_on_top_of_pandas_and_pyplot():
    assert_measured(imports.rows(["start_here"], repeats=1))


def test_encodings_have_rows(monkeypatch):
    monkeypatch.setattr(live_figure, "TIMES", 1)
    assert_measured(live_figure.rows())


@pytest.mark.parametrize("library", ["playwright", "chromium"])
def test_without_a_browser_every_lab_says_so(monkeypatch, library):
    without(monkeypatch, screen, library)
    monkeypatch.setattr(screen.shutil, "which", lambda name: "/nowhere/chromium")
    rows = screen.rows()
    assert [row.name.split()[-1] for row in rows] == [".".join(lab) for lab in LABS]
    rows += session.rows()
    assert all(row.value is None and row.peer == "Chromium is not installed" for row in rows)
