"""The handout of a chapter: the trainee's notebook on paper, with lines to write on."""

from collections.abc import Iterator
from html import escape
from pathlib import Path

import nbformat
from nbconvert import HTMLExporter
from nbformat import NotebookNode

from course_utils.authoring import words
from course_utils.authoring.guide import is_guess, shown_answer
from course_utils.authoring.pages import print_page, write_page
from course_utils.cases.case import Case
from course_utils.course.chapters import NOTEBOOKS, ROOT, Chapter
from course_utils.course.editions import ASKS
from course_utils.course.page import style_sheet, table
from course_utils.exercises.numerals import written
from course_utils.exercises.workbook import Decision, Exercise, Item, VerdictQuestion

HANDOUTS = ROOT / "build" / "handout"
REPLY = "course-feedback"  # the class of what a check says: on paper nothing can be run again
LINE = '<div class="course-write-on"></div>'


def build_handout(source: Path, folder: Path = HANDOUTS) -> list[str]:
    """Write the handout of a chapter, with the pictures stored in its notebook."""
    notebook = nbformat.read(NOTEBOOKS / f"{source.stem}.ipynb", as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            _put_on_paper(cell)
    truths = '<div class="course-last-page">' + _truths(Chapter(source).case()) + "</div>"
    notebook.cells.append(nbformat.v4.new_markdown_cell(truths))
    exporter = HTMLExporter(exclude_input_prompt=True, exclude_output_prompt=True)
    html, _ = exporter.from_notebook_node(notebook, {"metadata": {"name": source.stem}})
    html = html.replace("</head>", f"{style_sheet()}</head>", 1)
    html = html.replace("<body", '<body data-course-handout=""', 1)
    page = folder / f"{source.stem}.html"
    return [write_page(page, html), print_page(page)]


def _put_on_paper(cell: NotebookNode) -> None:
    """Give pictures their words, and leave lines to write on where a page replies."""
    cell.outputs = [
        output
        for output in cell.outputs
        if REPLY not in "".join(output.get("data", {}).get("text/html", ""))
    ]
    for output in cell.outputs:
        if "image/png" in output.get("data", {}):
            _say_what_it_shows(output, caption="case.lab(" in cell.source)
    if ASKS.search(cell.source):
        lines = nbformat.v4.new_output("display_data", {"text/html": LINE})
        cell.outputs.append(lines)


def _say_what_it_shows(output: NotebookNode, *, caption: bool) -> None:
    """Give a picture its words, which nbconvert leaves out; a lab's stand under it, too."""
    about = output.metadata["image/png"]
    source = "data:image/png;base64," + output.data["image/png"].replace("\n", "")
    image = f'<img alt="{escape(about["alt"])}" src="{source}" width="{about["width"]}">'
    below = f"<p>{escape(output.data['text/plain'])}</p>" if caption else ""
    output.data = nbformat.from_dict({"text/html": image + below})


def _truths(case: Case) -> str:
    """The last page: what is right, for those who worked on paper."""
    rows = [
        [case.book.number(name), escape(case.title(name)), escape(shown)]
        for name, item in case.book.items.items()
        for shown in _what_is_right(case, item)
    ]
    return f"<h2>{words.what_is_right}</h2>" + table(words.right_head, rows, wrap=True)


def _what_is_right(case: Case, item: Item) -> Iterator[str]:
    """The answer, the truth, or the best choice; none of a guess."""
    if isinstance(item, VerdictQuestion):
        yield written(case.truth(item.name), item.unit)
    elif isinstance(item, Decision):
        profits = item.profits()
        yield item.kind.show(max(profits, key=profits.__getitem__))
    elif isinstance(item, Exercise) and not is_guess(item):
        yield shown_answer(case, item)
