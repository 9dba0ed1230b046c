import json
import math
import os
import zlib
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from matplotlib import pyplot

from course_utils.cases import case as case_module
from course_utils.cases.case import Case
from course_utils.cases.tables import TableError, write_tables
from course_utils.exercises.blank import ____
from course_utils.exercises.feedback import Feedback
from course_utils.exercises.kinds import Drawing, Guess, Number
from course_utils.exercises.workbook import Exercise, Workbook
from course_utils.record import codes
from course_utils.widgets.reveal import Reveal

WORDS = """
[exercise.mean]
title = "The mean"
right = "{answer}."
hints = ["Add.", "Divide."]
[exercise.mean.slips]
median = "{given} is the median."
total = "That is the sum."

[exercise.guess]
title = "A guess"
right = "{given}."
hints = ["Any number."]

[exercise.histogram]
title = "A figure"
x = "yuan"
y = "orders"
target = "Three bars."
right = "{answer}."
hints = ["Draw."]

[verdict.true_mean]
title = "The true mean"
hints = ["Be wide."]
reveal = "It is {truth:.1f}, of which {part:.1f}."
[verdict.true_mean.rivals]
middle = "the median"
extremes = "least to most"

[decision.stock]
title = "What to stock"
hints = ["Count."]
after = "More is not better."

[quiz.so]
ask = "So?"
choices = [{text = "Yes", say = "Yes.", right = true}, {text = "No", say = "No."}]
"""

ORDERS = pd.DataFrame({"yuan": [10.0, 20.0, 60.0]})  # mean 30, median 20, sum 90


def a_book():
    book = Workbook(chapter=9)

    @book.view
    def spent(orders):
        return orders["yuan"]

    @book.view
    def edges():
        return [0, 15, 40, 80]

    @book.exercise(Number("percent", within=0.1, digits=1))
    def mean(spent):
        return spent.mean()

    @book.slip("mean", "median")
    def _(spent):
        return spent.median()

    @book.slip("mean", "total")
    def _(answer):
        return 3 * answer

    @book.exercise(Guess(0, 100, "yuan"))
    def guess():
        return 10

    @book.exercise(Drawing())
    def histogram(spent, edges):
        return spent.plot.hist(bins=edges)

    def careful(spent):
        return spent.min(), spent.max()

    def account(spent):
        return {"part": spent.min()}

    @book.verdict("yuan", claim=50.0, careful=careful, account=account, guess="guess")
    def true_mean():
        return 31.0

    @book.rival("true_mean", "middle")
    def _(spent):
        return spent.median()

    @book.rival("true_mean", "extremes")
    def _(spent):
        return spent.min(), spent.max()

    def forecast(spent):
        return {frozenset(["tea"]): (10 * spent.mean(), 0.1)}

    @book.decision(("tea", "cups"), forecast=forecast)
    def stock():
        table = {"": 0.0, "tea": 300.0, "cups": -50.0, "tea cups": 200.0}
        return {frozenset(names.split()): yuan for names, yuan in table.items()}

    return book


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """A case with a table, one item of each class, and a record of its own."""
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / "my_work" / "progress.jsonl"))
    monkeypatch.setattr(case_module, "DATA", tmp_path / "data")
    write_tables(tmp_path / "data" / "shop", {"orders": ORDERS})
    folder = tmp_path / "cases" / "shop"
    folder.mkdir(parents=True)
    (folder / "words.en.toml").write_text(WORDS, encoding="utf-8")
    yield Case(folder, a_book(), labs={"desk": lambda case: f"the desk of {case.name}"})
    pyplot.close("all")


@pytest.fixture
def again(shop, tmp_path):
    """The same case in another notebook, or after a restart of the kernel."""
    return lambda: Case(tmp_path / "cases" / "shop", a_book(), labs=shop.labs)


@pytest.fixture
def orders_file(tmp_path):
    return tmp_path / "data" / "shop" / "orders.csv"


# Checks


