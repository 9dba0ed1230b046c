"""The positioning map and the response curve say in words what they show."""

import numpy as np
import pandas as pd

from course_utils.analysis import acquisition_curve
from course_utils.figures import show_acquisition, show_positions


def test_a_map_counts_the_rows_that_it_can_place() -> None:
    shelf = pd.DataFrame(
        {
            "price": [40, 60, 300, 320],
            "rating": [3.0, 3.4, 4.5, None],
            "kind": ["plain", "plain", "premium", "premium"],
        }
    )
    picture = show_positions(shelf, "rating", "price", group="kind", mark={"ours": (4.0, 89)})
    assert "plain: 2 rows, middle rating 3.2, middle price 50" in picture.words
    assert "premium: 1 rows, middle rating 4.5, middle price 300" in picture.words
    assert "ours stands at rating 4, price 89" in picture.words
    assert picture.png.startswith(b"\x89PNG")


def test_a_response_is_told_at_the_middle_spend() -> None:
    week = np.arange(1, 31)
    spend = 1_000.0 * (10 + week % 7)
    weeks = pd.DataFrame({"week": week, "spend": spend, "new_customers": 2 * spend**0.5})
    picture = show_acquisition(weeks, acquisition_curve(weeks))
    middle = np.median(spend)
    customers = f"{2 * middle**0.5:,.0f}"
    assert f"At {middle:,.0f} yuan a week the fitted curve gives {customers}" in picture.words
    assert f"{customers} in week 30." in picture.words


def test_weeks_set_apart_look_different_and_say_the_same() -> None:
    week = np.arange(1, 31)
    spend = 1_000.0 * (10 + week % 7) + 40 * week
    weeks = pd.DataFrame({"week": week, "spend": spend, "new_customers": 2 * spend**0.5})
    weeks["fair"] = (week % 10 == 0).astype(int)
    curve = acquisition_curve(weeks, conditions=["fair"])
    plain, apart = (show_acquisition(weeks, curve, conditions=c) for c in ([], ["fair"]))
    assert plain.png != apart.png
    assert plain.words == apart.words
