"""A range for the month to come is kept with its date, and a later export scores it."""

import pandas as pd
import pytest

from course_utils.record.progress import ProgressLog
from course_utils.shop import kept_promises, promise, read_shop
from tests.shop.exports import export, world

SALT = b"of a test"


@pytest.fixture(scope="module")
def orders():
    return world(400)


@pytest.fixture
def log(tmp_path):
    return ProgressLog(tmp_path / "progress.jsonl")


def shop_until(orders, day):
    return read_shop(export("course", orders[orders["time"] < day]), salt=SALT)


def came_back(orders, first, last, end):
    """By hand: of those who ordered from first to last, the percentage that did up to end."""
    day = orders["time"].dt.normalize()
    here = set(orders.loc[day.between(first, last), "buyer"])
    later = set(orders.loc[(day > last) & (day <= end), "buyer"])
    return 100 * len(here & later) / len(here)


def test_a_later_export_scores_what_an_earlier_one_promised(orders, log):
    early, late = shop_until(orders, "2025-07-01"), shop_until(orders, "2025-09-01")
    said = promise(early, 0, 100, log=log)
    last = early.orders["time"].max().normalize()
    first, end = last - pd.Timedelta(days=29), last + pd.Timedelta(days=30)
    assert f"{end:%Y-%m-%d}" in said
    assert "not known before" in kept_promises(early, log=log)[0]
    truth = came_back(orders, first, last, end)
    held, counted = kept_promises(late, log=log)
    assert f"{truth:.1f}% ordered again" in held
    assert "holds it. Score 100.0" in held
    assert "1" in counted
    promise(early, "0.1%", "0.2%", log=log)  # thought better of it: the last one counts
    missed, _ = kept_promises(late, log=ProgressLog(log.path))
    assert f"Score {0.1 + 20 * (truth - 0.2):.1f}" in missed


def test_files_without_those_days_score_nothing(orders, log):
    promise(shop_until(orders, "2025-03-01"), 5, 30, log=log)
    later = read_shop(export("course", orders[orders["time"] > "2025-06-01"]), salt=SALT)
    assert "don't hold those days" in kept_promises(later, log=log)[0]


@pytest.mark.parametrize(
    ("low", "high", "days", "said"),
    [(30, 5, 30, "30"), (5, 130, 30, "between 0 and 100"), ("much", 5, 30, "finite number"),
     (5, 30, 900, "fewer days"), (5, 30, 0, "fewer days")],
)  # fmt: skip
def test_what_is_no_range_gets_a_sentence_and_is_not_kept(orders, log, low, high, days, said):
    shop = shop_until(orders, "2025-07-01")
    with pytest.raises(ValueError, match=said):
        promise(shop, low, high, days=days, log=log)
    assert kept_promises(shop, log=log) == ["No range has been promised yet."]


def test_without_a_buyer_there_is_nothing_to_promise(orders, log):
    shop = read_shop(export("amazon", orders.iloc[:60]), salt=SALT)
    with pytest.raises(ValueError, match="way out"):
        promise(shop, 5, 30, log=log)