def test_a_check_tells_right_slip_wrong_and_blank_apart(shop):
    assert str(shop.check("mean", 30)) == "Right. 30.0%."
    assert str(shop.check("mean", 20)) == "Not yet. 20.0% is the median."
    assert str(shop.check("mean", 90)) == "Not yet. That is the sum."
    assert str(shop.check("mean", 47)) == 'Not yet. 47.0% is not it. Stuck? case.hint("mean")'
    assert str(shop.check("mean", ____)).startswith("Not attempted yet. Put your answer where ____")
    assert str(shop.check("guess", 12)) == "Noted. 12 yuan."


def test_general_slips_are_met_after_the_exercises_own(shop):
    share, sign = shop.check("mean", 0.3), shop.check("mean", -30)
    assert (share.status, share.slip) == ("slip", "share")
    assert "given as a share" in share.text
    assert (sign.status, sign.slip) == ("slip", "sign")
    assert "wrong sign" in sign.text
    bins = shop.check("histogram", ORDERS["yuan"].plot.hist(bins=5))
    assert (bins.status, bins.slip) == ("slip", "bins")
    assert "`bins=bins`" in bins.text


def test_the_nearest_of_two_slips_is_named(shop):
    shop.book.items["mean"].slips["total"] = lambda: 20.15
    assert shop.check("mean", 20.02).slip == "median"
    assert shop.check("mean", 20.10).slip == "total"
    shop.book.items["mean"].slips["total"] = lambda: 0.05  # its own size, not the answer's, counts
    assert shop.check("mean", 0).status == "wrong"
    assert shop.check("mean", 0.05).slip == "total"


def test_a_value_rounded_too_far_is_not_called_wrong(shop):
    shop.book.items["mean"].slips.clear()
    shop._tables["orders"] = ORDERS.assign(yuan=[10.0, 20.0, 61.3])  # mean 30.43
    rounded = shop.check("mean", 30)
    assert (rounded.status, rounded.slip) == ("slip", "rounded")
    assert str(rounded) == "Not yet. Right so far; one more digit, please."


def test_a_guess_that_reads_as_a_share_is_asked_back_and_the_second_time_kept(shop):
    shop.book.items["guess"] = replace(shop.book.items["guess"], kind=Guess(0, 100, "percent"))
    asked = shop.check("guess", 0.2)
    assert asked.status == "info"
    assert "did you mean 20 percent?" in asked.text
    assert "guess" in shop.standing().left
    assert shop.check("guess", 0.3).status == "info"
    assert shop.check("guess", 0.3).status == "noted"
    assert shop.check("guess", 0.4).status == "noted"  # once noted, nothing hangs on it


def test_an_answer_within_the_tolerance_is_right_even_when_a_slip_is_near(shop):
    shop.book.items["mean"].slips["median"] = lambda: 30.15
    assert shop.check("mean", 30.08).status == "right"
    assert shop.check("mean", 30.2).slip == "median"


def test_every_check_but_a_blank_is_on_record(shop):
    for given in (____, 47, 20, "x", 30):
        shop.check("mean", given)
    kept = [(record["status"], record["slip"]) for record in shop.log.records("check", "shop")]
    assert kept == [("wrong", ""), ("slip", "median"), ("unreadable", ""), ("right", "")]


def test_what_a_trainee_does_to_a_table_changes_no_check(shop):
    mine = shop.load("orders")
    mine["yuan"] = 0
    view = shop.load("spent")
    view.iloc[0] = -1
    assert shop.check("mean", 30).status == "right"
    pd.testing.assert_frame_equal(shop.load("orders"), ORDERS)


def test_any_view_can_be_loaded(shop):
    assert list(shop.load("spent")) == [10, 20, 60]
    shop.load("edges").append(1)
    assert shop.load("edges") == [0, 15, 40, 80]


# Names that are not there


@pytest.mark.parametrize(
    "id",
    [
        "9.9",
        "9.0",
        "",
        9.1,
        None,
        ["mean"],
        {},
        object(),
        1j,
        math.nan,
        pd.DataFrame({"a": range(9)}),
    ],
)
def test_an_unknown_id_gets_the_list_of_those_there_are(shop, id):
    asked = [
        (shop.check(id, 1), "9.1 mean, 9.2 guess, 9.3 histogram"),
        (shop.target(id), "9.1 mean, 9.2 guess, 9.3 histogram"),
        (shop.hint(id), "9.1 mean, 9.2 guess, 9.3 histogram"),
        (shop.solution(id), "9.1 mean, 9.2 guess, 9.3 histogram"),
        (shop.verdict(id, 1, 2), "9.4 true_mean"),
        (shop.reveal(id), "9.4 true_mean"),
        (shop.decide(id, []), "9.5 stock"),
    ]
    for feedback, known in asked:
        assert feedback.status == "info"
        assert feedback.text.startswith("There is no ")
        assert feedback.text.endswith(f"There are: {known}.")
        assert len(feedback.text) < 200
    assert shop.log.records() == []


