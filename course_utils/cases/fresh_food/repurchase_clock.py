"""Lab: one shop's repurchase by the definition chosen, its recall by the day, its offer by weekday.

What it knows is the tables: the rates are counted in the purchases, the recall's curves are
smoothed through the holdout test, the offer's pull is the pilot's. Of the world it knows only what
the chapter says as well: the prices of a message and a delivery, the margin of an order.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from course_utils.analysis import repurchase_rate
from course_utils.analysis.orders import DEFINITIONS
from course_utils.cases.fresh_food.world import RHYTHMS, WEDNESDAY, World
from course_utils.figures.live import LiveFigure
from course_utils.figures.style import CLAIM, DATA, MUTED, TRUTH, YOU, panels
from course_utils.widgets.lab import Choices, Control, Lab, Slider

Array = NDArray[np.float64]
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
WHO = ("all", *RHYTHMS)
FROM = "2025-08-04"  # a Monday; the longest window and the days after it end with the table
WINDOWS = (7, 14, 21, 28)
SILENCES = np.arange(14, 91)  # days, as far as the test goes
PROFITS = (-800, 600)  # thousand yuan a quarter: the axis holds every setting of the controls


@dataclass(frozen=True)
class Settings:
    """How repurchase is counted, whom a message reaches and when, and the weekday of the offer.

    `window` and `silent` are days; `coupon` is yuan an order of who answers the message.
    """

    definition: str = "same window"
    who: str = "all"
    weekday: str = "Wed"
    window: int = 7
    silent: int = 14
    coupon: float = 8.0


class Result(NamedTuple):
    """Shares, but for `recalled` and `added` (customers a quarter) and money.

    `alone`, `messaged` and `profit` are curves over `SILENCES`; profits in thousand yuan a quarter.
    `days` is each weekday's orders with the offer, in percent of a usual week; `week` the change of
    the week in percent, `offer_profit` in yuan for 1,000 orders of a usual week.
    """

    rates: Array  # by definition
    alone: Array
    messaged: Array
    profit: Array
    recalled: float
    added: float
    days: Array
    week: float
    offer_profit: float


CONTROLS: tuple[Control, ...] = (
    Choices("definition", DEFINITIONS),
    Choices("who", WHO),
    Choices("weekday", WEEKDAYS),
    Slider("window", WINDOWS[0], WINDOWS[-1], 7),
    Slider("silent", int(SILENCES[0]), int(SILENCES[-1]), 1),
    Slider("coupon", 0, 12, 0.5, ".1f"),
)

PRESETS = {
    "slide": Settings(),
    "regulars": Settings(definition="next window", who="weekly", silent=30),
    "patience": Settings(definition="within days", who="occasional", silent=60),
    "weekend": Settings(definition="cohort", weekday="Sat", window=28, silent=45),
}


class Model:
    """The lab's arithmetic: everything that no control moves is worked out once."""

    def __init__(self, tables: Mapping[str, Any]) -> None:
        self._rates = _all_rates(tables["orders"])
        self._recall = {name: _recall_curves(tables, name) for name in RHYTHMS}
        self.usual, self._pull = _offer(tables["pilot"])

    def compute(self, settings: Settings) -> Result:
        """What these settings count, bring and cost."""
        world = World()
        names = RHYTHMS if settings.who == "all" else (settings.who,)
        reach = np.array([self._recall[name].reach for name in names])
        worth = np.array([self._recall[name].worth for name in names])[:, None]
        alone = np.array([self._recall[name].alone for name in names])
        messaged = np.array([self._recall[name].messaged for name in names])
        earned = (messaged - alone) * worth - messaged * settings.coupon - world.message
        place = settings.silent - SILENCES[0]
        weekday = WEEKDAYS.index(settings.weekday)
        days = self.usual * (1 + np.roll(self._pull, weekday - WEDNESDAY))
        week = float(days.sum() - 100)
        return Result(
            rates=self._rates[settings.window],
            alone=(reach * alone).sum(axis=0) / reach.sum(axis=0),
            messaged=(reach * messaged).sum(axis=0) / reach.sum(axis=0),
            profit=(reach * earned).sum(axis=0) / 1_000,
            recalled=float((reach * messaged)[:, place].sum()),
            added=float((reach * (messaged - alone))[:, place].sum()),
            days=days,
            week=week,
            offer_profit=10 * (world.order_margin * week - world.fee * days[weekday]),
        )


