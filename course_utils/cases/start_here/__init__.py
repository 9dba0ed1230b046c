"""The start page's toy case: a milk-tea stall."""

from pathlib import Path

from course_utils.cases.case import Case
from course_utils.cases.start_here import tea_stall
from course_utils.cases.start_here.exercises import book

case = Case(
    Path(__file__).parent,
    book,
    labs={"tea": lambda case: tea_stall.make_lab(case.words["lab"]["tea"])},
)

__all__ = ["case"]
