import random
import re

import numpy as np
import pytest

from course_utils.course import words
from course_utils.course.class_board import RoundBoard
from course_utils.course.rim import span
from course_utils.course.rounds import Guesses
from course_utils.widgets.lab import Round, brief

ROUND = Round("A preset", "How many of 100?", "of 100", 28.0, "The lab says 28.")


def guessed(text: str) -> dict[str, float]:
    guesses = Guesses(ROUND)
    guesses.read(text)
    return guesses.table().set_index("name")["guess"].to_dict()


@pytest.mark.parametrize(
    ("line", "name", "guess"),
    [
        ("Li: 12", "Li", 12),
        ("Li Wei：约 12.5%", "Li Wei", 12.5),
        ("[10:02] Li: about 1,200 I think", "Li", 1200),
        ("10:02 AM Li: 12", "Li", 12),
        ("2026-11-22 10:02:33 王芳\t12", "王芳", 12),
        ("Li -3.5", "Li", -3.5),
        ("Li: −3.5", "Li", -3.5),
        ("Li - 3.5", "Li", 3.5),
        ("王芳：我猜12个", "王芳", 12),
        ("Group 2: 12", "Group 2", 12),
        ("Ana2 12", "Ana2", 12),
        ("* Li | 12 |", "Li", 12),
        ("12", "#1", 12),
        ("Li Wei 11/22 10:02:\n12", "Li Wei", 12),
        ("王芳:\n\n12", "王芳", 12),
        ("王芳 昨天 下午3:05\n12", "王芳", 12),
        ("10:02:33 From Zhang San to Everyone: 12", "Zhang San", 12),
        ("10:02:33 From Zhang San to Everyone:\n\t12", "Zhang San", 12),
        # Signs, as phones and texts write them
        ("Ann: –5", "Ann", -5),
        ("Ann：—5", "Ann", -5),
        ("Ann: ‑5", "Ann", -5),
        ("Ann –5", "Ann", -5),
        ("王芳：－５", "王芳", -5),
        ("王芳：负5", "王芳", -5),
        ("王芳负 5", "王芳", -5),
        ("Ann: minus 5", "Ann", -5),
        ("王芳：我猜-5", "王芳", -5),
        ("Ann: +5", "Ann", 5),
        ("Ann: １２％", "Ann", 12),
        # What is no name
        ("@刘老师 12", "#1", 12),
        ("@刘老师12", "#1", 12),
        ("@Liu Laoshi\u200512", "#1", 12),
        ("@刘老师12左右", "#1", 12),
        ("@刘老师12 左右", "#1", 12),
        ("@刘老师12.5", "#1", 12.5),
        ("@刘老师-5", "#1", -5),
        ("@teacher1 12", "#1", 12),
        ("@王伟：12", "王伟", 12),
        ("王芳：@刘老师2班 12", "王芳", 12),
        ("我猜12", "#1", 12),
        ("Li about 12", "Li", 12),
        ("my guess is 12", "#1", 12),
        ("万一: 12", "万一", 12),
    ],
)
def test_a_guess_is_found_with_its_name(line, name, guess):
    assert guessed(line) == {name: guess}


@pytest.mark.parametrize(
    "line",
    [
        *("Li: 20-30", "Li: 20 or 30", "v1.2.3", f"Li: {10**400}", "Li: 3 ± 1"),
        *("Li: 三十5", "Li: 20 to 三十", "Li: 二五", "张三十万", "还有2分钟", "还有30秒"),
        *("> Li: 25", "「Li: 25」", "Li-5", "王芳-5", "Li: - 5", "- 5", "Li: COVID-19"),
    ],
)
def test_a_line_without_one_plain_number_is_named_and_not_guessed_at(line):
    guesses = Guesses(ROUND)
    said = guesses.read(f"Wang: 5\n{line}")
    assert len(guesses) == 1
    assert line[:40] in said


def test_chatter_is_passed_over():
    guesses = Guesses(ROUND)
    assert "don't" not in guesses.read("hello\nLi: 5\nthanks!\n\n👍")
    assert guesses.table()["name"].tolist() == ["Li"]


