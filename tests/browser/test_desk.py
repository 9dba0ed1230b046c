"""The desk of chapter 6 in a real JupyterLab, worked by keyboard."""

import pytest

pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
pytest.importorskip("axe_playwright_python", reason="axe-core is not installed")

from playwright.sync_api import BrowserContext, Locator, expect

from course_utils.cases.one_brand.dials import SAID

from .conftest import NOTEBOOKS
from .lab_page import SCREENSHOTS, NotebookPage
from .server import Jupyter

CHAPTER_6 = next(path for path in NOTEBOOKS if path.stem.startswith("06_"))
RUN = SAID["desk"]["run"]
OVER = SAID["desk"]["over"]


@pytest.fixture(scope="module")
def notebook(context: BrowserContext, jupyter: Jupyter) -> NotebookPage:
    """The chapter, run from top to bottom with nothing answered."""
    opened = NotebookPage(context, jupyter.address(CHAPTER_6.name))
    opened.command("notebook:run-all-cells")
    opened.settle()
    opened.draw()
    return opened


def desk_of(notebook: NotebookPage, place: int) -> Locator:
    """The rehearsal's desk, or that of the year."""
    found = notebook.page.locator(".course-desk").nth(place)
    found.scroll_into_view_if_needed()
    return found


def test_a_month_is_run_by_keyboard_and_the_dials_stay(notebook: NotebookPage) -> None:
    desk = desk_of(notebook, 1)
    slider = desk.get_by_role("slider").first
    slider.focus()
    notebook.page.keyboard.press("End")
    notebook.page.keyboard.press("Home")
    expect(slider).to_have_attribute("aria-valuetext", "0")
    for month in (1, 2):
        desk.get_by_role("button", name=RUN.format(month=month), exact=True).press("Enter")
        desk.get_by_role("button", name=RUN.format(month=month + 1), exact=True).wait_for()
        expect(desk.get_by_role("status")).to_contain_text(f"month {month}")
        expect(slider).to_have_attribute("aria-valuetext", "0")
    assert notebook.complaints == []


def test_every_control_has_a_name_and_is_reached_by_tab(notebook: NotebookPage) -> None:
    desk = desk_of(notebook, 1)
    desk.get_by_role("slider").first.focus()
    reached = 1
    controls = desk.locator("input[type=checkbox], select, button:enabled, [role=slider]")
    for _ in range(40):
        notebook.page.keyboard.press("Tab")
        inside = desk.evaluate("desk => desk.contains(document.activeElement)")
        reached += inside
        if not inside:
            break
    assert reached >= controls.count() - 1  # of two options one is a stop
    assert notebook.accessibility_complaints() == []


def test_a_test_that_is_bought_is_shown_and_what_cannot_be_is_said(notebook: NotebookPage) -> None:
    desk = desk_of(notebook, 1)
    boxes = desk.get_by_role("checkbox")
    for place in range(3):
        boxes.nth(place).check()
    desk.get_by_role("button", name=RUN.format(month=3), exact=True).click()
    expect(desk.get_by_role("status")).to_contain_text("At most two tests")
    boxes.nth(1).uncheck()
    desk.get_by_role("button", name=RUN.format(month=3), exact=True).click()
    desk.get_by_text(SAID["desk"]["found"].format(name=SAID["desk"]["tests"]["price"])).wait_for()


def test_the_rehearsal_tells_the_truth_and_ends(notebook: NotebookPage, pictures: bool) -> None:
    desk = desk_of(notebook, 0)
    for month in (1, 2, 3):
        desk.get_by_role("button", name=RUN.format(month=month), exact=True).click()
        desk.get_by_role("status").get_by_text(f"month {month}").first.wait_for()
        desk.get_by_text(SAID["desk"]["truth"]).wait_for()
    expect(desk.get_by_role("button", name=OVER, exact=True)).to_be_disabled()
    assert notebook.layout_complaints() == []
    if pictures:
        desk.screenshot(path=SCREENSHOTS / "desk.png")


def test_the_year_waits_in_a_new_kernel(notebook: NotebookPage) -> None:
    notebook.restart_kernel()
    notebook.command("notebook:run-all-cells")
    notebook.settle()
    notebook.draw()
    desk = desk_of(notebook, 1)
    desk.get_by_role("button", name=RUN.format(month=4), exact=True).wait_for()
