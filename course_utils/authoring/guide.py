"""The instructor guide of a chapter, out of its source, its exercises and their words.

An instructor's note in the source ends its section: `**Instructor · name · 5 minutes.** What to
say`. A note without minutes is about the whole lesson and comes first in the guide. Answers and
wrong answers are computed from the chapter's own tables.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from nbconvert.filters import markdown2html
from nbformat import NotebookNode

from course_utils.authoring import words
from course_utils.authoring.pages import print_page, write_page
from course_utils.cases.case import Case
from course_utils.course.chapters import ROOT, Chapter
from course_utils.course.editions import ASKS, read_source
from course_utils.course.page import whole_page
from course_utils.exercises.kinds import Guess, hidden_figure
from course_utils.exercises.numerals import rounded, written, written_range
from course_utils.exercises.workbook import Decision, Exercise, VerdictQuestion
from course_utils.widgets.lab import brief
from course_utils.widgets.quiz import possible_answers

GUIDES = ROOT / "build" / "guide"

NOTE = re.compile(
    r"^\*\*[^\s·*.。]+(?: · (?P<name>(?!\d+ \S+\*)[^·*]+?))?(?: · (?P<minutes>\d+) \S+?)?[.。]\*\*"
)
LAB = re.compile(r'case\.lab\((?:"(\w+)")?\)')
HEADING = re.compile(r"^##+ (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Section:
    """A part of a lesson: when it begins, how long it takes, what to say, and its cells."""

    number: int
    begins: int  # minutes into the lesson
    name: str
    minutes: int
    say: str
    cells: list[NotebookNode]

    @property
    def anchor(self) -> str:
        """A mark in the guide, which the window with the notes finds and tells the time by."""
        ends = self.begins + self.minutes
        said = {
            "plan": words.plan.format(name=_capital(self.name), begins=self.begins, ends=ends),
            "begins": str(self.begins),
            "ends": str(ends),
            "early": words.early,
            "late": words.late,
        }
        data = "".join(f' data-{name}="{escape(text)}"' for name, text in said.items())
        return f'<div id="{section_id(self.number)}"{data}></div>'

    @property
    def asked(self) -> list[str]:
        """The names of what it asks, in order."""
        found = (ASKS.search(cell.source) for cell in self.cells if cell.cell_type == "code")
        return [match[1] for match in found if match]


def sections(source: Path) -> list[Section]:
    """The sections of a chapter, each closed by its note; the last one goes on to the end."""
    found: list[Section] = []
    cells: list[NotebookNode] = []
    begins = 0
    for cell in read_source(source).cells:
        note = NOTE.match(cell.source) if _is_note(cell) else None
        if note and note["minutes"]:
            say, minutes = cell.source[note.end() :].strip(), int(note["minutes"])
            name = note["name"] or words.the_page
            found.append(Section(len(found), begins, name, minutes, say, cells))
            begins += minutes
            cells = []
        elif not note:
            cells.append(cell)
    if found:
        found[-1].cells.extend(cells)
    return found


def section_id(number: int) -> str:
    """Where in the guide a section is, counted from 0."""
    return f"section-{number}"


def lab_id(name: str) -> str:
    """Where in the guide a lab is, with its live rounds."""
    return f"lab-{name}"


def lab_in(case: Case, source: str) -> str:
    """The name of the lab that a piece of code shows; empty if it shows none."""
    found = LAB.search(source)
    return (found[1] or next(iter(case.labs))) if found else ""


def closes_section(cell: NotebookNode) -> bool:
    """Whether this is the note with which a section ends."""
    note = NOTE.match(cell.source) if _is_note(cell) else None
    return bool(note and note["minutes"])


def lesson_notes(source: Path) -> dict[str, str]:
    """The notes about the whole lesson, by name."""
    notes = {}
    for cell in read_source(source).cells:
        for paragraph in cell.source.split("\n\n") if _is_note(cell) else []:
            note = NOTE.match(paragraph)
            if note and not note["minutes"]:
                notes[note["name"]] = paragraph[note.end() :].strip()
    return notes


def guide(source: Path) -> str:
    """The guide of a chapter, as Markdown."""
    chapter = Chapter(source)
    case = chapter.case()
    parts = sections(source)
    lines = [words.guide_to.format(number=chapter.number, title=chapter.title), ""]
    if chapter.objectives:
        lines += [words.purpose, ""]
        lines += [f"- {objective}" for objective in chapter.objectives] + [""]
    lines += [*_timetable(case, parts), "", words.keys, ""]
    for name, said in lesson_notes(source).items():
        lines += [f"**{_capital(name)}.** {said}", ""]
    told: set[str] = set()
    for part in parts:
        lines += [
            part.anchor,
            "",
            words.section.format(name=_capital(part.name), minutes=part.minutes),
            "",
        ]
        lines += [part.say, ""]
        lines += _body(case, part, told)
        lines += [f"{cell.source}\n" for cell in part.cells if is_tagged(cell, "wild")]
    return "\n".join(lines)


def build_guide(source: Path, folder: Path = GUIDES) -> list[str]:
    """Write the guide of a chapter, and print it; a sentence for each of its files."""
    return [*build_notes(source, folder), print_page(folder / f"{source.stem}.html")]


def build_notes(source: Path, folder: Path = GUIDES) -> list[str]:
    """Write the guide of a chapter as the page that follows the slides; where it is."""
    text = guide(source)
    title = text.partition("\n")[0].lstrip("# ")
    html = whole_page(title, markdown2html(text))
    return [write_page(folder / f"{source.stem}.html", html)]


def is_tagged(cell: NotebookNode, tag: str) -> bool:
    """Whether the source gives a cell this tag."""
    return tag in cell.metadata.get("tags", [])


def _is_note(cell: NotebookNode) -> bool:
    return is_tagged(cell, "instructor")


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def _timetable(case: Case, parts: list[Section]) -> Iterator[str]:
    yield words.timetable
    yield "|---|---|---|---|"
    for part in parts:
        asked = ", ".join(map(case.book.number, part.asked))
        yield f"| {_clock(part.begins)} | {_capital(part.name)} | {part.minutes} | {asked} |"
    whole = sum(part.minutes for part in parts)
    yield words.the_end.format(clock=_clock(whole), minutes=whole)


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02d}"


# What a section asks and shows ----------------------------------------------------------------


def _body(case: Case, part: Section, told: set[str]) -> Iterator[str]:
    """What a section asks and shows; `told` are the items that came before: one may come twice."""
    text = ""
    for cell in part.cells:
        if cell.cell_type == "markdown":
            text = cell.source
            headings = [words.on_screen.format(heading=one) for one in HEADING.findall(text)]
            yield from (line for heading in headings for line in (heading, ""))
            continue
        if lab := lab_in(case, cell.source):
            yield from _lab(case, lab)
        if "case.quiz(" in cell.source:
            yield from _quiz(case)
        if (asked := ASKS.search(cell.source)) and asked[1] not in told:
            told.add(asked[1])
            yield from _item(case, asked[1], question_in(text))


def question_in(text: str) -> str:
    """What a text asks: from its bold question on, or its last paragraph."""
    paragraphs = text.split("\n\n")
    last = len(paragraphs) - 1
    bold = (place for place, paragraph in enumerate(paragraphs) if "?**" in paragraph)
    return "\n\n".join(paragraphs[next(bold, last) :])


def _lab(case: Case, name: str) -> Iterator[str]:
    lab = case.labs[name](case)
    presets = [button.description for button in lab.buttons.values()]
    yield f'<div id="{lab_id(name)}"></div>'
    yield ""
    yield words.lab.format(title=lab.words["title"])
    yield ""
    yield words.click.format(presets=", ".join(f"*{preset}*" for preset in presets))
    yield ""
    for round in lab.rounds().values():
        yield words.live_round.format(preset=round.preset, ask=round.ask)
        yield ""
        answer = {"answer": brief(round.truth), "unit": round.unit}
        yield words.round_answer.format(**answer, said=round.said)
        yield ""


def _quiz(case: Case) -> Iterator[str]:
    for number, question in enumerate(case.words["quiz"].values(), 1):
        right = next(one for one in possible_answers(question) if one.get("right"))
        ends = {"low": right.get("from"), "high": right.get("to"), "unit": question.get("unit")}
        answer = right.get("text") or words.range.format(**ends)
        yield f"{number}. {question['ask']} **{answer}.** {right['say']}"
    yield ""


def _item(case: Case, name: str, question: str) -> Iterator[str]:
    item = case.book.items[name]
    said = case.said(item)
    yield f'<div id="{name}"></div>'
    yield ""
    yield f"### {case.book.number(name)} · {said['title']}"
    yield ""
    yield from (f"> {line}" for line in question.splitlines())
    yield ""
    if isinstance(item, Exercise):
        yield from _exercise(case, item, said)
    elif isinstance(item, VerdictQuestion):
        yield from _verdict(case, item, said)
    else:
        yield from _decision(item, said)
    if hints := said.get("hints"):
        yield ""
        yield words.hints
        yield ""
        yield from (f"{number}. {hint}" for number, hint in enumerate(hints, 1))
    code = "\n".join(line for line in item.solution() if line)
    if code and not is_guess(item):
        yield from ("", "```python", code, "```", "")


def is_guess(item: object) -> bool:
    """Whether it is a question at the start, to which every answer is taken."""
    return isinstance(item, Exercise) and isinstance(item.kind, Guess)


def shown_answer(case: Case, exercise: Exercise) -> str:
    """The right answer as a reply shows it, computed from the chapter's own tables."""
    with hidden_figure():
        return exercise.kind.show(
            exercise.kind.read(case.book.evaluate(exercise.answer, case.load))
        )


