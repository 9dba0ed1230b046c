"""Chapter 1: an apparel brand enters e-commerce."""

from pathlib import Path

from course_utils.cases.apparel_launch import launch_planner
from course_utils.cases.apparel_launch.exercises import book
from course_utils.cases.case import Case

PLANNER_TABLES = ("acquisition", "orders", "sales", "price_test", "plan_costs")

case = Case(
    Path(__file__).parent,
    book,
    labs={
        "planner": lambda case: launch_planner.make_lab(
            case.words["lab"]["planner"], {name: case.load(name) for name in PLANNER_TABLES}
        ),
    },
)

__all__ = ["case"]
