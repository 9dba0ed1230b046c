"""A live round: a question about a lab's preset, the class's guesses out of its chat, the truth."""

import re
import unicodedata
from collections import Counter

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from course_utils.classroom.lab import Round, brief
from course_utils.classroom.verdicts import LARGEST
from course_utils.course import words
from course_utils.course.board import nickname
from course_utils.figures.picture import Picture
from course_utils.figures.style import DATA, MUTED, TRUTH, panels

# A chat puts a time, often with its date, before or after a name.
CLOCK = re.compile(
    r"\[?(?:\d{4}[-/.])?(?:\d{1,2}[-/.]\d{1,2},? )?\b\d{1,2}:\d{2}(?::\d{2})?\]?(?: ?[AaPp][Mm]\b)?"
)
# A number by itself: no part of a word, of a date or of "20-30", and not in thousands, 3k or 3万.
NUMBER = re.compile(r"(?<![A-Za-z0-9.,])[-+]?\d+(?:,\d{3})*(?:\.\d+)?(?![A-Za-z0-9万千亿]|[.,]\d)")
BARS = 24
NEAREST = 3  # trainees that are named when the truth is out


class Guesses:
    """What a class guessed in a round, and the lines of its chat that hold no one number."""

    def __init__(self, round: Round) -> None:
        self.round = round
        self.refused: Counter[str] = Counter()
        self._named: dict[str, float] = {}

    def __len__(self) -> int:
        return len(self._named)

    def read(self, text: str) -> str:
        """Take in a guess from each line with a number; a sentence says how many there are.

        A name stands before the number, or on the line above it. Whoever guesses again has the
        last guess; a guess without a name counts for itself.
        """
        above = ""
        for line in unicodedata.normalize("NFKC", text).replace("−", "-").splitlines():
            plain = CLOCK.sub(" ", line)
            name, colon, said = plain.partition(":")
            body = said if colon else plain
            numbers = NUMBER.findall(body)
            guesses = [float(number.replace(",", "")) for number in numbers]
            if len(guesses) == 1 and abs(guesses[0]) < LARGEST:
                before = name if colon else body[: body.index(numbers[0])]
                self._take(nickname(before) or above, guesses[0])
            elif any(sign.isdigit() for sign in body):
                self.refused[line.strip()] += 1
            if line.strip():  # a line without a number, with a colon or a time, names the next
                heads = not numbers and (not body.strip() or plain != line)
                above = nickname(plain) if heads else ""
        return self.sentence()

    def _take(self, name: str, guess: float) -> None:
        self._named[name or f"#{len(self._named) + 1}"] = guess

    def sentence(self) -> str:
        """How many guesses there are, and which lines could not be read."""
        parts = [words.GUESSES.format(count=len(self))]
        if self.refused:
            lines = "; ".join(f"“{line[:40]}”" for line in list(self.refused)[:3])
            parts.append(words.NO_ONE_NUMBER.format(count=self.refused.total(), lines=lines))
        return " ".join(parts)

    def table(self) -> pd.DataFrame:
        """One row a guess: who, the guess, and how far above (+) or below (−) the truth it is."""
        found = pd.DataFrame(self._named.items(), columns=["name", "guess"])
        return found.assign(truth=self.round.truth, error=found["guess"] - self.round.truth)

    def picture(self, *, revealed: bool) -> Picture:
        """The guesses by size; once revealed, the truth among them."""
        guesses = np.array([*self._named.values()])
        truth = [self.round.truth] if revealed else []
        edges = np.linspace(*_span(guesses, truth), BARS + 1)
        figure, (axes,) = panels(height=208)
        inside = np.clip(guesses, edges[0], edges[-1])  # the wildest stand at the rim
        axes.hist(inside, edges.tolist(), color=DATA)
        middle = float(np.median(guesses))
        axes.axvline(middle, color=MUTED, linewidth=2, linestyle="--", label=words.MIDDLE)
        if revealed:
            axes.axvline(self.round.truth, color=TRUTH, linewidth=3, label=words.TRUTH)
        axes.set(xlabel=self.round.unit, ylabel=words.TRAINEES, xlim=(edges[0], edges[-1]))
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(axis="x", visible=False)
        figure.legend(loc="upper right", ncols=2)
        shown = {"middle": brief(middle), "unit": self.round.unit}
        said = words.CLASS_GUESSES.format(count=len(self), **shown)
        return Picture(figure, f"{said} {self.outcome()}" if revealed else said)

    def outcome(self) -> str:
        """The truth, who came nearest, and what the lab says."""
        about, found = self.round, self.table()
        nearest = found.loc[found["error"].abs().sort_values(kind="stable").index, "name"]
        named = words.NEAREST.format(names=", ".join(nearest.head(NEAREST))) if len(self) else ""
        shown = {"truth": brief(about.truth), "unit": about.unit, "said": about.said}
        return words.OUTCOME.format(nearest=named, **shown)


def _span(guesses: np.ndarray, truth: list[float]) -> tuple[float, float]:
    """From where to where nearly all guesses lie, and the truth, with some room around them."""
    low, high = np.quantile(guesses, [0.02, 0.98])
    low, high = min(low, *truth, high), max(high, *truth, low)
    room = 0.1 * (high - low) or 1.0
    return low - room, high + room
