"""A lesson of chapter 3 from `present` to the reveals, worked by an instructor."""

import os
import re
import runpy
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")

from playwright.sync_api import BrowserContext, Page

from course_utils.course import course
from course_utils.exercises.numerals import written
from tests.classes import code_of

from .lab_page import SLIDE, BoardOnPage
from .server import ROOT

PROJECTOR = {"width": 1280, "height": 720}
MOST = 120  # slides
EXPORTS = ROOT / "build" / "slides" / "03" / "class"
ADDRESS = re.compile(r"http://127\.0\.0\.1\S+token=\w+")
ACTIVE = ".jp-Deck .jp-Cell.jp-mod-active"
LEFT = f"before => ![null, before].includes(document.querySelector('{ACTIVE}'))"
IDLE = "() => document.querySelector('[data-status=idle]')"


class Lesson:
    """The slides on the projector and the notes on the instructor's own screen."""

    def __init__(self, slides: Page) -> None:
        self.slides = slides
        with slides.context.expect_page() as opened:
            slides.keyboard.press("Alt+n")
        self.notes = opened.value
        self.notes.wait_for_selector(".course-now", state="attached")

    @property
    def cell(self) -> str:
        """The text of the cell that is on: Space goes from cell to cell."""
        return self.slides.locator(ACTIVE).inner_text()

    @property
    def noted(self) -> str:
        """The heading in the notes that goes with the slide."""
        return self.notes.locator(".course-now + :is(h2, h3)").inner_text()

    def go_on(self, to: str) -> None:
        """Press Space until a cell has this; run what imports and what makes a lab."""
        for _ in range(MOST):
            before = self.slides.locator(ACTIVE).element_handle()
            self.slides.keyboard.press("Space")
            self.slides.wait_for_function(LEFT, arg=before)
            here = self.cell
            if "import" in here.partition("\n")[0] or "case.lab(" in here:
                self.slides.keyboard.press("Shift+Enter")
                self.slides.wait_for_timeout(300)  # until the kernel has begun
                self.slides.wait_for_function(IDLE)
            if to in here:
                return
        raise AssertionError(f"No cell has {to}.")

    def board(self) -> BoardOnPage:
        """The board on the slide."""
        found = self.slides.locator(".jp-Deck .jp-deck-mod-visible .course-board")
        return BoardOnPage(self.slides, found)


@pytest.fixture(scope="module")
def lesson(context: BrowserContext) -> Iterator[Lesson]:
    """Chapter 3 as `python3 start.py present 3` opens it."""
    with presented("3") as address:
        slides = context.new_page()
        slides.set_viewport_size(PROJECTOR)
        slides.goto(address)
        slides.wait_for_selector("body[data-jp-deck-mode=presenting] .jp-Deck .jp-mod-active")
        slides.wait_for_function(IDLE)
        yield Lesson(slides)
        slides.close()


@contextmanager
def presented(chapter: str) -> Iterator[str]:
    """The address at which the slides of a chapter wait for a browser."""
    start = runpy.run_path(str(ROOT / "start.py"))
    if not start["is_ready"](start["COURSE_LOCK"]):
        pytest.skip("the course is not set up here: python3 start.py sets it up")
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("COURSE", "PYTHON"))}
    command = [sys.executable, "start.py", "present", chapter, "--no-browser"]
    server = subprocess.Popen(
        command,
        cwd=ROOT,
        env=inherited,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert server.stdout
        yield next(found[0] for line in server.stdout if (found := ADDRESS.search(line)))
    finally:
        server.terminate()
        server.communicate()


def test_a_lesson_from_the_first_slide_to_the_last_reveal(lesson: Lesson) -> None:
    case = course.chapters[3].case()
    slides = lesson.slides

    # The notes begin with the lesson and tell the time.
    assert lesson.noted.startswith("The brief")
    assert re.match(r"00:00:\d\d · The brief: minutes 0 to \d", lesson.notes.inner_text("header"))

    # A live round: guess, paste, reveal, export.
    lesson.go_on(to="import course")
    assert lesson.noted == "Lab: The experiment desk"
    round = lesson.board()
    assert "one number: 1" in round.take_in("Li: 50\n10:02 王芳：5\nZhao 26\nQian: 20-30")
    assert "It is" not in round.root.inner_text()
    assert "nearest: Zhao" in round.reveal()
    assert slides.evaluate(SLIDE) == []
    files = round.export()
    assert {Path(name).suffix for name in files} == {".csv", ".png"}
    assert (EXPORTS / "round_peeker.csv").read_text("utf-8-sig").count("\n") == 4

    # The lab behind it, at the preset that was asked for.
    lesson.go_on(to="case.lab(")
    assert case.rounds["peeker"].said not in lesson.cell
    slides.get_by_role("button", name=case.rounds["peeker"].preset).click()
    slides.locator(".course-lab").get_by_text(case.rounds["peeker"].said).wait_for()

    # To the notebook, and back to the same slide.
    slides.keyboard.press("Alt+p")
    slides.wait_for_selector("body:not([data-jp-deck-mode=presenting])", state="attached")
    slides.keyboard.press("Alt+p")
    slides.wait_for_selector("body[data-jp-deck-mode=presenting] .course-lab")

    # The class board: codes out of a chat, one verdict after the other.
    lesson.go_on(to="The class")
    lesson.go_on(to="import course")
    assert lesson.noted.startswith("Quiz and close")
    board = lesson.board()
    truth = case.truth("lasting_effect")
    chat = [f"T{n}: {code_of(case, truth - n - 0.5, truth - n + 3.5, n % 2)}" for n in range(9)]
    assert "New: 9. On the board: 9." in board.take_in("\n".join([*chat, chat[0], chat[1][:40]]))
    assert slides.evaluate(SLIDE) == []
    assert f"The truth is {written(truth)}: 4 of 9 hold it" in board.reveal()
    assert slides.evaluate(SLIDE) == []
    assert len(board.export()) == 2
    assert (EXPORTS / "class_3.csv").read_text("utf-8-sig").count("\n") == 10
