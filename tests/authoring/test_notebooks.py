import ast
import importlib
import json
import re
import sys
import textwrap
from contextlib import contextmanager

import nbformat
import pytest
from matplotlib import pyplot

from course_utils import authoring
from course_utils.authoring import __main__ as commands
from course_utils.authoring import notebooks
from course_utils.authoring.notebooks import build, run, sources, write
from course_utils.course.chapters import CASE, NOTEBOOKS, ROOT
from course_utils.course.editions import (
    ASKS,
    METADATA,
    BuildError,
    answered,
    case_of,
    fill,
    read_source,
    trainee,
)
from course_utils.exercises.feedback import Feedback
from course_utils.exercises.kinds import Number
from course_utils.exercises.workbook import Decision, VerdictQuestion
from course_utils.widgets.reveal import Reveal

HEADER = """\
---
kernelspec:
  display_name: Python 3 (ipykernel)
  language: python
  name: python3
---

"""


@pytest.fixture
def source(tmp_path):
    """Writes a source of one's own; cells are code, but for texts that begin with #."""

    def make(*cells, name="09_tiny"):
        parts = [
            cell if cell.startswith("#") else f"```{{code-cell}}\n{cell}\n```" for cell in cells
        ]
        path = tmp_path / "source" / f"{name}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(HEADER + "\n\n".join(parts) + "\n", encoding="utf-8")
        return path

    return make