class _Recall(NamedTuple):
    """Of one rhythm, by days of silence: who is reached, and the return rates."""

    reach: Array
    alone: Array
    messaged: Array
    worth: float


def _all_rates(orders: Any) -> dict[int, Array]:
    """By window, the rate by each definition; within days and cohort take the window's days."""
    found = {}
    for window in WINDOWS:
        end = np.datetime64(FROM) + window
        days = {"within days": window, "cohort": window}
        found[window] = np.array(
            [
                repurchase_rate(orders, name, start=FROM, end=end, days=days.get(name)).rate
                for name in DEFINITIONS
            ]
        )
    return found


def _recall_curves(tables: Mapping[str, Any], rhythm: str) -> _Recall:
    """Smooth curves through the test's rates: quadratic in the logarithm of the silence."""
    rows = tables["lapsed"].query("rhythm == @rhythm")
    cells = rows.groupby(["arm", "silent_days"])["ordered"].agg(["mean", "size"])
    curves: dict[str, Array] = {}
    for arm in ("holdout", "message"):
        cell = cells.loc[arm]
        fit = np.polyfit(np.log(cell.index), cell["mean"], 2, w=np.sqrt(cell["size"]))
        curves[arm] = np.clip(np.polyval(fit, np.log(SILENCES)), 0.0, 1.0).astype(float)
    silence = tables["silence"].query("rhythm == @rhythm")
    reach = np.interp(SILENCES, silence["silent_days"], silence["customers"])
    return _Recall(reach, curves["holdout"], curves["message"], silence["worth"].iloc[0])


def _offer(pilot: Any) -> tuple[Array, Array]:
    """Each weekday's share of a usual week, percent, and what a Wednesday's offer does to it."""
    mean = pilot.groupby(["weekday", "offer", "after"])["orders"].mean().unstack("after")
    growth = (mean[True] / mean[False]).unstack("offer").loc[list(WEEKDAYS)]
    usual = mean[False].groupby("weekday").sum().loc[list(WEEKDAYS)]
    pull = (growth[1] / growth[0] - 1).to_numpy()
    return (100 * usual / usual.sum()).to_numpy(), pull


def takeaway(settings: Settings, result: Result, words: Mapping[str, Any]) -> str:
    """What the figure shows, in words."""
    labels = words["labels"]
    return words["takeaway"].format(
        definition=labels["definition"][settings.definition],
        window=settings.window,
        rate=100 * result.rates[DEFINITIONS.index(settings.definition)],
        who=words["messaged"][settings.who],
        silent=settings.silent,
        recalled=result.recalled / 1_000,
        added=result.added / 1_000,
        profit=result.profit[settings.silent - SILENCES[0]],
        weekday=labels["weekday"][settings.weekday],
        week=result.week,
        offer=result.offer_profit,
    )


