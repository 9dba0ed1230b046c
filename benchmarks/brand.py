"""Chapter 6's year: without luck, many at once, and the score, beside plainer ways to walk it."""

from importlib.util import find_spec

import numpy as np

from benchmarks.brand_by_agent import walk_by_agent
from benchmarks.brand_by_month import walk_by_month
from benchmarks.measure import Row, milliseconds
from course_utils.cases.one_brand.best import steady
from course_utils.cases.one_brand.classroom import Classroom
from course_utils.cases.one_brand.dials import Month
from course_utils.cases.one_brand.players import handout, play
from course_utils.cases.one_brand.reports import Played
from course_utils.cases.one_brand.runs import head, packed
from course_utils.cases.one_brand.score import score_of
from course_utils.cases.one_brand.year import (
    LAST_YEAR,
    luck_of,
    realised,
    start_stock,
    world_of,
    worth,
)

YEARS = 1_000
CLASS = 200  # trainees
AGENTS = 2_000  # customers whom mesa walks through a year; its time is scaled up, as the row says


def rows(years: int = YEARS, repeats: int = 20, agents: int = AGENTS) -> list[Row]:
    """A year, many lucky years, and a score."""
    world = world_of(3)
    policy = steady(world, LAST_YEAR)
    loop = milliseconds(lambda _: walk_by_month(world, policy), range(3))
    alone = milliseconds(lambda _: worth(world, policy), range(repeats))
    stacked = np.tile(policy, (years, 1, 1))
    luck = luck_of(world, years)
    many = milliseconds(lambda _: realised(world, stacked, luck=luck), range(3))
    months = play(world, handout).months
    score_of(Played(world, months))  # finds the best of this world
    score = milliseconds(lambda _: score_of(Played(world, months)), range(3))
    room = _a_class(months)
    together = milliseconds(_at_a_glance, [room] * 3)
    found = [
        Row("brand, a year without luck", "ms", alone, "NumPy, month by month", loop),
        Row(f"brand, {years:,} lucky years", "ms", many, "NumPy, month by month", years * loop),
        Row("brand, a score of 32 runs and lines", "ms", score, "32 such loops", 32 * loop),
    ]
    found.append(Row(f"brand, a class of {CLASS}", "ms", together, "a score each", CLASS * score))
    return [*found, _beside_mesa(world, policy, alone, agents)]


def _a_class(months: tuple[Month, ...]) -> dict[str, str]:
    """A class in which everybody has another price in another month."""
    found = {}
    for place in range(CLASS):
        mine = list(months)
        mine[place % 12] = Month(mine[place % 12].dials.turned(price=29 + place % 51))
        found[f"trainee {place}"] = head(3) + "".join(map(packed, mine))
    return found


def _at_a_glance(histories: dict[str, str]) -> None:
    room = Classroom.of(histories)
    room.table()
    room.common_moves()
    room.fan(revealed=True)


def _beside_mesa(world: object, policy: np.ndarray, value: float, agents: int) -> Row:
    name = "brand, a year of all customers"
    if not find_spec("mesa"):
        return Row(name, "ms", None, "mesa is not installed", None)
    customers = float(start_stock(world).sum())  # type: ignore[arg-type]
    time = milliseconds(lambda _: walk_by_agent(world, policy, agents), range(1))
    peer = f"mesa, {customers / agents:.0f} times its {agents:,}"
    return Row(name, "ms", value, peer, time * customers / agents)