@pytest.fixture
def this_tree(monkeypatch):
    """Kernels import this tree's package, wherever the tests were started."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def committed(path):
    return nbformat.read(NOTEBOOKS / f"{path.stem}.ipynb", as_version=4)


every_source = pytest.mark.parametrize("path", sources(), ids=lambda path: path.stem)


# The committed notebooks


def test_every_source_has_its_notebook_and_every_notebook_its_source():
    assert {path.stem for path in sources()} == {path.stem for path in NOTEBOOKS.glob("*.ipynb")}
    assert len(sources()) >= 2


@every_source
def test_a_committed_notebook_is_its_source_as_a_trainee_sees_it(path):
    wanted = [(cell.cell_type, cell.id, cell.source) for cell in trainee(read_source(path)).cells]
    found = [(cell.cell_type, cell.id, cell.source) for cell in committed(path).cells]
    assert found == wanted, "run `python3 start.py build`"


@every_source
def test_a_committed_notebook_was_run_from_top_to_bottom(path):
    notebook = committed(path)
    cells = code(notebook)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    outputs = [output for cell in cells for output in cell.outputs]
    assert len(outputs) > len(cells) / 2
    assert {output.output_type for output in outputs} <= {
        *("stream", "display_data", "execute_result")
    }
    assert not [output for output in outputs if output.get("name") == "stderr"]


@every_source
def test_every_ask_of_a_committed_notebook_says_not_attempted_yet(path):
    for cell in code(committed(path)):
        if ASKS.search(cell.source) and "____" in cell.source:
            assert "Not attempted yet." in cell.outputs[-1].data["text/plain"]


@every_source
def test_a_committed_notebook_opens_without_widgets_and_without_this_machine(path):
    notebook = committed(path)
    nbformat.validate(notebook)
    assert "widgets" not in notebook.metadata
    assert notebook.metadata.kernelspec.name == "python3"
    assert not [cell for cell in notebook.cells if cell.metadata.get("execution")]
    text = (NOTEBOOKS / f"{path.stem}.ipynb").read_text(encoding="utf-8")
    assert str(ROOT) not in text
    assert "object at 0x" not in text


@every_source
def test_a_link_to_a_notebook_or_a_folder_leads_somewhere(path):
    text = path.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (NOTEBOOKS / target).exists(), target


# Exercises and notebooks agree


def book_of(notebook):
    name = next(match[1] for cell in code(notebook) if (match := CASE.search(cell.source)))
    return name, importlib.import_module(f"course_utils.cases.{name}").case.book


@every_source
def test_a_chapter_asks_for_every_item_of_its_book_once_and_in_order(path):
    notebook = trainee(read_source(path))
    _, book = book_of(notebook)
    asked = [id for cell in code(notebook) for id in ASKS.findall(cell.source)]
    assert [*dict.fromkeys(asked)] == [*book.items]
    # Only a range may be asked again, after the work.
    assert all(isinstance(book.items[id], VerdictQuestion) for id in asked if asked.count(id) > 1)
    revealed = re.findall(r'case\.reveal\("([^"]+)"\)', "\n".join(c.source for c in code(notebook)))
    assert revealed == [id for id, x in book.items.items() if isinstance(x, VerdictQuestion)]


@every_source
def test_the_answered_edition_has_no_blank_left(path):
    notebook = answered(read_source(path))
    assert not [cell.source for cell in code(notebook) if "____" in cell.source]


@every_source
def test_the_answered_edition_is_the_trainees_but_for_the_blanks(path):
    plain, filled = trainee(read_source(path)), answered(read_source(path))
    assert [cell.id for cell in plain.cells] == [cell.id for cell in filled.cells]
    for before, after in zip(plain.cells, filled.cells, strict=True):
        if before.source != after.source:
            typed = case_of(plain).typed
            assert ASKS.search(before.source) or any(call in before.source for call in typed)
            assert "____" in before.source


@every_source
def test_every_solution_is_right_where_it_stands_in_the_chapter(path, fresh_case):
    notebook = answered(read_source(path))
    name, book = book_of(notebook)
    fresh_case(name)
    names, said = {}, {}
    for cell in code(notebook):
        value = result(cell.source, names)
        for id in ASKS.findall(cell.source):
            said[id] = value
        if "case.reveal(" in cell.source:
            assert isinstance(value, Reveal)
    pyplot.close("all")
    assert list(said) == list(book.items)
    assert all(isinstance(value, Feedback) for value in said.values())
    assert {id: str(v) for id, v in said.items() if v.status not in ("right", "noted")} == {}
    for id, value in said.items():
        if isinstance(book.items[id], Decision):
            assert "No other choice earns more" in value.text


def result(source, names):
    """Run a cell; the value of its last line, as a notebook would show it."""
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), names)
    return eval(compile(ast.Expression(last.value), "cell", "eval"), names) if last else None


# Reading a source


NEXT = 6  # code cells below a blank in which its answer must not stand
SHOWN_NUMBER = re.compile(r"(?<![\w.,])(?:\d+(?:,\d{3})*\.\d+|\d(?:,?\d){2,})(?![\w.]|,\d)")


def is_told(answer, shown):
    """Whether a number that is shown is this answer: two digits are not yet a coincidence
    where one of them is a decimal."""
    digits = shown.replace(",", "")
    if len(digits.replace(".", "").lstrip("0")) < 2:
        return False
    decimals = len(digits.partition(".")[2])
    return round(abs(answer), decimals) == float(digits)


@every_source
def test_no_stored_output_right_below_a_blank_tells_its_answer(path):
    case = case_of(read_source(path))
    cells = [cell for cell in committed(path).cells if cell.cell_type == "code"]
    told = []
    for place, cell in enumerate(cells):
        asked = re.search(r'case\.check\("(\w+)"', cell.source)
        item = case.book.items.get(asked[1]) if asked else None
        if not isinstance(getattr(item, "kind", None), Number):
            continue
        answer = case.book.evaluate(item.answer, case.load)
        for below in cells[place + 1 : place + 1 + NEXT]:
            said = " ".join(
                output.get("text") or output.get("data", {}).get("text/plain", "")
                for output in below.outputs
            )
            told += [
                (asked[1], shown, below.source.splitlines()[-1])
                for shown in SHOWN_NUMBER.findall(said)
                if is_told(answer, shown)
            ]
    assert told == []


def test_cells_tagged_instructor_are_left_out(source):
    path = source("# A")
    path.write_text(
        HEADER
        + textwrap.dedent(
            """\
            # A

            +++ {"tags": ["instructor"]}

            **Say this aloud.**

            +++

            The rest

            ```{code-cell}
            :tags: [instructor]
            secret = 1
            ```

            ```{code-cell}
            1 + 1
            ```
            """
        ),
        encoding="utf-8",
    )
    whole = [cell.source for cell in read_source(path).cells]
    assert whole == ["# A", "**Say this aloud.**", "The rest", "secret = 1", "1 + 1"]
    for edition in (trainee, answered_without_blanks):
        assert [cell.source for cell in edition(read_source(path)).cells] == [
            *("# A", "The rest", "1 + 1")
        ]


def answered_without_blanks(notebook):
    """The answered edition needs a case to find answers in."""
    cell = nbformat.v4.new_code_cell("from course_utils.cases.start_here import case")
    notebook.cells.append(cell)
    notebook = answered(notebook)
    notebook.cells.pop()
    return notebook


@every_source
def test_the_instructors_words_are_in_the_source_only(path):
    told = [c for c in read_source(path).cells if "instructor" in c.metadata.get("tags", [])]
    assert told
    text = (NOTEBOOKS / f"{path.stem}.ipynb").read_text(encoding="utf-8")
    for cell in told:
        assert json.dumps(cell.source, ensure_ascii=False)[1:40] not in text


def test_ids_come_from_the_text_and_do_not_wander(source):
    first = read_source(source("# A", "x = 1", "x = 1", "y = 2"))
    later = read_source(source("z = 0", "# A", "x = 1", "x = 1", "y = 3"))
    ids = [cell.id for cell in first.cells]
    assert len(set(ids)) == len(ids) == 4
    assert ids == [cell.id for cell in read_source(source("# A", "x = 1", "x = 1", "y = 2")).cells]
    by_id = {cell.id: cell.source for cell in later.cells}
    assert [by_id.get(id) for id in ids] == ["# A", "x = 1", "x = 1", None]


# Filling the blanks


@pytest.mark.parametrize(
    ("cell", "statements", "value", "filled"),
    [
        ("x = ____\ncheck(x)", "", "1 + 1", "x = 1 + 1\ncheck(x)"),
        ("x = ____    # so", "y = 1", "y", "y = 1\nx = y    # so"),
        ("a = 0\nx = ____\ncheck(x)", "y = 1\nz = y", "z", "a = 0\ny = 1\nz = y\nx = z\ncheck(x)"),
        ("v(low=____, high=____)", "", "1, 2", "v(low=1, high=2)"),
        ("v(____, ____)", "m = 5", "round(m, 1), m + 1", "m = 5\nv(round(m, 1), m + 1)"),
        ("v(____, ____)", "", "f(1, g(2, 3)), [4, 5][0]", "v(f(1, g(2, 3)), [4, 5][0])"),
        ("v(____, ____)", "", "f((1, 2), 3), 'a, b'", "v(f((1, 2), 3), 'a, b')"),
        ("v(____, ____)", "", "(1, 2)", "v(1, 2)"),
        ("d(____)", "", "['a', 'b']", "d(['a', 'b'])"),
        ("x = ____", "", "(\n    1\n    + 2\n)", "x = (\n    1\n    + 2\n)"),
        (r"x = ____", "", r"'\1 \n'", r"x = '\1 \n'"),
    ],
)
def test_a_solution_takes_the_place_of_its_blank(cell, statements, value, filled):
    assert fill(cell, statements, value) == filled


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("v(____, ____)", "1"),
        ("v(____, ____)", "1, 2, 3"),
        ("v(____, ____)", ""),
        ("x = 1", "1, 2"),
    ],
)
def test_blanks_and_values_must_match(cell, value):
    with pytest.raises(BuildError, match=r"blanks and \d values"):
        fill(cell, "", value)


# Building


LAB = ("from course_utils.cases.start_here import case", "case.lab()")


def test_numbers_are_printed_from_the_order_in_which_a_chapter_asks(source):
    asked = '{}\ncase.check("{}", {})'
    path = source("# A", *LAB, "# Do {{sign_effect}}.", asked.format("x = ____", "more_cups", "x"))
    texts = [cell.source for cell in read_source(path).cells]
    assert texts[3:] == ["# Do 0.3.", '# 0.2\nx = ____\ncase.check("more_cups", x)']
    assert "# 0.2" in next(cell.source for cell in answered(read_source(path)).cells[4:])


def test_a_name_that_no_exercise_has_stops_the_build(source):
    path = source("# A", *LAB, "# Do {{old_conversion}}.")
    with pytest.raises(BuildError, match="Nothing in this chapter is called old_conversion"):
        read_source(path)


def test_a_build_is_the_same_to_the_byte(source, this_tree, tmp_path, monkeypatch):
    path = source("# A", *LAB, 'case.check("more_cups", ____)', "print('复购率')")
    monkeypatch.setattr(notebooks, "SOURCES", path.parent)
    written = []
    for folder in ("once", "again"):
        build(trainee, tmp_path / folder)
        written.append((tmp_path / folder / "09_tiny.ipynb").read_bytes())
    assert written[0] == written[1]
    assert b"\r" not in written[0]
    notebook = nbformat.reads(written[0].decode(), as_version=4)
    assert notebook.metadata == METADATA
    lab, check, printed = [cell.outputs[0] for cell in code(notebook)[1:]]
    assert lab.data.keys() == {"text/plain", "image/png"}
    assert "Not attempted yet." in check.data["text/plain"]
    assert printed.text == "复购率\n"


@pytest.fixture(scope="module")
def failed():
    """What the build says of a cell that fails, and whether it went on."""
    notebook = nbformat.v4.new_notebook(metadata=METADATA)
    notebook.cells = [
        nbformat.v4.new_code_cell(text) for text in ("x = 1", "x / 0  # here", "print('on')")
    ]
    with pytest.raises(BuildError) as error:
        run(notebook, "07_odd")
    return str(error.value), notebook


def test_a_cell_that_fails_is_named_and_stops_the_build(failed):
    said, notebook = failed
    assert said.startswith("07_odd: a cell failed.")
    assert "x / 0  # here" in said
    assert "ZeroDivisionError" in said
    assert notebook.cells[2].execution_count is None


def test_a_notebook_that_fails_is_not_written(source, tmp_path, monkeypatch):
    def failing(notebook, name):
        raise BuildError(name)

    monkeypatch.setattr(notebooks, "SOURCES", source("x = 1").parent)
    monkeypatch.setattr(notebooks, "run", failing)
    with pytest.raises(BuildError, match="09_tiny"):
        build(trainee, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_one_chapter_can_be_built_alone(source, tmp_path, monkeypatch, capsys):
    source("x = 1", name="01_one")
    monkeypatch.setattr(notebooks, "SOURCES", source("x = 2", name="02_two").parent)
    monkeypatch.setattr(notebooks, "run", lambda notebook, name: notebook)
    build(trainee, tmp_path / "out", "02")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["02_two.ipynb"]
    assert capsys.readouterr().out == "02_two: 1 cells\n"


def test_the_builders_own_progress_is_neither_read_nor_changed(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path))
    seen = []

    @contextmanager
    def running(client):
        seen.append(notebooks.os.environ["COURSE_PROGRESS"])
        yield

    monkeypatch.setattr(notebooks, "running", running)
    run(nbformat.v4.new_notebook(), "x")
    assert seen != [str(tmp_path)]
    assert notebooks.os.environ["COURSE_PROGRESS"] == str(tmp_path)
    monkeypatch.delenv("COURSE_PROGRESS")
    run(nbformat.v4.new_notebook(), "x")
    assert "COURSE_PROGRESS" not in notebooks.os.environ


def test_a_notebook_that_is_none_is_not_written(tmp_path):
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.from_dict({"cell_type": "riddle", "id": "a", "source": ""})]
    with pytest.raises(nbformat.ValidationError):
        write(notebook, tmp_path / "x.ipynb")
    assert not (tmp_path / "x.ipynb").exists()


# The command


def test_the_command_passes_the_chapter_on(monkeypatch):
    asked = []
    monkeypatch.setattr(notebooks, "build", lambda *arguments: asked.append(arguments))
    monkeypatch.setattr(commands, "build_data", lambda: asked.append("data"))
    commands.main("build")
    commands.main("build", "3")
    commands.main("answers", "03")
    commands.main("data")
    assert asked == [
        (trainee, NOTEBOOKS, ""),
        (trainee, NOTEBOOKS, "03"),
        (answered, notebooks.ANSWERED, "03"),
        "data",
    ]


def test_the_data_are_rebuilt_without_the_notebooks_builder(monkeypatch):
    monkeypatch.delattr(authoring, "notebooks")
    monkeypatch.setitem(sys.modules, "course_utils.authoring.notebooks", None)
    monkeypatch.setattr(commands, "build_data", lambda: None)
    commands.main("data")
    with pytest.raises(ImportError):
        commands.main("build")


def test_an_unknown_command_is_answered_in_a_sentence():
    with pytest.raises(SystemExit, match=r"no command 'bild'\. There are: build"):
        commands.main("bild")


@pytest.mark.parametrize("chapter", ["9", "three", "-1"])
def test_an_unknown_chapter_is_answered_in_a_sentence(monkeypatch, chapter):
    monkeypatch.setattr(notebooks, "run", pytest.fail)
    with pytest.raises(SystemExit, match=rf"no chapter '{chapter}'\. There are: 00, .*03"):
        commands.main("build", chapter)
