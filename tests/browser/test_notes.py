"""The window of the notes, opened from notebooks that mean harm."""

import pytest

pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")

from nbformat.v4 import new_markdown_cell, new_notebook
from playwright.sync_api import BrowserContext

from course_utils.authoring.notebooks import write
from course_utils.course.editions import METADATA

from .lab_page import NotebookPage
from .server import Jupyter

# What a browser runs, or would with a click. It leaves its mark on JupyterLab's own page.
HARM = """<script>opener.harm = 1</script><img src=x onerror=opener.harm=2>
<svg onload=opener.harm=3></svg><iframe srcdoc='<script>top.opener.harm=4</script>'></iframe>
<a href=javascript:void(opener.harm=5)>on</a>"""
GUIDE = f"""<!doctype html><html lang="en"><head><style>body {{ max-width: 46em }}</style></head>
<body><div id="section-0" data-plan="brief: minutes 30 to 35" data-begins="30" data-ends="35"
data-early="# min early" data-late="# min late"></div>
<h2>The brief</h2>{HARM}</body></html>"""


POINT_AT = f"""guide => jupyterapp.shell.currentWidget.model
    .setMetadata('course', {{guide, begin: `{HARM}`}})"""


@pytest.fixture(scope="module")
def notebook(context: BrowserContext, jupyter: Jupyter) -> NotebookPage:
    """A notebook whose cell, and whose guide, hold what means harm."""
    forged = jupyter.folder / "build/guide/03_forged.html"
    forged.parent.mkdir(parents=True)
    forged.write_text(GUIDE, "utf-8")
    cell = new_markdown_cell(HARM, metadata={"course": {"notes": "section-0"}})
    write(new_notebook(cells=[cell], metadata=METADATA), jupyter.folder / "harm.ipynb")
    return NotebookPage(context, jupyter.address("harm.ipynb"))


def harm(notebook: NotebookPage) -> object:
    return notebook.page.evaluate("() => window.harm")


@pytest.mark.parametrize("guide", ["harm.ipynb", "build/guide/../../harm.ipynb", None])
def test_only_a_guide_of_the_course_is_shown(notebook: NotebookPage, guide: str | None) -> None:
    notebook.page.evaluate(POINT_AT, guide)
    notebook.command("course:notes")
    assert notebook.page.context.pages == [notebook.page]
    assert harm(notebook) is None


def test_nothing_that_stands_in_a_guide_is_run(notebook: NotebookPage) -> None:
    notebook.page.evaluate(POINT_AT, "build/guide/03_forged.html")
    with notebook.page.context.expect_page() as window:
        notebook.page.keyboard.press("Alt+n")
    notes = window.value
    notes.get_by_text("on", exact=True).click()
    assert harm(notebook) is None
    # It is shown as it is meant to be, follows the notebook, and tells the time.
    assert notes.locator(".course-now + h2").inner_text() == "The brief"
    said = notes.locator("header").inner_text()
    assert "brief: minutes 30 to 35 · 30 min early" in said
    assert notes.evaluate("() => document.compatMode") == "CSS1Compat"
    assert notes.evaluate("() => getComputedStyle(document.body).maxWidth") != "none"
