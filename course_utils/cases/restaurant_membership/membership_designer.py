"""Lab: design a membership programme, and live a year of 100,000 customers under it.

What it knows of membership and service is what the chapter's tests say. How membership's lift falls
to belonging and to coupons, and what a gift would do for the restaurant, nobody has tested: that is
assumed. What a ladder would do, a slider asks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from course_utils.analysis import encouragement_effect
from course_utils.cases.restaurant_membership.membership_model import (
    DECILES,
    MONTHS,
    SCHEMES,
    SEGMENTS,
    Base,
    Effects,
    Programme,
    live_year,
)
from course_utils.cases.restaurant_membership.membership_model import (
    Year as Result,
)
from course_utils.cases.restaurant_membership.world import (
    World,
    customer_base,
    effects,
    mean_profits,
)
from course_utils.figures.live import LiveFigure
from course_utils.figures.style import CLAIM, DATA, INK, MUTED, TRUTH, panels
from course_utils.widgets.lab import Choices, Control, Lab, Slider

Array = NDArray[np.float64]
CUSTOMERS = 100_000
YEAR_MONTHS = np.arange(1, 13)
ADDED = (-6.0, 24.0)  # million yuan a year
OWED = (1e4, 2e7)  # yuan
GAINS = (-750.0, 650.0)  # yuan a customer in three years

_EXPECTING = 20_000  # customers: enough for what is expected of each programme


@dataclass(frozen=True)
class Settings(Programme):
    """A programme, and by how many percent the ladder raises the visits of who hardly comes."""

    adds: int = 9


PRESETS = {
    "as_it_is": Settings(),
    "coupons_only": Settings(service=0),
    "generous": Settings(threshold=120, coupon=40),
    "gift": Settings(scheme="gift", service=0),
    "ladder": Settings(scheme="ladder", service=0),
}

CONTROLS: tuple[Control, ...] = (
    Choices("scheme", SCHEMES),
    Slider("threshold", 120, 400, 20),
    Slider("coupon", 0, 40, 5),
    Slider("service", 0, 20, 1),
    Slider("adds", 0, 20, 1),
)


def measured_effects(diners: pd.DataFrame, regulars: pd.DataFrame) -> Effects:
    """What a programme meets, with membership's and the service's lift as the tests found them.

    A lift is the effect over what the same people would do without: for the card, the visits of
    those who join because they are invited (Imbens & Rubin 1997, Review of Economic Studies 64).
    """
    world = World()
    card: dict[str, Any] = {"invited": "invited", "joined": "member", "outcome": "visits"}
    added = encouragement_effect(diners, **card, controls=["visits_before"]).value
    scale = added / _without(diners) / world.lift
    autumn = regulars[regulars["season"] == "autumn"]
    contact: dict[str, Any] = {"invited": "served", "joined": "served", "outcome": "after"}
    served = encouragement_effect(autumn, **contact, controls=["earlier", "recent"]).value
    return replace(
        effects(world),
        belong=scale * world.belong,
        reward=scale * world.reward,
        service=served / autumn.loc[autumn["served"] == 0, "after"].mean(),
    )


def _without(diners: pd.DataFrame) -> float:
    """Visits without the card of those who join because they are invited."""
    outside = diners.assign(out=1 - diners["member"])
    outside["visits_out"] = outside["visits"] * outside["out"]
    return encouragement_effect(
        outside, invited="invited", joined="out", outcome="visits_out"
    ).value


def expected_of_programmes(diners: pd.DataFrame, regulars: pd.DataFrame) -> dict[str, tuple[float]]:
    """What the chapter's tests say of each choice beforehand: its profit in two years, yuan."""
    world, found = World(), measured_effects(diners, regulars)
    base = customer_base(world, np.random.default_rng(5), _EXPECTING)
    expected = mean_profits(world, base, found)
    return {name: (yuan * world.base / _EXPECTING,) for name, yuan in expected.items()}


class Model:
    """The lab's arithmetic, on a base that was drawn once."""

    def __init__(self, base: Base, effects: Effects) -> None:
        self._base = base
        self._effects = effects

    def compute(self, settings: Settings) -> Result:
        """Live the base's result."""
        effects = replace(self._effects, ladder=settings.adds / 100)
        return live_year(settings, self._base, effects)


