"""The truth beside a trainee's verdict: a small figure and what it says in words."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from IPython.display import display

from course_utils.exercises.feedback import Feedback
from course_utils.exercises.numerals import unit_in_words, written, written_range
from course_utils.exercises.verdicts import Calibration, Verdict, judge
from course_utils.figures.picture import Picture
from course_utils.figures.style import CLAIM, DATA, MUTED, TRUTH, YOU, panels
from course_utils.widgets import words as engine_words

ROW = 26  # pixels


@dataclass(frozen=True)
class Reveal:
    """What a reveal shows.

    `verdict` is the range that counts, `first` the one given before the work, `guess` what was
    guessed at the beginning of the chapter, if anything was. `careful` is what a careful analyst
    makes of the same data, `rivals` what the tempting estimates would have made of them, by name.
    """

    verdict: Verdict
    first: Verdict
    truth: float
    claim: float
    careful: Verdict | None
    unit: str
    calibration: Calibration
    words: str
    guess: float | None = None
    rivals: Mapping[str, Verdict] = field(default_factory=dict)

    def __str__(self) -> str:
        judged = judge(self.verdict, self.truth, reference=self.careful)
        unit = "%" if self.unit == "percent" else self.unit
        score = written(judged.score)
        scored = engine_words.score.format(score=score)
        if self.careful:
            careful = written(judge(self.careful, self.truth).score)
            scored = engine_words.score_beside.format(score=score, careful=careful)
        said = [f"{judged.sentence(unit, self._spread())} {scored}"]
        if self.first != self.verdict:
            said.append(self._worth_of_the_work())
        return "\n\n".join([*said, self.calibration.sentence(), self.words])

    __repr__ = __str__

    def _worth_of_the_work(self) -> str:
        first, last = (judge(one, self.truth).score for one in (self.first, self.verdict))
        said = engine_words.work_paid if last < first else engine_words.work_lost
        return str(said.format(first=written(first), last=written(last)))

    def _spread(self) -> float:
        """The width of the range in which the truth can be known; 0 if no analyst gives one."""
        return self.careful.width if self.careful else 0.0

    def _ipython_display_(self) -> None:
        display(self.picture())
        display(Feedback("info", str(self)))

    def _rows(self) -> list[tuple[str, str, Verdict]]:
        """The name, the colour and the range of each row, from top to bottom."""
        rows = [(engine_words.claim, CLAIM, Verdict(self.claim, self.claim))]
        if self.guess is not None:
            rows.append((engine_words.guess, YOU, Verdict(self.guess, self.guess)))
        rows += [(name, MUTED, rival) for name, rival in self.rivals.items()]
        if self.careful:
            rows.append((engine_words.careful, DATA, self.careful))
        if self.first != self.verdict:
            rows.append((engine_words.you_first, YOU, self.first))
        return [*rows, (engine_words.you, YOU, self.verdict)]

    def picture(self) -> Picture:
        """The claim, the rivals, the careful range, the trainee's own; the truth through all."""
        rows = self._rows()
        height = 100 + ROW * len(rows)
        figure, (axes,) = panels(height=height)
        for place, (_, colour, row) in enumerate(rows):
            axes.plot(
                [row.low, row.high], [place, place], "-o", color=colour, linewidth=4, markersize=7
            )
        axes.axvline(self.truth, color=TRUTH)
        truth = written(self.truth, spread=self._spread())
        ends = [end for *_, row in rows for end in (row.low, row.high)]
        inward = -1 if self.truth > (min(ends) + max(ends)) / 2 else 1  # the label needs room
        axes.annotate(
            engine_words.truth.format(truth=truth),
            (self.truth, -0.7),
            (6 * inward, 0),
            textcoords="offset points",
            ha="left" if inward > 0 else "right",
            va="center",
            color=TRUTH,
        )
        axes.set(
            xlabel=unit_in_words(self.unit), ylim=(len(rows) - 0.5, -1.1), yticks=range(len(rows))
        )
        axes.set_yticklabels([name for name, *_ in rows])
        axes.tick_params(axis="y", labelsize=12, length=0)
        axes.grid(axis="x", visible=True)
        axes.grid(axis="y", visible=False)
        axes.margins(x=0.12)
        figure.subplots_adjust(left=0.3, top=1 - 8 / height, bottom=58 / height)
        said = "; ".join(
            f"{name} {written_range(row.low, row.high)}"
            if row.width
            else f"{name} {written(row.low)}"
            for name, _, row in rows
        )
        unit = unit_in_words(self.unit)
        said = engine_words.revealed.format(truth=truth, unit=unit, rows=said)
        return Picture(figure, said, spoken=True)
