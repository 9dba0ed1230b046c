"""The desk without a browser: its controls are set and its button is clicked."""

import re

import pytest

from course_utils.cases.one_brand.desk import Desk
from course_utils.cases.one_brand.dials import Dials
from course_utils.cases.one_brand.reports import REPORTS
from course_utils.cases.one_brand.runs import Brand
from course_utils.record.progress import ProgressLog


@pytest.fixture
def brand(tmp_path):
    return Brand(ProgressLog(tmp_path / "log.jsonl"))


@pytest.fixture
def desk(brand):
    return Desk(brand)


def test_there_are_six_dials_at_most_and_they_stand_as_last_year(desk):
    assert len(desk.controls) == 6
    assert Dials(**desk.chosen) == Dials()


def test_a_month_in_which_nothing_changes_takes_one_click(desk, brand):
    desk.button.click()
    desk.button.click()
    assert len(brand.played.months) == 2
    assert desk.button.description == "Run month 3"


def test_what_the_desk_runs_is_what_the_code_runs(desk, brand, tmp_path):
    desk.controls["price"].value = 49
    desk.controls["recall"].value = (60, 10)
    desk.tests["page"].value = True
    desk.button.click()
    there = Brand(ProgressLog(tmp_path / "there.jsonl"))
    there.run(1, price=49, recall=(60, 10), tests=["page"])
    assert brand.played.months == there.played.months
    assert desk.controls["price"].value == 49
    assert not desk.tests["page"].value  # a test is bought for one month
    assert "visitors" in desk.table.value


def test_what_cannot_run_is_said_and_the_dials_stay(desk, brand):
    desk.controls["search"].value = desk.controls["social"].value = 240_000
    desk.button.click()
    assert brand.played.months == ()
    assert "bank" in desk.sentence.value
    assert desk.controls["search"].value == 240_000
    for box in desk.tests.values():
        box.value = True
    desk.button.click()
    assert brand.played.months == ()


def test_a_second_desk_shows_what_the_first_one_ran(desk, brand):
    other = Desk(Brand(ProgressLog(brand.log.path)))
    desk.controls["price"].value = 49
    desk.button.click()
    other.controls["price"].value = 60
    other.button.click()
    assert len(brand.played.months) == 1
    assert other.controls["price"].value == 49
    assert "final" in other.sentence.value
    assert other.button.description == "Run month 2"


def test_every_report_is_shown(desk):
    desk.button.click()
    for name in REPORTS:
        desk.view.value = name
        assert "<table" in desk.table.value


def test_the_costs_in_advance_follow_the_dials(desk):
    before = desk.costs.value
    desk.controls["search"].value = 100_000
    assert desk.costs.value != before
    assert "140,000" in desk.costs.value


def test_the_rehearsal_shows_the_truth_and_ends_after_three_months(brand):
    desk = Desk(brand.rehearsal)
    for _ in range(3):
        desk.button.click()
    assert "truth" in desk.table.value
    assert desk.button.disabled
    assert brand.played.months == ()


def test_the_desk_in_words_and_as_a_still_picture(desk):
    desk.button.click()
    bundle, about = desk._repr_mimebundle_()
    assert bundle["text/plain"] == desk.text
    assert "month 1" in desk.text
    assert not re.search(r"[{}<>]", desk.text)
    assert about["image/png"]["alt"]
    assert len(bundle["image/png"]) > 1_000


def test_a_failure_is_said_on_the_page(desk, monkeypatch):
    monkeypatch.setattr(type(desk._brand), "run", lambda *_, **__: 1 / 0)
    desk.button.click()
    assert "division" in desk.sentence.value
