"""The handout of a chapter: the trainee's notebook as a page to read and print."""

from html import escape
from pathlib import Path

import nbformat
from nbconvert import HTMLExporter
from nbformat import NotebookNode

from course_utils.authoring.pages import print_page, write_page
from course_utils.course.chapters import NOTEBOOKS, ROOT
from course_utils.course.page import style_sheet

HANDOUTS = ROOT / "build" / "handout"


def build_handout(source: Path, folder: Path = HANDOUTS) -> list[str]:
    """Write the handout of a chapter, with the pictures stored in its notebook."""
    notebook = nbformat.read(NOTEBOOKS / f"{source.stem}.ipynb", as_version=4)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                _say_what_it_shows(output, caption="case.lab(" in cell.source)
    exporter = HTMLExporter(exclude_input_prompt=True, exclude_output_prompt=True)
    html, _ = exporter.from_notebook_node(notebook, {"metadata": {"name": source.stem}})
    html = html.replace("</head>", f"{style_sheet()}</head>", 1)
    page = folder / f"{source.stem}.html"
    return [write_page(page, html), print_page(page)]


def _say_what_it_shows(output: NotebookNode, *, caption: bool) -> None:
    """Give a picture its words, which nbconvert leaves out; a lab's stand under it, too."""
    about = output.metadata["image/png"]
    source = "data:image/png;base64," + output.data["image/png"].replace("\n", "")
    image = f'<img alt="{escape(about["alt"])}" src="{source}" width="{about["width"]}">'
    below = f"<p>{escape(output.data['text/plain'])}</p>" if caption else ""
    output.data = nbformat.from_dict({"text/html": image + below})
