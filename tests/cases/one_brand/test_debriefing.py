"""A year as a trainee goes through it: ranges on the way, the debrief at its end, and the class."""

import pytest

import course_utils.cases.one_brand as package
from course_utils.cases.one_brand.runs import DEBRIEFS, FORESEEABLE, Brand
from course_utils.cases.one_brand.sentence import share_of_best_link
from course_utils.course.board import ClassRecord
from course_utils.course.class_board import ClassBoard
from course_utils.exercises.blank import ____
from course_utils.exercises.feedback import Feedback
from course_utils.figures.picture import Picture
from course_utils.record.progress import ProgressLog


@pytest.fixture
def case(fresh_case):
    return fresh_case("one_brand")


@pytest.fixture
def brand(case):
    return Brand(case.log)


def run(brand, *months, **dials):
    """Run these months; the dials are set in the first of them."""
    for number in months:
        assert brand.run(number, **dials).status == "noted"
        dials = {}


# Ranges -----------------------------------------------------------------------------------------


def test_a_range_for_a_month_is_judged_when_the_month_runs(brand, case):
    run(brand, 1, 2, 3)
    assert brand.expect(4, -1e6, 1e6).status == "noted"
    said = brand.run(4).text
    assert "Your range was" in said and "holds" in said
    record = case.log.latest("reveal", "one_brand", "month_4")
    assert record["truth"] == brand.report("shop")["contribution"].iloc[3]
    assert (case.calibration().held, case.calibration().total) == (1, 1)
    late = brand.expect(4, 0, 1)
    assert late.status == "info" and "too late" in late.text


def test_a_range_may_be_changed_until_the_month_runs(brand, case):
    brand.expect(4, 0, 1)
    brand.expect(4, 5e6, 6e6)
    run(brand, 1, 2, 3, 4)
    assert case.log.latest("reveal", "one_brand", "month_4")["low"] == 5e6
    assert case.calibration().held == 0


def test_the_desk_asks_for_a_range_in_time(brand):
    run(brand, 1, 2)
    assert "brand.expect(4" in brand.run(3).text
    assert "brand.expect" not in brand.run(4).text


@pytest.mark.parametrize(
    ("what", "low", "high"),
    [(5, 0, 1), ("4", 0, 1), (None, 0, 1), ("share", 0, 1), (4, "a", 1), (4, 2, 1), (4.0, 0, 1)],
)
def test_a_range_that_can_not_be_is_one_sentence_and_no_record(brand, case, what, low, high):
    found = brand.expect(what, low, high)
    assert found.status == "unreadable"
    assert len(found.text) < 300 and "Traceback" not in found.text
    assert case.log.records() == []


def test_a_blank_range_is_not_attempted(brand, case):
    assert brand.expect(4, ____, ____).status == "blank"
    assert brand.expect("my share", low=____, high=____).status == "blank"
    assert case.log.records() == []


def test_the_last_two_ranges_come_after_the_year_and_before_the_debrief(brand):
    assert "over" in brand.expect("my share", 0, 50).text
    run(brand, *range(1, 13), price=45)
    for part in DEBRIEFS:
        found = brand.debrief(part)
        assert isinstance(found, Feedback) and "First commit to a range" in found.text, part
    brand.expect("my share", -50, 90)
    assert isinstance(brand.debrief("lines"), Picture)
    assert isinstance(brand.debrief("sentence"), Feedback)
    brand.expect("best link", 0, 100)
    assert isinstance(brand.debrief("sentence"), Picture)
    assert brand.expect("best link", 0, 10).status == "info"
    assert brand.expect("my share", 0, 10).status == "info"


# The debrief ------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", [*DEBRIEFS, "nonsense", None, 3])
def test_before_the_year_is_over_every_part_says_so(brand, part):
    said = brand.debrief(part)
    assert isinstance(said, Feedback)
    assert "12 months are left" in said.text


