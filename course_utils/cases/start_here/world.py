"""The toy world of the start page: a milk-tea stall with a sign that is put out on fine days."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from course_utils.cases.worlds import Simulation, parameter


@dataclass(frozen=True)
class World:
    """Every number that the stall runs on."""

    days: int = parameter(90, "days", "a summer")
    hot: float = parameter(0.4, "share of days", "a warm city")
    cups: float = parameter(80.0, "cups a day", "a cool day without the sign")
    heat: float = parameter(25.0, "cups a day", "what a hot day adds")
    sign: float = parameter(9.0, "cups a day", "what the sign adds")
    out_hot: float = parameter(0.75, "share of days", "the sign goes out when the street is full")
    out_cool: float = parameter(0.35, "share of days", "and stays in more often when it is not")
    noise: float = parameter(12.0, "cups a day", "standard deviation of a day's luck")
    seed: int = parameter(313, "", "fixes every draw")


def simulate(world: World | None = None) -> Simulation:
    """Draw the stall's summer."""
    world = world or World()
    rng = np.random.default_rng(world.seed)
    hot = rng.random(world.days) < world.hot
    sign = rng.random(world.days) < np.where(hot, world.out_hot, world.out_cool)
    luck = world.noise * rng.standard_normal(world.days)
    without = np.rint(world.cups + world.heat * hot + luck).astype(int)
    with_sign = np.rint(without + world.sign).astype(int)
    days = pd.DataFrame(
        {
            "day": np.arange(1, world.days + 1),
            "weather": np.where(hot, "hot", "cool"),
            "sign": np.where(sign, "out", "in"),
            "cups": np.where(sign, with_sign, without),
        }
    )
    fates = pd.DataFrame({"day": days["day"], "without": without, "with": with_sign})
    return Simulation({"stall": days}, {"stall": fates})
