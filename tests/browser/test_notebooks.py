"""Every notebook in a real JupyterLab, worked by keyboard."""

from itertools import chain

import pytest

pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
pytest.importorskip("axe_playwright_python", reason="axe-core is not installed")

from playwright.sync_api import BrowserContext, expect

from course_utils.cases.appliance_page import case
from course_utils.course.editions import fill
from course_utils.widgets import words

from .conftest import NOTEBOOKS, VIEW
from .lab_page import SCREENSHOTS, NotebookPage
from .server import Jupyter

CHAPTER_3, CHAPTER_5 = (
    next(path for path in NOTEBOOKS if path.stem.startswith(number)) for number in ("03_", "05_")
)
SAYS_BELOW = "cell => getComputedStyle(cell, '::after').content"
HELD = 60  # repeats of a key
FAILED = words.lab_failed.partition("{")[0]  # how a lab's sentence begins when it can't go on


# Labs and quizzes are one shell in all chapters: by keyboard it is worked in two of them, whose
# labs have every kind of control. `tests/widgets` moves each control of each lab.
in_two_chapters = pytest.mark.parametrize(
    "notebook", [CHAPTER_3, CHAPTER_5], ids=lambda path: path.stem, indirect=True
)


@pytest.fixture(scope="module")
def window(context: BrowserContext, jupyter: Jupyter) -> NotebookPage:
    """JupyterLab with the start page open."""
    return NotebookPage(context, jupyter.address(NOTEBOOKS[0].name))


@pytest.fixture(scope="module", params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request: pytest.FixtureRequest, window: NotebookPage, pictures: bool) -> NotebookPage:
    """A notebook that was opened and run from top to bottom."""
    window.turn_to(request.param.name)
    window.command("notebook:run-all-cells")
    window.settle()
    window.draw()
    if pictures:
        keep_pictures(window, request.param.stem)
    return window


def keep_pictures(notebook: NotebookPage, name: str) -> None:
    """Keep a picture of each screen and of each lab."""
    notebook.resize(**VIEW)
    for number in notebook.scrolled():
        path = SCREENSHOTS / f"{name}-{number:02d}.png"
        notebook.page.screenshot(path=path, caret="initial")
    for number, lab in enumerate(notebook.labs(), 1):
        lab.root.screenshot(path=SCREENSHOTS / f"{name}-lab-{number}.png")


def test_a_run_from_top_to_bottom_is_clean(notebook: NotebookPage) -> None:
    outputs = [output for cell in notebook.cells() for output in cell.get("outputs", [])]
    assert [output["evalue"] for output in outputs if output["output_type"] == "error"] == []
    shown = notebook.page.locator(".jp-OutputArea-output").all_text_contents()
    assert [said for said in shown if "Error displaying widget" in said] == []
    assert [said for said in shown if "model not found" in said] == []
    assert notebook.complaints == []
    asked = [cell for cell in notebook.cells() if "case.lab(" in cell["source"]]
    # JupyterLab puts a cell that is drawn into the page when it has nothing better to do.
    expect(notebook.page.locator(".course-lab")).to_have_count(len(asked))


@pytest.mark.parametrize("width", [1440, 1280])
def test_outputs_fit_the_page(notebook: NotebookPage, width: int) -> None:
    notebook.resize(width, 800)
    assert notebook.layout_complaints() == []


def test_figures_of_labs_are_sharp(notebook: NotebookPage) -> None:
    notebook.resize(**VIEW, device_scale=2)
    for lab in notebook.labs():
        dots, pixels = lab.image.evaluate("image => [image.naturalWidth, image.clientWidth]")
        assert dots == 2 * pixels


@in_two_chapters
def test_tab_reaches_every_control(notebook: NotebookPage) -> None:
    for lab in notebook.labs():
        assert lab.reached_by_tab() == len(
            [*lab.buttons, *chain(*lab.choices), *lab.switches, *lab.sliders]
        )


def test_sliders_move_the_lab_from_end_to_end(notebook: NotebookPage) -> None:
    for lab in notebook.labs():
        start = lab.reset()
        for slider in lab.sliders:
            low, high = lab.press(slider, "Home"), lab.press(slider, "End")
            assert low.values != high.values
            assert low.frame != high.frame
            assert low.sentence != high.sentence
            assert FAILED not in low.sentence + high.sentence
            assert lab.reset() == start


@in_two_chapters
def test_switches_move_the_lab(notebook: NotebookPage) -> None:
    for lab in notebook.labs():
        start = lab.reset()
        for switch in lab.switches:
            other = lab.press(switch, "Space")
            assert other.values != start.values
            assert other.frame != start.frame
            assert other.sentence != start.sentence
            assert lab.press(switch, "Space") == start


@in_two_chapters
def test_options_move_the_lab(notebook: NotebookPage) -> None:
    for lab in notebook.labs():
        for options in lab.choices:
            lab.reset()
            pressed = [lab.press(option, "Enter") for option in options]
            assert len({option.values for option in pressed}) == len(pressed)
            assert len({option.frame for option in pressed}) == len(pressed)
            assert len({option.sentence for option in pressed}) == len(pressed)


