"""The noun `brand`: months are final, and nothing that is typed costs any."""

import json
import subprocess
import sys
from contextlib import suppress
from itertools import product
from pathlib import Path

import numpy as np
import pytest

import course_utils.cases.one_brand as package
from course_utils.cases.case import Case
from course_utils.cases.one_brand import runs as module
from course_utils.cases.one_brand.dials import DialError, Dials, Month, read_tests
from course_utils.cases.one_brand.reports import Played
from course_utils.cases.one_brand.runs import Brand, BrandError, packed, unpacked
from course_utils.cases.one_brand.year import MEMBERSHIPS, RECALLS, TESTS
from course_utils.exercises.blank import ____
from course_utils.exercises.workbook import Workbook
from course_utils.record import codes
from course_utils.record.codes import Layout
from course_utils.record.progress import ProgressLog

LAYOUT = Layout("one_brand", {}, (), {}, (), runs=("first",))


@pytest.fixture
def log(tmp_path):
    return ProgressLog(tmp_path / "log.jsonl")


@pytest.fixture
def brand(log):
    return Brand(log)


def months_of(brand):
    return len(brand.played.months)


def assert_a_sentence(feedback, status=None):
    assert status in (None, feedback.status)
    assert feedback.text
    assert "Traceback" not in feedback.text
    assert len(feedback.text.split("\n\n")[0]) < 330


def test_a_month_runs_and_the_dials_stay_where_they_stood(brand):
    first = brand.run(1, price=49, recall=(60, 10))
    assert first.status == "noted"
    brand.run(2)
    brand.run(3, page="new")
    assert brand.dials == Dials(price=49, recall=(60, 10), page="new")
    assert list(brand.history_table()["page"]) == ["old", "old", "new"]
    assert list(brand.report("shop")["month"]) == [1, 2, 3]


def test_a_year_is_the_same_however_it_is_come_by(brand, log, tmp_path):
    for month in range(1, 13):
        brand.run(month, price=40 + month, tests=["price"] if month == 2 else [])
    again = Brand(ProgressLog(log.path))
    assert again.history_table().equals(brand.history_table())
    assert again.test("price").equals(brand.test("price"))
    assert (again.score().worth, again.score().luck) == (brand.score().worth, brand.score().luck)
    # By a code, on another machine
    code = codes.encode(log.records(), [LAYOUT])
    there = ProgressLog(tmp_path / "there.jsonl")
    there.extend(codes.decode(code, [LAYOUT]).records)
    assert Brand(there).history_table().equals(brand.history_table())
    assert Brand(there).number == brand.number


def test_a_month_that_has_been_run_is_shown_again_and_never_changed(brand, log):
    first = brand.run(1, price=49)
    size = log.path.stat().st_size
    assert brand.run(1, price=49).text == first.text
    assert brand.run(1).text == first.text
    other = brand.run(1, price=59)
    assert_a_sentence(other, "info")
    assert "final" in other.text
    assert log.path.stat().st_size == size
    assert brand.dials.price == 49


def test_two_notebooks_share_one_year(log):
    here, there = Brand(log), Brand(ProgressLog(log.path))
    here.run(1, price=49)
    there.run(2, price=55)
    late = here.run(2, price=60)
    assert_a_sentence(late, "info")
    assert here.dials.price == there.dials.price == 55


def test_of_two_that_run_a_month_at_once_the_first_one_counts(log, monkeypatch):
    here, there = Brand(log), Brand(ProgressLog(log.path))
    add = type(here._journal).add

    def slow(journal, run, history, **noted):  # the other one is faster
        monkeypatch.setattr(type(journal), "add", add)
        there.run(1, price=70)
        return add(journal, run, history, **noted)

    monkeypatch.setattr(type(here._journal), "add", slow)
    said = here.run(1, price=50)
    assert_a_sentence(said, "info")
    assert here.dials.price == there.dials.price == 70
    assert months_of(here) == 1


CRASH = """
import os, sys
from course_utils.cases.one_brand.runs import Brand
from course_utils.record.progress import ProgressLog
brand = Brand(ProgressLog(sys.argv[1]))
brand.run(1, price=49)
journal = type(brand._journal)
add = journal.add
def die(*args, **noted):
    if sys.argv[2] == "after":
        add(*args, **noted)
    os._exit(9)
journal.add = die
brand.run(2, price=55)
"""


