"""The checks that every analysis makes on its arguments, each with its one sentence."""

import difflib
from collections.abc import Collection, Iterable
from numbers import Number
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from course_utils.errors import InputError

_NAMES_SHOWN = 12  # in an error: enough for a table's columns, not for a million visitor ids


def require_columns(frame: pd.DataFrame, *columns: str, name: str = "table") -> None:
    """Raise `InputError` unless this is a DataFrame with rows and with these columns.

    >>> require_columns(pd.DataFrame({"visitor": [1], "event": ["view"]}), "visitr")
    Traceback (most recent call last):
    course_utils.errors.InputError: The table has no column "visitr" (did you mean
    "visitor"?), only "visitor", "event".
    """
    if not isinstance(frame, pd.DataFrame):
        raise InputError(f"The {name} must be a DataFrame, not {type(frame).__name__}.")
    if frame.empty:
        raise InputError(f"The {name} has no rows: look at the filter or the file it came from.")
    require_known(columns, frame.columns.tolist(), kind="column", where=f"The {name}")


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


def require_known(wanted: Iterable[Any], known: Collection[Any], *, kind: str, where: str) -> None:
    """Raise `InputError` for the first wanted name that is not among the known ones."""
    for name in wanted:
        if name not in known:
            near = difflib.get_close_matches(str(name), map(str, known), n=1)
            hint = f' (did you mean "{near[0]}"?)' if near else ""
            quoted = [f'"{other}"' for other in known]
            if len(quoted) > _NAMES_SHOWN:
                quoted[_NAMES_SHOWN:] = [f"{len(quoted) - _NAMES_SHOWN:,} more"]
            raise InputError(f'{where} has no {kind} "{name}"{hint}, only {", ".join(quoted)}.')


def require_share(value: float, name: str) -> None:
    """Raise `InputError` unless the value lies strictly between 0 and 1."""
    if not 0 < as_numbers(value, name) < 1:
        raise InputError(f"{name} must lie between 0 and 1, not {value}: 5% is written 0.05.")


def as_numbers(values: ArrayLike, name: str) -> NDArray[np.float64]:
    """Return the values as floats; raise `InputError` where one is not a finite number."""
    array = np.asarray(values)
    if array.dtype.kind not in "biuf":  # bool, integer, unsigned, float
        strangers = [value for value in array.ravel().tolist() if not isinstance(value, Number)]
        if strangers:
            raise InputError(f'{name} must hold numbers, not "{strangers[0]}".')
    array = array.astype(float)
    if not np.isfinite(array).all():
        raise InputError(f"{name} must hold finite numbers: a value is missing or infinite.")
    return array


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
