"""Chapter 3: an appliance brand's page redesign."""

from pathlib import Path

from course_utils.cases.appliance_page.exercises import book, elements, pages
from course_utils.cases.appliance_page.experiment_desk import experiment_desk
from course_utils.cases.appliance_page.page_composer import page_composer
from course_utils.classroom.blank import ____
from course_utils.classroom.case import Case

case = Case(
    Path(__file__).parent,
    book,
    labs={
        "desk": lambda case: experiment_desk(case.words["lab"]["desk"]),
        "composer": lambda case: page_composer(
            case.words["lab"]["composer"], case.load("element_test")
        ),
    },
)

__all__ = ["____", "case", "elements", "pages"]
