"""Chapter 6: one brand, twelve months, all five links in hand."""

from functools import partial
from pathlib import Path

from course_utils.cases.case import Case
from course_utils.cases.one_brand.classroom import CLASS_VIEWS
from course_utils.cases.one_brand.exercises import book, columns
from course_utils.cases.one_brand.runs import FIRST, FORESEEABLE, Brand
from course_utils.record.progress import ProgressLog


def _truth(name: str, log: ProgressLog) -> float:
    return Brand(log).truth_of(name)


case = Case(
    Path(__file__).parent,
    book,
    labs={},
    runs=(FIRST,),
    foreseen={name: partial(_truth, name) for name in FORESEEABLE},
    class_views=CLASS_VIEWS,
    typed={
        "brand.join(": '"solo"',
        "brand.expect(4": "150_000, 350_000",
        "brand.expect(7": "200_000, 450_000",
        "brand.expect(10": "200_000, 450_000",
        'brand.expect("my share"': "20, 80",
        'brand.expect("best link"': "20, 60",
    },
)
brand = Brand(case.log)

__all__ = ["brand", "case", "columns"]
