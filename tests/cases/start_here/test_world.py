"""The stall's world: a coin decides, the sign's effect is known, and a careful range finds it."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from course_utils.cases.start_here.exercises import careful_sign
from course_utils.cases.start_here.world import World, simulate
from tests.recovery import assert_finds

WORLDS = 300


@pytest.fixture(scope="module")
def summers() -> list[pd.DataFrame]:
    """The stall's table in many worlds."""
    return [simulate(replace(World(), seed=seed)).tables["stall"] for seed in range(WORLDS)]


@pytest.fixture(scope="module")
def careful(summers) -> np.ndarray:
    """The careful analyst's low and high end in each of them."""
    return np.array([careful_sign(stall) for stall in summers]).T


def difference(stall: pd.DataFrame) -> float:
    cups = stall.groupby("sign")["cups"].mean()
    return cups["out"] - cups["in"]


def test_a_day_sold_what_it_would_have_with_the_sign_where_it_stood():
    simulation = simulate()
    stall, fates = simulation.tables["stall"], simulation.counterfactuals["stall"]
    fate = fates["with"].where(stall["sign"] == "out", fates["without"])
    assert (stall["day"] == fates["day"]).all()
    assert (stall["cups"] == fate).all()
    assert (fates["with"] - fates["without"] == World().sign).all()


def test_the_coin_knows_nothing_of_the_weather():
    stall = simulate(replace(World(), days=40_000)).tables["stall"]
    out = (stall["sign"] == "out").groupby(stall["weather"]).agg(["sum", "size"])
    for row in out.itertuples():
        assert binomtest(int(row.sum), int(row.size)).pvalue > 0.01
    assert (stall["weather"] == "hot").mean() == pytest.approx(World().hot, abs=0.01)


def test_a_long_summer_shows_every_parameter():
    stall = simulate(replace(World(), days=40_000)).tables["stall"]
    cups = stall.groupby(["weather", "sign"])["cups"].agg(["mean", "std"])
    assert cups.loc[("cool", "in"), "mean"] == pytest.approx(World().cups, abs=0.5)
    assert difference(stall) == pytest.approx(World().sign, abs=0.7)
    heat = cups.loc[("hot", "in"), "mean"] - cups.loc[("cool", "in"), "mean"]
    assert heat == pytest.approx(World().heat, abs=0.7)
    assert cups["std"].to_numpy() == pytest.approx(World().noise, rel=0.03)


def test_the_difference_of_the_means_is_right_on_average(summers):
    found = np.array([difference(stall) for stall in summers])
    assert abs(found.mean() - World().sign) < 3 * found.std(ddof=1) / np.sqrt(WORLDS)


def test_the_careful_range_holds_the_sign_nine_times_in_ten(careful):
    assert_finds(np.array([careful.mean(axis=0), *careful]).T, World().sign)


def test_comparing_days_of_the_same_weather_pays(summers, careful):
    plain = np.array([difference(stall) for stall in summers])
    assert careful.mean(axis=0).std() < 0.85 * plain.std()
