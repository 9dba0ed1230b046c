"""The quiz at a chapter's end: questions as data, feedback for each choice or range of numbers."""

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from html import escape
from typing import Any

import ipywidgets as widgets
import traitlets

from course_utils.exercises.feedback import Feedback, Status
from course_utils.exercises.kinds import Number, Unreadable
from course_utils.exercises.numerals import from_text, unit_in_words
from course_utils.widgets import words as engine_words
from course_utils.widgets.asleep import Bundle, stored_beside
from course_utils.widgets.callbacks import guarded

Keep = Callable[[str, int, bool], str]


class Choices(widgets.VBox):
    """Radio buttons of which one is chosen; `value` is its place, from 0, or None.

    What fails when one is chosen is said in `reply`.

    Each is a group of its own, within reach of Tab and Space: the arrow keys, which move inside a
    group, JupyterLab takes for itself.
    """

    value = traitlets.Int(None, allow_none=True)

    def __init__(self, texts: Sequence[str], reply: widgets.HTML) -> None:
        self._radios = [widgets.RadioButtons(options=[text], value=None) for text in texts]
        super().__init__(self._radios)
        for place, radio in enumerate(self._radios):
            radio.observe(guarded(partial(self._pick, place), reply), "index")

    def _pick(self, place: int, change: Mapping[str, Any]) -> None:
        if change["new"] is not None:
            self.value = place

    @traitlets.observe("value")
    def _mark(self, _: object) -> None:
        for place, radio in enumerate(self._radios):
            radio.index = 0 if place == self.value else None


class NumberField(widgets.VBox):
    """A field for one number; `value` is the place of the range it falls in, from 0, or None.

    A range holds its `from` and not its `to`; without one of them it is open at that end.
    """

    value = traitlets.Int(None, allow_none=True)

    def __init__(self, unit: str, ranges: Sequence[Mapping[str, Any]]) -> None:
        self.unit = unit
        self.ranges = ranges
        self.field = widgets.Text(
            description=engine_words.answer_in.format(unit=unit_in_words(unit)),
            continuous_update=False,  # an answer comes with Enter, or on leaving the field
        )
        self.complaint = widgets.HTML()
        self.field.observe(guarded(self._read, self.complaint), "value")
        super().__init__([self.field, self.complaint])

    def _read(self, change: Mapping[str, Any]) -> None:
        try:
            number = read_number(change["new"], self.unit)
        except Unreadable as odd:
            self.value, said = None, Feedback("unreadable", str(odd)).html()
        else:
            self.value, said = _place_of(number, self.ranges), ""
        self.complaint.value = said


def read_number(written: str, unit: str) -> float:
    """The number that stands in "12", "-1,200", "–5" or "12％", the unit's name or sign aside.

    Raises
    ------
    Unreadable
        If it is not one finite number, with a sentence that says what would do.
    """
    try:
        return Number(unit).read(from_text(written, unit))
    except ValueError:
        said = engine_words.not_a_number.format(unit=unit_in_words(unit), written=written)
        raise Unreadable(said) from None


def _place_of(number: float, ranges: Sequence[Mapping[str, Any]]) -> int:
    return next(
        place
        for place, one in enumerate(ranges)
        if one.get("from", -math.inf) <= number < one.get("to", math.inf)
    )


class Quiz(widgets.VBox):
    """Questions with one right answer, worked by mouse or keyboard.

    `questions` has by name `{"ask": text, "choices": [{"text", "right", "say"}, …]}` and
    `{"ask": text, "unit": name, "ranges": [{"from", "to", "right", "say"}, …]}`, which ask for a
    number; the ranges cover every number once. `keep` records an answer (the question's name, place
    of the choice or range, right) and returns a sentence if it could not.
    """

    def __init__(self, questions: Mapping[str, Mapping[str, Any]], keep: Keep) -> None:
        self.names = list(questions)
        self.questions = list(questions.values())
        self._keep = keep
        self.replies = [widgets.HTML() for _ in questions]
        pairs = zip(self.questions, self.replies, strict=True)
        self.answers = [_answer_to(question, reply) for question, reply in pairs]
        self.score = widgets.HTML()
        for number, answer in enumerate(self.answers):
            answer.observe(guarded(partial(self._reply, number), self.replies[number]), "value")
        numbers = range(1, len(questions) + 1)
        parts = [part for number in numbers for part in self._parts(number)]
        super().__init__([*parts, self.score])
        self.add_class("course-quiz")

    def question(self, number: int) -> widgets.VBox:
        """One question by itself, from 1, for a slide; the last one has the score below it."""
        last = [self.score] if number == len(self.questions) else []
        return widgets.VBox([*self._parts(number), *last]).add_class("course-quiz")

    def _parts(self, number: int) -> list[widgets.Widget]:
        heading = _heading(number, self.questions[number - 1]["ask"])
        return [heading, self.answers[number - 1], self.replies[number - 1]]

    def _reply(self, number: int, change: Mapping[str, Any]) -> None:
        if (place := change["new"]) is None:
            self.replies[number].value = ""
        else:
            chosen = possible_answers(self.questions[number])[place]
            warning = self._keep(self.names[number], place, bool(chosen.get("right")))
            status: Status = "right" if chosen.get("right") else "slip"
            said = Feedback(status, f"{chosen['say']} {warning}".strip())
            self.replies[number].value = said.html()
        self.score.value = self._total()

    def _total(self) -> str:
        given = [
            possible_answers(question)[answer.value]
            for question, answer in zip(self.questions, self.answers, strict=True)
            if answer.value is not None
        ]
        if len(given) < len(self.questions):
            return ""
        right = sum(bool(one.get("right")) for one in given)
        return Feedback("info", engine_words.right_of.format(right=right, of=len(given))).html()

    def _repr_mimebundle_(self, **kwargs: Any) -> Bundle:
        return stored_beside(super()._repr_mimebundle_(**kwargs), self._as_text())

    def _as_text(self) -> str:
        lines = []
        for number, question in enumerate(self.questions, 1):
            lines.append(f"{number}. {question['ask']}")
            if "choices" in question:
                lines += [f"   ( ) {choice['text']}" for choice in question["choices"]]
            else:
                lines.append(f"   ____ {unit_in_words(question['unit'])}")
        return "\n".join(lines)


def possible_answers(question: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The choices of a question, or its ranges."""
    return question["choices"] if "choices" in question else question["ranges"]


def _answer_to(question: Mapping[str, Any], reply: widgets.HTML) -> Choices | NumberField:
    if "choices" in question:
        return Choices([choice["text"] for choice in question["choices"]], reply)
    return NumberField(question["unit"], question["ranges"])


def _heading(number: int, ask: str) -> widgets.HTML:
    said = f"<strong>{number}. {escape(ask)}</strong>"
    return widgets.HTML(f'<p class="course-question">{said}</p>')
