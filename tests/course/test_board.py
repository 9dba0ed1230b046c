import pytest

from course_utils.classroom import archive
from course_utils.classroom.progress import ProgressLog
from course_utils.classroom.workbook import Decision, VerdictQuestion
from course_utils.course import words
from course_utils.course.board import ClassRecord
from course_utils.course.class_board import ClassBoard
from tests.classes import choices, code_of, items


@pytest.fixture
def case(course):
    """Chapter 3, which has verdicts, a decision of many options, and slips."""
    return course.chapters[3].case()


def test_a_messy_chat_becomes_a_class(case) -> None:
    one, two = code_of(case, 0, 1), code_of(case, 2, 3)
    record = ClassRecord([case])
    said = record.read(
        f"[10:02] Li Wei: {one}\n> {one}\n"
        f"2026-11-22 10:03 王芳\t{two[:30]}\n  {two[30:]}\nthanks!\n"
        f"• {code_of(case, 4, 5)}\n{two[:-8]}"
    )
    assert [trainee.name for trainee in record.trainees] == ["Li Wei", "王芳", "#3"]
    assert "New: 3. On the board: 3." in said
    assert "Here already: 1" in said
    assert "1 × The code is cut short" in said


def test_whoever_sends_a_second_code_is_updated(case) -> None:
    record = ClassRecord([case])
    record.read(f"Li: {code_of(case, 0, 1)}")
    record.read(f"Li: {code_of(case, 2, 3)}")
    (trainee,) = record.trainees
    assert trainee.latest("verdict", items(case, VerdictQuestion)[0])["low"] == 2


def test_codes_of_other_chapters_are_counted_and_named(case, course) -> None:
    other = course.chapters[0].case()
    other.verdict("0.3", 1, 2)
    record = ClassRecord([case])
    said = record.read(f"Li: {other.class_code()}")
    assert record.trainees == []
    assert "nothing of chapter 3" in said


def test_what_trainees_copy_from_the_notebook_is_what_the_board_reads(case) -> None:
    id = items(case, VerdictQuestion)[0]
    case.verdict(id, 0.25, 0.75)
    record = ClassRecord([case])
    record.read(case.progress().code)
    assert record.ranges(id) == [("#1", 0.25, 0.75)]


def test_saved_work_in_a_folder_is_read_too(case, course, tmp_path) -> None:
    log = ProgressLog(tmp_path / "li" / "progress.jsonl")
    id = items(case, VerdictQuestion)[0]
    log.append("verdict", case.name, id, low=1, high=2)
    (tmp_path / "Li.zip").write_bytes(archive.pack(log, course.notebooks))
    (tmp_path / "holiday.zip").write_bytes(b"no archive")
    record = ClassRecord([case])
    said = record.read_folder(tmp_path)
    assert record.ranges(id) == [("Li", 1, 2)]
    assert "damaged" in said


def test_the_truth_shows_only_when_it_is_revealed(case) -> None:
    record = ClassRecord([case])
    id = items(case, VerdictQuestion)[0]
    truth = case.truth(id)
    record.read(f"a: {code_of(case, truth - 1, truth + 1)}\nb: {code_of(case, 90, 91)}")
    covered, shown = (record.verdict_picture(id, revealed=r) for r in (False, True))
    assert f"{truth:.2f}" not in str(covered)
    assert f"The truth is {truth:.2f}: 1 of 2 hold it" in str(shown)
    assert covered.png != shown.png


def test_a_covered_picture_is_the_same_whatever_the_truth_is(case, monkeypatch) -> None:
    record = ClassRecord([case])
    id = items(case, VerdictQuestion)[0]
    record.read(f"a: {code_of(case, 0, 1)}\nb: {code_of(case, 2, 5)}")
    here = record.verdict_picture(id, revealed=False).png
    monkeypatch.setattr(case, "truth", lambda id: 0.5)
    assert record.verdict_picture(id, revealed=False).png == here


def test_calibration_counts_every_range_of_the_class(case) -> None:
    ids = items(case, VerdictQuestion)
    record = ClassRecord([case])
    record.read(f"a: {code_of(case, -1e4, 1e4)}\nb: {code_of(case, 9e4, 9.1e4)}")
    found = record.calibration(ids)
    assert (found.held, found.total) == (len(ids), 2 * len(ids))


def test_choices_stand_beside_what_they_give_up(case) -> None:
    (id,) = items(case, Decision)
    record = ClassRecord([case])
    record.read("\n".join(f"{n}: {code_of(case, n, n + 1, choice=n % 2)}" for n in range(5)))
    found = record.choices(id).set_index("choice")
    first, second = choices(case, id)[:2]
    assert found.loc[first, "trainees"] == 3
    assert found.loc[second, "trainees"] == 2
    profits = {
        case.book.items[id].kind.show(o): p for o, p in case.book.items[id].profits().items()
    }
    assert found.loc[first, "regret"] == max(profits.values()) - profits[first]
    assert "gives up" not in str(record.choices_picture(id, revealed=False))


