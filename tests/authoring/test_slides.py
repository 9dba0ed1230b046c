"""The slide show of every chapter, as cells; on a screen it is tried in tests/browser/."""

import ast
import re

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from course_utils.authoring.guide import guide
from course_utils.authoring.notebooks import sources
from course_utils.authoring.slides import build_slides, slides
from course_utils.course.chapters import NOTEBOOKS
from course_utils.course.editions import ASKS, answered, case_of, name_cells, read_source

IMPORT = "from course_utils.cases.start_here import case"
LETTERS_OF_CODE = 99  # on the smallest screen, beside the slide's edges
PICTURE = {"image/png": "iVBORw0KGgoAAAANSUhEUgAABwgAAAJYCAYAAABMpyBs"}  # 1800 × 600


def cut(*cells, shown=None):
    """Cells as slides; `shown` is what each piece of code puts out, by its source."""
    notebook = new_notebook(cells=[new_code_cell(IMPORT), *cells])
    name_cells(notebook)
    stored = nbformat.from_dict(notebook)
    for cell in stored.cells:
        if data := (shown or {}).get(cell.source):
            cell.outputs = [new_output("display_data", data)]
    return slides(notebook, stored).cells[1:]


def kinds(cells):
    return [cell.metadata.get("slideshow", {}).get("slide_type", "-") for cell in cells]


def is_folded(cell):
    return cell.metadata.get("jupyter") == {"source_hidden": True}


def without_space(text):
    return "".join(text.split())


@pytest.fixture(scope="module", params=sources(), ids=lambda path: path.stem)
def path(request):
    """Where a chapter's source is."""
    return request.param


@pytest.fixture(scope="module")
def chapter(path):
    """A chapter's source and its slides, both as cells."""
    stored = nbformat.read(NOTEBOOKS / f"{path.stem}.ipynb", as_version=4)
    return read_source(path).cells, slides(read_source(path), stored).cells


def test_no_word_of_a_chapter_is_lost(chapter):
    source, shown = chapter
    said = without_space("".join(c.source for c in shown if c.cell_type == "markdown"))
    for cell in source:
        if cell.cell_type == "markdown":
            for paragraph in cell.source.split("\n\n"):
                assert without_space(paragraph) in said


def test_every_piece_of_code_is_there_in_order(chapter):
    source, shown = chapter
    wanted = [c.source for c in source if c.cell_type == "code" and "case.quiz(" not in c.source]
    added = ("quiz", "course.board(", "course.round(")
    code = [c.source for c in shown if c.cell_type == "code"]
    found = [source for source in code if not any(what in source for what in added)]
    assert found == wanted


def test_what_is_for_the_instructor_is_on_no_slide(chapter):
    for cell, kind in zip(chapter[1], kinds(chapter[1]), strict=True):
        assert (kind == "notes") == ("**Instructor" in cell.source)


def test_what_is_answered_is_never_folded(chapter):
    for cell in chapter[1]:
        if any(f"case.{step}(" in cell.source for step in ("check", "verdict", "decide")):
            assert not is_folded(cell)


def test_imports_are_folded(chapter):
    for cell in chapter[1]:
        if cell.cell_type == "code":
            body = ast.parse(cell.source).body
            if all(isinstance(line, ast.Import | ast.ImportFrom) for line in body):
                assert is_folded(cell)


def test_a_piece_of_code_stands_with_the_text_before_it():
    cells = cut(new_markdown_cell("Count."), new_code_cell("1 + 1"), new_code_cell("2 + 2"))
    assert kinds(cells) == ["slide", "-", "slide"]


def test_a_blank_never_stands_without_its_question(chapter):
    begin = {"slide_type": "slide"}
    alone = [
        cell.source
        for cell in chapter[1]
        if cell.cell_type == "code" and ASKS.search(cell.source)
        if cell.metadata.get("slideshow") == begin
    ]
    assert alone == []


def test_text_without_code_is_a_slide():
    assert kinds(cut(new_markdown_cell("One."), new_markdown_cell("Two."))) == ["slide", "slide"]


def test_code_that_is_tagged_begins_a_slide():
    tagged = new_code_cell("1 + 1", metadata={"tags": ["slide"]})
    cells = cut(new_markdown_cell("A long table."), tagged)
    assert kinds(cells) == ["slide", "slide"]


def test_code_that_makes_a_picture_is_folded():
    plot, number = new_code_cell("draw()"), new_code_cell("count()")
    cells = cut(plot, number, shown={"draw()": PICTURE, "count()": {"text/plain": "1"}})
    assert [is_folded(cell) for cell in cells] == [True, False]


def test_a_lab_has_a_slide_to_itself_behind_its_rounds():
    cells = cut(new_markdown_cell("Try it."), new_code_cell("case.lab()"))
    assert kinds(cells) == ["slide", "slide", "slide"]
    assert 'course.round(0, "fancy")' in cells[1].source
    assert is_folded(cells[1])
    assert is_folded(cells[2])


def test_every_round_of_a_chapter_is_played_and_the_board_comes_last(path, chapter):
    _, shown = chapter
    about = case_of(read_source(path))
    code = "\n".join(c.source for c in shown if c.cell_type == "code")
    assert re.findall(r'course\.round\(\d, "(\w+)"\)', code) == [*about.rounds]
    # Whoever has a code to send can send it.
    assert ("case.progress()" in code) == shown[-1].source.endswith(
        f"course.board({about.book.chapter})"
    )


def test_every_slide_knows_where_its_notes_are(path, chapter):
    _, shown = chapter
    marks = re.findall(r'<div id="([^"]+)"', guide(path))
    named = [c.metadata.course.notes for c in shown if "course" in c.metadata]
    assert len(named) == sum(kind != "notes" for kind in kinds(shown))
    places = [marks.index(name) for name in named]
    assert places == sorted(places)
    assert {name for name in marks if name.startswith("section")} <= set(named)
    known = set()
    for cell in shown:
        asked = ASKS.search(cell.source)
        if asked and asked[1] not in known:
            known.add(asked[1])
            assert cell.metadata.course.notes in (asked[1], marks[marks.index(asked[1]) - 1])
        if lab := re.search(r'case\.lab\("(\w+)"', cell.source):
            assert cell.metadata.course.notes == f"lab-{lab[1]}"


def test_no_line_of_code_is_wider_than_a_slide(path):
    for cell in answered(read_source(path)).cells:
        if cell.cell_type == "code":
            assert max(map(len, cell.source.splitlines())) <= LETTERS_OF_CODE


def test_a_quiz_is_a_slide_a_question(chapter):
    source, shown = chapter
    code = [cell.source for cell in shown if cell.cell_type == "code"]
    asked = [line for line in code if line.startswith("quiz.question(")]
    assert asked == [f"quiz.question({number + 1})" for number in range(len(asked))]
    assert bool(asked) == any("case.quiz(" in cell.source for cell in source)


def test_a_show_is_written_where_it_says(tmp_path):
    (said,) = build_slides(sources()[0], tmp_path)
    assert said == str(tmp_path / "00" / f"{sources()[0].stem}.ipynb")
    nbformat.validate(nbformat.read(said, as_version=4))
