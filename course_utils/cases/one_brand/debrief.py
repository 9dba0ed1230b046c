"""The debrief of a year: what it was worth, and where the rest was lost."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from matplotlib.axes import Axes

from course_utils.cases.one_brand.best import ENOUGH, best_policy
from course_utils.cases.one_brand.dials import SAID
from course_utils.cases.one_brand.players import careful_year
from course_utils.cases.one_brand.reports import Played, report
from course_utils.cases.one_brand.score import (
    Move,
    Score,
    dashboards_of,
    score_of,
    tests_bought,
)
from course_utils.cases.one_brand.year import (
    DIALS,
    MEMBERSHIP,
    MEMBERSHIPS,
    PAGE,
    PRICE,
    RECALL,
    RECALLS,
    SEARCH,
    SOCIAL,
    Array,
    World,
    expected,
    no_research,
    path,
    planned,
    realised,
)
from course_utils.exercises.feedback import Feedback
from course_utils.exercises.numerals import written
from course_utils.figures.picture import Picture
from course_utils.figures.style import BAD, CLAIM, DATA, GOOD, MUTED, TRUTH, YOU, panels

COLOURS: Mapping[str, str] = {
    "default": MUTED, "handout": CLAIM, "champion": GOOD, "careful": DATA, "best": TRUTH,
    "you": YOU,
}  # fmt: skip
TWICE = 2  # times the careful analyst's research is too much
MILLION = 1e6


class Debrief:
    """What a year that is over comes to. Its pictures are methods, so that a slide shows one."""

    def __init__(self, played: Played) -> None:
        self.played = played
        self.score: Score = score_of(played)

    def summary(self) -> Feedback:
        """The score in yuan and as a share of the way, luck, and what the dashboards would get."""
        score, said = self.score, SAID["debrief"]
        others = dashboards_of(self.played.world)
        parts = [
            said["score"].format(
                score=round(100 * score.score) + 0,
                gain=_more_or_less(score.worth - score.lines["default"].worth),
                left=_yuan(score.to_best),
                careful=100 * score.lines["careful"].score,
            ),
            said["luck"].format(luck=written(score.luck, "yuan", spread=_known(score.luck))),
            said["others"].format(
                **{name: 100 * line.score for name, line in others.items()},
                handout=100 * score.lines["handout"].score,
                champion=100 * score.lines["champion"].score,
            ),
            self.on_research(),
        ]
        return Feedback("info", "\n\n".join(parts))

    # Pictures -------------------------------------------------------------------------------

    def lines(self) -> Picture:
        """What each of the lines is worth beyond last year's dials, month by month, in millions."""
        lines, said = self.score.lines, SAID["debrief"]
        base = lines["default"].path
        figure, (axes,) = panels(height=380)
        order = sorted(lines, key=lambda name: -lines[name].worth)
        ends = _apart([(lines[name].path - base)[-1] / MILLION for name in order])
        for name, end in zip(order, ends, strict=True):
            self._draw(axes, name, (lines[name].path - base) / MILLION, end)
        axes.set(xlabel=said["month"], ylabel=said["more"], xlim=(0.7, 14.8))
        axes.set_xticks(range(1, 13))
        figure.subplots_adjust(top=0.96)
        rows = "; ".join(
            said["line"].format(name=said["names"][name], score=100 * lines[name].score)
            for name in order
        )
        return Picture(figure, said["lines"].format(rows=rows))

    def _draw(self, axes: Axes, name: str, more: Array, end: float) -> None:
        months = np.arange(1, len(more) + 1)
        width = 3.5 if name == "you" else 2
        axes.plot(months, more, color=COLOURS[name], linewidth=width, zorder=3 + (name == "you"))
        axes.annotate(
            SAID["debrief"]["names"][name],
            (months[-1], end),
            (8, 0),
            textcoords="offset points",
            color=COLOURS[name],
            va="center",
        )

    def luck_and_skill(self) -> Picture:
        """The year as it was expected and as it came, month by month, in millions."""
        world, played, said = self.played.world, self.played, SAID["debrief"]
        came = path(world, realised(world, played.policy, played.research)) / MILLION
        due = self.score.lines["you"].path / MILLION
        base = self.score.lines["default"].path / MILLION
        months = np.arange(1, len(due) + 1)
        figure, (axes,) = panels(height=340)
        axes.fill_between(months, base, due, color=YOU, alpha=0.18, linewidth=0)
        axes.plot(months, base, color=MUTED, label=said["names"]["default"])
        axes.plot(months, due, color=YOU, label=said["expected"])
        axes.plot(months, came, color=TRUTH, linestyle=":", label=said["came"])
        axes.set(xlabel=said["month"], ylabel=said["worth"], xticks=months, xlim=(1, len(due)))
        axes.legend(loc="upper left")
        figure.subplots_adjust(top=0.96)
        skill = self.score.worth - self.score.lines["default"].worth
        return Picture(
            figure, said["skill"].format(skill=_yuan(skill), luck=_yuan(self.score.luck))
        )

    def regret(self) -> Picture:
        """A bar a link for what it leaves to the best, and one for research, in thousands."""
        said = SAID["debrief"]
        rows = sorted(self.score.regret.items(), key=lambda row: -row[1])
        figure, (axes,) = panels(height=100 + 38 * len(rows))
        for place, (_, yuan) in enumerate(rows):
            axes.barh(place, yuan / 1e3, color=BAD if yuan > 0 else GOOD, height=0.62, alpha=0.85)
        axes.set_yticks(range(len(rows)), [said["links"][link] for link, _ in rows])
        axes.invert_yaxis()
        axes.axvline(0, color=TRUTH, linewidth=1)
        axes.set(xlabel=said["regret"])
        axes.grid(axis="x", visible=True)
        axes.grid(axis="y", visible=False)
        figure.subplots_adjust(left=0.2, top=0.97)
        listed = "; ".join(f"{said['links'][link]} {_yuan(yuan)}" for link, yuan in rows)
        return Picture(figure, said["regrets"].format(rows=listed))

    # Sentences --------------------------------------------------------------------------------

    def moves(self) -> Feedback:
        """The moves that cost most, each with the figure that would have shown it."""
        found = [move_said(self.played, move) for move in self.score.moves]
        return Feedback("info", "\n\n".join(found) or SAID["debrief"]["no_moves"])

    def when(self) -> Feedback:
        """The month in which each link first stood near its best, and what coming late cost."""
        said, parts = SAID["debrief"], []
        for link, month in self.score.well_from.items():
            name = said["links"][link]
            parts.append(
                said["never"].format(link=name)
                if month is None
                else said["well_from"].format(link=name, month=month)
            )
        link = max(self.score.late, key=lambda name: self.score.late[name])
        if self.score.late[link] > 0:
            late = {"link": said["links"][link], "yuan": _yuan(self.score.late[link])}
            parts.append(said["late"].format(**late))
        return Feedback("info", "\n\n".join(parts))

    def on_research(self) -> str:
        """Whether it was too little or too much, beside the careful analyst's."""
        said = SAID["debrief"]["research"]
        analyst = careful_year(self.played.world)
        theirs = -float(
            expected(analyst.world, analyst.policy, analyst.research).ledger[:, -1].sum()
        )
        bought = tests_bought(self.played)
        never = [test for test, times in bought.items() if not times]
        paid = {"paid": _yuan(self.score.research_paid), "theirs": _yuan(theirs)}
        if not any(bought.values()):
            return str(said["none"].format(**paid))
        kind = "enough"
        if self.score.research_paid > TWICE * theirs:
            kind = "much"
        elif len(never) >= len(bought) - 1:
            kind = "little"
        lost = self.score.margin_lost
        arms = said["lost" if lost > 0 else "won"].format(lost=_yuan(abs(lost)))
        return f"{said[kind].format(**paid, count=len(never))} {arms}"