@pytest.mark.parametrize("name", ["table", "", 3, ["desk"]])
def test_an_unknown_lab_gets_the_list(shop, name):
    assert shop.lab(name).text.startswith("There is no lab ")
    assert shop.lab(name).text.endswith("There are: desk.")


def test_the_first_lab_needs_no_name(shop):
    assert shop.lab() == shop.lab("desk") == "the desk of shop"


def test_an_id_of_another_class_is_not_mistaken(shop):
    verdict = "true_mean is a verdict: case.verdict('true_mean', low=…, high=…)"
    exercise = "mean is an exercise: case.check('mean', …)"
    decision = "stock is a decision: case.decide('stock', …)"
    for ask in (lambda id: shop.check(id, 1), shop.target):
        assert ask("true_mean").text == verdict
        assert ask("stock").text == decision
    for ask in (lambda id: shop.verdict(id, 1, 2), shop.reveal):
        assert ask("mean").text == exercise
        assert ask("stock").text == decision
    assert shop.decide("mean", []).text == exercise
    assert shop.decide("true_mean", []).text == verdict
    assert shop.hint("true_mean").text.endswith("Be wide.")
    assert shop.log.records() == []


def test_a_target_is_a_picture_where_one_is_asked_for(shop):
    assert repr(shop.target("histogram")) == "Three bars."
    assert shop.target("mean").text == "mean asks for no figure."
    assert pyplot.get_fignums() == []


# Hints


def test_a_hint_can_be_asked_for_by_number(shop):
    assert shop.hint("mean", 2).text == "Hint 2 of 2. Divide."
    assert "last hint" in shop.hint("mean").text
    assert shop.hint("mean", 1).text == "Hint 1 of 2. Add."
    assert shop.hint("mean").text == "Hint 2 of 2. Divide."


@pytest.mark.parametrize("number", [0, -1, 3, 10**9, 1.5, "1", [1]])
def test_a_hint_that_is_not_there_costs_nothing(shop, number):
    shop.hint("mean")
    assert "case.solution('mean')" in shop.hint("mean", number).text
    assert shop.hint("mean").text == "Hint 2 of 2. Divide."


def test_each_item_counts_its_own_hints(shop):
    shop.hint("mean")
    assert shop.hint("true_mean").text == "Hint 1 of 1. Be wide."
    assert shop.hint("mean").text == "Hint 2 of 2. Divide."


# Verdicts and decisions


def test_a_reveal_says_what_was_committed_and_what_is_true(shop):
    shop.verdict("true_mean", 25, 40)
    revealed = shop.reveal("true_mean")
    assert isinstance(revealed, Reveal)
    assert "Your range holds the truth, 31 yuan." in str(revealed)
    assert "It is 31.0, of which 10.0." in str(revealed)
    assert (revealed.careful.low, revealed.careful.high) == (10, 60)


def test_a_range_is_shown_with_the_digits_that_count_and_kept_with_all(shop):
    said = shop.verdict("true_mean", 24.123456, 40.987654).text
    assert "24.1 to 41 yuan" in said
    assert shop.log.latest("verdict", "shop", "true_mean")["low"] == 24.123456
    revealed = shop.reveal("true_mean")
    assert repr(revealed.picture()) == (
        "The truth in this world is 31 yuan. In the figure: the slide 50; the median 20; "
        "least to most 10 to 60; a careful analyst 10 to 60; you 24.1 to 41."
    )
    assert "24.1 to 41 yuan" in shop.verdict("true_mean", 1, 2).text


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (30, 30, "no width"),
        (0.0, 0.3, "less than a hundredth of what the slide says, 50 yuan"),
        (20, 60_000, "beyond a hundred times what the slide says, 50 yuan"),
        (-1e30, 1e30, "is your range in yuan?"),
    ],
)
def test_an_odd_range_is_asked_back_and_the_second_time_kept(shop, again, low, high, words):
    asked = shop.verdict("true_mean", low, high)
    assert asked.status == "info"
    assert words in asked.text
    assert shop.log.records() == []
    assert shop.verdict("true_mean", 20, 40).status == "noted"
    assert shop.verdict("true_mean", low, high).status == "noted"
    assert again().verdict("true_mean", low, high).status == "noted"  # run again after a restart
    assert len(shop.log.records()) == 2


