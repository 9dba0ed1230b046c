"""The start page of somebody whose computer is slow, and who doesn't wait."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")

from playwright.sync_api import BrowserContext, Page

from course_utils.course import words
from course_utils.record import archive

from .conftest import NOTEBOOKS
from .lab_page import NotebookPage
from .server import jupyterlab

DELAY = (
    5  # seconds that the kernel needs more; JupyterLab asks it for its widgets during the first 4
)
STARTING = """() => {
  const panel = window.jupyterapp?.shell?.currentWidget;
  return panel?.context?.isReady && panel.sessionContext.session?.kernel;
}"""
LARGE = 12_000_000  # bytes; a server takes 10 MB unless it is told otherwise


@pytest.fixture(scope="module")
def start_page(
    chromium: str, context: BrowserContext, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[NotebookPage]:
    """The start page, run from top to bottom while its kernel was starting."""
    home = tmp_path_factory.mktemp("slow")
    startup = home / "ipython/profile_default/startup"
    startup.mkdir(parents=True)
    (startup / "slow.py").write_text(f"import time; time.sleep({DELAY})", "utf-8")
    shutil.copy(NOTEBOOKS[0], home)
    with jupyterlab(home, home) as server:
        notebook = NotebookPage(context, server.address(NOTEBOOKS[0].name), ready=STARTING)
        assert kernel(notebook.page, "status") != "idle"
        notebook.command("notebook:run-all-cells")
        notebook.settle()
        notebook.draw()
        yield notebook
        notebook.page.close()


def kernel(page: Page, name: str) -> str:
    """What JupyterLab has on record of the notebook's kernel under this name."""
    session = "jupyterapp.shell.currentWidget.sessionContext.session"
    return page.evaluate(f"() => {session}.kernel.{name}")


def test_every_widget_is_drawn_though_the_kernel_was_late(start_page: NotebookPage) -> None:
    page = start_page.page
    page.wait_for_function("() => !document.body.innerText.includes('Loading widget')")
    assert page.get_by_text("Click to show javascript error").count() == 0
    assert page.get_by_text("Error displaying widget").count() == 0
    for name in (words.save, words.upload, words.bring_back):
        assert page.get_by_role("button", name=name).count() == 1
    assert len(start_page.labs()) == 1
    assert start_page.complaints == []


def test_a_control_and_a_running_cell_share_one_thread(start_page: NotebookPage) -> None:
    assert kernel(start_page.page, "commsOverSubshells") == "disabled"


def test_a_large_file_arrives_when_work_is_brought_back(
    start_page: NotebookPage, tmp_path: Path
) -> None:
    work = tmp_path / "work.zip"
    work.write_bytes(bytes(LARGE))
    with pytest.raises(archive.ArchiveError) as refused:
        archive.unpack(work.read_bytes())
    page = start_page.page
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name=words.upload).click()
    chooser.value.set_files(work)
    page.get_by_role("button", name=f"{words.upload} (1)").wait_for()
    page.get_by_role("button", name=words.bring_back).click()
    page.get_by_text(str(refused.value)).wait_for()