def takeaway(settings: Settings, result: Result, words: Mapping[str, Any]) -> str:
    """What the figure shows, in words."""
    whole = result.value.sum()
    scheme = words["labels"]["scheme"][settings.scheme]
    if settings.scheme == "ladder":
        scheme = words["with_ladder"].format(adds=settings.adds)
    return words["takeaway"].format(
        threshold=settings.threshold,
        coupon=settings.coupon,
        scheme=scheme,
        service=settings.service,
        members=100 * result.members,
        seen=result.seen.sum() / 1e6,
        profit=result.profit / 1e6,
        before=100 * result.repurchase[0],
        after=100 * result.repurchase[1],
        face=result.owed_face[-1] / 1e3,
        owed=result.owed[-1] / 1e3,
        value=whole / CUSTOMERS,
        top=100 * result.value[0] / whole,
    )


class Figure:
    """The figure: increments by segment, what is owed by month, and value gained by tenth."""

    def __init__(self, words: Mapping[str, Any]) -> None:
        said = words["figure"]
        figure, (left, middle, right) = panels((1.3, 1, 1), height=380)
        left.set(title=said["segments_title"], ylabel=said["segments_y"], ylim=ADDED)
        left.set(xlim=(-0.6, len(SEGMENTS) - 0.4), xticks=range(len(SEGMENTS)))
        left.set_xticklabels(said["segments"])
        middle.set(title=said["owed_title"], ylabel=said["owed_y"])
        middle.set(xlim=(1, 12), xticks=range(2, 13, 2), yscale="log", ylim=OWED)
        middle.set_yticks([1e4, 1e5, 1e6, 1e7], said["owed_ticks"])
        middle.minorticks_off()
        right.set(title=said["value_title"], ylabel=said["value_y"], xlabel=said["value_x"])
        right.set(xlim=(0.4, DECILES + 0.6), xticks=range(1, DECILES + 1), ylim=GAINS)
        for axes in (left, right):
            axes.axhline(0, color=MUTED, linewidth=1)
        self._seen = _bars(left, -0.2, CLAIM)
        self._true = _bars(left, 0.2, TRUTH)
        (self._face,) = middle.plot(YEAR_MONTHS, np.ones(12), color=CLAIM)
        (self._owed,) = middle.plot(YEAR_MONTHS, np.ones(12), color=TRUTH)
        edges = np.arange(0.5, DECILES + 1)
        left.text(0.27, 0.94, said["profit"], transform=left.transAxes, color=INK)
        self._profit = left.text(0.24, 0.94, "", transform=left.transAxes, color=INK, ha="right")
        self._gain = right.stairs(np.zeros(DECILES), edges, fill=True, color=DATA)
        _legend(left, [self._seen[0], self._true[0]], said["bars"])
        _legend(middle, [self._face, self._owed], said["lines"])
        moving = [*self._seen, *self._true, self._face, self._owed, self._gain, self._profit]
        self.live = LiveFigure(figure, moving, alt=words["alt"])

    def show(self, settings: Settings, result: Result) -> None:
        """Move the artists to these numbers."""
        for bars, yuan in ((self._seen, result.seen), (self._true, result.increment)):
            for bar, height in zip(bars, yuan, strict=True):
                bar.set_height(height / 1e6)
        for line, yuan in ((self._face, result.owed_face), (self._owed, result.owed)):
            line.set_ydata(np.maximum(np.interp(YEAR_MONTHS, MONTHS, yuan), 1))
        self._profit.set_text(f"{result.profit / 1e6:z.1f}")
        self._gain.set_data(result.value_gain / (CUSTOMERS / DECILES))


def _bars(axes: Axes, shift: float, colour: str) -> list[Rectangle]:
    """A bar for each segment, of no height yet."""
    heights = np.zeros(len(SEGMENTS))
    return list(axes.bar(np.arange(len(SEGMENTS)) + shift, heights, width=0.4, color=colour))


def _legend(axes: Axes, artists: Sequence[Artist], labels: Sequence[str]) -> None:
    """A legend under the axes, where nothing moves."""
    axes.legend(
        artists,
        labels,
        loc="upper center",
        bbox_to_anchor=(0.5, -0.09),
        ncols=2,
        handlelength=1,
        columnspacing=1.2,
    )


def make_lab(words: Mapping[str, Any], diners: pd.DataFrame, regulars: pd.DataFrame) -> Lab:
    """The lab, ready to use."""
    base = customer_base(World(), np.random.default_rng(5), CUSTOMERS)
    return Lab(
        words=words,
        controls=CONTROLS,
        start=PRESETS["ladder"],  # so that every control moves something
        presets=PRESETS,
        model=Model(base, measured_effects(diners, regulars)),
        figure=Figure(words),
        takeaway=takeaway,
        rounds={
            "generous": lambda _, result: result.profit / 1e6,
            "coupons_only": lambda _, result: result.profit / 1e6,
        },
    )
