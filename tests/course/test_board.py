import os
import random
import re

import pandas as pd
import pytest

from course_utils.course import words
from course_utils.course.board import ClassRecord
from course_utils.course.class_board import ClassBoard
from course_utils.exercises.numerals import written
from course_utils.exercises.workbook import Decision, Exercise, VerdictQuestion
from course_utils.record import archive, codes
from course_utils.record.progress import ProgressLog
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


# Who is who ---------------------------------------------------------------------------------


def called(record: ClassRecord) -> list[str]:
    return [trainee.name for trainee in record.trainees]


def work(case, *done: str, choice: int | None = None, low: float | None = None) -> str:
    """A code of somebody who has done these exercises, and what is final if it is given."""
    found = [{"kind": "check", "item": id, "status": "right", "slip": ""} for id in done]
    if choice is not None:
        id = items(case, Decision)[0]
        found.append({"kind": "decision", "item": id, "choice": choices(case, id)[choice]})
    if low is not None:
        ends = {"item": items(case, VerdictQuestion)[0], "low": low, "high": low + 1}
        found += [{"kind": kind, **ends} for kind in ("verdict", "reveal")]
    return codes.encode([{"case": case.name, **r} for r in found], [case.layout()], slips=True)


FORMS = (
    "{name}: {code}",
    "{name}：{code}",
    "{name}\t{code}",
    "**{name}**: `{code}`",
    "「{name}：{code}」",
    "[10:02] {name}: {code}",
    "[22/11/2026, 10:02:33] {name}: my code is {code}",
    "10:02:33 From {name} to Everyone: {code}",
    "10:02:33\t From {name} to Everyone:\n\t{code}",
    "{name}:\n{code}",
    "{name} 10:02\n{code}",
    "{name} 昨天 10:02\n我的代码 {code}",
    "{name} 2026年11月22日 下午3:05\n@Liu Laoshi\u2005{code}",
    "{name}：@刘老师 {code}",
)
PEOPLE = (
    *(
        "Ann",
        "Bob",
        "Li Wei",
        "王芳",
        "王伟",
        "欧阳娜娜",
        "👩🏻小李",
        "Zoë",
        "ECQfan",
        "$x_$",
        "O'Neil",
    ),
    *("Li (Beijing)", "Ana2", "Nguyễn My", "Team A - group of the north western district"),
    "Team B - group of the north western district",
)
CHATTER = ("thanks!", "teacher: post your ECQ code please", "👍", "10:03 teacher: and now?", "")


def test_a_chat_of_known_people_gives_back_exactly_these(case) -> None:
    id = items(case, VerdictQuestion)[0]
    for seed in range(40):
        rng = random.Random(seed)
        lines, whole, damaged = [], {}, 0
        for name in rng.sample(PEOPLE, rng.randrange(1, len(PEOPLE))):
            low = rng.randrange(3)  # so that many have the same record
            code = code_of(case, low, low + 1)
            broken = rng.random() < 0.25
            if broken:
                place = rng.randrange(6, len(code))
                code = code[:place] + rng.choice(["", "0", "I" + code[place + 1 :]])
                damaged += 1
            else:
                whole[name] = low
                code = rng.choice([code, f"{code[:20]}\n  {code[20:]}", " ".join(code)])
            lines.append(rng.choice(FORMS).format(name=name, code=code))
            if not broken and rng.random() < 0.2:
                lines.append(f"> {code}")
            lines.append(rng.choice(CHATTER))
        record = ClassRecord([case])
        said = record.read("\n".join(lines))
        kept = {name: low for name, low, _ in record.ranges(id)}
        wanted = {name[:24].rstrip(): low for name, low in whole.items()}
        assert kept == wanted, lines
        assert f"On the board: {len(whole)}." in said
        assert len(record.trainees) == len(whole)
        counted = [int(count) for count in re.findall(r"(\d+) ×", said)]
        assert sum(counted) == damaged, (said, lines)
        # The same chat again: nobody new, and nothing is added up.
        again = record.read("\n".join(lines))
        assert f"New: 0. On the board: {len(whole)}. Here already" in again or not whole
        assert said.partition(" × ")[2] == again.partition(" × ")[2]


