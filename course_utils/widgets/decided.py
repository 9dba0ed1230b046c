"""The price of a decision beside all that could have been chosen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from textwrap import fill

from IPython.display import display
from matplotlib.axes import Axes

from course_utils.exercises.feedback import Feedback
from course_utils.figures.picture import Picture
from course_utils.figures.style import DATA, INK, MUTED, TRUTH, YOU, panels
from course_utils.widgets import words

MOST = 7  # options that are shown
ROW = 28  # pixels
LETTERS = 30  # of an option's name in a line


@dataclass(frozen=True)
class Option:
    """What a choice earns in this world, yuan; what was expected; how likely a loss was, 0 to 1."""

    profit: float
    expected: float | None = None
    loss: float | None = None


@dataclass(frozen=True)
class Decided(Feedback):
    """What is said of a decision, with a picture of the options."""

    chosen: str = ""
    options: Mapping[str, Option] = field(default_factory=dict)

    def _ipython_display_(self) -> None:
        display(self.picture())
        display(Feedback(self.status, self.text))

    def shown(self) -> dict[str, Option]:
        """The best options in this world, the best first, and the chosen one wherever it comes."""
        ranked = sorted(self.options, key=lambda name: -self.options[name].profit)
        names = ranked[:MOST]
        if self.chosen not in names:
            names[-1] = self.chosen
        return {name: self.options[name] for name in names}

    def picture(self) -> Picture:
        """A bar for what each option earns, a ring for what was expected of it."""
        options = self.shown()
        scale, unit = _scale(options)
        height = 80 + ROW * len(options)
        figure, (axes,) = panels(height=height)
        for place, (name, option) in enumerate(options.items()):
            colour = YOU if name == self.chosen else MUTED
            axes.barh(place, option.profit / scale, height=0.62, color=colour, alpha=0.85)
            if option.expected is not None:
                axes.plot(
                    option.expected / scale,
                    place,
                    "o",
                    markersize=9,
                    markerfacecolor="white",
                    markeredgecolor=DATA,
                    markeredgewidth=2.5,
                )
        self._label(axes, options)
        axes.axvline(0, color=TRUTH, linewidth=1)
        expects = any(option.expected is not None for option in options.values())
        label = words.bars_and_rings if expects else words.bars
        axes.set(xlabel=label.format(unit=unit), ylim=(len(options) - 0.4, -0.6))
        axes.grid(axis="x", visible=True)
        axes.grid(axis="y", visible=False)
        axes.margins(x=0.08)
        right = 0.8 if any(option.loss is not None for option in options.values()) else 0.97
        figure.subplots_adjust(left=0.3, right=right, top=1 - 8 / height, bottom=58 / height)
        return Picture(figure, self._in_words(options), spoken=True)

    def _label(self, axes: Axes, options: Mapping[str, Option]) -> None:
        names = [fill(self._named(name), LETTERS) for name in options]
        axes.set_yticks(range(len(options)), names)
        axes.tick_params(axis="y", labelsize=12, length=0)
        for place, option in enumerate(options.values()):
            if option.loss is not None:
                axes.annotate(
                    words.loss.format(loss=round(100 * option.loss)),
                    (1.02, place),
                    xycoords=("axes fraction", "data"),
                    va="center",
                    color=INK,
                )

    def _named(self, name: str) -> str:
        return str(words.chosen.format(name=name)) if name == self.chosen else name

    def _in_words(self, options: Mapping[str, Option]) -> str:
        scale, unit = _scale(options)
        rows = []
        for name, option in options.items():
            row = f"{self._named(name)} {option.profit / scale:.2f}"
            about = []
            if option.expected is not None:
                about.append(words.expected.format(expected=f"{option.expected / scale:.2f}"))
            if option.loss is not None:
                about.append(words.loss.format(loss=round(100 * option.loss)))
            rows.append(f"{row} ({', '.join(about)})" if about else row)
        left = len(self.options) - len(options)
        others = words.others.format(left=left) if left else ""
        return str(words.options.format(unit=unit, rows="; ".join(rows), others=others)).strip()


def _scale(options: Mapping[str, Option]) -> tuple[float, str]:
    """The unit in which the profits have few digits: how many yuan it is, and its name."""
    largest = max(abs(option.profit) for option in options.values())
    units = {1e6: words.millions, 1e3: words.thousands, 1.0: words.yuan}
    return next((size, name) for size, name in units.items() if largest >= 2 * size or size == 1)
