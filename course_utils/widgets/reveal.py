"""The truth beside a trainee's verdict: a small figure and what it says in words."""

from dataclasses import dataclass

from IPython.display import display

from course_utils.exercises.feedback import Feedback
from course_utils.exercises.numerals import unit_in_words, written, written_range
from course_utils.exercises.verdicts import Calibration, Verdict, judge
from course_utils.figures.picture import Picture
from course_utils.figures.style import CLAIM, DATA, TRUTH, YOU, panels
from course_utils.widgets import words as engine_words


@dataclass(frozen=True)
class Reveal:
    """What a reveal shows; `careful` is what a careful analyst makes of the same data."""

    verdict: Verdict
    truth: float
    claim: float
    careful: Verdict | None
    unit: str
    calibration: Calibration
    words: str

    def __str__(self) -> str:
        judged = judge(self.verdict, self.truth, reference=self.careful)
        unit = "%" if self.unit == "percent" else self.unit
        score = written(judged.score)
        scored = engine_words.score.format(score=score)
        if self.careful:
            careful = written(judge(self.careful, self.truth).score)
            scored = engine_words.score_beside.format(score=score, careful=careful)
        first = f"{judged.sentence(unit, self._spread())} {scored}"
        return "\n\n".join([first, self.calibration.sentence(), self.words])

    __repr__ = __str__

    def _spread(self) -> float:
        """The width of the range in which the truth can be known; 0 if no analyst gives one."""
        return self.careful.width if self.careful else 0.0

    def _ipython_display_(self) -> None:
        display(self.picture())
        display(Feedback("info", str(self)))

    def picture(self) -> Picture:
        """The claim, the careful range, the trainee's range, and the truth through them all."""
        figure, (axes,) = panels(height=260)
        rows = [(engine_words.claim, CLAIM, self.claim, self.claim)]
        if self.careful:
            rows.append((engine_words.careful, DATA, self.careful.low, self.careful.high))
        rows.append((engine_words.you, YOU, self.verdict.low, self.verdict.high))
        for place, (_, colour, low, high) in enumerate(rows):
            axes.plot([low, high], [place, place], "-o", color=colour, linewidth=4, markersize=9)
        axes.axvline(self.truth, color=TRUTH)
        truth = written(self.truth, spread=self._spread())
        ends = [end for row in rows for end in row[2:]]
        inward = -1 if self.truth > (min(ends) + max(ends)) / 2 else 1  # the label needs room
        axes.annotate(
            engine_words.truth.format(truth=truth),
            (self.truth, -0.55),
            (6 * inward, 0),
            textcoords="offset points",
            ha="left" if inward > 0 else "right",
            va="center",
            color=TRUTH,
        )
        axes.set(
            xlabel=unit_in_words(self.unit), ylim=(len(rows) - 0.5, -0.9), yticks=range(len(rows))
        )
        axes.set_yticklabels([name for name, *_ in rows])
        axes.tick_params(axis="y", labelsize=12, length=0)
        axes.grid(axis="x", visible=True)
        axes.grid(axis="y", visible=False)
        axes.margins(x=0.12)
        figure.subplots_adjust(left=0.18, top=0.95, bottom=0.22)
        return Picture(
            figure,
            engine_words.revealed.format(
                claim=written(self.claim, self.unit),
                range=written_range(self.verdict.low, self.verdict.high),
                truth=truth,
            ),
        )
