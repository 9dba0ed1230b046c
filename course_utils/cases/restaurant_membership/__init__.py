"""Chapter 5: a restaurant brand's membership, and a beauty brand's gift."""

from pathlib import Path

from course_utils.cases.case import Case
from course_utils.cases.restaurant_membership import membership_designer, three_heads, worst_weeks
from course_utils.cases.restaurant_membership.exercises import book, card

case = Case(
    Path(__file__).parent,
    book,
    labs={
        "heads": lambda case: three_heads.make_lab(case.words["lab"]["heads"]),
        "worst_weeks": lambda case: worst_weeks.make_lab(case.words["lab"]["worst_weeks"]),
        "designer": lambda case: membership_designer.make_lab(
            case.words["lab"]["designer"], case.load("diners"), case.load("regulars")
        ),
    },
)

__all__ = ["card", "case"]
