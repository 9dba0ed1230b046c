"""A live round: a question about a lab's preset, the class's guesses out of its chat, the truth."""

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from course_utils.course import chats, words
from course_utils.course.answers import Answers
from course_utils.course.rim import arrow, ends, span
from course_utils.figures.picture import Picture
from course_utils.figures.style import DATA, MUTED, PAPER, TRUTH, panels
from course_utils.widgets.lab import Round, brief

BARS = 24
NEAREST = 3  # trainees that are named when the truth is out


class Guesses(Answers):
    """What a class guessed in a round."""

    def __init__(self, round: Round) -> None:
        super().__init__(chats.number, words.guesses, words.no_one_number)
        self.round = round

    def table(self) -> pd.DataFrame:
        """One row a guess: who, the guess, and how far above (+) or below (−) the truth it is."""
        found = pd.DataFrame(self.given(), columns=["name", "guess"])
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
