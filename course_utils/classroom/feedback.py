"""What a check says, as plain words and as a notebook shows it."""

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
        paragraphs = "".join(
            f'<p style="margin:0.15em 0">{escape(line)}</p>' for line in self.text.split("\n\n")
        ).replace('<p style="margin:0.15em 0">', f'<p style="margin:0.15em 0">{_bold(opening)}', 1)
        code = (
            f'<pre style="margin:0.5em 0 0.2em;padding:0.5em 0.8em">{escape(self.code)}</pre>'
            if self.code
            else ""
        )
        return (
            f'<div role="status" style="border-left:5px solid {colour};padding:0.35em 0.9em;'
            f'margin:0.2em 0;max-width:46em;display:flex;gap:0.7em">'
            f'<span aria-hidden="true" style="color:{colour};font-weight:bold">{mark}</span>'
            f"<div>{paragraphs}{code}</div></div>"
        )


def _bold(opening: str) -> str:
    return f"<strong>{escape(opening)}</strong> " if opening else ""
