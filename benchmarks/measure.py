"""What every subject shares: a row of the table, and the way a time is taken."""

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Row:
    """A figure beside its peer's. Of every figure here, less is better.

    Where a tool is missing, or the subject `failed`, there are no values, and `peer` says why.
    """

    name: str
    unit: str
    value: float | None
    peer: str
    peer_value: float | None
    failed: bool = False

    @property
    def ratio(self) -> float | None:
        """How many times better than the peer."""
        if self.value is None or self.peer_value is None:
            return None
        return self.peer_value / self.value

    def as_json(self) -> dict[str, Any]:
        """The row as it stands in `results.json`."""
        return {**vars(self), "ratio": self.ratio}


def milliseconds(act: Callable[[T], object], things: Iterable[T]) -> float:
    """Median time of `act` on each of the things, once it is warm."""
    things = list(things)
    act(things[0])
    with no_garbage_collection():
        return 1_000 * median(_seconds(act, thing) for thing in things)


def _seconds(act: Callable[[T], object], thing: T) -> float:
    start = perf_counter()
    act(thing)
    return perf_counter() - start


@contextmanager
def no_garbage_collection() -> Iterator[None]:
    """Keep the collector from running in the middle of a time."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
