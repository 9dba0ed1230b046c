"""Chapter 4: a fresh-food platform's repurchase plan."""

from pathlib import Path

from course_utils.cases.fresh_food.exercises import (
    book,
    definitions,
    districts,
    recall,
    slots,
)
from course_utils.cases.fresh_food.repurchase_clock import repurchase_clock
from course_utils.classroom.blank import ____
from course_utils.classroom.case import Case

case = Case(
    Path(__file__).parent,
    book,
    labs={
        "clock": lambda case: repurchase_clock(
            case.words["lab"]["clock"],
            {name: case.load(name) for name in ("orders", "lapsed", "silence", "pilot")},
        )
    },
)

__all__ = ["____", "case", "definitions", "districts", "recall", "slots"]
