"""Handouts: one page a chapter that loads nothing, and its PDF."""

import re
import shutil
from html import unescape

import nbformat
import pytest

from course_utils.authoring import pages
from course_utils.authoring.handout import build_handout
from course_utils.authoring.notebooks import sources
from course_utils.authoring.pages import print_page, write_page
from course_utils.course.chapters import NOTEBOOKS, Chapter
from course_utils.course.editions import ASKS
from course_utils.exercises.kinds import Guess
from course_utils.exercises.numerals import written
from course_utils.exercises.workbook import Exercise, VerdictQuestion

CHAPTER = next(path for path in sources() if path.stem.startswith("03_"))


@pytest.fixture(scope="module")
def handout(tmp_path_factory):
    """The text of a handout, made on a machine without a browser."""
    folder = tmp_path_factory.mktemp("handout")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pages, "BROWSERS", ())
        build_handout(CHAPTER, folder)
    return (folder / f"{CHAPTER.stem}.html").read_text("utf-8")


def test_a_handout_loads_nothing(handout):
    assert "<script" not in handout
    assert re.findall(r'\b(?:src|href)="(?!data:|#)[^"]*"', handout) == []
    assert re.findall(r"@import|url\(\s*['\"]?(?:https?:)?//", handout) == []


def test_every_picture_is_there_with_its_words(handout):
    notebook = nbformat.read(NOTEBOOKS / f"{CHAPTER.stem}.ipynb", as_version=4)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    pictures = [output for output in outputs if "image/png" in output.get("data", {})]
    found = re.findall(r'<img alt="([^"]+)" src="data:image/png;base64,', handout)
    assert [unescape(alt) for alt in found] == [
        output.metadata["image/png"]["alt"] for output in pictures
    ]


def test_paper_has_lines_to_write_on_and_no_reply_of_a_page(handout):
    notebook = nbformat.read(NOTEBOOKS / f"{CHAPTER.stem}.ipynb", as_version=4)
    asked = [cell for cell in notebook.cells if ASKS.search(cell.source)]
    assert handout.count('<div class="course-write-on"></div>') == len(asked)
    assert "Not attempted yet" not in unescape(handout)
    assert "Commit to a range first" not in unescape(handout)


def test_the_last_page_has_every_answer_truth_and_best_choice_and_no_guess(handout):
    case = Chapter(CHAPTER).case()
    last = unescape(handout).rpartition('<div class="course-last-page">')[2]
    for name, item in case.book.items.items():
        guess = isinstance(item, Exercise) and isinstance(item.kind, Guess)
        assert (f"<td>{case.book.number(name)}</td>" in last) is not guess
        if isinstance(item, VerdictQuestion):
            assert written(case.truth(name), item.unit) in last


def test_without_a_browser_a_sentence_says_so_and_no_old_pdf_stays(tmp_path, monkeypatch):
    monkeypatch.setattr(pages, "BROWSERS", ())
    (tmp_path / "page.pdf").write_bytes(b"old")
    page = tmp_path / "page.html"
    assert write_page(page, "<p>Hello</p>") == str(page)
    said = print_page(page)
    assert said.startswith("No PDF")
    assert not (tmp_path / "page.pdf").exists()


@pytest.mark.skipif(not any(map(shutil.which, pages.BROWSERS)), reason="no Chromium here")
def test_a_page_is_printed(tmp_path):
    page = tmp_path / "a page.html"
    write_page(page, "<p>Hello</p>")
    pdf = print_page(page)
    assert (tmp_path / "a page.pdf").read_bytes().startswith(b"%PDF")
    assert pdf == str(tmp_path / "a page.pdf")
