"""The score of a year: of its decisions, without luck; and where what is missing was lost.

Everything here is worked out without luck. A policy's worth is what its months leave, research
paid, and what the customers left will still bring. The score is the way from last year's dials (0)
to the best policy of this world (1); what came in beyond the expected is luck.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from math import factorial
from typing import NamedTuple

import numpy as np

from course_utils.cases.one_brand.best import HIGH, LOW, OPTIONS, best_policy
from course_utils.cases.one_brand.players import (
    DASHBOARDS,
    careful_year,
    champion,
    default_policy,
    handout,
    play,
)
from course_utils.cases.one_brand.reports import Played
from course_utils.cases.one_brand.year import (
    DIALS,
    LINKS,
    TESTS,
    Array,
    World,
    expected,
    no_research,
    path,
    value,
    worth,
)

NEAR = 0.2  # of a dial's way from end to end: so near to the best it stands well
MOVES = 3
SMALL = 0.01  # of the best's gain: a move that costs less is not worth a name


@dataclass(frozen=True)
class Line:
    """One of those that are compared: what it is worth, yuan, month by month, and its score."""

    worth: float
    score: float
    path: Array


class Move(NamedTuple):
    """A dial that stood away from the best, from a month to another, and what that cost, yuan."""

    dial: str
    first: int  # month, from 1
    last: int
    yours: float  # the dial's mean level
    best: float
    cost: float


@dataclass(frozen=True)
class Score:
    """What a year is worth, and why it isn't worth more. Money in yuan."""

    worth: float
    score: float
    to_best: float
    luck: float
    lines: Mapping[str, Line]
    regret: Mapping[str, float]  # by link, and of research; they add up to `to_best`
    well_from: Mapping[str, int | None]  # the month from which each link stood near its best
    late: Mapping[str, float]  # what standing there from January on would have brought
    research_paid: float
    margin_lost: float  # by the arms of the tests
    moves: Sequence[Move]


def score_of(played: Played) -> Score:
    """The score of a year that is over."""
    world = played.world
    lines = lines_of(world)
    year = expected(world, played.policy, played.research)
    mine = float(value(world, year))
    base, best = lines["default"].worth, lines["best"].worth
    untested = float(worth(world, played.policy))
    paid = float(-year.ledger[:, -1].sum())
    regret = {**shapley(world, played.policy, best_policy(world)), "research": untested - mine}
    return Score(
        worth=mine,
        score=(mine - base) / (best - base),
        to_best=best - mine,
        luck=float(value(world, played.year)) - mine,
        lines={**lines, "you": Line(mine, (mine - base) / (best - base), path(world, year))},
        regret=regret,
        well_from=well_from(played.policy, best_policy(world)),
        late=late(played),
        research_paid=paid,
        margin_lost=untested - mine - paid,
        moves=costliest(played),
    )


@cache
def lines_of(world: World) -> dict[str, Line]:
    """Last year's dials, the handout, one link alone, the careful analyst, and the best."""
    careful = careful_year(world)
    policies = {
        "default": (default_policy(world), no_research(world)),
        "handout": _without_tests(world, "handout"),
        "champion": (champion(world)[1], no_research(world)),
        "careful": (careful.policy, careful.research),
        "best": (best_policy(world), no_research(world)),
    }
    return _lines(world, policies)


@cache
def dashboards_of(world: World) -> dict[str, Line]:
    """Those who follow one figure: the last click's ROI, orders, costs."""
    policies = {name: _without_tests(world, name) for name in DASHBOARDS}
    found = _lines(
        world,
        {
            "default": (default_policy(world), no_research(world)),
            "best": (best_policy(world), no_research(world)),
            **policies,
        },
    )
    return {name: found[name] for name in DASHBOARDS}


def _without_tests(world: World, name: str) -> tuple[Array, Array]:
    player = handout if name == "handout" else DASHBOARDS[name]
    return play(world, player).policy, no_research(world)


def _lines(world: World, policies: Mapping[str, tuple[Array, Array]]) -> dict[str, Line]:
    policy, research = (np.array(stack) for stack in zip(*policies.values(), strict=True))
    year = expected(world, policy, research)
    worths = dict(zip(policies, value(world, year), strict=True))
    base, gain = worths["default"], worths["best"] - worths["default"]
    return {
        name: Line(float(worths[name]), float((worths[name] - base) / gain), walked)
        for name, walked in zip(policies, path(world, year), strict=True)
    }


# Where it was lost ----------------------------------------------------------------------------


def shapley(world: World, policy: Array, best: Array) -> dict[str, float]:
    """The regret of each link, yuan: they add up to what the policy leaves to the best, untested.

    Of all 2⁵ sets of links, those inside stand as the policy has them, the others as the best has
    them. A link's share is what its joining takes away, averaged over every order in which the
    links can join: Shapley (1953), "A Value for n-Person Games".
    """
    links = list(LINKS)
    sets = list(product((False, True), repeat=len(links)))
    mixed = np.repeat(best[None], len(sets), axis=0)
    for place, inside in enumerate(sets):
        for link, mine in zip(links, inside, strict=True):
            if mine:
                mixed[place][:, LINKS[link]] = policy[:, LINKS[link]]
    worths = dict(zip(sets, worth(world, mixed), strict=True))
    return {
        link: float(sum(_taken(worths, sets, place, len(links))))
        for place, link in enumerate(links)
    }