def test_a_wild_range_is_revealed_in_words(shop):
    for _ in range(2):
        shop.verdict("true_mean", -1e30, 1e30)
    revealed = shop.reveal("true_mean")
    assert "holds the truth, 31 yuan" in str(revealed)
    assert "Interval score: more than 1,000 billion, a careful analyst's 50" in str(revealed)
    assert "you less than -1,000 billion to more than 1,000 billion." in repr(revealed.picture())


def test_a_reveal_shows_the_first_range_and_the_last_and_the_guess(shop):
    shop.check("guess", 45)
    for low, high in ((10, 90), (40, 80), (25, 40)):
        shop.verdict("true_mean", low, high)
    revealed = shop.reveal("true_mean")
    assert "your guess at the start 45;" in repr(revealed.picture())
    assert "you, at first 10 to 90; you 25 to 40." in repr(revealed.picture())
    assert "Your first range would have scored 80; the work brought that down to 15." in str(
        revealed
    )


def test_a_first_range_that_was_better_is_called_so(shop):
    shop.verdict("true_mean", 25, 40)
    shop.verdict("true_mean", 40, 80)
    assert "the first was the better one" in str(shop.reveal("true_mean"))


def test_a_decision_is_shown_beside_all_that_could_be_chosen(shop):
    assert repr(shop.decide("stock", ["cups"]).picture()) == (
        "Profit in this world, yuan: tea 300.00 (expected 300.00, loses in 10 of 100); "
        "tea + cups 200.00; none of them 0.00; your choice: cups -50.00."
    )


def test_a_range_may_be_written_with_its_unit(shop):
    assert "5 to 15 yuan" in shop.verdict("true_mean", "5", "15 元").text
    assert shop.verdict("true_mean", "5%", 15).status == "unreadable"
    assert "5 to 15 yuan" in shop.verdict("true_mean", pd.Series([5]), Decimal(15)).text


def test_ends_the_wrong_way_round_are_not_kept(shop):
    assert shop.verdict("true_mean", 40, 25).status == "unreadable"
    assert shop.reveal("true_mean").status == "blank"


def test_one_blank_end_is_a_blank(shop):
    assert shop.verdict("true_mean", 1, ____).status == "blank"
    assert shop.verdict("true_mean", ____, 1).status == "blank"


def test_calibration_counts_the_ranges_of_every_case(shop):
    shop.log.append("reveal", "other", "1.1", low=0, high=1, truth=5)
    shop.verdict("true_mean", 25, 40)
    shop.reveal("true_mean")
    shop.reveal("true_mean")
    assert (shop.calibration().held, shop.calibration().total) == (1, 2)


def test_progress_tells_what_is_done_what_is_open_and_what_it_cost(shop):
    assert "0 of 5 done" in shop.progress().text
    assert (
        "Still open: 9.1 mean, 9.2 guess, 9.3 histogram, 9.4 true_mean, 9.5 stock."
        in shop.progress().text
    )
    shop.check("mean", 47)
    shop.check("guess", 12)
    shop.verdict("true_mean", 25, 40)
    assert "1 of 5 done" in shop.progress().text
    shop.check("mean", 30)
    shop.reveal("true_mean")
    shop.decide("stock", ["cups"])
    said = shop.progress().text
    assert "4 of 5 done" in said
    assert "Your first verdict held the truth" in said
    assert "gave up 350 yuan." in said
    assert "Still open: 9.3 histogram." in said
    shop.check("histogram", shop.book.evaluate(shop.book.items["histogram"].answer, shop.load))
    assert "5 of 5 done" in shop.progress().text
    assert "Still open" not in shop.progress().text


