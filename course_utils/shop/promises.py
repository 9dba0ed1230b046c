"""A range for the month to come, kept with its date; a later export of the shop scores it."""

import pandas as pd

from course_utils.analysis import repurchase_rate
from course_utils.errors import InputError
from course_utils.exercises.verdicts import calibration, judge, read_interval
from course_utils.record.progress import ProgressLog, Record
from course_utils.shop import words
from course_utils.shop.audits import carries
from course_utils.shop.figures import Sales
from course_utils.shop.reading import Shop

KIND, CASE = "promise", "shop"
DEFINITION = "next window"
PERCENT = "%"


def promise(
    shop: Shop, low: object, high: object, *, days: int = 30, log: ProgressLog | None = None
) -> str:
    """Commit to a 90% range, in percent, for the repurchase rate of the `days` days to come.

    Of those who ordered in the last `days` days of the files, how many order in the `days` after
    them? Of several ranges for one period the last one is scored. Returns a sentence; raises
    `InputError` for no range, and for files that tell no buyer or are shorter than `days`.
    """
    known = _known(shop)
    last = pd.Timestamp(known["day"].max())
    start = last - pd.Timedelta(days=days - 1)
    if days < 1 or start < known["day"].min():
        raise InputError(words.promise_too_long.format(days=days))
    verdict = read_interval(low, high, PERCENT)
    if not 0 <= verdict.low <= verdict.high <= 100:
        raise InputError(words.promise_percent)
    first, until = (f"{day:%Y-%m-%d}" for day in (start, last))
    log = ProgressLog() if log is None else log
    item = f"{first}_{days}"
    fields = {"low": verdict.low, "high": verdict.high, "first": first, "last": until, "days": days}
    warning = log.append(KIND, CASE, item, **fields)
    end = last + pd.Timedelta(days=days)
    said = words.promised.format(
        low=verdict.low,
        high=verdict.high,
        first=first,
        last=until,
        days=days,
        end=f"{end:%Y-%m-%d}",
    )
    return f"{said} {warning}".rstrip()


def kept_promises(shop: Shop, *, log: ProgressLog | None = None) -> list[str]:
    """What came of each range that was promised, by what this export of the shop tells."""
    records: dict[str, Record] = {}
    for record in (ProgressLog() if log is None else log).records(KIND, CASE):
        records[record["item"]] = record
    if not records:
        return [words.no_promise]
    known = _known(shop)
    said, pairs = [], []
    for record in records.values():
        truth = _truth(known, record)
        said.append(truth if isinstance(truth, str) else _scored(record, truth))
        if not isinstance(truth, str):
            pairs.append((record["low"], record["high"], truth))
    return [*said, calibration(pairs).sentence()] if pairs else said


def _known(shop: Shop) -> pd.DataFrame:
    if "buyer" not in carries(shop):
        raise InputError(words.needs["buyer"])
    return Sales(shop).known


def _truth(known: pd.DataFrame, record: Record) -> float | str:
    """The rate that came, in percent, or why it isn't known."""
    start, last = pd.Timestamp(record["first"]), pd.Timestamp(record["last"])
    end = last + pd.Timedelta(days=record["days"])
    if known["day"].max() < end:
        return str(words.promise_waits.format(**record, end=f"{end:%Y-%m-%d}"))
    here = known["day"].between(start, last)
    if known["day"].min() > start or not here.any():
        return str(words.promise_lost.format(**record))
    found = repurchase_rate(
        known, DEFINITION, start=start, end=last + pd.Timedelta(days=1), customer="buyer",
        time="time",
    )  # fmt: skip
    return 100 * found.rate


def _scored(record: Record, truth: float) -> str:
    verdict = read_interval(record["low"], record["high"])
    judged = judge(verdict, truth)
    words_of = words.promise_held if judged.held else words.promise_missed
    return str(words_of.format(**record, truth=truth, score=judged.score))