def test_whoever_guesses_again_has_the_last_guess_and_the_nameless_count_each():
    assert guessed("10:02 Li: 5\n7\n7\nLi: 6") == {"Li": 6, "#2": 7, "#3": 7}


def test_spellings_of_one_name_are_one_trainee_and_a_change_is_told():
    guesses = Guesses(ROUND)
    guesses.read("Li  Wei: 5\nWang: 7")
    said = guesses.read("li wei: 6\nwang: 7\nZhao: 8")
    assert said == "Guesses: 3. Updated: 1."
    assert guesses.table()["name"].tolist() == ["Li Wei", "Wang", "Zhao"]


def test_long_names_that_begin_alike_stay_two():
    team = "Team A - group of the north"
    assert sorted(guessed(f"{team} west: 5\n{team} east: 7").values()) == [5, 7]


def test_what_could_not_be_read_is_told_once_and_whose_it_was():
    guesses = Guesses(ROUND)
    assert "number: 1 (“王芳 10:02: 20-30”)" not in guesses.read("王芳 10:02\n20-30")
    assert "number: 1 (“王芳: 20-30”)" in guesses.read("王芳 10:02\n20-30")
    assert guesses.read("Li: 5") == "Guesses: 1."


SENT = ("{name}: {said}", "{name}：我猜{said}", "[10:02] {name}: {said}", "{name} 10:02\n{said}")
SAID = ("{:.0f}", "{:.0f}%", "{:.1f}", "{:,.0f}", "about {:.0f}")


def test_a_chat_of_known_guesses_gives_back_exactly_these():
    people = ("Ann", "王芳", "Li Wei", "欧阳娜娜", "👩🏻小李", "$x_$", "Zoë")
    for seed in range(200):
        rng = random.Random(seed)
        wanted, lines = {}, []
        for name in rng.sample(people, rng.randrange(1, len(people))):
            guess = float(rng.choice([-1200, -5, 0, 0.5, 12, 28.5, 4000]))
            said = rng.choice(SAID).format(guess)
            wanted[name] = float(re.sub("[^-.0-9]", "", said))
            said = said.replace("-", rng.choice("-–—−－")) if guess < 0 else said
            lines.append(rng.choice(SENT).format(name=name, said=said))
            lines.append(rng.choice(["", "thanks!", "> ok", "10:04 teacher: and now?"]))
        guesses = Guesses(ROUND)
        assert guesses.read("\n".join(lines)) == f"Guesses: {len(wanted)}.", lines
        assert guesses.table().set_index("name")["guess"].to_dict() == wanted


def test_one_wild_guess_is_said_to_lie_beyond_the_picture():
    guesses = Guesses(ROUND)
    guesses.read("\n".join(f"T{n}x: {n}" for n in range(20, 30)))
    assert "Beyond" not in guesses.picture(revealed=True).words
    guesses.read("Zoe: 1000000000")
    assert "an arrow at its rim: 1." in guesses.picture(revealed=True).words


def test_one_typo_does_not_flatten_the_picture():
    guesses = Guesses(ROUND)
    guesses.read("\n".join(f"T{chr(97 + n)}: {5 + n % 20}" for n in range(26)))
    low, high = span([*guesses.table()["guess"], 1200.0], [])
    assert (low, high) == pytest.approx((4, 25), abs=1)


def test_the_lowest_and_the_highest_are_named_to_be_asked_why():
    guesses = Guesses(ROUND)
    guesses.read("\n".join(f"{name}: {n}" for n, name in enumerate("ABCDEFGH")))
    said = guesses.picture(revealed=False).words
    assert "Lowest: A, B, C. Highest: H, G, F." in said
    alone = Guesses(ROUND)
    alone.read("Li: 5")
    assert "Lowest" not in alone.picture(revealed=False).words


