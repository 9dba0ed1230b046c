"""Every number that the start page states in words is the world's or the course's."""

import re

import numpy as np
from pytest import approx

from course_utils.cases.start_here import case
from course_utils.cases.start_here.world import World
from course_utils.course import course
from tests.claims import Claims

claims = Claims("start_here", no_claim={"chapter": [r"python3", r'"0\.2"', r"\+200%.*?ROI 3\.5"]})


@claims("chapter")
def the_page():
    stall = case.load("stall")
    cool = stall.query("weather == 'cool' and sign == 'in'")["cups"].mean()
    means = stall.groupby("sign")["cups"].mean()
    more = means["out"] - means["in"]
    scores = claims.texts["chapter"].partition("The course keeps three scores.")[2]
    scores = re.findall(r"\*\*[A-Z]", scores.partition("## How a lab works")[0])
    return {
        r"about (eighty) cups on a cool day without it": World().cups,
        r"about eighty cups on a cool day": cool == approx(World().cups, abs=5),
        r"(Ninety) days are a sample": len(stall),
        r"says \*\*(twenty) cups more a day\*\*,\s+and the table agrees": approx(more, abs=0.5),
        r"\*\*audit\*\* (five) of them": sum(
            bool(chapter.case().labs) for chapter in course.chapters[1:]
        ),
        r"In the sixth chapter you run a brand": course.chapters[6].case_name == "one_brand",
        r"The course keeps (three) scores\.": len(scores),
        r"`course\.reset\(#\)` brings the third one": 3,
    }


@claims("words")
def the_answers():
    stall = case.load("stall")
    spread = np.hypot(*stall.groupby("sign")["cups"].sem())
    return {
        r"on … of # hot days and on … of # cool ones": (100, 100),
        # Wider than that is what the days allow.
        r"Would you bet on a range (three) cups wide": lambda cups: 2 * 1.645 * spread > 2 * cups,
    }
