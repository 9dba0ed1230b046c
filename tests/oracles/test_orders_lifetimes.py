"""The order functions against lifetimes, and on columns that pyarrow stores."""

import lifetimes.utils
import pandas as pd
import pyarrow  # noqa: F401  # pandas stores text with it where it is there
import pytest

from course_utils.analysis import (
    customer_summary,
    order_days,
    order_gaps,
    repurchase_rate,
    survival_curve,
)
from tests.analysis.test_orders import busy_shop


def lifetimes_summary(orders, **arguments):
    return lifetimes.utils.summary_data_from_transaction_data(
        orders, "customer_id", "date", **arguments
    )


@pytest.mark.filterwarnings("ignore")  # lifetimes speaks to an older pandas
@pytest.mark.parametrize("end", [None, "2025-06-20", "2025-08-01"])
@pytest.mark.parametrize("zone", [None, "Asia/Shanghai", "America/Los_Angeles"])
@pytest.mark.parametrize("seed", range(3))
def test_the_summary_is_that_of_lifetimes(seed, zone, end):
    orders = busy_shop(seed)
    if zone:
        orders["date"] = orders["date"].dt.tz_localize("UTC").dt.tz_convert(zone)
    for value in (None, "paid"):
        found = customer_summary(orders, value=value, end=end)
        wanted = lifetimes_summary(orders, monetary_value_col=value, observation_period_end=end)
        pd.testing.assert_frame_equal(found, wanted, check_dtype=False)


def days_of_gaps(orders):
    gaps = order_gaps(orders)
    return survival_curve(gaps["days"], gaps["completed"]).table


@pytest.mark.parametrize(
    "count",
    [
        order_days,
        order_gaps,
        days_of_gaps,
        lambda orders: customer_summary(orders, value="paid"),
        lambda orders: repurchase_rate(orders, "ever", start="2025-06-01", end="2025-06-20"),
    ],
)
@pytest.mark.parametrize(
    "kinds",
    [
        {"date": "date32[pyarrow]"},
        {"date": "timestamp[us][pyarrow]"},
        {"customer_id": "int64[pyarrow]"},
        {"customer_id": "string[pyarrow]"},
        {"paid": "double[pyarrow]"},
        {"customer_id": "int64[pyarrow]", "date": "date32[pyarrow]", "paid": "double[pyarrow]"},
    ],
)
def test_columns_that_pyarrow_stores_count_as_others_do(count, kinds):
    orders = busy_shop(1)
    orders["date"] = orders["date"].dt.normalize()  # a date32 knows no hours
    if kinds.get("customer_id") == "string[pyarrow]":
        orders["customer_id"] = orders["customer_id"].map("C{:04d}".format)
    found, wanted = count(orders.astype(kinds)), count(orders)
    if isinstance(wanted, pd.DataFrame):
        pd.testing.assert_frame_equal(found, wanted, check_dtype=False, check_index_type=False)
    else:
        assert found == wanted


def test_times_in_a_zone_that_pyarrow_stores_are_days_of_that_zone():
    orders = busy_shop(2)
    orders["date"] = orders["date"].dt.tz_localize("UTC").dt.tz_convert("Asia/Shanghai")
    stored = orders.astype({"date": "timestamp[ns, tz=Asia/Shanghai][pyarrow]"})
    assert order_days(stored)["date"].tolist() == order_days(orders)["date"].tolist()
