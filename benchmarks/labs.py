"""From settings to new pixels, in Python: each lab beside the same figure drawn anew.

The peer does what `ipywidgets.interact` makes a function do at each move: it builds the figure from
nothing, by the lab's own matplotlib calls, and lets IPython print it as it prints every inline
figure, at half the lab's resolution.
"""

import importlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from inspect import signature
from typing import Any
from unittest.mock import patch

import ipywidgets as widgets
from IPython.core.pylabtools import print_figure
from matplotlib.figure import Figure

from benchmarks.measure import Row, milliseconds
from course_utils.authoring.data import case_names
from course_utils.cases.case import Case
from course_utils.widgets.lab import Lab


def rows(places: int = 5) -> list[Row]:
    """A row a lab: the median over moves of all its controls, each to this many places."""
    return [_row(case, name, places) for case, name in lab_names()]


def _row(case: str, name: str, places: int) -> Row:
    lab = load_lab(case, name)
    draw = drawn_anew(lab)
    moves = list(moves_of(lab, places))
    value = milliseconds(lab.jump, moves)
    peer = milliseconds(lambda settings: print_figure(draw(settings), base64=True), moves)
    return Row(f"settings to pixels, {case}.{name}", "ms", value, "interact: the figure anew", peer)


def lab_names() -> list[tuple[str, str]]:
    """Every lab: the name of its case, and its own."""
    return [(case, name) for case in case_names() for name in load_case(case).labs]


def load_case(case: str) -> Case:
    """The case of this name."""
    return importlib.import_module(f"course_utils.cases.{case}").case


def load_lab(case: str, name: str) -> Lab:
    """The lab of this name, as a notebook shows it."""
    return load_case(case).lab(name)


def moves_of(lab: Lab, places: int) -> Iterator[Any]:
    """Settings that differ from the lab's start in one control, from end to end of each."""
    for name, control in lab.controls.items():
        for value in _values(control, places):
            yield replace(lab.start, **{name: value})


def _values(control: widgets.Widget, places: int) -> list[Any]:
    if isinstance(control, widgets.Checkbox):
        return [True, False]
    if isinstance(control, widgets.ToggleButtons):
        return [value for _, value in control.options]
    steps = round((control.max - control.min) / control.step)
    return [control.min + control.step * (steps * i // (places - 1)) for i in range(places)]


def drawn_anew(lab: Lab) -> Callable[[Any], Figure]:
    """A function from settings to a new figure, equal to the one that the lab moves.

    A figure is made of the lab's words and of what it keeps under the argument's name, as `_name`.
    """
    kind: Any = type(lab.figure)
    made_of = {
        name: getattr(lab.figure, f"_{name}", lab.words) for name in signature(kind).parameters
    }

    def draw(settings: Any) -> Figure:
        with patch(f"{kind.__module__}.LiveFigure", _PlainFigure):
            figure = kind(**made_of)
        figure.show(settings, lab.model.compute(settings))
        return figure.live.figure

    return draw


class _PlainFigure:
    # Stands in for the live figure, so that making a picture costs matplotlib's work alone.
    def __init__(self, figure: Figure, moving: object, *, alt: str) -> None:
        self.figure = figure
