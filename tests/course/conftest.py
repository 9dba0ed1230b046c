"""The whole course, as somebody finds it who has just begun."""

import shutil
from pathlib import Path

import pytest

from course_utils.course import course as the_course
from course_utils.course.the_course import Course
from course_utils.record.progress import ProgressLog


@pytest.fixture
def course(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Course:
    """The course with a record and with notebooks of its own."""
    notebooks = tmp_path / "notebooks"
    notebooks.mkdir()
    for path in the_course.notebooks.glob("*.ipynb"):
        shutil.copy(path, notebooks)
    fresh = Course(notebooks)
    begin(fresh, tmp_path / "my_work", monkeypatch)
    return fresh


def begin(course: Course, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the course and all its cases an empty record in this folder."""
    log = ProgressLog(folder / "progress.jsonl")
    monkeypatch.setattr(course, "log", log)
    for chapter in course.chapters:
        monkeypatch.setattr(chapter.case(), "log", log)
