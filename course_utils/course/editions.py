"""One source, several editions, not yet run: the trainee's notebook and the answered one."""

import ast
import hashlib
import importlib
import re
from pathlib import Path

import jupytext
import nbformat
from nbformat import NotebookNode

from course_utils.cases.case import Case
from course_utils.course.chapters import CASE
from course_utils.language import read_text

ASKS = re.compile(r'case\.(?:check|verdict|decide)\(\s*"([^"]+)"')
NUMBER = re.compile(r"\{\{(\w+)\}\}")  # in a text, stands for the number of the item of this name
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


class BuildError(RuntimeError):
    """An edition can't be built; the message names the notebook and the cell."""


def read_source(path: Path) -> NotebookNode:
    """A source as a notebook, its cells' ids made from their text so that they never wander."""
    notebook = jupytext.reads(read_text(path), fmt="md:myst")
    notebook.metadata = nbformat.from_dict(METADATA)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    name_cells(notebook)
    print_numbers(notebook)
    return notebook


def print_numbers(notebook: NotebookNode) -> None:
    """Put the numbers of exercises, verdicts and decisions into texts, and above their code."""

    def number(found: re.Match[str]) -> str:
        book = case_of(notebook).book
        if found[1] not in book.items:
            raise BuildError(f"Nothing in this chapter is called {found[1]}.")
        return book.number(found[1])

    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = NUMBER.sub(number, cell.source)
        elif asked := ASKS.search(cell.source):
            cell.source = _headed(cell.source, number(asked))


def _headed(code: str, number: str) -> str:
    """Code with a number above it, in front of the comment that it begins with if there is one."""
    comment = code.startswith("# ")
    return f"# {number} · {code[2:]}" if comment else f"# {number}\n{code}"


def name_cells(notebook: NotebookNode) -> None:
    """Give each cell an id made from its text."""
    seen: dict[str, int] = {}
    for cell in notebook.cells:
        digest = hashlib.sha256(cell.source.encode()).hexdigest()[:8]
        seen[digest] = seen.get(digest, 0) + 1
        cell.id = f"{digest}-{seen[digest]}"


def trainee(notebook: NotebookNode) -> NotebookNode:
    """The edition that a trainee opens: without the instructor's cells."""
    notebook.cells = [
        cell for cell in notebook.cells if "instructor" not in cell.metadata.get("tags", [])
    ]
    return notebook


def answered(notebook: NotebookNode) -> NotebookNode:
    """The trainee's edition with each solution in the place of its blank."""
    notebook = trainee(notebook)
    book, typed = case_of(notebook).book, case_of(notebook).typed
    for cell in notebook.cells:
        asked = ASKS.search(cell.source) if cell.cell_type == "code" else None
        if asked and "____" in cell.source:
            cell.source = fill(cell.source, *book.items[asked[1]].solution())
        for call, value in typed.items():
            if cell.cell_type == "code" and call in cell.source:
                cell.source = fill(cell.source, "", value)
    return notebook


def case_of(notebook: NotebookNode) -> Case:
    """The case that a notebook is about."""
    named = (CASE.search(cell.source) for cell in notebook.cells if cell.cell_type == "code")
    name = next(match[1] for match in named if match)
    case: Case = importlib.import_module(f"course_utils.cases.{name}").case
    return case


def fill(source: str, statements: str, value: str) -> str:
    """Put a solution into a cell: its statements in front of the blank's line, its value in it.

    A value "a, b" fills two blanks one after the other.
    """
    blanks = source.count("____")
    values = [value] if blanks == 1 else _parts(value)
    if len(values) != blanks:
        raise BuildError(f"{blanks} blanks and {len(values)} values in:\n{source}")
    lines = source.splitlines()
    first = next(i for i, line in enumerate(lines) if "____" in line)
    for part in values:
        source = source.replace("____", part, 1)
    lines = source.splitlines()
    return "\n".join([*lines[:first], *([statements] if statements else []), *lines[first:]])


def _parts(value: str) -> list[str]:
    """The values of "a, b", one by one."""
    bracketed = f"({value})"
    whole = ast.parse(bracketed, mode="eval").body
    parts = whole.elts if isinstance(whole, ast.Tuple) else [whole]
    return [ast.get_source_segment(bracketed, part) or "" for part in parts]


def as_bytes(notebook: NotebookNode) -> bytes:
    """A notebook as its file has it."""
    nbformat.validate(notebook)
    return (nbformat.writes(notebook) + "\n").encode()
