"""The class board: what a class committed to, beside the truth, from codes that people paste.

A class code is a chapter's record with its slips (`case.class_code()`), made and read without a
server. Whatever else stands in the text that an instructor pastes, times, quotes, tabs, is passed
over; the words before a code on its line are the trainee's nickname. Whoever sends codes of several
chapters under one nickname is one trainee.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.ticker import MaxNLocator, PercentFormatter

from course_utils.cases.case import Case
from course_utils.course import chats, names, words
from course_utils.course.ranges import asked, by_size, ranges_picture
from course_utils.course.rim import TALLEST
from course_utils.course.steps import Steps
from course_utils.errors import InputError
from course_utils.exercises import verdicts
from course_utils.exercises.numerals import written
from course_utils.exercises.words import general_slips
from course_utils.exercises.workbook import Decision, Item, VerdictQuestion
from course_utils.figures.picture import Picture
from course_utils.figures.style import CLAIM, DATA, GOOD, MUTED, panels
from course_utils.record import archive, codes
from course_utils.record.codes import CodeError
from course_utils.record.journal import ROUND
from course_utils.record.progress import Record, done

NOMINAL = 0.9  # of the ranges of a careful analyst hold the truth


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


@dataclass
class Intake:
    """What came of one paste or folder, by nickname; and why what could not be read was refused."""

    new: list[str] = field(default_factory=list)
    updated: set[str] = field(default_factory=set)
    namesakes: list[str] = field(default_factory=list)
    twice: int = 0
    refused: dict[str, list[str]] = field(default_factory=dict)  # reason: the lines or files

    def refuse(self, reason: str, line: str) -> None:
        """Count what was not taken in."""
        self.refused.setdefault(reason, []).append(names.excerpt(line))

    def sentence(self, everybody: int) -> str:
        """How many trainees came, and what was not taken in."""
        parts = [words.taken_in.format(new=len(self.new), all=everybody)]
        if updated := self.updated.difference(self.new):
            parts.append(words.updated.format(count=len(updated)))
        if self.twice:
            parts.append(words.twice.format(count=self.twice))
        if self.namesakes:
            parts.append(
                words.namesakes.format(names=", ".join(map(names.excerpt, self.namesakes)))
            )
        for reason, lines in sorted(self.refused.items()):
            parts.append(
                words.refused.format(count=len(lines), reason=reason, lines=names.shown(lines))
            )
        return " ".join(parts)


class ClassRecord(Steps):
    """What a class did in these chapters.

    Two people are two people though their records are equal, or their names. Under one name a
    second code is the same person's if it can follow from the first: all that was done is done
    still, and what was final is the same.
    """

    _held = ("_namesakes", "_called", "_seen")

    def __init__(self, cases: Sequence[Case]) -> None:
        super().__init__()
        self.cases = list(cases)
        self._layouts = [case.layout() for case in cases]

    def begin(self) -> None:
        """Nobody is on the board yet."""
        self._namesakes: dict[str, list[Trainee]] = {}
        self._called: dict[str, Trainee] = {}
        self._seen: set[tuple[str, str]] = set()

    @property
    def trainees(self) -> list[Trainee]:
        """Everybody on the board, in the order in which they came."""
        return list(self._called.values())

    @property
    def items(self) -> dict[str, Item]:
        """Everything that the chapters ask, by its name."""
        return {name: item for case in self.cases for name, item in case.book.items.items()}

    def number(self, name: str) -> str:
        """What is printed for an exercise, a verdict or a decision."""
        return self._case(name).book.number(name)

    def title(self, name: str) -> str:
        """What it is called."""
        return self._case(name).title(name)

    def _case(self, name: str) -> Case:
        return next(case for case in self.cases if name in case.book.items)

    # Taking in -----------------------------------------------------------------------------

    def read(self, text: str) -> str:
        """Take in every code of a text; a sentence says how many, and what could not be read.

        A code that is here already counts once; a trainee who sends a second one is updated.
        """
        intake = Intake()
        attributed = chats.with_writers(text)
        for line in chats.small_codes(attributed):
            intake.refuse(words.small_code, line)
        for found in codes.find_codes(attributed):
            name = _writer(found)
            try:
                records = self._decoded(found.code)
            except CodeError as reason:
                line = f"{found.before.strip() or name} {found.code}"
                intake.refuse(str(reason), line)
            else:
                self._take(name, records, intake)
        return intake.sentence(len(self._called))

    def read_folder(self, folder: Path) -> str:
        """Take in every saved work of a folder, named by its file."""
        intake = Intake()
        for path in sorted(path for path in folder.iterdir() if path.suffix.lower() == ".zip"):
            try:
                records = self._saved(path)
            except InputError as reason:
                intake.refuse(str(reason), path.name)
            except OSError as reason:
                intake.refuse(words.not_opened.format(reason=reason.strerror or reason), path.name)
            except Exception:  # a foreign file may hold anything, and costs nobody else
                intake.refuse(words.not_ours, path.name)
            else:
                self._take(names.trimmed(names.visible(names.plain(path.stem))), records, intake)
        return intake.sentence(len(self._called))

    def _saved(self, path: Path) -> list[Record]:
        """What a saved file holds, reduced to what its class code would carry, and as strictly."""
        if not path.is_file():
            raise InputError(words.not_a_file)
        if path.stat().st_size > archive.LARGEST:
            raise InputError(words.too_large)
        records = archive.unpack(path.read_bytes()).records
        return self._decoded(codes.encode(records, self._layouts, slips=True))

    def _decoded(self, code: str) -> list[Record]:
        """The records of a code; CodeError if none is of these chapters."""
        records = codes.read_code(code, self._layouts).records
        if not records:
            numbers = ", ".join(str(case.book.chapter) for case in self.cases)
            raise CodeError(words.not_this_chapter.format(numbers=numbers))
        return records

    def _take(self, name: str, records: list[Record], intake: Intake) -> None:
        person, held = names.same(name), repr(records)
        # A code without a name may be a quotation; with one it is that person's, whoever has it.
        if (person, held) in self._seen or (not name and ("", held) in self._seen):
            intake.twice += 1
            return
        self._seen |= {(person, held), ("", held)}
        chapters = {
            case.name: mine
            for case in self.cases
            if (mine := [record for record in records if record["case"] == case.name])
        }
        namesakes = self._namesakes.setdefault(person, []) if person else []
        for trainee in namesakes:
            merged = trainee.chapters | chapters
            if merged != trainee.chapters and _follows(chapters, trainee.chapters):
                trainee.chapters = merged
                intake.updated.add(trainee.name)
                return
            if _follows(trainee.chapters, chapters):  # an earlier code of the same person
                intake.twice += 1
                return
        trainee = Trainee(names.label(name or f"#{len(self._called) + 1}", self._called), chapters)
        if namesakes:
            intake.namesakes.append(trainee.name)
        namesakes.append(trainee)
        self._called[names.same(trainee.name)] = trainee
        intake.new.append(trainee.name)

    # What the class did --------------------------------------------------------------------

    def table(self) -> pd.DataFrame:
        """One row a trainee: how much is done, each range's ends, each choice."""
        rows = []
        for trainee in self.trainees:
            row: dict[str, Any] = {"name": trainee.name, "done": len(done(trainee.records))}
            for name, item in self.items.items():
                column = f"{self.number(name)} {name}"
                if isinstance(item, VerdictQuestion):
                    ends = trainee.latest("verdict", name) or {}
                    row |= {f"{column} low": ends.get("low"), f"{column} high": ends.get("high")}
                elif isinstance(item, Decision):
                    row[column] = (trainee.latest("decision", name) or {}).get("choice")
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
        known = {name: self._case(name).slips(name) for name, _ in made}
        rows = [
            (
                f"{self.number(name)} {self.title(name)}",
                *known[name].get(slip, ("", general_slips.get(slip, slip))),
                count,
            )
            for (name, slip), count in sorted(made.items(), key=lambda pair: (-pair[1], pair[0]))
        ]
        return pd.DataFrame(rows, columns=["exercise", "given", "reply", "trainees"])

    def ranges(self, name: str) -> list[tuple[str, float, float]]:
        """Nickname and ends of every range given for a verdict, from low to high."""
        kept = [(trainee.name, trainee.latest("verdict", name)) for trainee in self.trainees]
        return by_size([(name, one["low"], one["high"]) for name, one in kept if one])

    def calibration(self, judged: Iterable[str]) -> verdicts.Calibration:
        """How many of the class's ranges for these verdicts hold the truth."""
        truths = {name: self.truth(name) for name in judged}
        return verdicts.calibration(
            (low, high, truth)
            for name, truth in truths.items()
            for _, low, high in self.ranges(name)
        )

    def truth(self, name: str) -> float:
        """The truth of a verdict in its chapter's world."""
        return self._case(name).truth(name)

    def judged(self) -> list[str]:
        """The names of the verdicts for which there are ranges."""
        asked = (name for name, item in self.items.items() if isinstance(item, VerdictQuestion))
        return [name for name in asked if self.ranges(name)]

    def choices(self, name: str) -> pd.DataFrame:
        """Every choice of a decision: trainees who made it, and yuan given up by it."""
        question = self.items[name]
        assert isinstance(question, Decision)
        profits = question.priced()
        made = Counter(
            record["choice"]
            for trainee in self.trainees
            if (record := trainee.latest("decision", name))
        )
        best = max(profits.values())
        rows = [(choice, made[choice], best - profit) for choice, profit in profits.items()]
        found = pd.DataFrame(rows, columns=["choice", "trainees", "regret"])
        return found[found["trainees"] > 0] if len(found) > 10 else found  # every set of options

    def histories(self, case: Case) -> dict[str, str]:
        """The run of everybody who has begun one in a case, as its journal has it, by nickname."""
        found = {}
        for trainee in self.trainees:
            rounds = [r for r in trainee.chapters.get(case.name, ()) if r["kind"] == ROUND]
            if rounds:
                found[trainee.name] = str(rounds[-1]["history"])
        return found

    # Pictures ------------------------------------------------------------------------------

    def verdict_picture(self, name: str, *, revealed: bool) -> Picture:
        """Every range of the class; once revealed, the truth through them, and who held it."""
        return ranges_picture(asked(self._case(name), name), self.ranges(name), revealed=revealed)

    def choices_picture(self, name: str, *, revealed: bool) -> Picture:
        """How many chose what; once revealed, what each choice gives up."""
        found = self.choices(name)
        figure, (axes,) = panels(height=min(TALLEST, 130 + 40 * len(found)))
        best = revealed & (found["regret"] == 0)
        axes.barh(range(len(found)), found["trainees"], color=[GOOD if b else DATA for b in best])
        axes.set_yticks(range(len(found)), found["choice"])
        axes.invert_yaxis()
        axes.set(xlabel=words.trainees, xlim=(0, 2 * max(1, found["trainees"].max())))
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        said = [str(count) for count in found["trainees"]]
        if revealed:
            prices = [_price(regret) for regret in found["regret"]]
            said = [f"{count}, {price}" for count, price in zip(said, prices, strict=True)]
        for row, (count, label) in enumerate(zip(found["trainees"], said, strict=True)):
            axes.text(count, row, f"  {label}", va="center", color=MUTED)
        axes.grid(visible=False)
        axes.set_title(self.title(name))
        figure.subplots_adjust(left=0.37)
        rows = zip(found["choice"], said, found["trainees"], strict=True)
        listed = "; ".join(f"{choice}: {label}" for choice, label, count in rows if count)
        return Picture(figure, words.class_choices.format(number=self.number(name), listed=listed))

    def calibration_picture(self) -> Picture:
        """The share of ranges that held the truth, verdict by verdict, beside the nominal one."""
        judged = self.judged()
        labels = [self.number(name) for name in judged]
        shares = [self.calibration([name]).share or 0 for name in judged]
        figure, (axes,) = panels(height=min(TALLEST, 130 + 34 * len(judged)))
        axes.barh(range(len(judged)), shares, color=DATA)
        axes.axvline(NOMINAL, color=CLAIM, linewidth=2, linestyle="--", label=words.careful)
        axes.set_yticks(range(len(judged)), labels)
        axes.invert_yaxis()
        axes.xaxis.set_major_formatter(PercentFormatter(1))
        axes.set(xlim=(0, 1), xlabel=words.share_held)
        axes.grid(axis="y", visible=False)
        axes.set_title(words.calibration_view)
        figure.legend(loc="lower right")
        found = self.calibration(judged)
        listed = ", ".join(
            f"{label}: {share:.0%}" for label, share in zip(labels, shares, strict=True)
        )
        said = words.class_calibration.format(held=found.held, total=found.total, listed=listed)
        return Picture(figure, said)


def _price(regret: float) -> str:
    return words.gives_up.format(regret=written(regret, "yuan")) if regret else words.the_best


def _writer(found: codes.Found) -> str:
    """Whose code it is: named before it, or on the line above, but never above a quotation."""
    quoted = found.before.lstrip().startswith(">")
    return names.nickname(found.before) or ("" if quoted else names.heading(found.above))


def _follows(later: Mapping[str, list[Record]], earlier: Mapping[str, list[Record]]) -> bool:
    """Whether one person can have gone on from the one work to the other."""
    both = later.keys() & earlier.keys()
    return all(
        done(earlier[case]) <= done(later[case])
        and _final(earlier[case]).items() <= _final(later[case]).items()
        for case in both
    )


def _final(records: list[Record]) -> dict[str, tuple[Any, ...]]:
    """What stays as it was given: ranges whose truth has been shown, and choices."""
    final = [record for record in records if record["kind"] in ("reveal", "decision")]
    return {r["item"]: (r.get("low"), r.get("high"), r.get("choice")) for r in final}
