"""What every test runs under: no window for figures, no clock, no record of a real trainee."""

import importlib
import os
import tempfile

# Before NumPy is imported. Two test processes, each with a thread for every core, stand in each
# other's way: a small regression then takes ten times as long.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

from collections.abc import Callable
from pathlib import Path

import hypothesis
import matplotlib
import pytest

# Before a case is imported, as it opens its record then.
_PROGRESS = tempfile.TemporaryDirectory(prefix="course-progress-")
os.environ["COURSE_PROGRESS"] = _PROGRESS.name
matplotlib.use("agg")
hypothesis.settings.register_profile("course", deadline=None)  # no test is about time
hypothesis.settings.load_profile("course")

from course_utils.cases.case import Case  # noqa: E402
from course_utils.record.progress import ProgressLog  # noqa: E402


def pytest_unconfigure() -> None:
    _PROGRESS.cleanup()


@pytest.fixture
def fresh_case(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], Case]:
    """A case by name, as somebody finds it who has just begun."""

    def begin(name: str) -> Case:
        case = importlib.import_module(f"course_utils.cases.{name}").case
        monkeypatch.setattr(case, "log", ProgressLog(tmp_path / f"{name}.jsonl"))
        monkeypatch.setattr(case, "_hinted", {})
        monkeypatch.setattr(case, "_asked", {})
        return case

    return begin


# Whole files go to a worker, in this order: a long one that came last would keep the others idle.
LONG = (
    "tests/test_start.py",
    "tests/test_language.py",
    "tests/test_robustness.py",
    "tests/widgets",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))
