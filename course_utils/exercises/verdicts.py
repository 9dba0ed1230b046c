"""Scoring what a trainee commits to: ranges against the truth, decisions against the best one.

A verdict is a 90% range for an effect. One range is scored by the interval score, many by how
often they held the truth (calibration). A decision is scored in yuan of regret.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from course_utils.errors import InputError
from course_utils.exercises import words
from course_utils.exercises.numerals import (
    LARGEST,
    as_float,
    from_text,
    is_duration,
    only_item,
    per_hundred,
    rounded,
    unit_in_words,
    written,
    written_range,
)

MUCH_WIDER = 1.5  # from here on a range is told that it is wider than the data allow
FEW = 5  # below so many verdicts, calibration says little about a person


class VerdictError(InputError):
    """What was given is no range, or no choice; the message says so in one sentence."""


@dataclass(frozen=True)
class Verdict:
    """A range for an unknown number, `low` ≤ `high`, in the unit of the question."""

    low: float
    high: float

    @property
    def width(self) -> float:
        """`high` − `low`, in the same unit."""
        return self.high - self.low

    def miss(self, truth: float) -> float:
        """How far the truth lies above (positive) or below (negative) the range; 0 inside it."""
        return max(0.0, truth - self.high) - max(0.0, self.low - truth)

    def holds(self, truth: float) -> bool:
        """Whether the truth lies in the range, ends included."""
        return self.low <= truth <= self.high

    def doubt(self, claim: float, unit: str) -> str:
        """A question where the range has no width, or reads as if it were in another unit.

        It looks at the claim alone: what it says, and whether it asks, tells nothing of the truth.
        """
        size, furthest = abs(claim), max(abs(self.low), abs(self.high))
        said = {"claim": written(claim, unit), "unit": unit_in_words(unit)}
        if not self.width:
            return words.range_point.format(low=written(self.low, unit))
        if per_hundred(unit) and furthest <= min(1, size / 10):
            meant = written_range(100 * self.low, 100 * self.high, unit)
            return words.range_shares.format(meant=meant)
        if per_hundred(unit) and 0 < 10 * size < min(abs(self.low), abs(self.high)):
            meant = written_range(self.low / 100, self.high / 100, unit)
            return words.range_hundreds.format(meant=meant)
        if furthest < size / 100:
            return words.range_small.format(**said)
        return words.range_large.format(**said) if 0 < 100 * size < furthest else ""


@dataclass(frozen=True)
class Judgement:
    """A verdict beside the truth.

    `score` is the interval score and `miss` is as `Verdict.miss` says, both in the unit of the
    question. `relative_width` is the width as a multiple of the reference range's, None without.
    """

    held: bool
    score: float
    width: float
    truth: float
    miss: float
    relative_width: float | None = None

    def sentence(self, unit: str, spread: float = 0.0) -> str:
        """The judgement in words, in this unit ("points"), with the digits that are known.

        `spread` is the width of the range in which a careful analyst knows the truth; without one,
        three significant digits of the truth are shown.
        """
        spread = spread or abs(self.truth) or self.width
        truth = written(self.truth, unit, spread=spread)
        if self.held:
            return str(words.held.format(truth=truth, width=self._on_width()))
        apart = "points" if unit == "%" else unit  # a difference of percentages
        amount = written(abs(self.miss), apart, spread=spread)
        by = words.just if amount == written(0, apart, spread=spread) else amount
        missed = words.missed_below if self.miss < 0 else words.missed_above
        return str(missed.format(truth=truth, by=by, width=self._on_width()))

    def _on_width(self) -> str:
        ratio = self.relative_width
        if ratio is not None and ratio >= MUCH_WIDER:
            times = f"{ratio:,.1f}".removesuffix(".0")
            wide = words.held_wide if self.held else words.missed_wide
            return str(wide.format(times=times))
        if ratio is not None and ratio <= 1 / MUCH_WIDER and not self.held:
            return str(words.missed_narrow)
        return ""


@dataclass(frozen=True)
class Calibration:
    """How many of a trainee's ranges held the truth: `held` of `total`."""

    held: int
    total: int

    @property
    def share(self) -> float | None:
        """The share that held, from 0 to 1; None before the first verdict."""
        return self.held / self.total if self.total else None

    def sentence(self) -> str:
        """The count in words, beside what a careful analyst reaches."""
        if self.total == 0:
            return str(words.no_verdict)
        if self.total == 1:
            return str(words.first_held if self.held else words.first_missed)
        said = words.so_far_few if self.total < FEW else words.so_far
        return str(said.format(held=self.held, total=self.total))


