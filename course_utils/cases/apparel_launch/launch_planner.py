"""Lab: plan a launch, and see its twelve months in a thousand futures.

What it knows are the tables of year one, fitted; it doesn't know the world.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.patches import Polygon
from matplotlib.text import Text
from numpy.typing import NDArray

from course_utils.analysis import acquisition_curve
from course_utils.cases.apparel_launch.launch_model import (
    MONTHS,
    NEVER,
    WEEKS_A_MONTH,
    Futures,
    Market,
    draw_futures,
    grown_evenly,
    live,
)
from course_utils.cases.apparel_launch.launch_model import (
    Plan as Settings,
)
from course_utils.figures.live import LiveFigure
from course_utils.figures.style import BAD, CLAIM, DATA, GOOD, MUTED, YOU, panels
from course_utils.widgets.lab import Control, Lab, Slider, Switch

Array = NDArray[np.float64]
FUTURES = 1_000
MONTH = np.arange(1, MONTHS + 1)
GATE, YEAR = 100_000, 50_000_000  # the founder's two figures: pieces a month, yuan in year one
BAND = (0.05, 0.5, 0.95)

PRESETS = {
    "year_one": Settings(),
    "buy_the_gate": Settings(promotion=60),
    "one_platform": Settings(pinduoduo=100),
    "everywhere": Settings(opens=1, budget=480),
    "gate_first": Settings(opens=1, budget=480, gate=100),
}

CONTROLS: tuple[Control, ...] = (
    Switch("dearer"),
    Slider("price", 49, 149, 10),
    Slider("promotion", 0, 60, 2),
    Slider("pinduoduo", 0, 100, 5),
    Slider("opens", 1, NEVER, 1),
    Slider("budget", 60, 720, 60),
    Slider("gate", 0, 150, 10),
)


class Result(NamedTuple):
    """What a plan leads to. Bands are 3 × 12: the 5%, 50% and 95% of the futures, by month.

    Pieces in thousands, money in million yuan; `net` and `gmv` are added up over the months.
    Chances are shares of the futures; `profit` counts the customers' later orders too.
    """

    pieces: Array
    gmv: Array
    net: Array
    cash: Array
    reaches_gate: float
    reaches_year: float
    reaches_year_net: float
    lowest_cash: float
    out_of_cash: float
    profit: float
    opening: float  # the middle month in which the new store opens, where it does; 13: never
    opened: float  # share of the futures in which it does


# What the tables say -----------------------------------------------------------------------


def fitted_market(tables: Mapping[str, pd.DataFrame], futures: int = FUTURES) -> Market:
    """What a next line will meet, as year one's tables tell it, one plausible truth a future.

    `tables` holds acquisition, orders, sales, price_test and plan_costs.
    """
    costs = tables["plan_costs"].set_index("item")["amount"]
    sales, test = tables["sales"], tables["price_test"]
    logs = _plausible_curves(tables["acquisition"], costs, futures)
    tested = test.groupby("price")[["visitors", "buyers", "buyers_again"]].sum()
    bought = np.log(tested["buyers"] / tested["visitors"])
    total = sales[["orders", "pieces"]].sum()
    regular = sales.loc[sales["tier"] == "regular", ["gmv", "pieces"]].sum()
    list_price = float(tested.index.max())
    store_price, store_returns = costs["store, first order"] / 100, costs["store, returns"] / 100
    first, later = _returns(tables["orders"])
    return Market(
        advertising=grown_evenly(costs["advertising, month 1"], costs["advertising, month 12"]),
        level=logs[..., 0],
        elasticity=logs[..., 1],
        cost_inflation=-logs[..., 2],
        first_price=np.array(
            [
                costs["first order on Pinduoduo"],
                costs["first order on Douyin"],
                store_price * list_price,
            ]
        ),
        price_slope=float(-np.polyfit(tested.index, bought, 1)[0]),
        comes_again=(tested["buyers_again"] / tested["buyers"]).to_numpy(),
        reorder=_reorder(tables["acquisition"], sales),
        pieces_an_order=float(total["pieces"] / total["orders"]),
        coupons=float(regular["gmv"] / regular["pieces"] / list_price),
        returns_first=np.array([*first, store_returns]),
        returns_later=np.array([*later, store_returns]),
        goods=costs["goods"],
        shipping=costs["shipping"],
        handling=costs["return"],
        overhead=costs["overhead"],
        cash=costs["cash at the start"],
        store_setup=costs["store, opening"],
        store_month=costs["store, team"],
        store_price=store_price,
        store_ramp=costs["store, settling"],
        store_data=costs["store, user data"],
    )


def _plausible_curves(acquisition: pd.DataFrame, costs: pd.Series, futures: int) -> Array:
    """Log level, elasticity and −cost_inflation of each channel: 3 × futures × 3."""
    rng = np.random.default_rng(2)
    drawn = []
    for platform, conditions in (
        ("Pinduoduo", ["festival", "rule_change"]),
        ("Douyin", ["festival"]),
    ):
        weeks = acquisition[acquisition["platform"] == platform].dropna()
        curve = acquisition_curve(weeks, conditions=conditions)
        drawn.append(rng.multivariate_normal(curve.logs, curve.covariance, futures))
    bend = costs["store, elasticity"]
    store = [np.log(costs["store, customers"]) - bend * np.log(100_000), bend, 0.0]
    return np.stack([*drawn, np.tile(store, (futures, 1))])


def _reorder(acquisition: pd.DataFrame, sales: pd.DataFrame) -> float:
    """Later orders a customer on the books and month: all orders less the first ones."""
    came = acquisition["new_customers"].interpolate().to_numpy().reshape(2, -1)
    on_books = came.cumsum(axis=1) - came
    return float(WEEKS_A_MONTH * (sales["orders"].sum() - came.sum()) / on_books.sum())


def _returns(orders: pd.DataFrame) -> tuple[Array, Array]:
    """Share of orders that come back, of first and of later ones, Pinduoduo and Douyin.

    Of orders at least 30 days old, whose returns are all in. First orders are mostly at the trial
    price, later ones at the regular.
    """
    date = pd.to_datetime(orders["date"])
    old = orders[date.max() - date >= pd.Timedelta(days=30)]
    rates = old.pivot_table("returned", "tier", "platform")[["Pinduoduo", "Douyin"]]
    return rates.loc["trial"].to_numpy(), rates.loc["regular"].to_numpy()


def expected_of_openings(
    tables: Mapping[str, pd.DataFrame], openings: Mapping[str, Settings]
) -> dict[str, tuple[float, float]]:
    """What the tables say of each plan beforehand: the expected profit, yuan, and the chance of
    a loss.
    """
    meets, ahead = fitted_market(tables), draw_futures(FUTURES, np.random.default_rng(1))
    expected = {}
    for name, plan in openings.items():
        years = live(plan, meets, ahead)
        profit = years.profit.sum(axis=0) + years.worth
        expected[name] = (float(profit.mean()), float((profit < 0).mean()))
    return expected


# The lab -----------------------------------------------------------------------------------


class Model:
    """The lab's arithmetic, on a market that was fitted once and futures drawn once."""

    def __init__(self, market: Market, futures: Futures) -> None:
        self._market = market
        self._futures = futures

    def compute(self, settings: Settings) -> Result:
        """Live the plan in every future, and sum up."""
        years = live(settings, self._market, self._futures)
        gmv, net = years.gmv.cumsum(axis=0), years.net.cumsum(axis=0)
        lowest = years.cash.min(axis=0)
        opened = years.is_open.any(axis=0)
        months = 1 + years.is_open.argmax(axis=0)[opened]
        return Result(
            pieces=_band(years.pieces) / 1e3,
            gmv=_band(gmv) / 1e6,
            net=_band(net) / 1e6,
            cash=_band(years.cash) / 1e6,
            reaches_gate=float((years.pieces.max(axis=0) >= GATE).mean()),
            reaches_year=float((gmv[-1] >= YEAR).mean()),
            reaches_year_net=float((net[-1] >= YEAR).mean()),
            lowest_cash=float(np.median(lowest)) / 1e6,
            out_of_cash=float(years.broke.mean()),
            profit=float((years.profit.sum(axis=0) + years.worth).mean()) / 1e6,
            opening=float(np.median(months)) if opened.any() else NEVER,
            opened=float(opened.mean()),
        )


