"""`python -m benchmarks`: print every row as it comes, and write results.json."""

import sys

# Before pandas asks for it. Tests bring it, a trainee has none, and with it pandas stores text in
# another way.
sys.modules["pyarrow"] = None  # type: ignore[assignment]

import json
import os
import tempfile
import traceback
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType

from benchmarks import (
    brand,
    imports,
    labs,
    live_figure,
    notebooks,
    orders,
    screen,
    session,
    worlds,
)
from benchmarks.measure import Row

SUBJECTS = (imports, worlds, brand, orders, live_figure, labs, notebooks, session, screen)
ROOT = Path(__file__).resolve().parents[1]
RESULTS = Path(__file__).with_name("results.json")
LINE = "{:<46} {:>6} {:<6} {:<40} {:>7} {:>7}"


def main() -> int:
    """Measure every subject, on two cores and away from anyone's progress; 1 if one failed."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])
    os.environ["PYTHONPATH"] = str(ROOT)  # what a subject starts has a trainee's packages
    with tempfile.TemporaryDirectory() as progress:
        os.environ["COURSE_PROGRESS"] = progress
        rows = table(SUBJECTS)
    write(rows, RESULTS)
    return int(any(row.failed for row in rows))


def table(subjects: Iterable[ModuleType]) -> list[Row]:
    """The rows of all subjects, each printed once it is measured."""
    print(LINE.format("", "", "", "beside", "", "better").rstrip(), flush=True)
    found = []
    for subject in subjects:
        for row in rows_of(subject):
            print(line(row), flush=True)
            found.append(row)
    return found


def rows_of(subject: ModuleType) -> Iterator[Row]:
    """The rows of a subject; one that says so when it failed, and the others are still measured."""
    try:
        yield from subject.rows()
    except Exception as error:
        traceback.print_exc()
        reason = f"{type(error).__name__}: {error}".partition("\n")[0][:120]
        yield Row(subject.__name__, "", None, f"failed: {reason}", None, failed=True)


def line(row: Row) -> str:
    """A row as it is printed."""
    value, peer_value = _short(row.value), _short(row.peer_value)
    ratio = "" if row.ratio is None else f"{row.ratio:.1f} x"
    return LINE.format(row.name, value, row.unit, row.peer, peer_value, ratio).rstrip()


def _short(number: float | None) -> str:
    if number is None:
        return "-"
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"


def write(rows: list[Row], path: Path) -> None:
    """Write the rows as a list of JSON objects."""
    path.write_text(json.dumps([row.as_json() for row in rows], indent=2) + "\n", "utf-8")
    print(f"\nWritten to {path.parent.name}/{path.name}")


if __name__ == "__main__":
    sys.exit(main())
