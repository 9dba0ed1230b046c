"""The class board: what a class committed to, beside the truth, from codes that people paste.

A class code is a chapter's record with its slips (`case.class_code()`), made and read without a
server. Whatever else stands in the text that an instructor pastes, times, quotes, tabs, is passed
over; the words before a code on its line are the trainee's nickname. Whoever sends codes of several
chapters under one nickname is one trainee.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.ticker import MaxNLocator, PercentFormatter

from course_utils.classroom import archive, codes, verdicts
from course_utils.classroom.case import Case
from course_utils.classroom.codes import CodeError
from course_utils.classroom.progress import Record, done
from course_utils.classroom.words import GENERAL_SLIPS
from course_utils.classroom.workbook import Decision, Item, VerdictQuestion
from course_utils.course import words
from course_utils.figures.picture import Picture
from course_utils.figures.style import BAD, CLAIM, DATA, GOOD, MUTED, TRUTH, panels

LONGEST = 24  # letters of a nickname
TALLEST = 340  # pixels on the page, so that a picture and the controls fit a projector
NAMED = 12  # from so many ranges on their nicknames have no room beside them
NOMINAL = 0.9  # of the ranges of a careful analyst hold the truth
TIME = re.compile(r"\[?\d{1,2}[:.]\d{2}(?:[:.]\d{2})?\]?(?: ?[AaPp][Mm])?|\d{4}-\d\d-\d\d")
MARKS = " \t>|-–—•*_#\"'“”‘’()[]{}<>:;,.=/\\"


@dataclass
class Trainee:
    """A trainee: a nickname, or a number where none was given, and the record of each chapter."""

    name: str
    chapters: dict[str, list[Record]] = field(default_factory=dict)

    @property
    def records(self) -> list[Record]:
        """The records of all chapters."""
        return [record for records in self.chapters.values() for record in records]

    def latest(self, kind: str, item: str) -> Record | None:
        """The record of this kind for this item, if there is one."""
        found = [r for r in self.records if r["kind"] == kind and r["item"] == item]
        return found[-1] if found else None


class ClassRecord:
    """What a class did in these chapters, and what of the pasted text could not be read."""

    def __init__(self, cases: Sequence[Case]) -> None:
        self.cases = list(cases)
        self.twice = 0
        self.refused: Counter[str] = Counter()
        self._named: dict[str, Trainee] = {}
        self._seen: set[str] = set()

    @property
    def trainees(self) -> list[Trainee]:
        """Everybody on the board, in the order in which they came."""
        return list(self._named.values())

    @property
    def items(self) -> dict[str, Item]:
        """Everything that the chapters ask, by its id, which begins with the chapter's number."""
        return {id: item for case in self.cases for id, item in case.book.items.items()}

    def title(self, id: str) -> str:
        """What an exercise, a verdict or a decision is called."""
        words = self._case(id).words
        groups = (words.get(group, {}) for group in ("exercise", "verdict", "decision"))
        title: str = next(group[id]["title"] for group in groups if id in group)
        return title.replace("*", "")

    def _case(self, id: str) -> Case:
        return next(case for case in self.cases if id in case.book.items)

    # Taking in -----------------------------------------------------------------------------

    def read(self, text: str) -> str:
        """Take in every code of a text; a sentence says how many, and what could not be read.

        A code that is here already counts once; a trainee who sends a second one is updated.
        """
        before = len(self._named)
        shapes = [case.shape() for case in self.cases]
        for code, line in codes.find_codes(text):
            try:
                held = codes.decode(code, shapes)
            except CodeError as reason:
                self.refused[str(reason)] += 1
                continue
            if held.records:
                self._take(nickname(line), held.records)
            else:
                numbers = ", ".join(str(shape.number) for shape in shapes)
                self.refused[words.NOT_THIS_CHAPTER.format(numbers=numbers)] += 1
        return self.sentence(len(self._named) - before)

    def read_folder(self, folder: Path) -> str:
        """Take in every saved work of a folder, named by its file."""
        before = len(self._named)
        names = {case.name for case in self.cases}
        for path in sorted(folder.glob("*.zip")):
            try:
                records = archive.unpack(path.read_bytes()).records
            except archive.ArchiveError as reason:
                self.refused[str(reason)] += 1
                continue
            if mine := [record for record in records if record["case"] in names]:
                self._take(path.stem[:LONGEST], mine)
        return self.sentence(len(self._named) - before)

    def _take(self, name: str, records: list[Record]) -> None:
        mark = repr(records)
        if mark in self._seen:
            self.twice += 1
            return
        self._seen.add(mark)
        name = name or f"#{len(self._named) + 1}"
        trainee = self._named.setdefault(name, Trainee(name))
        for case in self.cases:
            if mine := [record for record in records if record["case"] == case.name]:
                trainee.chapters[case.name] = mine

    def sentence(self, new: int) -> str:
        """How many trainees there are, and what was not taken in."""
        parts = [words.TAKEN_IN.format(new=new, all=len(self._named))]
        if self.twice:
            parts.append(words.TWICE.format(count=self.twice))
        parts += [f"{count} × {reason}" for reason, count in sorted(self.refused.items())]
        return " ".join(parts)

    # What the class did --------------------------------------------------------------------

    def table(self) -> pd.DataFrame:
        """One row a trainee: how much is done, each range's ends, each choice."""
        rows = []
        for trainee in self.trainees:
            row: dict[str, Any] = {"name": trainee.name, "done": len(done(trainee.records))}
            for id, item in self.items.items():
                if isinstance(item, VerdictQuestion):
                    ends = trainee.latest("verdict", id) or {}
                    row |= {f"{id} low": ends.get("low"), f"{id} high": ends.get("high")}
                elif isinstance(item, Decision):
                    row[id] = (trainee.latest("decision", id) or {}).get("choice")
            rows.append(row)
        return pd.DataFrame(rows)

    def finished(self) -> pd.Series:
        """How many items each trainee has done, by nickname, most first."""
        counts = {trainee.name: len(done(trainee.records)) for trainee in self.trainees}
        return pd.Series(counts, name="done", dtype=int).sort_values(ascending=False, kind="stable")

    def slips(self) -> pd.DataFrame:
        """The slips that were made: exercise, what is given then, the reply, how many trainees."""
        made = Counter(
            (record["item"], record["slip"])
            for trainee in self.trainees
            for record in trainee.records
            if record.get("slip")
        )
        known = {id: self._case(id).slips(id) for id, _ in made}
        rows = [
            (
                f"{id} {self.title(id)}",
                *known[id].get(slip, ("", GENERAL_SLIPS.get(slip, slip))),
                count,
            )
            for (id, slip), count in sorted(made.items(), key=lambda pair: (-pair[1], pair[0]))
        ]
        return pd.DataFrame(rows, columns=["exercise", "given", "reply", "trainees"])

    def ranges(self, id: str) -> list[tuple[str, float, float]]:
        """Nickname and ends of every range given for a verdict, from low to high."""
        kept = [(trainee.name, trainee.latest("verdict", id)) for trainee in self.trainees]
        found = [(name, record["low"], record["high"]) for name, record in kept if record]
        return sorted(found, key=lambda row: (row[1] + row[2], row[0]))

    def calibration(self, ids: Iterable[str]) -> verdicts.Calibration:
        """How many of the class's ranges for these verdicts hold the truth."""
        truths = {id: self.truth(id) for id in ids}
        return verdicts.calibration(
            (low, high, truth) for id, truth in truths.items() for _, low, high in self.ranges(id)
        )

    def truth(self, id: str) -> float:
        """The truth of a verdict in its chapter's world."""
        return self._case(id).truth(id)

    def judged(self) -> list[str]:
        """The ids of the verdicts for which there are ranges."""
        asked = (id for id, item in self.items.items() if isinstance(item, VerdictQuestion))
        return [id for id in asked if self.ranges(id)]

    def choices(self, id: str) -> pd.DataFrame:
        """Every choice of a decision: trainees who made it, and yuan given up by it."""
        question = self.items[id]
        assert isinstance(question, Decision)
        profits = question.priced()
        made = Counter(
            record["choice"]
            for trainee in self.trainees
            if (record := trainee.latest("decision", id))
        )
        best = max(profits.values())
        rows = [(choice, made[choice], best - profit) for choice, profit in profits.items()]
        found = pd.DataFrame(rows, columns=["choice", "trainees", "regret"])
        return found[found["trainees"] > 0] if len(found) > 10 else found  # every set of options

    # Pictures ------------------------------------------------------------------------------

    def verdict_picture(self, id: str, *, revealed: bool) -> Picture:
        """Every range of the class; once revealed, the truth through them, and who held it."""
        question = self.items[id]
        assert isinstance(question, VerdictQuestion)
        ranges = self.ranges(id)
        truth = self.truth(id)
        figure, (axes,) = panels(height=min(TALLEST, 150 + 22 * len(ranges)))
        width = min(3, 150 / max(1, len(ranges)))  # or the ranges of a large class run together
        for row, (_, low, high) in enumerate(ranges):
            held = low <= truth <= high
            colour = (GOOD if held else BAD) if revealed else DATA
            style = "-" if held or not revealed else "--"
            axes.plot([low, high], [row, row], style, color=colour, linewidth=width)
        axes.axvline(question.claim, color=CLAIM, linewidth=2, label=words.SLIDE)
        if revealed:
            axes.axvline(truth, color=TRUTH, linewidth=2, linestyle=":", label=words.TRUTH)
        # Under the axis, where no title is too long for it.
        figure.legend(loc="lower right", ncols=2)
        axes.set(xlabel=question.unit, ylim=(max(len(ranges), 1) - 0.3, -0.7))
        axes.set_title(self.title(id))
        shown = len(ranges) < NAMED
        axes.set_yticks(range(len(ranges)) if shown else [])
        if shown:
            axes.set_yticklabels([name for name, *_ in ranges])
            figure.subplots_adjust(left=0.22)
        axes.grid(axis="x", visible=True)
        axes.grid(axis="y", visible=False)
        return Picture(figure, self._verdict_words(id, question, ranges, truth, revealed))

    def _verdict_words(
        self,
        id: str,
        question: VerdictQuestion,
        ranges: list[tuple[str, float, float]],
        truth: float,
        revealed: bool,
    ) -> str:
        middle = float(pd.Series([(low + high) / 2 for _, low, high in ranges]).median())
        said = words.CLASS_RANGES.format(
            count=len(ranges), id=id, claim=question.claim, unit=question.unit, middle=middle
        )
        if not revealed:
            return said
        held = self.calibration([id]).held
        return f"{said} {words.CLASS_HELD.format(truth=truth, held=held, count=len(ranges))}"

    def choices_picture(self, id: str, *, revealed: bool) -> Picture:
        """How many chose what; once revealed, what each choice gives up."""
        found = self.choices(id)
        figure, (axes,) = panels(height=min(TALLEST, 130 + 40 * len(found)))
        best = revealed & (found["regret"] == 0)
        axes.barh(range(len(found)), found["trainees"], color=[GOOD if b else DATA for b in best])
        axes.set_yticks(range(len(found)), found["choice"])
        axes.invert_yaxis()
        axes.set(xlabel=words.TRAINEES, xlim=(0, 2 * max(1, found["trainees"].max())))
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        said = [str(count) for count in found["trainees"]]
        if revealed:
            prices = [_price(regret) for regret in found["regret"]]
            said = [f"{count}, {price}" for count, price in zip(said, prices, strict=True)]
        for row, (count, label) in enumerate(zip(found["trainees"], said, strict=True)):
            axes.text(count, row, f"  {label}", va="center", color=MUTED)
        axes.grid(visible=False)
        axes.set_title(self.title(id))
        figure.subplots_adjust(left=0.37)
        rows = zip(found["choice"], said, found["trainees"], strict=True)
        listed = "; ".join(f"{choice}: {label}" for choice, label, count in rows if count)
        return Picture(figure, words.CLASS_CHOICES.format(id=id, listed=listed))

    def calibration_picture(self) -> Picture:
        """The share of ranges that held the truth, verdict by verdict, beside the nominal one."""
        ids = self.judged()
        shares = [self.calibration([id]).share or 0 for id in ids]
        figure, (axes,) = panels(height=min(TALLEST, 130 + 34 * len(ids)))
        axes.barh(range(len(ids)), shares, color=DATA)
        axes.axvline(NOMINAL, color=CLAIM, linewidth=2, linestyle="--", label=words.CAREFUL)
        axes.set_yticks(range(len(ids)), ids)
        axes.invert_yaxis()
        axes.xaxis.set_major_formatter(PercentFormatter(1))
        axes.set(xlim=(0, 1), xlabel=words.SHARE_HELD)
        axes.grid(axis="y", visible=False)
        axes.set_title(words.CALIBRATION_VIEW)
        figure.legend(loc="lower right")
        found = self.calibration(ids)
        listed = ", ".join(f"{id}: {share:.0%}" for id, share in zip(ids, shares, strict=True))
        said = words.CLASS_CALIBRATION.format(held=found.held, total=found.total, listed=listed)
        return Picture(figure, said)


def _price(regret: float) -> str:
    return words.GIVES_UP.format(regret=regret) if regret else words.THE_BEST


def nickname(line: str) -> str:
    """The name in what stands before a code: without times, quotes and bullets."""
    return TIME.sub(" ", line).strip(MARKS)[-LONGEST:].strip(MARKS)
