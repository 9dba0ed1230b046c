"""What a check says, as plain words and as a notebook shows it."""

import re
from dataclasses import dataclass
from html import escape
from typing import Literal

from course_utils.exercises import words

Status = Literal["right", "noted", "slip", "wrong", "unreadable", "blank", "info"]

# Each stands before its opening words; the style sheet adds a colour, which never stands alone.
MARKS: dict[Status, str] = {
    "right": "✓",
    "noted": "✓",
    "slip": "→",
    "wrong": "→",
    "unreadable": "!",
    "blank": "○",
    "info": "i",
}


@dataclass(frozen=True)
class Feedback:
    """A message to the trainee. `slip` names the slip that was recognised, if one was."""

    status: Status
    text: str
    slip: str = ""
    code: str = ""

    def __str__(self) -> str:
        said = f"{words.openings[self.status]} {self.text}".strip()
        return f"{said}\n\n{self.code}" if self.code else said

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": str(self), "text/html": self.html()}

    def html(self) -> str:
        """The message as a notebook shows it."""
        opening = words.openings[self.status]
        mark = f'<span class="course-mark" aria-hidden="true">{MARKS[self.status]}</span>'
        first, *rest = self.text.split("\n\n")
        lines = [f"{mark} {_bold(opening)}{inline(first)}", *map(inline, rest)]
        paragraphs = "".join(f"<p>{line}</p>" for line in lines)
        code = f"<pre>{escape(self.code)}</pre>" if self.code else ""
        look = f"course-feedback course-feedback-{self.status}"
        return f'<div role="status" class="{look}">{paragraphs}{code}</div>'


def _bold(opening: str) -> str:
    return f"<strong>{escape(opening)}</strong> " if opening else ""


def inline(text: str) -> str:
    """The text as HTML, with its `code` and its *stress*."""
    pieces = escape(text).split("`")  # every second piece stood between backticks
    pieces[::2] = [re.sub(r"\*(\w[^*]*)\*", r"<em>\1</em>", piece) for piece in pieces[::2]]
    pieces[1::2] = [f"<code>{piece}</code>" for piece in pieces[1::2]]
    return "".join(pieces)
