"""From a key on a slider to the new picture on screen, in JupyterLab in headless Chromium."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from benchmarks.labs import lab_names
from benchmarks.measure import Row
from tests.browser.server import jupyterlab

PAGE = "page.ipynb"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
VIEW = {"width": 1440, "height": 900}
ROUNDS = 3

ROUND_TRIP = "from benchmarks.on_page import show_round_trip\nshow_round_trip()"
LAB = "from benchmarks.labs import load_lab\nload_lab({!r}, {!r})"
ANEW = "%matplotlib inline\nfrom benchmarks.on_page import show_anew\nshow_anew({!r}, {!r})"

# Milliseconds from the next key to the frame that shows what the key did: something in the cell
# that `changing` selects got another source, another content, or took the place of what was there.
UNTIL_PAINTED = """(cell, changing) => new Promise(painted => {
  let pressed;
  addEventListener("keydown", () => { pressed = performance.now(); }, {capture: true, once: true});
  const isIn = change => change.target.closest(changing)
    || [...change.addedNodes].some(node => node.querySelector?.(changing));
  const observer = new MutationObserver(async changes => {
    if (pressed === undefined || !changes.some(isIn)) return;
    observer.disconnect();
    await Promise.all([...cell.querySelectorAll("img")].map(image => image.decode()));
    requestAnimationFrame(() => setTimeout(() => painted(performance.now() - pressed)));
  });
  observer.observe(cell, {subtree: true, childList: true, attributeFilter: ["src"]});
})"""
WATCH = f"(cell, changing) => {{ window.painted = ({UNTIL_PAINTED})(cell, changing); }}"
# A key that changes nothing shall be an error, and not wait for ever.
PAINTED = """() => Promise.race([
  window.painted,
  new Promise((_, fail) => setTimeout(() => fail(new Error('no new picture')), 20_000)),
])"""


def rows(moves: int = 15) -> list[Row]:
    """Two rows a lab: beside `interact` with inline figures, and beside the bare round trip."""
    labs = lab_names()
    sources = [ROUND_TRIP] + [source.format(*lab) for lab in labs for source in (LAB, ANEW)]
    with chromium() as browser:
        if browser is None:
            return [_row(lab, None, "Chromium is not installed", None) for lab in labs]
        with opened(browser, sources) as notebook:
            return list(_measured(notebook, labs, moves))


def _measured(notebook: Any, labs: list[tuple[str, str]], moves: int) -> Iterator[Row]:
    for place, lab in enumerate(labs):
        sides = [(0, ".widget-html-content"), (2 * place + 1, "img"), (2 * place + 2, "img")]
        times: list[list[float]] = [[], [], []]
        for _ in range(ROUNDS):  # so that what else the machine does meets all three alike
            for kept, side in zip(times, sides, strict=True):
                kept += _move_times(notebook, *side, moves // ROUNDS)
        round_trip, ours, anew = map(median, times)
        yield _row(lab, ours, "interact: the figure anew, inline", anew)
        yield _row(lab, ours, "bare round trip of a text", round_trip)


def _row(lab: tuple[str, str], value: float | None, peer: str, peer_value: float | None) -> Row:
    return Row(f"key to screen, {'.'.join(lab)}", "ms", value, peer, peer_value)


def _move_times(notebook: Any, place: int, changing: str, moves: int) -> list[float]:
    """Milliseconds of moves to and fro of a cell's first slider, by keyboard."""
    cell = notebook.page.locator(".jp-Notebook .jp-Cell").nth(place)
    cell.scroll_into_view_if_needed()
    cell.locator(changing).first.wait_for(state="attached")
    cell.get_by_role("slider").first.press("Home")  # some sliders stand at their end
    notebook.settle()
    keys = islice(cycle(["ArrowRight", "ArrowLeft"]), 2 + moves)
    return [_move(notebook, cell, changing, key) for key in keys][2:]  # the first two warm it up


def _move(notebook: Any, cell: Any, changing: str, key: str) -> float:
    cell.evaluate(WATCH, changing)
    notebook.page.keyboard.press(key)
    milliseconds = notebook.page.evaluate(PAINTED)
    notebook.settle()
    return milliseconds


@contextmanager
def chromium() -> Iterator[Any]:
    """The machine's Chromium, or else Playwright's own; None where there is neither."""
    if not find_spec("playwright"):
        yield None
        return
    from playwright.sync_api import Error, sync_playwright

    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
        except Error:
            yield None
            return
        yield browser
        browser.close()


@contextmanager
def opened(browser: Any, sources: list[str]) -> Iterator[Any]:
    """A notebook of these cells, open in JupyterLab, all of them run."""
    from tests.browser.lab_page import NotebookPage  # it needs Playwright

    cells = [new_code_cell(source) for source in sources]
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": KERNEL}), home / PAGE)
        with jupyterlab(home, home) as server:
            notebook = NotebookPage(browser.new_context(viewport=VIEW), server.address(PAGE))
            notebook.command("notebook:run-all-cells")
            notebook.settle()
            yield notebook
