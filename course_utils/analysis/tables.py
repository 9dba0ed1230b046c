"""The checks that every analysis makes on its arguments, each with its one sentence."""

import difflib
import re
from collections.abc import Collection, Hashable, Iterable
from datetime import date
from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from course_utils.errors import InputError

Moment = str | date | np.datetime64  # a Timestamp is a date
_MANY = 10**9
_NUMBERS = (Real, Decimal, np.bool_)
_NAMES_SHOWN = 12  # in an error: enough for a table's columns, not for a million visitor ids
# Empty, or 1.23457E+17, as spreadsheets write a long number.
_NO_NAME = re.compile(r"\s*|[+-]?\d(\.\d+)?[eE]\+\d+").fullmatch
# What numbers of a size are as times, and what makes times of them: lowest, highest, arguments.
_CONVERSIONS = [
    (20_000, 80_000, '{}, unit="D", origin="1899-12-30"'),  # the days of a spreadsheet
    (19_000_101, 21_001_231, '{}.astype(int).astype(str), format="%Y%m%d"'),
    (3e8, 5e9, '{}, unit="s"'),
    (3e11, 5e12, '{}, unit="ms"'),
    (3e14, 5e15, '{}, unit="us"'),
    (3e17, 5e18, "{}"),
]


def require_columns(frame: pd.DataFrame, *columns: str, name: str = "table") -> None:
    """Raise `InputError` unless this is a DataFrame with rows and with each of these columns once.

    >>> require_columns(pd.DataFrame({"visitor": [1], "event": ["view"]}), "visitr")
    Traceback (most recent call last):
    course_utils.errors.InputError: The table has no column "visitr" (did you mean
    "visitor"?), only "visitor", "event".
    """
    if not isinstance(frame, pd.DataFrame):
        raise InputError(f"The {name} must be a DataFrame, not {type(frame).__name__}.")
    if frame.empty:
        raise InputError(f"The {name} has no rows: look at the filter or the file it came from.")
    names = frame.columns.tolist()
    require_known(columns, names, kind="column", where=f"The {name}")
    for column in columns:
        if names.count(column) > 1:
            raise InputError(
                f'The {name} has more than one column "{column}": drop or rename the others.'
            )


def require_complete(frame: pd.DataFrame, *columns: str, name: str = "table") -> None:
    """Raise `InputError` unless the columns are there and without missing values."""
    require_columns(frame, *columns, name=name)
    for column in columns:
        missing = int(frame[column].isna().sum())
        if missing:
            raise InputError(
                f'The column "{column}" has missing values in {missing:,} of {len(frame):,} rows: '
                "drop or fill them first."
            )
        if frame[column].dtype == object:
            _require_one_kind(frame[column], column)


def _require_one_kind(values: pd.Series, column: str) -> None:
    try:
        pd.factorize(values, sort=True)
    except TypeError:
        kinds = " and ".join(sorted({type(value).__name__ for value in values}))
        raise InputError(
            f'The column "{column}" holds {kinds}, which have no order: '
            "make numbers, text or times of them."
        ) from None


def require_ids(frame: pd.DataFrame, *columns: str, name: str = "table") -> None:
    """Raise `InputError` unless each column names somebody or something in every row.

    A name has all its digits: long numbers lose them as floats, which a missing value makes of a
    whole column, and in spreadsheets. No text may be empty, and no 1 stand beside a "1".
    """
    require_columns(frame, *columns, name=name)
    for column in columns:
        ids = frame[column]
        cure = f'read the file with dtype={{"{column}": str}}'
        if pd.api.types.is_float_dtype(ids) and ids.isna().any():
            raise InputError(
                f'The column "{column}" has missing values in {ids.isna().sum():,} of '
                f"{len(ids):,} rows, which make its numbers lose digits if they are long: {cure}, "
                "then drop or fill them."
            )
        require_complete(frame, column, name=name)
        if not pd.api.types.is_any_real_numeric_dtype(ids):
            _require_distinct_text(ids, column, cure)
        elif pd.api.types.is_float_dtype(ids):
            digits = np.finfo(ids.to_numpy().dtype).nmant + 1
            if (ids.abs() >= 2.0**digits).any():
                raise InputError(f'The ids in "{column}" have lost digits: {cure}.')


