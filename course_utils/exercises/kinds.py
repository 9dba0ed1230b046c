"""The kinds of answer that an exercise can ask for.

A kind reads whatever honest form of an answer a trainee hands in (`read`), says whether two
answers are the same (`same`), how far one is from a slip (`apart`), and writes one in words
(`show`). `near` names a general slip, such as a share given for a percentage. What can't be read
raises `Unreadable` with a sentence.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Protocol

import numpy as np
import pandas as pd

from course_utils.exercises import words
from course_utils.exercises.numerals import (
    LARGEST,
    as_float,
    is_duration,
    only_item,
    per_hundred,
    unit_in_words,
    written,
)

NOTHING = "none of them"  # of the options: as the record keeps it, in every language
MANY = 12  # labels: more than any answer has
# A slip is known within 3% of its own size. The answer's tolerance says how exact the answer must
# be; around a slip of another size it would take in whatever is near zero, zero itself included.
OF_A_SLIP = 0.03
# By what a value must be multiplied to make the answer, where that is not a share's hundred.
FACTORS = {
    "hundredth": 100,
    "hundredfold": 1 / 100,
    "thousandth": 1_000,
    "thousandfold": 1 / 1_000,
    "millionth": 1_000_000,
    "millionfold": 1 / 1_000_000,
}


class Unreadable(ValueError):  # noqa: N818 - reads as a word: "raise Unreadable"
    """The answer has no form that this exercise can read; the message says what would do."""


class Kind(Protocol):
    """What every kind of answer can do.

    `apart` is in steps of what still counts as the slip: up to 1 it is that slip. `near` raises
    Unreadable for what can't be laid beside the answer.
    """

    def read(self, value: Any) -> Any: ...  # noqa: D102
    def same(self, given: Any, wanted: Any) -> bool: ...  # noqa: D102
    def apart(self, given: Any, slip: Any) -> float: ...  # noqa: D102
    def near(self, given: Any, wanted: Any) -> str: ...  # noqa: D102
    def show(self, value: Any) -> str: ...  # noqa: D102


class Choice(Kind, Protocol):
    """A kind that chooses among named options; `source` writes a choice as a trainee types it."""

    @property
    def options(self) -> tuple[str, ...]: ...  # noqa: D102
    def every(self) -> list[Any]: ...  # noqa: D102
    def source(self, value: Any) -> str: ...  # noqa: D102


class _Exact:
    """Answers that are the same or not, with nothing between."""

    def same(self, given: Any, wanted: Any) -> bool:
        """Whether both are the same."""
        return bool(given == wanted)

    def apart(self, given: Any, slip: Any) -> float:
        """No distance, or an infinite one."""
        return 0.0 if given == slip else math.inf

    def near(self, given: Any, wanted: Any) -> str:
        """No general slips."""
        return ""


@dataclass(frozen=True)
class Number:
    """One number. `within` is the absolute tolerance, `percent_within` a relative one."""

    unit: str = ""
    within: float = 0.0
    percent_within: float = 0.0
    digits: int = 2

    def read(self, value: Any) -> float:
        """A number of any type, or a Series, frame or array that holds just one.

        Or a result of our own functions, where it has one number to it.
        """
        given = _only_number(_only_item(value))
        number = as_float(given)
        if number is None:
            asked = words.one_number_in if self.unit else words.one_number
            raise Unreadable(asked.format(unit=unit_in_words(self.unit), given=_name(given)))
        if math.isnan(number) or abs(number) > LARGEST:
            raise Unreadable(words.no_number.format(given=f"{number:g}"))
        return number

    def same(self, given: float, wanted: float) -> bool:
        """Whether the two agree within the tolerance."""
        return abs(given - wanted) <= self._room(wanted)

    def apart(self, given: float, slip: float) -> float:
        """How far the two are apart, in steps of what still counts as the slip."""
        return _steps_apart(given, slip, self._room(slip))

    def near(self, given: float, wanted: float) -> str:
        """The answer rounded too far, as a share, with the wrong sign, or 100, 1,000, 10⁶ times."""
        return _general_slip(self.unit, given, wanted, lambda value: self.same(value, wanted))

    def show(self, value: float) -> str:
        """The number with its unit; a small one with more digits, a huge one described."""
        unit = "%" if self.unit == "percent" else unit_in_words(self.unit)
        if abs(value) >= 1e9:
            return written(value, unit)
        digits = self.digits
        while abs(round(value, digits) - value) > abs(value) / 20 and digits < 15:
            digits += 1  # 0.0028 is not 0.00
        return f"{value:z,.{digits}f}{'' if unit == '%' else ' '}{unit}".strip()

    def _room(self, wanted: float) -> float:
        return max(self.within, abs(wanted) * self.percent_within / 100)


@dataclass(frozen=True)
class Guess:
    """A prediction: any number in the range will do, and none is wrong."""

    low: float
    high: float
    unit: str = ""

    def read(self, value: Any) -> float:
        """A number between `low` and `high`."""
        number = Number(self.unit).read(value)
        if not self.low <= number <= self.high:
            ends = {"low": f"{self.low:g}", "high": f"{self.high:g}"}
            raise Unreadable(words.out_of_bounds.format(**ends, given=written(number)))
        return number

    def same(self, given: float, wanted: float) -> bool:
        """Every readable guess is as good as another."""
        return True

    def apart(self, given: float, slip: float) -> float:
        """A guess has no slips."""
        return math.inf

    def near(self, given: float, wanted: float) -> str:
        """A guess has no slips."""
        return ""

    def doubt(self, given: float) -> str:
        """A question where the guess reads as a share: below 1, and its hundredfold would do.

        Half a point of at most four is a guess; half a percent of at most a hundred is rather 50.
        """
        meant = round(100 * given, 9)
        if not (per_hundred(self.unit) and 0 < abs(given) < 1 and self.low <= meant <= self.high):
            return ""
        shown = {"meant": self.show(meant), "number": f"{meant:g}", "given": f"{given:g}"}
        return str(words.guess_as_share.format(**shown))

    def show(self, value: float) -> str:
        """The guess with its unit."""
        return f"{value:g} {unit_in_words(self.unit)}".strip()


@dataclass(frozen=True)
class Pick(_Exact):
    """Any of the named options, as a list; the order and doubles don't matter."""

    options: tuple[str, ...]

    def read(self, value: Any) -> frozenset[str]:
        """A list, tuple or set of names; an empty list is an answer too. Or as `show` writes it."""
        names = value
        if isinstance(value, str):
            names = [] if value == NOTHING else value.split("+")
        if not isinstance(names, list | tuple | set | frozenset):
            such = list(self.options[:2])
            raise Unreadable(words.give_list.format(such=such, given=_name(value)))
        known = {option.lower(): option for option in self.options}
        picked = [known.get(str(name).strip().lower()) for name in names]
        if None in picked:
            odd = [str(name) for name, found in zip(names, picked, strict=True) if not found]
            known_ones = ", ".join(self.options)
            raise Unreadable(words.unknown_option.format(given=odd[0], known=known_ones))
        return frozenset(name for name in picked if name)

    def show(self, value: frozenset[str]) -> str:
        """The names in the order of the options."""
        return " + ".join(option for option in self.options if option in value) or NOTHING

    def every(self) -> list[frozenset[str]]:
        """Every set of options, the empty one first."""
        sizes = range(len(self.options) + 1)
        return [frozenset(some) for size in sizes for some in combinations(self.options, size)]

    def source(self, value: frozenset[str]) -> str:
        """The list of names as a trainee types it."""
        return repr([option for option in self.options if option in value])


