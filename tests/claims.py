"""How every number in a chapter's words is held to the world, the data or the method.

A chapter's claims stand in `tests/cases/<case>/claims.py`, in sections: for each wording in one of
its texts, what must be so. A number in figures that no wording covers is found loose, so that a
new sentence brings its claim.
"""

import importlib
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.util import find_spec
from inspect import signature
from typing import Any

import numpy as np

from course_utils.cases.case import Case
from course_utils.course.chapters import CASES, chapters

FIGURES = r"(\d[\d,]*(?:\.\d+)?)"
SPELT = {
    "a fiftieth": 1 / 50, "a fifth": 1 / 5, "a quarter": 1 / 4, "quarter": 1 / 4, "a third": 1 / 3,
    "two in five": 2 / 5, "half": 1 / 2, "a half": 1 / 2,
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "eight or nine": 8.5, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13,
    "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "twenty": 20,
    "twenty-four": 24, "forty": 40,
    "forty-eight": 48, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
    "a hundred": 100, "two hundred": 200, "ten thousand": 10_000, "forty thousand": 40_000,
    "three and a half": 3.5,
}  # fmt: skip
# Numbers that state nothing about the world in any chapter: names, lists, units.
NO_CLAIM = [r"[Cc]hapters? \d,?", r"\d\. \*\w", r"\d+ minutes( in class, \d+ alone)?",
            r"times 100\b", r"100 ×",
            r"\b1 if (the|a)"]  # fmt: skip
Section = Callable[[], Mapping[str, Any]]


@dataclass
class Claims:
    """What a case's texts say: claims in sections, wordings without one, and its source's facts."""

    name: str
    no_claim: Mapping[str, Iterable[str]] = field(default_factory=dict)
    facts: Mapping[str, Iterable[str]] = field(default_factory=dict)
    sections: list[tuple[str, Section]] = field(default_factory=list)

    @cached_property
    def texts(self) -> dict[str, str]:
        """The chapter outside its code, the words of its case, and the dictionary of its tables."""
        chapter = next(chapter for chapter in chapters() if chapter.case_name == self.name)
        tables = (CASES / self.name / "tables.en.toml").read_text(encoding="utf-8")
        return {
            "chapter": prose(chapter.text),
            "words": all_words(chapter.words),
            "dictionary": all_words(tomllib.loads(tables)),
        }

    def __call__(self, text: str) -> Callable[[Section], Section]:
        """Declare a section of one text, by wording. In a wording, `#` is a number in figures.

        What must be so is the number, or the tuple, of the wording's groups; a function that takes
        them; or a truth where the wording has none.
        """

        def declare(section: Section) -> Section:
            self.sections.append((text, cache(section)))
            return section

        return declare

    def wrong(self, text: str, section: Section) -> list[str]:
        """The wordings of a section that are gone, or say what is not so."""
        found = []
        for wording, wanted in section().items():
            places = list(self.places(text, wording))
            said = [[number(group) for group in place.groups() if group] for place in places]
            if not places or not all(is_so(tuple(numbers), wanted) for numbers in said):
                found.append(f"{wording}: says {said}, and it is {wanted}")
        return found

    def places(self, text: str, wording: str) -> Iterable[re.Match[str]]:
        """Where a wording stands."""
        return re.finditer(wording.replace("#", FIGURES), self.texts[text])

    def loose(self, text: str) -> list[str]:
        """The numbers of a text that no claim covers, each with the words around it."""
        wordings = [*NO_CLAIM, *self.no_claim.get(text, ())]
        wordings += [
            wording for of, section in self.sections if of == text for wording in section()
        ]
        known = [place.span() for words in wordings for place in self.places(text, words)]
        said = self.texts[text]
        return [
            said[max(0, figure.start() - 40) : figure.end() + 30]
            for figure in re.finditer(FIGURES, said)
            if not any(start <= figure.start() and figure.end() <= end for start, end in known)
        ]


def claims_of(name: str) -> Claims:
    """A case's claims; none yet for a new one."""
    module = f"tests.cases.{name}.claims"
    there = find_spec(f"tests.cases.{name}") and find_spec(module)
    return importlib.import_module(module).claims if there else Claims(name)


def number(said: str) -> float:
    """A number in figures or in words."""
    return SPELT.get(said.lower()) or float(said.replace(",", ""))


def is_so(said: tuple[float, ...], wanted: Any) -> bool:
    """Whether the numbers said are those wanted, or pass its test."""
    if callable(wanted):
        return bool(wanted(*said))
    if isinstance(wanted, bool | np.bool_):
        return said == () and bool(wanted)
    return bool(said == (wanted if isinstance(wanted, tuple) else (wanted,)))


def prose(source: str) -> str:
    """What a source says outside its code, on one line."""
    text = re.sub(r"\A---\n.*?\n---\n|```\{code-cell\}.*?```", "", source, flags=re.DOTALL)
    return " ".join(text.split())


def all_words(said: object) -> str:
    """Every sentence of a file of words, without what a check fills in."""
    if isinstance(said, dict):
        return " ".join(map(all_words, said.values()))
    if isinstance(said, list):
        return " ".join(map(all_words, said))
    if type(said) in (int, float):
        return ""  # an end of a range in a quiz
    return re.sub(r"\{.*?\}", "…", str(said))


def default(function: Callable[..., Any], parameter: str) -> Any:
    """What a function takes unless it is told otherwise."""
    return signature(function).parameters[parameter].default


def right_range(case: Case) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The quiz's question for a number: its right range, and all of them."""
    ranges = next(one["ranges"] for one in case.words["quiz"].values() if "ranges" in one)
    return next(one for one in ranges if one.get("right")), ranges
