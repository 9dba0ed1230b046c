"""A class's ranges for a verdict: one line each, the slide's claim, and once revealed the truth."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from course_utils.cases.case import Case
from course_utils.course import chats, words
from course_utils.course.answers import Answers
from course_utils.course.rim import TALLEST, arrow, ends, span
from course_utils.exercises import verdicts
from course_utils.exercises.numerals import unit_in_words, written
from course_utils.exercises.workbook import VerdictQuestion
from course_utils.figures.picture import Picture
from course_utils.figures.style import BAD, CLAIM, DATA, GOOD, TRUTH, panels

NAMED = 12  # from so many ranges on there is no room to say whose each one is
NAMES = 40  # pixels on the page for who gave them

Range = tuple[str, float, float]  # whose, and its ends


class Asked(NamedTuple):
    """A verdict that a class gives ranges for; claim and truth are in its unit."""

    number: str
    title: str
    unit: str
    claim: float
    truth: float


def asked(case: Case, name: str) -> Asked:
    """A verdict of a chapter."""
    question = case.book.items[name]
    assert isinstance(question, VerdictQuestion)
    number, title = case.book.number(name), case.title(name)
    return Asked(number, title, question.unit, question.claim, case.truth(name))


def by_size(ranges: Sequence[Range]) -> list[Range]:
    """Ranges from low to high."""
    return sorted(ranges, key=lambda row: (row[1] + row[2], row[0]))


class Ranges(Answers):
    """The ranges that a class gives in its chat, before a verdict's truth is shown."""

    def __init__(self, question: Asked) -> None:
        super().__init__(chats.interval, words.ranges_in_chat, words.no_one_range)
        self.question = question

    def ranges(self) -> list[Range]:
        """Nickname and ends of every range, from low to high."""
        return by_size([(name, low, high) for name, (low, high) in self.given()])

    def table(self) -> pd.DataFrame:
        """One row a range: who, its ends, the truth, and whether the range holds it."""
        found = pd.DataFrame(self.ranges(), columns=["name", "low", "high"])
        truth = self.question.truth
        return found.assign(truth=truth, held=(found["low"] <= truth) & (truth <= found["high"]))

    def picture(self, *, revealed: bool) -> Picture:
        """Every range; once revealed, the truth through them, and who held it."""
        return ranges_picture(self.question, self.ranges(), revealed=revealed)


def ranges_picture(about: Asked, ranges: Sequence[Range], *, revealed: bool) -> Picture:
    """Every range, from low to high; once revealed, the truth through them, and who held it."""
    named = len(ranges) < NAMED
    figure, (axes,) = panels(height=min(TALLEST - NAMES * named, 150 + 22 * len(ranges)))
    marks = [about.claim, about.truth] if revealed else [about.claim]
    rim = span([end for _, *both in ranges for end in both], marks)
    beyond = _draw_ranges(axes, ranges, rim, about.truth if revealed else None)
    axes.axvline(about.claim, color=CLAIM, linewidth=2, label=words.slide)
    if revealed:
        axes.axvline(about.truth, color=TRUTH, linewidth=2, linestyle=":", label=words.truth)
    # Under the axis, where no title is too long for it.
    figure.legend(loc="lower right", ncols=2)
    axes.set(xlabel=unit_in_words(about.unit), xlim=rim, ylim=(max(len(ranges), 1) + 0.7, 0.3))
    axes.set_title(about.title)
    # Numbers, for no font that we could ship has the letters of every name.
    axes.set_yticks(range(1, len(ranges) + 1) if named else [])
    axes.grid(axis="x", visible=True)
    axes.grid(axis="y", visible=False)
    said = [_words(about, ranges, revealed)]
    if beyond:
        said.append(words.beyond.format(count=beyond))
    if named and ranges:
        listed = ", ".join(f"{row} {name}" for row, (name, *_) in enumerate(ranges, 1))
        said.append(words.from_the_top.format(listed=listed))
    elif ranges:
        said.append(ends([name for name, *_ in ranges]))
    return Picture(figure, " ".join(said))


def _words(about: Asked, ranges: Sequence[Range], revealed: bool) -> str:
    told = {"number": about.number, "claim": written(about.claim, about.unit)}
    if ranges:
        middle = float(np.median([(low + high) / 2 for _, low, high in ranges]))
        said = words.class_ranges.format(count=len(ranges), middle=written(middle), **told)
    else:
        said = words.no_ranges.format(**told)
    if not revealed:
        return said
    held = verdicts.calibration((low, high, about.truth) for _, low, high in ranges).held
    truth = {"truth": written(about.truth), "held": held, "count": len(ranges)}
    return f"{said} {words.class_held.format(**truth)}"


def _draw_ranges(
    axes: Axes,
    ranges: Sequence[Range],
    rim: tuple[float, float],
    truth: float | None,
) -> int:
    """A line a range, by whether it holds the truth if that is given; how many cross the rim."""
    width = min(3, 150 / max(1, len(ranges)))  # or the ranges of a large class run together
    beyond = 0
    for row, (_, low, high) in enumerate(ranges, 1):
        held = truth is None or low <= truth <= high
        colour = DATA if truth is None else GOOD if held else BAD
        inside = np.clip([low, high], *rim)
        axes.plot(inside, [row, row], "-" if held else "--", color=colour, linewidth=width)
        beyond += max(arrow(axes, rim, end, row, colour) for end in (low, high))
    return beyond
