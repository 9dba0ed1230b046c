"""From a shop's orders to who came back, when, and how often.

A table of orders has one row an order: who (`customer`) and when (`time`). What is counted is the
order *day*: several orders of a customer on one calendar day, in the times' own zone, are one.

An id that many share, such as "guest", counts as one customer. A date as text is read month first
where that can be: "06/07/2025" is June 7.

A refund is no order: drop its rows first, as in `orders[orders["paid"] >= 0]`. Only
`customer_summary` with a `value` takes the refunds too, since it nets them.
"""

from dataclasses import dataclass, replace
from datetime import date, tzinfo

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from course_utils.analysis.tables import (
    Moment,
    as_count,
    as_counts,
    as_moment,
    as_number,
    as_numbers,
    as_times,
    require_complete,
    require_ids,
    require_known,
)
from course_utils.errors import InputError

Ints = NDArray[np.int64]
DEFINITIONS = ("same window", "next window", "within days", "ever", "cohort")
_MANY = 2**31  # whole numbers as far apart serve as names just as they are
_NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True, repr=False)
class RepurchaseRate:
    """How many of the `customers` returned, by one `definition` of returning."""

    returned: int
    customers: int
    definition: str

    @property
    def rate(self) -> float:
        """Share of the customers who returned."""
        return self.returned / self.customers

    # The repr too is the sentence, since it is what a notebook shows.
    def __repr__(self) -> str:
        return (
            f'{self.rate:.1%} repurchase rate by "{self.definition}": '
            f"{self.returned:,} of {self.customers:,} customers"
        )


def order_days(
    orders: pd.DataFrame, *, customer: str = "customer_id", time: str = "date"
) -> pd.DataFrame:
    """Return one row per customer and calendar day with an order, sorted by both.

    The days stand in the column `time`, at midnight and without a zone.

    >>> orders = pd.DataFrame({"customer_id": [2, 1, 2], "date": pd.to_datetime(
    ...     ["2025-06-01 09:00", "2025-06-03 20:00", "2025-06-01 18:00"])})
    >>> order_days(orders)
       customer_id       date
    0            1 2025-06-03
    1            2 2025-06-01
    """
    return _frame(_order_days(_rows(orders, customer, time)), customer, time)


def order_gaps(
    orders: pd.DataFrame,
    *,
    customer: str = "customer_id",
    time: str = "date",
    end: Moment | None = None,
) -> pd.DataFrame:
    """Return one row per order day: the `days` until the customer's next, and if it came.

    Where `completed` is False the customer was still waiting on `end`, the last day that counts
    (default: the last in the table), and `days` is the wait so far: a right-censored gap.
    For `survival_curve` take one gap a customer, such as the first,
    `gaps.drop_duplicates("customer_id")`: with all of them those who order often count most.

    >>> orders = pd.DataFrame({"customer_id": [1, 1, 2],
    ...                        "date": pd.to_datetime(["2025-06-01", "2025-06-05", "2025-06-02"])})
    >>> order_gaps(orders, end="2025-06-10")
       customer_id       date  days  completed
    0            1 2025-06-01     4       True
    1            1 2025-06-05     5      False
    2            2 2025-06-02     8      False
    """
    days = _order_days(_rows(orders, customer, time, end))
    following = _following(days)
    completed = following != _NEVER
    until = np.where(completed, following, days.end)
    return _frame(days, customer, time).assign(days=until - days.day, completed=completed)


def customer_summary(
    orders: pd.DataFrame,
    *,
    customer: str = "customer_id",
    time: str = "date",
    value: str | None = None,
    end: Moment | None = None,
) -> pd.DataFrame:
    """Summarise each customer's orders up to and with the day `end`, in days.

    Returns a table indexed by customer, sorted: `frequency`, the order days after the first;
    `recency`, the days from the first order to the last; `T`, the days from the first order to
    `end` (default: the last day in the table). With `value`, a column of amounts, also
    `monetary_value`: the mean of an order day after the first, 0 where there is none. What
    `fit_mbgnbd` takes (x, t_x, T in the papers), under the names that lifetimes and pymc-marketing
    use.

    With `value`, a row below zero is a refund: it makes no order day, and is taken off the
    customer's latest order day up to then. A refund without an order before it is left out.

    >>> orders = pd.DataFrame({"customer_id": [1, 1, 1, 2], "paid": [50, 30, -10, 80],
    ...     "date": pd.to_datetime(["2025-06-01", "2025-06-05", "2025-06-07", "2025-06-02"])})
    >>> customer_summary(orders, value="paid", end="2025-06-10")
             frequency  recency  T  monetary_value
    customer_id
    1                  1     4    9   20.0
    2                  0     0    8    0.0
    """
    rows = _rows(orders, customer, time, end, value)
    if value is None:
        days = _order_days(rows)
    else:
        days, sums = _net_order_days(rows)
    first = _first_places(days.who)
    last = np.append(first[1:], len(days.who)) - 1
    frequency = last - first
    columns = {
        "frequency": frequency,
        "recency": days.day[last] - days.day[first],
        "T": days.end - days.day[first],
    }
    if value is not None:
        sums[first] = 0.0
        columns["monetary_value"] = np.add.reduceat(sums, first) / np.maximum(frequency, 1)
    return pd.DataFrame(columns, index=days.names.take(days.who[first]).rename(customer))


