"""Lab: who makes the difference between the invited and the others, and what an invitation proves.

Three kinds of people stand in both halves alike: those who join anyway, those who join because
they are invited, those who never join. The numbers are expected ones, nothing is drawn.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from course_utils.cases.restaurant_membership.world import World
from course_utils.figures.live import LiveFigure
from course_utils.figures.style import BAD, CLAIM, DATA, MUTED, TRUTH, panels
from course_utils.widgets.lab import Control, Lab, Slider

ANYWAY = 17  # percent of all diners who join uninvited
SPREAD = 3.6  # visits in half a year: how far diners differ where the half year before is alike
MARGIN = 1.645  # standard errors to each end of a 90% interval
EFFECT = 2.0  # visits that joining adds here: not the chapter's, which a verdict asks for
SHOWN = (-4.0, 10.0)  # visits


@dataclass(frozen=True)
class Settings:
    """An invitation: how many join because of it, what else it does, and how many people it met."""

    moved: int = 24  # percent of the invited who join because they are invited
    advert: float = 0.0  # percent by which the invitation by itself raises everybody's visits
    people: int = 40  # thousand, half of them invited


PRESETS = {
    "as_tested": Settings(),
    "in_the_bag": Settings(moved=2),
    "advert": Settings(advert=3.0),
    "both": Settings(moved=2, advert=3.0),
}

CONTROLS: tuple[Control, ...] = (
    Slider("moved", 1, 40, 1),
    Slider("advert", 0, 5, 0.5, ".1f"),
    Slider("people", 10, 200, 10),
)


class Result(NamedTuple):
    """What the test finds; visits in half a year, shares in percent of a half."""

    kinds: tuple[float, float, float]  # join anyway, if invited, never
    value: float  # the expected estimate
    low: float
    high: float
    truth: float  # what joining adds


class Model:
    """The expected Wald estimate of an invitation."""

    def __init__(self, world: World) -> None:
        self._mean = world.mean_visits

    def compute(self, settings: Settings) -> Result:
        """What the difference of the halves says, shared among those whom the invitation moved."""
        moved = settings.moved / 100
        advert = settings.advert / 100 * self._mean
        difference = moved * EFFECT + advert
        error = SPREAD * 2 / np.sqrt(1_000 * settings.people)  # of a difference of two halves
        value, margin = difference / moved, MARGIN * error / moved
        never = 100 - ANYWAY - settings.moved
        return Result(
            kinds=(ANYWAY, settings.moved, never),
            value=value,
            low=value - margin,
            high=value + margin,
            truth=EFFECT,
        )


def takeaway(settings: Settings, result: Result, words: Mapping[str, Any]) -> str:
    """What the figure shows, in words."""
    held = result.low <= result.truth <= result.high
    return words["takeaway"].format(
        moved=settings.moved,
        people=settings.people,
        value=result.value,
        low=result.low,
        high=result.high,
        truth=result.truth,
        ends=words["ends"]["holds" if held else "misses"],
    )


class Figure:
    """The figure: the three kinds in both halves, and the estimate beside the truth."""

    def __init__(self, words: Mapping[str, Any]) -> None:
        said = words["figure"]
        figure, (left, right) = panels((1, 1.3), height=340)
        left.set(title=said["halves_title"], ylabel=said["halves_y"], ylim=(0, 100))
        left.set(xlim=(-0.6, 1.6), xticks=(0, 1))
        left.set_xticklabels(said["halves"])
        self._bars = [_stack(left, place) for place in (0, 1)]
        left.legend(
            [self._bars[1][0], self._bars[1][1], self._bars[1][2]],
            said["kinds"],
            loc="upper center",
            bbox_to_anchor=(0.5, -0.09),
            ncols=3,
            handlelength=1,
            columnspacing=1,
        )
        right.set(title=said["estimate_title"], xlabel=said["estimate_x"], xlim=SHOWN)
        right.set(ylim=(-1, 1), yticks=[])
        right.grid(axis="x", visible=True)
        right.axvline(0, color=MUTED, linewidth=1)
        self._truth = right.axvline(0, 0, 0.8, color=TRUTH, label=said["truth"])
        (self._range,) = right.plot([0, 0], [0, 0], color=DATA, linewidth=5, label=said["range"])
        (self._value,) = right.plot([0], [0], "o", color=CLAIM, markersize=11, label=said["value"])
        right.legend(loc="upper center", bbox_to_anchor=(0.5, 1), ncols=3)
        moving = [*(bar for stack in self._bars for bar in stack), self._range, self._value]
        self.live = LiveFigure(figure, [*moving, self._truth], alt=words["alt"])

    def show(self, settings: Settings, result: Result) -> None:
        """Move the artists to these numbers."""
        anyway, moved, never = result.kinds
        for stack in self._bars:
            for bar, bottom, height in zip(
                stack, (0, anyway, anyway + moved), (anyway, moved, never), strict=True
            ):
                bar.set_y(bottom)
                bar.set_height(height)
        self._truth.set_xdata([result.truth] * 2)
        low, high = np.clip([result.low, result.high], *SHOWN)
        self._range.set_xdata([low, high])
        self._value.set_xdata([np.clip(result.value, *SHOWN)])


def _stack(axes: Axes, place: int) -> list[Rectangle]:
    """The three kinds in one half; whoever is no member there is pale."""
    colours = (DATA, BAD, MUTED)
    members = (True, place == 1, False)
    return [
        axes.bar(place, 1, width=0.8, color=colour, alpha=1 if member else 0.3)[0]
        for colour, member in zip(colours, members, strict=True)
    ]


def make_lab(words: Mapping[str, Any]) -> Lab:
    """The lab, ready to use."""
    return Lab(
        words=words,
        controls=CONTROLS,
        start=Settings(),
        presets=PRESETS,
        model=Model(World()),
        figure=Figure(words),
        takeaway=takeaway,
        rounds={"advert": lambda _, result: result.value},
    )
