"""Lab: a list of those who came less, and what becomes of them by itself.

Regulars are drawn once. Their visits vary from eight weeks to the next by chance alone, unless some
of them really leave. The list is made as the chapter's lists are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from course_utils.cases.restaurant_membership.world import World
from course_utils.figures.live import LiveFigure
from course_utils.figures.style import CLAIM, DATA, MUTED, TRUTH, panels
from course_utils.widgets.lab import Choices, Control, Lab, Slider

Array = NDArray[Any]
REGULARS = 40_000
LEFT = 0.3  # of the visits of somebody who leaves, once they have begun to
LISTS = ("fell", "rose")
VISITS = (0.0, 8.0)  # in eight weeks
PERCENT = (-60.0, 120.0)


@dataclass(frozen=True)
class Settings:
    """Who is on the list, how many regulars really leave, and what the service adds."""

    listed: str = "fell"
    service: int = 0  # percent more visits
    leaving: int = 0  # percent of all regulars


PRESETS = {
    "nothing": Settings(),
    "as_tested": Settings(service=5),
    "leavers": Settings(leaving=30),
    "rose": Settings(listed="rose", service=5),
}

CONTROLS: tuple[Control, ...] = (
    Choices("listed", LISTS),
    Slider("service", 0, 30, 5),
    Slider("leaving", 0, 60, 5),
)


class Result(NamedTuple):
    """Mean visits in eight weeks; percents are changes from the weeks before the list."""

    share: float  # of all regulars who are on the list
    listed: Array  # earlier, recent, after, with the service
    alone: Array  # the same without it
    seen: float  # percent: what a slide shows
    added: float  # percent: what the service adds to the visits after


class Model:
    """The lab's arithmetic, on regulars that were drawn once."""

    def __init__(self, world: World, rng: np.random.Generator) -> None:
        scale = world.regular_visits / world.regular_shape
        rate = scale * rng.standard_gamma(world.regular_shape, REGULARS)
        self._earlier, recent, after = rng.poisson(rate, (3, REGULARS))
        self._order = rng.permutation(REGULARS)  # whoever has a low place leaves first
        self._recent = recent, rng.binomial(recent, LEFT)
        self._after = after, rng.binomial(after, LEFT)

    def compute(self, settings: Settings) -> Result:
        """Make the list, and look at its weeks before, in and after."""
        leaves = self._order < settings.leaving / 100 * REGULARS
        recent, after = (np.where(leaves, gone, stay) for stay, gone in (self._recent, self._after))
        earlier = self._earlier
        on = recent < earlier if settings.listed == "fell" else recent > earlier
        alone = np.array([weeks[on].mean() for weeks in (earlier, recent, after)])
        listed = alone.copy()
        listed[2] *= 1 + settings.service / 100
        return Result(
            share=float(on.mean()),
            listed=listed,
            alone=alone,
            seen=100 * float(listed[2] / listed[1] - 1),
            added=float(settings.service),
        )


def takeaway(settings: Settings, result: Result, words: Mapping[str, Any]) -> str:
    """What the figure shows, in words."""
    return words["takeaway"].format(
        share=100 * result.share,
        listed=words["lists"][settings.listed],
        leaving=settings.leaving,
        recent=result.listed[1],
        after=result.listed[2],
        seen=result.seen,
        added=result.added,
    )


class Figure:
    """The figure: the list's visits over three times eight weeks, the slide and the service."""

    def __init__(self, words: Mapping[str, Any]) -> None:
        said = words["figure"]
        figure, (left, right) = panels((1.6, 1), height=340)
        left.set(title=said["weeks_title"], ylabel=said["weeks_y"], ylim=VISITS, xlim=(-0.3, 2.3))
        left.set_xticks(range(3), said["weeks"])
        places = np.arange(3)
        (self._alone,) = left.plot(places, places, "--o", color=MUTED, label=said["alone"])
        (self._listed,) = left.plot(places, places, "-o", color=DATA, label=said["served"])
        left.legend(loc="upper right", ncols=2)
        right.set(title=said["percent_title"], ylabel=said["percent_y"], ylim=PERCENT)
        right.axhline(0, color=MUTED, linewidth=1)
        right.set(xlim=(-0.6, 1.6))
        right.set_xticks((0, 1), said["bars"])
        self._bars = list(right.bar((0, 1), (1, 1), width=0.6, color=(CLAIM, TRUTH)))
        self.live = LiveFigure(figure, [self._alone, self._listed, *self._bars], alt=words["alt"])

    def show(self, settings: Settings, result: Result) -> None:
        """Move the artists to these numbers."""
        self._alone.set_ydata(result.alone)
        self._listed.set_ydata(result.listed)
        for bar, percent in zip(self._bars, (result.seen, result.added), strict=True):
            bar.set_height(np.clip(percent, *PERCENT))


def make_lab(words: Mapping[str, Any]) -> Lab:
    """The lab, ready to use."""
    return Lab(
        words=words,
        controls=CONTROLS,
        start=Settings(),
        presets=PRESETS,
        model=Model(World(), np.random.default_rng(6)),
        figure=Figure(words),
        takeaway=takeaway,
        rounds={
            "nothing": lambda _, result: result.seen,
            "rose": lambda _, result: result.seen,
        },
    )
