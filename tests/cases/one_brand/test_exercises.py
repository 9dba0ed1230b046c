"""The exercises of chapter 6, held to the contracts of all cases before the chapter has a text."""

from pathlib import Path

import numpy as np
import pytest

import course_utils.cases.one_brand as package
from course_utils.cases.case import Case
from course_utils.cases.one_brand.exercises import book, neighbour
from course_utils.cases.one_brand.year import customer_value, expected
from course_utils.exercises.blank import ____
from course_utils.exercises.kinds import Guess
from course_utils.record.progress import ProgressLog

SLIPS = [(name, slip) for name, item in book.items.items() for slip in item.slips]


@pytest.fixture
def case(tmp_path):
    found = Case(Path(package.__file__).parent, book, labs={})
    found.log = ProgressLog(tmp_path / "log.jsonl")
    return found


def evaluated(case, function, **known):
    return book.evaluate(function, case.load, **known)


@pytest.mark.parametrize("name", book.items)
def test_an_answer_is_right_and_a_blank_is_not_attempted(case, name):
    item = book.items[name]
    answer = evaluated(case, item.answer)
    status = "noted" if isinstance(item.kind, Guess) else "right"
    assert case.check(name, answer).status == status
    assert case.check(name, ____).status == "blank"
    assert case.solution(name).code
    assert case.said(item).keys() >= {"title", "right", "hints"}
    assert case.said(item).get("slips", {}).keys() == item.slips.keys()


@pytest.mark.parametrize(("name", "slip"), SLIPS)
def test_a_slip_meets_its_own_sentence(case, name, slip):
    item = book.items[name]
    wrong = evaluated(case, item.slips[slip], answer=evaluated(case, item.answer))
    feedback = case.check(name, wrong)
    assert (feedback.status, feedback.slip) == ("slip", slip)


def test_what_a_new_customer_brings_is_near_what_the_world_knows(case):
    """The sum of later orders at no discount, so a little above the world's."""
    world = neighbour().world
    year = expected(world, neighbour().policy)
    mix = year.first[0] / year.first[0].sum()
    true = float(mix @ customer_value(world)[:, 0])
    found = evaluated(case, book.items["worth_of_new"].answer)
    assert 0.9 * true < found < 1.6 * true


def test_the_test_shows_less_than_the_last_click(case):
    found = evaluated(case, book.items["sold_by_search"].answer)
    assert found < evaluated(case, book.items["sold_by_search"].slips["last_click"])


def test_the_neighbours_stock_is_worth_about_what_the_world_knows(case):
    """A chain of people who are mixed understates the good ones: chapter 4's sorting."""
    world = neighbour().world
    stock = neighbour().year.stock[-1]
    true = float(np.sum(stock * customer_value(world))) / 1e6
    found = evaluated(case, book.items["worth_of_stock"].answer)
    assert 0.4 * true < found < 1.3 * true


def test_members_lead_by_more_than_membership_does(case):
    item = book.items["because_of_membership"]
    lead = evaluated(case, item.slips["members_against_others"])
    assert lead > 1.3 * evaluated(case, item.answer)