def test_common_slips_come_first_with_what_the_check_said(case) -> None:
    record = ClassRecord([case])
    record.read("\n".join(f"{n}: {code_of(case, n, n + 1, slip=int(n > 0))}" for n in range(4)))
    found = record.slips()
    assert found["trainees"].tolist() == [3, 1]
    id = found["exercise"][0].split()[0]
    book = case.book
    answer = book.evaluate(book.items[id].answer, case.load)
    slips = [book.evaluate(f, case.load, answer=answer) for f in book.items[id].slips.values()]
    assert found["reply"].tolist() == [case.check(id, slips[n]).text for n in (1, 0)]


def test_the_table_has_a_row_a_trainee(case) -> None:
    record = ClassRecord([case])
    record.read(f"a: {code_of(case, 0, 1)}\nb: {code_of(case, 2, 5)}")
    table = record.table()
    assert table["name"].tolist() == ["a", "b"]
    assert table[f"{items(case, VerdictQuestion)[0]} high"].tolist() == [1, 5]


def test_the_calibration_picture_counts_verdict_by_verdict(case) -> None:
    record = ClassRecord([case])
    id = items(case, VerdictQuestion)[0]
    truth = case.truth(id)
    record.read(f"a: {code_of(case, truth - 1, truth + 1)}\nb: {code_of(case, 900, 901)}")
    shares = {each: record.calibration([each]).share for each in record.judged()}
    assert shares[id] == 0.5
    said = record.calibration_picture().words
    assert all(f"{each}: {share:.0%}" for each, share in shares.items())
    assert f"of {2 * len(shares)} ranges held" in said


def test_one_trainee_with_codes_of_two_chapters_is_one_on_the_board(course) -> None:
    second, third = (course.chapters[number].case() for number in (2, 3))
    record = ClassRecord([second, third])
    record.read(f"Li: {code_of(second, 0, 1)}\nWang: {code_of(third, 0, 1)}")
    record.read(f"Li: {code_of(third, 2, 3)}")
    assert [trainee.name for trainee in record.trainees] == ["Li", "Wang"]
    assert len(record.ranges(items(second, VerdictQuestion)[0])) == 1
    assert [name for name, *_ in record.ranges(items(third, VerdictQuestion)[0])] == ["Wang", "Li"]
    assert record.calibration(record.judged()).total == len(items(second, VerdictQuestion)) + 2 * (
        len(items(third, VerdictQuestion))
    )


def test_a_resume_code_of_the_whole_course_fills_the_board_of_the_course(course) -> None:
    for chapter in course.chapters:
        case = chapter.case()
        for id in items(case, VerdictQuestion):
            case.verdict(id, 0, 2)
    board = course.board()
    board.paste.value = f"Li: {course.code()}"
    board.take.click()
    asked = [id for id, i in board.record.items.items() if isinstance(i, VerdictQuestion)]
    assert board.record.judged() == asked
    assert {id[0] for id in asked} == {str(chapter.number) for chapter in course.chapters}


# On the screen ------------------------------------------------------------------------------


@pytest.fixture
def board(course) -> ClassBoard:
    return course.board(3)


def test_pasting_revealing_and_leafing_on(board) -> None:
    case = board.record.cases[0]
    assert words.NOBODY in board.said.value
    board.paste.value = f"Li: {code_of(case, 0, 1)}"
    board.take.click()
    assert "New: 1" in board.report.value
    assert "The truth" not in board.said.value
    board.reveal.value = True
    assert "The truth" in board.said.value
    board.view.value = items(case, VerdictQuestion)[1]
    assert not board.reveal.value
    assert "The truth" not in board.said.value


def test_a_board_that_is_run_again_has_lost_nothing(board, course) -> None:
    board.paste.value = f"Li: {code_of(board.record.cases[0], 0, 1)}"
    board.take.click()
    assert [trainee.name for trainee in course.board(3).record.trainees] == ["Li"]
    assert course.board(2).record.trainees == []
    assert course.board().record.trainees == []


@pytest.mark.parametrize("covered", [True, False])
def test_every_view_shows_something(board, covered) -> None:
    board.paste.value = f"Li: {code_of(board.record.cases[0], 0, 1)}"
    board.take.click()
    shown = set()
    for _, view in board.view.options:
        board.view.value = view
        board.reveal.value = not covered
        shown.add(board.said.value)
    assert len(shown) == len(board.view.options)


def test_the_export_writes_the_table_and_the_picture(board, course) -> None:
    board.paste.value = f"Li: {code_of(board.record.cases[0], 0, 1)}"
    board.take.click()
    board.save.click()
    folder = course.folder / "class"
    assert (folder / "class_3.csv").read_text("utf-8").splitlines()[1].startswith("Li,")
    assert [path.read_bytes()[:4] for path in folder.glob("*.png")] == [b"\x89PNG"]


def test_a_folder_that_is_not_there_is_named(board, tmp_path) -> None:
    board.folder.value = str(tmp_path / "nowhere")
    board.take.click()
    assert "There is no folder" in board.report.value


def test_a_name_with_signs_of_html_stays_text(board) -> None:
    board.paste.value = f"<b>Li</b>: {code_of(board.record.cases[0], 0, 1)}"
    board.take.click()
    board.view.value = "finished"
    assert "<b>" not in board.said.value


def test_there_is_a_board_of_every_chapter_and_of_no_other(course) -> None:
    for chapter in course.chapters:
        assert isinstance(course.board(chapter.number), ClassBoard)
    assert "There is no chapter 12" in course.board(12).text