# What would have shown it ---------------------------------------------------------------------


def move_said(played: Played, move: Move) -> str:
    """A costly move as a slip is named, with the figure that would have shown it."""
    said = SAID["moves"]
    dial = DIALS.index(move.dial)
    kind = _kind(played, move, dial)
    about = {
        "first": move.first,
        "last": move.last,
        "yours": move.yours,
        "best": move.best,
        "cost": _yuan(move.cost),
        **_shown_by(played, move, dial),
    }
    months = said["one_month"] if move.first == move.last else said["months"]
    return f"{months.format(**about)} {said[kind].format(**about)}"


def _kind(played: Played, move: Move, dial: int) -> str:
    if dial in (SEARCH, SOCIAL, PRICE, PAGE):
        return f"{move.dial}_{'more' if move.yours > move.best else 'less'}"
    inside = slice(move.first - 1, move.last)
    mine = played.policy[inside, dial]
    best = best_policy(played.world)[inside, dial]
    if not np.median(mine):
        return f"{move.dial}_off"
    return f"{move.dial}_{'other' if np.median(best) else 'on'}"


def _shown_by(played: Played, move: Move, dial: int) -> dict[str, float | str]:
    """The figure that a test in the middle of the spell would have shown."""
    world, place = played.world, (move.first + move.last) // 2 - 1
    if dial in (SEARCH, SOCIAL):
        return _of_ads(played, dial, place)
    if dial == PRICE:
        return _of_price(world, played.policy[place, PRICE], move.best)
    if dial == PAGE:
        return {"lift": 100 * _conversion_lift(world)}
    best = best_policy(world)[place, dial]
    option = int(best or played.policy[place, dial])
    if dial == RECALL:
        return _of_recall(played, place, option)
    return _of_membership(played, place, option)