@dataclass(frozen=True)
class Regret:
    """What a decision earned beside the best one in this world, in yuan."""

    chosen: Any
    profit: float
    best: Any
    best_profit: float

    @property
    def regret(self) -> float:
        """Profit given up, in yuan; 0 for the best choice."""
        return self.best_profit - self.profit

    def sentence(self) -> str:
        """The decision's price in words, each profit to three digits of the larger one."""
        profit, most = round(self.profit), round(self.best_profit)
        size = max(abs(profit), abs(most))
        yours = words.your_choice.format(choice=self.chosen, earns=_earns(profit, size))
        if profit == most:
            return f"{yours} {words.no_better}"
        # From the rounded profits, so that what a reader subtracts comes out.
        regret = rounded(most, size) - rounded(profit, size)
        if regret == 0:
            return f"{yours} {words.hardly_better.format(choice=self.best)}"
        price = {"earns": _earns(most, size), "regret": written(regret, "yuan", spread=size)}
        return f"{yours} {words.better.format(choice=self.best, **price)}"


def read_interval(low: object, high: object, unit: str = "") -> Verdict:
    """The range a trainee gave, as a Verdict; with a unit also an end written as "5%".

    Raises VerdictError for an end that is not one finite number, and for ends the wrong way round.
    """
    verdict = Verdict(_number(low, words.low_end, unit), _number(high, words.high_end, unit))
    if verdict.low > verdict.high:
        above = verdict.low - verdict.high
        low, high = (
            written(end, spread=min(above, abs(end))) for end in (verdict.low, verdict.high)
        )
        raise VerdictError(words.wrong_way_round.format(low=low, high=high))
    return verdict


def interval_score(low: float, high: float, truth: float, *, level: float = 0.90) -> float:
    """The interval score of a central `level` range, in the unit of the question; less is better.

    The width, plus 2 / (1 − level) times the distance by which the range misses the truth. No
    other range expects a lower score than the one between the quantiles (1 ± level) / 2.
    Gneiting & Raftery (2007), "Strictly Proper Scoring Rules, Prediction, and Estimation",
    Journal of the American Statistical Association 102, section 6.2.
    Raises VerdictError as `read_interval` does, InputError for a level outside 0 to 1.
    """
    if not 0 < level < 1:
        raise InputError(f"The level must lie between 0 and 1, such as 0.90; it is {level}.")
    verdict = read_interval(low, high)
    return verdict.width + 2 / (1 - level) * abs(verdict.miss(_number(truth, "The truth")))


def judge(
    verdict: Verdict, truth: float, *, level: float = 0.90, reference: Verdict | None = None
) -> Judgement:
    """Set a verdict beside the truth, and beside the careful analyst's range for the same data.

    Raises as `interval_score` does.
    """
    return Judgement(
        held=verdict.holds(truth),
        score=interval_score(verdict.low, verdict.high, truth, level=level),
        width=verdict.width,
        truth=float(truth),
        miss=verdict.miss(truth),
        relative_width=verdict.width / reference.width if reference and reference.width else None,
    )


def calibration(pairs: Iterable[tuple[float, float, float]]) -> Calibration:
    """The calibration over (low, high, truth) triples."""
    held = [read_interval(low, high).holds(truth) for low, high, truth in pairs]
    return Calibration(sum(held), len(held))


def regret(profits: Mapping[Any, float], chosen: object) -> Regret:
    """Price a decision: `profits` holds the profit of every choice in this world, in yuan.

    Raises VerdictError when `chosen` is none of the choices, or a profit is no finite number.
    """
    earned = {
        choice: _number(profit, f"The profit of {choice}") for choice, profit in profits.items()
    }
    try:
        profit = earned[chosen]
    except (KeyError, TypeError):
        choices = ", ".join(f'"{choice}"' for choice in earned)
        shown = isinstance(chosen, str | int | None)
        given = f'"{chosen}"' if shown else type(chosen).__name__
        raise VerdictError(words.no_choice.format(given=given, choices=choices)) from None
    # In a tie the trainee's own choice is the best one.
    best = max(earned, key=lambda choice: (earned[choice], choice == chosen))
    return Regret(chosen, profit, best, earned[best])


def _number(value: object, name: str, unit: str = "") -> float:
    """The value as a finite float, or a VerdictError that names it."""
    value = only_item(value)
    number = _from_text(value, unit) if isinstance(value, str) and unit else as_float(value)
    if number is not None and abs(number) <= LARGEST:
        return number
    found = words.no_end.get(type(value).__name__, words.no_end["other"])
    if is_duration(value):
        found = words.no_end["duration"]
    elif number is not None:
        found = words.no_end["nan" if math.isnan(number) else "infinite"]
    found = found.format(type=type(value).__name__)
    raise VerdictError(words.not_finite.format(name=name, found=found))


def _from_text(text: str, unit: str) -> float | None:
    try:
        return from_text(text, unit)
    except ValueError:
        return None


def _earns(profit: int, size: int) -> str:
    # A profit too small to show beside the other is shown with digits of its own.
    shown = written(abs(profit), "yuan", spread=size if rounded(profit, size) else 0)
    return str((words.loses if profit < 0 else words.earns).format(yuan=shown))
