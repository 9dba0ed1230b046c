"""The slides of a chapter: its source, cut into pieces that fit a projector.

A heading, a new cell of text, and each piece of code with the text before it begin a slide. What
does not fit is cut between paragraphs. How high a piece of code becomes is known from the outputs
stored in the trainee's notebook.
"""

import ast
import base64
import re
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from course_utils.authoring import words
from course_utils.authoring.guide import GUIDES, closes_section, lab_id, lab_in, section_id
from course_utils.authoring.notebooks import write
from course_utils.cases.case import Case
from course_utils.course.chapters import NOTEBOOKS, ROOT
from course_utils.course.editions import ASKS, case_of, name_cells, read_source

SLIDES = ROOT / "build" / "slides"  # a folder for each chapter

COURSE = "from course_utils.course import course\n"

# Pixels on a projector of 1280 × 720, at the sizes that the style sheet of the slides sets.
ROOM = 645
PICTURE = 1.2  # how much larger than in the notebook a picture is shown
LETTERS = 82  # of text, in a line
LETTERS_OF_HEADING = 42
HEADING, LINE, GAP = 64, 34, 14
CODE_LINE, TABLE_ROW, BAR = 26, 32, 24
FEEDBACK = 130
SQUEEZED = 40
WIDOW = 100  # less than this is lost on a slide of its own

LIST = re.compile(r"[-*] |\d+\. ")

FOLDED = {"jupyter": {"source_hidden": True}}
ALONE = {"case.lab(", "course.progress(", "course.glossary("}  # what fills a slide
SHOWS = {"lab", "quiz", "progress", "target", "reveal"}  # what a case shows by itself
STEPS = {"check", "verdict", "decide"}  # what a trainee answers


def slides(notebook: NotebookNode, stored: NotebookNode) -> NotebookNode:
    """A source's notebook as a slide show; `stored` is the trainee's notebook with its outputs."""
    outputs = {cell.id: cell.get("outputs", []) for cell in stored.cells}
    deck = _Deck(case_of(notebook), sections=sum(map(closes_section, notebook.cells)))
    for cell in notebook.cells:
        if "instructor" in cell.metadata.get("tags", []):
            deck.add_note(cell)
        elif cell.cell_type == "markdown":
            deck.add_text(cell.source)
        else:
            deck.add_code(cell, outputs.get(cell.id, []))
    deck.flush()
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    if any("case.progress(" in source for source in code):  # it shows the code to send
        deck.add_board()
    notebook.cells = deck.cells
    name_cells(notebook)
    return notebook


class _Deck:
    """Slides in the making: text waits for the code that it stands above."""

    def __init__(self, case: Case, sections: int) -> None:
        self.cells: list[NotebookNode] = []
        self._case = case
        self._last_section = sections - 1
        self._section = 0
        self._begins = True  # the first slide of a section has the section's notes
        self._notes = section_id(0)  # where in the guide the notes for a slide are
        self._text: list[str] = []

    def add_note(self, cell: NotebookNode) -> None:
        """An instructor's note, which is on no slide."""
        if closes_section(cell):
            self.flush()
            self._section = min(self._section + 1, self._last_section)
            self._begins, self._notes = True, section_id(self._section)
        cell.metadata.slideshow = {"slide_type": "notes"}
        self.cells.append(cell)

    def add_text(self, source: str) -> None:
        """A cell of text."""
        self.flush()
        self._text = _blocks(source)

    def add_code(self, cell: NotebookNode, outputs: list[NotebookNode]) -> None:
        """A piece of code with the text above it; a lab's rounds come before it."""
        before, beside = _split(self._text, ROOM - _look_of(cell, outputs))
        self._text = before
        self.flush()
        lab = lab_in(self._case, cell.source)
        notes = lab_id(lab) if lab else ""
        for round in _rounds(self._case, lab):
            self._show(round, notes=notes)
        beside_it = [new_markdown_cell("\n\n".join(beside))] if beside else []
        self._show(*beside_it, cell, notes=notes)
        if "case.quiz(" in cell.source:  # as a whole it is higher than a slide
            cell.source = "quiz = case.quiz()"
            for number in range(1, len(self._case.words["quiz"]) + 1):
                self._show(new_code_cell(f"quiz.question({number})", metadata=FOLDED))

    def add_board(self) -> None:
        """What a class sends its instructor at the end, and where it is looked at."""
        self.add_text(words.the_class)
        self.flush()
        call = f"{COURSE}course.board({self._case.book.chapter})"
        self._show(new_code_cell(call, metadata=FOLDED))

    def flush(self) -> None:
        """Show the text that waits, without code below it."""
        for page in _pages(self._text):
            self._show(new_markdown_cell("\n\n".join(page)))
        self._text = []

    def _show(self, *pieces: NotebookNode, notes: str = "") -> None:
        pieces[0].metadata.slideshow = {"slide_type": "slide"}
        asked = next((found[1] for one in pieces if (found := ASKS.search(one.source))), notes)
        here = self._notes if self._begins else asked or self._notes
        for piece in pieces:
            piece.metadata.course = {"notes": here}
        self.cells.extend(pieces)
        self._notes, self._begins = asked or self._notes, False


