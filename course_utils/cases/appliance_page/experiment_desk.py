"""Lab: plan an experiment, and see what thousands of experiments of that plan would report."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from course_utils.analysis import power, sample_size, simulate_peeking
from course_utils.figures.live import LiveFigure
from course_utils.figures.style import BAD, DATA, GOOD, MUTED, TRUTH, YOU, panels
from course_utils.widgets.lab import Lab, Slider

TESTS = 4_000  # simulated for each move, of a page that works and of one that does nothing
DAY_GRID = np.arange(1, 61)
GAIN_EDGES = np.linspace(-1, 3, 81)  # points
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Settings:
    """A plan: conversion now in percent, the true gain in points, traffic, days and looks."""

    baseline: float = 2.2
    effect: float = 0.5
    visitors: int = 1_000
    days: int = 28
    looks: int = 1


class Result(NamedTuple):
    """What the plan means. Shares are shares, gains are in points."""

    visitors_an_arm: int
    power: float
    power_by_day: Array
    days_needed: int
    reported: Array
    wins: NDArray[np.bool_]
    exaggeration: float
    alarms: float


PRESETS = {
    "august": Settings(visitors=5_000),
    "small_shop": Settings(visitors=600, days=21),
    "peeker": Settings(looks=28),
    "tiny_effect": Settings(visitors=5_000, effect=0.1),
}

CONTROLS = (
    Slider("baseline", 0.5, 10.0, 0.1, ".1f"),
    Slider("effect", 0.1, 2.0, 0.1, ".1f"),
    Slider("visitors", 200, 20_000, 200, ",d"),
    Slider("days", 1, 60, 1),
    Slider("looks", 1, 30, 1),
)


class Model:
    """What thousands of experiments of a plan report."""

    def compute(self, settings: Settings) -> Result:
        """Power by formula; reports and false alarms from 4,000 simulated tests of each kind.

        The random draws are the same at every move, so that the eye sees the settings' work alone.
        """
        rate, gain = settings.baseline / 100, settings.effect / 100
        visitors = settings.visitors * settings.days / 2
        error = np.sqrt((rate * (1 - rate) + (rate + gain) * (1 - rate - gain)) / visitors)
        tests = simulate_peeking(
            settings.looks, rng=np.random.default_rng(1), tests=TESTS, drift=gain / error
        )
        nothing = simulate_peeking(settings.looks, rng=np.random.default_rng(2), tests=TESTS)
        stopped = np.where(tests.first_crossing > 0, tests.first_crossing, settings.looks)
        z = tests.z[np.arange(TESTS), stopped - 1]
        reported = 100 * z * error * np.sqrt(settings.looks / stopped)
        wins = (tests.first_crossing > 0) & (z > 0)
        return Result(
            visitors_an_arm=round(visitors),
            power=float(power(rate, gain, visitors)),
            power_by_day=np.asarray(power(rate, gain, settings.visitors * DAY_GRID / 2)),
            days_needed=int(np.ceil(2 * sample_size(rate, gain) / settings.visitors)),
            reported=reported,
            wins=wins,
            exaggeration=float(reported[wins].mean() / settings.effect),
            alarms=float(np.mean(nothing.first_crossing > 0)),
        )


def takeaway(settings: Settings, result: Result, words: Mapping[str, Any]) -> str:
    """What the figure shows, in words."""
    short = words["short"].format(days=result.days_needed)
    looks = words["one_look" if settings.looks == 1 else "many_looks"]
    return words["takeaway"].format(
        visitors=result.visitors_an_arm,
        effect=settings.effect,
        power=100 * result.power,
        verdict=short if result.power < 0.795 else words["enough"],
        looks=looks.format(looks=settings.looks),
        alarms=100 * result.alarms,
        exaggeration=result.exaggeration,
    )


class Figure:
    """The figure: power by days, the reports of all tests and of the winners, false alarms."""

    def __init__(self, words: Mapping[str, Any]) -> None:
        said = words["figure"]
        figure, (left, middle, right) = panels((5, 5, 2.6), height=360)
        left.set(title=said["power_title"], xlabel=said["power_x"], xlim=(0, 60))
        left.set(ylabel=said["power_y"], ylim=(0, 102))
        left.axhline(80, color=MUTED, linewidth=1, linestyle="--")
        (self._curve,) = left.plot(DAY_GRID, np.zeros(len(DAY_GRID)), color=DATA)
        (self._plan,) = left.plot([28], [0], "o", color=YOU, markersize=10, clip_on=False)
        middle.set(title=said["effect_title"], xlabel=said["effect_x"], yticks=[])
        middle.set(xlim=(GAIN_EDGES[0], GAIN_EDGES[-1]), ylim=(0, 1.55), ylabel=said["effect_y"])
        flat = np.zeros(len(GAIN_EDGES) - 1)
        self._all = middle.stairs(flat, GAIN_EDGES, fill=True, color=MUTED, alpha=0.35)
        self._winners = middle.stairs(flat, GAIN_EDGES, fill=True, color=GOOD, alpha=0.75)
        (self._truth,) = middle.plot([0, 0], [0, 1.02], color=TRUTH, linewidth=2)
        handles = [self._truth, self._all, self._winners]
        labels = [said["truth"], said["all"], said["winners"]]
        middle.legend(handles, labels, loc="upper right", handlelength=1.2)
        right.set(title=said["alarm_title"], ylabel=said["alarm_y"], ylim=(0, 50), xticks=[])
        right.set_xlim(0, 1)
        right.axhline(5, color=MUTED, linewidth=1, linestyle="--")
        right.text(0.98, 5.8, said["promised"], color=MUTED, ha="right", fontsize=11)
        self._alarms = right.stairs([0], [0.04, 0.24], fill=True, color=BAD)
        moving = [self._curve, self._plan, self._all, self._winners, self._truth, self._alarms]
        self.live = LiveFigure(figure, moving, alt=words["alt"])

    def show(self, settings: Settings, result: Result) -> None:
        """Move the artists to this result."""
        self._curve.set_ydata(100 * result.power_by_day)
        self._plan.set_data([settings.days], [100 * result.power])
        reports = _count(result.reported)
        tallest = reports.max()
        self._all.set_data(reports / tallest)
        self._winners.set_data(_count(result.reported[result.wins]) / tallest)
        self._truth.set_xdata([settings.effect] * 2)
        self._alarms.set_data([100 * result.alarms])


def _count(gains: Array) -> Array:
    """Tests by reported gain; those beyond the axis stand in its last bars."""
    inside = np.clip(gains, GAIN_EDGES[0], GAIN_EDGES[-1] - 1e-9)
    return np.histogram(inside, GAIN_EDGES)[0].astype(float)


def make_lab(words: Mapping[str, Any]) -> Lab:
    """The lab, ready to use."""
    return Lab(
        words=words,
        controls=CONTROLS,
        start=Settings(),
        presets=PRESETS,
        model=Model(),
        figure=Figure(words),
        takeaway=takeaway,
        rounds={
            "peeker": lambda _, result: 100 * result.alarms,
            "small_shop": lambda plan, result: plan.effect * result.exaggeration,
        },
    )
