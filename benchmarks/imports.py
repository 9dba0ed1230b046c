"""What importing a case costs beyond pandas and matplotlib, in a fresh process."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from statistics import median

from benchmarks.measure import Row
from course_utils.authoring.data import case_names

TIMED = """
import json
from time import perf_counter
times = [perf_counter()]
import pandas, matplotlib.pyplot
times.append(perf_counter())
from course_utils.cases.{case} import case
times.append(perf_counter())
print(json.dumps(times))
"""


def rows(cases: Iterable[str] = case_names(), repeats: int = 5) -> list[Row]:
    """A row a case: seconds on top of importing pandas and pyplot, beside those of the two."""
    return [_row(case, repeats) for case in cases]


def _row(case: str, repeats: int) -> Row:
    _times(case)  # leaves every module compiled
    runs = [_times(case) for _ in range(repeats)]
    peer = median(between - start for start, between, _ in runs)
    on_top = median(end - between for _, between, end in runs)
    return Row(f"import of {case}, on top", "s", on_top, "importing pandas and pyplot", peer)


def _times(case: str) -> list[float]:
    process = subprocess.run(
        [sys.executable, "-c", TIMED.format(case=case)],
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": ""},
        stdout=subprocess.PIPE,
        check=True,
    )
    return json.loads(process.stdout)