@dataclass(frozen=True)
class OneOf(_Exact):
    """One of the named options, as text."""

    options: tuple[str, ...]

    def read(self, value: Any) -> str:
        """A name, or a list that holds one."""
        name = value[0] if isinstance(value, list | tuple) and len(value) == 1 else value
        if not isinstance(name, str):
            such = self.options[0]
            raise Unreadable(words.give_one.format(such=such, given=_name(value)))
        known = {" ".join(option.lower().split()): option for option in self.options}
        found = known.get(" ".join(name.lower().split()))
        if found is None:
            known_ones = "; ".join(self.options)
            raise Unreadable(words.unknown_option.format(given=name, known=known_ones))
        return found

    def show(self, value: str) -> str:
        """The option's name."""
        return value

    def every(self) -> list[str]:
        """Every option."""
        return list(self.options)

    def source(self, value: str) -> str:
        """The option as a trainee types it."""
        return repr(value)


@dataclass(frozen=True)
class Values:
    """One number for each of a few labels: a Series, a dict, or a frame of two columns.

    Without labels, as a list, an array or a Series counted from 0, they stand in the order of the
    answer's own table.
    """

    unit: str = ""
    within: float = 0.0
    digits: int = 2

    def read(self, value: Any) -> pd.Series:
        """The numbers, indexed by their labels as text; of more than `MANY` only their count."""
        series = _as_series(value)
        if len(series) > MANY:  # a whole column: no answer, and long to read
            return series
        if series.isna().any():
            label = series.index[series.isna()][0]
            raise Unreadable(words.value_missing.format(label=label))
        try:
            numbers = [Number().read(number) for number in series]
        except Unreadable:
            raise Unreadable(words.no_numbers) from None
        return pd.Series(numbers, [_label(name) for name in series.index])

    def same(self, given: pd.Series, wanted: pd.Series) -> bool:
        """Whether the labels are the same and each number agrees within the tolerance."""
        matched = _matched(given, wanted)
        return matched is not None and self._all_within(matched, wanted.to_numpy())

    def apart(self, given: pd.Series, slip: pd.Series) -> float:
        """How far the label that is furthest off is from the slip, as `Number.apart` counts."""
        matched = _matched(given, slip)
        if matched is None:
            return math.inf
        pairs = zip(matched, slip, strict=True)
        return max(_steps_apart(number, wanted, self.within) for number, wanted in pairs)

    def near(self, given: pd.Series, wanted: pd.Series) -> str:
        """What `Number.near` names, for all labels alike."""
        matched, numbers = _matched(given, wanted), wanted.to_numpy()
        if matched is None:
            raise Unreadable(_labels_apart(given, wanted))
        return _general_slip(
            self.unit, matched, numbers, lambda values: self._all_within(values, numbers)
        )

    def show(self, value: pd.Series) -> str:
        """Label and number, one after the other, in the labels' order."""
        if len(value) > MANY:
            return str(words.a_series.format(count=len(value)))
        number = Number(self.unit, digits=self.digits)
        return ", ".join(f"{label} {number.show(x)}" for label, x in value.sort_index().items())

    def _all_within(self, given: np.ndarray, wanted: np.ndarray) -> bool:
        return bool((abs(given - wanted) <= self.within).all())


