"""Numbers as people hand them in, and as the course writes them."""

import math
import re
import unicodedata
from datetime import timedelta
from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

from course_utils.exercises import words

LARGEST = 1e30  # beyond any quantity in a shop; keeps every width and score finite
HUGE = 1e12  # from here on a number is described: nobody reads its digits
PER_HUNDRED = ("percent", "points", "of 100", "in 100")  # units in which a share counts 100 times
SIGNS = {"percent": "%", "yuan": "元"}  # what people write for a unit


def per_hundred(unit: str) -> bool:
    """Whether a share in this unit is a hundred times the share of one."""
    return any(words in unit for words in PER_HUNDRED)


def unit_in_words(unit: str) -> str:
    """What people read for a unit: in English the unit itself."""
    return str(words.units.get(unit, unit))


def as_float(value: Any) -> float | None:
    """A real number as a float, infinite where it is beyond every float; None for all else."""
    if is_duration(value) or isinstance(value, bool | np.bool_):
        return None
    if not isinstance(value, Real | Decimal):
        return None
    try:
        return float(value)
    except OverflowError:  # an integer beyond every float
        return math.inf
    except Exception:  # a class of somebody's own that calls itself a number
        return None


def is_duration(value: Any) -> bool:
    """Whether it is a length of time; NumPy counts its own among the whole numbers."""
    return isinstance(value, np.timedelta64 | timedelta)


def only_item(value: Any) -> Any:
    """What a Series, frame or array of exactly one thing holds; anything else as it is."""
    if isinstance(value, pd.DataFrame | pd.Series | pd.Index | np.ndarray) and value.size == 1:
        return np.asarray(value).reshape(-1)[0]
    return value


def from_text(written: str, unit: str) -> float:
    """The number that stands in "12", "-1,200", "–5" or "12％", the unit's name or sign aside.

    Raises ValueError if it is no number.
    """
    plain = re.sub("[−–—]", "-", unicodedata.normalize("NFKC", written).strip())
    for ending in (unit, unit_in_words(unit), SIGNS.get(unit, unit)):
        plain = plain.removesuffix(ending).rstrip()
    return float(re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", plain))


def written(value: float, unit: str = "", *, spread: float = 0.0) -> str:
    """A number with the digits that are known, and its unit: "31.2 yuan", "10.3 million yuan".

    `spread` is the width of the range in which it is known; three digits of that are kept, or,
    without one, three significant digits of the number. Zeros at the end are left out.
    """
    factor, unit = _scale(abs(value), unit)
    return _with_unit(_digits(value, spread or abs(value), factor), unit)


def written_range(low: float, high: float, unit: str = "") -> str:
    """Both ends of a range with the digits that its width makes worth while, and their unit."""
    factor, unit = _scale(max(abs(low), abs(high)), unit)
    ends = [_digits(end, min(high - low or math.inf, abs(end)), factor) for end in (low, high)]
    return _with_unit(words.from_to.format(low=ends[0], high=ends[1]), unit)


def _scale(size: float, unit: str) -> tuple[float, str]:
    """By what a number of this size is divided before it is written, and what unit that makes."""
    if unit == "yuan" and 1e6 <= size < HUGE:
        return 1e6, words.million.format(unit=unit_in_words(unit))
    return 1.0, unit


def rounded(value: float, spread: float) -> float:
    """The value to three digits of the range in which it is known."""
    return round(value, -_last_place(spread))


def _digits(value: float, spread: float, factor: float) -> str:
    if abs(value) >= HUGE:
        return str(words.huge if value > 0 else words.huge_and_negative)
    decimals = min(max(0, round(math.log10(factor)) - _last_place(spread)), 15)
    text = f"{rounded(value, spread) / factor:z,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if decimals else text


def _last_place(spread: float) -> int:
    """The power of ten of the last digit that is kept: 0 for ones, −1 for tenths."""
    return math.floor(math.log10(spread)) - 2 if spread > 0 else 0


def _with_unit(number: str, unit: str) -> str:
    return f"{number}{'' if unit == '%' else ' '}{unit_in_words(unit)}".strip()
