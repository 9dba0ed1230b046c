"""How a world states its parameters, so that a reader can audit them."""

from dataclasses import field
from typing import Any


def parameter(value: Any, unit: str, why: str) -> Any:
    """A dataclass field that carries its unit and the reason for its value."""
    return field(default=value, metadata={"unit": unit, "why": why})
