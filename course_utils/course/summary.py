"""The summary of a trainee's whole course: as a page, and as a PDF of the same words."""

import base64
import io
import textwrap
from dataclasses import dataclass
from html import escape

from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure

from course_utils.classroom.case import Case
from course_utils.classroom.progress import Record
from course_utils.classroom.verdicts import Calibration
from course_utils.classroom.workbook import VerdictQuestion
from course_utils.course import words
from course_utils.course.chapters import Chapter
from course_utils.course.page import Page, table
from course_utils.course.standing import calibration_picture, panel
from course_utils.figures.style import INK, MUTED, use

PAGE = (8.27, 11.69)  # A4, inches
LINES, LETTERS = 58, 96  # of a page, of a line


@dataclass(frozen=True)
class Summary:
    """What it says: the standing, what was learnt, verdicts and decisions as rows of text."""

    standing: Page
    learnt: list[tuple[str, list[str]]]  # a chapter's title and its objectives
    verdicts: list[list[str]]
    decisions: list[list[str]]
    revealed: list[Record]

    def html(self) -> bytes:
        """One page that stands alone, the picture in it."""
        learnt = "".join(
            f"<h3>{escape(title)}</h3><ul>{''.join(f'<li>{escape(x)}</li>' for x in points)}</ul>"
            for title, points in self.learnt
        )
        picture = ""
        if self.revealed:
            drawn = calibration_picture(self.revealed)
            png = base64.b64encode(drawn.png).decode()
            alt = escape(drawn.words)
            picture = f'<img width="{drawn.width}" src="data:image/png;base64,{png}" alt="{alt}">'
        parts = [
            f"<h1>{words.SUMMARY_TITLE}</h1>",
            f"<h2>{words.SCORES}</h2>{self.standing.html}{picture}",
            f"<h2>{words.VERDICTS}</h2>{_rows(words.VERDICT_HEAD, self.verdicts)}",
            f"<h2>{words.DECISIONS}</h2>{_rows(words.DECISION_HEAD, self.decisions)}",
            f"<h2>{words.LEARNT}</h2>{learnt}",
        ]
        style = "body{font:16px/1.5 sans-serif;max-width:58em;margin:2em auto;padding:0 1em}"
        style += "img{max-width:100%}td,th{border-bottom:1px solid #ddd}"
        head = f'<meta charset="utf-8"><title>{words.SUMMARY_TITLE}</title><style>{style}</style>'
        body = "\n".join(parts)
        page = f'<!doctype html><html lang="en"><head>{head}</head><body>{body}</body></html>\n'
        return page.encode()

    def pdf(self) -> bytes:
        """The same words on A4 pages, with the picture's sentence in place of the picture."""
        use()
        lines = [words.SUMMARY_TITLE, "", *self._lines()]
        target = io.BytesIO()
        with PdfPages(target, metadata={"CreationDate": None}) as pages:
            for start in range(0, len(lines), LINES):
                pages.savefig(_page(lines[start : start + LINES]))
        return target.getvalue()

    def _lines(self) -> list[str]:
        parts = [words.SCORES, *self.standing.text.splitlines()]
        if self.revealed:
            parts.append(calibration_picture(self.revealed).words)
        parts += ["", words.VERDICTS, *(", ".join(row) for row in self.verdicts)]
        parts += ["", words.DECISIONS, *(", ".join(row) for row in self.decisions)]
        parts += ["", words.LEARNT]
        for title, points in self.learnt:
            parts += [title, *(f"  - {point}" for point in points)]
        return [line for part in parts for line in textwrap.wrap(part, LETTERS) or [""]]


def summary(chapters: list[Chapter], calibration: Calibration, revealed: list[Record]) -> Summary:
    """Gather it from the record."""
    cases = [chapter.case() for chapter in chapters]
    return Summary(
        standing=panel(chapters, calibration),
        learnt=[(chapter.title, chapter.objectives) for chapter in chapters if chapter.objectives],
        verdicts=[row for case in cases for row in _verdicts(case, revealed)],
        decisions=[row for case in cases for row in _decisions(case)],
        revealed=revealed,
    )


def _verdicts(case: Case, revealed: list[Record]) -> list[list[str]]:
    rows = []
    for record in revealed:
        question = case.book.items.get(record["item"]) if record["case"] == case.name else None
        if isinstance(question, VerdictQuestion):
            title = case.words["verdict"][question.id]["title"]
            ends = f"{record['low']:g} to {record['high']:g}"
            truth, claim = f"{record['truth']:.2f}", f"{question.claim:g}"
            rows.append([question.id, title, ends, truth, claim, question.unit])
    return rows


def _decisions(case: Case) -> list[list[str]]:
    made: dict[str, Record] = {}
    for record in case.log.records("decision", case.name):
        made.setdefault(record["item"], record)  # the first one counts
    return [
        [id, case.words["decision"][id]["title"], record["choice"], f"{record['regret']:,}"]
        for id, record in made.items()
        if id in case.book.items
    ]


def _rows(head: list[str], rows: list[list[str]]) -> str:
    if not rows:
        return f"<p>{words.NONE_YET}</p>"
    return table(head, [[escape(cell) for cell in row] for row in rows])


def _page(lines: list[str]) -> Figure:
    figure = Figure(figsize=PAGE)
    headings = {words.SUMMARY_TITLE, words.SCORES, words.VERDICTS, words.DECISIONS, words.LEARNT}
    for row, line in enumerate(lines):
        is_heading = line in headings
        figure.text(
            0.08,
            0.95 - row * 0.0155,
            line.replace("$", r"\$"),
            fontsize=9,
            color=INK if is_heading else MUTED,
            weight="bold" if is_heading else "normal",
        )
    return figure