def _of_ads(played: Played, dial: int, place: int) -> dict[str, float | str]:
    """Sales for the last 5,000 yuan, in yuan a yuan; and what the ads' report says of them all."""
    world = played.world
    less = played.policy.copy()
    step = 5_000 if less[place, dial] >= 5_000 else -5_000
    less[place, dial] -= step
    both = expected(world, np.array([played.policy, less]), no_research(world))
    sold = both.ledger[:, place:, 0].sum(axis=-1)
    table = report(replace(played, months=played.months[: place + 1]), "ads")
    row = table[table["channel"] == DIALS[dial]].iloc[-1]
    return {"marginal": float((sold[0] - sold[1]) / step), "roi": float(row["roi"])}


def _of_price(world: World, mine: float, best: float) -> dict[str, float | str]:
    """Who orders again within 30 days, percent, of those who came at each of the two prices."""
    again = []
    for price in (mine, best):
        policy = np.tile([40_000, 40_000, price, 0, 0, 0], (world.months, 1)).astype(float)
        plan = planned(world, policy, no_research(world))
        won = (plan.visits * plan.conversion).mean(axis=0)
        rate = won @ np.array([world.drinkers[0], world.hunters[0]]) / won.sum()
        again.append(100 * float(rate))
    return {"again": again[0], "again_best": again[1], "price": mine, "price_best": best}


def _conversion_lift(world: World) -> float:
    """What the new page adds to conversion in its first month, relative."""
    policies = np.zeros((2, world.months, len(DIALS)))
    policies[..., PRICE] = 45
    policies[1, :, PAGE] = 1
    plan = planned(world, policies, no_research(world))
    first = (plan.visits * plan.conversion).sum(axis=-1)[:, 0]
    return float(first[1] / first[0] - 1)


def _of_recall(played: Played, place: int, option: int) -> dict[str, float | str]:
    """Of 100 messages of this rule: orders that come after them, and those that come because."""
    world = played.world
    policies = np.array([played.policy, played.policy])
    policies[:, place, RECALL] = 0, option
    year = expected(world, policies, no_research(world))
    messages = year.messages[1, place]
    because = (year.later[1, place] - year.later[0, place]).sum()
    days, coupon = RECALLS[option] or (0, 0)
    after = 100 * float(year.messaged_orders[1, place] / messages)
    extra = 100 * float(because / messages)
    return {"after": after, "because": extra, "days": days, "coupon": coupon}


def _of_membership(played: Played, place: int, option: int) -> dict[str, float | str]:
    """What a member orders because of the programme, percent, and the programme."""
    world = played.world
    policy = played.policy.copy()
    policy[place:, MEMBERSHIP] = option
    plan = planned(world, policy, no_research(world))
    members, share = plan.members[place, 0], plan.of_members[place, 0]
    lift = share * (1 - members) / (members * (1 - share)) - 1
    threshold, reward = MEMBERSHIPS[option] or (0, 0)
    return {"lift": 100 * float(lift), "threshold": threshold, "reward": reward}


def _apart(ends: list[float]) -> list[float]:
    """Places for words beside lines that end so, from top to bottom, none on another."""
    room = 0.07 * max(ends[0] - ends[-1], 0.1)
    placed: list[float] = []
    for end in ends:
        placed.append(min(end, placed[-1] - room) if placed else end)
    return placed


def _yuan(amount: float) -> str:
    return written(amount, "yuan", spread=_known(amount))


def _more_or_less(amount: float) -> str:
    said = SAID["debrief"]
    if abs(amount) < ENOUGH:
        return str(said["same"])
    return str(said["gained" if amount > 0 else "lost"].format(yuan=_yuan(abs(amount))))


def _known(amount: float) -> float:
    """Two figures of a large amount are enough."""
    return max(abs(amount) * 10, 10_000.0)
