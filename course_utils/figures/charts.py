"""The few charts that every chapter draws; each one says in words what it shows."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from course_utils.figures.picture import Picture
from course_utils.figures.style import BAD, DATA, MUTED, panels

EFFECTS = "Effects in percentage points with their 90% intervals: {rows}."
EFFECT = "{name} {effect:+.2f} ({low:.2f} to {high:.2f})"
RUNNING = (
    "The difference so far in percentage points: {first:+.2f} after the first day, {middle:+.2f} "
    "half way, {last:+.2f} at the end (90% interval {low:.2f} to {high:.2f})."
)
POINTS = "difference (percentage points)"


def show_effects(effects: pd.DataFrame | Mapping[str, Any]) -> Picture:
    """Draw effects on a rate as dots with their intervals, one a row.

    `effects` is a table with `effect`, `low`, `high` as shares, such as `factorial_effects`
    returns, or a dict of comparisons by name, such as `compare_arms` returns.
    """
    rows = _rows(effects)
    figure, (axes,) = panels(height=130 + 42 * len(rows))
    for place, row in enumerate(rows):
        sure = row["low"] * row["high"] > 0
        colour = (DATA if row["effect"] > 0 else BAD) if sure else MUTED
        axes.plot([row["low"], row["high"]], [place, place], color=colour, linewidth=3)
        axes.plot(row["effect"], place, "o", color=colour, markersize=9)
    axes.axvline(0, color=MUTED, linewidth=1)
    axes.set(xlabel=POINTS, ylim=(len(rows) - 0.4, -0.6), yticks=range(len(rows)))
    axes.set_yticklabels([row["name"] for row in rows])
    axes.tick_params(axis="y", labelsize=12, length=0)
    axes.grid(axis="x", visible=True)
    axes.grid(axis="y", visible=False)
    figure.subplots_adjust(left=0.22, top=0.96)
    return Picture(figure, EFFECTS.format(rows="; ".join(EFFECT.format(**row) for row in rows)))


def show_running(running: pd.DataFrame) -> Picture:
    """Draw what a peeker sees: the difference so far, day by day, with its interval.

    `running` is what `running_p_values` returns: indexed by day, shares.
    """
    points = 100 * running[["difference", "low", "high"]]
    days = range(1, len(points) + 1)
    figure, (axes,) = panels(height=340)
    axes.fill_between(days, points["low"], points["high"], color=DATA, alpha=0.2, linewidth=0)
    axes.plot(days, points["difference"], color=DATA)
    axes.axhline(0, color=MUTED, linewidth=1)
    axes.set(xlabel="day of the test", ylabel=POINTS, xlim=(1, len(points)))
    last = points.iloc[-1]
    words = RUNNING.format(
        first=points["difference"].iloc[0],
        middle=points["difference"].iloc[len(points) // 2],
        last=last["difference"],
        low=last["low"],
        high=last["high"],
    )
    return Picture(figure, words)


def _rows(effects: pd.DataFrame | Mapping[str, Any]) -> list[dict[str, Any]]:
    """Name, effect, low and high of each row, in points."""
    if isinstance(effects, pd.DataFrame):
        points = 100 * effects[["effect", "low", "high"]]
        return [
            {"name": name, "effect": effect, "low": low, "high": high}
            for name, (effect, low, high) in zip(points.index, points.to_numpy(), strict=True)
        ]
    return [
        {
            "name": name,
            "effect": 100 * found.difference,
            "low": 100 * found.low,
            "high": 100 * found.high,
        }
        for name, found in effects.items()
    ]
