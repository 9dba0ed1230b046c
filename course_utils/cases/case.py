"""A case: the one noun that a chapter's notebook talks to."""

import copy
import reprlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, wraps
from pathlib import Path
from typing import Any, NamedTuple, ParamSpec, TypeVar

import pandas as pd

from course_utils.cases import words
from course_utils.cases.tables import DATA, read_table
from course_utils.errors import CourseError
from course_utils.exercises import verdicts
from course_utils.exercises.blank import is_blank
from course_utils.exercises.feedback import Feedback, Status
from course_utils.exercises.kinds import Drawing, Guess, Unreadable, hidden_figure
from course_utils.exercises.numerals import written, written_range
from course_utils.exercises.words import general_slips
from course_utils.exercises.workbook import Decision, Exercise, Item, VerdictQuestion, Workbook
from course_utils.figures import style
from course_utils.figures.picture import Picture
from course_utils.language import read_words
from course_utils.record import codes
from course_utils.record.codes import Layout
from course_utils.record.journal import ROUND
from course_utils.record.progress import ProgressLog, Record, done
from course_utils.widgets.decided import Decided, Option
from course_utils.widgets.lab import Lab, Round
from course_utils.widgets.quiz import Quiz, possible_answers
from course_utils.widgets.reveal import Reveal


@dataclass(frozen=True)
class Standing:
    """How far a trainee is in a chapter."""

    items: tuple[str, ...]
    left: tuple[str, ...]
    regret: int | None  # yuan given up by decisions; None before the first
    questions: int
    answered: int
    right: int
    begun: bool

    @property
    def all(self) -> int:
        """How many exercises, verdicts and decisions the chapter has."""
        return len(self.items)

    @property
    def done(self) -> int:
        """How many of them are done."""
        return len(self.items) - len(self.left)


class ClassView(NamedTuple):
    """A picture of what a class did in a run: its title, and what draws it, or says why not.

    `show` takes each trainee's run as the journal has it, by nickname, and whether to reveal.
    """

    title: str
    show: Callable[[Mapping[str, str], bool], Picture | str]


ItemT = TypeVar("ItemT", Exercise, VerdictQuestion, Decision)
P = ParamSpec("P")
R = TypeVar("R")


class Refused(Exception):  # noqa: N818 - nobody sees it: it becomes the feedback that it carries
    """What was asked for can't be done; `feedback` says why."""

    def __init__(self, status: Status, said: str) -> None:
        super().__init__(said)
        self.feedback = Feedback(status, said)


def answering(method: Callable[P, R]) -> Callable[P, R | Feedback]:
    """A method that answers with a sentence where what was asked for can't be done."""

    @wraps(method)
    def answer(*args: P.args, **kwargs: P.kwargs) -> R | Feedback:
        try:
            return method(*args, **kwargs)
        except Refused as refused:
            return refused.feedback

    return answer