def test_everybody_of_equal_record_is_on_the_board(case) -> None:
    code = code_of(case, 0, 1)
    record = ClassRecord([case])
    said = record.read("\n".join(f"{name}: {code}" for name in ("Ann", "Bob", "Cy")))
    assert called(record) == ["Ann", "Bob", "Cy"]
    assert said == "New: 3. On the board: 3."


def test_a_damaged_code_is_named_with_its_line_and_costs_nobody_else(case) -> None:
    one, two = code_of(case, 0, 1), code_of(case, 2, 3)
    record = ClassRecord([case])
    said = record.read(f"Ann 10:02\n{one[:-5]}\nBob: {two}\nCy: {one[:9]}0\nDi: {one}")
    assert called(record) == ["Bob", "Di"]
    assert "“Ann: ECQ2" in said
    assert "“Cy: ECQ2" in said


def test_who_can_not_have_gone_on_so_is_another_person(case) -> None:
    one, two, *_ = items(case, Exercise)
    record = ClassRecord([case])
    record.read(f"王伟: {work(case, one)}")
    said = record.read(f"王伟: {work(case, two)}")
    assert called(record) == ["王伟", "王伟 (2)"]
    assert "Other people of the same name: 王伟 (2)." in said
    # Each of them goes on, and an earlier code comes once more.
    said = record.read(f"王伟: {work(case, two, choice=0)}\n王 伟: {work(case)}")
    assert called(record)[:2] == ["王伟", "王伟 (2)"]
    assert "Updated: 1." in said
    assert record.trainees[1].latest("decision", items(case, Decision)[0])
    assert not record.trainees[0].latest("decision", items(case, Decision)[0])


@pytest.mark.parametrize(
    ("before", "after"), [({"choice": 0}, {"choice": 1}), ({"low": 1}, {"low": 2})]
)
def test_what_is_final_tells_two_people_apart(case, before, after) -> None:
    record = ClassRecord([case])
    record.read(
        f"Li: {work(case, **before)}\nli: {work(case, **after)}\nLI: {work(case, **before)}"
    )
    assert called(record) == ["Li", "li (2)"]


def test_codes_that_only_mention_the_teacher_are_three_people(case) -> None:
    record = ClassRecord([case])
    forms = ("@刘老师 {}", "我的代码 {}", "code: {}")
    record.read("\n".join(form.format(code_of(case, n, n + 1)) for n, form in enumerate(forms)))
    assert called(record) == ["#1", "#2", "#3"]


def test_long_names_are_cut_at_their_end_and_stay_two(case) -> None:
    record = ClassRecord([case])
    for team in ("A", "B"):
        record.read(f"Team {team} - group of the north western district: {code_of(case)}")
    assert [name[:6] for name in called(record)] == ["Team A", "Team B"]
    record.read(f"Team A - group of the north eastern district: {code_of(case)}")
    assert len(set(called(record))) == 3


@pytest.mark.parametrize(
    "chat",
    [
        "张伟 下午7:03\n我的代码\n{0}\n李娜 下午7:04\n@刘老师 好了\n{1}",
        "张伟\n下午7:03\n{0}\n李娜\n昨天 19:02\n{1}",
        "张伟(12345678) 2026/11/25 19:02:11\n{0}\n李娜(22345678) 2026/11/25 19:03:11\n{1}",
        "10:02:33 From 张伟 to Everyone:\n\there you are\n\t{0}\n"
        "10:03:33 From 李娜 to Everyone:\n\t{1}",
        "#接龙\n1. 张伟 {0}\n2. 李娜 {1}",
    ],
)
def test_whoever_is_named_above_a_code_wrote_it(case, chat) -> None:
    record = ClassRecord([case])
    said = record.read(chat.format(code_of(case, 0, 1), code_of(case, 0, 1)))
    assert called(record) == ["张伟", "李娜"]
    assert said == "New: 2. On the board: 2."
    record.read(chat.format(code_of(case, 2, 3), code_of(case, 0, 1)))
    assert called(record) == ["张伟", "李娜"]  # updated, and nobody new


def test_a_faulty_code_is_shown_with_its_writer(case) -> None:
    record = ClassRecord([case])
    said = record.read(f"张伟 19:02\n好了\n{code_of(case)[:-5]}\n李娜: {code_of(case).lower()}")
    assert "“张伟: ECQ2" in said
    assert "1 × The code has lost its capital letters" in said
    assert "“李娜: ecq2" in said


# A folder -----------------------------------------------------------------------------------


