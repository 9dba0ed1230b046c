"""The noun `brand`: runs a month at a time, keeps them, and shows what came of them.

A month is final once it is run, and it is on record before anything of it is shown. What came of a
month is not kept but worked out again: the same dials, in the same class, find the same. So a
crash, a rerun, a second notebook or a code can neither lose a month nor draw it anew.
"""

import operator
import re
import reprlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache, cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from course_utils.cases.one_brand.debrief import Debrief
from course_utils.cases.one_brand.dials import (
    SAID,
    DialError,
    Dials,
    Month,
    read_tests,
)
from course_utils.cases.one_brand.reports import REPORTS, Played, last_year, report
from course_utils.cases.one_brand.research import result
from course_utils.cases.one_brand.score import Score, score_of
from course_utils.cases.one_brand.sentence import share_of_best_link, verdict_on
from course_utils.cases.one_brand.year import (
    ADS_STEP,
    LOWEST_PRICE,
    MEMBERSHIPS,
    PAGES,
    RECALLS,
    TESTS,
    VERSION,
    World,
    class_number,
    expected,
    world_of,
)
from course_utils.errors import InputError
from course_utils.exercises.blank import is_blank
from course_utils.exercises.feedback import Feedback
from course_utils.exercises.numerals import written, written_range
from course_utils.exercises.verdicts import Verdict, VerdictError, judge, read_interval
from course_utils.figures.picture import Picture
from course_utils.record.journal import HEAD, MOVE, Journal
from course_utils.record.progress import ProgressLog

if TYPE_CHECKING:
    from course_utils.cases.one_brand.desk import Desk

CASE = "one_brand"
ALONE = "solo"  # the class of who is in none
REHEARSAL, FIRST, PRACTICE = "rehearsal", "first", "practice"
REHEARSED = 3  # months
CODE = re.compile(r"\w[\w -]{0,23}")
FORESEEN = (4, 7, 10)  # months for whose contribution a range is asked before they run
SHARE, LINK = "my share", "best link"  # what a range is asked for before the debrief
DEBRIEFS: Mapping[str, Callable[[Debrief], Feedback | Picture]] = {
    "score": Debrief.summary,
    "lines": Debrief.lines,
    "luck": Debrief.luck_and_skill,
    "regret": Debrief.regret,
    "moves": Debrief.moves,
    "when": Debrief.when,
    "sentence": lambda debrief: verdict_on(debrief.played.world),
}


class BrandError(InputError):
    """What was asked for is not there yet, or not any more; the message says so."""


# A month as a move of the journal: eight signs, base 16 ---------------------------------------

_BASES = (64, 64, 64, len(PAGES), len(RECALLS), len(MEMBERSHIPS), 2 ** len(TESTS))


