"""How a verdict's careful range and its tempting ones fare in many worlds like the chapter's."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cache
from types import ModuleType

import pandas as pd

from course_utils.cases.case import Case
from course_utils.exercises.workbook import VerdictQuestion


def shares_held(
    case: Case,
    verdict: str,
    draw: Callable[[int], Mapping[str, pd.DataFrame]],
    seeds: Iterable[int],
) -> pd.Series:
    """The share of worlds in which each range holds the truth: "careful", and the rivals by name.

    `draw` gives the tables of the world of a seed, or those that the verdict needs.
    """
    question = case.book.items[verdict]
    assert isinstance(question, VerdictQuestion)
    functions = {"careful": question.careful, **question.rivals}
    truth = case.truth(verdict)
    found = []
    for seed in seeds:
        load = draw(seed).__getitem__
        ranges = {name: case.book.evaluate(each, load) for name, each in functions.items()}
        pairs = {name: r if isinstance(r, tuple) else (r, r) for name, r in ranges.items()}
        found.append({name: low <= truth <= high for name, (low, high) in pairs.items()})
    return pd.DataFrame(found).mean()


def rivals_held(
    case: Case, world: ModuleType, verdicts: Iterable[str], seeds: Iterable[int]
) -> dict[str, float]:
    """In which share of worlds each tempting range of these verdicts holds the truth."""

    @cache
    def tables(seed: int) -> Mapping[str, pd.DataFrame]:
        drawn: Mapping[str, pd.DataFrame] = world.simulate(replace(world.World(), seed=seed)).tables
        return drawn

    found = {}
    for verdict in verdicts:
        held = shares_held(case, verdict, tables, seeds).drop("careful")
        found.update({f"{verdict} {name}": share for name, share in held.items()})
    return found