def test_a_later_mistake_takes_nothing_back(shop):
    shop.check("mean", 30)
    shop.check("mean", 47)
    assert "1 of 5 done" in shop.progress().text


def test_the_quiz_is_on_record(shop):
    shop.quiz().answers[0].value = 0
    assert shop.log.latest("quiz", "shop", "so")["right"] is True


# The record: another edition, two notebooks, a restart, another version, no permission


def with_an_exercise_put_in(items):
    first, *others = items.items()
    new = replace(first[1], name="spread", answer=lambda: 50.0, slips={})
    return {"spread": new, first[0]: first[1], **dict(others)}


def with_slips_added(items):
    return {
        name: replace(item, slips={"most": lambda: 60.0, **item.slips})
        if isinstance(item, Exercise)
        else item
        for name, item in items.items()
    }


def in_another_order(items):
    return dict(reversed(items.items()))


@pytest.mark.parametrize("change", [with_an_exercise_put_in, with_slips_added, in_another_order])
def test_a_record_and_its_codes_outlive_changes_of_the_chapter(shop, again, change):
    shop.check("mean", 20)
    shop.check("mean", 30)
    shop.verdict("true_mean", 25, 40)
    shop.reveal("true_mean")
    shop.decide("stock", ["cups"])
    shop.quiz().answers[0].value = 0
    before, code = shop.standing(), shop.class_code()
    later = again()
    later.book.items = change(later.book.items)
    after = later.standing()
    assert after.items == tuple(later.book.items)
    assert set(before.items) - set(before.left) == set(after.items) - set(after.left)
    assert (after.regret, after.right) == (before.regret, before.right)
    held, wanted = (codes.decode(code, [case.layout()]).records for case in (later, shop))
    assert sorted(held, key=str) == sorted(wanted, key=str)
    assert len(wanted) == 6  # a slip, an answer, a range, its reveal, a choice, the quiz


def test_two_notebooks_see_each_others_work(shop, again):
    other = again()
    shop.verdict("true_mean", 25, 40)
    assert isinstance(other.reveal("true_mean"), Reveal)
    assert shop.verdict("true_mean", 0, 99).status == "info"
    other.decide("stock", ["cups"])
    assert "first choice counts, and stays on record: cups" in shop.decide("stock", ["tea"]).text
    assert shop.progress().text == other.progress().text
    assert "2 of 5 done" in shop.progress().text


def test_a_restart_loses_nothing(shop, again):
    shop.check("mean", 30)
    shop.verdict("true_mean", 25, 40)
    before = shop.progress().text
    assert again().progress().text == before
    assert "holds the truth" in str(again().reveal("true_mean"))


def later(**record):
    """A line as a later version of the course might write it."""
    text = json.dumps({"version": 9, "record": record})[1:].encode()
    return b'{"crc":"%08x",%b\n' % (zlib.crc32(text), text)


LATER = {"case": "shop", "unit": "cents", "id": 7, "signed": {"by": "me"}}


def test_a_later_versions_records_are_taken_as_they_are(shop, tmp_path):
    path = tmp_path / "my_work" / "progress.jsonl"
    path.parent.mkdir()
    lines = [
        later(kind="check", item="mean", status="splendid", **LATER),
        later(kind="verdict", item="true_mean", low=25, high=40, **LATER),
        later(kind="reveal", item="true_mean", low=25, high=40, truth=31.0, **LATER),
        later(kind="decision", item="stock", choice="tea", regret=0, **LATER),
        later(kind="hologram", item="9.7", **LATER),
    ]
    path.write_bytes(b"".join(lines))
    assert "25 to 40 yuan" in shop.verdict("true_mean", 0, 1).text
    assert "holds the truth" in str(shop.reveal("true_mean"))
    assert "stays on record: tea" in shop.decide("stock", []).text
    assert "2 of 5 done" in shop.progress().text
    assert path.read_bytes().startswith(b"".join(lines))


