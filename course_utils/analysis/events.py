"""From a log of events to one row per visitor (or session), and to the funnel.

An event log has one row per event: who (`unit`), what (`event`), and perhaps when (`time`).
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from course_utils.analysis.tables import (
    as_names,
    require_complete,
    require_ids,
    require_known,
)
from course_utils.errors import InputError


def event_flags(events: pd.DataFrame, *, unit: str, event: str = "event") -> pd.DataFrame:
    """Say of each unit which events happened to it at least once.

    Returns one row per unit and one bool column per event name, both in sorted order, so that
    neither the order of the log nor a row that was exported twice changes the table. With pandas:
    `pd.crosstab(events[unit], events[event]) > 0`.

    >>> log = pd.DataFrame({"visitor": [2, 1, 2, 2], "event": ["view", "view", "cart", "view"]})
    >>> event_flags(log, unit="visitor")
    event     cart  view
    visitor
    1        False  True
    2         True  True
    """
    require_ids(events, unit, name="event log")
    require_complete(events, event, name="event log")
    rows, units = pd.factorize(events[unit], sort=True)
    columns, names = pd.factorize(events[event], sort=True)
    happened = np.zeros((len(units), len(names)), dtype=bool)
    happened[rows, columns] = True
    return pd.DataFrame(
        happened, index=pd.Index(units, name=unit), columns=pd.Index(names, name=event)
    )


def last_event(events: pd.DataFrame, *, unit: str, event: str = "event", time: str) -> pd.Series:
    """Return the last event of each unit, sorted by unit: where did they leave?

    Of two events at the same time, the one further down in the log is the later. With pandas:
    `events.sort_values(time, kind="stable").groupby(unit)[event].last()`.
    """
    require_ids(events, unit, name="event log")
    require_complete(events, event, name="event log")
    require_complete(events, time, name="event log")
    rank = pd.factorize(events[time], sort=True)[0]
    in_time = events.iloc[np.argsort(rank, kind="stable")].drop_duplicates(unit, keep="last")
    order = np.argsort(pd.factorize(in_time[unit], sort=True)[0])
    return in_time.iloc[order].set_index(unit)[event]


def funnel(
    events: pd.DataFrame,
    steps: Sequence[str],
    *,
    unit: str,
    event: str = "event",
    time: str | None = None,
) -> pd.DataFrame:
    """Count the units that reach each step, having reached all steps before it.

    With `time` the steps must also come in this order: a unit's first event of each step may
    not be earlier than its first event of the step before. Repeated events count once.

    Returns a table indexed by step: `units`, then as shares `of_first` (of the units at the
    first step), `of_previous` (of those at the step before) and `lost` since the step before.
    Raises `InputError` for a step that is named twice, or that no event in the log is.

    >>> log = pd.DataFrame({"visitor": [1, 1, 2, 3], "event": ["view", "cart", "view", "cart"]})
    >>> funnel(log, ["view", "cart"], unit="visitor")
          units  of_first  of_previous  lost
    step
    view      2       1.0          1.0   0.0
    cart      1       0.5          0.5   0.5
    """
    steps = as_names(steps, "steps")
    _require_steps(events, steps, unit, event)
    if time is None:
        reached = event_flags(events, unit=unit, event=event)[list(steps)].to_numpy()
    else:
        reached = _reached_in_order(events, steps, unit, event, time)
    units = pd.Series(
        np.logical_and.accumulate(reached, axis=1).sum(axis=0), index=pd.Index(steps, name="step")
    )
    of_previous = (units / units.shift()).where(units.index != steps[0], 1.0)
    return pd.DataFrame(
        {
            "units": units,
            "of_first": units / units.iloc[0],
            "of_previous": of_previous,
            "lost": 1 - of_previous,
        }
    )


def _require_steps(events: pd.DataFrame, steps: list[str], unit: str, event: str) -> None:
    require_ids(events, unit, name="event log")
    require_complete(events, event, name="event log")
    if not steps or any(steps.count(step) > 1 for step in steps):
        raise InputError("A funnel needs a list of steps, each named once.")
    require_known(
        steps, events[event].unique().tolist(), kind="event", where=f'The column "{event}"'
    )


def _reached_in_order(
    events: pd.DataFrame, steps: Sequence[str], unit: str, event: str, time: str
) -> np.ndarray:
    """Units × steps: did the unit reach the step, not earlier than the step before?"""
    require_complete(events, time, name="event log")
    ranked = events.assign(**{time: pd.factorize(events[time], sort=True)[0]})  # text times too
    first = ranked.pivot_table(index=unit, columns=event, values=time, aggfunc="min")
    first_rank = first[list(steps)].to_numpy()
    in_order = first_rank[:, 1:] >= first_rank[:, :-1]  # False where a step never happened
    return np.column_stack([~np.isnan(first_rank[:, 0]), in_order])
