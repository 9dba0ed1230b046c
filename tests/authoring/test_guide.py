"""The instructor guide of every chapter, held against its source and its exercises."""

import functools
import re

import pytest

from course_utils.authoring import guide as guides
from course_utils.authoring import pages
from course_utils.authoring.guide import build_guide, lesson_notes, sections
from course_utils.authoring.notebooks import sources
from course_utils.course.chapters import Chapter
from course_utils.course.editions import ASKS, read_source
from course_utils.exercises.kinds import Guess
from course_utils.exercises.workbook import Exercise

guide = functools.cache(guides.guide)  # it computes every slip of a chapter
CHAPTERS = sources()
TAUGHT = [path for path in CHAPTERS if Chapter(path).minutes]


@pytest.fixture(scope="module", params=CHAPTERS, ids=lambda path: path.stem)
def made(request):
    """A chapter and its guide."""
    return Chapter(request.param), guide(request.param)


@pytest.fixture
def no_browser(monkeypatch):
    monkeypatch.setattr(pages, "BROWSERS", ())


def section_of(text, name):
    """The guide's part about one exercise."""
    return re.split(r"\n##+ |<div", text.partition(f'<div id="{name}"></div>\n\n### ')[2])[0]


@pytest.mark.parametrize("path", TAUGHT, ids=lambda path: path.stem)
def test_the_minutes_of_the_sections_add_up_to_the_lesson(path):
    parts = sections(path)
    assert sum(part.minutes for part in parts) == int(Chapter(path).minutes_in_class)
    assert f"{Chapter(path).minutes_in_class} in all" in guide(path)


@pytest.mark.parametrize("path", TAUGHT, ids=lambda path: path.stem)
def test_a_lesson_says_what_to_cut_what_to_discuss_and_what_to_take_home(path):
    notes = lesson_notes(path)
    assert {"when time is short", "to discuss", "homework"} <= notes.keys()
    assert all(notes.values())
    assert notes["to discuss"].count("?") >= 3


def test_everything_asked_is_in_the_guide_in_order(made):
    chapter, text = made
    asked = [ASKS.search(c.source) for c in read_source(chapter.source).cells]
    wanted = [*dict.fromkeys(match[1] for match in asked if match)]  # a range may be asked twice
    book = chapter.case().book
    assert re.findall(r"^### (\S+) · ", text, re.M) == [book.number(name) for name in wanted]
    assert wanted == [*book.items]


def test_every_section_says_what_to_say(made):
    chapter, text = made
    for part in sections(chapter.source):
        assert part.say
        assert part.say in text


def test_every_slip_has_its_value_and_its_reply(made):
    chapter, text = made
    case = chapter.case()
    for id, item in case.book.items.items():
        if not isinstance(item, Exercise) or isinstance(item.kind, Guess):
            continue
        rows = re.findall(r"^\| (.+?) \| (.+) \|$", section_of(text, id), re.M)[1:]
        assert len(rows) == len(item.slips)
        for (given, reply), name in zip(rows, item.slips, strict=True):
            said = case.words["exercise"][id]["slips"][name]
            assert reply == said.format(given=given, answer=answer_in(text, id))


def test_every_hint_is_in_the_guide_for_a_room_that_is_stuck(made):
    chapter, text = made
    case = chapter.case()
    for id, item in case.book.items.items():
        for number, hint in enumerate(case.said(item).get("hints", []), 1):
            assert f"\n{number}. {hint}\n" in section_of(text, id)


def answer_in(text, id):
    return re.search(r"\*\*Answer: (.+?)\.\*\*", section_of(text, id))[1]


def test_solutions_are_in_the_guide(made):
    chapter, text = made
    for id, item in chapter.case().book.items.items():
        statements, value = item.solution()
        if not (isinstance(item, Exercise) and isinstance(item.kind, Guess)):
            assert statements in section_of(text, id)
            assert value in section_of(text, id)


def test_every_preset_of_a_lab_can_be_clicked(made):
    chapter, text = made
    case = chapter.case()
    for make in case.labs.values():
        lab = make(case)
        assert all(f"*{button.description}*" in text for button in lab.buttons.values())


def test_no_slot_of_a_sentence_is_left_empty(made):
    prose = re.sub(r"```.*?```|`[^`]*`", "", made[1], flags=re.DOTALL)
    assert re.findall(r"\{\w+[^}]*\}", prose) == []


def test_a_guide_is_one_page_that_loads_nothing(tmp_path, no_browser):
    page, no_pdf = build_guide(CHAPTERS[0], tmp_path)
    text = (tmp_path / f"{CHAPTERS[0].stem}.html").read_text("utf-8")
    assert page == str(tmp_path / f"{CHAPTERS[0].stem}.html")
    assert "no Chromium" in no_pdf
    assert not re.search(r"<(script|link|img|iframe)\b", text)
    assert "<h2" in text
