import json
import os
import re
import shutil
import sys
from datetime import date, datetime
from html import unescape

import numpy as np
import pandas as pd
import pytest

from course_utils.cases.tables import DATA, TableError
from course_utils.course import course as the_course
from course_utils.course import words
from course_utils.course.the_course import Course
from course_utils.course.work import BringBackBox, SaveBox
from course_utils.exercises.numerals import written as as_written
from course_utils.exercises.workbook import Decision, Exercise, VerdictQuestion
from course_utils.record import archive
from course_utils.record.progress import ProgressLog, written
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


def notebook(*lines):
    """A notebook of one cell with this text."""
    cell = {"cell_type": "markdown", "id": "a", "metadata": {}, "source": [*lines]}
    bare = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(bare).encode()


def uploaded(name, data):
    """What a page hands over when somebody chooses a file."""
    about = {"name": name, "type": "", "size": len(data), "last_modified": datetime(2025, 1, 1)}
    return ({**about, "content": memoryview(data)},)


def standings(course):
    return [chapter.case().standing() for chapter in course.chapters]


# Where you are ------------------------------------------------------------------------------


def test_every_chapter_has_what_the_panel_and_the_summary_say(course) -> None:
    assert [chapter.number for chapter in course.chapters] == list(range(len(course.chapters)))
    for chapter in course.chapters:
        assert (the_course.notebooks / chapter.notebook).is_file()
        assert chapter.case().book.chapter == chapter.number
        assert chapter.title
    for chapter in course.chapters[1:]:
        assert 5 <= len(chapter.objectives) <= 8
        assert all(re.fullmatch(r"[A-Z].*\.", point) for point in chapter.objectives)


def test_the_panel_leads_to_the_first_thing_that_is_open(course) -> None:
    first, second = course.chapters[:2]
    assert f"{words.not_begun}{first.title}." in str(course.progress())
    work_through(course, {0})
    assert f"{words.not_begun}{second.title}." in str(course.progress())
    assert f'href="{second.notebook}"' in course.progress().html
    id = next(iter(second.case().book.items))
    second.case().log.append("check", second.case_name, id, status="right", slip="")
    assert words.next.format(what=f"{second.number}.2") + second.title in str(course.progress())


def test_the_panel_counts_what_is_done_and_given_up(course) -> None:
    work_through(course, {3})
    (line,) = (line for line in str(course.progress()).splitlines() if line.startswith("3 |"))
    at = course.chapters[3].case().standing()
    assert f"{at.all} of {at.all}" in line
    assert as_written(at.regret) in line
    assert f"{at.right} of {at.questions}" in line


def test_the_calibration_picture_shows_every_range(course) -> None:
    assert course.calibration_picture().status == "info"
    work_through(course, {0, 3})
    picture = course.calibration_picture()
    books = {chapter.case_name: chapter.case().book for chapter in course.chapters}
    numbers = [books[r["case"]].number(r["item"]) for r in course.log.records("reveal")]
    assert len(numbers) == course.calibration().total
    assert all(f"{number} at" in str(picture) for number in numbers)


def test_a_sound_setup_is_one_line_and_a_broken_one_says_what_to_do(course, monkeypatch) -> None:
    assert course.check_setup().status == "info"
    assert "\n" not in str(course.check_setup())
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "scipy" else 1)
    assert words.lacks.format(name="scipy") in str(course.check_setup())


def test_a_folder_that_cannot_be_written_is_part_of_the_check(
    course, monkeypatch, tmp_path
) -> None:
    (tmp_path / "file").write_text("in the way")
    begin(course, tmp_path / "file" / "my_work", monkeypatch)
    assert "can't be written" in str(course.check_setup())


def test_a_record_that_cannot_be_written_is_part_of_the_check(course) -> None:
    (course.folder / "progress.jsonl.lock").mkdir(parents=True)
    said = str(course.check_setup())
    assert "can't be saved to my_work/progress.jsonl" in said
    assert "yours to write" in said