@dataclass(frozen=True, eq=False)
class Bars:
    """Bars as they are compared: their heights and their middles, from left to right."""

    heights: np.ndarray
    middles: np.ndarray

    @classmethod
    def counted(cls, values: Any, bins: Any, weights: Any = None) -> "Bars":
        """The bars of a histogram, without drawing it."""
        heights, edges = np.histogram(values, bins, weights=weights)
        return cls(heights, (edges[1:] + edges[:-1]) / 2)

    def stand_on(self, other: "Bars") -> bool:
        """Whether the bars stand where the other's do, to a tenth of the narrowest step."""
        step = np.diff(other.middles).min(initial=math.inf)
        return self.middles.shape == other.middles.shape and bool(
            (abs(self.middles - other.middles) <= step / 10).all()
        )


@dataclass(frozen=True)
class Drawing:
    """A figure to reproduce: the Axes that the trainee drew on, read back bar by bar.

    Places and heights of the bars are compared; `within` is relative to the tallest of them.
    """

    within: float = 0.02

    def read(self, value: Any) -> Bars:
        """The bars on the axes, or those that a slip has counted."""
        if isinstance(value, Bars):
            return value
        axes = getattr(value, "axes", value)
        axes = axes[0] if isinstance(axes, list) and axes else axes
        if not hasattr(axes, "patches"):
            raise Unreadable(words.no_axes.format(given=_name(value)))
        groups = [_bars(group) for group in axes.containers if getattr(group, "patches", ())]
        if not groups and any(hasattr(patch, "get_xy") for patch in axes.patches):
            raise Unreadable(words.outlines)
        if not groups:
            raise Unreadable(words.no_bars)
        if len({(*group.heights, *group.middles) for group in groups}) > 1:  # not one drawn twice
            raise Unreadable(words.several_bars)
        return groups[0]

    def same(self, given: Bars, wanted: Bars) -> bool:
        """Whether the bars stand at the same places and each is as tall."""
        return self.apart(given, wanted) <= 1

    def apart(self, given: Bars, slip: Bars) -> float:
        """The largest difference in height, in steps of `within` of the tallest bar."""
        if given.heights.shape != slip.heights.shape or not given.stand_on(slip):
            return math.inf
        return float(abs(given.heights - slip.heights).max() / (self.within * slip.heights.max()))

    def near(self, given: Bars, wanted: Bars) -> str:
        """Bars that are cut differently, or stand somewhere else."""
        if given.stand_on(wanted):
            return ""
        return "places" if self.same(Bars(given.heights, wanted.middles), wanted) else "bins"

    def show(self, value: Bars) -> str:
        """How many bars and how tall the tallest is."""
        heights = value.heights
        return str(words.bars.format(count=len(heights), tallest=f"{heights.max():,.0f}"))


