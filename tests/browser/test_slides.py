"""A chapter's slide show on a projector, every slide with its answer given and its code run.

Chapter 3 stands for all; `SLIDES=all` in the environment walks through every chapter.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")

from playwright.sync_api import BrowserContext

from course_utils.authoring.notebooks import NOTEBOOKS, answered, read_source, sources, write
from course_utils.authoring.slides import slides

from .lab_page import NotebookPage, SlideShow
from .server import ROOT, Jupyter

SCREENSHOTS = ROOT / "build" / "screenshots"
PROJECTOR = {"width": 1280, "height": 720}
CHAPTER_3 = next(path for path in sources() if path.stem.startswith("03_"))
CHOSEN = sources() if os.environ.get("SLIDES") == "all" else [CHAPTER_3]


@pytest.fixture(scope="module", params=CHOSEN, ids=lambda path: path.stem)
def show(
    request: pytest.FixtureRequest, context: BrowserContext, jupyter: Jupyter
) -> Iterator[SlideShow]:
    """The slide show of a chapter, at its first slide; everything has been run."""
    source: Path = request.param
    stored = nbformat.read(NOTEBOOKS / f"{source.stem}.ipynb", as_version=4)
    name = f"slides_{source.stem}.ipynb"
    write(slides(answered(read_source(source)), stored), jupyter.folder / name)
    opened = NotebookPage(context, jupyter.address(name))
    opened.page.set_viewport_size(PROJECTOR)
    opened.command("notebook:run-all-cells")
    opened.settle()
    yield SlideShow(opened)
    opened.page.close()


def test_every_slide_fits_a_projector_and_can_be_read_from_the_last_row(
    show: SlideShow, request: pytest.FixtureRequest
) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    stem = f"slides-{request.node.callspec.id}"
    for old in SCREENSHOTS.glob(f"{stem}-*.png"):
        old.unlink()
    complaints = {}
    for number in show.walk():
        show.page.screenshot(path=SCREENSHOTS / f"{stem}-{number:02d}.png")
        if found := show.complaints():
            complaints[number] = found
    assert not complaints, "\n".join(f"{n}: {c}" for n, cs in complaints.items() for c in cs)
    assert number == show.length()


@pytest.mark.parametrize("show", [CHAPTER_3], ids=lambda path: path.stem, indirect=True)
def test_a_key_leads_to_the_notebook_and_back_to_the_same_place(show: SlideShow) -> None:
    show.start(at='case.lab("desk")')
    here = show.place()
    assert show.shown() == [here]
    show.page.keyboard.press("Alt+p")
    show.wait_to_see(here)
    assert not show.runs()
    assert show.place() == here
    show.page.keyboard.press("Alt+p")
    show.wait_to_see(here)
    assert show.runs()
    assert show.shown() == [here]


@pytest.mark.parametrize("show", [CHAPTER_3], ids=lambda path: path.stem, indirect=True)
def test_a_lab_lives_on_its_slide(show: SlideShow) -> None:
    show.start(at='case.lab("desk")')
    lab = show.notebook.labs()[0]
    start = lab.reset()
    moved = lab.press(lab.sliders[0], "End")
    assert moved.frame != start.frame
    assert moved.sentence != start.sentence


@pytest.mark.parametrize("show", [CHAPTER_3], ids=lambda path: path.stem, indirect=True)
def test_an_exercise_is_answered_on_its_slide(show: SlideShow) -> None:
    show.start(at='case.check("3.2"')
    cell = show.notebook.cell('case.check("3.2"')
    cell.run()  # so that nothing is saved; the slide show takes the focus when that changes
    assert "Not yet." in cell.type_and_run('case.check("3.2", 50)')
    assert "Right." in cell.type_and_run('case.check("3.2", 1.98)')