def _require_distinct_text(ids: pd.Series, column: str, cure: str) -> None:
    distinct = np.asarray(ids.unique(), dtype=object)
    text = distinct if ids.dtype == "str" else np.array([str(each) for each in distinct])
    odd = next(filter(_NO_NAME, text), None)
    if odd is not None and odd.strip():
        raise InputError(f'The ids in "{column}" have lost digits, as in spreadsheets: {cure}.')
    if odd is not None:
        raise InputError(
            f'The column "{column}" has rows with empty text, as of guests, who would all be one: '
            "drop them first."
        )
    if ids.dtype != "str" and len(set(text)) < len(text):
        raise InputError(f'The column "{column}" has the same id as number and as text: {cure}.')


def as_times(values: pd.Series, column: str) -> pd.Series:
    """Return a column of times as pandas' own; raise `InputError` for what is none.

    The sentence names the call that makes times of numbers, by their size. All times on the first
    of January 1970 are numbers that were converted without it.
    """
    if not pd.api.types.is_datetime64_any_dtype(values):
        raise InputError(
            f'The column "{column}" holds {values.dtype} and no times: convert it with '
            f"{_conversion(values, column)}."
        )
    if isinstance(values.dtype, pd.ArrowDtype):
        values = pd.Series(pd.DatetimeIndex(values), index=values.index)
    first, last = values.min(), values.max()
    if first.year == last.year == 1970 and last.day_of_year == 1:
        counted = values.dropna().dt.tz_localize(None).astype("datetime64[ns]").astype("int64")
        raise InputError(
            f'All times in "{column}" lie on 1970-01-01: they were numbers, taken for nanoseconds '
            f"since then. Convert the numbers with {_conversion(counted, column)}."
        )
    return values


def _conversion(values: pd.Series, column: str) -> str:
    """The call that makes times of such values."""
    if not pd.api.types.is_any_real_numeric_dtype(values):
        return "pd.to_datetime"
    middle = values.median()
    fitting = (call for lowest, highest, call in _CONVERSIONS if lowest <= middle <= highest)
    arguments = next(fitting, '{}, unit="D", origin=...').format(f'table["{column}"]')
    return f"pd.to_datetime({arguments})"


def as_moment(moment: Moment, name: str) -> pd.Timestamp:
    """Return the moment; raise `InputError` for what is no date. Text such as 6/7 is June 7."""
    # A bare number would pass for nanoseconds since 1970.
    at = pd.to_datetime(moment, errors="coerce") if isinstance(moment, Moment) else None
    if not isinstance(at, pd.Timestamp):
        raise InputError(f'{name} must be a date such as "2025-06-30", not {moment!r}.')
    return at


def is_from(values: pd.Series, start: Any) -> NDArray[np.bool_]:
    """Say of each value whether it is `start` or later; raise `InputError` if they can't compare.

    >>> is_from(pd.Series([1, 2, 3], name="week"), 2)
    array([False,  True,  True])
    """
    try:
        if pd.api.types.is_scalar(start):
            return np.asarray(values >= start, dtype=bool)
    except TypeError:  # they can't be compared
        pass
    raise InputError(
        f'start is {start!r}, which can\'t be compared with "{values.name}" ({values.dtype}): '
        f"give it as the column has it, such as {values.iloc[0]!r}."
    )


def require_known(wanted: Iterable[Any], known: Collection[Any], *, kind: str, where: str) -> None:
    """Raise `InputError` for the first wanted name that is not among the known ones."""
    there = set(known)
    for name in wanted:
        if not isinstance(name, Hashable) or name not in there:
            near = difflib.get_close_matches(str(name), map(str, known), n=1)
            hint = f' (did you mean "{near[0]}"?)' if near else ""
            quoted = [f'"{other}"' for other in known]
            if len(quoted) > _NAMES_SHOWN:
                quoted[_NAMES_SHOWN:] = [f"{len(quoted) - _NAMES_SHOWN:,} more"]
            raise InputError(f'{where} has no {kind} "{name}"{hint}, only {", ".join(quoted)}.')