def test_every_part_of_the_debrief_is_there(brand, case):
    run(brand, *range(1, 13), price=45, page="new")
    brand.expect("my share", 0, 100)
    brand.expect("best link", 0, 100)
    for part in DEBRIEFS:
        found = brand.debrief(part)
        assert isinstance(found, Feedback | Picture)
        text = found.words if isinstance(found, Picture) else found.text
        assert "{" not in text and "nan" not in text
    assert case.log.latest("reveal", "one_brand", "my_share")["truth"] == pytest.approx(
        100 * brand.score().score, abs=0.051
    )
    truth = case.log.latest("reveal", "one_brand", "best_link")["truth"]
    assert truth == pytest.approx(100 * share_of_best_link(brand.world), abs=0.051)
    assert "no debrief 'all'" in brand.debrief("all").text


def test_who_changes_nothing_goes_no_way_and_is_told_so_in_round_figures(brand):
    run(brand, *range(1, 13))
    brand.expect("my share", 20, 80)
    said = brand.debrief("score").text
    assert "The truth, 0%, lies 20 points below" in said
    assert "went 0% of the way" in said and "no more and no less" in said


def test_a_second_look_at_the_debrief_adds_no_record(brand, case):
    run(brand, *range(1, 13))
    brand.expect("my share", 0, 100)
    brand.debrief("score")
    before = case.log.records()
    brand.debrief("score")
    assert case.log.records() == before


def test_practice_has_a_debrief_without_ranges(brand):
    run(brand, *range(1, 13))
    practice = brand.practice()
    run(practice, *range(1, 13), price=39)
    assert isinstance(practice.debrief("lines"), Picture)


# The class --------------------------------------------------------------------------------------


def test_a_code_brings_months_ranges_and_their_truths_back(brand, case, tmp_path, monkeypatch):
    brand.expect(4, 1e5, 3e5)
    run(brand, *range(1, 13), price=49)
    brand.expect("my share", 10, 60)
    brand.debrief("score")
    kept = {r["item"]: r["truth"] for r in case.log.records("reveal")}
    code = case.class_code()
    decoded = ClassRecord([case])._decoded(code)
    monkeypatch.setattr(case, "log", ProgressLog(tmp_path / "there.jsonl"))
    case.restore(decoded)
    there = {r["item"]: r["truth"] for r in case.log.records("reveal")}
    assert there == pytest.approx(kept)
    assert Brand(case.log).history == brand.history
    assert set(kept) <= set(FORESEEABLE)


@pytest.fixture
def chat(fresh_case, tmp_path, monkeypatch):
    """The codes of a class of three: two whole years, and one that is under way."""
    case, lines = fresh_case("one_brand"), []
    for name, months, dials in (
        ("Li", 12, {"price": 45, "tests": ["price"]}),
        ("Wang", 12, {"search": 60_000}),
        ("Zhao", 5, {}),
    ):
        monkeypatch.setattr(case, "log", ProgressLog(tmp_path / f"{name}.jsonl"))
        run(Brand(case.log), *range(1, months + 1), **dials)
        lines.append(f"{name}: {case.class_code()}")
    return case, "\n".join(lines)


def test_the_class_board_shows_the_years_and_who_is_under_way(chat):
    case, pasted = chat
    board = ClassBoard([case], lambda name, data: name)
    of_runs = [value for _, value in board.view.options if value.startswith("one_brand ")]
    assert [value.partition(" ")[2] for value in of_runs] == list(package.CLASS_VIEWS)
    for value in of_runs:
        board.view.value = value
        assert "Nobody is on the board" in board.said.value
    board.paste.value = pasted
    board.take.click()
    assert "New: 3" in board.report.value
    for value in of_runs:
        board.view.value = value
        assert isinstance(board.found(), Picture), value
        assert "Still under way: Zhao" in board.said.value
        assert " " not in board.files()[2]
    board.view.value = of_runs[0]
    covered = board.found().words
    board.reveal.value = True
    assert board.found().png != b"" and board.found().words == covered


def test_a_class_without_a_finished_year_is_told_so(chat):
    case, pasted = chat
    record = ClassRecord([case])
    record.read(pasted.splitlines()[-1])
    said = case.class_views["fan"].show(record.histories(case), False)
    assert said == "Everybody's year: no year is over yet. Still under way: Zhao."