def _band(months: Array) -> Array:
    """The 5%, 50% and 95% of the futures, month by month: 3 × 12."""
    places = [round(share * (months.shape[1] - 1)) for share in BAND]
    # Single precision sorts at once what would cost more to part in three, and shows no difference.
    return np.sort(months.astype(np.float32), axis=1)[:, places].T.astype(float)


def takeaway(settings: Settings, result: Result, words: Mapping[str, Any]) -> str:
    """What the figure shows, in words."""
    waits = settings.gate and settings.opens != NEVER
    kind = "never" if settings.opens == NEVER else "waits" if waits else "opens"
    store = words[kind].format(
        month=settings.opens,
        budget=settings.budget,
        gate=settings.gate,
        opened=100 * result.opened,
        opening=result.opening,
    )
    return words["takeaway"].format(
        price=settings.price,
        promotion=settings.promotion,
        store=store,
        pieces=result.pieces[1, -1],
        gate=100 * result.reaches_gate,
        year=100 * result.reaches_year,
        net=100 * result.reaches_year_net,
        cash=result.lowest_cash,
        broke=100 * result.out_of_cash,
        profit=result.profit,
    )


class Figure:
    """The figure: pieces a month, revenue so far, and cash, each as a band of futures."""

    def __init__(self, words: Mapping[str, Any]) -> None:
        said = words["figure"]
        figure, (pieces, money, cash) = panels((1, 1, 1), height=350)
        figure.subplots_adjust(top=0.8, bottom=0.25)  # room for the chances and for the legend
        for axes in (pieces, money, cash):
            axes.set(xlabel=said["month"], xlim=(1, MONTHS), xticks=range(2, MONTHS + 1, 2))
        pieces.set(ylabel=said["pieces_y"], ylim=(0, 250))
        money.set(ylabel=said["money_y"], ylim=(0, 130))
        cash.set(ylabel=said["cash_y"], ylim=(-15, 15))
        for axes, name in ((pieces, "pieces"), (money, "money"), (cash, "cash")):
            axes.set_title(said[f"{name}_title"], pad=24)
        # The headlines' levels are drawn over the bands, or they would take the bands' colour.
        levels = [
            axes.axhline(level, color=CLAIM, linewidth=1.5, linestyle="--", zorder=3)
            for axes, level in ((pieces, GATE / 1e3), (money, YEAR / 1e6))
        ]
        cash.axhline(0, color=MUTED, linewidth=1)
        self._pieces = _Band(pieces, DATA)
        self._gmv, self._net = _Band(money, CLAIM), _Band(money, DATA)
        self._cash = _Band(cash, GOOD)
        (self._opens,) = pieces.plot([], [], color=YOU, linewidth=2, clip_on=False)
        self._chances = [
            _chance(axes, said[name], colour)
            for axes, name, colour in (
                (pieces, "gate", DATA),
                (money, "year", CLAIM),
                (cash, "broke", BAD),
            )
        ]
        figure.legend(
            [self._opens, levels[0], self._gmv.middle, self._net.middle],
            [said["opens"], said["headline"], said["gmv"], said["net"]],
            loc="lower center",
            ncols=4,
            handlelength=1.4,
        )
        bands = (self._pieces, self._gmv, self._net, self._cash)
        moving: list[Artist] = [artist for band in bands for artist in (band.area, band.middle)]
        moving += [*levels, self._opens, *self._chances]
        self.live = LiveFigure(figure, moving, alt=words["alt"])

    def show(self, settings: Settings, result: Result) -> None:
        """Move the artists to this result."""
        self._pieces.move(result.pieces)
        self._gmv.move(result.gmv)
        self._net.move(result.net)
        self._cash.move(result.cash)
        shown = result.opening != NEVER
        self._opens.set_data([result.opening] * 2 if shown else [], [0, 250] if shown else [])
        chances = (result.reaches_gate, result.reaches_year, result.out_of_cash)
        for text, chance in zip(self._chances, chances, strict=True):
            text.set_text(f"{100 * chance:.0f}%")


