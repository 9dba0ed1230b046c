"""The world's simulation: chapter 3's visits, beside two plainer ways to draw the same table."""

from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec

import numpy as np
import pandas as pd

from benchmarks.measure import Row, milliseconds
from benchmarks.visits_by_day import draw_by_day
from course_utils.cases.appliance_page.world import World, draw_visits

Draw = Callable[[World, np.random.Generator], pd.DataFrame]

SIZES = (10_000, 100_000, 1_000_000)
MESA_AT_MOST = 100_000  # visits; for more its time is scaled up, and the row says so


def rows(sizes: tuple[int, ...] = SIZES, repeats: int = 3) -> list[Row]:
    """Two rows a size, beside a daily loop and beside mesa; then the growth over all sizes."""
    ours = {size: _time(draw_visits, size, repeats) for size in sizes}
    found = []
    for size, value in ours.items():
        name = f"world, {size:,} visits"
        found.append(Row(name, "ms", value, "NumPy, day by day", _time(draw_by_day, size, repeats)))
        found.append(_beside_mesa(name, size, value))
    times, visits = max(ours.values()) / min(ours.values()), max(sizes) / min(sizes)
    found.append(Row("world, growth of its time", "times", times, "growth of the visits", visits))
    return found


def world_of(visits: int) -> World:
    """A world with this many visits, half of them on the new page."""
    return replace(World(), visits_before=visits // 2, visits_festival=visits // 2)


def _time(draw: Draw, visits: int, repeats: int) -> float:
    world = world_of(visits)
    return milliseconds(lambda seed: draw(world, np.random.default_rng(seed)), range(repeats))


def _beside_mesa(name: str, visits: int, value: float) -> Row:
    if not find_spec("mesa"):
        return Row(name, "ms", None, "mesa is not installed", None)
    from benchmarks.visits_by_agent import draw_by_agent

    drawn = min(visits, MESA_AT_MOST)
    peer = "mesa, an agent a visit"
    if visits > drawn:
        peer = f"mesa, {visits // drawn} times its {drawn:,}"
    return Row(name, "ms", value, peer, _time(draw_by_agent, drawn, 1) * visits / drawn)
