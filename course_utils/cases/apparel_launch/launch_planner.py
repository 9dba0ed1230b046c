"""Lab: plan a launch, and see its twelve months in a thousand futures.

What it knows are the tables of year one, fitted; it doesn't know the world.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib import rcParams
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Polygon
from matplotlib.path import Path
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D, ScaledTranslation
from numpy.typing import NDArray

from course_utils.analysis import acquisition_curve
from course_utils.cases.apparel_launch.launch import (
    MONTHS,
    NEVER,
    WEEKS_A_MONTH,
    Futures,
    Market,
    Plan,
    draw_futures,
    grown_evenly,
    live,
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
    "year_one": Plan(),
    "buy_the_gate": Plan(promotion=60),
    "one_platform": Plan(pinduoduo=100),
    "everywhere": Plan(opens=1, budget=480),
    "gate_first": Plan(opens=1, budget=480, gate=100),
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


class Numbers(NamedTuple):
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
        drift=-logs[..., 2],
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
    """Log level, elasticity and drift (negative: dearer) of each channel: 3 × futures × 3."""
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


# The lab -----------------------------------------------------------------------------------


class Planner:
    """The lab's arithmetic, on a market that was fitted once and futures drawn once."""

    def __init__(self, market: Market, futures: Futures) -> None:
        self._market = market
        self._futures = futures

    def compute(self, plan: Plan) -> Numbers:
        """Live the plan in every future, and sum up."""
        years = live(plan, self._market, self._futures)
        gmv, net = years.gmv.cumsum(axis=0), years.net.cumsum(axis=0)
        lowest = years.cash.min(axis=0)
        return Numbers(
            pieces=_band(years.pieces) / 1e3,
            gmv=_band(gmv) / 1e6,
            net=_band(net) / 1e6,
            cash=_band(years.cash) / 1e6,
            reaches_gate=float((years.pieces.max(axis=0) >= GATE).mean()),
            reaches_year=float((gmv[-1] >= YEAR).mean()),
            reaches_year_net=float((net[-1] >= YEAR).mean()),
            lowest_cash=float(np.median(lowest)) / 1e6,
            out_of_cash=float((lowest < 0).mean()),
            profit=float((years.profit.sum(axis=0) + years.worth).mean()) / 1e6,
        )


def _band(months: Array) -> Array:
    """The 5%, 50% and 95% of the futures, month by month: 3 × 12."""
    places = [round(share * (months.shape[1] - 1)) for share in BAND]
    # Single precision sorts at once what would cost more to part in three, and shows no difference.
    return np.sort(months.astype(np.float32), axis=1)[:, places].T.astype(float)


def takeaway(plan: Plan, numbers: Numbers, words: Mapping[str, Any]) -> str:
    """The plan in one breath."""
    store = words["never" if plan.opens == NEVER else "opens"].format(
        month=plan.opens, budget=plan.budget
    )
    return words["takeaway"].format(
        price=plan.price,
        promotion=plan.promotion,
        store=store,
        pieces=numbers.pieces[1, -1],
        gate=100 * numbers.reaches_gate,
        year=100 * numbers.reaches_year,
        net=100 * numbers.reaches_year_net,
        cash=numbers.lowest_cash,
        broke=100 * numbers.out_of_cash,
        profit=numbers.profit,
    )


class Panels:
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
            _Percent(axes, said[name], colour)
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
        moving += [*levels, self._opens, *(chance.outline for chance in self._chances)]
        self.live = LiveFigure(figure, moving, alt=words["alt"])

    def show(self, plan: Plan, numbers: Numbers) -> None:
        """Move the artists to these numbers."""
        self._pieces.move(numbers.pieces)
        self._gmv.move(numbers.gmv)
        self._net.move(numbers.net)
        self._cash.move(numbers.cash)
        shown = plan.opens != NEVER
        self._opens.set_data([plan.opens] * 2 if shown else [], [0, 250] if shown else [])
        chances = (numbers.reaches_gate, numbers.reaches_year, numbers.out_of_cash)
        for shown_chance, chance in zip(self._chances, chances, strict=True):
            shown_chance.move(chance)


class _Percent:
    """A number that moves, in front of words that stand still.

    Drawn as an outline that is made once a number: as text it would cost as much as the bands.
    """

    def __init__(self, axes: Axes, words: str, colour: str) -> None:
        axes.text(0.24, 1.05, words, transform=axes.transAxes, color=colour)
        corner: Any = axes.transAxes  # affine, which matplotlib's types don't know
        place = ScaledTranslation(0.225, 1.05, corner)
        points = Affine2D().scale(1 / 72) + axes.figure.dpi_scale_trans
        self.outline = PathPatch(
            _percent(0), color=colour, linewidth=0, transform=points + place, clip_on=False
        )
        axes.add_artist(self.outline)

    def move(self, share: float) -> None:
        self.outline.set_path(_percent(round(100 * share)))


@cache
def _percent(number: int) -> Path:
    """The number's outline in points; it ends at zero."""
    placed, end = [], 0.0
    for letter in reversed(f"{number}%"):
        outline, width = _letter(letter)
        end -= width
        placed.append(outline.transformed(Affine2D().translate(end, 0)))
    return Path.make_compound_path(*placed)


@cache
def _letter(letter: str) -> tuple[Path, float]:
    """A letter's outline, and how far it pushes the next one: points."""
    once, twice = (TextPath((0, 0), n * letter, size=rcParams["font.size"]) for n in (1, 2))
    return once, float(twice.get_extents().x1 - once.get_extents().x1)


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
        start=Plan(opens=6),  # with a store, so that each of its controls shows what it does
        presets=PRESETS,
        compute=Planner(fitted_market(tables), ahead).compute,
        picture=Panels(words),
        takeaway=takeaway,
        rounds={
            "one_platform": lambda _, numbers: 100 * numbers.reaches_gate,
            "everywhere": lambda _, numbers: 100 * numbers.out_of_cash,
        },
    )