def _chance(axes: Axes, words: str, colour: str) -> Text:
    """A number that moves, in front of words that stand still."""
    axes.text(0.24, 1.05, words, transform=axes.transAxes, color=colour)
    return axes.text(0.215, 1.05, "", transform=axes.transAxes, color=colour, ha="right")


class _Band:
    """The range that nine futures in ten keep to, and the middle one."""

    def __init__(self, axes: Axes, colour: str) -> None:
        self.area = Polygon(np.zeros((2, 2)), closed=True, color=colour, alpha=0.25, linewidth=0)
        axes.add_patch(self.area)
        (self.middle,) = axes.plot(MONTH, np.zeros(MONTHS), color=colour)

    def move(self, band: Array) -> None:
        low, middle, high = band
        edge = np.column_stack([np.r_[MONTH, MONTH[::-1]], np.r_[high, low[::-1]]])
        self.area.set_xy(edge)
        self.middle.set_ydata(middle)


def make_lab(words: Mapping[str, Any], tables: Mapping[str, pd.DataFrame]) -> Lab:
    """The lab, ready to use."""
    ahead = draw_futures(FUTURES, np.random.default_rng(1))
    return Lab(
        words=words,
        controls=CONTROLS,
        start=Settings(opens=6),  # with a store, so that each of its controls shows what it does
        presets=PRESETS,
        model=Model(fitted_market(tables), ahead),
        figure=Figure(words),
        takeaway=takeaway,
        rounds={
            "one_platform": lambda _, result: 100 * result.reaches_gate,
            "everywhere": lambda _, result: 100 * result.out_of_cash,
        },
    )