def test_a_later_versions_records_without_our_fields_stand_in_nobodys_way(shop, tmp_path):
    path = tmp_path / "my_work" / "progress.jsonl"
    path.parent.mkdir()
    items = {"check": "mean", "verdict": "true_mean", "reveal": "true_mean", "decision": "stock"}
    path.write_bytes(b"".join(later(kind=kind, item=items[kind], **LATER) for kind in items))
    assert shop.reveal("true_mean").status == "blank"
    assert shop.calibration().total == 0
    assert shop.progress().status == "info"
    assert shop.verdict("true_mean", 25, 40).status == "noted"
    assert "holds the truth" in str(shop.reveal("true_mean"))
    assert shop.decide("stock", ["tea"]).status == "noted"


def test_without_permission_to_write_it_says_so_once_and_goes_on(shop, again, tmp_path):
    (tmp_path / "my_work").write_text("a file where the folder should be")
    case = again()
    said = [
        case.check("mean", 47),
        case.check("mean", 30),
        case.verdict("true_mean", 25, 40),
        case.reveal("true_mean"),
        case.verdict("true_mean", 0, 1),
        case.decide("stock", ["tea"]),
        case.solution("mean"),
        case.progress(),
    ]
    warned = [place for place, feedback in enumerate(said) if "can't be saved" in str(feedback)]
    assert warned == [0]
    assert [f.status for f in said if isinstance(f, Feedback)] == [
        *("wrong", "right", "noted", "info", "noted", "info", "info")
    ]
    assert "3 of 5 done" in said[-1].text
    quiz = case.quiz()
    quiz.answers[0].value = 0
    assert "saved" not in quiz.replies[0].value


def answer_the_quiz(case):
    quiz = case.quiz()
    quiz.answers[0].value = 0
    return quiz.replies[0].value.replace("&#x27;", "'")


@pytest.mark.parametrize(
    "ask",
    [
        lambda case: case.check("mean", 47),
        lambda case: case.verdict("true_mean", 20, 50),
        lambda case: case.reveal("true_mean"),
        lambda case: case.decide("stock", ["tea"]),
        lambda case: case.solution("mean"),
        answer_the_quiz,
    ],
    ids=["check", "verdict", "reveal", "decide", "solution", "quiz"],
)
def test_whatever_meets_the_full_disk_says_so(shop, monkeypatch, ask):
    shop.verdict("true_mean", 25, 40)
    monkeypatch.setattr(os, "write", lambda descriptor, data: 0)
    assert str(ask(shop)).count("can't be saved to my_work/progress.jsonl") == 1
    assert str(ask(shop)).count("can't be saved") == 0


# A table is missing


def test_a_missing_table_is_named_and_costs_no_answer(shop, again, orders_file):
    whole = orders_file.read_bytes()
    orders_file.unlink()
    case = again()
    for feedback in (case.check("mean", 30), case.check("mean", "x")):
        assert feedback.status in ("info", "unreadable")
    assert "data/shop/orders.csv" in case.check("mean", 30).text
    assert "python3 start.py data" in case.check("mean", 30).text
    assert "mean" not in [record["item"] for record in case.log.records() if record.get("slip")]
    with pytest.raises(TableError, match=r"data/shop/orders\.csv"):
        case.load("orders")
    with pytest.raises(TableError, match=r"data/shop/orders\.csv"):
        case.target("histogram")
    orders_file.write_bytes(whole)
    assert case.check("mean", 30).status == "right"


def test_a_missing_table_does_not_lock_a_range_whose_truth_was_not_seen(again, orders_file, shop):
    orders_file.unlink()
    case = again()
    assert case.verdict("true_mean", 25, 40).status == "noted"
    with pytest.raises(TableError):
        case.reveal("true_mean")
    assert case.verdict("true_mean", 20, 50).status == "noted"


def test_an_unknown_table_gets_the_list(shop):
    with pytest.raises(TableError, match=r"no table 'order' .* There are: orders"):
        shop.load("order")


# Odds and ends


def test_the_case_says_its_name(shop):
    assert repr(shop) == "the case shop"


def test_the_record_is_where_the_environment_says(shop, tmp_path):
    shop.check("mean", 30)
    assert Path(shop.log.path) == tmp_path / "my_work" / "progress.jsonl"
    assert (tmp_path / "my_work" / "progress.jsonl").is_file()