@pytest.mark.parametrize(("when", "months"), [("before", 1), ("after", 2)])
def test_a_crash_in_the_middle_of_a_month_loses_none_and_draws_none_anew(log, when, months):
    done = subprocess.run([sys.executable, "-c", CRASH, str(log.path), when])
    assert done.returncode == 9
    brand = Brand(log)
    assert months_of(brand) == months
    brand.run(2, price=55)
    fresh = Brand(ProgressLog(log.path.with_name("fresh.jsonl")))
    fresh.run(1, price=49)
    fresh.run(2, price=55)
    assert brand.report("ledger").equals(fresh.report("ledger"))


ODD = [
    ("run", (1,), {"price": 28}), ("run", (1,), {"price": 49.5}), ("run", (1,), {"price": "cheap"}),
    ("run", (1,), {"price": None}), ("run", (1,), {"price": float("nan")}),
    ("run", (1,), {"price": True}), ("run", (1,), {"search": -5_000}),
    ("run", (1,), {"search": 12_345}), ("run", (1,), {"search": 10**400}),
    ("run", (1,), {"social": [1]}), ("run", (1,), {"page": "newer"}), ("run", (1,), {"page": 1}),
    ("run", (1,), {"recall": (45, 10)}), ("run", (1,), {"recall": 60}),
    ("run", (1,), {"recall": (60, 10, 1)}), ("run", (1,), {"membership": (200, 15)}),
    ("run", (1,), {"membership": print}), ("run", (1,), {"colour": "red"}),
    ("run", (0,), {}), ("run", (13,), {}), ("run", ("one",), {}), ("run", (1.5,), {}),
    ("run", (None,), {}), ("run", (True,), {}), ("run", (2,), {}), ("run", (12,), {}),
    ("run", (1,), {"tests": ["prices"]}), ("run", (1,), {"tests": ["price", "price"]}),
    ("run", (1,), {"tests": ["price", "page", "recall"]}), ("run", (1,), {"tests": 5}),
    ("run", (1,), {"tests": ["membership"], "membership": (200, 20)}),
    ("run", (1,), {"tests": ["switch_off"], "search": 0}),
    ("run", (1,), {"search": 240_000, "social": 240_000}),
    ("join", (5,), {}), ("join", ("",), {}), ("join", ("x" * 40,), {}), ("join", ("<b>",), {}),
]  # fmt: skip


@pytest.mark.parametrize(("method", "args", "given"), ODD, ids=str)
def test_what_cannot_be_gets_one_sentence_and_runs_nothing(brand, log, method, args, given):
    said = getattr(brand, method)(*args, **given)
    assert_a_sentence(said, "unreadable")
    assert "\n" not in said.text
    assert log.records() == []


@pytest.mark.parametrize("given", [{"price": ____}, {"tests": ____}])
def test_a_blank_runs_nothing(brand, log, given):
    assert brand.run(1, **given).status == brand.join(____).status == "blank"
    assert log.records() == []


@pytest.mark.parametrize(
    "ask",
    [
        lambda brand: brand.report("sales"),
        lambda brand: brand.test("price"),
        lambda brand: brand.test("colour"),
        lambda brand: brand.score(),
        lambda brand: brand.truth(),
        lambda brand: brand.practice(),
        lambda brand: brand.rehearsal.truth(),
    ],
)
def test_what_is_not_there_yet_is_said_in_a_sentence(brand, ask):
    brand.run(1)
    with pytest.raises(BrandError) as error:
        ask(brand)
    assert len(str(error.value)) < 200


def test_money_that_is_not_there_is_not_spent(brand):
    month = 1
    while brand.played.cash > 330_000:
        assert brand.run(month, search=150_000, social=150_000).status == "noted"
        month += 1
    refused = brand.run(month, search=240_000, social=240_000)
    assert "bank" in refused.text
    assert months_of(brand) == month - 1


def test_a_run_of_another_version_is_shown_and_not_continued(brand, log, monkeypatch):
    brand.run(1, price=49)
    monkeypatch.setattr(module, "VERSION", 2)
    later = Brand(ProgressLog(log.path))
    said = later.run(2)
    assert_a_sentence(said, "info")
    assert list(later.history_table()["price"]) == [49]
    assert "contribution" not in later.history_table()
    with pytest.raises(BrandError, match="version"):
        later.score()


