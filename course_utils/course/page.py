"""A piece of a page: what a notebook shows, and the same in plain words."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from course_utils.course import words
from course_utils.figures.style import STYLE_SHEET
from course_utils.language import language

MOST = 10  # names in one sentence


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
    return f'<a class="course-link" href="{escape(address)}"{how}>{escape(name)}</a>'


def download(name: str, data: bytes) -> str:
    """A link that holds the file itself: in a widget JupyterLab resolves no address of a file."""
    held = base64.b64encode(data).decode()
    address = f"data:application/octet-stream;base64,{held}"
    return f'<a class="course-link" href="{address}" download="{name}">{name}</a>'


def listed(names: Sequence[str]) -> str:
    """Names one after the other; of very many the first, and how many more there are."""
    shown = ", ".join(names[:MOST]).encode(errors="replace").decode()  # half letters, too
    if len(names) <= MOST:
        return shown
    return words.and_more.format(names=shown, count=len(names) - MOST)


def unbroken(text: str) -> str:
    """Words that stay on one line, as HTML."""
    return escape(text).replace(" ", "&nbsp;")


def table(head: list[str], rows: list[list[str]], *, wrap: bool = False) -> str:
    """A table; the cells are HTML already, on one line unless they may wrap."""
    look = "course-table course-wrap" if wrap else "course-table"
    top = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    lines = ["".join(f"<td>{cell}</td>" for cell in row) for row in rows]
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    return f'<table class="{look}">{top and f"<tr>{top}</tr>"}{body}</table>'


def whole_page(title: str, body: str) -> str:
    """A page that stands alone, the style sheet in it; the body is HTML already."""
    head = f'<meta charset="utf-8"><title>{escape(title)}</title>{style_sheet()}'
    opening = f'<!doctype html><html lang="{language()}"><head>{head}</head>'
    return f'{opening}<body class="course-page">{body}</body></html>\n'


def style_sheet() -> str:
    """The style sheet of the course, for the head of a page."""
    return f"<style>{STYLE_SHEET.read_text('utf-8')}</style>"
