"""Lab: spread a week's budget over four channels, and see it through three lenses.

What it knows of effects is the tables: the responses of search ads and Douyin are fitted to the
spend test, notes and pages stand at what their tables say, with an assumed curve. Usual spends,
upkeep and that curve are the brand's.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from course_utils.analysis import (
    Response,
    average_roas,
    best_mix,
    difference_in_differences,
    fit_response,
    marginal_roas,
)
from course_utils.cases.beauty_traffic.exercises import live, panel, test
from course_utils.cases.beauty_traffic.world import CHANNELS, PAID, World
from course_utils.figures.live import LiveFigure
from course_utils.figures.style import CLAIM, TRUTH, YOU, panels
from course_utils.widgets.lab import Choices, Control, Lab, Slider

Array = NDArray[np.float64]
LENSES = ("last_click", "reported", "incremental")
TOPS = {"zhitongche": 1_000, "douyin": 1_200, "notes": 500, "pages": 200}
PROFITS = (-1_050, 1_450)  # thousand yuan a week: the axis holds every setting of the controls
TOTALS = np.arange(0, sum(TOPS.values()) + 1, 100)  # for which the best mixes are found


@dataclass(frozen=True)
class Settings:
    """Spend of each channel, thousand yuan a week, and the lens through which it is seen."""

    lens: str = "last_click"
    zhitongche: int = 540
    douyin: int = 460
    notes: int = 110
    pages: int = 40

    @property
    def spends(self) -> Array:
        """The four spends, in the order of `CHANNELS`."""
        return np.array([getattr(self, name) for name in CHANNELS], float)


class Result(NamedTuple):
    """Spends and profits, thousand yuan a week; profits as the lens sees them and really."""

    best: Array  # spends of the lens's best mix of your total
    yours_seen: float
    yours_real: float
    best_seen: float
    best_real: float
    top_real: float  # what the best mix of all earns by the tests, the rest in the bank
    next_yuan: Array  # what each channel's next yuan brings at your spends, by the tests


CONTROLS: tuple[Control, ...] = (
    Choices("lens", LENSES),
    *(Slider(name, 0, top, 10, ",d") for name, top in TOPS.items()),
)


def seen_roi(tables: Mapping[str, Any]) -> dict[str, Array]:
    """Each lens's ROI of each channel as things are, from the chapter's tables.

    Last click and platform count the orders in `ads` and the visits in `notes`. Neither knows
    untouched products, so a page gets the whole rise of its visits.
    """
    world = World()
    ads = tables["ads"].groupby("channel").sum(numeric_only=True).loc[list(PAID)]
    notes = tables["notes"].drop_duplicates("note_id").sum(numeric_only=True)
    search = tables["search"]
    reworked = search[search["reworked"] == 1]
    visits = reworked.groupby(reworked["date"] >= live)["visits"].mean()
    worth = 7 * visits[False] * world.visit_worth / world.page_upkeep
    rise = visits[True] / visits[False] - 1
    uplift = difference_in_differences(search, start=live, **panel).effect
    by_link = world.visit_worth * notes["visits"] / notes["cost"]
    by_platform = world.visit_worth * notes["reported_visits"] / notes["cost"]
    last_click = ads["last_click_revenue"] / ads["spend"]
    reported = ads["reported_revenue"] / ads["spend"]
    tested = [average_roas(curve, spend) for curve, spend in _paid(tables["spend_test"])]
    return {
        "last_click": np.array([*last_click, by_link, worth * rise]),
        "reported": np.array([*reported, by_platform, worth * rise]),
        "incremental": np.array([*tested, by_link, worth * uplift]),
    }


def _paid(spend_test: Any) -> list[tuple[Response, float]]:
    """Fitted response and usual spend of search ads and Douyin, thousand yuan in the country."""
    world = World()
    found = []
    for channel, usual in zip(PAID, world.usual, strict=True):
        curve = fit_response(spend_test[spend_test["channel"] == channel], **test)
        scale = 1 / (1_000 * world.group_share)
        found.append((Response(curve.capacity * scale, curve.half_saturation * scale), usual))
    return found


def curves(tables: Mapping[str, Any]) -> dict[str, list[Response]]:
    """The responses of the four channels as each lens sees them, thousand yuan a week.

    All lenses see the same bend; what they dispute is the height.
    """
    start = Settings().spends
    halves = [curve.half_saturation for curve, _ in _paid(tables["spend_test"])]
    halves += [fade * spend for fade, spend in zip(World().fades, start[2:], strict=True)]
    return {
        lens: [
            Response(roi * (half + spend), half)
            for roi, half, spend in zip(rois, halves, start, strict=True)
        ]
        for lens, rois in seen_roi(tables).items()
    }


class Model:
    """The lab's arithmetic: the lenses' curves, and their best mixes found once for each total."""

    def __init__(self, curves: Mapping[str, Sequence[Response]], margin: float) -> None:
        self.curves = curves
        self._margin = margin
        self._best = {
            lens: np.array([np.zeros(4), *(best_mix(seen, total) for total in TOTALS[1:])])
            for lens, seen in curves.items()
        }

    def best(self, lens: str, total: float) -> Array:
        """The lens's best mix of at most a total: what isn't worth spending stays in the bank."""
        most = self.break_even(lens)
        if most.sum() <= total:
            return most
        return np.array([np.interp(total, TOTALS, spends) for spends in self._best[lens].T])

    def break_even(self, lens: str) -> Array:
        """Each channel up to where its next yuan just earns itself back."""
        seen = self.curves[lens]
        spends = [math.sqrt(c.capacity * c.half_saturation * self._margin) for c in seen]
        halves = [c.half_saturation for c in seen]
        return np.maximum(0, np.array(spends) - halves)

    def profit(self, lens: str, spends: Array) -> float:
        """Margin on what the lens sees sold, less the spend: thousand yuan a week."""
        channels = zip(self.curves[lens], spends, strict=True)
        sold = sum(curve.revenue(spend) for curve, spend in channels)
        return float(self._margin * sold - spends.sum())

    def compute(self, settings: Settings) -> Result:
        """Your mix and the lens's best, seen through the lens and through the tests."""
        spends, lens, real = settings.spends, settings.lens, "incremental"
        best = self.best(lens, spends.sum())
        return Result(
            best=best,
            yours_seen=self.profit(lens, spends),
            yours_real=self.profit(real, spends),
            best_seen=self.profit(lens, best),
            best_real=self.profit(real, best),
            top_real=self.profit(real, self.break_even(real)),
            next_yuan=np.array(
                [
                    float(marginal_roas(curve, spend))
                    for curve, spend in zip(self.curves[real], spends, strict=True)
                ]
            ),
        )

    def presets(self) -> dict[str, Settings]:
        """Today's mix, and what each lens would make of today's total."""
        total = Settings().spends.sum()
        found = {"today": Settings()}
        for lens in LENSES:
            spends = np.clip(10 * np.rint(self.best(lens, total) / 10), 0, list(TOPS.values()))
            mix = dict(zip(CHANNELS, spends.astype(int).tolist(), strict=True))
            found[lens] = Settings(lens=lens, **mix)
        return found


