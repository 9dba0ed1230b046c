"""Building the notebooks: each source's editions, run in a fresh kernel and written."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode

from course_utils.authoring.kernels import running
from course_utils.course.chapters import NOTEBOOKS, ROOT
from course_utils.course.editions import METADATA, BuildError, as_bytes, read_source

SOURCES = NOTEBOOKS / "source"
ANSWERED = ROOT / "build" / "answered"

WIDGET = "application/vnd.jupyter.widget-view+json"


def sources() -> list[Path]:
    """Every chapter's source, in the chapters' order."""
    return sorted(SOURCES.glob("*.md"))


def run(notebook: NotebookNode, name: str) -> NotebookNode:
    """Run every cell in a fresh kernel, with no progress on record; loud when one fails."""
    with _no_progress():
        client = NotebookClient(
            notebook,
            timeout=120,
            resources={"metadata": {"path": str(NOTEBOOKS)}},
            store_widget_state=False,
        )
        try:
            with running(client):
                for place, cell in enumerate(notebook.cells):
                    client.execute_cell(cell, place)
        except CellExecutionError as error:
            raise BuildError(f"{name}: a cell failed.\n{error}") from None
    # What differs from run to run: the time, the kernel's version, the numbers of the widgets. A
    # page that is opened without the widgets shows their pictures and words instead.
    notebook.metadata = nbformat.from_dict(METADATA)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET, None)
    return notebook


def write(notebook: NotebookNode, path: Path) -> None:
    """Write a notebook to the byte the same on every machine."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(as_bytes(notebook))


def build(edition: Callable[[NotebookNode], NotebookNode], folder: Path, only: str = "") -> None:
    """Build and run one edition of every chapter, or of the one whose number is `only`."""
    for path in sources():
        if path.stem.startswith(only):
            notebook = run(edition(read_source(path)), path.stem)
            write(notebook, folder / f"{path.stem}.ipynb")
            print(f"{path.stem}: {len(notebook.cells)} cells")  # noqa: T201


@contextmanager
def _no_progress() -> Iterator[None]:
    """A trainee who has just begun, whoever is building."""
    before = os.environ.get("COURSE_PROGRESS")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["COURSE_PROGRESS"] = folder
        try:
            yield
        finally:
            if before is None:
                del os.environ["COURSE_PROGRESS"]
            else:
                os.environ["COURSE_PROGRESS"] = before
