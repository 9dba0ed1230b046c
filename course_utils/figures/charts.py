"""The few charts that every chapter draws; each one says in words what it shows."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from course_utils.figures import words
from course_utils.figures.picture import Picture
from course_utils.figures.style import BAD, CLAIM, DATA, INK, MUTED, TRUTH, YOU, panels

MOST_LINES = 8


def show_effects(effects: pd.DataFrame | Mapping[str, Any], *, x: str = "") -> Picture:
    """Draw effects as dots with their intervals, one a row.

    `effects` is a table with `effect`, `low`, `high` as shares, such as `factorial_effects`
    returns, or a dict of comparisons by name, such as `compare_arms` returns. In another unit than
    percentage points `x` says what they are.
    """
    rows = _rows(effects)
    figure, (axes,) = panels(height=130 + 42 * len(rows))
    for place, row in enumerate(rows):
        sure = row["low"] * row["high"] > 0
        colour = (DATA if row["effect"] > 0 else BAD) if sure else MUTED
        axes.plot([row["low"], row["high"]], [place, place], color=colour, linewidth=3)
        axes.plot(row["effect"], place, "o", color=colour, markersize=9)
    axes.axvline(0, color=MUTED, linewidth=1)
    axes.set(xlabel=x or words.points, ylim=(len(rows) - 0.4, -0.6), yticks=range(len(rows)))
    axes.set_yticklabels([row["name"] for row in rows])
    axes.tick_params(axis="y", labelsize=12, length=0)
    axes.grid(axis="x", visible=True)
    axes.grid(axis="y", visible=False)
    figure.subplots_adjust(left=0.22, top=0.96)
    return Picture(
        figure,
        words.effects.format(
            x=x or words.points, rows="; ".join(words.effect.format(**row) for row in rows)
        ),
    )


def show_effects_by(effects: Mapping[str, Mapping[Any, Any]], *, x: str) -> Picture:
    """Draw effects on a rate over periods, with their intervals, a colour for each group.

    `effects` holds, by group, a dict of comparisons by period, as `compare_arms` returns them; `x`
    names the periods.
    """
    tables = {
        group: pd.DataFrame(_rows(found), pd.Index(found, name=x)).rename(
            columns={"effect": "value"}
        )
        for group, found in effects.items()
    }
    return show_by(tables, y=words.points)


def show_waterfall(
    start: tuple[str, float], parts: Mapping[str, float], end: str, *, y: str
) -> Picture:
    """Draw how a number grew, part by part: a bar for where it began and for where it ended."""
    figure, (axes,) = panels(height=340)
    tops = start[1] + np.cumsum([0, *parts.values()])
    axes.bar(0, tops[0], color=MUTED)
    for place, (part, top) in enumerate(zip(parts.values(), tops[1:], strict=True), 1):
        axes.bar(place, part, bottom=top - part, color=DATA if part > 0 else BAD)
        axes.annotate(f"{part:+.1f}", (place, max(top, top - part)), (0, 4),
                      textcoords="offset points", ha="center")  # fmt: skip
    axes.bar(len(tops), tops[-1], color=CLAIM)
    for place, height in ((0, tops[0]), (len(tops), tops[-1])):
        axes.annotate(f"{height:.1f}", (place, height), (0, 4),
                      textcoords="offset points", ha="center")  # fmt: skip
    axes.set(ylabel=y, xticks=range(len(tops) + 1), xticklabels=[start[0], *parts, end])
    axes.margins(y=0.12)
    figure.subplots_adjust(top=0.97)
    each = ", ".join(words.waterfall_part.format(name=n, part=p) for n, p in parts.items())
    said = words.waterfall.format(
        y=y, start=start[0], low=start[1], parts=each, end=end, high=tops[-1]
    )
    return Picture(figure, said)


def show_rois(seen: pd.DataFrame, tested: pd.DataFrame, *, line: float) -> Picture:
    """Draw each channel's returns on ad spend: as reports count them, and as a test found them.

    `seen` has a row per channel and a column per report, `tested` is what `incremental_roas`
    returns, and `line` is the return from which a channel pays for itself.
    """
    figure, (axes,) = panels(height=130 + 74 * len(seen))
    for place, channel in enumerate(seen.index):
        test = tested.loc[channel]
        axes.plot([test["low"], test["high"]], [place, place], color=TRUTH, linewidth=4)
        axes.plot(test["roas"], place, "D", color=TRUTH, markersize=10)
        axes.annotate(
            words.by_test, (test["roas"], place + 0.28), ha="center", va="center", color=TRUTH
        )
        for (report, roas), colour in zip(seen.loc[channel].items(), [CLAIM, DATA], strict=True):
            axes.plot(roas, place, "o", color=colour, markersize=12)
            axes.annotate(report, (roas, place - 0.28), ha="center", va="center", color=colour)
    axes.axvline(line, color=BAD, linestyle="--", linewidth=1.5)
    axes.annotate(words.pays, (line, -0.75), (5, 0), textcoords="offset points", color=BAD)
    axes.set(xlabel=words.roi, ylim=(len(seen) - 0.4, -0.9), yticks=range(len(seen)))
    axes.set_yticklabels(seen.index)
    axes.tick_params(axis="y", labelsize=12, length=0)
    axes.set_xlim(0, 1.12 * max(seen.max(axis=None), tested["high"].max()))
    axes.grid(axis="x", visible=True)
    axes.grid(axis="y", visible=False)
    figure.subplots_adjust(left=0.14, top=0.98)
    rows = [
        words.roi_row.format(
            channel=channel,
            seen=", ".join(f"{report} {roas:.2f}" for report, roas in seen.loc[channel].items()),
            **tested.loc[channel],
        )
        for channel in seen.index
    ]
    return Picture(figure, words.rois.format(rows="; ".join(rows), line=line))


def show_positions(
    frame: pd.DataFrame, x: str, y: str, *, group: str, mark: Mapping[str, tuple[float, float]]
) -> Picture:
    """Draw a positioning map: one dot a row by two of its columns, coloured by group.

    `mark` names points of your own, as (x, y). Rows with a missing value are left out.
    """
    figure, (axes,) = panels(height=420)
    said = []
    known = frame.dropna(subset=[x, y])
    looks = zip(known.groupby(group), (DATA, TRUTH, MUTED, BAD), "os^D", strict=False)
    for (name, rows), colour, shape in looks:
        axes.plot(rows[x], rows[y], shape, color=colour, alpha=0.55, markersize=7, label=name)
        middle: dict[str, Any] = {"x_middle": rows[x].median(), "y_middle": rows[y].median()}
        said.append(words.position.format(name=name, count=len(rows), x=x, y=y, **middle))
    for name, place in mark.items():
        axes.plot(*place, "*", color=YOU, markersize=18, label=name)
        said.append(words.marked.format(name=name, x=x, y=y, x_place=place[0], y_place=place[1]))
    axes.set(xlabel=x, ylabel=y)
    axes.grid(axis="both", visible=True)
    axes.legend(loc="upper left", handlelength=1)
    figure.subplots_adjust(top=0.97)
    return Picture(figure, words.positions.format(x=x, y=y, groups="; ".join(said)))


def show_acquisition(weeks: pd.DataFrame, curve: Any, *, conditions: Sequence[str] = ()) -> Picture:
    """Draw what a platform's spend brought, week by week, with the curve of its first and last.

    `weeks` has `week`, `spend` (yuan) and `new_customers`; `curve` is what `acquisition_curve`
    makes of them. Weeks under one of the `conditions`, which the curve sets apart, are hollow.
    """
    figure, (axes,) = panels(height=380)
    start, end = weeks["week"].min(), weeks["week"].max()
    spends = np.linspace(weeks["spend"].max() / 60, weeks["spend"].max() * 1.03, 60)
    early = weeks["week"] <= (start + end) / 2
    apart = weeks[list(conditions)].eq(1).any(axis=1)
    for half, week, colour in ((early, start, MUTED), (~early, end, DATA)):
        for which, filling in ((half & ~apart, colour), (half & apart, "none")):
            spend, came = (weeks.loc[which, name] / 1e3 for name in ("spend", "new_customers"))
            axes.plot(spend, came, "o", color=colour, markersize=7, markerfacecolor=filling)
        fitted = [curve.customers(spend, week) / 1e3 for spend in spends]
        axes.plot(spends / 1e3, fitted, color=colour, label=words.week.format(week=week))
    axes.set(xlabel=words.acquisition_x, ylabel=words.acquisition_y)
    axes.set(xlim=(0, None), ylim=(0, None))
    axes.legend(loc="upper left", handlelength=1.2)
    figure.subplots_adjust(top=0.97)
    middle = float(weeks["spend"].median())
    said = words.acquisition.format(
        spend=middle,
        start=start,
        end=end,
        first=curve.customers(middle, start),
        last=curve.customers(middle, end),
    )
    return Picture(figure, said)


def show_event_study(study: pd.DataFrame, *, start: Any) -> Picture:
    """Draw the effects of an event study, period by period, with a line where the change came.

    `study` is what `event_study` returns: indexed by period, `effect`, `low`, `high` as shares.
    """
    percent = 100 * study[["effect", "low", "high"]]
    before = percent.index < start
    figure, (axes,) = panels(height=340)
    places = range(len(percent))
    for rows, colour in ((before, MUTED), (~before, DATA)):
        at = [place for place in places if rows[place]]
        axes.vlines(at, percent["low"][rows], percent["high"][rows], color=colour, linewidth=3)
        axes.plot(at, percent["effect"][rows], "o", color=colour, markersize=9)
    axes.axhline(0, color=MUTED, linewidth=1)
    axes.axvline(before.sum() - 0.5, color=INK, linewidth=1, linestyle="--")
    axes.set(
        xlabel=percent.index.name,
        ylabel=words.estimated_effect,
        xticks=places,
        xticklabels=percent.index,
    )
    figure.subplots_adjust(top=0.96)
    said = {
        name: ", ".join(f"{effect:+.0f}" for effect in percent["effect"][rows])
        for name, rows in (("before", before), ("after", ~before))
    }
    return Picture(figure, words.study.format(period=percent.index.name, **said))


def show_lines(table: pd.DataFrame, *, y: str) -> Picture:
    """Draw each column of a table as a line over its index; the columns' names are the legend.

    An index of texts stands for a few places in their order: they are marked, over a y from 0.
    Of more lines than have room in a legend, their middle stands out, place by place.
    """
    if table.shape[1] > MOST_LINES:
        return _show_many_lines(table, y)
    figure, (axes,) = panels(height=340)
    places = table.index
    if places.inferred_type == "string":
        places = pd.RangeIndex(len(table))
        axes.set_xticks(places, table.index)
    marker = "o" if places is not table.index else ""
    axes.plot(places, table, marker=marker, label=list(table.columns))
    axes.set(xlabel=table.index.name, ylabel=y, xlim=(places[0], places[-1]))
    if marker:
        axes.set(xlim=(-0.4, len(table) - 0.6), ylim=(0, 1.1 * float(table.to_numpy().max())))
    axes.legend(ncols=table.shape[1], loc="lower center", bbox_to_anchor=(0.5, 1))
    lines = [
        words.line.format(name=name, first=line.iloc[0], low=line.min(), last=line.iloc[-1])
        for name, line in table.items()
    ]
    return Picture(figure, words.lines.format(y=y, x=table.index.name, lines="; ".join(lines)))


def _show_many_lines(table: pd.DataFrame, y: str) -> Picture:
    figure, (axes,) = panels(height=340)
    axes.plot(table.index, table, color=MUTED, linewidth=1, alpha=0.6)
    axes.plot(table.median(axis=1), color=DATA, linewidth=3, marker="o", label=words.middle)
    axes.set(xlabel=table.index.name, ylabel=y, xlim=(table.index[0], table.index[-1]))
    axes.legend(loc="upper right")
    figure.subplots_adjust(top=0.96)
    places = "; ".join(
        words.many_at.format(place=place, low=row.min(), middle=row.median(), high=row.max())
        for place, row in table.iterrows()
    )
    said = {"count": table.shape[1], "y": y, "x": table.index.name, "places": places}
    return Picture(figure, words.many_lines.format(**said))


def show_by(groups: Mapping[str, pd.DataFrame], *, y: str) -> Picture:
    """Draw numbers with their intervals over the steps of a table: a line of dots a group.

    Each group is a table with `value`, `low` and `high`, indexed by the steps (numbers, and the
    same for all); the groups' names are the legend.
    """
    figure, (axes,) = panels(height=320)
    steps = next(iter(groups.values())).index
    apart = 0.12 * (np.arange(len(groups)) - (len(groups) - 1) / 2)
    lines = []
    for (name, table), beside, colour in zip(groups.items(), apart, (DATA, CLAIM), strict=False):
        places = np.arange(len(steps)) + beside
        axes.vlines(places, table["low"], table["high"], color=colour, linewidth=3, alpha=0.6)
        axes.plot(places, table["value"], "o-", color=colour, markersize=8, linewidth=1, label=name)
        rows = zip(table.index, *(table[end] for end in ("value", "low", "high")), strict=True)
        said = [words.step.format(x=x, value=v, low=low, high=high) for x, v, low, high in rows]
        lines.append(words.steps.format(name=name, rows=", ".join(said)))
    axes.axhline(0, color=MUTED, linewidth=1)
    axes.set(xlabel=steps.name, ylabel=y, xlim=(-0.5, len(steps) - 0.5))
    axes.set_xticks(range(len(steps)), [f"{step:g}" for step in steps])
    if len(groups) > 1:
        axes.legend(ncols=len(groups), loc="lower center", bbox_to_anchor=(0.5, 1))
    figure.subplots_adjust(top=0.88 if len(groups) > 1 else 0.97)
    return Picture(figure, words.by.format(y=y, x=steps.name, lines="; ".join(lines)))


def show_histograms(groups: Mapping[str, Any], *, bins: Any, x: str) -> Picture:
    """Draw histograms over each other, each in percent of its own values.

    `groups` holds the values by name; `bins` are the edges of the bars.
    """
    figure, (axes,) = panels(height=340)
    said = []
    for (name, values), colour in zip(groups.items(), (MUTED, CLAIM, DATA), strict=False):
        percent = 100 * np.histogram(values, bins)[0] / len(values)
        axes.stairs(percent, bins, fill=True, color=colour, alpha=0.3)
        axes.stairs(percent, bins, color=colour, linewidth=2, label=name)
        top = int(percent.argmax())
        said.append(
            words.histogram.format(name=name, low=bins[top], high=bins[top + 1], top=percent[top])
        )
    axes.set(xlabel=x, ylabel=words.percent_of_each, xlim=(bins[0], bins[-1]))
    axes.legend(ncols=len(groups), loc="lower center", bbox_to_anchor=(0.5, 1))
    return Picture(figure, words.histograms.format(x=x, groups="; ".join(said)))


def show_demand(shares: pd.Series, *, cost: float | None = None) -> Picture:
    """Draw the shares that order at each price, and the exponential curve through them.

    `shares` is indexed by price, yuan. Where `cost` is known, what an order costs in yuan, the
    profit of 100 visits stands beside them.
    """
    slope, level = np.polyfit(shares.index, np.log(shares), 1)
    prices = np.linspace(shares.index.min() - 4, shares.index.max() + 4, 100)
    curve = np.exp(level + slope * prices)
    figure, axes = panels((1,) if cost is None else (1, 1), height=340)
    axes[0].plot(shares.index, 100 * shares, "o", color=DATA)
    axes[0].plot(prices, 100 * curve, color=CLAIM)
    ticks = [3, 5, 10, 20, 30]
    axes[0].set(xlabel=words.price, ylabel=words.orders_of_100, yscale="log")
    axes[0].set_yticks(ticks, [str(tick) for tick in ticks])
    axes[0].minorticks_off()
    said = words.demand.format(first=100 * shares.iloc[0], last=100 * shares.iloc[-1])
    if cost is not None:
        profit = 100 * curve * (prices - cost)
        top = int(profit.argmax())
        axes[1].plot(shares.index, 100 * shares * (shares.index - cost), "o", color=DATA)
        axes[1].plot(prices, profit, color=CLAIM)
        axes[1].plot(prices[top], profit[top], "*", color=INK, markersize=16)
        axes[1].set(xlabel=words.price, ylabel=words.profit_of_100)
        said = f"{said} {words.demand_profit.format(best=prices[top], most=profit[top])}"
    return Picture(figure, said)


def show_waiting(curves: Mapping[str, Any]) -> Picture:
    """Draw the shares still waiting, day by day, with their intervals; the names are the legend.

    `curves` holds what `survival_curve` returns, by name.
    """
    figure, (axes,) = panels(height=360)
    lines = []
    for (name, curve), colour in zip(curves.items(), (DATA, CLAIM, MUTED, BAD), strict=False):
        days = curve.table["days"]
        percent = 100 * curve.table[["waiting", "low", "high"]]
        axes.fill_between(
            days, percent["low"], percent["high"], step="post", color=colour, alpha=0.2, linewidth=0
        )
        axes.step(days, percent["waiting"], where="post", color=colour, label=name)
        week, month = (percent["waiting"][days <= day].iloc[-1] for day in (7, 30))
        last = percent["waiting"].iloc[-1]
        lines.append(words.waited.format(name=name, week=week, month=month, last=last))
    axes.set(xlabel=words.wait_x, ylabel=words.wait_y, ylim=(0, 102), xlim=(0, None))
    axes.axhline(50, color=MUTED, linewidth=1, linestyle="--")
    axes.legend(loc="upper right")
    figure.subplots_adjust(top=0.97)
    return Picture(figure, words.waiting.format(lines="; ".join(lines)))


def show_response(response: Any, spend: float) -> Picture:
    """Draw a response to spend, with the average and the slope at one spend.

    `response` is what `fit_response` returns, in yuan a week; the axes are in thousands.
    """
    sold = float(response.revenue(spend))
    slope = float(response.revenue(spend + 1)) - sold
    average = sold / spend
    grid = np.linspace(0, 2.2 * spend, 100)
    figure, (axes,) = panels(height=340)
    axes.plot(grid / 1_000, response.revenue(grid) / 1_000, color=DATA)
    chord = np.array([0, 1])
    said = words.average.format(average=average)
    axes.plot(chord * spend / 1_000, chord * sold / 1_000, "--", color=CLAIM, label=said)
    reach = spend * np.array([0.55, 1.45])
    tangent = sold + slope * (reach - spend)
    axes.plot(reach / 1_000, tangent / 1_000, color=INK, label=words.next.format(slope=slope))
    axes.plot(spend / 1_000, sold / 1_000, "o", color=DATA, markersize=10)
    axes.set(xlabel=words.spend, ylabel=words.revenue, xlim=(0, 2.2 * spend / 1_000))
    axes.set_ylim(0, None)
    axes.legend(loc="upper left")
    figure.subplots_adjust(top=0.96)
    return Picture(figure, words.response.format(spend=spend, average=average, next=slope))


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