def takeaway(settings: Settings, result: Result, words: Mapping[str, Any]) -> str:
    """What the figure shows, in words."""
    mix = ", ".join(
        words["mix"].format(channel=words["labels"][name], spend=spend)
        for name, spend in zip(CHANNELS, result.best, strict=True)
    )
    return words["takeaway"].format(
        lens=words["labels"]["lens"][settings.lens],
        total=settings.spends.sum(),
        mix=mix,
        next_yuan=", ".join(
            words["next"].format(channel=words["labels"][name], roi=roi)
            for name, roi in zip(CHANNELS, result.next_yuan, strict=True)
        ),
        **{k: v for k, v in result._asdict().items() if k not in ("best", "next_yuan")},
    )


class Figure:
    """The figure: each channel's curve through the lens and really, and four profits."""

    def __init__(self, words: Mapping[str, Any], curves: Mapping[str, Sequence[Response]]) -> None:
        self._curves = curves
        said = words["figure"]
        figure, (right,) = panels(height=400)
        right.set_position((0.745, 0.135, 0.235, 0.71))
        self._channels = [
            self._channel(figure, place, words["labels"][name], said)
            for place, name in enumerate(CHANNELS)
        ]
        figure.text(0.006, 0.49, said["revenue"], rotation=90, va="center")
        right.set_title(said["profit"], fontsize=12, pad=6)
        right.set(xlabel=said["profit_x"], xlim=PROFITS)
        right.set(ylim=(3.6, -0.6), yticks=range(4))
        right.set_yticklabels(said["bars"])
        right.axvline(0, color=TRUTH, linewidth=1)
        right.grid(axis="x", visible=True)
        right.grid(axis="y", visible=False)
        self._bars = right.barh(range(4), [0] * 4, height=0.6, color=[CLAIM, TRUTH] * 2)
        (self._top,) = right.plot([], [], color=TRUTH, linestyle=":")
        figure.legend(
            [*self._channels[0], self._top],
            [said["lens"], said["best"], said["you"], said["tests"], said["top"]],
            loc="upper left",
            bbox_to_anchor=(0.08, 1.0),
            ncols=5,
            handlelength=1.2,
        )
        moving = [artist for channel in self._channels for artist in channel[:3]]
        self.live = LiveFigure(figure, [*moving, *self._bars, self._top], alt=words["alt"])

    def _channel(
        self, figure: Any, place: int, name: str, said: Mapping[str, Any]
    ) -> tuple[Line2D, ...]:
        """One channel's curves: what moves (lens, its best, you), then what the tests say."""
        row, column = divmod(place, 2)
        axes = figure.add_axes((0.095 + 0.285 * column, 0.555 - 0.42 * row, 0.205, 0.29))
        top = list(TOPS.values())[place]
        spends = np.linspace(0, top, 60)
        highest = max(float(self._curves[lens][place].revenue(top)) for lens in LENSES)
        axes.set(xlim=(0, top), ylim=(0, 1.08 * highest))
        axes.set_title(name, fontsize=12, pad=6)
        axes.locator_params(nbins=4)
        if row:
            axes.set_xlabel(said["spend"])
        (tests,) = axes.plot(
            spends, self._curves["incremental"][place].revenue(spends), color=TRUTH
        )
        (lens,) = axes.plot(spends, 0 * spends, color=CLAIM)
        (best,) = axes.plot([], [], "D", color=CLAIM, markersize=8, clip_on=False)
        (you,) = axes.plot([], [], "o", color=YOU, markersize=9, clip_on=False)
        return lens, best, you, tests

    def show(self, settings: Settings, result: Result) -> None:
        """Move the artists to this result."""
        for place, (line, diamond, dots, _) in enumerate(self._channels):
            seen, real = (self._curves[lens][place] for lens in (settings.lens, "incremental"))
            spend = settings.spends[place]
            # A best beyond the axis stands at its end; the sentence gives the number.
            best = min(result.best[place], TOPS[CHANNELS[place]])
            line.set_ydata(seen.revenue(line.get_xdata()))
            diamond.set_data([best], [seen.revenue(best)])
            dots.set_data([spend] * 2, [seen.revenue(spend), real.revenue(spend)])
        for bar, profit in zip(self._bars, result[1:5], strict=True):
            bar.set_width(profit)
        self._top.set_data([result.top_real] * 2, [-0.5, 3.5])


def make_lab(words: Mapping[str, Any], tables: Mapping[str, Any]) -> Lab:
    """The lab, ready to use."""
    mixer = Model(curves(tables), World().margin)
    return Lab(
        words=words,
        controls=CONTROLS,
        start=Settings(),
        presets=mixer.presets(),
        model=mixer,
        figure=Figure(words, mixer.curves),
        takeaway=takeaway,
        rounds={
            "last_click": lambda _, result: result.yours_real,
            "incremental": lambda _, result: result.yours_real,
        },
    )
