"""Every number that the start page states in words is the world's or the course's."""

import re

import numpy as np
import pytest

from course_utils.cases.start_here import case
from course_utils.cases.start_here.world import World
from course_utils.course import course
from tests.claims import Claims, all_words, prose

SPELT = {"three": 3, "five": 5, "sixty": 60, "eighty": 80}
TEXTS = {"page": prose("00_start_here.md"), "words": all_words(case.words)}
NO_CLAIM = {
    "page": [r"python3", r'"0\.2"', r"\d+ minutes", r"\+200%.*?ROI 3\.5"],
    "words": [],
}
claim = Claims(TEXTS, SPELT)


@claim("page", r"about (eighty) cups on a cool day without it")
def _(cups):
    assert cups == World().cups
    stall = case.load("stall").query("weather == 'cool' and sign == 'in'")
    assert stall["cups"].mean() == pytest.approx(cups, abs=5)


@claim("page", r"(Sixty) days are a sample")
@claim("words", r"(Sixty) days are few")
def _(length):
    assert len(case.load("stall")) == length


@claim("words", r"Would you bet on a range (three) cups wide")
def _(cups):
    # Wider than that is what the days allow.
    spread = case.load("stall").groupby("sign")["cups"].sem()
    assert 2 * 1.645 * np.hypot(*spread) > 2 * cups


@claim("page", r"\*\*audit\*\* (five) of them")
def _(brands):
    assert [chapter.number for chapter in course.chapters] == list(range(int(brands) + 1))


@claim("page", r"The course keeps (three) scores\.")
def _(scores):
    after = TEXTS["page"].partition("The course keeps three scores.")[2]
    assert len(re.findall(r"\*\*[A-Z]", after.partition("## How a lab works")[0])) == scores


@claim("page", r"`course\.reset\(#\)` brings the third one")
def _(number):
    assert number == 3


@pytest.mark.parametrize("said", claim.all, ids=lambda said: said.wording[:50])
def test_what_the_text_says_is_so(said):
    claim.hold(said)


@pytest.mark.parametrize("text", TEXTS)
def test_no_number_goes_without_a_check(text):
    assert claim.loose(text, NO_CLAIM[text]) == []