@in_two_chapters
def test_presets_are_different_worlds(notebook: NotebookPage) -> None:
    for lab in notebook.labs():
        start = lab.reset()
        presets = [lab.press(button, "Enter") for button in lab.buttons[:-1]]
        assert len({preset.frame for preset in presets}) == len(presets)
        assert len({preset.sentence for preset in presets}) == len(presets)
        assert lab.reset() == start


@in_two_chapters
def test_a_key_held_down_ends_on_the_last_value(notebook: NotebookPage) -> None:
    for lab in notebook.labs():
        slider = lab.sliders[0]
        at_once = lab.press(slider, "End")
        lab.hold(slider, "ArrowLeft", HELD)
        assert lab.shown() != at_once
        moves, frames = lab.hold(slider, "ArrowRight", 2 * HELD)
        assert lab.shown() == at_once
        assert 1 <= frames <= moves


@in_two_chapters
def test_the_quiz_answers_the_keyboard(notebook: NotebookPage) -> None:
    quiz = notebook.page.locator(".course-quiz")
    answers = quiz.locator("input")
    replies = quiz.get_by_role("status")
    assert replies.count() == 0
    answers.first.focus()
    for answer in answers.all():
        if answer.get_attribute("type") == "radio":
            notebook.page.keyboard.press("Space")
        else:
            notebook.page.keyboard.type("0")
            notebook.page.keyboard.press("Enter")
        notebook.settle()
        notebook.page.keyboard.press("Tab")
    questions = quiz.locator(":scope > .widget-vbox").all()
    for question in questions:
        chosen = [radio.is_checked() for radio in question.get_by_role("radio").all()]
        assert chosen == [False] * (len(chosen) - 1) + [True] or not chosen
    *said, score = replies.all_inner_texts()
    assert len(said) == len(questions)
    assert f"of {len(questions)} right" in score


def test_a_screen_reader_finds_no_serious_fault(notebook: NotebookPage) -> None:
    assert notebook.accessibility_complaints() == []


def test_a_screen_reader_hears_what_each_picture_shows(notebook: NotebookPage) -> None:
    for alt, caption in notebook.pictures():
        assert alt == caption != ""


@in_two_chapters
def test_a_screen_reader_hears_what_each_control_is(notebook: NotebookPage) -> None:
    for lab in notebook.labs():
        named = lab.root.locator(".widget-slider .widget-label").all_text_contents()
        assert all(named)
        for name in named:
            assert lab.root.get_by_role("slider", name=name, exact=True).count() == 1
        for option in chain(*lab.choices):
            lab.press(option, "Enter")
            pressed = option.locator("..").get_by_role("button", pressed=True)
            assert pressed.all_text_contents() == [option.text_content()]


@pytest.mark.parametrize("notebook", [CHAPTER_3], ids=lambda path: path.stem, indirect=True)
def test_a_trainee_slips_and_then_gets_it_right(notebook: NotebookPage) -> None:
    cell = notebook.cell('case.check("old_conversion"')
    said = case.words["exercise"]["old_conversion"]
    slip = cell.type_and_run(fill(cell.source, "", '100 * visits["purchase"].mean()'))
    assert "Not yet." in slip
    assert said["slips"]["both_pages"].partition("{given}")[2] in slip
    right = cell.type_and_run(fill(cell.source, *case.book.items["old_conversion"].solution()))
    assert "Right." in right
    assert said["right"].partition("{answer}")[2] in right


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_outputs_can_be_read_in_both_themes(notebook: NotebookPage, theme: str) -> None:
    notebook.turn(theme)
    try:
        assert notebook.contrast_complaints() == []
        assert notebook.layout_complaints() == []
    finally:
        notebook.turn("Light")


@pytest.mark.parametrize("notebook", [CHAPTER_3], ids=lambda path: path.stem, indirect=True)
def test_a_lab_comes_back_after_a_restart_of_the_kernel(notebook: NotebookPage) -> None:
    # From here on the kernel knows nothing of the cells above.
    lab = notebook.labs()[0]
    start = lab.reset()
    notebook.restart_kernel()
    cell = notebook.cell("case.lab(").root
    assert start.sentence in cell.locator(".jp-RenderedImage img").get_attribute("alt")
    assert words.asleep in cell.evaluate(SAYS_BELOW)
    notebook.cell("from course_utils.cases").run()
    notebook.cell("case.lab(").run()
    assert "none" in cell.evaluate(SAYS_BELOW)
    assert lab.shown() == start
    assert lab.press(lab.sliders[0], "End").frame != start.frame


@pytest.mark.parametrize("notebook", [CHAPTER_3], ids=lambda path: path.stem, indirect=True)
def test_on_the_next_day_pictures_and_words_stand_where_widgets_were(
    notebook: NotebookPage,
) -> None:
    notebook.command("docmanager:save")
    notebook.shut_down_kernel()
    notebook.turn_to(CHAPTER_3.name)
    notebook.draw()
    asleep = notebook.page.locator("[data-course-asleep]")
    labs = sum("case.lab(" in cell["source"] for cell in notebook.cells())
    expect(asleep.locator(".jp-RenderedImage img")).to_have_count(labs)
    expect(asleep).to_have_count(labs + 1)  # and the quiz
    expect(notebook.page.get_by_text("model not found")).to_have_count(0)
    expect(notebook.page.get_by_text("Loading widget")).to_have_count(0)
