"""What the tests of a case's world start from, whichever case it is."""

import importlib
from functools import cache

import pandas as pd
import pytest

from course_utils.cases.tables import DATA
from course_utils.cases.worlds import Simulation


@cache
def simulation_of(name: str) -> Simulation:
    """A case's world as committed, with what no table shows."""
    return importlib.import_module(f"course_utils.cases.{name}.world").simulate()


@pytest.fixture(scope="module")
def simulation(request: pytest.FixtureRequest) -> Simulation:
    """The world of the case whose folder the test is in, with what no table shows."""
    return simulation_of(request.path.parent.name)


@pytest.fixture(scope="module")
def tables(request: pytest.FixtureRequest) -> dict[str, pd.DataFrame]:
    """The committed tables of the case whose folder the test is in."""
    return {
        path.stem: pd.read_csv(path) for path in (DATA / request.path.parent.name).glob("*.csv")
    }
