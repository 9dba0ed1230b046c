"""What a check says, as plain words and as a notebook shows it."""

import re
from dataclasses import dataclass
from html import escape
from typing import Literal

Status = Literal["right", "noted", "slip", "wrong", "unreadable", "blank", "info"]

# Mark, opening words, and the colour of the bar at the left; colour never stands alone.
_LOOK: dict[str, tuple[str, str, str]] = {
    "right": ("✓", "Right.", "#00795b"),
    "noted": ("✓", "Noted.", "#00795b"),
    "slip": ("→", "Not yet.", "#b25000"),
    "wrong": ("→", "Not yet.", "#b25000"),
    "unreadable": ("!", "Can't read that.", "#b25000"),
    "blank": ("○", "Not attempted yet.", "#6b6b6b"),
    "info": ("i", "", "#2266aa"),
}

_LINE = "margin:0.15em 0;max-width:46em"
# Lines of code keep their indent; the code of a record, which has no spaces, breaks anywhere.
_CODE = "margin:0.5em 0 0.2em;padding:0.5em 0.8em;white-space:pre-wrap;overflow-wrap:anywhere"


@dataclass(frozen=True)
class Feedback:
    """A message to the trainee. `slip` names the slip that was recognised, if one was."""

    status: Status
    text: str
    slip: str = ""
    code: str = ""

    def __str__(self) -> str:
        _, opening, _ = _LOOK[self.status]
        words = f"{opening} {self.text}".strip()
        return f"{words}\n\n{self.code}" if self.code else words

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": str(self), "text/html": self.html()}

    def html(self) -> str:
        """The message as a notebook shows it."""
        mark, opening, colour = _LOOK[self.status]
        first, *rest = self.text.split("\n\n")
        lines = [f"{_bold(opening)}{inline(first)}", *map(inline, rest)]
        paragraphs = "".join(f'<p style="{_LINE}">{line}</p>' for line in lines)
        code = f'<pre style="{_CODE}">{escape(self.code)}</pre>' if self.code else ""
        return (
            f'<div role="status" style="border-left:5px solid {colour};padding:0.35em 0.9em;'
            f'margin:0.2em 0;max-width:60em;display:flex;gap:0.7em">'
            f'<span aria-hidden="true" style="color:{colour};font-weight:bold">{mark}</span>'
            f'<div style="min-width:0">{paragraphs}{code}</div></div>'
        )


def _bold(opening: str) -> str:
    return f"<strong>{escape(opening)}</strong> " if opening else ""


def inline(text: str) -> str:
    """The text as HTML, with its `code` and its *stress*."""
    pieces = escape(text).split("`")  # every second piece stood between backticks
    pieces[::2] = [re.sub(r"\*(\w[^*]*)\*", r"<em>\1</em>", piece) for piece in pieces[::2]]
    pieces[1::2] = [f"<code>{piece}</code>" for piece in pieces[1::2]]
    return "".join(pieces)
