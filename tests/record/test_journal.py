"""Rounds that are final: whichever lines are lost or doubled, one history stands."""

import random

import pytest

from course_utils.record import archive
from course_utils.record.journal import Journal, accepted, is_history, rounds_in
from course_utils.record.progress import ProgressLog

HEAD = "0100abc"
MOVES = [f"{number:08x}" for number in range(1, 13)]


def history(count, head=HEAD, moves=MOVES):
    return head + "".join(moves[:count])


@pytest.fixture
def log(tmp_path):
    return ProgressLog(tmp_path / "log.jsonl")


@pytest.fixture
def played(log):
    journal = Journal(log, "brand")
    for count in range(1, 8):
        journal.add("first", history(count), contribution=count)
    return journal


def test_a_history_grows_round_by_round(played, log):
    assert played.history("first") == history(7)
    assert rounds_in(played.history("first")) == 7
    assert played.last("first")["contribution"] == 7
    assert played.history("practice1") == ""
    assert Journal(ProgressLog(log.path), "brand").history("first") == history(7)


def test_who_comes_second_finds_what_the_first_one_did(played, log):
    other = Journal(ProgressLog(log.path), "brand")
    other.add("first", history(8))
    played.add("first", history(7) + "deadbeef")
    assert played.history("first") == other.history("first") == history(8)
    played.add("first", history(7) + "deadbeef" + MOVES[8])
    assert played.history("first") == history(8)


def test_a_damaged_line_costs_nothing_once_a_later_one_is_there(played, log):
    lines = log.path.read_bytes().splitlines(keepends=True)
    for lost in range(len(lines)):
        log.path.write_bytes(
            b"".join([*lines[:lost], lines[lost][:30] + b"\n", *lines[lost + 1 :]])
        )
        there = history(7) if lost < len(lines) - 1 else history(6)
        assert Journal(ProgressLog(log.path), "brand").history("first") == there


def test_a_log_cut_short_goes_on_from_its_last_whole_line(played, log):
    data = log.path.read_bytes()
    rng = random.Random(1)
    for end in rng.sample(range(len(data)), 40):
        log.path.write_bytes(data[:end])
        whole = data[:end].count(b"\n")
        found = Journal(ProgressLog(log.path), "brand").history("first")
        assert found in (history(whole) if whole else "", history(whole + 1))


def test_work_that_is_brought_back_never_mixes_two_runs(tmp_path):
    one, two = (Journal(ProgressLog(tmp_path / f"{name}.jsonl"), "brand") for name in "ab")
    for count in range(1, 4):
        one.add("first", history(count))
    other = [move[::-1] for move in MOVES]
    for count in range(1, 7):
        two.add("first", history(count, moves=other))
    archive.merge(one.log, two.log.records())
    assert one.history("first") == history(3)
    same = Journal(ProgressLog(tmp_path / "c.jsonl"), "brand")
    for count in range(1, 7):
        same.add("first", history(count))
    archive.merge(one.log, same.log.records())
    assert one.history("first") == history(6)


@pytest.mark.parametrize(
    "odd", [None, 7, "", HEAD, HEAD + "123", HEAD + "1234567z", ["x"], HEAD.upper() + "G" * 8]
)
def test_what_is_no_history_is_passed_over(odd):
    assert not is_history(odd)
    record = {"kind": "round", "case": "brand", "item": "first.1", "history": odd}
    assert accepted([record], "first") is None
