"""The slides of a chapter: what stands together in its source stands together on a projector.

A cell of text begins a slide, and code stands below the text right above it. Code with no text
above it begins a slide, and so does code that is tagged "slide" where both have no room on one. A
blank never stands without its question, which is repeated where it stood a slide back.
Whether each slide fits is seen in a browser, by a test.
"""

import ast
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from course_utils.authoring import words
from course_utils.authoring.guide import (
    GUIDES,
    closes_section,
    is_tagged,
    lab_id,
    lab_in,
    question_in,
    section_id,
)
from course_utils.authoring.notebooks import write
from course_utils.cases.case import Case
from course_utils.course.chapters import NOTEBOOKS, ROOT
from course_utils.course.editions import ASKS, case_of, name_cells, read_source

SLIDES = ROOT / "build" / "slides"  # a folder for each chapter

COURSE = "from course_utils.course import course\n"
FOLDED = {"jupyter": {"source_hidden": True}}
SHOWS = {"lab", "quiz", "progress", "target", "reveal"}  # what a case shows by itself
AGAIN = '<div class="course-again">\n\n{}\n\n</div>'  # a question that stood a slide back
STEPS = {"check", "verdict", "decide"}  # what a trainee answers


def slides(notebook: NotebookNode, stored: NotebookNode) -> NotebookNode:
    """A source's notebook as a slide show; `stored` is the trainee's notebook with its outputs."""
    outputs = {cell.id: cell.get("outputs", []) for cell in stored.cells}
    deck = _Deck(case_of(notebook), sections=sum(map(closes_section, notebook.cells)))
    for cell in notebook.cells:
        if is_tagged(cell, "instructor"):
            deck.add_note(cell)
        elif cell.cell_type == "markdown":
            deck.add_text(cell)
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
        self._text: list[NotebookNode] = []  # none, or the one that waits
        self._said = ""  # the last text
        self._asked: set[str] = set()

    def add_note(self, cell: NotebookNode) -> None:
        """An instructor's note, which is on no slide."""
        if closes_section(cell):
            self.flush()
            self._section = min(self._section + 1, self._last_section)
            self._begins, self._notes = True, section_id(self._section)
        cell.metadata.slideshow = {"slide_type": "notes"}
        self.cells.append(cell)

    def add_text(self, cell: NotebookNode) -> None:
        """A cell of text."""
        self.flush()
        self._text, self._said = [cell], cell.source

    def add_code(self, cell: NotebookNode, outputs: list[NotebookNode]) -> None:
        """A piece of code with the text above it; a lab's rounds come before it."""
        if _is_folded(cell.source, outputs):
            cell.metadata.update(FOLDED)
        lab = lab_in(self._case, cell.source)
        notes = lab_id(lab) if lab else ""
        if lab or is_tagged(cell, "slide"):
            self.flush()
        for round in _rounds(self._case, lab):
            self._show(round, notes=notes)
        if ASKS.search(cell.source) and not self._text:
            self._text = [new_markdown_cell(AGAIN.format(question_in(self._said)))]
        self._show(*self._text, cell, notes=notes)
        self._text = []
        if "case.quiz(" in cell.source:  # as a whole it is higher than a slide
            cell.source = "quiz = case.quiz()"
            for number in range(1, len(self._case.words["quiz"]) + 1):
                self._show(new_code_cell(f"quiz.question({number})", metadata=FOLDED))

    def add_board(self) -> None:
        """What a class sends its instructor at the end, and where it is looked at."""
        self._show(new_markdown_cell(words.the_class))
        call = f"{COURSE}course.board({self._case.book.chapter})"
        self._show(new_code_cell(call, metadata=FOLDED))

    def flush(self) -> None:
        """Show the text that waits, without code below it."""
        if self._text:
            self._show(*self._text)
        self._text = []

    def _show(self, *pieces: NotebookNode, notes: str = "") -> None:
        pieces[0].metadata.slideshow = {"slide_type": "slide"}
        found = (ASKS.search(one.source) for one in pieces)
        # A range that is asked again has its notes where it was asked first.
        asked = next((one[1] for one in found if one and one[1] not in self._asked), notes)
        self._asked.add(asked)
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
    show.metadata.course = what_it_says(source)
    write(show, path)
    return [f"{path}"]


def what_it_says(source: Path) -> dict[str, Any]:
    """Where the notes of a chapter's slides are, and the words of the window and the foot line."""
    return {
        "guide": (GUIDES / f"{source.stem}.html").relative_to(ROOT).as_posix(),
        "begin": words.begin,
        "go": words.go,
        "ask": words.ask,
        "blocked": words.blocked,
    }


def _rounds(case: Case, lab: str) -> list[NotebookNode]:
    """The live rounds of a lab, to play before it is seen."""
    found = case.labs[lab](case).rounds() if lab else {}
    calls = (f'course.round({case.book.chapter}, "{name}")' for name in found)
    return [new_code_cell(COURSE + call, metadata=FOLDED) for call in calls]


def _is_folded(source: str, outputs: list[NotebookNode]) -> bool:
    """Whether only what the code shows is the point, or it shows nothing: it does but import."""
    if any(f"case.{step}(" in source for step in STEPS):
        return False
    pictured = any("image/png" in output.get("data", {}) for output in outputs)
    return pictured or any(f"case.{what}(" in source for what in SHOWS) or _only_imports(source)


def _only_imports(source: str) -> bool:
    """Whether the code does nothing but import. A blank is a name, so that it can be parsed."""
    return all(isinstance(line, ast.Import | ast.ImportFrom) for line in ast.parse(source).body)
