"""What a chapter's page withstands, in a real kernel: cells in any order, damage, no permission."""

import re
import shutil
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from course_utils.authoring.kernels import running
from course_utils.authoring.notebooks import sources
from course_utils.course.chapters import CASE, NOTEBOOKS, ROOT
from course_utils.course.editions import answered, read_source, trainee

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

    def turn(self):
        """Forget the names of the last chapter."""
        assert not errors(self.run("%reset -f"))

    def run_all(self, cells):
        """The outputs of all cells, one after the other."""
        return [output for source in cells for output in self.run(source)]


@contextmanager
def opened(progress, tree=ROOT):
    """A page on a tree of the course, with this record."""
    client = NotebookClient(
        nbformat.v4.new_notebook(),
        allow_errors=True,
        timeout=60,
        resources={"metadata": {"path": str(NOTEBOOKS)}},
        # As the environment's own settings do.
        extra_arguments=["--InteractiveShellApp.extensions=course_utils.kernel.shell"],
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(tree))
        patch.setenv("COURSE_PROGRESS", str(progress))
        with running(client):
            yield Page(client)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A page of somebody who begins; it is handed on from chapter to chapter."""
    with opened(tmp_path_factory.mktemp("whole") / "my_work") as page:
        yield page


@pytest.fixture(scope="module")
def damaged(tmp_path_factory):
    """A page on a course in which each chapter lacks a table, and has a cut one; and its data."""
    tree = tmp_path_factory.mktemp("damaged")
    for part in ("course_utils", "data"):
        shutil.copytree(ROOT / part, tree / part)
    for folder in filter(Path.is_dir, (tree / "data").iterdir()):
        missing, *others = sorted(folder.glob("*.csv"))
        missing.unlink()
        for short in others[-1:]:
            short.write_bytes(short.read_bytes()[: short.stat().st_size // 2])
    with opened(tree / "my_work", tree) as page:
        yield page, tree / "data"


@pytest.fixture(scope="module")
def unsaved(tmp_path_factory):
    """A page of somebody whose answers can't be saved."""
    (file := tmp_path_factory.mktemp("unsaved") / "file").write_text("no folder can be made here")
    with opened(file / "progress.jsonl") as page:
        yield page


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
def test_cells_in_any_order(path, whole):
    cells = code(trainee(read_source(path)))
    whole.turn()
    early = sentences(whole.run_all(cells[::-1]))
    assert len(early) > len(cells) / 3
    assert [said for said in early if not RUN_ABOVE.fullmatch(said)] == []
    first = [whole.run(cell) for cell in cells]  # nothing answered
    second = [whole.run(cell) for cell in cells[::-1]][::-1]
    assert errors([*chain(*first, *second)]) == []
    for before, after in zip(first, second, strict=True):
        assert shown(after) == shown(before)
    said = "".join(map(shown, first))
    assert "Not attempted yet." in said
    assert "can't be saved" not in said
    assert "is not there yet" not in said


@every_source
def test_damaged_data(path, damaged):
    page, data = damaged
    cells = code(trainee(read_source(path)))
    name = next(match[1] for cell in cells if (match := CASE.search(cell)))
    whole = sorted((ROOT / "data" / name).glob("*.csv"))
    tables = [whole[0], *whole[1:][-1:]]
    page.turn()
    assert page.run("import course_utils; print(course_utils.__file__)")[0].text.startswith(
        str(data.parent)
    )
    said = sentences(page.run_all(cells))
    assert said
    for sentence in said:
        about_a_file = f"data/{name}/" in sentence and "`python3 start.py data`" in sentence
        assert about_a_file or RUN_ABOVE.fullmatch(sentence), sentence
    for table in tables:
        assert any(f"data/{name}/{table.name}" in sentence for sentence in said), table

    shutil.copytree(ROOT / "data" / name, data / name, dirs_exist_ok=True)  # as `start.py data`
    for table in tables:
        assert errors(page.run(f'case.load("{table.stem}")')) == []


def test_answers_without_permission_to_save(unsaved):
    path = sources()[3]  # has an item of every kind; what saves is the same in each chapter
    outputs = unsaved.run_all(code(answered(read_source(path))))
    assert errors(outputs) == []
    assert shown(outputs).count("can't be saved") == 1
    assert "Not attempted yet." not in shown(outputs)
    assert shown(outputs).count("Right.") >= 1