def repurchase_rate(
    orders: pd.DataFrame,
    definition: str,
    *,
    start: Moment,
    end: Moment,
    days: int | None = None,
    customer: str = "customer_id",
    time: str = "date",
) -> RepurchaseRate:
    """Return the repurchase rate of the window start <= day < end, by the definition named.

    - "same window": of those who ordered in the window, who has two order days or more in it.
    - "next window": of those who ordered in the window, who orders in the next one as long.
    - "within days": of those who ordered in the window, who orders again at most `days` days
      after their first order day in it.
    - "ever": of those who ordered in the window, who has two order days or more in the table,
      be they before, in or after the window.
    - "cohort": of those whose first order of all lies in the window, who orders again at most
      `days` days after it. The table must go back far enough to hold first orders.

    Raises `InputError` when the table ends before every customer had the days that "next window",
    "within days" and "cohort" give them.

    >>> orders = pd.DataFrame({"customer_id": [1, 1, 2, 1, 2],
    ...     "date": pd.to_datetime(["2025-06-02", "2025-06-06", "2025-06-03", "2025-06-09",
    ...                             "2025-06-16"])})
    >>> repurchase_rate(orders, "same window", start="2025-06-02", end="2025-06-09")
    50.0% repurchase rate by "same window": 1 of 2 customers
    """
    require_known([definition], DEFINITIONS, kind="definition", where="repurchase_rate")
    rows = _rows(orders, customer, time)
    begin, stop = _day_of(start, "start", rows.zone), _day_of(end, "end", rows.zone)
    if begin >= stop:
        raise InputError(f"The window must end after its start, not from {start} to {end}.")
    patience = _patience(definition, days, stop - begin)
    if patience and stop + patience - 1 > rows.end:
        raise InputError(
            f'The table ends on {_date(rows.end)}, but "{definition}" looks at every day before '
            f"{_date(stop + patience)}: take an earlier window, or more of the table."
        )
    return _counted(_order_days(rows), definition, begin, stop, patience)


def _patience(definition: str, days: int | None, width: int) -> int:
    """Return for how many days after the window the definition looks."""
    if definition not in ("within days", "cohort"):
        if days is not None:
            raise InputError(f'The definition "{definition}" has no days: leave `days` out.')
        return width if definition == "next window" else 0
    if days is None or as_counts(as_number(days, "days"), "days") < 1:
        raise InputError(f'The definition "{definition}" needs `days`, a whole number from 1 on.')
    return as_count(days, "days")


def _counted(
    days: "_Rows", definition: str, begin: int, stop: int, patience: int
) -> RepurchaseRate:
    places = np.flatnonzero((begin <= days.day) & (days.day < stop))
    places = places[_first_places(days.who[places])]  # of each buyer's first day in the window
    following = _following(days)
    if definition == "cohort":
        places = np.intersect1d(places, _first_places(days.who), assume_unique=True)
    if not places.size:
        raise InputError(
            f'Nobody counts for "{definition}" from {_date(begin)} to {_date(stop - 1)}: '
            "is the window right?"
        )
    if definition == "same window":
        returned = following[places] < stop
    elif definition == "next window":
        later = (stop <= days.day) & (days.day < stop + patience)
        returned = np.isin(days.who[places], days.who[later])
    elif definition == "ever":
        again = days.who[1:][days.who[1:] == days.who[:-1]]
        returned = np.isin(days.who[places], again)
    else:
        returned = following[places] <= days.day[places] + patience
    return RepurchaseRate(int(returned.sum()), len(places), definition)


# Customers and days as numbers: sorting whole numbers is what makes all of this fast.


@dataclass(frozen=True)
class _Rows:
    """Who came on which day: one entry a row of the table, or one an order day."""

    who: Ints  # the place of the customer in `names`
    day: Ints  # since 1970-01-01
    names: pd.Index
    end: int  # the last day that counts
    zone: tzinfo | None
    unit: str  # in which the table counts its times
    amount: NDArray[np.float64] | None = None


