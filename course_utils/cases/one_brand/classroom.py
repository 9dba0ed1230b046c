"""What a class did with one brand: everybody's years side by side, without a ranking.

A year comes out of a code or a saved file as a history of the journal. All of a class stand in one
world and are worked out at once.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from course_utils.cases.case import ClassView
from course_utils.cases.one_brand.dials import SAID
from course_utils.cases.one_brand.players import default_policy
from course_utils.cases.one_brand.reports import Played
from course_utils.cases.one_brand.runs import played_of
from course_utils.cases.one_brand.score import costliest_of, lines_of
from course_utils.cases.one_brand.year import (
    DIALS,
    MONTHS,
    VERSION,
    World,
    expected,
    path,
    realised,
    value,
    world_of,
)
from course_utils.exercises.numerals import written
from course_utils.figures.picture import Picture
from course_utils.figures.style import BAD, DATA, MUTED, TRUTH, YOU, panels
from course_utils.record.journal import HEAD

MILLION = 1e6


@dataclass(frozen=True)
class Classroom:
    """The years of a class that are over, by nickname, all in one world.

    `elsewhere` are those who ran their year in another class's world, or in another version;
    `under_way` those who have not finished.
    """

    world: World
    years: Mapping[str, Played]
    elsewhere: tuple[str, ...] = ()
    under_way: tuple[str, ...] = ()

    @classmethod
    def of(cls, histories: Mapping[str, str]) -> "Classroom":
        """A class from its histories. Its world is the one in which most of them are."""
        heads = Counter(history[:HEAD] for history in histories.values())
        known = [head for head, _ in heads.most_common() if int(head[:2], 16) == VERSION]
        head = known[0] if known else f"{VERSION:02x}00000"
        world = world_of(int(head[2:], 16))
        years, elsewhere, under_way = {}, [], []
        for name, history in histories.items():
            if history[:HEAD] != head:
                elsewhere.append(name)
                continue
            played = played_of(history, world)
            if len(played.months) < MONTHS:
                under_way.append(name)
            else:
                years[name] = played
        return cls(world, years, tuple(elsewhere), tuple(under_way))

    @cached_property
    def _arrays(self) -> tuple[np.ndarray, np.ndarray]:
        years = self.years.values()
        shape = (len(years), MONTHS, -1)
        policy = np.array([played.policy for played in years]).reshape(*shape)
        return policy, np.array([played.research for played in years]).reshape(*shape)

    def table(self) -> pd.DataFrame:
        """One row a trainee, in the order in which they came: score, luck, research, first move."""
        columns = ["name", "score", "gain", "regret", "luck", "research", "costliest"]
        if not self.years:
            return pd.DataFrame(columns=columns)
        policy, research = self._arrays
        year = expected(self.world, policy, research)
        worths = value(self.world, year)
        came = value(self.world, realised(self.world, policy, research))
        lines = lines_of(self.world)
        base, best = lines["default"].worth, lines["best"].worth
        first = [moves[0].dial if moves else "" for moves in self._moves]
        found = (
            list(self.years),
            (worths - base) / (best - base),
            worths - base,
            best - worths,
            came - worths,
            -year.ledger[..., -1].sum(axis=-1),
            first,
        )
        return pd.DataFrame(dict(zip(columns, found, strict=True)))

    @cached_property
    def _moves(self) -> list[list]:
        return costliest_of(list(self.years.values())) if self.years else []

    def common_moves(self) -> pd.DataFrame:
        """The dials that cost most: in how many trainees' three costliest, and what on average."""
        costs: dict[str, list[float]] = {}
        for moves in self._moves:
            for move in moves:
                costs.setdefault(move.dial, []).append(move.cost)
        rows = [(dial, len(costs[dial]), np.mean(costs[dial])) for dial in DIALS if dial in costs]
        rows.sort(key=lambda row: (-row[1], -row[2]))
        return pd.DataFrame(rows, columns=["dial", "trainees", "cost"])

    # Pictures -------------------------------------------------------------------------------

    def fan(self, *, revealed: bool) -> Picture:
        """Everybody's year beyond last year's dials; once revealed, the analyst's and the best."""
        said = SAID["classroom"]["shown"]
        # The best plan takes a second to find: nobody waits for it before it is shown.
        base = path(self.world, expected(self.world, default_policy(self.world)))
        policy, research = self._arrays
        paths = (path(self.world, expected(self.world, policy, research)) - base) / MILLION
        months = np.arange(1, MONTHS + 1)
        figure, (axes,) = panels(height=340)
        # As one line with gaps: two hundred of them would take a second to draw.
        apart = np.pad(paths, ((0, 0), (0, 1)), constant_values=np.nan).ravel()
        along = np.tile([*months, np.nan], len(paths))
        axes.plot(along, apart, color=YOU, linewidth=1, alpha=0.35)
        axes.plot(months, np.median(paths, axis=0), color=YOU, linewidth=3)
        if revealed:
            lines = lines_of(self.world)
            for name, colour in (("careful", DATA), ("best", TRUTH)):
                more = (lines[name].path - base) / MILLION
                axes.plot(months, more, color=colour, label=SAID["debrief"]["names"][name])
            axes.legend(loc="upper left")
        axes.axhline(0, color=MUTED, linewidth=1)
        axes.set(xlabel=SAID["debrief"]["month"], ylabel=SAID["debrief"]["more"])
        axes.set(xticks=months, xlim=(1, MONTHS))
        figure.subplots_adjust(top=0.96)
        middle = float(np.median(paths[:, -1]))
        return Picture(figure, said["fan"].format(count=len(paths), middle=middle))

    def research_and_regret(self) -> Picture:
        """What each paid for tests, and what each leaves to the best plan."""
        table, said = self.table(), SAID["classroom"]["shown"]
        figure, (axes,) = panels(height=340)
        axes.plot(table["research"] / 1e3, table["regret"] / MILLION, "o", color=YOU, alpha=0.7)
        most = max(float(table["research"].max()) / 1e3, 10.0)
        axes.set(xlabel=said["research"], ylabel=said["regret"], ylim=(0, None))
        axes.set(xlim=(-0.03 * most, 1.06 * most))
        figure.subplots_adjust(top=0.96)
        none = table[table["research"] == 0]
        means = [part["regret"].mean() / MILLION for part in (none, table.drop(none.index))]
        counts = {"none": len(none), "some": len(table) - len(none)}
        shown = [f"{mean:.1f}" if np.isfinite(mean) else "–" for mean in means]
        return Picture(
            figure, said["by_research"].format(**counts, of_none=shown[0], of_some=shown[1])
        )

    def skill_and_luck(self) -> Picture:
        """What each one's decisions brought, and what luck brought on top."""
        table, said = self.table(), SAID["classroom"]["shown"]
        figure, (axes,) = panels(height=340)
        axes.plot(table["gain"] / MILLION, table["luck"] / MILLION, "o", color=YOU, alpha=0.7)
        axes.axhline(0, color=MUTED, linewidth=1)
        axes.axvline(0, color=MUTED, linewidth=1)
        axes.set(xlabel=said["skill"], ylabel=said["luck"])
        figure.subplots_adjust(left=0.11, top=0.96)
        spread = {"skill": table["gain"].std() / MILLION, "luck": table["luck"].std() / MILLION}
        return Picture(figure, said["by_luck"].format(**spread))

    def moves(self) -> Picture:
        """How often each dial is among the three costliest moves of a trainee."""
        found, said = self.common_moves(), SAID["classroom"]["shown"]
        figure, (axes,) = panels(height=110 + 38 * max(len(found), 1))
        axes.barh(range(len(found)), found["trainees"], color=BAD, height=0.62, alpha=0.85)
        names = [SAID["desk"]["dials"][dial] for dial in found["dial"]]
        axes.set_yticks(range(len(found)), names)
        axes.invert_yaxis()
        axes.set(xlabel=said["trainees"], xlim=(0, max(len(self.years), 1)))
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(axis="x", visible=True)
        axes.grid(axis="y", visible=False)
        figure.subplots_adjust(left=0.2, top=0.96)
        rows = "; ".join(
            said["move"].format(
                dial=name, count=count, cost=written(cost, "yuan", spread=max(10 * cost, 1e4))
            )
            for name, count, cost in zip(names, found["trainees"], found["cost"], strict=True)
        )
        return Picture(figure, said["moves"].format(rows=rows))

    # On the class board ---------------------------------------------------------------------

    def absent(self) -> str:
        """Who is not in the pictures, and why."""
        said = SAID["classroom"]
        parts = [
            said[name].format(names=", ".join(who))
            for name, who in (("under_way", self.under_way), ("elsewhere", self.elsewhere))
            if who
        ]
        return " ".join(parts)


DRAWN: Mapping[str, Callable[[Classroom, bool], Picture]] = {
    "fan": lambda room, revealed: room.fan(revealed=revealed),
    "research": lambda room, _: room.research_and_regret(),
    "luck": lambda room, _: room.skill_and_luck(),
    "moves": lambda room, _: room.moves(),
}


@lru_cache(maxsize=2)
def _classroom(histories: tuple[tuple[str, str], ...]) -> Classroom:
    """One class for all its pictures."""
    return Classroom.of(dict(histories))


def _view(name: str) -> ClassView:
    title = SAID["classroom"]["views"][name]

    def show(histories: Mapping[str, str], revealed: bool) -> Picture | str:
        room = _classroom(tuple(histories.items()))
        if not room.years:
            said = SAID["classroom"]["nobody"].format(view=title)
            return f"{said} {room.absent()}".strip()
        picture = DRAWN[name](room, revealed)
        picture.words = f"{picture.words} {room.absent()}".strip()
        return picture

    return ClassView(title, show)


CLASS_VIEWS: Mapping[str, ClassView] = {name: _view(name) for name in DRAWN}
