"""Every chapter's slide show on a projector, each slide with its answer given and its code run."""

import runpy
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import nbformat
import pytest

pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")

from playwright.sync_api import BrowserContext

from course_utils.authoring import words
from course_utils.authoring.notebooks import sources, write
from course_utils.authoring.slides import slides, what_it_says
from course_utils.course import course
from course_utils.course.chapters import NOTEBOOKS, Chapter
from course_utils.course.editions import answered, read_source
from course_utils.exercises.workbook import VerdictQuestion
from tests.classes import code_of, items

from .lab_page import SCREENSHOTS, BoardOnPage, NotebookPage, SlideShow
from .server import ROOT, Jupyter, jupyterlab

PROJECTOR = {"width": 1280, "height": 720}
CLASS = 30  # trainees
CHAPTER_3 = next(path for path in sources() if path.stem.startswith("03_"))


@pytest.fixture(scope="module")
def presenting(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Jupyter]:
    """JupyterLab with the settings that `python3 start.py present` gives it."""
    home = tmp_path_factory.mktemp("presenting")
    runpy.run_path(str(ROOT / "start.py"))["write_settings"](home / "settings")
    (home / "slides").mkdir()
    with jupyterlab(home / "slides", home) as running:
        yield running


@pytest.fixture(scope="module")
def window(context: BrowserContext, presenting: Jupyter) -> NotebookPage:
    """JupyterLab on a projector, with the first chapter's slides open."""
    for source in sources():
        stored = nbformat.read(NOTEBOOKS / f"{source.stem}.ipynb", as_version=4)
        show = slides(answered(read_source(source)), stored)
        show.metadata.course = what_it_says(source)
        write(show, presenting.folder / f"{source.stem}.ipynb")
    opened = NotebookPage(context, presenting.address(f"{sources()[0].stem}.ipynb"))
    opened.page.set_viewport_size(PROJECTOR)
    return opened


@pytest.fixture(scope="module", params=sources(), ids=lambda path: path.stem)
def show(request: pytest.FixtureRequest, window: NotebookPage) -> SlideShow:
    """The slide show of a chapter, at its first slide; everything has been run."""
    window.command("deck:stop")
    window.turn_to(f"{request.param.stem}.ipynb")
    window.command("notebook:run-all-cells")
    window.settle()
    return SlideShow(window)


def test_every_slide_fits_a_projector_and_can_be_read_from_the_last_row(
    show: SlideShow, request: pytest.FixtureRequest, pictures: bool
) -> None:
    stem = f"slides-{request.node.callspec.id}"
    complaints = []
    codes = a_class_of(request.node.callspec.params["show"])
    for number, slide in enumerate(show.survey(), 1):
        complaints += [f"{number:02d}: {found}" for found in slide.complaints]
        if not (slide.boards or pictures):
            continue
        show.go_to(slide.place)
        for state in chain([""], *(played(board, codes) for board in show.boards())):
            name = f"{number:02d}{state}"
            if pictures:
                show.page.screenshot(path=SCREENSHOTS / f"{stem}-{name}.png", caret="initial")
            complaints += [f"{name}: {found}" for found in show.complaints()]
    assert not complaints, "\n".join(complaints)


@pytest.mark.parametrize("show", [CHAPTER_3], ids=lambda path: path.stem, indirect=True)
@pytest.mark.parametrize("size", [(1024, 768), (1024, 576), (1920, 1080)], ids=str)
def test_slides_fill_other_screens(show: SlideShow, size: tuple[int, int], pictures: bool) -> None:
    width, height = size  # of a projector, of one with the browser at 125%, and of a large screen
    try:
        show.page.set_viewport_size({"width": width, "height": height})
        complaints = []
        for number, slide in enumerate(show.survey(), 1):
            complaints += [f"{number:02d}: {found}" for found in slide.complaints]
            if pictures and number % 6 == 0:
                show.go_to(slide.place)
                show.page.screenshot(path=SCREENSHOTS / f"slides-{width}x{height}-{number:02d}.png")
        assert not complaints, "\n".join(complaints)
    finally:
        show.page.set_viewport_size(PROJECTOR)


@pytest.mark.parametrize("show", [CHAPTER_3], ids=lambda path: path.stem, indirect=True)
def test_a_step_is_a_slide_and_its_code_is_ready(show: SlideShow) -> None:
    show.start()
    begins = [slide.place for slide in show.survey()]
    show.page.keyboard.press("Home")
    show.wait_for_slide(0)
    for number, key in enumerate(["Space", "PageDown", "ArrowRight", "ArrowDown"], 1):
        show.page.keyboard.press(key)
        show.wait_for_slide(number)
        cell = show.notebook.cells()[show.place()]
        has_code = any(show.shown())
        assert cell["cell_type"] == ("code" if has_code else "markdown")
    for number, key in zip([3, 2, 1], ["Shift+Space", "PageUp", "ArrowLeft"], strict=True):
        show.page.keyboard.press(key)
        show.wait_for_slide(number)
    show.page.keyboard.press("End")
    show.wait_for_slide(len(begins) - 1)
    show.page.get_by_label(words.go[1], exact=True).select_option("2")
    show.wait_for_slide(2)
    show.page.get_by_label(words.go[2], exact=True).click()
    show.wait_for_slide(3)


