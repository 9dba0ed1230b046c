"""Chapter 2: a beauty brand's traffic, on-site, off-site and paid."""

from pathlib import Path

from course_utils.cases.beauty_traffic import budget_mixer
from course_utils.cases.beauty_traffic.exercises import book, panel, regions, test
from course_utils.cases.case import Case

case = Case(
    Path(__file__).parent,
    book,
    labs={
        "mixer": lambda case: budget_mixer.make_lab(
            case.words["lab"]["mixer"],
            {name: case.load(name) for name in ("search", "notes", "ads", "spend_test")},
        )
    },
)

__all__ = ["case", "panel", "regions", "test"]
