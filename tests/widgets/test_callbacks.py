"""A failing callback says so on the page, in every box of the course."""

import ast
from pathlib import Path

import ipywidgets as widgets
import pytest

from course_utils.widgets.callbacks import guarded

PACKAGE = Path(__file__).parents[2] / "course_utils"


def test_what_fails_is_said_in_the_reply():
    reply = widgets.HTML()

    def fails(_):
        raise RuntimeError("<b>the disk is gone</b>" + 1_000 * "x")

    guarded(fails, reply)(None)
    assert "That could not be done (RuntimeError: &lt;b&gt;the disk is gone" in reply.value
    assert len(reply.value) < 1_000


def test_what_goes_well_says_nothing_of_its_own():
    reply, seen = widgets.HTML("as it was"), []
    guarded(seen.append, reply)(3)
    assert (seen, reply.value) == ([3], "as it was")


def registered_callbacks():
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(ast.Attribute(attr="on_click" | "observe"), [callback, *_]):
                    if not isinstance(callback, ast.Constant):  # as in @traitlets.observe("value")
                        where = f"{path.relative_to(PACKAGE).as_posix()}:{node.lineno}"
                        yield pytest.param(callback, id=where)


@pytest.mark.parametrize("callback", [*registered_callbacks()])
def test_every_callback_is_guarded(callback):
    assert isinstance(callback, ast.Call)
    assert isinstance(callback.func, ast.Name)
    assert callback.func.id == "guarded"
