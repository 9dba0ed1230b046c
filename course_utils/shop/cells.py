"""Cells as exports write them: ids, amounts and times, each read from text."""

import unicodedata
from collections.abc import Callable

import numpy as np
import pandas as pd

EMPTY = ("", "-", "--", "—", "null", "none", "nan")
# 3.5535E+18: a spreadsheet has shortened a long number, and its last digits are lost.
SHORTENED = r"^\d(?:\.\d+)?[eE]\+?\d{2}$"
FORMATS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d", "%Y%m%d")
DASHES = str.maketrans("/年月", "---", "日")
FIRST_YEAR, LAST_YEAR = 2000, 2050  # no shop's orders lie outside


def texts(cells: pd.Series) -> pd.Series:
    """The cells without what spreadsheets and back offices wrap around them.

    >>> texts(pd.Series(['="3553"', "'186", "\\t１８ "])).tolist()
    ['3553', '186', '18']
    """
    return _by_distinct(cells, _bare)


def money(cells: pd.Series) -> pd.Series:
    """The amounts in cents: NaN where there is none, infinite where it can't be read.

    >>> money(pd.Series(["¥1,299.00", "-", "3.5元", "much"])).tolist()
    [129900.0, nan, 350.0, inf]
    """
    return _by_distinct(cells, _cents)


def times(cells: pd.Series, zone: str) -> pd.Series:
    """The times by the clock of `zone`, without a zone; missing where none can be read.

    >>> times(pd.Series(["2016/5/23 22:02", "2024-05-01 10:00:00 +0000", "42513.5"]),
    ...       "Asia/Shanghai").astype(str).tolist()
    ['2016-05-23 22:02:00', '2024-05-01 18:00:00', '2016-05-23 12:00:00']
    """
    return _by_distinct(cells, lambda found: _times(found, zone))


def _by_distinct(cells: pd.Series, read: Callable[[pd.Series], pd.Series]) -> pd.Series:
    """Read each different cell once."""
    codes, distinct = pd.factorize(cells.fillna(""))
    found = read(pd.Series(distinct, dtype="str")).array.take(codes)
    return pd.Series(found, index=cells.index)


def _bare(cells: pd.Series) -> pd.Series:
    # A loop is faster here than pandas' own functions of text, one after the other.
    return pd.Series([_unwrapped(cell) for cell in cells], index=cells.index, dtype="str")


def _unwrapped(cell: str) -> str:
    if not cell.isascii():
        cell = unicodedata.normalize("NFKC", cell)
    cell = cell.strip()
    if cell[:1] == "=":
        cell = cell[1:].strip('"')
    return cell.lstrip("'").strip()


def _dashed(cell: str) -> str:
    """A date with dashes between year, month and day, whatever stood there."""
    cell = _unwrapped(cell).translate(DASHES)
    return cell[:10].replace(".", "-") + cell[10:] if cell[4:5] == "." else cell


def _cents(cells: pd.Series) -> pd.Series:
    bare = _bare(cells).str.replace(r"[¥$€£元,\s]|CNY|RMB|USD", "", regex=True)
    bare = bare.str.replace(r"^\((.+)\)$", r"-\1", regex=True)
    empty = bare.str.lower().isin(EMPTY)
    known = bare.str.fullmatch(r"[+-]?(?:\d+\.?\d*|\.\d+)")
    amounts = pd.to_numeric(bare.where(known), errors="coerce").astype(float)
    return (100 * amounts).round().where(known | empty, np.inf)


def _times(cells: pd.Series, zone: str) -> pd.Series:
    bare = pd.Series([_dashed(cell) for cell in cells], index=cells.index, dtype="str")
    found = pd.Series(pd.NaT, index=cells.index, dtype="datetime64[s]")
    for form in FORMATS:
        left = found.isna()
        if left.any():
            read = pd.to_datetime(bare[left], format=form, errors="coerce")
            found[left] = read.astype("datetime64[s]")
    left = found.isna() & bare.str.fullmatch(r"\d{5}(?:\.\d+)?")
    days = pd.to_numeric(bare[left])  # as a spreadsheet counts them
    serial = pd.to_datetime(days, unit="D", origin="1899-12-30").dt.round("s")
    found[left] = serial.astype("datetime64[s]")
    left = found.isna() & bare.str.contains(r"(?:Z|[+-]\d\d:?\d\d)$")
    zoned = pd.to_datetime(bare[left], format="ISO8601", utc=True, errors="coerce")
    # Shopify leaves a blank before the offset.
    late = zoned.isna()
    zoned[late] = pd.to_datetime(
        bare[left][late], format="%Y-%m-%d %H:%M:%S %z", utc=True, errors="coerce"
    )
    found[left] = zoned.dt.tz_convert(zone).dt.tz_localize(None).astype("datetime64[s]")
    return found
