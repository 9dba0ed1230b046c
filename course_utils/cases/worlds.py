"""What every case's world has in common."""

from dataclasses import field
from typing import Any, NamedTuple

import pandas as pd


class Simulation(NamedTuple):
    """The tables by name, and by table what each row would have been otherwise."""

    tables: dict[str, pd.DataFrame]
    counterfactuals: dict[str, pd.DataFrame]


def parameter(value: Any, unit: str, why: str) -> Any:
    """A dataclass field that carries its unit and the reason for its value, for an auditor."""
    return field(default=value, metadata={"unit": unit, "why": why})
