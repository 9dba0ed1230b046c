"""Lab: compose a page of four elements, and see what it would sell and earn.

What it knows is the test of the elements, fitted; it doesn't know the world.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from course_utils.cases.appliance_page.world import ELEMENTS, NEW_PAGE, OLD_PAGE, World
from course_utils.exercises.kinds import Pick
from course_utils.figures.live import LiveFigure
from course_utils.figures.style import DATA, MUTED, TRUTH, YOU, panels
from course_utils.widgets.lab import Control, Lab, Slider, Switch

Array = NDArray[np.float64]
DRAWS = 400
PAGES = np.array(list(product((False, True), repeat=len(ELEMENTS))))  # 16 × 4
PHONE, COMPUTER = 1.0, 0.0

# The axes stand still, so they hold every setting of the controls.
CONVERSIONS = (0.8, 4.2)  # percent
AGAINST_OLD = (-4.0, 6.5)  # million yuan a year
PARTS = (-4.5, 6.0)  # million yuan a year


@dataclass(frozen=True)
class Settings:
    """A page, the percentage of its visits that come by phone, and the margin of an order."""

    comparison: bool = False
    reviews: bool = False
    offer: bool = False
    button: bool = False
    phones: int = 75
    margin: int = 160

    @property
    def page(self) -> tuple[bool, ...]:
        """The four elements, on or off."""
        return tuple(getattr(self, name) for name in ELEMENTS)


class Result(NamedTuple):
    """Per draw of the fitted model and page (draws × 16); money in million yuan a year."""

    conversion: Array
    profit: Array
    yours: int
    parts: Array  # draws × 4: profit with an element less profit without it, on your page


PRESETS = {
    "old": Settings(),
    "new": Settings(*NEW_PAGE),
    "desks": Settings(*NEW_PAGE, phones=0),
}

CONTROLS: tuple[Control, ...] = (
    *(Switch(name) for name in ELEMENTS),
    Slider("phones", 0, 100, 5),
    Slider("margin", 100, 300, 10),
)


def fit(element_test: pd.DataFrame) -> Array:
    """Plausible conversions of each page on each device, given the test: draws × 16 × 2.

    A logistic regression (statsmodels) with each element's effect by device and all pairs of
    elements; the draws come from its large-sample normal distribution.
    """
    from statsmodels.genmod.families import Binomial
    from statsmodels.genmod.generalized_linear_model import GLM

    phone = (element_test["device"] == "phone").to_numpy().astype(float)
    bought = element_test["purchases"].to_numpy()
    rest = element_test["visitors"].to_numpy() - bought
    model = GLM(
        np.column_stack([bought, rest]),
        _design(element_test[list(ELEMENTS)].to_numpy(float), phone),
        family=Binomial(),
    ).fit()
    rng = np.random.default_rng(16)
    drawn = rng.multivariate_normal(model.params, model.cov_params(), DRAWS)
    both = [_design(PAGES.astype(float), np.full(len(PAGES), on)) for on in (PHONE, COMPUTER)]
    return np.stack([1 / (1 + np.exp(-drawn @ design.T)) for design in both], axis=-1)


def _design(shown: Array, phone: Array) -> Array:
    pairs = [shown[:, i] * shown[:, j] for i, j in combinations(range(len(ELEMENTS)), 2)]
    by_device = shown * phone[:, None]
    return np.column_stack([np.ones(len(shown)), phone, shown, by_device, *pairs])


class Model:
    """The lab's arithmetic, on conversions that were fitted once."""

    def __init__(self, element_test: pd.DataFrame, world: World) -> None:
        self._conversion = fit(element_test)
        self._coupon = world.offer_cost * PAGES[:, ELEMENTS.index("offer")]
        self._upkeep = PAGES @ np.array([world.comparison_cost, world.reviews_cost, 0, 0])
        self._visits = world.visits_a_year

    def compute(self, settings: Settings) -> Result:
        """Conversion and profit of all sixteen pages, and what each element does on yours."""
        mix = np.array([settings.phones, 100 - settings.phones]) / 100
        conversion = self._conversion @ mix
        profit = self._visits * conversion * (settings.margin - self._coupon) - self._upkeep
        yours = page_number(settings.page)
        parts = [
            profit[:, page_number(_with(settings.page, i, True))]
            - profit[:, page_number(_with(settings.page, i, False))]
            for i in range(len(ELEMENTS))
        ]
        return Result(conversion, profit / 1e6, yours, np.column_stack(parts) / 1e6)


