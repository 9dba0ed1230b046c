"""The quiz at a chapter's end: questions as data, feedback for each choice."""

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import ipywidgets as widgets
import traitlets

from course_utils.classroom.feedback import Feedback, Status

Keep = Callable[[int, int, bool], str]


class Choices(widgets.VBox):
    """Radio buttons of which one is chosen; `value` is its place, from 0, or None.

    Each is a group of its own, within reach of Tab and Space: the arrow keys, which move inside a
    group, JupyterLab takes for itself.
    """

    value = traitlets.Int(None, allow_none=True)

    def __init__(self, texts: Sequence[str]) -> None:
        self._radios = [
            widgets.RadioButtons(options=[text], value=None, layout=widgets.Layout(width="auto"))
            for text in texts
        ]
        # Without room at the left the ring around the button in focus is cut off.
        super().__init__(self._radios, layout=widgets.Layout(padding="0 0 0 4px"))
        for place, radio in enumerate(self._radios):
            radio.observe(lambda change, place=place: self._pick(place, change["new"]), "index")

    def _pick(self, place: int, index: int | None) -> None:
        if index is not None:
            self.value = place

    @traitlets.observe("value")
    def _mark(self, _: object) -> None:
        for place, radio in enumerate(self._radios):
            radio.index = 0 if place == self.value else None


class Quiz(widgets.VBox):
    """Single-choice questions, worked by mouse or keyboard.

    `questions` is a list of `{"ask": text, "choices": [{"text", "right", "say"}, …]}`. `keep`
    records an answer (question, choice, right) and returns a sentence if it could not.
    """

    def __init__(self, questions: list[dict[str, Any]], keep: Keep) -> None:
        self.questions = questions
        self._keep = keep
        self.answers = [
            Choices([choice["text"] for choice in question["choices"]]) for question in questions
        ]
        self.replies = [widgets.HTML() for _ in questions]
        self.score = widgets.HTML()
        for number, answer in enumerate(self.answers):
            answer.observe(lambda change, n=number: self._reply(n, change["new"]), names="value")
        rows = zip(questions, self.answers, self.replies, strict=True)
        super().__init__(
            [
                part
                for number, (question, answer, reply) in enumerate(rows, 1)
                for part in (_heading(number, question["ask"]), answer, reply)
            ]
            + [self.score]
        )
        self.add_class("course-quiz")  # a name for style sheets and for tests on the page

    def _reply(self, number: int, choice: int | None) -> None:
        if choice is None:
            return
        chosen = self.questions[number]["choices"][choice]
        warning = self._keep(number + 1, choice, bool(chosen.get("right")))
        status: Status = "right" if chosen.get("right") else "slip"
        self.replies[number].value = Feedback(status, f"{chosen['say']} {warning}".strip()).html()
        done = [answer.value for answer in self.answers if answer.value is not None]
        if len(done) == len(self.answers):
            self.score.value = Feedback("info", self._total(done)).html()

    def _total(self, done: list[int]) -> str:
        right = sum(
            bool(question["choices"][choice].get("right"))
            for question, choice in zip(self.questions, done, strict=True)
        )
        return f"{right} of {len(done)} right."

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        bundle = super()._repr_mimebundle_(**kwargs)
        return {**bundle, "text/plain": self._as_text()}

    def _as_text(self) -> str:
        lines = []
        for number, question in enumerate(self.questions, 1):
            lines.append(f"{number}. {question['ask']}")
            lines += [f"   ( ) {choice['text']}" for choice in question["choices"]]
        return "\n".join(lines)


def _heading(number: int, ask: str) -> widgets.HTML:
    return widgets.HTML(f'<p style="margin:1em 0 0"><strong>{number}. {escape(ask)}</strong></p>')