def _rows(
    orders: pd.DataFrame,
    customer: str,
    time: str,
    end: Moment | None = None,
    value: str | None = None,
) -> _Rows:
    """Read the table up to and with the day `end`."""
    require_ids(orders, customer, name="table of orders")
    require_complete(orders, time, name="table of orders")
    times = as_times(orders[time], time)
    zone = times.dt.tz
    day = np.asarray(times.dt.tz_localize(None)).astype("datetime64[D]").astype(np.int64)
    who, names = _numbered(orders[customer])
    amount = None if value is None else _amounts(orders, value)
    if end is None:
        return _Rows(who, day, names, int(day.max()), zone, times.dt.unit, amount)
    last = _day_of(end, "end", zone)
    known = day <= last
    if not known.any():
        raise InputError(f"The table has no order up to {_date(last)}: is `end` right?")
    kept = None if amount is None else amount[known]
    return _Rows(who[known], day[known], names, last, zone, times.dt.unit, kept)


def _numbered(customers: pd.Series) -> tuple[Ints, pd.Index]:
    """Return each row's place in the sorted names, and the names; some may have no row."""
    if customers.dtype == np.int64:
        first, last = int(customers.min()), int(customers.max())
        if last - first < _MANY:
            return customers.to_numpy() - first, pd.RangeIndex(first, last + 1)
    return pd.factorize(customers, sort=True)


def _amounts(orders: pd.DataFrame, value: str) -> NDArray[np.float64]:
    require_complete(orders, value, name="table of orders")
    return as_numbers(orders[value], f'The column "{value}"')


def _day_of(moment: Moment, name: str, zone: tzinfo | None) -> int:
    """Return the calendar day of a moment; a moment with a zone is first taken to the table's."""
    at = as_moment(moment, name)
    if at.tz is not None and zone is not None:
        at = at.tz_convert(zone)
    return at.toordinal() - date(1970, 1, 1).toordinal()


def _date(day: int) -> str:
    return str(np.datetime64(day, "D"))


def _order_days(rows: _Rows) -> _Rows:
    """Return the distinct pairs of customer and day, sorted by both."""
    keys = np.sort(_keys(rows))
    return _from_keys(rows, keys[_first_places(keys)])


def _net_order_days(rows: _Rows) -> tuple[_Rows, NDArray[np.float64]]:
    """Return the order days, and the amount of each net of the refunds that follow it."""
    assert rows.amount is not None
    # A day's refunds sort behind its orders: each refund then follows the order that it reduces.
    keys, place = _sorted(2 * _keys(rows) + (rows.amount < 0))
    keys, refund = np.divmod(keys, 2)
    opens = np.zeros(len(keys), dtype=bool)  # an order day
    opens[_first_places(keys)] = True
    opens &= refund == 0
    if not opens.any():
        raise InputError("The table has no order, only refunds: every value is below zero.")
    days = _from_keys(rows, keys[opens])
    latest = np.cumsum(opens) - 1
    own = (latest >= 0) & (days.who[latest] == keys // _width(rows))
    return days, np.add.reduceat(rows.amount[place[own]], np.flatnonzero(opens[own]))


def _sorted(keys: Ints) -> tuple[Ints, Ints]:
    """Return the keys in order and the places where they stood; equal ones stay as they were."""
    rows = len(keys)
    if (int(keys.max()) + 1) * rows > np.iinfo(np.int64).max:
        place = np.argsort(keys, kind="stable")
        return keys[place], place
    # Key and place in one number: plain sorting is much faster than an argsort.
    return np.divmod(np.sort(keys * rows + np.arange(rows)), rows)


def _keys(rows: _Rows) -> Ints:
    """Return a number for each row that sorts by customer, then by day."""
    return rows.who * _width(rows) + (rows.day - rows.day.min())


def _from_keys(rows: _Rows, keys: Ints) -> _Rows:
    who, day = np.divmod(keys, _width(rows))
    return replace(rows, who=who, day=day + rows.day.min(), amount=None)


def _width(rows: _Rows) -> int:
    return int(np.ptp(rows.day)) + 1


def _first_places(keys: Ints) -> Ints:
    """Return where each run of equal keys starts; equal keys stand together."""
    if not keys.size:
        return np.empty(0, dtype=np.int64)
    return np.flatnonzero(np.append(True, keys[1:] != keys[:-1]))


def _following(days: _Rows) -> Ints:
    """Return the day of the same customer's next order, or _NEVER."""
    following = np.full(len(days.day), _NEVER)
    same = days.who[1:] == days.who[:-1]
    following[:-1][same] = days.day[1:][same]
    return following


def _frame(days: _Rows, customer: str, time: str) -> pd.DataFrame:
    dates = days.day.astype("datetime64[D]").astype(f"datetime64[{days.unit}]")
    return pd.DataFrame({customer: days.names.take(days.who), time: dates})
