"""Points that members hold: which stand open, and how likely each is to be used."""

import pandas as pd

from course_utils.analysis.survival import survival_curve
from course_utils.analysis.tables import (
    Moment,
    as_moment,
    as_number,
    as_times,
    require_columns,
    require_complete,
)
from course_utils.errors import InputError


def open_points(
    points: pd.DataFrame,
    *,
    today: Moment,
    term: int,
    earned: str = "earned",
    used: str = "used",
) -> pd.DataFrame:
    """Return the points open today, with their `age` and the `probability` to be used in time.

    One row is one lot of points: the day it was `earned` and the day it was `used`, missing if it
    was not; days as dates or as text such as 2025-06-18. A lot expires `term` days after it was
    earned. `probability` is that of a lot of this age which nobody has used so far: of all lots,
    used, expired and open, a Kaplan–Meier curve gives the share S(a) unused after a days, and the
    probability is 1 − S(term) / S(age). Their sum is the number of lots that the shop still has to
    honour.
    Raises `InputError` where the ledger is younger than the term: no lot has been watched so long.

    >>> points = pd.DataFrame(
    ...     {
    ...         "earned": ["2025-01-01", "2025-01-01", "2025-06-01", "2025-06-01"],
    ...         "used": ["2025-02-01", None, "2025-06-11", None],
    ...     }
    ... )
    >>> open_points(points, today="2025-07-01", term=90)[["earned", "age", "probability"]]
           earned  age  probability
    3  2025-06-01   30          0.5
    """
    require_columns(points, earned, used, name="ledger of points")
    require_complete(points, earned, name="ledger of points")
    if not as_number(term, "term") > 0:
        raise InputError(f"term must be one day or more, not {term}.")
    now = as_moment(today, "today").tz_localize(None)
    start, end = _times(points, earned), _times(points, used)
    if (start > now).any() or (end < start).any():
        raise InputError("Some points are used before they are earned, or earned after today.")
    age, wait = (now - start).dt.days, (end - start).dt.days
    if age.max() < term:
        raise InputError(f"The oldest points are {age.max()} days old: wait until they expire.")
    taken = wait <= term
    curve = survival_curve(wait.where(taken, age.clip(upper=term)), taken).table
    unused = curve.set_index("days")["waiting"]
    is_open = ~taken & (age <= term)
    at_age = unused.reindex(age[is_open], method="ffill").to_numpy()
    probability = 1 - unused.iloc[-1] / at_age
    return points[is_open].assign(age=age[is_open], probability=probability)


def _times(points: pd.DataFrame, column: str) -> pd.Series:
    """The column's times, of text too, without their zone; missing where they are."""
    values = points[column]
    if values.isna().all():
        return pd.Series(pd.NaT, points.index, dtype="datetime64[s]")
    if pd.api.types.is_object_dtype(values) or pd.api.types.is_string_dtype(values):
        times = pd.to_datetime(values, errors="coerce", format="ISO8601")
        unread = values[times.isna() & values.notna()]
        if len(unread):
            raise InputError(f'"{unread.iloc[0]}" in "{column}" is no day such as 2025-06-18.')
        values = times
    return as_times(values, column).dt.tz_localize(None)
