"""Run All of each notebook: seconds, and the peak memory of its kernel."""

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter

import nbformat
import psutil
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from benchmarks.measure import Row
from course_utils.authoring.kernels import running
from course_utils.course.chapters import NOTEBOOKS

BARE = "a kernel that imports pandas and pyplot"


def rows(folder: Path = NOTEBOOKS, repeats: int = 3) -> list[Row]:
    """Two rows a notebook, seconds and megabytes, beside a kernel that only imports."""
    bare = new_notebook(cells=[new_code_cell("import pandas, matplotlib.pyplot")])
    bare_seconds, bare_memory = _run_all(bare, repeats)
    found = []
    for path in sorted(folder.glob("*.ipynb")):
        seconds, memory = _run_all(nbformat.read(path, as_version=4), repeats)
        found += [
            Row(f"Run All, {path.stem}", "s", seconds, BARE, bare_seconds),
            Row(f"peak memory, {path.stem}", "MB", memory, BARE, bare_memory),
        ]
    return found


def _run_all(notebook: NotebookNode, repeats: int) -> tuple[float, float]:
    """Median seconds from no kernel to the last output, and median peak in megabytes."""
    runs = [_run_once(notebook) for _ in range(repeats)]
    return median(seconds for seconds, _ in runs), median(memory for _, memory in runs)


def _run_once(notebook: NotebookNode) -> tuple[float, float]:
    client = NotebookClient(notebook, resources={"metadata": {"path": str(NOTEBOOKS)}})
    start = perf_counter()
    with (
        running(client, stderr=subprocess.DEVNULL),
        _peak_memory(client.km.provisioner.pid) as seen,
    ):
        for place, cell in enumerate(notebook.cells):
            client.execute_cell(cell, place)
        seconds = perf_counter() - start
    return seconds, max(seen) / 1e6


@contextmanager
def _peak_memory(pid: int) -> Iterator[list[int]]:
    """Looks at a process' resident bytes fifty times a second, and lists what it saw."""
    process, seen, over = psutil.Process(pid), [], threading.Event()

    def look() -> None:
        while not over.wait(0.02):
            seen.append(process.memory_info().rss)

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield seen
    finally:
        over.set()
        watcher.join()
        seen.append(process.memory_info().rss)
