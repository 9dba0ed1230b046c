"""What a session with two chapters open takes: JupyterLab's server, and a kernel for each."""

import shutil
import tempfile
from pathlib import Path
from typing import Any

import psutil

from benchmarks.measure import Row
from benchmarks.screen import VIEW, chromium
from course_utils.course.chapters import NOTEBOOKS
from tests.browser.server import jupyterlab

CHAPTERS = ("02_beauty_traffic.ipynb", "03_appliance_page_redesign.ipynb")
LIMIT = 1_000.0  # megabytes, of the two or so that Binder gives


def rows(chapters: tuple[str, ...] = CHAPTERS) -> list[Row]:
    """One row: megabytes once both chapters have run, beside what they may take."""
    with chromium() as browser:
        value = None if browser is None else _megabytes(browser, chapters)
    peer = "Chromium is not installed" if value is None else "the most it may take"
    return [Row("memory, two chapters open", "MB", value, peer, LIMIT)]


def _megabytes(browser: Any, chapters: tuple[str, ...]) -> float:
    from tests.browser.lab_page import NotebookPage  # it needs Playwright

    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        for chapter in chapters:
            shutil.copy(NOTEBOOKS / chapter, home)
        with jupyterlab(home, home) as server:
            context = browser.new_context(viewport=VIEW)
            for chapter in chapters:
                notebook = NotebookPage(context, server.address(chapter))
                notebook.command("notebook:run-all-cells")
                notebook.settle()
            session = psutil.Process(server.pid)
            return sum(map(_bytes, [session, *session.children(recursive=True)])) / 1e6


def _bytes(process: psutil.Process) -> int:
    """A process' memory, with its share of what it has in common with others where that is told."""
    memory = process.memory_full_info()
    return getattr(memory, "pss", memory.rss)
