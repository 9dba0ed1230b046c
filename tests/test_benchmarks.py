"""What the benchmarks print and write, at tiny sizes; how fast anything is stands in no test."""

import importlib.util
import json
from types import SimpleNamespace

import pytest
from IPython.core.pylabtools import print_figure
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from nbformat import write as write_notebook
from nbformat.v4 import new_code_cell, new_notebook

from benchmarks import (
    brand,
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

FIELDS = ["name", "unit", "value", "peer", "peer_value", "failed", "ratio"]
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


def test_a_subject_that_fails_has_a_row_that_says_so_and_the_others_are_measured(capsys):
    def breaks():
        yield Row("before", "ms", 1.0, "peer", 2.0)
        raise ValueError("no such table\nand more")

    failing = SimpleNamespace(__name__="benchmarks.labs", rows=breaks)
    fine = SimpleNamespace(rows=lambda: [Row("after", "ms", 1.0, "peer", 2.0)])
    rows = table([failing, fine])
    assert [row.name for row in rows] == ["before", "benchmarks.labs", "after"]
    assert [row.failed for row in rows] == [False, True, False]
    assert rows[1].peer == "failed: ValueError: no such table"
    assert "no such table" in capsys.readouterr().out


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
    monkeypatch.setattr(labs, "lab_names", lambda: [("start_here", "tea")])
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
    pictures = [print_figure(figure, dpi=30) for figure in (first, second, draw(other))]
    assert pictures[0] == pictures[1] != pictures[2]


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


def test_without_mesa_its_rows_say_so(monkeypatch):
    without(monkeypatch, worlds, "mesa")
    said = [row for row in worlds.rows((210,), 1) if row.value is None]
    assert [row.peer for row in said] == ["mesa is not installed"]


def test_without_lifetimes_its_rows_say_so(monkeypatch):
    without(monkeypatch, orders, "lifetimes")
    said = [row for row in orders.rows((200,), 1) if row.value is None]
    assert [row.peer for row in said] == ["lifetimes is not installed"]


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
    canvas = FigureCanvasAgg(Figure(figsize=(2, 1)))
    canvas.draw()
    monkeypatch.setattr(live_figure, "two_panels", lambda moved: canvas)
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


def test_the_brands_loop_walks_the_same_year():
    world = brand.world_of(3)
    policy = brand.steady(world, brand.LAST_YEAR)
    assert brand.walk_by_month(world, policy) == pytest.approx(float(brand.worth(world, policy)))


def test_the_brand_is_measured_beside_loops(monkeypatch):
    monkeypatch.setattr(brand, "CLASS", 3)
    without(monkeypatch, brand, "mesa")
    *loops, agents = brand.rows(years=5, repeats=2)
    assert_measured(loops)
    assert agents.peer == "mesa is not installed"
