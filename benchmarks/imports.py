"""What imports cost in a fresh process: a case, and what every kernel loads at its start."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from statistics import median

from traitlets.config.loader import PyFileConfigLoader

from benchmarks.measure import Row
from course_utils.authoring.data import case_names
from course_utils.course.chapters import ROOT

KERNEL = PyFileConfigLoader("ipython_config.py", str(ROOT / "jupyter/etc/ipython")).load_config()
AT_START = KERNEL.InteractiveShellApp.extensions

TIMED = """
import json
from time import perf_counter
times = [perf_counter()]
import {peer}
times.append(perf_counter())
import {ours}
times.append(perf_counter())
print(json.dumps(times))
"""


def rows(cases: Iterable[str] = case_names(), repeats: int = 5) -> list[Row]:
    """A row for a kernel's start and one a case: seconds on top of another import, beside its."""
    start = ("a kernel's start", ", ".join(AT_START), "ipykernel.kernelapp", "importing ipykernel")
    both = ("pandas, matplotlib.pyplot", "importing pandas and pyplot")
    return [
        _row(*start, repeats),
        *(
            _row(f"import of {case}", f"course_utils.cases.{case}", *both, repeats)
            for case in cases
        ),
    ]


def _row(name: str, ours: str, peer: str, said: str, repeats: int) -> Row:
    _times(ours, peer)  # leaves every module compiled
    runs = [_times(ours, peer) for _ in range(repeats)]
    peer_value = median(between - start for start, between, _ in runs)
    on_top = median(end - between for _, between, end in runs)
    return Row(f"{name}, on top", "s", on_top, said, peer_value)


def _times(ours: str, peer: str) -> list[float]:
    process = subprocess.run(
        [sys.executable, "-c", TIMED.format(ours=ours, peer=peer)],
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": ""},
        stdout=subprocess.PIPE,
        check=True,
    )
    return json.loads(process.stdout)