def _taken(
    worths: Mapping[tuple[bool, ...], float], sets: Sequence[tuple[bool, ...]], place: int, n: int
) -> list[float]:
    """What a link's joining takes from each set without it, weighted by how many orders it has."""
    found = []
    for inside in sets:
        if inside[place]:
            continue
        joined = (*inside[:place], True, *inside[place + 1 :])
        size = sum(inside)
        weight = factorial(size) * factorial(n - size - 1) / factorial(n)
        found.append(weight * (worths[inside] - worths[joined]))
    return found


def _near(policy: Array, best: Array) -> Array:
    """Where each dial stands within a fifth of its way from the best; an option, on the best."""
    near = np.abs(policy - best) <= NEAR * (HIGH - LOW)
    near[:, OPTIONS] = policy[:, OPTIONS] == best[:, OPTIONS]
    return near


def well_from(policy: Array, best: Array) -> dict[str, int | None]:
    """The month, from 1, in which each link first stood near its best; None if it never did."""
    near = _near(policy, best)
    found = {}
    for link, dials in LINKS.items():
        months = np.flatnonzero(near[:, dials].all(axis=1))
        found[link] = int(months[0]) + 1 if len(months) else None
    return found


def late(played: Played) -> dict[str, float]:
    """Of each link: what it would have brought to have stood from January as it stood in the end.

    The other links and the tests stay as they were. Where waiting was right it is negative.
    """
    world, policy = played.world, played.policy
    early = np.repeat(policy[None], len(LINKS), axis=0)
    for place, dials in enumerate(LINKS.values()):
        settled = _settled(policy[:, dials])
        early[place][:settled, dials] = policy[settled, dials]
    found = worth(world, early, played.research) - worth(world, policy, played.research)
    return dict(zip(LINKS, map(float, found), strict=True))


def _settled(levels: Array) -> int:
    """The month, from 0, with the setting that stood longest: what the player came to."""
    _, first, counts = np.unique(levels, axis=0, return_index=True, return_counts=True)
    longest = counts == counts.max()
    return int(first[longest].max())


def costliest(played: Played) -> list[Move]:
    """The three dials and spells that cost most, each set right alone, the others as they were."""
    return costliest_of([played])[0]


def costliest_of(years: Sequence[Played]) -> list[list[Move]]:
    """The costliest moves of each of several years in one world, all worked out at once."""
    world, best = years[0].world, best_policy(years[0].world)
    gain = float(worth(world, best) - worth(world, default_policy(world)))
    places, tried, tests = [], [], []
    for number, played in enumerate(years):
        for dial in range(len(DIALS)):
            for first, last in _spells(played.policy[:, dial], best[:, dial]):
                mended = played.policy.copy()
                mended[first : last + 1, dial] = best[first : last + 1, dial]
                places.append((number, dial, first, last))
                tried.append(mended)
                tests.append(played.research)
    moves: list[dict[int, Move]] = [{} for _ in years]
    if not tried:
        return [[] for _ in years]
    before = worth(world, *_stacked(years))
    after = worth(world, np.array(tried), np.array(tests))
    for (number, dial, first, last), mended in zip(places, after, strict=True):
        inside = slice(first, last + 1)
        mine, theirs = years[number].policy[inside, dial], best[inside, dial]
        move = Move(
            DIALS[dial], first + 1, last + 1, float(mine.mean()), float(theirs.mean()),
            float(mended - before[number]),
        )  # fmt: skip
        known = moves[number].get(dial)
        if known is None or move.cost > known.cost:
            moves[number][dial] = move
    return [
        [move for move in sorted(found.values(), key=lambda m: -m.cost)[:MOVES]
         if move.cost > SMALL * gain]
        for found in moves
    ]  # fmt: skip


def _stacked(years: Sequence[Played]) -> tuple[Array, Array]:
    return np.array([played.policy for played in years]), np.array([p.research for p in years])


def _spells(mine: Array, best: Array) -> list[tuple[int, int]]:
    """Every run of months in which the dial stood on the same side of the best; the whole, too."""
    side = np.sign(mine - best)
    if not side.any():
        return []
    starts = [0, *(np.flatnonzero(np.diff(side)) + 1).tolist()]
    ends = [*(start - 1 for start in starts[1:]), len(side) - 1]
    return [(s, e) for s, e in zip(starts, ends, strict=True) if side[s]]


def tests_bought(played: Played) -> dict[str, int]:
    """How often each test ran."""
    return {test: sum(test in month.tests for month in played.months) for test in TESTS}