@contextmanager
def hidden_figure() -> Iterator[Any]:
    """A figure that pyplot draws on and the notebook never shows; the trainee's stays as it is."""
    from matplotlib import pyplot  # only here: it is slow to import

    shown = pyplot.get_fignums()
    mine = pyplot.gcf().number if shown else None
    figure = pyplot.figure()
    try:
        yield figure
    finally:
        pyplot.close(figure)
        if mine is not None and pyplot.fignum_exists(mine):
            pyplot.figure(mine)


def _bars(group: Any) -> Bars:
    bars = sorted(group.patches, key=lambda bar: bar.get_x())
    return Bars(
        np.array([bar.get_height() for bar in bars], float),
        np.array([bar.get_x() + bar.get_width() / 2 for bar in bars], float),
    )


def _steps_apart(given: float, slip: float, room: float) -> float:
    """The distance from a slip, in steps of its own small tolerance and never more than `room`."""
    step = min(room, OF_A_SLIP * abs(slip))
    if math.isclose(given, slip, rel_tol=1e-9):
        return 0.0
    return abs(given - slip) / step if step else math.inf


def _general_slip(unit: str, given: Any, wanted: Any, same: Callable[[Any], bool]) -> str:
    """The slip that turns the answer, one number or an array of them, into what was given."""

    def fits(value: Any) -> bool:
        return same(value) or _is_rounded(value, wanted)

    if same(0 * wanted):  # then any small enough multiple would do
        return ""
    if _is_rounded(given, wanted):
        return "rounded"
    if fits(-given):
        return "sign"
    if per_hundred(unit) and fits(100 * given):
        return "share"
    if per_hundred(unit) and fits(-100 * given):
        return "share_and_sign"
    return next((name for name, factor in FACTORS.items() if fits(factor * given)), "")


def _is_rounded(given: Any, wanted: Any) -> bool:
    """Whether these are the wanted numbers, rounded alike: two digits or more of the largest."""
    largest = float(np.max(np.abs(wanted)))
    if not largest:
        return False
    first = 1 - math.floor(math.log10(largest))  # decimals that leave two digits
    return any(
        bool(np.isclose(given, np.round(wanted, decimals), rtol=1e-9, atol=0).all())
        for decimals in range(first, first + 6)
    )


def _label(name: Any) -> str:
    return f"{name:.0f}" if isinstance(name, float) and name.is_integer() else str(name)