def page_number(page: tuple[bool, ...]) -> int:
    """Which of the sixteen rows of `PAGES` a page is."""
    return sum(on << place for place, on in enumerate(reversed(page)))


def _with(page: tuple[bool, ...], place: int, on: bool) -> tuple[bool, ...]:
    return (*page[:place], on, *page[place + 1 :])


def takeaway(settings: Settings, result: Result, words: Mapping[str, Any]) -> str:
    """What the figure shows, in words."""
    profit = result.profit[:, result.yours]
    low, high = np.quantile(profit, [0.05, 0.95])
    chosen = frozenset(name for name, on in zip(ELEMENTS, settings.page, strict=True) if on)
    return words["takeaway"].format(
        page=Pick(ELEMENTS).show(chosen),
        conversion=100 * result.conversion[:, result.yours].mean(),
        profit=profit.mean(),
        low=low,
        high=high,
        against=_against_old(result),
    )


def _against_old(result: Result) -> float:
    """Profit of your page less the old page's, million yuan a year."""
    profit = result.profit.mean(axis=0)
    return float(profit[result.yours] - profit[page_number(OLD_PAGE)])


class Figure:
    """The figure: sixteen pages by conversion and profit, and your page's elements in money."""

    def __init__(self, words: Mapping[str, Any]) -> None:
        said = words["figure"]
        figure, (left, right) = panels((5, 4), height=400)
        left.set_position((0.085, 0.155, 0.43, 0.725))
        right.set_position((0.69, 0.155, 0.29, 0.725))  # room for the elements' names
        left.set(title=said["pages_title"], xlabel=said["pages_x"], ylabel=said["pages_y"])
        left.set(xlim=CONVERSIONS, ylim=AGAINST_OLD)
        (self._others,) = left.plot([], [], "o", color=MUTED, markersize=7, alpha=0.7)
        (self._old,) = left.plot([], [], "s", color=TRUTH, markersize=8)
        (self._sure,) = left.plot([], [], color=YOU, linewidth=2)
        (self._yours,) = left.plot([], [], "o", color=YOU, markersize=12)
        handles = [self._yours, self._old, self._others]
        labels = [said["yours"], said["old_page"], said["others"]]
        # On paper of its own, or the grid runs through the words.
        paper: dict[str, Any] = {"frameon": True, "framealpha": 1, "edgecolor": "none"}
        left.legend(handles, labels, loc="upper left", handlelength=1, **paper)
        right.set(title=said["parts_title"], xlabel=said["parts_x"], xlim=PARTS)
        names = [words["labels"][name] for name in ELEMENTS]
        right.set(ylim=(3.6, -0.6), yticks=range(4), yticklabels=names)
        right.axvline(0, color=MUTED, linewidth=1)
        right.grid(axis="y", visible=False)
        self._ranges = [right.plot([], [], color=DATA, linewidth=3)[0] for _ in ELEMENTS]
        self._off = right.plot([], [], "o", color=DATA, mfc="white", mew=2, markersize=10)[0]
        self._on = right.plot([], [], "o", color=DATA, markersize=10)[0]
        moving = [self._others, self._old, self._sure, self._yours]
        moving += [*self._ranges, self._off, self._on]
        self.live = LiveFigure(figure, moving, alt=words["alt"])

    def show(self, settings: Settings, result: Result) -> None:
        """Move the artists to this result."""
        yours, old = result.yours, page_number(OLD_PAGE)
        conversion = 100 * result.conversion.mean(axis=0)
        against = result.profit - result.profit[:, [old]]
        profit = against.mean(axis=0)
        self._others.set_data(conversion, profit)
        self._old.set_data([conversion[old]], [profit[old]])
        self._yours.set_data([conversion[yours]], [profit[yours]])
        self._sure.set_data([conversion[yours]] * 2, np.quantile(against[:, yours], [0.05, 0.95]))
        lows, highs = np.quantile(result.parts, [0.05, 0.95], axis=0)
        for place, line in enumerate(self._ranges):
            line.set_data([lows[place], highs[place]], [place, place])
        on, middle = np.array(settings.page), result.parts.mean(axis=0)
        self._on.set_data(middle[on], np.flatnonzero(on))
        self._off.set_data(middle[~on], np.flatnonzero(~on))


def make_lab(words: Mapping[str, Any], element_test: pd.DataFrame) -> Lab:
    """The lab, ready to use."""
    return Lab(
        words=words,
        controls=CONTROLS,
        start=Settings(),
        presets=PRESETS,
        model=Model(element_test, World()),
        figure=Figure(words),
        takeaway=takeaway,
        rounds={"desks": lambda _, result: _against_old(result)},
    )
