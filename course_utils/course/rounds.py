"""A live round: a question about a lab's preset, the class's guesses out of its chat, the truth."""

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from course_utils.course import chats, names, words
from course_utils.course.rim import arrow, ends, span
from course_utils.course.steps import Steps
from course_utils.figures.picture import Picture
from course_utils.figures.style import DATA, MUTED, PAPER, TRUTH, panels
from course_utils.widgets.lab import Round, brief

BARS = 24
NEAREST = 3  # trainees that are named when the truth is out


class Guesses(Steps):
    """What a class guessed in a round."""

    _held = ("_chat", "_labels", "_guesses")

    def __init__(self, round: Round) -> None:
        super().__init__()
        self.round = round

    def begin(self) -> None:
        """Nobody has guessed yet."""
        self._chat = chats.Chat()
        self._labels: dict[str, str] = {}  # of each person, by what spellings have in common
        self._guesses: dict[str, tuple[str, float]] = {}  # label and guess, in the same way

    def __len__(self) -> int:
        return len(self._guesses)

    def read(self, text: str) -> str:
        """Take in a guess from each line with a number; a sentence says what came of it.

        Whoever guesses again has the last guess; a guess without a name counts for itself. What an
        earlier paste of the same chat had already is not counted again.
        """
        taken = self._chat.take(text, chats.number)
        changed: set[str] = set()
        for name, guess in taken.answers:
            changed |= self._take(name, float(guess))  # type: ignore[arg-type]
        return self._sentence(len(changed), taken)

    def _take(self, name: str, guess: float) -> set[str]:
        """Keep a guess; whose it was, if it changed an earlier one."""
        name = name or f"#{len(self) + 1}"
        person = names.same(name)
        if person not in self._labels:
            self._labels[person] = names.label(name, self._guesses)
        known = self._labels[person]
        _, before = self._guesses.get(names.same(known), (known, guess))
        self._guesses[names.same(known)] = (known, guess)
        return {known} if before != guess else set()

    def _sentence(self, changed: int, taken: chats.Taken) -> str:
        """How many guesses there are, and which lines could not be read."""
        parts = [words.guesses.format(count=len(self))]
        if changed:
            parts.append(words.updated.format(count=changed))
        if taken.old:
            parts.append(words.twice.format(count=taken.old))
        if refused := taken.refused:
            parts.append(words.no_one_number.format(count=len(refused), lines=names.shown(refused)))
        return " ".join(parts)

    def table(self) -> pd.DataFrame:
        """One row a guess: who, the guess, and how far above (+) or below (−) the truth it is."""
        found = pd.DataFrame(self._guesses.values(), columns=["name", "guess"])
        return found.assign(truth=self.round.truth, error=found["guess"] - self.round.truth)

    def picture(self, *, revealed: bool) -> Picture:
        """The guesses by size; once revealed, the truth among them."""
        guesses = self.table()["guess"].to_numpy(float)
        truth = [self.round.truth] if revealed else []
        rim = span(guesses.tolist(), truth)
        edges = np.linspace(*rim, BARS + 1)
        figure, (axes,) = panels(height=208)
        inside = np.clip(guesses, *rim)
        axes.hist(inside, edges.tolist(), color=DATA)
        for wildest in (guesses.min(), guesses.max()):
            arrow(axes, rim, wildest, 0.5, PAPER)
        beyond = int(np.sum(inside != guesses))
        middle = float(np.median(guesses))
        axes.axvline(middle, color=MUTED, linewidth=2, linestyle="--", label=words.middle)
        if revealed:
            axes.axvline(self.round.truth, color=TRUTH, linewidth=3, label=words.truth)
        axes.set(xlabel=self.round.unit, ylabel=words.trainees, xlim=rim)
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(axis="x", visible=False)
        figure.legend(loc="upper right", ncols=2)
        shown = {"middle": brief(middle), "unit": self.round.unit}
        said = words.class_guesses.format(count=len(self), **shown)
        if beyond:
            said = f"{said} {words.beyond.format(count=beyond)}"
        by_size = self.table().sort_values("guess", kind="stable")["name"]
        said = f"{said} {ends(by_size.tolist())}".strip()
        return Picture(figure, f"{said} {self.outcome()}" if revealed else said)

    def outcome(self) -> str:
        """The truth, who came nearest, and what the lab says."""
        about, found = self.round, self.table()
        nearest = found.loc[found["error"].abs().sort_values(kind="stable").index, "name"]
        named = words.nearest.format(names=", ".join(nearest.head(NEAREST))) if len(self) else ""
        shown = {"truth": brief(about.truth), "unit": about.unit, "said": about.said}
        return words.outcome.format(nearest=named, **shown)
