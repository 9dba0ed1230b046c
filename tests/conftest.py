"""What every test runs under: no window for figures, and no record of a real trainee."""

import importlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import matplotlib
import pytest

# Before a case is imported, as it opens its record then.
_PROGRESS = tempfile.TemporaryDirectory(prefix="course-progress-")
os.environ["COURSE_PROGRESS"] = _PROGRESS.name
matplotlib.use("agg")

from course_utils.classroom.case import Case  # noqa: E402
from course_utils.classroom.progress import ProgressLog  # noqa: E402


def pytest_unconfigure() -> None:
    _PROGRESS.cleanup()


@pytest.fixture
def fresh_case(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], Case]:
    """A case by name, as somebody finds it who has just begun."""

    def begin(name: str) -> Case:
        case = importlib.import_module(f"course_utils.cases.{name}").case
        monkeypatch.setattr(case, "log", ProgressLog(tmp_path / f"{name}.jsonl"))
        monkeypatch.setattr(case, "_hinted", {})
        return case

    return begin