def test_tables_that_are_not_as_they_were_made_are_part_of_the_check(
    course, monkeypatch, tmp_path
) -> None:
    data = shutil.copytree(DATA, tmp_path / "data")
    monkeypatch.setattr(sys.modules[Course.__module__], "DATA", data)
    assert course.check_setup() == Course().check_setup()
    (data / "fresh_food" / "manifest.json").unlink()
    (data / "start_here" / "manifest.json").write_text('{"stall": {"bytes": 3}}')
    (data / "appliance_page" / "costs.csv").write_bytes(b"")
    said = course.check_setup()
    assert said.status == "unreadable"
    for file in (
        "fresh_food/manifest.json",
        "start_here/manifest.json",
        "appliance_page/costs.csv",
    ):
        assert f"data/{file}" in said.text
    assert "`python3 start.py data`" in said.text
    for path in data.glob("*/*.csv"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert " more. Make them again" in course.check_setup().text


# Nothing lost -------------------------------------------------------------------------------


def test_a_code_brings_everything_back_somewhere_else(course, monkeypatch, tmp_path) -> None:
    work_through(course, {0, 3})
    before, code = standings(course), course.code()
    begin(course, tmp_path / "elsewhere", monkeypatch)
    assert standings(course) != before
    assert course.bring_back_code(f"my code: {code[:50]}\n  {code[50:]} bye").status == "noted"
    assert standings(course) == before
    assert course.code() == code
    assert course.bring_back_code(code).text == words.brought_none


def test_the_code_of_a_whole_course_fits_a_message(course) -> None:
    work_through(course, {chapter.number for chapter in course.chapters})
    assert len(course.code()) < 600


def test_a_code_never_overrules_what_is_here(course, monkeypatch, tmp_path) -> None:
    case = course.chapters[0].case()
    case.verdict("sign_effect", 1, 2)
    code = course.code()
    begin(course, tmp_path / "elsewhere", monkeypatch)
    case.verdict("sign_effect", 5, 6)
    course.bring_back_code(code)
    assert course.log.latest("verdict", "start_here", "sign_effect")["low"] == 5


@pytest.mark.parametrize("code", ["", "hello", "ECQ2zz", "ECQ9", "ECQ2" + "3" * 400])
def test_a_bad_code_gets_a_sentence_and_changes_nothing(course, code) -> None:
    assert course.bring_back_code(code).status == "unreadable"
    assert course.log.records() == []


def test_the_saved_file_brings_back_record_and_notebooks(course, monkeypatch, tmp_path) -> None:
    work_through(course, {0})
    mine = course.notebooks / course.chapters[1].notebook
    mine.write_bytes(notebook("mine"))
    assert course.code() in course.save_now()
    data = (course.folder / "my_course.zip").read_bytes()
    begin(course, tmp_path / "elsewhere", monkeypatch)
    mine.write_bytes(notebook("newer"))
    said = course.bring_back_file(data)
    assert said.status == "noted"
    assert mine.name in said.text
    assert "mine" in mine.read_text()
    assert "newer" in (course.folder / "kept" / mine.name).read_text()
    assert course.chapters[0].case().standing().left == ()
    assert course.bring_back_file(data).text == words.brought_none


OWN = ["03_page-Copy1.ipynb", "03 mine.ipynb", "第三章.ipynb", "03_新版.ipynb"]


def test_notebooks_of_ones_own_are_saved_and_come_back(course) -> None:
    for name in OWN:
        (course.notebooks / name).write_bytes(notebook(name))
    course.save_now()
    data = (course.folder / "my_course.zip").read_bytes()
    for name in OWN:
        (course.notebooks / name).unlink()
    said = course.bring_back_file(data).text
    assert all(name in said for name in OWN)
    assert all((course.notebooks / name).read_bytes() == notebook(name) for name in OWN)
    assert course.bring_back_file(data).text == words.brought_none


def test_what_is_not_in_the_saved_file_is_named(course) -> None:
    cut = course.notebooks / course.chapters[2].notebook
    cut.write_bytes(cut.read_bytes()[:1_000])
    for folder in ("mine", ".ipynb_checkpoints"):
        (course.notebooks / folder).mkdir()
        (course.notebooks / folder / "<b>.ipynb").write_bytes(notebook())
    said = course.save_now()
    assert f"Not in it: {cut.name}, mine/&lt;b&gt;.ipynb. Left out is" in said
    held = archive.unpack((course.folder / "my_course.zip").read_bytes())
    assert held.notebooks.keys() == {chapter.notebook for chapter in course.chapters} - {cut.name}


def test_a_notebook_that_cannot_be_written_costs_no_other(course) -> None:
    course.save_now()
    data = (course.folder / "my_course.zip").read_bytes()
    first, second = (course.notebooks / chapter.notebook for chapter in course.chapters[:2])
    whole = second.read_bytes()
    for path in (first, second):
        path.unlink()
    first.mkdir()
    said = course.bring_back_file(data).text
    assert f"): {first.name}." in said
    assert words.brought_none not in said
    assert second.read_bytes() == whole


def test_one_missing_table_costs_no_other_answer_of_a_code(course, monkeypatch, tmp_path) -> None:
    work_through(course, {0, 3})
    before, code = len(course.log.records()), course.code()
    begin(course, tmp_path / "elsewhere", monkeypatch)

    def truth(id):
        raise TableError("The file is missing.")

    with monkeypatch.context() as patch:
        patch.setattr(course.chapters[0].case(), "truth", truth)
        said = course.bring_back_code(code).text
    assert words.not_restored.format(items="sign_effect", reason="The file is missing.") in said
    assert len(course.log.records()) == before - 1
    assert course.bring_back_code(code).text == words.brought.format(count=1)


def test_what_this_edition_does_not_ask_is_not_said_to_be_here_already(course) -> None:
    work_through(course, {0})
    code, asked = course.code(), course.chapters[0].case().book.items
    kept = asked.copy()
    try:
        asked.clear()
        assert course.bring_back_code(code).text == words.unknown_items.format(count=len(kept))
    finally:
        asked.update(kept)


def odd_records(course):
    """Records of this course's own items that no version could have written."""
    for case in (chapter.case() for chapter in course.chapters):
        for id in case.book.items:
            ends = {"case": case.name, "item": id, "low": 1, "high": 2}
            yield {"kind": "reveal", **ends, "truth": "31"}
            yield {"kind": "reveal", **ends, "low": "a", "high": "b", "truth": 1}
            yield {"kind": "verdict", **ends, "low": 3}
            yield {"kind": "verdict", **ends, "high": float("nan")}
            yield {"kind": "decision", "case": case.name, "item": id, "choice": "tea"}
            yield {"kind": "decision", "case": case.name, "item": id, "choice": 3, "regret": "1"}
            yield {"kind": "check", "case": case.name, "item": id, "status": "slip", "slip": [1]}
        yield {"kind": "quiz", "case": case.name, "item": "1", "choice": "0", "right": "yes"}
        yield {"kind": "check", "case": case.name, "item": ["1"], "status": "right"}


@pytest.mark.parametrize("way", ["by hand", "by a file"])
def test_odd_records_stop_nothing(course, tmp_path, way) -> None:
    odd = list(odd_records(course))
    if way == "by hand":
        course.folder.mkdir()
        course.log.path.write_bytes(written(odd))
    else:
        log = ProgressLog(tmp_path / "file.jsonl" / "in the way")
        (tmp_path / "file.jsonl").touch()
        log.extend(odd)  # in memory, where nobody looks twice
        data = archive.pack(log, course.notebooks)
        assert words.unread.format(count=len(odd)) in course.bring_back_file(data).text
    work_through(course, {0})
    for case in (chapter.case() for chapter in course.chapters):
        assert case.progress().status == "info"
    assert course.progress().text
    assert course.calibration().total == 1
    assert course.calibration_picture()
    assert course.code() in course.save_now()
    assert "my_summary.html" in str(course.summary())


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
    assert words.nothing_given in box.reply.value
    box.code.value = code
    box.button.click()
    assert course.chapters[0].case().standing().left == ()


def test_a_box_never_answers_for_a_file_that_did_not_arrive(course) -> None:
    course.save_now()
    box = course.bring_back()
    box.file.value = uploaded("small <1>.zip", (course.folder / "my_course.zip").read_bytes())
    box.button.click()
    assert f"small <1>.zip: {words.brought_none}" in unescape(box.reply.value)
    box.button.click()  # a later, larger file was chosen, and the connection broke
    assert words.nothing_given in box.reply.value
    box.file.value = uploaded("huge.zip", bytes(60_000_000))
    box.button.click()
    assert "huge.zip: This file has 60 MB" in box.reply.value
    assert box.file.value == ()


def test_what_goes_wrong_behind_a_button_is_said_beside_it() -> None:
    def fails(*_):
        raise RuntimeError("the disk is gone")

    save, bring_back = SaveBox(fails), BringBackBox(fails, fails)
    bring_back.file.value = uploaded("my_course.zip", b"")
    for box in (save, bring_back):
        box.button.click()
        assert "the disk is gone" in box.reply.value
    assert bring_back.file.value == ()


ODD_NUMBERS = [np.arange(3), pd.DataFrame({"a": [1]}), [3], {3: 3}, "3", None, float("nan"), 10**30]


@pytest.mark.parametrize("number", ODD_NUMBERS, ids=lambda number: type(number).__name__)
def test_what_is_no_chapters_number_gets_a_sentence(course, number) -> None:
    asked = [course.round(number), course.round(number, "x"), course.reset(number)]
    asked += [] if number is None else [course.board(number)]
    for said in asked:
        assert "There are: 0, 1, 2" in said.text
        assert "\n" not in said.text
    assert course.board(np.int64(3)) is course.board(3)


@pytest.mark.parametrize("name", [np.arange(3), pd.DataFrame({"a": [1]}), ["x"], 3, None])
def test_what_is_no_rounds_name_gets_a_sentence(course, name) -> None:
    assert "Chapter 3 has no round" in course.round(3, name).text


def test_a_reset_chapter_is_as_new_and_yours_is_kept(course) -> None:
    name = course.chapters[3].notebook
    (course.notebooks / name).write_text("my scribbles")
    said = course.reset(3)
    assert "kept" in said.text
    assert (course.folder / "kept" / name).read_text() == "my scribbles"
    cells = json.loads((course.notebooks / name).read_text())["cells"]
    built = json.loads((the_course.notebooks / name).read_text())["cells"]
    assert [cell["source"] for cell in cells] == [cell["source"] for cell in built]
    assert course.reset(3).text == words.reset_new.format(name=name)
    assert "There is no chapter 77" in course.reset(77).text


# At the end ---------------------------------------------------------------------------------


def test_the_summary_holds_verdicts_beside_the_truth(course) -> None:
    work_through(course, {3})
    course.summary()
    page = (course.folder / "my_summary.html").read_text("utf-8")
    for record in course.log.records("reveal"):
        assert f">{as_written(record['truth'])}<" in page
    assert [chapter.number for chapter in course.chapters if chapter.title in page] == [3]
    assert "<script" not in page
    assert 'alt="' in page


def test_the_summary_has_a_name_and_a_date_or_a_line_to_write_the_name_on(course) -> None:
    def page(*name):
        before = date.today()
        course.summary(*name)
        written = (course.folder / "my_summary.html").read_text("utf-8")
        assert any(day.isoformat() in written for day in (before, date.today()))
        return written

    assert "<p>张伟 &lt;b&gt; · " in page("张伟 <b>")
    assert "<p>Name: ____" in page()


def test_links_lead_to_the_summary_or_its_path_is_said(course, monkeypatch, tmp_path) -> None:
    assert 'href="../my_work/my_summary.html"' in course.summary().html
    course.notebooks = shutil.copytree(course.notebooks, tmp_path / "course" / "notebooks")
    page = course.summary()  # the record lies outside of what JupyterLab shows
    assert "href" not in page.html
    assert str(course.folder / "my_summary.html") in page.text


def test_a_summary_before_anything_is_done_says_so(course) -> None:
    course.summary()
    assert words.none_yet in (course.folder / "my_summary.html").read_text("utf-8")
