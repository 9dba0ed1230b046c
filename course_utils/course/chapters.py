"""The chapters, as their source texts name them."""

import importlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course_utils.cases.case import Case
from course_utils.language import read_text, read_words

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "notebooks"
CASES = Path(__file__).parents[1] / "cases"

# What is found in a text, in whichever language it is.
TITLE = re.compile(r"^# (?:[^·\n]*\d[^·\n]*· )?(.+)$", re.MULTILINE)
SUBJECT = re.compile(
    r"^\*([^:：*]+)[:：].+?(?<![\d,.])(\d+)\D{2,20}?(?:(\d+)\D{1,10})?\*$", re.MULTILINE
)
CASE = re.compile(r"from course_utils\.cases\.(\w+) import")
OBJECTIVES = re.compile(r"^\*\*[^*\n]+\*\*\n\n(1\. (?:.+\n)+)", re.MULTILINE)


@dataclass(frozen=True)
class Chapter:
    """One notebook, its source and its case."""

    source: Path

    @property
    def number(self) -> int:
        """The number that its file begins with; 0 is the start page."""
        return int(self.source.name.partition("_")[0])

    @property
    def notebook(self) -> str:
        """The notebook's file name."""
        return f"{self.source.stem}.ipynb"

    @property
    def text(self) -> str:
        """The whole source."""
        return read_text(self.source)

    @property
    def title(self) -> str:
        """The title without the chapter's number."""
        return _found(TITLE, self.text)

    @property
    def subject(self) -> str:
        """What it is about in two words, English and Chinese; empty for the start page."""
        found = SUBJECT.search(self.text)
        return found[1] if found else ""

    @property
    def minutes(self) -> str:
        """How long its core takes alone, where it says so in figures."""
        found = SUBJECT.search(self.text)
        return found[3] or found[2] if found else ""

    @property
    def minutes_in_class(self) -> str:
        """How long a lesson of it takes, where it says so in figures."""
        found = SUBJECT.search(self.text)
        return found[2] if found else ""

    @property
    def case_name(self) -> str:
        """The name of its case's folder."""
        return _found(CASE, self.text)

    @property
    def objectives(self) -> list[str]:
        """What a trainee can do at the end, one sentence each, without marks of stress."""
        listed = OBJECTIVES.search(self.text)
        points = re.split(r"^\d+\. ", listed[1] if listed else "", flags=re.MULTILINE)[1:]
        return [" ".join(point.replace("*", "").split()) for point in points]

    @property
    def words(self) -> dict[str, Any]:
        """The words of its case."""
        return read_words(CASES / self.case_name)

    def case(self) -> Case:
        """Its case, ready to be asked."""
        case: Case = importlib.import_module(f"course_utils.cases.{self.case_name}").case
        return case


def chapters() -> list[Chapter]:
    """Every chapter, the start page first."""
    return [Chapter(path) for path in sorted((NOTEBOOKS / "source").glob("[0-9]*.md"))]


def _found(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    assert found, f"the source has no {pattern.pattern}"
    return found[1]
