"""The stall's world: a coin decides, the sign's effect is known, and a careful range finds it."""

from dataclasses import FrozenInstanceError, fields, replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from course_utils.cases.start_here.exercises import careful_sign
from course_utils.cases.start_here.world import World, simulate
from course_utils.cases.tables import DATA

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


def test_the_committed_table_is_this_world():
    text = simulate().tables["stall"].to_csv(index=False, lineterminator="\n")
    assert text.encode() == (DATA / "start_here" / "stall.csv").read_bytes()


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
    low, high = careful
    covered = ((low <= World().sign) & (World().sign <= high)).mean()
    assert abs(covered - 0.9) < 3 * np.sqrt(0.9 * 0.1 / WORLDS)
    middle = (low + high) / 2
    assert abs(middle.mean() - World().sign) < 3 * middle.std(ddof=1) / np.sqrt(WORLDS)


def test_comparing_days_of_the_same_weather_pays(summers, careful):
    plain = np.array([difference(stall) for stall in summers])
    assert careful.mean(axis=0).std() < 0.85 * plain.std()


def test_a_seed_fixes_the_summer_and_another_seed_brings_another():
    assert simulate().tables["stall"].equals(simulate().tables["stall"])
    assert not simulate().tables["stall"].equals(simulate(World(seed=1)).tables["stall"])


def test_no_global_random_state_is_touched():
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    simulate()
    assert (np.random.get_state()[1] == before).all()  # noqa: NPY002


def test_every_parameter_says_its_unit_and_its_reason():
    for parameter in fields(World):
        assert parameter.metadata["unit"] or parameter.name == "seed", parameter.name
        assert parameter.metadata["why"], parameter.name


def test_a_world_is_frozen():
    with pytest.raises(FrozenInstanceError):
        World().seed = 1