class Case:
    """A chapter's tables, exercises, verdicts, decisions, labs and quiz.

    `folder` is the case's own folder: its name is the case's name, and its words are in it.
    `labs` makes each lab, given the case, by name. `runs` are those whose rounds its codes carry,
    `foreseen` the ranges for what a run brings, each with what tells the truth from a record, and
    `class_views` what a class board shows of the runs. `typed` is what the answered edition puts
    into a blank where no item is asked, by the code before the blank.
    """

    def __init__(
        self,
        folder: Path,
        book: Workbook,
        labs: Mapping[str, Callable[["Case"], Lab]],
        runs: Sequence[str] = (),
        foreseen: Mapping[str, Callable[[ProgressLog], float]] | None = None,
        class_views: Mapping[str, ClassView] | None = None,
        typed: Mapping[str, str] | None = None,
    ) -> None:
        style.use()  # for what a trainee draws, too
        self.name = folder.name
        self.book = book
        self.labs = labs
        self.runs = tuple(runs)
        self.foreseen = foreseen or {}
        self.class_views = class_views or {}
        self.typed = typed or {}
        self.log = ProgressLog()
        self._folder = folder
        self._tables: dict[str, pd.DataFrame] = {}
        # Answers and slips as they compare; what verdicts and decisions are judged by.
        self._known: dict[Callable[..., Any], Any] = {}
        self._hinted: dict[str, int] = {}
        self._asked: dict[str, Any] = {}  # what a question was put to, by item

    def __repr__(self) -> str:
        return f"the case {self.name}"

    @cached_property
    def words(self) -> dict[str, Any]:
        """What the case says, from its `words.en.toml`."""
        return read_words(self._folder)

    def said(self, item: Item) -> dict[str, Any]:
        """The words of an exercise, a verdict or a decision."""
        said: dict[str, Any] = self.words[item.group][item.name]
        return said

    # The tables ----------------------------------------------------------------------------

    def load(self, table: str) -> pd.DataFrame:
        """A table of this chapter, as a frame of your own.

        Raises `TableError`, a sentence without a traceback, when the file is missing or damaged.
        """
        return copy.deepcopy(self._table(str(table)[:40]))

    def _table(self, name: str) -> pd.DataFrame:
        """The chapter's own copy: checks read it, whatever a trainee does to theirs."""
        if name not in self._tables:
            self._tables[name] = self.book.table(name, self._read)
        return self._tables[name]

    def _read(self, name: str) -> pd.DataFrame:
        if name not in self._tables:
            self._tables[name] = read_table(DATA / self.name, name)
        return self._tables[name]

    def _once(self, function: Callable[..., Any]) -> Any:
        """What a verdict or a decision is judged by; it hangs on the tables only."""
        if function not in self._known:
            self._known[function] = self._evaluate(function)
        return self._known[function]

    def _evaluate(self, function: Callable[..., Any], **known: Any) -> Any:
        return self.book.evaluate(function, self._table, **known)

    # The exercises -------------------------------------------------------------------------

    @answering
    def check(self, name: str, given: object) -> Feedback:
        """Say whether an answer is right; if not, what was probably done."""
        exercise = self._find(name, Exercise)
        if is_blank(given):
            hint = self._stuck(exercise)
            return Feedback("blank", words.not_attempted.format(hint=hint))
        try:
            read = exercise.kind.read(given)
            doubt = exercise.kind.doubt(read) if isinstance(exercise.kind, Guess) else ""
            if self._asks(exercise, read, doubt) and not self._is_done(exercise):
                return Feedback("info", doubt)
            feedback = self._judge(exercise, read)
        except Unreadable as reason:
            feedback = Feedback("unreadable", str(reason))
        except CourseError as reason:
            # The chapter's own table is missing: nothing of the trainee's is lost.
            return Feedback("info", str(reason))
        fields: dict[str, Any] = {"status": feedback.status, "slip": feedback.slip}
        if feedback.status == "noted":  # a guess, which a reveal shows again
            fields["value"] = read
        return self._kept(feedback, "check", exercise, **fields)

    def _judge(self, exercise: Exercise, given: Any) -> Feedback:
        kind, said = exercise.kind, self.said(exercise)
        answer = self._wanted(exercise, exercise.answer)
        shown = {"given": kind.show(given), "answer": kind.show(answer)}
        if kind.same(given, answer):
            status: Status = "noted" if isinstance(kind, Guess) else "right"
            return Feedback(status, said["right"].format(**shown))
        apart = {
            name: kind.apart(given, self._wanted(exercise, slip, answer=answer))
            for name, slip in exercise.slips.items()
        }
        name = min(apart, key=apart.__getitem__, default="")
        if name and apart[name] <= 1:
            return Feedback("slip", said["slips"][name].format(**shown), slip=name)
        if near := kind.near(given, answer):
            return Feedback("slip", general_slips[near], slip=near)
        hint = self._stuck(exercise)
        return Feedback("wrong", words.wrong.format(given=shown["given"], hint=hint))

    def _wanted(self, exercise: Exercise, function: Callable[..., Any], **known: Any) -> Any:
        """An answer or a slip, in the form in which this kind compares; it is computed once."""
        if function not in self._known:
            with hidden_figure():
                self._known[function] = exercise.kind.read(self._evaluate(function, **known))
        return self._known[function]

    @answering
    def target(self, name: str) -> Picture:
        """The figure that an exercise asks you to make."""
        exercise = self._find(name, Exercise)
        if not isinstance(exercise.kind, Drawing):
            raise Refused("info", words.no_target.format(name=exercise.name))
        said = self.said(exercise)
        with hidden_figure() as figure:
            axes = self._evaluate(exercise.answer)
            axes.set(xlabel=said["x"], ylabel=said["y"])
            if axes.get_xscale() == "log":
                axes.xaxis.set_major_formatter("{x:g}")  # 0.1, 1, 10 in place of powers of ten
            figure.subplots_adjust(left=0.1, right=0.98, bottom=0.17, top=0.95)
            return Picture(figure, said["target"])

    @answering
    def hint(self, name: str, number: int | None = None) -> Feedback:
        """The next hint for an exercise, or the one of this number."""
        item = self._item(name)
        hints = self.said(item).get("hints", [])
        stage = self._hinted.get(item.name, 0) + 1 if number is None else number
        if stage not in range(1, len(hints) + 1):
            return Feedback("info", words.last_hint.format(name=item.name))
        self._hinted[item.name] = stage
        said = words.hint_count.format(n=stage, total=len(hints), hint=hints[stage - 1])
        return Feedback("info", said)

    @answering
    def solution(self, name: str) -> Feedback:
        """The code as the author would write it."""
        item = self._item(name)
        code = "\n".join(line for line in item.solution() if line)
        return self._kept(Feedback("info", words.solution, code=code), "solution", item)

    # The verdicts and decisions ------------------------------------------------------------

    @answering
    def verdict(self, name: str, low: object, high: object) -> Feedback:
        """Commit to a range that you would bet on nine times in ten; final once revealed."""
        question = self._find(name, VerdictQuestion)
        if revealed := self._range("reveal", question):
            kept = written_range(**revealed, unit=question.unit)
            return Feedback("info", words.verdict_locked.format(range=kept))
        if is_blank(low, high):
            return Feedback("blank", words.verdict_blank)
        try:
            verdict = verdicts.read_interval(low, high, question.unit)
        except verdicts.VerdictError as reason:
            return Feedback("unreadable", str(reason))
        ends = {"low": verdict.low, "high": verdict.high}
        doubt = verdict.doubt(question.claim, question.unit)
        if self._asks(question, ends, doubt) and ends != self._range("verdict", question):
            return Feedback("info", doubt)
        kept = written_range(**ends, unit=question.unit)
        said = words.verdict_kept.format(name=question.name, range=kept)
        return self._kept(Feedback("noted", said), "verdict", question, **ends)

    def _asks(self, item: Item, given: object, doubt: str) -> bool:
        """Whether to ask back; who hands in the same once more means it."""
        if not doubt or self._asked.get(item.name) == given:
            return False
        self._asked[item.name] = given
        return True

    @answering
    def reveal(self, name: str) -> Feedback | Reveal:
        """The truth in this world, beside your range, the claim, and a careful analyst's range."""
        question = self._find(name, VerdictQuestion)
        ends = self._range("verdict", question)
        if ends is None:
            return Feedback("blank", words.reveal_first.format(name=question.name))
        truth = self.truth(question.name)
        careful = self._once(question.careful) if question.careful else None
        rivals = self.rivals(question)
        account = self._once(question.account) if question.account else {}
        said = self.said(question)["reveal"].format(truth=truth, **account)
        # Only now, as a table may be missing: no range is locked before its truth is seen.
        warning = self.log.append("reveal", self.name, question.name, **ends, truth=truth)
        return Reveal(
            verdict=verdicts.Verdict(**ends),
            first=self._first_range(question) or verdicts.Verdict(**ends),
            truth=truth,
            claim=question.claim,
            guess=self._guess(question),
            rivals=rivals,
            careful=verdicts.Verdict(*careful) if careful else None,
            unit=question.unit,
            calibration=self.calibration(),
            words=f"{said} {warning}".strip(),
        )

    def truth(self, name: str) -> float:
        """The truth of a verdict in this world: what `reveal` shows, for an instructor's board."""
        question = self.book.items[name]
        assert isinstance(question, VerdictQuestion), f"{name} is no verdict"
        return float(self._once(question.truth))

    def rivals(self, question: VerdictQuestion) -> dict[str, verdicts.Verdict]:
        """The ranges of a verdict's tempting estimates, by what people read for their names."""
        names = self.said(question).get("rivals", {})
        found = {name: self._once(rival) for name, rival in question.rivals.items()}
        return {
            names[name]: verdicts.Verdict(*(ends if isinstance(ends, tuple) else (ends, ends)))
            for name, ends in found.items()
        }

    def _range(self, kind: str, question: VerdictQuestion) -> dict[str, float] | None:
        """The ends of the range on record; a later version's record may have none."""
        record = self.log.latest(kind, self.name, question.name) or {}
        if not {"low", "high"} <= record.keys():
            return None
        return {"low": record["low"], "high": record["high"]}

    def _first_range(self, question: VerdictQuestion) -> verdicts.Verdict | None:
        """The range that was given first; a code brings back the last one only."""
        kept = self.log.records("verdict", self.name)
        ranges = (r for r in kept if r["item"] == question.name and {"low", "high"} <= r.keys())
        return next((verdicts.Verdict(r["low"], r["high"]) for r in ranges), None)

    def _guess(self, question: VerdictQuestion) -> float | None:
        """What was guessed at the beginning, if that is on record."""
        record = self.log.latest("check", self.name, question.guess) or {}
        return record.get("value")

    @answering
    def decide(self, name: str, choice: object) -> Feedback:
        """Make a decision and see its price; the first choice is the one that counts."""
        decision = self._find(name, Decision)
        if is_blank(choice):
            return Feedback("blank", words.decision_blank)
        try:
            chosen = decision.kind.read(choice)
        except Unreadable as reason:
            return Feedback("unreadable", str(reason))
        show = decision.kind.show
        profits = self._once(decision.profits)
        priced = verdicts.regret(
            {show(option): profits[option] for option in profits}, show(chosen)
        )
        record = self.log.latest("decision", self.name, decision.name) or {}
        forecast = self._once(decision.forecast) if decision.forecast else {}
        options = {
            show(option): Option(profit, *forecast.get(option, ()))
            for option, profit in profits.items()
        }
        first = record.get("choice", show(chosen))
        if first != show(chosen):
            locked = words.decision_locked.format(first=first)
            said = f"{priced.sentence()}\n\n{locked}"
            return Decided("info", said, chosen=show(chosen), options=options)
        said = f"{priced.sentence()}\n\n{self.said(decision)['after']}"
        made = {"choice": show(chosen), "regret": round(priced.regret)}
        decided = Decided("noted", said, chosen=show(chosen), options=options)
        return self._kept(decided, "decision", decision, **made)

    def calibration(self) -> verdicts.Calibration:
        """How often your ranges held the truth, over the whole course so far."""
        return calibration_of(self.log)

    def progress(self) -> Feedback:
        """How far you are in this chapter: checks passed, calibration, regret, and what is open."""
        standing = self.standing()
        said = [words.progress.format(done=standing.done, all=standing.all)]
        if standing.regret is not None:
            said.append(words.regret.format(regret=written(standing.regret, "yuan")))
        if standing.answered:
            said.append(words.quiz_score.format(right=standing.right, of=standing.questions))
        parts = [" ".join(said), self.calibration().sentence()]
        if standing.left:
            parts.append(words.still_open.format(items=self._listed(standing.left)))
        code = ""
        if standing.begun:
            parts.append(words.class_code)
            code = self.class_code()
        return Feedback("info", "\n\n".join(parts), code=code)

    def class_code(self) -> str:
        """This chapter's record with its slips, short enough to paste into a class's chat."""
        return codes.encode(self.log.records(case=self.name), [self.layout()], slips=True)

    def standing(self) -> Standing:
        """How far the record says a trainee is in this chapter."""
        kept = self.log.records(case=self.name)
        finished = done(kept)
        regrets = [r["regret"] for r in kept if r["kind"] == "decision" and "regret" in r]
        answers = {r["item"]: r.get("right", False) for r in kept if r["kind"] == "quiz"}
        return Standing(
            items=tuple(self.book.items),
            left=tuple(name for name in self.book.items if name not in finished),
            regret=sum(regrets) if regrets else None,
            questions=len(self.words.get("quiz", [])),
            answered=len(answers),
            right=sum(answers.values()),
            begun=bool(kept),
        )

    # For a class -------------------------------------------------------------------------------

    @property
    def verdicts(self) -> tuple[str, ...]:
        """The names of its verdicts."""
        items = self.book.items.items()
        return tuple(name for name, item in items if isinstance(item, VerdictQuestion))

    def title(self, name: str) -> str:
        """What an exercise, a verdict or a decision is called, without marks of stress."""
        title: str = self.said(self.book.items[name])["title"]
        return title.replace("*", "")

    def slips(self, name: str) -> dict[str, tuple[str, str]]:
        """An exercise's typical wrong answers, by name: what is given then, and the reply."""
        exercise = self.book.items[name]
        assert isinstance(exercise, Exercise), f"{name} is no exercise"
        answer = self._wanted(exercise, exercise.answer)
        found = {}
        for slip, function in exercise.slips.items():
            given = exercise.kind.show(self._wanted(exercise, function, answer=answer))
            shown = {"given": given, "answer": exercise.kind.show(answer)}
            found[slip] = (given, self.said(exercise)["slips"][slip].format(**shown))
        return found

    @cached_property
    def rounds(self) -> dict[str, Round]:
        """What a class can be asked before it sees a preset of a lab, by the preset."""
        labs = [make(self) for make in self.labs.values()]
        return {name: found for lab in labs for name, found in lab.rounds().items()}

    # The record as a code ------------------------------------------------------------------

    def layout(self) -> Layout:
        """The names that a code of this chapter can speak of."""
        items = self.book.items.items()
        return Layout(
            self.name,
            exercises={n: (*i.slips, *general_slips) for n, i in items if isinstance(i, Exercise)},
            verdicts=(*self.verdicts, *self.foreseen),
            decisions={n: tuple(i.choices()) for n, i in items if isinstance(i, Decision)},
            questions=tuple(self.words.get("quiz", {})),
            runs=self.runs,
        )

    def restore(self, records: Iterable[Record]) -> int:
        """Bring back what a code held, where the record has nothing yet; how many items."""
        here = {(record["kind"], record["item"]) for record in self.log.records(case=self.name)}
        new = [record for record in records if (record["kind"], record["item"]) not in here]
        new.sort(key=lambda record: record["kind"] != ROUND)  # truths may hang on them
        for record in new:
            self._replay(**record)
        return len(new)

    def _replay(self, kind: str, case: str, item: str, **fields: Any) -> None:
        if kind == "reveal":
            of_run = self.foreseen.get(item)
            truth = of_run(self.log) if of_run else self.truth(item)
            self.log.append(kind, self.name, item, **fields, truth=truth)
        elif kind == "decision":
            self.decide(item, fields["choice"])
        elif kind == "quiz":
            answers = possible_answers(self.words["quiz"][item])
            if fields["choice"] < len(answers):
                right = bool(answers[fields["choice"]].get("right"))
                self._keep_quiz_answer(item, fields["choice"], right)
        else:
            self.log.append(kind, self.name, item, **fields)

    # The labs and the quiz -----------------------------------------------------------------

    @answering
    def lab(self, name: str | None = None) -> Lab:
        """A lab of this chapter, ready to use; by name where there are several."""
        if name is None:
            name = next(iter(self.labs), "")
        if not isinstance(name, str) or name not in self.labs:
            raise _unknown("lab", name, ", ".join(self.labs))
        return self.labs[name](self)

    def quiz(self) -> Quiz:
        """The chapter's quiz; its score joins your progress."""
        return Quiz(self.words["quiz"], self._keep_quiz_answer)

    def _keep_quiz_answer(self, question: str, choice: int, right: bool) -> str:
        return self.log.append("quiz", self.name, question, choice=choice, right=right)

    # Odds and ends -------------------------------------------------------------------------

    def _find(self, asked: object, wanted: type[ItemT]) -> ItemT:
        """What is asked for by its name or number; refused if it is another kind of item."""
        item = self._item(asked, wanted)
        if not isinstance(item, wanted):
            said = words.other_item[item.group]
            raise Refused("info", said.format(name=item.name))
        return item

    def _item(self, asked: object, wanted: type[Item] = Exercise) -> Item:
        item = self.book.find(asked)
        if item is None:
            known = [name for name, one in self.book.items.items() if isinstance(one, wanted)]
            raise _unknown(wanted.group, asked, self._listed(known))
        return item

    def _listed(self, names: Iterable[str]) -> str:
        return ", ".join(f"{self.book.number(name)} {name}" for name in names)

    def _is_done(self, item: Item) -> bool:
        return item.name in done(self.log.records(case=self.name))

    def _stuck(self, exercise: Exercise) -> str:
        hints = self.said(exercise).get("hints")
        return words.stuck.format(name=exercise.name) if hints else ""

    def _kept(self, feedback: Feedback, kind: str, item: Item, **fields: object) -> Feedback:
        """The feedback, once the record is on disk; with a sentence if it can't be."""
        warning = self.log.append(kind, self.name, item.name, **fields)
        if not warning:
            return feedback
        return replace(feedback, text=f"{feedback.text}\n\n{warning}")


def _unknown(what: str, asked: object, known: str) -> Refused:
    said = words.unknown[what]
    return Refused("info", said.format(asked=reprlib.repr(asked), known=known))


def revealed(log: ProgressLog) -> list[Record]:
    """The verdicts whose truth was shown, in all chapters, each with `low`, `high` and `truth`."""
    latest = {(record["case"], record["item"]): record for record in log.records("reveal")}
    return [record for record in latest.values() if {"low", "high", "truth"} <= record.keys()]


def calibration_of(log: ProgressLog) -> verdicts.Calibration:
    """How often the ranges on record held the truth, over the whole course so far."""
    return verdicts.calibration((r["low"], r["high"], r["truth"]) for r in revealed(log))
