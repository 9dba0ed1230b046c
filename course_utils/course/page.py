"""A piece of a page: what a notebook shows, and the same in plain words."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from course_utils.course import words

# In a widget a link looks like any word, and only its cursor tells.
LINK = "color:var(--jp-content-link-color,#0645ad);text-decoration:underline"
MOST = 10  # names in one sentence
ROW = "padding:0.3em 0.6em;text-align:left;white-space:"


@dataclass(frozen=True)
class Page:
    """HTML for the notebook, and text for everywhere else."""

    html: str
    text: str

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": self.text}

    def __repr__(self) -> str:
        return self.text


def link(address: str, name: str, *, download: bool = False) -> str:
    """A link; JupyterLab opens it, or downloads what it leads to."""
    how = " download" if download else ""
    return f'<a style="{LINK}" href="{escape(address)}"{how}>{escape(name)}</a>'


def download(name: str, data: bytes) -> str:
    """A link that holds the file itself: in a widget JupyterLab resolves no address of a file."""
    held = base64.b64encode(data).decode()
    address = f"data:application/octet-stream;base64,{held}"
    return f'<a style="{LINK}" href="{address}" download="{name}">{name}</a>'


def listed(names: Sequence[str]) -> str:
    """Names one after the other; of very many the first, and how many more there are."""
    shown = ", ".join(names[:MOST]).encode(errors="replace").decode()  # half letters, too
    if len(names) <= MOST:
        return shown
    return words.AND_MORE.format(names=shown, count=len(names) - MOST)


def unbroken(text: str) -> str:
    """Words that stay on one line, as HTML."""
    return escape(text).replace(" ", "&nbsp;")


def table(head: list[str], rows: list[list[str]], *, wrap: bool = False) -> str:
    """A table; the cells are HTML already, on one line unless they may wrap."""
    style = ROW + ("normal" if wrap else "nowrap")
    top = "".join(f'<th scope="col" style="{style}">{escape(name)}</th>' for name in head)
    lines = ["".join(f'<td style="{style}">{cell}</td>' for cell in row) for row in rows]
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    return f'<table style="margin:0.4em 0">{top and f"<tr>{top}</tr>"}{body}</table>'