def require_share(value: float, name: str) -> None:
    """Raise `InputError` unless the value lies strictly between 0 and 1."""
    if not 0 < as_number(value, name) < 1:
        raise InputError(f"{name} must lie between 0 and 1, not {value}: 5% is written 0.05.")


def as_numbers(values: ArrayLike, name: str) -> NDArray[np.float64]:
    """Return the values as floats; raise `InputError` where one is not a finite number."""
    try:
        array = np.asarray(values)
    except ValueError:
        raise InputError(f"{name} must hold numbers, no lists of different lengths.") from None
    if array.dtype.kind not in "biuf":  # bool, integer, unsigned, float
        is_time = array.dtype.kind in "mM"
        strangers = [each for each in array.flat if is_time or not isinstance(each, _NUMBERS)]
        if strangers:
            raise InputError(f'{name} must hold numbers, not "{strangers[0]}".')
    array = array.astype(float)
    # Beyond that a square overflows; no shop counts so far.
    if not (np.abs(array) < 1e100).all():
        raise InputError(f"{name} must hold finite numbers: a value is missing or infinite.")
    return array


def as_number(value: Any, name: str) -> float:
    """Return the value as a float; raise `InputError` unless it is one finite number."""
    if isinstance(value, Decimal) or np.ndim(value):
        raise InputError(f"{name} must be one plain number, not {value!r}.")
    return float(as_numbers(value, name))


def as_count(value: Any, name: str) -> int:
    """Return the value as a whole number; raise `InputError` unless it is one from 1 on."""
    number = float(as_counts(as_number(value, name), name))
    if not 1 <= number <= _MANY:
        raise InputError(f"{name} must be 1 or more, and at most {_MANY:,}, not {value}.")
    return int(number)


def as_names(names: Any, name: str) -> list[Any]:
    """Return the names as a list, a single one too; raise `InputError` for what is no list."""
    if isinstance(names, str):
        return [names]
    if not isinstance(names, Iterable):
        raise InputError(f"{name} must be a list of names, not {names!r}.")
    return list(names)


def require_generator(rng: Any) -> None:
    """Raise `InputError` unless this is a generator of random numbers."""
    if not isinstance(rng, np.random.Generator):
        raise InputError("rng must be a NumPy generator: np.random.default_rng(seed).")


def require_kind(model: Any, kind: type, maker: str) -> None:
    """Raise `InputError` unless this is a model of the kind that the function `maker` returns."""
    if not isinstance(model, kind):
        raise InputError(f"This needs what {maker} returns, not {type(model).__name__}.")


def as_counts(values: ArrayLike, name: str) -> NDArray[np.float64]:
    """Return the values as floats; raise `InputError` where one is not 0, 1, 2, ..."""
    array = as_numbers(values, name)
    wrong = array[(array < 0) | (array != np.floor(array))]
    if wrong.size:
        raise InputError(f"{name} must hold whole counts, zero or more, not {wrong[0]:g}.")
    return array


def require_flags(frame: pd.DataFrame, column: str) -> None:
    """Raise `InputError` unless the column holds True and False, or 1 and 0."""
    values = as_numbers(frame[column], f'The column "{column}"')
    odd = values[(values != 0) & (values != 1)]
    if odd.size:
        raise InputError(f'The column "{column}" must hold 0 and 1 only, not {odd[0]:g}.')


def require_outcomes(frame: pd.DataFrame, successes: str, trials: str) -> None:
    """Raise `InputError` unless each row's count of successes can come from its trials."""
    done = as_counts(frame[successes], f'The column "{successes}"')
    if (done > as_counts(frame[trials], f'The column "{trials}"')).any():
        raise InputError(f'A row has more "{successes}" than "{trials}": are the columns swapped?')
