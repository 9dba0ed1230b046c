"""The start page's toy case: a milk-tea stall."""

from pathlib import Path

from course_utils.cases.start_here.exercises import book
from course_utils.cases.start_here.tea_stall import tea_stall
from course_utils.classroom.blank import ____
from course_utils.classroom.case import Case

case = Case(
    Path(__file__).parent, book, labs={"tea": lambda case: tea_stall(case.words["lab"]["tea"])}
)

__all__ = ["____", "case"]