class Figure:
    """The figure: five rates, the week with the offer, who answers a message, what it earns."""

    def __init__(self, words: Mapping[str, Any], usual: Array) -> None:
        said = words["figure"]
        figure, _ = panels(height=372)  # with its controls it just fits a projector
        figure.clear()
        rates = figure.add_axes((0.15, 0.61, 0.32, 0.3))
        days = figure.add_axes((0.575, 0.61, 0.405, 0.3))
        answers = figure.add_axes((0.075, 0.13, 0.395, 0.3))
        profit = figure.add_axes((0.575, 0.13, 0.405, 0.3))
        self._rates = self._draw_rates(rates, words)
        self._usual = usual
        self._days = self._draw_week(days, words)
        for axes, title in ((answers, said["answers"]), (profit, said["profit"])):
            axes.set(title=title, xlabel=said["silent"], xlim=(SILENCES[0], SILENCES[-1]))
        answers.set(ylabel=said["answers_y"], ylim=(0, 40))
        (self._messaged,) = answers.plot(SILENCES, 0 * SILENCES, color=CLAIM)
        (self._alone,) = answers.plot(SILENCES, 0 * SILENCES, color=MUTED)
        (self._answers,) = answers.plot([], [], "o", color=YOU, markersize=9, clip_on=False)
        answers.legend(
            [self._messaged, self._alone], [said["messaged"], said["alone"]], loc="upper right"
        )
        profit.set(ylabel=said["profit_y"], ylim=PROFITS)
        profit.axhline(0, color=MUTED, linewidth=1)
        (self._profit,) = profit.plot(SILENCES, 0 * SILENCES, color=DATA)
        (self._earned,) = profit.plot([], [], "o", color=YOU, markersize=9, clip_on=False)
        moving = [*self._rates, *self._days, self._messaged, self._alone, self._answers]
        self.live = LiveFigure(figure, [*moving, self._profit, self._earned], alt=words["alt"])

    def _draw_rates(self, axes: Axes, words: Mapping[str, Any]) -> Any:
        said = words["figure"]
        axes.set(title=said["rates"], xlim=(0, 80))
        axes.set(ylim=(4.6, -0.6), yticks=range(len(DEFINITIONS)))
        axes.set_yticklabels([words["labels"]["definition"][name] for name in DEFINITIONS])
        axes.grid(axis="x", visible=True)
        axes.grid(axis="y", visible=False)
        return axes.barh(range(len(DEFINITIONS)), [0] * len(DEFINITIONS), height=0.62)

    def _draw_week(self, axes: Axes, words: Mapping[str, Any]) -> Any:
        said = words["figure"]
        edges = np.append(self._usual, self._usual[-1])
        axes.step(np.arange(-0.5, 7), edges, where="post", color=TRUTH, linewidth=1.5)
        axes.set(title=said["days"], ylabel=said["days_y"], ylim=(0, 31), xlim=(-0.5, 6.5))
        axes.set_xticks(range(7), [words["labels"]["weekday"][name] for name in WEEKDAYS])
        return axes.bar(range(7), self._usual, width=0.62)

    def show(self, settings: Settings, result: Result) -> None:
        """Move the artists to this result."""
        for bar, name, rate in zip(self._rates, DEFINITIONS, result.rates, strict=True):
            bar.set_width(100 * rate)
            bar.set_color(YOU if name == settings.definition else DATA)
        for bar, name, orders in zip(self._days, WEEKDAYS, result.days, strict=True):
            bar.set_height(orders)
            bar.set_color(YOU if name == settings.weekday else DATA)
        place = settings.silent - SILENCES[0]
        self._messaged.set_ydata(100 * result.messaged)
        self._alone.set_ydata(100 * result.alone)
        answered = [100 * result.messaged[place], 100 * result.alone[place]]
        self._answers.set_data([settings.silent] * 2, answered)
        self._profit.set_ydata(result.profit)
        self._earned.set_data([settings.silent], [result.profit[place]])


def make_lab(words: Mapping[str, Any], tables: Mapping[str, Any]) -> Lab:
    """The lab, ready to use."""
    clock = Model(tables)
    return Lab(
        words=words,
        controls=CONTROLS,
        start=Settings(),
        presets=PRESETS,
        model=clock,
        figure=Figure(words, clock.usual),
        takeaway=takeaway,
        rounds={
            "slide": lambda _, result: 100 * result.added / result.recalled,
            "weekend": lambda _, result: result.week,
        },
    )
