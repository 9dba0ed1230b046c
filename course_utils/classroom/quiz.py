"""The quiz at a chapter's end: questions as data, feedback for each choice."""

from collections.abc import Callable
from html import escape
from typing import Any

import ipywidgets as widgets

from course_utils.classroom.feedback import Feedback, Status

Keep = Callable[[int, int, bool], str]


class Quiz(widgets.VBox):
    """Single-choice questions, worked by mouse or keyboard.

    `questions` is a list of `{"ask": text, "choices": [{"text", "right", "say"}, …]}`. `keep`
    records an answer (question, choice, right) and returns a sentence if it could not.
    """

    def __init__(self, questions: list[dict[str, Any]], keep: Keep) -> None:
        self.questions = questions
        self._keep = keep
        self.answers = [
            widgets.RadioButtons(
                options=[(choice["text"], i) for i, choice in enumerate(question["choices"])],
                value=None,
                layout=widgets.Layout(width="auto"),
            )
            for question in questions
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

    def _reply(self, number: int, choice: int | None) -> None:
        if choice is None:
            return
        chosen = self.questions[number]["choices"][choice]
        warning = self._keep(number + 1, choice, bool(chosen.get("right")))
        status: Status = "right" if chosen.get("right") else "slip"
        self.replies[number].value = Feedback(status, f"{chosen['say']} {warning}".strip()).html()
        done = [answer.value for answer in self.answers]
        if None not in done:
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