def _exercise(case: Case, exercise: Exercise, said: dict[str, Any]) -> Iterator[str]:
    if is_guess(exercise):
        yield words.a_guess
        yield ""
        return
    shown = {"answer": shown_answer(case, exercise)}
    reply = said["right"].format(given=shown["answer"], **shown)
    yield words.answer.format(**shown, said=reply)
    yield ""
    if exercise.slips:
        yield words.slips
        yield "|---|---|"
    for given, reply in case.slips(exercise.name).values():
        yield f"| {given} | {reply} |"


def _verdict(case: Case, question: VerdictQuestion, said: dict[str, Any]) -> Iterator[str]:
    def computed(function: Callable[..., Any]) -> Any:
        return case.book.evaluate(function, case.load)

    truth = float(computed(question.truth))
    account = computed(question.account) if question.account else {}
    claim = written(question.claim, question.unit)
    yield words.before_reveal.format(claim=claim)
    yield ""
    shown = written(truth, question.unit)
    told = said["reveal"].format(truth=truth, **account)
    yield words.truth.format(truth=shown, said=told)
    if question.rivals:
        rivals = case.rivals(question).items()
        rows = "; ".join(f"{name}, {written_range(r.low, r.high)}" for name, r in rivals)
        yield ""
        yield words.rivals.format(rows=rows)
        yield ""
    if question.careful:
        low, high = computed(question.careful)
        yield words.careful.format(range=written_range(low, high, question.unit))


def _decision(decision: Decision, said: dict[str, Any]) -> Iterator[str]:
    show = decision.kind.show
    profits = {show(choice): profit for choice, profit in decision.profits().items()}
    best = max(profits.values())
    size = max(map(abs, profits.values()))

    def shown(yuan: float) -> str:
        return f"{rounded(yuan, size):z,.0f}"

    yield words.write_down.format(said=said["after"])
    yield ""
    yield words.choices
    yield "|---|---|---|"
    for choice, profit in sorted(profits.items(), key=lambda pair: -pair[1]):
        regret = rounded(best, size) - rounded(profit, size)  # what a reader subtracts comes out
        yield f"| {choice} | {shown(profit)} | {shown(regret)} |"