def saved(course, case, folder, *records) -> bytes:
    log = ProgressLog(folder / "progress.jsonl")
    for kind, item, fields in records:
        log.append(kind, case.name, item, **fields)
    return archive.pack(log, course.notebooks)


def test_one_bad_file_costs_nobody_else_and_is_named(case, course, tmp_path, monkeypatch) -> None:
    id = items(case, VerdictQuestion)[0]
    verdicts = {"low": 1, "high": 2}, {"low": "x", "high": []}, {"low": 3, "high": 1}
    folder = tmp_path / "class"
    folder.mkdir()
    for name, ends in zip(("Li", "Odd", "Turned"), verdicts, strict=True):
        log = tmp_path / name
        (folder / f"{name}.zip").write_bytes(saved(course, case, log, ("verdict", id, ends)))
    (folder / "directory.zip").mkdir()
    (folder / "gone.zip").symlink_to(tmp_path / "nowhere")
    (folder / "loop.zip").symlink_to(folder / "loop.zip")
    with (folder / "holiday.ZIP").open("wb") as file:
        os.truncate(file.fileno(), archive.LARGEST + 1)
    (folder / "Empty.zip").write_bytes(saved(course, case, tmp_path / "empty"))
    (folder / "王芳.zip").write_bytes((folder / "Li.zip").read_bytes())
    record = ClassRecord([case])
    said = record.read_folder(folder)
    assert record.ranges(id) == [("Li", 1, 2), ("王芳", 1, 2)]
    bad = ("Odd", "Turned", "directory", "gone", "loop", "Empty")
    assert all(f"“{name}.zip”" in said for name in bad)
    assert "“holiday.ZIP”" in said


def test_saved_work_and_a_code_of_one_person_are_one(case, course, tmp_path) -> None:
    id = items(case, VerdictQuestion)[0]
    case.verdict(id, 1, 2)
    (tmp_path / "Li.zip").write_bytes(archive.pack(case.log, course.notebooks))
    record = ClassRecord([case])
    record.read(f"Li: {case.class_code()}")
    assert "New: 0. On the board: 1. Here already: 1." in record.read_folder(tmp_path)


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
    assert written(truth) not in str(covered)
    assert f"The truth is {written(truth)}: 1 of 2 hold it" in str(shown)
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
    id = items(case, Decision)[0]
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
    book = case.book
    asked = book.find(found["exercise"][0].split()[0])
    answer = book.evaluate(asked.answer, case.load)
    slips = [book.evaluate(f, case.load, answer=answer) for f in asked.slips.values()]
    assert found["reply"].tolist() == [case.check(asked.name, slips[n]).text for n in (1, 0)]


def test_the_table_has_a_row_a_trainee(case) -> None:
    record = ClassRecord([case])
    record.read(f"a: {code_of(case, 0, 1)}\nb: {code_of(case, 2, 5)}")
    table = record.table()
    assert table["name"].tolist() == ["a", "b"]
    name = items(case, VerdictQuestion)[0]
    assert table[f"{case.book.number(name)} {name} high"].tolist() == [1, 5]


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
    chapters = {board.record.number(name).partition(".")[0] for name in asked}
    assert chapters == {str(chapter.number) for chapter in course.chapters}


# On the screen ------------------------------------------------------------------------------


@pytest.fixture
def board(course) -> ClassBoard:
    return course.board(3)


def test_pasting_revealing_and_leafing_on(board) -> None:
    case = board.record.cases[0]
    assert words.nobody in board.said.value
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


@pytest.mark.parametrize("folder", ["~nobody-of-this-name/x", "x" * 5_000, "a\0b"])
def test_whatever_folder_is_named_the_paste_is_read_and_told(board, folder) -> None:
    board.paste.value = f"Li: {code_of(board.record.cases[0], 0, 1)}"
    board.folder.value = folder
    board.take.click()
    assert "New: 1. On the board: 1. There is no folder" in board.report.value


NASTY = (
    *("$x_$", "$\\frac{", "欧阳娜娜", "👩🏻‍💻🇨🇳", "a\ud800b", "\u202eLi\x00\x1b[31m", "`*Ann*`"),
    *("=HYPERLINK(1)", "+cmd|'/C calc'!A0", "@SUM(1+1)*9", "<img src=x onerror=alert(1)>"),
    *("{braces} %s \\n", "A" * 10_000),
)