@pytest.mark.parametrize("show", [CHAPTER_3], ids=lambda path: path.stem, indirect=True)
def test_nothing_typed_by_accident_edits_the_deck(show: SlideShow) -> None:
    show.start(at='case.lab("desk")')
    before = [(cell["cell_type"], cell["source"]) for cell in show.notebook.cells()]
    for at in ('case.lab("desk")', "## "):
        show.start(at=at)
        for key in [*"acvxymrzdd00ii16", "Escape", "Escape", "Delete", "Backspace"]:
            show.page.keyboard.press(key)
    show.page.keyboard.press("Enter")
    show.page.locator(".jp-MarkdownCell.jp-deck-mod-visible").first.dblclick()
    assert [(cell["cell_type"], cell["source"]) for cell in show.notebook.cells()] == before
    source = show.page.locator(".jp-MarkdownCell.jp-deck-mod-visible .cm-content")
    assert not source.first.is_visible()
    assert show.runs()


@pytest.mark.parametrize("show", [CHAPTER_3], ids=lambda path: path.stem, indirect=True)
def test_a_key_darkens_the_screen_and_any_other_lights_it(show: SlideShow) -> None:
    show.start(at='case.lab("desk")')
    here = show.place()
    for key in ("b", "."):
        show.page.keyboard.press(key)
        show.page.wait_for_selector("body.course-dark", state="attached")
        show.page.keyboard.press("Space")
        show.page.wait_for_selector("body:not(.course-dark)", state="attached")
    assert show.place() == here


@pytest.mark.parametrize("show", [CHAPTER_3], ids=lambda path: path.stem, indirect=True)
def test_a_hint_and_the_solution_stand_over_the_slide_of_an_exercise(
    show: SlideShow, pictures: bool
) -> None:
    case = course.chapters[3].case()
    show.start(at='case.lab("desk")')
    assert not show.page.get_by_role("button", name=words.ask[0], exact=True).is_visible()
    show.start(at='case.check("old_conversion"')
    told = show.page.locator(".course-told")
    show.page.get_by_role("button", name=words.ask[0], exact=True).click()
    told.get_by_text(case.words["exercise"]["old_conversion"]["hints"][0][:30]).wait_for()
    show.page.get_by_role("button", name=words.ask[1], exact=True).click()
    told.get_by_text(case.book.items["old_conversion"].solution()[1]).wait_for()
    if pictures:
        show.page.screenshot(path=SCREENSHOTS / "slides-solution.png")
    show.page.keyboard.press("Home")
    show.wait_for_slide(0)
    assert told.inner_text() == ""


@pytest.mark.parametrize("show", [CHAPTER_3], ids=lambda path: path.stem, indirect=True)
def test_the_instructors_cells_are_never_on_the_projector(show: SlideShow) -> None:
    show.start()
    show.page.keyboard.press("Alt+p")
    show.page.wait_for_selector("body:not([data-jp-deck-mode=presenting])", state="attached")
    notes = show.page.get_by_text("Instructor ·")
    assert not any(note.is_visible() for note in notes.all())
    show.page.keyboard.press("Alt+p")
    show.page.wait_for_selector("body[data-jp-deck-mode=presenting]", state="attached")


def a_class_of(source: Path) -> str:
    """The chat of a class that has worked through this chapter."""
    case = Chapter(source).case()
    ids = items(case, VerdictQuestion)
    at = case.truth(ids[0]) if ids else 0
    answers = [(at + n / 4 - 6, at + n / 2, n % 2) for n in range(CLASS)]
    return "\n".join(f"Trainee {n}: {code_of(case, *one)}" for n, one in enumerate(answers))


def played(board: BoardOnPage, codes: str) -> Iterator[str]:
    """Work a board as an instructor does; a name for each state that is worth a look.

    Revealed, a view holds all that it holds when covered, and more.
    """
    views = board.views()
    if not views:
        board.take_in("\n".join(f"Trainee {n}: {n * n / 4}" for n in range(CLASS)))
        board.reveal()
        yield "-revealed"
        return
    board.take_in(codes)
    yield "-taken-in"
    for place, view in enumerate(views):
        if place:
            board.show(view)
        if view[0].isdigit() or "ranges held" in view:
            board.reveal()
        yield f"-view-{place}"


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
def test_the_courses_settings_hold_beside_those_of_a_slide_show(show: SlideShow) -> None:
    kernels = "jupyterapp.serviceManager.kernels"
    assert show.page.evaluate(f"() => {kernels}.commsOverSubshells") == "disabled"


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
    show.start(at='case.check("old_conversion"')
    cell = show.notebook.cell('case.check("old_conversion"')
    cell.run()  # so that nothing is saved; the slide show takes the focus when that changes
    assert "Not yet." in cell.type_and_run('case.check("old_conversion", 50)')
    assert "Right." in cell.type_and_run('case.check("old_conversion", 1.98)')
