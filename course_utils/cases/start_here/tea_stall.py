"""Lab: what should a cup of milk tea cost? Small, to learn how a lab works."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from course_utils.figures.live import LiveFigure
from course_utils.figures.style import DATA, MUTED, YOU, panels
from course_utils.widgets.lab import Lab, Slider, Switch

PRICES = np.linspace(6, 40, 69)


@dataclass(frozen=True)
class Settings:
    """Price of a cup in yuan, and whether tapioca pearls are in it."""

    price: int = 12
    pearls: bool = False


class Result(NamedTuple):
    """Cups and profit of a day at your price, and the profit at every price."""

    cups: float
    profit: float
    profits: NDArray[np.float64]


class Model:
    """What a day at the stall brings."""

    def compute(self, settings: Settings) -> Result:
        """Cups fall with the price; pearls cost 2 yuan and are worth 4 to those who come."""
        cost, worth = (7, 4) if settings.pearls else (5, 0)
        cups = 320 * np.exp(-(np.append(PRICES, settings.price) - worth) / 11)
        profit = cups * (np.append(PRICES, settings.price) - cost)
        return Result(float(cups[-1]), float(profit[-1]), profit[:-1])


def takeaway(settings: Settings, result: Result, words: Mapping[str, Any]) -> str:
    """What the figure shows, in words."""
    return words["takeaway"].format(price=settings.price, cups=result.cups, profit=result.profit)


class Figure:
    """The figure: profit by price, and where you stand on it."""

    def __init__(self, words: Mapping[str, Any]) -> None:
        figure, (axes,) = panels(height=300)
        axes.set(xlabel=words["figure"]["x"], ylabel=words["figure"]["y"])
        axes.set(xlim=(6, 40), ylim=(-300, 1_100), yticks=range(0, 1_001, 200))
        axes.axhline(0, color=MUTED, linewidth=1)
        figure.subplots_adjust(top=0.96)  # the lab has the title
        (self._curve,) = axes.plot(PRICES, 0 * PRICES, color=DATA)
        (self._you,) = axes.plot([], [], "o", color=YOU, markersize=12, clip_on=False)
        self.live = LiveFigure(figure, [self._curve, self._you], alt=words["alt"])

    def show(self, settings: Settings, result: Result) -> None:
        """Move the artists to this result."""
        self._curve.set_ydata(result.profits)
        self._you.set_data([settings.price], [result.profit])


def make_lab(words: Mapping[str, Any]) -> Lab:
    """The lab, ready to use."""
    return Lab(
        words=words,
        controls=(Switch("pearls"), Slider("price", 6, 40, 1)),
        start=Settings(),
        presets={"cheap": Settings(price=8), "fancy": Settings(price=24, pearls=True)},
        model=Model(),
        figure=Figure(words),
        takeaway=takeaway,
        rounds={"fancy": lambda _, result: result.profit},
    )