def _matched(given: pd.Series, wanted: pd.Series) -> np.ndarray | None:
    """The given numbers in the order of the wanted labels; None if the labels don't fit.

    Spaces and capitals don't matter; labels that only count from 0 stand for the order of the rows.
    """
    if len(given) != len(wanted):
        return None
    for plain in (str, _plain):
        numbers = {plain(label): number for label, number in given.items()}
        labels = [plain(label) for label in wanted.index]
        if len(numbers) == len(given) and numbers.keys() == set(labels):
            return np.array([numbers[label] for label in labels])
    return given.to_numpy() if _is_counted(given) else None


def _plain(label: object) -> str:
    return "".join(str(label).split()).casefold()


def _is_counted(series: pd.Series) -> bool:
    return list(series.index) == [str(place) for place in range(len(series))]


def _labels_apart(given: pd.Series, wanted: pd.Series) -> str:
    """What keeps the given numbers from being laid beside the wanted ones."""
    if len(given) > MANY or _is_counted(given):
        counts = {"given": len(given), "wanted": len(wanted)}
        return str(words.other_count.format(**counts, labels=_listed(wanted.index)))
    known, found = ({_plain(label) for label in series.index} for series in (wanted, given))
    missing = [label for label in wanted.index if _plain(label) not in found]
    unknown = [label for label in given.index if _plain(label) not in known]
    parts = [words.labels_missing.format(labels=_listed(missing))] if missing else []
    parts += [words.labels_unknown.format(labels=_listed(unknown))] if unknown else []
    return str(words.other_labels.format(parts="; ".join(parts) or words.labels_twice))


def _listed(labels: Iterable[str]) -> str:
    first, *more = [f"'{label[:30]}'" for label in labels]
    shown = ", ".join([first, *more[:2]])
    return words.and_more.format(shown=shown, count=len(more) - 2) if len(more) > 2 else shown


def _only_item(value: Any) -> Any:
    """What a container of exactly one thing holds; anything else as it is."""
    size = value.size if isinstance(value, pd.DataFrame | pd.Series | pd.Index | np.ndarray) else 1
    if size == 0:
        raise Unreadable(words.no_rows)
    if size > 1:
        raise Unreadable(words.many_numbers.format(count=size))
    return only_item(value)


def _only_number(value: Any) -> Any:
    """The number of a result of our own functions; anything else as it is.

    That is its one float, when its interval and its level are set aside; counts are whole numbers.
    """
    if not type(value).__module__.startswith("course_utils.analysis."):
        return value
    names = [
        name
        for name in dir(value)
        if not name.startswith("_")
        and not name.endswith(("low", "high"))
        and name not in ("confidence_level", "t_quantile")
        and isinstance(getattr(value, name), float)
    ]
    if len(names) > 1:
        listed = ", ".join(f"`.{name}`" for name in names)
        raise Unreadable(words.whole_result.format(type=type(value).__name__, names=listed))
    return getattr(value, names[0]) if names else value


def _as_series(value: Any) -> pd.Series:
    if isinstance(value, pd.DataFrame):
        if value.shape[1] == 2:
            value = pd.Series(value.iloc[:, 1].to_numpy(), value.iloc[:, 0])
        elif value.shape[1] == 1:
            value = value.iloc[:, 0]
    elif isinstance(value, Mapping):
        value = pd.Series(dict(value))
    elif isinstance(value, list | tuple) or (isinstance(value, np.ndarray) and value.ndim == 1):
        value = pd.Series(value, dtype=None if len(value) else float)
    if not isinstance(value, pd.Series):
        raise Unreadable(words.give_series.format(given=_name(value)))
    if value.empty:
        raise Unreadable(words.no_rows)
    return value


def _name(value: Any) -> str:
    """A value as a person would name it."""
    names: dict[str, str] = words.values
    if value is None:
        return names["none"]
    if isinstance(value, str):
        return names["text"].format(text=value[:40])
    if isinstance(value, bool | np.bool_):
        return f"{value}"
    if is_duration(value):
        return names["duration"]
    if callable(value):
        return names["function"].format(name=getattr(value, "__name__", "…"))
    if isinstance(value, np.ndarray):
        return names["array"].format(count=value.size)
    type_name = type(value).__name__
    return names["an" if type_name[0].lower() in "aeiou" else "a"].format(type=type_name)
