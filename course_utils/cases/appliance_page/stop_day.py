"""Lab: stop the real test of the page on a day, and see what its report would have said."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from course_utils.analysis import sequential_p_values
from course_utils.figures.live import LiveFigure
from course_utils.figures.style import DATA, MUTED, YOU, panels
from course_utils.widgets.lab import Lab, Slider

ALPHA = 0.05  # a look is "significant" below it
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Settings:
    """The day on which the test is stopped, from 1."""

    day: int = 28


class Result(NamedTuple):
    """What was seen on each day up to the stop: points, with the ends of the 90% interval."""

    difference: Array
    low: Array
    high: Array
    significant: NDArray[np.bool_]


PRESETS = {"third": Settings(3), "week": Settings(7), "planned": Settings(28)}


class Model:
    """The test as a peeker sees it, worked out once for all days."""

    def __init__(self, page_test: pd.DataFrame) -> None:
        looks = sequential_p_values(
            page_test,
            day="date",
            arm="page",
            successes="purchases",
            trials="visitors",
            control="old",
            treatment="new",
        )
        self.days = len(looks)
        self._points = 100 * looks[["difference", "low", "high"]].to_numpy().T
        self._significant = looks["p_value"].to_numpy() < ALPHA

    def compute(self, settings: Settings) -> Result:
        """The looks up to the day of the stop."""
        seen = slice(settings.day)
        difference, low, high = self._points[:, seen]
        return Result(difference, low, high, self._significant[seen])


def takeaway(settings: Settings, result: Result, words: Mapping[str, Any]) -> str:
    """What a report of this day would say."""
    return words["takeaway"].format(
        day=settings.day,
        count=result.significant.sum(),
        highest=result.difference.max(),
        difference=result.difference[-1],
        low=result.low[-1],
        high=result.high[-1],
    )


class Figure:
    """The figure: the difference so far with its interval, a dot where the test is stopped."""

    def __init__(self, words: Mapping[str, Any], days: int) -> None:
        said = words["figure"]
        self._days = days
        figure, (axes,) = panels(height=340)
        axes.set(xlabel=said["x"], ylabel=said["y"], xlim=(0, days + 1), ylim=(-1, 4))
        axes.axhline(0, color=MUTED, linewidth=1)
        (self._low,) = axes.plot([], [], color=DATA, linewidth=1)
        (self._high,) = axes.plot([], [], color=DATA, linewidth=1)
        (self._line,) = axes.plot([], [], color=DATA, linewidth=3)
        (self._sure,) = axes.plot([], [], color=YOU, linewidth=3)
        (self._stop,) = axes.plot([], [], "o", color=YOU, markersize=12)
        moving = [self._low, self._high, self._line, self._sure, self._stop]
        self.live = LiveFigure(figure, moving, alt=words["alt"])

    def show(self, settings: Settings, result: Result) -> None:
        """Move the artists to this result."""
        days = np.arange(1, settings.day + 1)
        self._low.set_data(days, result.low)
        self._high.set_data(days, result.high)
        self._line.set_data(days, result.difference)
        self._sure.set_data([settings.day] * 2, [result.low[-1], result.high[-1]])
        self._stop.set_data([settings.day], [result.difference[-1]])


def make_lab(words: Mapping[str, Any], page_test: pd.DataFrame) -> Lab:
    """The lab, ready to use."""
    model = Model(page_test)
    return Lab(
        words=words,
        controls=(Slider("day", 1, model.days, 1),),
        start=Settings(model.days),
        presets=PRESETS,
        model=model,
        figure=Figure(words, model.days),
        takeaway=takeaway,
        rounds={"third": lambda _, result: float(result.difference[-1])},
    )