def test_a_disk_that_is_full_is_said_and_the_month_goes_on(tmp_path):
    folder = tmp_path / "no"
    folder.write_text("a file where the folder should be")
    brand = Brand(ProgressLog(folder / "log.jsonl"))
    said = brand.run(1, price=49)
    assert said.status == "noted"
    assert "can't be saved" in said.text
    assert months_of(brand) == 1


def test_a_class_has_one_world_and_stays_in_it(tmp_path):
    one, two, three = (Brand(ProgressLog(tmp_path / f"{name}.jsonl")) for name in "abc")
    one.join("Tea 7")
    two.join("tea7")
    three.join("tea8")
    for brand in (one, two, three):
        brand.run(1, price=49)
    assert one.report("shop").equals(two.report("shop"))
    assert not one.report("shop").equals(three.report("shop"))
    assert one.join("tea9").status == "info"
    assert one.number == two.number != three.number


def test_the_rehearsal_is_in_a_world_of_its_own_and_shows_the_truth(brand):
    for month in range(1, 4):
        brand.rehearsal.run(month, recall=(60, 10), membership=(200, 20))
    assert brand.rehearsal.over
    assert brand.rehearsal.number != brand.number
    truth = brand.rehearsal.truth()
    assert len(truth) == 5
    assert months_of(brand) == 0
    search = truth.iloc[0]
    assert search.iloc[1] > search.iloc[2]  # the last click counts who was coming


def test_practice_comes_after_the_year_and_does_not_count(brand):
    for month in range(1, 13):
        brand.run(month)
    before = brand.history_table()
    brand.practice().run(1, price=60)
    brand.practice(2).run(1, price=70)
    assert brand.history_table().equals(before)
    assert brand.practice().dials.price == 60
    assert brand.practice(2).dials.price == 70


def test_every_month_that_the_desk_can_be_set_to_is_packed_and_comes_back():
    rng = np.random.default_rng(1)
    options = list(product(("old", "new"), RECALLS, MEMBERSHIPS))
    for page, recall, membership in options:
        ads = [int(5_000 * step) for step in rng.integers(1, 49, 2)]
        dials = Dials(*ads, int(rng.integers(29, 80)), page, recall, membership)
        names = [test for test in TESTS if test != "membership" or membership is None]
        month = Month(dials, read_tests(rng.choice(names, 2, replace=False).tolist(), dials))
        assert unpacked(packed(month)) == month
    assert len(packed(month)) == 8


@pytest.mark.parametrize("move", ["ffffffff", "7fffffff", "80000000"])
def test_a_move_that_the_desk_does_not_know_ends_a_run_without_a_fuss(brand, log, move):
    with suppress(DialError, IndexError):
        unpacked(move)
    log.extend(
        [{"kind": "round", "case": "one_brand", "item": "first.1", "history": "0100001" + move}]
    )
    assert months_of(brand) in (0, 1)


def test_the_record_says_in_plain_lines_what_was_left(brand, log):
    brand.run(1, price=49)
    line = json.loads(log.path.read_text().splitlines()[0])["record"]
    assert line["contribution"] == int(brand.report("shop")["contribution"].iloc[0])
    assert line["customers"] == int(brand.report("shop")["customers"].iloc[0])


def test_a_years_months_travel_in_the_chapters_code(brand, log, tmp_path):
    def case_of(record):
        case = Case(Path(package.__file__).parent, Workbook(6), labs={}, runs=("first",))
        case.log = record
        return case

    for month in range(1, 5):
        brand.run(month, price=40 + month)
    code = case_of(log).class_code()
    there = case_of(ProgressLog(tmp_path / "there.jsonl"))
    held = codes.decode(code, [there.layout()])
    assert (there.restore(held.records), held.unknown) == (1, 0)
    assert Brand(there.log).history_table().equals(brand.history_table())
    assert there.restore(held.records) == 0
    # Who has begun another year here keeps it.
    other = case_of(ProgressLog(tmp_path / "other.jsonl"))
    Brand(other.log).run(1, price=77)
    other.restore(held.records)
    assert Brand(other.log).dials.price == 77


def test_with_an_empty_bank_a_month_that_costs_nothing_still_runs(brand, monkeypatch):
    brand.run(1)
    monkeypatch.setattr(Played, "cash", property(lambda _: -5_000))
    assert brand.run(2).status == "unreadable"
    assert brand.run(2, search=0, social=0).status == "noted"
