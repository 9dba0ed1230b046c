"""Chapter 3: an appliance brand's page redesign."""

from pathlib import Path

from course_utils.cases.appliance_page import experiment_desk, page_composer, stop_day
from course_utils.cases.appliance_page.exercises import book, elements, forty_pages, pages
from course_utils.cases.case import Case

case = Case(
    Path(__file__).parent,
    book,
    labs={
        "desk": lambda case: experiment_desk.make_lab(case.words["lab"]["desk"]),
        "stop": lambda case: stop_day.make_lab(case.words["lab"]["stop"], case.load("page_test")),
        "composer": lambda case: page_composer.make_lab(
            case.words["lab"]["composer"], case.load("element_test")
        ),
    },
)

__all__ = ["case", "elements", "forty_pages", "pages"]