def test_the_table_has_the_truth_and_the_error():
    guesses = Guesses(ROUND)
    guesses.read("Li: 30\nWang: 20")
    found = guesses.table()
    assert found["truth"].tolist() == [28, 28]
    assert found["error"].tolist() == [2, -8]


def test_a_covered_picture_is_the_same_whatever_the_truth_is():
    pictures = []
    for truth in (28.0, 280.0):
        guesses = Guesses(Round("A preset", "How many?", "of 100", truth, "The lab."))
        guesses.read("Li: 30\nWang: 20")
        pictures.append(guesses.picture(revealed=False))
    assert pictures[0].png == pictures[1].png
    assert pictures[0].words == pictures[1].words


def test_revealed_the_picture_says_the_truth_the_nearest_and_the_lab():
    guesses = Guesses(ROUND)
    guesses.read("\n".join(f"T{n}: {n}" for n in (90, 5, 29, 27)))
    said = guesses.picture(revealed=True).words
    assert "It is 28 of 100; nearest: T29, T27, T5." in said
    assert said.endswith(ROUND.said)


@pytest.mark.parametrize("text", ["5", "5\n5\n5", "-1e9", "1\n2\n99999999999", "0"])
def test_any_guesses_can_be_drawn(text):
    guesses = Guesses(ROUND)
    guesses.read(text)
    if len(guesses):
        assert guesses.picture(revealed=True).png != guesses.picture(revealed=False).png


# On the screen --------------------------------------------------------------------------------


@pytest.fixture
def board(course):
    return course.round(3, "peeker")


def test_a_round_of_every_lab_can_be_played(course):
    for chapter in course.chapters:
        case = chapter.case()
        assert len(case.rounds) >= len(case.labs)
        for name in case.rounds:
            assert isinstance(course.round(chapter.number, name), RoundBoard)


def test_the_answer_is_what_the_lab_shows_at_the_preset(course):
    for chapter in course.chapters:
        case = chapter.case()
        for make in case.labs.values():
            lab = make(case)
            for name, round in lab.rounds().items():
                lab.buttons[name].click()
                assert round.said in lab.text
                assert round.preset == lab.buttons[name].description
                shown = (f"{round.truth:,.{digits}f}" for digits in (0, 1, 2))
                ratio = round.truth / getattr(lab.settings, "effect", np.nan)
                # Two rounds ask for what the sentence gives as a factor or as two counts.
                assert name in ("small_shop", "slide") or any(one in round.said for one in shown)
                assert name != "small_shop" or f"{ratio:.1f} times" in round.said


def test_the_question_does_not_hold_its_answer(course):
    for chapter in course.chapters:
        for round in chapter.case().rounds.values():
            said = [float(one.replace(",", "")) for one in re.findall(r"\d[\d,.]*\b", round.ask)]
            assert not any(one == pytest.approx(round.truth, rel=0.02) for one in said)


def test_pasting_and_revealing(board, course):
    assert words.no_guess in board.said.value
    board.paste.value = "Li: 12\nWang: 30"
    board.take.click()
    assert "Guesses: 2" in board.report.value
    assert board.paste.value == ""
    truth = brief(board.guesses.round.truth)
    assert truth not in board.said.value
    board.reveal.value = True
    assert truth in board.said.value
    board.save.click()
    table, picture = sorted((course.folder / "class").iterdir())
    assert table.read_text("utf-8-sig").splitlines()[0] == "name,guess,truth,error"
    assert picture.read_bytes()[:4] == b"\x89PNG"


def test_the_last_paste_can_be_forgotten_and_a_new_class_begun(board):
    for text in ("Li: 12\nWang: 30", "Li: 1200\nZoe: 7"):
        board.paste.value = text
        board.take.click()
    board.forget.click()
    assert board.guesses.table()["guess"].tolist() == [12, 30]
    board.paste.value = "Li: 1200\nZoe: 7"
    board.take.click()
    assert "Guesses: 3. Updated: 1." in board.report.value  # as if it had never been there
    board.reveal.value = True
    board.new_class.click()
    assert not board.reveal.value
    assert words.no_guess in board.said.value
    board.forget.click()
    assert board.guesses.table()["guess"].tolist() == [1200, 30, 7]
    for _ in range(3):
        board.forget.click()
    assert words.nothing_to_forget in board.report.value