def packed(month: Month) -> str:
    """A month's choice as eight signs."""
    search, social, price, page, recall, membership = month.dials.row().astype(int)
    tests = sum(1 << TESTS.index(test) for test in month.tests)
    digits = (search // ADS_STEP, social // ADS_STEP, price - LOWEST_PRICE, page, recall)
    number = 0
    for digit, base in zip((*digits, membership, tests), _BASES, strict=True):
        number = number * base + int(digit)
    return f"{number:0{MOVE}x}"


@cache
def unpacked(move: str) -> Month:
    """The month that eight signs stand for; `DialError` for what the desk can't be set to."""
    number, digits = int(move, 16), []
    for base in reversed(_BASES):
        number, digit = divmod(number, base)
        digits.append(digit)
    tests, membership, recall, page, price, social, search = digits
    dials = Dials().turned(
        search=search * ADS_STEP,
        social=social * ADS_STEP,
        price=price + LOWEST_PRICE,
        page=PAGES[page],
        recall=RECALLS[recall],
        membership=MEMBERSHIPS[membership],
    )
    named = [test for place, test in enumerate(TESTS) if tests >> place & 1]
    return Month(dials, read_tests(named, dials))


def head(number: int) -> str:
    """How a history begins: the world's version, and the class's number."""
    return f"{VERSION:02x}{number:05x}"


# Runs -------------------------------------------------------------------------------------------


class Run:
    """Months of the brand, one after the other; each is final."""

    def __init__(self, journal: Journal, name: str, number: int, months: int) -> None:
        self._journal = journal
        self.name = name
        self._number = number  # of the class, unless the run has begun in another
        self.length = months

    # What is on record ----------------------------------------------------------------------

    @property
    def history(self) -> str:
        """The run as the journal has it."""
        return self._journal.history(self.name)

    @property
    def number(self) -> int:
        """The number of the class whose world this is."""
        history = self.history
        return int(history[2:HEAD], 16) if history else self._number

    @property
    def version(self) -> int:
        """The version of the world in which the run began."""
        history = self.history
        return int(history[:2], 16) if history else VERSION

    @property
    def world(self) -> World:
        """The world; nothing that a trainee sees shows it before the end."""
        return world_of(self.number)

    @property
    def played(self) -> Played:
        """The months so far."""
        return played_of(self.history, self.world)

    @property
    def over(self) -> bool:
        """Whether its last month has been run."""
        return len(self.played.months) >= self.length

    @property
    def dials(self) -> Dials:
        """How the desk stands."""
        months = self.played.months
        return months[-1].dials if months else Dials()

    # Running a month ------------------------------------------------------------------------

    def run(self, number: object, *, tests: object = (), **dials: object) -> Feedback:
        """Run a month, counted from 1, with dials that are set anew; the others stay as they were.

        `tests` names at most two of the tests for sale. A month that has been run is shown again.
        """
        if is_blank(number, tests, *dials.values()):
            return Feedback("blank", SAID["month_blank"])
        if self.version != VERSION:
            return Feedback("info", SAID["other_version"].format(version=self.version))
        try:
            return self._run(_month_number(number, self.length), tests, dials)
        except InputError as reason:
            return Feedback("unreadable", str(reason))

    def _run(self, number: int, tests: object, given: dict[str, object]) -> Feedback:
        played = self.played
        done = len(played.months)
        if number > done + 1:
            raise BrandError(SAID["too_early"].format(number=number, next=done + 1))
        before = played.months[number - 2].dials if number > 1 else Dials()
        turned = before.turned(**given)
        month = Month(turned, read_tests(tests, turned))
        if number <= done:
            return self._again(played, number, month, asked=bool(given) or bool(month.tests))
        costs = month.in_advance(self.world)
        if costs > max(played.cash, 0):  # what costs nothing runs with an empty bank, too
            raise BrandError(SAID["no_money"].format(costs=costs, cash=played.cash))
        history = (self.history or head(self.number)) + packed(month)
        after = played.then(month)
        noted = {
            "contribution": int(after.year.contribution[number - 1]),
            "customers": int(after.year.stock[number - 1].sum()),
        }
        warning = self._journal.add(self.name, history, **noted)
        now = self.played  # another notebook may have been first
        if now.months[number - 1] != month:
            return self._again(now, number, month, asked=True)
        return self._said(now, number, f"{warning} {self._foreseen(number)}".strip())

    def _foreseen(self, number: int) -> str:
        """What came of a range for this month, or what to foresee next; "" where none is asked."""
        return ""

    def _again(self, played: Played, number: int, month: Month, *, asked: bool) -> Feedback:
        """A month that has been run: shown again; with a word where now other dials are given."""
        found = self._said(played, number)
        if not asked or played.months[number - 1] == month:
            return found
        was = describe(played.months[number - 1])
        said = SAID["is_final"].format(number=number, was=was)
        return replace(found, status="info", text=f"{said}\n\n{found.text}")

    def _said(self, played: Played, number: int, warning: str = "") -> Feedback:
        place = number - 1
        shop = report(replace(played, months=played.months[:number]), "shop").iloc[-1]
        said = [
            SAID["month_over"].format(
                run=SAID["runs"][self.name.rstrip("0123456789")],
                number=number,
                first=shop["first_orders"],
                later=shop["later_orders"],
                contribution=written(float(shop["contribution"]), "yuan"),
                cash=written(float(shop["cash"]), "yuan"),
                dials=describe(played.months[place]),
            )
        ]
        tests = played.months[place].tests
        if tests:
            listed = ", ".join(f'brand.test("{test}")' for test in tests)
            said.append(SAID["tests_ready"].format(tests=listed))
        if number == self.length:
            said.append(SAID["ended"][self.name.rstrip("0123456789")])
        if warning:
            said.append(warning)
        return Feedback("noted", "\n\n".join(said))

    # Looking ----------------------------------------------------------------------------------

    def report(self, name: str = "shop") -> pd.DataFrame:
        """A free report of the months so far: one of shop, ledger, ads, page, recall, …"""
        _known(name, REPORTS, "no_report")
        return report(self.played, name)

    def last_year(self, name: str = "shop") -> pd.DataFrame:
        """The same report of last year, in which the dials stood as on 1 January."""
        _known(name, REPORTS, "no_report")
        return last_year(self.world, name).copy()

    def test(self, name: str, month: int | None = None) -> pd.DataFrame:
        """What a test that was bought found; its last one, or that of a month counted from 1."""
        _known(name, TESTS, "no_test")
        played = self.played
        bought = [place + 1 for place, one in enumerate(played.months) if name in one.tests]
        if not bought or (month is not None and month not in bought):
            raise BrandError(SAID["not_bought"].format(name=name))
        return result(played, (month or bought[-1]) - 1, name)

    def history_table(self) -> pd.DataFrame:
        """One row a month: the dials, the tests, and what it left."""
        rows = []
        for number, month in enumerate(self.played.months, 1):
            recall, membership = month.dials.recall, month.dials.membership
            rows.append(
                {
                    "month": number,
                    **month.dials.as_fields(),
                    "recall": _pair(recall),
                    "membership": _pair(membership),
                    "tests": " + ".join(month.tests),
                }
            )
        table = pd.DataFrame(rows)
        if self.version == VERSION and len(table):
            table["contribution"] = self.played.year.contribution[: len(table)].astype(int)
        return table

    def desk(self) -> "Desk":
        """The desk of this run: dials, tests, reports, and a button that runs the month."""
        from course_utils.cases.one_brand.desk import Desk  # only here: it knows the run

        return Desk(self)

    def debrief(self, part: object = "score") -> Feedback | Picture:
        """What came of a year that is over: one of score, lines, luck, regret, moves, when, …"""
        try:
            self.score()  # or why there is none
            _known(part, tuple(DEBRIEFS), "no_debrief")
            return self._debrief(str(part))
        except InputError as reason:
            return Feedback("info", str(reason))

    def _debrief(self, part: str) -> Feedback | Picture:
        return DEBRIEFS[part](Debrief(self.played))

    def score(self) -> Score:
        """The score of a year that is over. Raises `BrandError` before."""
        if self.version != VERSION:
            raise BrandError(SAID["other_version"].format(version=self.version))
        if not self.over:
            left = self.length - len(self.played.months)
            raise BrandError(SAID["not_over"].format(left=left))
        return score_of(self.played)

    def truth(self) -> pd.DataFrame:
        """For the rehearsal: what its reports said of the last month, and what was so."""
        if self.name != REHEARSAL:
            raise BrandError(SAID["no_truth"])
        if not self.played.months:
            raise BrandError(SAID["not_begun"])
        return truth_of(self.played)


class Brand(Run):
    """The run that counts; beside it the rehearsal, and after it practice."""

    def __init__(self, log: ProgressLog | None = None) -> None:
        self.log = log or ProgressLog()
        super().__init__(Journal(self.log, CASE), FIRST, class_number(ALONE), 12)

    def __repr__(self) -> str:
        return SAID["repr"]

    @property
    def number(self) -> int:
        """The number of the class: where the run began, or else the class that was joined."""
        history = self.history
        return int(history[2:HEAD], 16) if history else class_number(self.class_code)

    @property
    def class_code(self) -> str:
        """The code of the class that was joined."""
        kept = self.log.latest("class", CASE, FIRST) or {}
        code = kept.get("code")
        return code if isinstance(code, str) else ALONE

    def join(self, code: object) -> Feedback:
        """Join a class by its code: everybody in it has the same brand, and the same luck."""
        if is_blank(code):
            return Feedback("blank", SAID["class_blank"])
        if not isinstance(code, str) or not CODE.fullmatch(code.strip()):
            return Feedback("unreadable", SAID["bad_code"].format(given=reprlib.repr(code)))
        if self.history and class_number(code) != self.number:
            return Feedback("info", SAID["class_fixed"])
        warning = self.log.append("class", CASE, FIRST, code=code.strip())
        said = SAID["joined"].format(code=code.strip())
        return Feedback("noted", f"{said}\n\n{warning}" if warning else said)

    # Ranges ---------------------------------------------------------------------------------

    def expect(self, what: object, low: object, high: object) -> Feedback:
        """Commit to a range that you would bet on nine times in ten.

        For what month 4, 7 or 10 will leave, in yuan, before it runs; or, once the year is over and
        before the debrief, for "my share" or "best link", in percent.
        """
        if is_blank(what, low, high):
            return Feedback("blank", SAID["expect_blank"])
        try:
            name = _foreseeable(what)
            unit = "yuan" if name.startswith("month") else "percent"
            if reason := self._too_late(name):
                return Feedback("info", reason)
            verdict = read_interval(low, high, unit)
        except (BrandError, VerdictError) as reason:
            return Feedback("unreadable", str(reason))
        ends = {"low": verdict.low, "high": verdict.high}
        warning = self.log.append("verdict", CASE, name, **ends)
        kept = SAID["expected"].format(range=written_range(**ends, unit=unit), what=_shown(name))
        return Feedback("noted", f"{kept} {warning}".strip())

    def _too_late(self, name: str) -> str:
        """Why a range for it can't be given any more; or, for the year, not yet."""
        if name.startswith("month"):
            number = int(name.partition("_")[2])
            over = len(self.played.months) >= number
            return str(SAID["foreseen_too_late"].format(number=number)) if over else ""
        if not self.over:
            return str(SAID["foreseen_too_early"])
        return str(SAID["seen_already"]) if self.log.latest("reveal", CASE, name) else ""

    def truth_of(self, name: str) -> float:
        """What a range was asked for: "month_4", "my_share", "best_link". In yuan or percent."""
        match name.split("_"):
            case ["month", number]:
                return float(self.played.year.contribution[int(number) - 1])
            case ["my", _]:
                share = score_of(self.played).score
            case _:
                share = share_of_best_link(self.world)
        return round(100 * share, 1) + 0.0  # never minus nothing

    def _judged(self, name: str) -> str:
        """Put the truth on record beside the range for it, and say whether it held; "" without."""
        kept = self.log.latest("verdict", CASE, name) or {}
        if not {"low", "high"} <= kept.keys():
            return ""
        ends = {"low": kept["low"], "high": kept["high"]}
        truth = self.truth_of(name)
        if not self.log.latest("reveal", CASE, name):
            self.log.append("reveal", CASE, name, **ends, truth=truth)
        unit = "yuan" if name.startswith("month") else "percent"
        said = judge(Verdict(**ends), truth).sentence("%" if unit == "percent" else unit)
        return str(SAID["judged"].format(range=written_range(**ends, unit=unit), said=said))

    def _foreseen(self, number: int) -> str:
        said = self._judged(_month(number)) if number in FORESEEN else ""
        if number + 1 in FORESEEN and not self.log.latest("verdict", CASE, _month(number + 1)):
            said = SAID["foresee"].format(number=number + 1)
        return said

    def _debrief(self, part: str) -> Feedback | Picture:
        name = _name(LINK if part == "sentence" else SHARE)
        if not self.log.latest("verdict", CASE, name):
            raise BrandError(SAID["foresee_first"].format(what=_shown(name)))
        said = self._judged(name)
        found = super()._debrief(part)
        if isinstance(found, Feedback):
            return replace(found, text=f"{said}\n\n{found.text}") if part == "score" else found
        if part == "sentence":
            found.words = f"{said} {found.words}"
        return found

    @cached_property
    def rehearsal(self) -> Run:
        """Three months in a world of their own, with the truth after each."""
        return Run(self._journal, REHEARSAL, class_number(REHEARSAL), REHEARSED)

    def practice(self, number: int = 1) -> Run:
        """A year beside the one that counts, in the same world, once that one is over."""
        if not self.over:
            raise BrandError(SAID["practice_later"])
        count = _month_number(number, 99)
        return Run(self._journal, f"{PRACTICE}{count}", self.number, 12)


def played_of(history: str, world: World) -> Played:
    """The months of a history, up to the first that the desk can't be set to."""
    months = []
    for start in range(HEAD, len(history), MOVE):
        try:
            months.append(unpacked(history[start : start + MOVE]))
        except (DialError, IndexError):
            break
    return Played(world, tuple(months[: world.months]))


def describe(month: Month) -> str:
    """A month's dials in words."""
    dials = month.dials
    said = SAID["dials"]
    parts = [
        said["ads"].format(search=dials.search, social=dials.social),
        said["price"].format(price=dials.price),
        said[dials.page],
        said["no_recall"]
        if dials.recall is None
        else said["recall"].format(days=dials.recall[0], coupon=dials.recall[1]),
        said["no_membership"]
        if dials.membership is None
        else said["membership"].format(threshold=dials.membership[0], reward=dials.membership[1]),
    ]
    return ", ".join(parts)


def truth_of(played: Played) -> pd.DataFrame:
    """What the free reports said of the last month, beside what the world knows."""
    world, place = played.world, len(played.months) - 1
    ads = report(played, "ads").tail(2).set_index("channel")["roi"]
    rows = []
    for dial, channel in enumerate(("search", "social")):
        without = played.policy.copy()
        spend = without[place, dial]
        without[place, dial] = 0
        both = expected(world, np.array([played.policy, without]), played.research)
        sold = both.ledger[:, place:, 0].sum(axis=-1)
        true = (sold[0] - sold[1]) / spend if spend else np.nan
        rows.append((SAID["truth"][channel], ads[channel], round(float(true), 2)))
    recall = played.months[-1].dials.recall
    if recall is not None:
        said = report(played, "recall").iloc[-1]
        none = played.policy.copy()
        none[place, 4] = 0
        both = expected(world, np.array([played.policy, none]), played.research)
        extra = both.later[0, place].sum() - both.later[1, place].sum()
        share = 100 * extra / max(both.messages[0, place], 1)
        rows.append((SAID["truth"]["recall"], said["recalled"], round(float(share), 2)))
    if played.months[-1].dials.membership is not None:
        lead = report(played, "members").iloc[-1]["lead"]
        lift = (played.plan.of_members / played.plan.members)[place, 0]
        share = played.plan.members[place, 0]
        true = lift / ((1 - share * lift) / (1 - share))
        rows.append((SAID["truth"]["members"], lead, round(float(true), 2)))
    year = played.year
    mix = 100 * year.first[place, 0] / year.first[place].sum()
    rows.append((SAID["truth"]["drinkers"], np.nan, round(float(mix), 0)))
    return pd.DataFrame(rows, columns=list(SAID["truth"]["columns"]))


def _pair(option: tuple[int, int] | None) -> str:
    return "none" if option is None else f"{option[0]}, {option[1]}"


def _month_number(given: object, last: int) -> int:
    try:
        number = operator.index(given)  # type: ignore[arg-type]
    except TypeError:
        number = 0
    if isinstance(given, bool | np.bool_) or not 1 <= number <= last:
        raise BrandError(SAID["no_month"].format(given=reprlib.repr(given), last=last))
    return number


def _foreseeable(what: object) -> str:
    """The name under which a range for this is on record."""
    if isinstance(what, str) and what.strip().lower() in (SHARE, LINK):
        return _name(what.strip().lower())
    if isinstance(what, int | np.integer) and what in FORESEEN:
        return _month(int(what))
    raise BrandError(SAID["not_foreseeable"].format(given=reprlib.repr(what)))


def _name(what: str) -> str:
    return what.replace(" ", "_")


def _month(number: int) -> str:
    return f"month_{number}"


def _shown(name: str) -> str:
    """What a range is for, as it is typed."""
    kind, _, rest = name.partition("_")
    return rest if kind == "month" else f'"{kind} {rest}"'


FORESEEABLE = (*map(_month, FORESEEN), _name(SHARE), _name(LINK))


def _known(name: object, names: tuple[str, ...], key: str) -> None:
    if name not in names:
        shown = str(name)[:30]
        raise BrandError(SAID[key].format(name=shown, known=", ".join(names)))


__all__ = ["FORESEEABLE", "Brand", "BrandError", "Run", "describe", "packed", "unpacked"]
