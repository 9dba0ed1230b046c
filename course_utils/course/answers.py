"""The last answer of everybody in a class, out of its chat."""

from typing import Any

from course_utils.course import chats, names, words
from course_utils.course.steps import Steps


class Answers(Steps):
    """Who answered what; `read` finds an answer in what was said.

    Whoever answers again has the last answer; one without a name counts for itself. What an earlier
    paste of the same chat had already is not counted again.
    """

    _held = ("_chat", "_labels", "_answers")

    def __init__(self, read: chats.Reader, counted: str, unread: str) -> None:
        super().__init__()
        self._find, self._counted, self._unread = read, counted, unread

    def sequel(self) -> "Answers":
        """Answers to the same question later in the same chat: what was read before stays there."""
        later = Answers(self._find, self._counted, self._unread)
        later._chat = self._chat
        return later

    def begin(self) -> None:
        """Nobody has answered yet."""
        self._chat = chats.Chat()
        self._labels: dict[str, str] = {}  # of each person, by what spellings have in common
        self._answers: dict[str, tuple[str, Any]] = {}  # label and answer, in the same way

    def __len__(self) -> int:
        return len(self._answers)

    def read(self, text: str) -> str:
        """Take in the answers of a paste; a sentence says what came of it."""
        taken = self._chat.take(text, self._find)
        changed: set[str] = set()
        for name, value in taken.answers:
            changed |= self._take(name, value)
        parts = [self._counted.format(count=len(self))]
        if changed:
            parts.append(words.updated.format(count=len(changed)))
        if taken.old:
            parts.append(words.twice.format(count=taken.old))
        if refused := taken.refused:
            shown = names.shown(refused)
            parts.append(self._unread.format(count=len(refused), lines=shown))
        return " ".join(parts)

    def _take(self, name: str, value: chats.Value) -> set[str]:
        """Keep an answer; whose it was, if it changed an earlier one."""
        name = name or f"#{len(self) + 1}"
        person = names.same(name)
        if person not in self._labels:
            self._labels[person] = names.label(name, self._answers)
        known = self._labels[person]
        _, before = self._answers.get(names.same(known), (known, value))
        self._answers[names.same(known)] = (known, value)
        return {known} if before != value else set()

    def given(self) -> list[tuple[str, Any]]:
        """The name and the answer of each, in the order in which they came."""
        return list(self._answers.values())