def test_a_round_that_is_run_again_has_lost_nothing(board, course):
    board.paste.value = "Li: 12"
    board.take.click()
    assert len(course.round(3, "peeker").guesses) == 1
    assert len(course.round(3, "small_shop").guesses) == 0


def test_no_name_gives_a_spreadsheet_a_formula(board, course):
    board.paste.value = "=1+a: 5\n+cmd: 6\n@SUM(1+1)*9: 7\na\ud800b: 8"
    board.take.click()
    board.save.click()
    table = (course.folder / "class" / "round_peeker.csv").read_text("utf-8-sig")
    assert [line[0] for line in table.splitlines()[1:]] == ["1", "c", "S", "a"]


def test_without_a_guess_the_truth_can_be_shown_all_the_same(board):
    board.reveal.value = True
    assert board.guesses.round.said in board.said.value


def test_a_round_that_is_not_there_is_named_with_those_that_are(course):
    assert "There is no chapter 12" in course.round(12, "peeker").text
    said = course.round(3).text
    assert all(name in said for name in course.chapters[3].case().rounds)


# Ranges, before a verdict's truth is shown -----------------------------------------------------


def test_a_class_gives_ranges_and_sees_who_holds_the_truth(course):
    board = course.ranges(3, "lasting_effect")
    truth = course.chapters[3].case().truth("lasting_effect")
    assert words.no_range_yet in board.said.value
    held, missed = f"{truth - 1:.2f}-{truth + 1:.2f}", f"{truth + 50:.2f}到{truth + 60:.2f}"
    board.paste.value = f"张伟 19:02\n我猜{held}\n李娜 19:03\n大概 {missed}\n王芳 19:04\n5"
    board.take.click()
    assert "Ranges: 2. Lines without exactly one range" in board.report.value
    assert "王芳: 5" in board.report.value
    covered = board.image.value
    assert "From the top: 1 张伟, 2 李娜." in board.said.value
    board.reveal.value = True
    assert "1 of 2 hold it" in board.said.value
    assert board.image.value != covered
    assert board.ranges.table()["held"].tolist() == [True, False]
    board.save.click()
    assert (course.folder / "class" / "ranges_lasting_effect.csv").exists()
    assert course.ranges(3, "lasting_effect") is board


def test_a_verdict_that_is_not_there_is_named_with_those_that_are(course):
    assert "lasting_effect" in course.ranges(3).text
    assert "There is no chapter 12" in course.ranges(12, "lasting_effect").text


# A poll of a quiz question ---------------------------------------------------------------------


def test_a_class_votes_talks_and_votes_again(course):
    board = course.poll(3, "festival_week")
    assert words.no_vote in board.said.value
    first = "张伟 19:02\nA\n李娜 19:03\n我选b\n王芳 19:04\nA or B"
    board.paste.value = first
    board.take.click()
    assert "Votes: 2." in board.report.value
    assert "王芳: A or B" in board.report.value
    board.vote.value = True
    board.paste.value = f"{first}\n张伟 19:09\nB\n李娜 19:09\nB"  # the whole chat again
    board.take.click()
    assert board.poll.table().to_numpy().tolist() == [["张伟", "A", "B"], ["李娜", "B", "B"]]
    assert "first vote: A 1, B 1, C 0. second vote: A 0, B 2, C 0." in board.said.value
    covered = board.image.value
    board.reveal.value = True
    right = next(at for at, one in board.poll.choices.items() if one.get("right"))
    assert f"{right} is right." in board.said.value
    assert board.image.value != covered
    board.save.click()
    assert (course.folder / "class" / "poll_festival_week.csv").exists()
    board.forget.click()
    assert board.poll.table()["second"].isna().all()


def test_a_question_that_asks_for_a_number_can_not_be_polled(course):
    assert "festival_week" in course.poll(3, "points_and_percent").text
