"""A summary of each customer's orders: beside lifetimes', and beside plain pandas."""

import warnings
from collections.abc import Callable
from importlib.util import find_spec

import numpy as np
import pandas as pd

from benchmarks.measure import Row, milliseconds
from course_utils.analysis import customer_summary

SIZES = (10_000, 100_000, 1_000_000, 5_000_000)
LIFETIMES_AT_MOST = 100_000  # orders; for more its time is scaled up, and the row says so


def rows(sizes: tuple[int, ...] = SIZES, repeats: int = 3) -> list[Row]:
    """Two rows a size, beside lifetimes and beside pandas; then the growth over all sizes."""
    ours = {size: _time(summary, size, repeats) for size in sizes}
    found = []
    for size, value in ours.items():
        name = f"customer summary, {size:,} orders"
        found.append(_beside_lifetimes(name, size, value, repeats))
        found.append(Row(name, "ms", value, "pandas, groupby", _time(by_pandas, size, 1)))
    times, orders = max(ours.values()) / min(ours.values()), max(sizes) / min(sizes)
    name = "customer summary, growth of its time"
    found.append(Row(name, "times", times, "growth of the orders", orders))
    return found


def orders_of(size: int) -> pd.DataFrame:
    """So many orders in a year, about five a customer, some of them on one day."""
    rng = np.random.default_rng(1)
    return pd.DataFrame(
        {
            "customer_id": rng.integers(0, size // 5, size),
            "date": np.datetime64("2024-01-01T00:00:00")
            + rng.integers(0, 365 * 86_400, size).astype("timedelta64[s]"),
            "paid": rng.integers(1_000, 20_000, size) / 100,
        }
    )


def summary(orders: pd.DataFrame) -> pd.DataFrame:
    """The course's own."""
    return customer_summary(orders, value="paid")


def by_pandas(orders: pd.DataFrame) -> pd.DataFrame:
    """The same table by `groupby`, with whole columns at a time."""
    days = orders.assign(date=orders["date"].dt.normalize())
    days = days.groupby(["customer_id", "date"], as_index=False)["paid"].sum()
    dates = days.groupby("customer_id")["date"].agg(["min", "max", "size"])
    again = days[days["date"] > days["customer_id"].map(dates["min"])]
    paid = again.groupby("customer_id")["paid"].mean()
    return pd.DataFrame(
        {
            "frequency": dates["size"] - 1,
            "recency": (dates["max"] - dates["min"]).dt.days,
            "T": (days["date"].max() - dates["min"]).dt.days,
            "monetary_value": paid.reindex(dates.index, fill_value=0.0),
        }
    )


def by_lifetimes(orders: pd.DataFrame) -> pd.DataFrame:
    """The same table by lifetimes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it speaks to an older pandas
        from lifetimes.utils import summary_data_from_transaction_data

        return summary_data_from_transaction_data(
            orders, "customer_id", "date", monetary_value_col="paid"
        )


def _time(summarise: Callable[[pd.DataFrame], pd.DataFrame], size: int, repeats: int) -> float:
    return milliseconds(summarise, [orders_of(size)] * repeats)


def _beside_lifetimes(name: str, size: int, value: float, repeats: int) -> Row:
    if not find_spec("lifetimes"):
        return Row(name, "ms", None, "lifetimes is not installed", None)
    summarised = min(size, LIFETIMES_AT_MOST)
    peer = "lifetimes"
    if size > summarised:
        peer = f"lifetimes, {size // summarised} times its {summarised:,}"
    return Row(
        name, "ms", value, peer, _time(by_lifetimes, summarised, repeats) * size / summarised
    )
