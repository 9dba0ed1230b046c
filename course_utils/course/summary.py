"""The summary of a trainee's whole course: as a page, and as a PDF of the same words."""

import base64
import io
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from matplotlib.image import imread

from course_utils.cases.case import Case
from course_utils.course import words
from course_utils.course.chapters import Chapter
from course_utils.course.page import table, whole_page
from course_utils.course.standing import HEAD, calibration_picture, numbers, rows
from course_utils.exercises.numerals import written, written_range
from course_utils.exercises.verdicts import Calibration
from course_utils.exercises.workbook import VerdictQuestion
from course_utils.figures.picture import Picture
from course_utils.figures.style import INK, MUTED, use
from course_utils.record.progress import Record

PAGE = (8.27, 11.69)  # A4, inches
LINES, LETTERS = 58, 104  # of a page, of a line
# Where the columns of a table begin, as shares of a line.
CHAPTERS_AT = (0.0, 0.09, 0.45, 0.63, 0.72, 0.81, 0.88)
VERDICTS_AT = (0.0, 0.07, 0.5, 0.66, 0.76, 0.86)
DECISIONS_AT = (0.0, 0.07, 0.54, 0.84)

Line = list[tuple[float, str]]  # places and what stands there


@dataclass(frozen=True)
class Summary:
    """What it says: chapters, verdicts and decisions as rows of text, and what was learnt."""

    chapters: list[list[str]]
    calibration: str
    learnt: list[tuple[str, list[str]]]  # a chapter's title and its objectives
    verdicts: list[list[str]]
    decisions: list[list[str]]
    revealed: list[Record]
    numbers: dict[str, str]  # what is printed for an item, by its name

    def html(self) -> bytes:
        """One page that stands alone, the picture in it."""
        learnt = "".join(
            f"<h3>{escape(title)}</h3><ul>{''.join(f'<li>{escape(x)}</li>' for x in points)}</ul>"
            for title, points in self.learnt
        )
        picture = ""
        if self.revealed:
            drawn = calibration_picture(self.revealed, self.numbers)
            png = base64.b64encode(drawn.png).decode()
            alt = escape(drawn.words)
            picture = f'<img width="{drawn.width}" src="data:image/png;base64,{png}" alt="{alt}">'
        scores = f"{_rows(HEAD, self.chapters)}<p>{escape(self.calibration)}</p>{picture}"
        parts = [
            f"<h1>{words.summary_title}</h1>",
            f"<h2>{words.scores}</h2>{scores}",
            f"<h2>{words.verdicts}</h2>{_rows(words.verdict_head, self.verdicts)}",
            f"<h2>{words.decisions}</h2>{_rows(words.decision_head, self.decisions)}",
            f"<h2>{words.learnt}</h2>{learnt}",
        ]
        return whole_page(words.summary_title, "\n".join(parts)).encode()

    def pdf(self) -> bytes:
        """The same words on A4 pages, and the picture on the last."""
        use()
        lines = [[(0.0, words.summary_title)], [], *self._lines()]
        target = io.BytesIO()
        with PdfPages(target, metadata={"CreationDate": None}) as pages:
            for start in range(0, len(lines), LINES):
                pages.savefig(_page(lines[start : start + LINES]))
            if self.revealed:
                pages.savefig(_picture_page(calibration_picture(self.revealed, self.numbers)))
        return target.getvalue()

    def _lines(self) -> list[Line]:
        found = [_text(words.scores), *_columns(CHAPTERS_AT, [HEAD, *self.chapters])]
        found += [_text(self.calibration), []]
        verdicts, decisions = [words.verdict_head, *self.verdicts], self.decisions
        found += [_text(words.verdicts), *_columns(VERDICTS_AT, verdicts), []]
        found += [_text(words.decisions)]
        found += [*_columns(DECISIONS_AT, [words.decision_head, *decisions]), []]
        found += [_text(words.learnt)]
        for title, points in self.learnt:
            found += [[], _text(title)]
            found += [[(0.03, part)] for point in points for part in textwrap.wrap(point, LETTERS)]
        return found


def summary(chapters: list[Chapter], calibration: Calibration, revealed: list[Record]) -> Summary:
    """Gather it from the record."""
    cases = [chapter.case() for chapter in chapters]
    return Summary(
        chapters=rows(chapters),
        calibration=calibration.sentence(),
        learnt=[(chapter.title, chapter.objectives) for chapter in chapters if chapter.objectives],
        verdicts=[row for case in cases for row in _verdicts(case, revealed)],
        decisions=[row for case in cases for row in _decisions(case)],
        revealed=revealed,
        numbers=numbers(chapters),
    )


def _verdicts(case: Case, revealed: list[Record]) -> list[list[str]]:
    rows = []
    for record in revealed:
        question = case.book.items.get(record["item"]) if record["case"] == case.name else None
        if isinstance(question, VerdictQuestion):
            number, title = case.book.number(question.name), case.title(question.name)
            ends = written_range(record["low"], record["high"])
            truth, claim = written(record["truth"]), written(question.claim)
            rows.append([number, title, ends, truth, claim, question.unit])
    return rows


def _decisions(case: Case) -> list[list[str]]:
    made: dict[str, Record] = {}
    for record in case.log.records("decision", case.name):
        made.setdefault(record["item"], record)  # the first one counts
    return [
        [case.book.number(name), case.title(name), record["choice"], written(record["regret"])]
        for name, record in made.items()
        if name in case.book.items
    ]


def _rows(head: list[str], rows: list[list[str]]) -> str:
    if not rows:
        return f"<p>{words.none_yet}</p>"
    return table(head, [[escape(cell) for cell in row] for row in rows])


def _picture_page(picture: Picture) -> Figure:
    figure = Figure(figsize=PAGE)
    pixels = imread(io.BytesIO(picture.png))
    height, width = pixels.shape[:2]
    tall = 0.84 * PAGE[0] / PAGE[1] * height / width
    axes = figure.add_axes((0.08, 0.92 - tall, 0.84, tall))
    axes.imshow(pixels)
    axes.set_axis_off()
    for row, line in enumerate(textwrap.wrap(picture.words, LETTERS)):
        figure.text(0.08, 0.89 - tall - row * 0.0155, line, fontsize=9, color=MUTED)
    return figure


def _text(said: str) -> Line:
    return [(0.0, said)]


def _columns(places: Sequence[float], rows: list[list[str]]) -> list[Line]:
    return [list(zip(places, row, strict=True)) for row in rows]


def _page(lines: list[Line]) -> Figure:
    figure = Figure(figsize=PAGE)
    headings = {words.summary_title, words.scores, words.verdicts, words.decisions, words.learnt}
    for row, line in enumerate(lines):
        for place, said in line:
            is_heading = said in headings
            figure.text(
                0.08 + 0.84 * place,
                0.95 - row * 0.0155,
                said.replace("$", r"\$"),
                fontsize=12 if is_heading else 8.5,
                color=INK,
                weight="bold" if is_heading else "normal",
            )
    return figure
