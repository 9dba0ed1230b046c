import json
import os
import re

import pytest

from course_utils.classroom import archive
from course_utils.classroom.workbook import Decision, Exercise, VerdictQuestion
from course_utils.course import course as the_course
from course_utils.course import words
from tests.course.conftest import begin


def work_through(course, numbers) -> None:
    """Do everything in these chapters: ranges halfway to the claim, the first of the choices."""
    for chapter in course.chapters:
        if chapter.number not in numbers:
            continue
        case = chapter.case()
        for id, item in case.book.items.items():
            if isinstance(item, Exercise):
                case.log.append("check", case.name, id, status="right", slip="")
            elif isinstance(item, VerdictQuestion):
                ends = sorted([round(item.claim / 3, 2), round(item.claim, 2)])
                case.verdict(id, *ends)
                case.reveal(id)
            elif isinstance(item, Decision):
                case.decide(id, item.choices()[0])
        quiz = case.quiz() if case.words.get("quiz") else None
        for answer in quiz.answers if quiz else []:
            answer.value = 0


def standings(course):
    return [chapter.case().standing() for chapter in course.chapters]


# Where you are ------------------------------------------------------------------------------


def test_every_chapter_has_what_the_panel_and_the_summary_say(course) -> None:
    assert [chapter.number for chapter in course.chapters] == list(range(len(course.chapters)))
    for chapter in course.chapters:
        assert (the_course.notebooks / chapter.notebook).is_file()
        assert chapter.case().number == chapter.number
        assert chapter.title
    for chapter in course.chapters[1:]:
        assert 5 <= len(chapter.objectives) <= 8
        assert all(re.fullmatch(r"[A-Z].*\.", point) for point in chapter.objectives)


def test_the_panel_leads_to_the_first_thing_that_is_open(course) -> None:
    first, second = course.chapters[:2]
    assert f"{words.NOT_BEGUN}{first.title}." in str(course.progress())
    work_through(course, {0})
    assert f"{words.NOT_BEGUN}{second.title}." in str(course.progress())
    assert f'href="{second.notebook}"' in course.progress().html
    id = next(iter(second.case().book.items))
    second.case().log.append("check", second.case_name, id, status="right", slip="")
    later = list(second.case().book.items)[1]
    assert words.NEXT.format(what=later) + second.title in str(course.progress())


def test_the_panel_counts_what_is_done_and_given_up(course) -> None:
    work_through(course, {3})
    (line,) = (line for line in str(course.progress()).splitlines() if line.startswith("3 |"))
    at = course.chapters[3].case().standing()
    assert f"{at.all} of {at.all}" in line
    assert f"{at.regret:,}" in line
    assert f"{at.right} of {at.questions}" in line


def test_the_calibration_picture_shows_every_range(course) -> None:
    assert course.calibration_picture().status == "info"
    work_through(course, {0, 3})
    picture = course.calibration_picture()
    ids = [r["item"] for r in course.log.records("reveal")]
    assert len(ids) == course.calibration().total
    assert all(f"{id} at" in str(picture) for id in ids)


def test_a_sound_setup_is_one_line_and_a_broken_one_says_what_to_do(course, monkeypatch) -> None:
    assert course.check_setup().status == "info"
    assert "\n" not in str(course.check_setup())
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "scipy" else 1)
    assert words.LACKS.format(name="scipy") in str(course.check_setup())


def test_a_folder_that_cannot_be_written_is_part_of_the_check(
    course, monkeypatch, tmp_path
) -> None:
    (tmp_path / "file").write_text("in the way")
    begin(course, tmp_path / "file" / "my_work", monkeypatch)
    assert "can't be written" in str(course.check_setup())


# Nothing lost -------------------------------------------------------------------------------


def test_a_code_brings_everything_back_somewhere_else(course, monkeypatch, tmp_path) -> None:
    work_through(course, {0, 3})
    before, code = standings(course), course.code()
    begin(course, tmp_path / "elsewhere", monkeypatch)
    assert standings(course) != before
    assert course.bring_back_code(f"my code: {code[:50]}\n  {code[50:]} bye").status == "noted"
    assert standings(course) == before
    assert course.code() == code
    assert course.bring_back_code(code).text == words.BROUGHT_NONE


