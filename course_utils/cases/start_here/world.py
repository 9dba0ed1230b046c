"""The toy world of the start page: a milk-tea stall that tosses a coin every morning."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from course_utils.cases.worlds import Simulation, parameter


@dataclass(frozen=True)
class World:
    """Every number that the stall runs on."""

    days: int = parameter(60, "days", "a summer")
    hot: float = parameter(0.4, "share of days", "a warm city")
    cups: float = parameter(80.0, "cups a day", "a cool day without the sign")
    heat: float = parameter(25.0, "cups a day", "what a hot day adds")
    sign: float = parameter(9.0, "cups a day", "what the sign adds")
    noise: float = parameter(12.0, "cups a day", "standard deviation of a day's luck")
    seed: int = parameter(8, "", "fixes every draw")


def simulate(world: World | None = None) -> Simulation:
    """Draw the stall's summer."""
    world = world or World()
    rng = np.random.default_rng(world.seed)
    hot = rng.random(world.days) < world.hot
    sign = rng.random(world.days) < 0.5
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
