"""Rounds that are final: a run's history in the log, each line holding all rounds so far.

A history is text: a head, which says in which world the run goes on, and for each round a move of
one width. A line is the run's if it goes on from what stands before it in the log; another one came
too late, from a second notebook or an older copy, and is passed over. As each line holds all rounds
before it, a damaged one costs nothing once a later one is there.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from course_utils.record.progress import ProgressLog, Record

ROUND = "round"  # the kind of these records
HEAD = 7  # signs of a history before its first move
MOVE = 8  # signs of a move
SIGNS = frozenset("0123456789abcdef")


def rounds_in(history: str) -> int:
    """How many rounds a history holds."""
    return max(0, len(history) - HEAD) // MOVE


def is_history(text: object) -> bool:
    """Whether it is a head and whole moves, one at least."""
    return (
        isinstance(text, str)
        and len(text) > HEAD
        and (len(text) - HEAD) % MOVE == 0
        and SIGNS.issuperset(text)
    )


def accepted(records: Iterable[Record], run: str) -> Record | None:
    """The last line of a run that goes on from those before it; None if the run has not begun."""
    last: Record | None = None
    for record in records:
        if record["kind"] != ROUND or record["item"].rpartition(".")[0] != run:
            continue
        history, so_far = record.get("history"), last["history"] if last else ""
        if is_history(history) and history != so_far and str(history).startswith(so_far):
            last = record
    return last


@dataclass
class Journal:
    """The runs of a case in a log."""

    log: ProgressLog
    case: str

    def history(self, run: str) -> str:
        """All rounds of a run, whoever wrote them; "" before its first one."""
        last = accepted(self.log.records(ROUND, self.case), run)
        return str(last["history"]) if last else ""

    def last(self, run: str) -> Record | None:
        """The last line of a run, with what was noted of its results."""
        return accepted(self.log.records(ROUND, self.case), run)

    def add(self, run: str, history: str, **noted: object) -> str:
        """Write a round; "" or a sentence saying why it can't be saved.

        Whether it counts, `history` says afterwards: another notebook may have been first.
        """
        number = rounds_in(history)
        record = {"kind": ROUND, "case": self.case, "item": f"{run}.{number}"}
        return self.log.extend([{**record, "history": history, **noted}])
