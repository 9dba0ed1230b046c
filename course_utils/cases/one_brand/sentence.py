"""The handout's last sentence, held against a world: every link is one system; none lasts alone."""

from functools import cache
from typing import NamedTuple

import numpy as np

from course_utils.cases.one_brand.best import EVERY, best_policy
from course_utils.cases.one_brand.dials import SAID
from course_utils.cases.one_brand.players import default_policy
from course_utils.cases.one_brand.year import (
    LINKS,
    SEASON,
    Array,
    World,
    customer_value,
    expected,
    worth,
)
from course_utils.figures.picture import Picture
from course_utils.figures.style import DATA, MUTED, TRUTH, panels

SPAN = 3  # months that are looked at together: a festival is no trend


class Alone(NamedTuple):
    """What the best of some dials brings over last year's, the other dials left as they stood.

    `gain` is in yuan; `kept` is what its last three months gain, as a share of its best three,
    without the season and with what the customers are worth.
    """

    gain: float
    kept: float


@cache
def moved(world: World, dials: tuple[int, ...] = EVERY) -> Alone:
    """The best of these dials alone, or of all of them, and how long it keeps up."""
    return brought(world, best_policy(world, dials))


def brought(world: World, policy: Array) -> Alone:
    """What a policy brings, and how long it keeps up."""
    base, best = worth(world, np.array([default_policy(world), policy]))
    monthly = gain_by_month(world, policy)
    spans = np.convolve(monthly, np.ones(SPAN), "valid")
    peak = spans.max()
    return Alone(float(best - base), float(spans[-1] / peak) if peak > 0 else np.nan)


def alone(world: World) -> dict[str, Alone]:
    """Each link alone."""
    return {link: moved(world, dials) for link, dials in LINKS.items()}


def share_of_best_link(world: World) -> float:
    """What the best single link brings, as a share of what all five together bring."""
    return max(each.gain for each in alone(world).values()) / moved(world).gain


def gain_by_month(world: World, policy: Array) -> Array:
    """What a policy adds to last year's dials in each month of usual demand, yuan.

    It is money in the bank and customers won, at what they will still bring.
    """
    policies = np.array([default_policy(world), policy])
    year = expected(world, policies)
    stock = (year.stock * customer_value(world)).sum(axis=(-1, -2))
    more = stock[1] - stock[0]
    gained = year.contribution[1] - year.contribution[0] + np.diff(more, prepend=0)
    return np.asarray(gained / np.resize(SEASON, world.months))


def verdict_on(world: World) -> Picture:
    """The reveal: what each link brings alone and for how long, beside all of them together."""
    said, links = SAID["sentence"], alone(world)
    together = moved(world)
    rows = sorted(links.items(), key=lambda row: -row[1].gain)
    figure, (gains, kept) = panels((3, 2), height=110 + 38 * (len(rows) + 1))
    names = [said["all"], *(SAID["debrief"]["links"][link] for link, _ in rows)]
    for place, found in enumerate([together, *(found for _, found in rows)]):
        colour = TRUTH if not place else DATA
        gains.barh(place, found.gain / 1e6, color=colour, height=0.62, alpha=0.85)
        if np.isfinite(found.kept):
            kept.barh(place, 100 * found.kept, color=colour, height=0.62, alpha=0.85)
    gains.axvline(together.gain / 2e6, color=MUTED, linestyle="--", linewidth=1)
    gains.set_yticks(range(len(names)), names)
    kept.set_yticks([])
    for axes in (gains, kept):
        axes.invert_yaxis()
        axes.grid(axis="x", visible=True)
        axes.grid(axis="y", visible=False)
    gains.set(xlabel=said["gain"])
    kept.set(xlabel=said["kept"], xlim=(0, 105))
    figure.subplots_adjust(left=0.16, top=0.96)
    first, best = rows[0]
    shares = [found.gain / together.gain for _, found in rows]
    return Picture(
        figure,
        said["found"].format(
            link=SAID["debrief"]["links"][first],
            share=100 * shares[0],
            total=100 * sum(shares),
            kept=100 * best.kept,
        ),
    )