def build_slides(source: Path, folder: Path = SLIDES) -> list[str]:
    """Write the slide show of a chapter into a folder of its own; where it is."""
    stored = nbformat.read(NOTEBOOKS / f"{source.stem}.ipynb", as_version=4)
    path = folder / source.stem[:2] / f"{source.stem}.ipynb"
    show = slides(read_source(source), stored)
    show.metadata.course = {
        "guide": (GUIDES / f"{source.stem}.html").relative_to(ROOT).as_posix(),
        "begin": words.begin,
        "blocked": words.blocked,
    }
    write(show, path)
    return [f"{path}"]


def _rounds(case: Case, lab: str) -> list[NotebookNode]:
    """The live rounds of a lab, to play before it is seen."""
    found = case.labs[lab](case).rounds() if lab else {}
    calls = (f'course.round({case.book.chapter}, "{name}")' for name in found)
    return [new_code_cell(COURSE + call, metadata=FOLDED) for call in calls]


# Text -----------------------------------------------------------------------------------------


def _blocks(source: str) -> list[str]:
    """A text's paragraphs, lists and headings; a block of code stays whole."""
    blocks = re.split(r"\n{2,}(?=\S)", source.strip())
    whole: list[str] = []
    for block in blocks:
        if whole and whole[-1].count("```") % 2:
            whole[-1] += f"\n\n{block}"
        else:
            whole.append(block)
    return whole


def _height(block: str) -> float:
    """About how high a block of text becomes."""
    if block.startswith("#"):
        return HEADING * -(-len(block) // LETTERS_OF_HEADING)
    items = re.split(r"\n(?=[-*|>] ?|\d+\. )", block)
    return sum(LINE * -(-len(item) // LETTERS) for item in items) + GAP


def _leads(block: str) -> bool:
    """Whether a block only leads to the next one: a heading, or the words before a list."""
    return block.startswith("#") or block.rstrip("*:")[-1:].isalpha()


def _pages(blocks: list[str]) -> list[list[str]]:
    """The blocks, as many on a page as have room; a heading begins a page."""
    pages: list[list[str]] = []
    room = 0.0
    for block in blocks:
        room -= _height(block)
        led_to = pages and all(map(_leads, pages[-1]))  # squeezed rather than parted
        if not pages or (block.startswith("#") and not pages[-1][-1].startswith("#")):
            pages.append([])
            room = ROOM - _height(block)
        elif room < (-SQUEEZED if led_to else 0):
            pages.append(_taken_along(pages[-1]))
            room = ROOM - sum(map(_height, [*pages[-1], block]))
        pages[-1].append(block)
    if len(pages) > 1 and len(pages[-2]) > 2 and sum(map(_height, pages[-1])) < WIDOW:
        last = pages[-2].pop()
        pages[-1] = [*_taken_along(pages[-2]), last, *pages[-1]]
    return pages


def _taken_along(page: list[str]) -> list[str]:
    """What a page ends with and only leads to the next one; it is taken from the page."""
    taken: list[str] = []
    while len(page) > 1 and _leads(page[-1]):
        taken.insert(0, page.pop())
    return taken


def _asks(blocks: list[str]) -> bool:
    """Whether these are the question alone, which stays with the code that answers it."""
    return len(blocks) == 1 and not LIST.match(blocks[0])


def _split(blocks: list[str], room: float) -> tuple[list[str], list[str]]:
    """The blocks that need a slide of their own, and the last ones, which fit above the code."""
    first = len(blocks)
    while first and (room := room - _height(blocks[first - 1])) >= 0:
        first -= 1
        begins = blocks[first].startswith("#")
        if begins and not (first and blocks[first - 1].startswith("#")):
            break
    while 0 < first < len(blocks) and _leads(blocks[first - 1]) and not _asks(blocks[first:]):
        first += 1  # this block stays with what leads to it
    return blocks[:first], blocks[first:]


# Code -----------------------------------------------------------------------------------------


def _look_of(cell: NotebookNode, outputs: list[NotebookNode]) -> float:
    """About how high a piece of code becomes with what it shows; folded if it is not the point."""
    answered = any(f"case.{step}(" in cell.source for step in STEPS)
    shows = any(f"case.{what}(" in cell.source for what in SHOWS)
    pictured = any("image/png" in output.get("data", {}) for output in outputs)
    folded = not answered and (shows or pictured or _only_imports(cell.source))
    if folded:
        cell.metadata.update(FOLDED)
    code = BAR if folded else BAR + CODE_LINE * (cell.source.count("\n") + 1)
    if any(what in cell.source for what in ALONE):
        return ROOM
    if "case.quiz(" in cell.source:
        return code
    if "case.progress(" in cell.source:
        return code + 2 * FEEDBACK
    if answered or "case.reveal(" in cell.source:
        return code + FEEDBACK
    return code + sum(map(_height_of_output, outputs))


def _only_imports(source: str) -> bool:
    """Whether the code does nothing but import. A blank is a name, so that it can be parsed."""
    return all(isinstance(line, ast.Import | ast.ImportFrom) for line in ast.parse(source).body)


def _height_of_output(output: NotebookNode) -> float:
    data: dict[str, Any] = output.get("data", {})
    if "image/png" in data:
        return PICTURE * _picture_height(data["image/png"])
    if "text/html" in data:
        rows = data["text/html"].count("<tr")
        return TABLE_ROW * rows + GAP if rows else 3 * CODE_LINE
    text = output.get("text") or data.get("text/plain", "")
    return CODE_LINE * (text.count("\n") + 1)


def _picture_height(png: str) -> float:
    """The height of a stored picture on a notebook's page, from the head of its bytes."""
    head = base64.b64decode(png[:48])
    return int.from_bytes(head[20:24], "big") / 2
