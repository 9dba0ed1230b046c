"""Chapter 5: a restaurant brand's membership, and a beauty brand's gift."""

from pathlib import Path

from course_utils.cases.case import Case
from course_utils.cases.restaurant_membership import membership_designer
from course_utils.cases.restaurant_membership.exercises import book, card
from course_utils.exercises.blank import ____

case = Case(
    Path(__file__).parent,
    book,
    labs={
        "designer": lambda case: membership_designer.make_lab(
            case.words["lab"]["designer"], case.load("diners"), case.load("regulars")
        )
    },
)

__all__ = ["____", "card", "case"]
