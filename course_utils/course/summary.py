"""The summary of a trainee's whole course: a page that stands alone, and prints well."""

import base64
from collections.abc import Sequence
from html import escape

from course_utils.cases.case import Case
from course_utils.course import words
from course_utils.course.chapters import Chapter
from course_utils.course.page import table, whole_page
from course_utils.course.standing import HEAD, calibration_picture, numbers, rows
from course_utils.exercises.numerals import unit_in_words, written, written_range
from course_utils.exercises.verdicts import Calibration
from course_utils.exercises.workbook import VerdictQuestion
from course_utils.record.progress import Record


def summary(
    chapters: list[Chapter],
    calibration: Calibration,
    revealed: list[Record],
    name: str,
    day: str,
) -> str:
    """What somebody did in these chapters as HTML: scores, verdicts, decisions, what was learnt.

    `revealed` are the verdicts whose truth was shown, `day` is the date that is printed. Chapters
    in which nothing was done are left out.
    """
    chapters = [chapter for chapter in chapters if chapter.case().standing().begun]
    cases = [chapter.case() for chapter in chapters]
    verdicts = [row for case in cases for row in _verdicts(case, revealed)]
    decisions = [row for case in cases for row in _decisions(case)]
    parts = [
        f"<h1>{words.summary_title}</h1>",
        f"<p>{escape(words.by.format(name=name or words.to_write_on, day=day))}</p>",
        f"<h2>{words.scores}</h2>{_rows(HEAD, rows(chapters))}",
        f"<p>{escape(calibration.sentence())}</p>{_picture(chapters, revealed)}",
        f"<h2>{words.verdicts}</h2>{_rows(words.verdict_head, verdicts)}",
        f"<h2>{words.decisions}</h2>{_rows(words.decision_head, decisions)}",
        f"<h2>{words.learnt}</h2>",
        *(_learnt(chapter) for chapter in chapters if chapter.objectives),
    ]
    return whole_page(words.summary_title, "\n".join(parts))


def _verdicts(case: Case, revealed: Sequence[Record]) -> list[list[str]]:
    rows = []
    for record in revealed:
        question = case.book.items.get(record["item"]) if record["case"] == case.name else None
        if isinstance(question, VerdictQuestion):
            number, title = case.book.number(question.name), case.title(question.name)
            ends = written_range(record["low"], record["high"])
            truth, claim = written(record["truth"]), written(question.claim)
            rows.append([number, title, ends, truth, claim, unit_in_words(question.unit)])
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


def _picture(chapters: list[Chapter], revealed: list[Record]) -> str:
    if not revealed:
        return ""
    drawn = calibration_picture(revealed, numbers(chapters))
    png, alt = base64.b64encode(drawn.png).decode(), escape(drawn.words)
    return f'<img width="{drawn.width}" src="data:image/png;base64,{png}" alt="{alt}">'


def _learnt(chapter: Chapter) -> str:
    points = "".join(f"<li>{escape(objective)}</li>" for objective in chapter.objectives)
    return f"<h3>{escape(chapter.title)}</h3><ul>{points}</ul>"
