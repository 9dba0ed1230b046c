"""The stall's world: weather has a say in the sign, whose effect a careful range finds."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from course_utils.cases.start_here import case
from course_utils.cases.start_here.exercises import careful_sign
from course_utils.cases.start_here.world import World, simulate
from tests.cases.evidence import shares_held
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


def test_the_sign_goes_out_more_often_on_hot_days():
    stall = simulate(replace(World(), days=40_000)).tables["stall"]
    out = (stall["sign"] == "out").groupby(stall["weather"]).mean()
    assert out["hot"] == pytest.approx(World().out_hot, abs=0.01)
    assert out["cool"] == pytest.approx(World().out_cool, abs=0.01)
    assert (stall["weather"] == "hot").mean() == pytest.approx(World().hot, abs=0.01)


def test_a_long_summer_shows_every_parameter():
    stall = simulate(replace(World(), days=40_000)).tables["stall"]
    cups = stall.groupby(["weather", "sign"])["cups"].agg(["mean", "std"])
    assert cups.loc[("cool", "in"), "mean"] == pytest.approx(World().cups, abs=0.5)
    assert cups.loc[("cool", "out"), "mean"] - World().cups == pytest.approx(World().sign, abs=0.5)
    heat = cups.loc[("hot", "in"), "mean"] - cups.loc[("cool", "in"), "mean"]
    assert heat == pytest.approx(World().heat, abs=0.7)
    assert cups["std"].to_numpy() == pytest.approx(World().noise, rel=0.03)


def test_the_means_as_they_are_reach_the_makers_twenty(summers):
    found = np.mean([difference(stall) for stall in summers])
    assert found == pytest.approx(case.book.items["sign_effect"].claim, abs=2)


def test_the_careful_range_holds_the_sign_nine_times_in_ten(careful):
    assert_finds(np.array([careful.mean(axis=0), *careful]).T, World().sign)


def test_comparing_all_days_misses_the_sign_in_most_summers():
    def summer(seed: int) -> dict[str, pd.DataFrame]:
        return simulate(replace(World(), seed=seed)).tables

    held = shares_held(case, "sign_effect", summer, range(100))
    assert held["means"] < 0.3
    assert held["good_days"] < 0.3