@pytest.mark.parametrize("names", [NASTY[:11], NASTY])  # few are named, many are not
def test_no_name_keeps_a_view_or_the_export_from_showing(board, course, names) -> None:
    case = board.record.cases[0]
    board.paste.value = "\n".join(
        f"{name}: {code_of(case, n - 3, n, slip=n % 2)}" for n, name in enumerate(names)
    )
    board.take.click()
    assert f"New: {len(names)}. On the board: {len(names)}." in board.report.value
    for _, view in board.view.options:
        board.view.value = view
        board.reveal.value = True
        board.said.value.encode()
        assert "could not be done" not in board.report.value
        assert "<img" not in board.said.value
    board.save.click()
    table = pd.read_csv(course.folder / "class" / "class_3.csv", dtype=str)
    assert len(table) == len(names)
    assert not table.map(lambda cell: str(cell).startswith(("=", "+", "@", "\t"))).any(axis=None)
    assert not table["name"].str.startswith(("-", "'")).any()


def test_a_few_ranges_are_named_in_the_words_from_the_top(case) -> None:
    id = items(case, VerdictQuestion)[0]
    record = ClassRecord([case])
    record.read(f"王芳: {code_of(case, 2, 3)}\nLi: {code_of(case, 0, 1)}")
    assert "From the top: 1 Li, 2 王芳." in record.verdict_picture(id, revealed=False).words


def test_of_a_large_class_the_lowest_and_the_highest_are_named(case) -> None:
    id = items(case, VerdictQuestion)[0]
    record = ClassRecord([case])
    record.read("\n".join(f"{n}: {code_of(case, i, i + 1)}" for i, n in enumerate("abcdefghijklm")))
    said = record.verdict_picture(id, revealed=False).words
    assert "Lowest: a, b, c. Highest: m, l, k." in said


def test_the_last_paste_can_be_forgotten_and_a_new_class_begun(board) -> None:
    one, two = (code_of(board.record.cases[0], n, n + 1) for n in (0, 2))
    for text in (f"Li: {one}", f"Li: {two}\nWang: {two}"):
        board.paste.value = text
        board.take.click()
    id = items(board.record.cases[0], VerdictQuestion)[0]
    board.forget.click()
    assert board.record.ranges(id) == [("Li", 0, 1)]
    board.new_class.click()
    assert words.nobody in board.said.value
    board.paste.value = f"Li: {two}"
    board.take.click()
    assert board.record.ranges(id) == [("Li", 2, 3)]


def test_one_wild_range_is_said_to_go_beyond_the_picture(case) -> None:
    id = items(case, VerdictQuestion)[0]
    record = ClassRecord([case])
    record.read("\n".join(f"{n}: {code_of(case, n, n + 1)}" for n in range(6)))
    assert "Beyond" not in record.verdict_picture(id, revealed=True).words
    record.read(f"wild: {code_of(case, -1e30, 1e30)}")
    assert "an arrow at its rim: 1." in record.verdict_picture(id, revealed=True).words


def test_a_class_that_gave_no_range_and_chose_nothing_has_every_view(board) -> None:
    case = board.record.cases[0]
    board.paste.value = f"Li: {work(case, items(case, Exercise)[0])}"
    board.take.click()
    for _, view in board.view.options:
        board.view.value = view
        board.reveal.value = True
        assert "nan" not in board.said.value
        assert "could not be done" not in board.report.value


def test_what_fails_is_said(board, monkeypatch) -> None:
    def fail(*_: object) -> None:
        raise OSError("no space")

    monkeypatch.setattr(board.record, "read", fail)
    monkeypatch.setattr(board, "_export", fail)
    for button in (board.take, board.save):
        board.report.value = ""
        button.click()
        assert "could not be done (OSError: no space)" in board.report.value


def test_a_name_with_signs_of_html_stays_text(board) -> None:
    board.paste.value = f"<b>Li</b>: {code_of(board.record.cases[0], 0, 1)}"
    board.take.click()
    board.view.value = "finished"
    assert "<b>" not in board.said.value


def test_there_is_a_board_of_every_chapter_and_of_no_other(course) -> None:
    for chapter in course.chapters:
        assert isinstance(course.board(chapter.number), ClassBoard)
    assert "There is no chapter 12" in course.board(12).text
