"""What a chapter's page withstands, in a real kernel: cells in any order, damage, no permission."""

import re
import shutil
from contextlib import contextmanager
from itertools import chain

import nbformat
import pytest
from nbclient import NotebookClient

from course_utils.authoring.kernels import running
from course_utils.authoring.notebooks import (
    CASE,
    NOTEBOOKS,
    ROOT,
    answered,
    read_source,
    sources,
    trainee,
)

RUN_ABOVE = re.compile(
    r"`\w+` is not there yet\. Check how it is spelt, or run the cells above this one first: .*\."
)


def code(notebook):
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


class Page:
    """A kernel of the course: runs a cell, gives its outputs."""

    def __init__(self, client):
        self._client = client

    def run(self, source):
        cell = nbformat.v4.new_code_cell(source)
        self._client.nb.cells = [cell]
        self._client.execute_cell(cell, 0)
        return cell.outputs

    def run_all(self, cells):
        """The outputs of all cells, one after the other."""
        return [output for source in cells for output in self.run(source)]


@pytest.fixture
def opened(monkeypatch, tmp_path):
    """Opens a page on a tree of the course; its record is in this test's folder."""

    @contextmanager
    def open_page(tree=ROOT, progress=tmp_path / "my_work"):
        monkeypatch.setenv("PYTHONPATH", str(tree))
        monkeypatch.setenv("COURSE_PROGRESS", str(progress))
        client = NotebookClient(
            nbformat.v4.new_notebook(),
            allow_errors=True,
            timeout=60,
            resources={"metadata": {"path": str(NOTEBOOKS)}},
            # As the environment's own settings do.
            extra_arguments=["--InteractiveShellApp.extensions=course_utils.classroom.shell"],
        )
        with running(client):
            yield Page(client)

    return open_page


def errors(outputs):
    return [output for output in outputs if output.output_type == "error"]


def sentences(outputs):
    """What the errors say; each of them in one line."""
    for error in errors(outputs):
        assert len(error.traceback) == 1, error.traceback
        assert "\n" not in error.traceback[0]
    return [error.traceback[0] for error in errors(outputs)]


def shown(outputs):
    """What was printed and shown; the kernel may send what a cell prints in several pieces."""
    return "".join(
        output.get("text") or output.data.get("text/plain", "")
        for output in outputs
        if output.output_type != "error"
    )


every_source = pytest.mark.parametrize("path", sources(), ids=lambda path: path.stem)


@every_source
def test_cells_in_any_order(path, opened):
    cells = code(trainee(read_source(path)))
    with opened() as page:
        early = sentences(page.run_all(cells[::-1]))
        assert len(early) > len(cells) / 3
        assert [said for said in early if not RUN_ABOVE.fullmatch(said)] == []
        first = [page.run(cell) for cell in cells]  # nothing answered
        second = [page.run(cell) for cell in cells[::-1]][::-1]
        assert errors([*chain(*first, *second)]) == []
        for before, after in zip(first, second, strict=True):
            assert shown(after) == shown(before)
        said = "".join(map(shown, first))
        assert "Not attempted yet." in said
        assert "can't be saved" not in said
        assert "is not there yet" not in said


def copy_of_the_course(folder):
    for part in ("course_utils", "data"):
        shutil.copytree(ROOT / part, folder / part)
    return folder


@every_source
def test_damaged_data(path, opened, tmp_path):
    tree = copy_of_the_course(tmp_path / "course")
    cells = code(trainee(read_source(path)))
    name = next(match[1] for cell in cells if (match := CASE.search(cell)))
    data = tree / "data" / name
    missing, *others = sorted(data.glob("*.csv"))
    missing.unlink()
    for short in others[-1:]:
        short.write_bytes(short.read_bytes()[: short.stat().st_size // 2])
    damaged = [missing, *others[-1:]]
    with opened(tree) as page:
        assert page.run("import course_utils; print(course_utils.__file__)")[0].text.startswith(
            str(tree)
        )
        said = sentences(page.run_all(cells))
        assert said
        for sentence in said:
            about_a_file = f"data/{name}/" in sentence and "`python3 start.py data`" in sentence
            assert about_a_file or RUN_ABOVE.fullmatch(sentence), sentence
        for table in damaged:
            assert any(f"data/{name}/{table.name}" in sentence for sentence in said), table

        shutil.copytree(ROOT / "data" / name, data, dirs_exist_ok=True)  # as `start.py data` does
        for table in damaged:
            assert errors(page.run(f'case.load("{table.stem}")')) == []


@every_source
def test_answers_without_permission_to_save(path, opened, tmp_path):
    (tmp_path / "file").write_text("no folder can be made in here")
    with opened(progress=tmp_path / "file" / "progress.jsonl") as page:
        outputs = page.run_all(code(answered(read_source(path))))
    assert errors(outputs) == []
    assert shown(outputs).count("can't be saved") == 1
    assert "Not attempted yet." not in shown(outputs)
    assert shown(outputs).count("Right.") >= 1
