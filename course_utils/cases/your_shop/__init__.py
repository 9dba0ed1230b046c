"""Chapter 7: your own shop, on the export of a snack shop until it is yours."""

from pathlib import Path

from course_utils.cases.case import Case
from course_utils.cases.tables import DATA
from course_utils.cases.your_shop.exercises import book, who

case = Case(Path(__file__).parent, book, labs={})


def sample(name: str) -> Path:
    """Where a sample export is: a file as a back office gives it.

    Raises `TableError` where it is missing or damaged.
    """
    case.load(name)
    return DATA / case.name / f"{name}.csv"


__all__ = ["case", "sample", "who"]