def test_the_code_of_a_whole_course_fits_a_message(course) -> None:
    work_through(course, {chapter.number for chapter in course.chapters})
    assert len(course.code()) < 200


def test_a_code_never_overrules_what_is_here(course, monkeypatch, tmp_path) -> None:
    case = course.chapters[0].case()
    case.verdict("0.3", 1, 2)
    code = course.code()
    begin(course, tmp_path / "elsewhere", monkeypatch)
    case.verdict("0.3", 5, 6)
    course.bring_back_code(code)
    assert course.log.latest("verdict", "start_here", "0.3")["low"] == 5


@pytest.mark.parametrize("code", ["", "hello", "ECQ1zz", "ECQ9", "ECQ1" + "3" * 400])
def test_a_bad_code_gets_a_sentence_and_changes_nothing(course, code) -> None:
    assert course.bring_back_code(code).status == "unreadable"
    assert course.log.records() == []


def test_the_saved_file_brings_back_record_and_notebooks(course, monkeypatch, tmp_path) -> None:
    work_through(course, {0})
    mine = course.notebooks / course.chapters[1].notebook
    mine.write_text(json.dumps({"cells": ["mine"], "nbformat": 4}))
    assert course.code() in course.save_now()
    data = (course.folder / "my_course.zip").read_bytes()
    begin(course, tmp_path / "elsewhere", monkeypatch)
    mine.write_text(json.dumps({"cells": ["newer"], "nbformat": 4}))
    said = course.bring_back_file(data)
    assert said.status == "noted"
    assert mine.name in said.text
    assert "mine" in mine.read_text()
    assert "newer" in (course.folder / "kept" / mine.name).read_text()
    assert course.chapters[0].case().standing().left == ()
    assert course.bring_back_file(data).text == words.BROUGHT_NONE


def test_a_damaged_file_changes_nothing(course) -> None:
    data = archive.pack(course.log, course.notebooks)
    before = {path: path.read_bytes() for path in course.notebooks.iterdir()}
    assert course.bring_back_file(data[: len(data) // 2]).status == "unreadable"
    assert {path: path.read_bytes() for path in course.notebooks.iterdir()} == before


def test_a_disk_that_is_full_still_gives_the_code(course, monkeypatch) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    said = course.save_now()
    assert "no space left" in said
    assert course.code() in said


def test_the_boxes_do_what_their_buttons_say(course, monkeypatch, tmp_path) -> None:
    work_through(course, {0})
    save = course.save()
    save.button.click()
    assert course.code() in save.reply.value
    code = course.code()
    begin(course, tmp_path / "elsewhere", monkeypatch)
    box = course.bring_back()
    box.button.click()
    assert words.NOTHING_GIVEN in box.reply.value
    box.code.value = code
    box.button.click()
    assert course.chapters[0].case().standing().left == ()


def test_a_reset_chapter_is_as_new_and_yours_is_kept(course) -> None:
    name = course.chapters[3].notebook
    (course.notebooks / name).write_text("my scribbles")
    said = course.reset(3)
    assert "kept" in said.text
    assert (course.folder / "kept" / name).read_text() == "my scribbles"
    cells = json.loads((course.notebooks / name).read_text())["cells"]
    built = json.loads((the_course.notebooks / name).read_text())["cells"]
    assert [cell["source"] for cell in cells] == [cell["source"] for cell in built]
    assert course.reset(3).text == words.RESET_NEW.format(name=name)
    assert "There is no chapter 77" in course.reset(77).text


# At the end ---------------------------------------------------------------------------------


def test_the_summary_holds_verdicts_beside_the_truth(course) -> None:
    work_through(course, {3})
    course.summary()
    page = (course.folder / "my_summary.html").read_text("utf-8")
    for record in course.log.records("reveal"):
        assert f">{record['truth']:.2f}<" in page
    for chapter in course.chapters[1:]:
        assert chapter.title in page
    assert "<script" not in page
    assert 'alt="' in page
    assert (course.folder / "my_summary.pdf").read_bytes().startswith(b"%PDF")


def test_a_summary_before_anything_is_done_says_so(course) -> None:
    course.summary()
    assert words.NONE_YET in (course.folder / "my_summary.html").read_text("utf-8")
