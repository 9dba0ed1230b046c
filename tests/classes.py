"""Trainees who send the codes that a class board reads."""

from course_utils.cases.case import Case
from course_utils.exercises.workbook import Decision, Exercise, VerdictQuestion
from course_utils.record import codes


def items(case: Case, kind: type) -> list[str]:
    """The ids of what a chapter asks of this kind."""
    return [id for id, item in case.book.items.items() if isinstance(item, kind)]


def code_of(case: Case, low: float = 0.0, high: float = 1.0, choice: int = 0, slip: int = 0) -> str:
    """A class code of somebody who gave this range everywhere and made this choice and slip."""
    ends = {"low": low, "high": high}
    found = [{"kind": "verdict", "item": id, **ends} for id in items(case, VerdictQuestion)]
    found += [
        {"kind": "decision", "item": id, "choice": choices(case, id)[choice]}
        for id in items(case, Decision)
    ]
    id = next(id for id in items(case, Exercise) if case.book.items[id].slips)
    name = list(case.book.items[id].slips)[slip]
    found.append({"kind": "check", "item": id, "status": "slip", "slip": name})
    return codes.encode([{"case": case.name, **r} for r in found], [case.layout()], slips=True)


def choices(case: Case, id: str) -> list[str]:
    """What a decision can be answered with."""
    return case.book.items[id].choices()
