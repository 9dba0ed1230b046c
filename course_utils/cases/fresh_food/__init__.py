"""Chapter 4: a fresh-food platform's repurchase plan."""

from pathlib import Path

from course_utils.cases.case import Case
from course_utils.cases.fresh_food import repurchase_clock
from course_utils.cases.fresh_food.exercises import (
    book,
    districts,
    recall,
    slots,
)

case = Case(
    Path(__file__).parent,
    book,
    labs={
        "clock": lambda case: repurchase_clock.make_lab(
            case.words["lab"]["clock"],
            {name: case.load(name) for name in ("orders", "lapsed", "silence", "pilot")},
        )
    },
)

__all__ = ["case", "districts", "recall", "slots"]
