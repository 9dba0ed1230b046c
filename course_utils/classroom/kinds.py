"""The kinds of answer that an exercise can ask for.

A kind reads whatever honest form of an answer a trainee hands in (`read`), says whether two
answers are the same (`same`) and writes one in words (`show`). `near` names a general slip,
such as a share given for a percentage. What can't be read raises `Unreadable` with a sentence.
"""

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import combinations
from numbers import Real
from typing import Any, Protocol

import numpy as np
import pandas as pd

from course_utils.classroom.verdicts import LARGEST

NOTHING = "none of them"  # of the options
NO_ROWS = "Your table has no rows: a filter on the way dropped them all."


class Unreadable(ValueError):  # noqa: N818 - reads as a word: "raise Unreadable"
    """The answer has no form that this exercise can read; the message says what would do."""


class Kind(Protocol):
    """What every kind of answer can do."""

    def read(self, value: Any) -> Any: ...  # noqa: D102
    def same(self, given: Any, wanted: Any) -> bool: ...  # noqa: D102
    def near(self, given: Any, wanted: Any) -> str: ...  # noqa: D102
    def show(self, value: Any) -> str: ...  # noqa: D102


class Choice(Kind, Protocol):
    """A kind that chooses among named options; `source` writes a choice as a trainee types it."""

    @property
    def options(self) -> tuple[str, ...]: ...  # noqa: D102
    def every(self) -> list[Any]: ...  # noqa: D102
    def source(self, value: Any) -> str: ...  # noqa: D102


@dataclass(frozen=True)
class Number:
    """One number. `within` is the absolute tolerance, `percent_within` a relative one."""

    unit: str = ""
    within: float = 0.0
    percent_within: float = 0.0
    digits: int = 2

    def read(self, value: Any) -> float:
        """An int, a float, a NumPy scalar, or a Series, frame or array that holds just one."""
        value = _only_item(value)
        if isinstance(value, bool | np.bool_) or not isinstance(value, Real):
            raise Unreadable(
                f"This exercise takes one number{self._in_unit()}; you gave {_name(value)}."
            )
        try:
            number = float(value)
        except OverflowError:  # an integer beyond every float
            number = math.inf
        if math.isnan(number) or abs(number) > LARGEST:
            raise Unreadable(
                f"Your number is {number:g}: something on the way to it was missing or divided by "
                "zero. Look at the values that go into it."
            )
        return number

    def same(self, given: float, wanted: float) -> bool:
        """Whether the two agree within the tolerance."""
        return abs(given - wanted) <= max(self.within, abs(wanted) * self.percent_within / 100)

    def near(self, given: float, wanted: float) -> str:
        """A share given for a percentage, the wrong sign, or a factor of a thousand."""
        if "percent" in self.unit and self.same(given * 100, wanted):
            return "share"
        if wanted and self.same(-given, wanted):
            return "sign"
        return ""

    def show(self, value: float) -> str:
        """The number with its unit."""
        if self.unit == "percent":
            return f"{value:z,.{self.digits}f}%"
        return f"{value:z,.{self.digits}f} {self.unit}".strip()

    def _in_unit(self) -> str:
        return f", in {self.unit}" if self.unit else ""


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
            raise Unreadable(
                f"Any number from {self.low:g} to {self.high:g} will do; you gave {number:g}."
            )
        return number

    def same(self, given: float, wanted: float) -> bool:
        """Every readable guess is as good as another."""
        return True

    def near(self, given: float, wanted: float) -> str:
        """A guess has no slips."""
        return ""

    def show(self, value: float) -> str:
        """The guess with its unit."""
        return f"{value:g} {self.unit}".strip()


@dataclass(frozen=True)
class Pick:
    """Any of the named options, as a list; the order and doubles don't matter."""

    options: tuple[str, ...]

    def read(self, value: Any) -> frozenset[str]:
        """A list, tuple or set of names; an empty list is an answer too. Or as `show` writes it."""
        names = value
        if isinstance(value, str):
            names = [] if value == NOTHING else value.split("+")
        if not isinstance(names, list | tuple | set | frozenset):
            raise Unreadable(
                f"Give a list such as {list(self.options[:2])}; you gave {_name(value)}."
            )
        known = {option.lower(): option for option in self.options}
        picked = [known.get(str(name).strip().lower()) for name in names]
        if None in picked:
            odd = [str(name) for name, found in zip(names, picked, strict=True) if not found]
            raise Unreadable(f"I don't know {odd[0]!r}. There are: {', '.join(self.options)}.")
        return frozenset(name for name in picked if name)

    def same(self, given: frozenset[str], wanted: frozenset[str]) -> bool:
        """Whether both hold the same names."""
        return given == wanted

    def near(self, given: frozenset[str], wanted: frozenset[str]) -> str:
        """No general slips."""
        return ""

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
class OneOf:
    """One of the named options, as text."""

    options: tuple[str, ...]

    def read(self, value: Any) -> str:
        """A name, or a list that holds one."""
        name = value[0] if isinstance(value, list | tuple) and len(value) == 1 else value
        if not isinstance(name, str):
            raise Unreadable(f"Give one name such as {self.options[0]!r}; you gave {_name(value)}.")
        known = {" ".join(option.lower().split()): option for option in self.options}
        found = known.get(" ".join(name.lower().split()))
        if found is None:
            raise Unreadable(f"I don't know {name!r}. There are: {'; '.join(self.options)}.")
        return found

    def same(self, given: str, wanted: str) -> bool:
        """Whether both are the same option."""
        return given == wanted

    def near(self, given: str, wanted: str) -> str:
        """No general slips."""
        return ""

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
    """One number for each label, in any order: a Series, a dict, or a frame of two columns."""

    unit: str = ""
    within: float = 0.0
    digits: int = 2

    def read(self, value: Any) -> pd.Series:
        """The numbers, indexed by their labels as text, in the labels' order."""
        series = _as_series(value)
        if series.isna().any():
            raise Unreadable(f"The value for '{series.index[series.isna()][0]}' is missing.")
        try:
            numbers = series.map(Number().read)
        except Unreadable:
            raise Unreadable("Each value should be a number; some of yours are not.") from None
        return numbers.set_axis(numbers.index.map(str)).sort_index()

    def same(self, given: pd.Series, wanted: pd.Series) -> bool:
        """Whether the labels are the same and each number agrees within the tolerance."""
        return list(given.index) == list(wanted.index) and bool(
            (abs(given.to_numpy() - wanted.to_numpy()) <= self.within).all()
        )

    def near(self, given: pd.Series, wanted: pd.Series) -> str:
        """Shares given for percentages."""
        return "share" if "percent" in self.unit and self.same(given * 100, wanted) else ""

    def show(self, value: pd.Series) -> str:
        """Label and number, one after the other."""
        number = Number(self.unit, digits=self.digits)
        return ", ".join(f"{label} {number.show(x)}" for label, x in value.items())


@dataclass(frozen=True)
class Drawing:
    """A figure to reproduce: the Axes that the trainee drew on, read back bar by bar.

    The heights of the bars are compared; `within` is relative to the tallest of them.
    """

    within: float = 0.02

    def read(self, value: Any) -> np.ndarray:
        """The bars' heights, left to right."""
        if _are_heights(value):
            return value  # the wanted ones
        axes = getattr(value, "axes", value)
        axes = axes[0] if isinstance(axes, list) and axes else axes
        if not hasattr(axes, "patches"):
            raise Unreadable(f"Hand in the axes that you drew on, `ax`; you gave {_name(value)}.")
        bars = sorted(
            (bar for bar in axes.patches if hasattr(bar, "get_x")), key=lambda b: b.get_x()
        )
        if not bars:
            raise Unreadable("There are no bars on these axes yet: draw them with `ax.hist(…)`.")
        return np.array([bar.get_height() for bar in bars], float)

    def same(self, given: np.ndarray, wanted: np.ndarray) -> bool:
        """Whether there are as many bars and each is as tall."""
        return given.shape == wanted.shape and bool(
            (abs(given - wanted) <= self.within * wanted.max()).all()
        )

    def near(self, given: np.ndarray, wanted: np.ndarray) -> str:
        """Another number of bars."""
        return "bins" if given.shape != wanted.shape else ""

    def show(self, value: np.ndarray) -> str:
        """How many bars and how tall the tallest is."""
        return f"{len(value)} bars, the tallest {value.max():,.0f}"


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


def _are_heights(value: Any) -> bool:
    is_row = isinstance(value, np.ndarray) and value.ndim == 1 and value.dtype.kind in "iuf"
    return is_row and value.size > 0 and bool(np.isfinite(value).all())


def _only_item(value: Any) -> Any:
    """What a container of exactly one thing holds; anything else as it is."""
    if isinstance(value, pd.DataFrame | pd.Series | pd.Index):
        value = value.to_numpy()
    if isinstance(value, np.ndarray):
        if value.size == 0:
            raise Unreadable(NO_ROWS)
        if value.size > 1:
            raise Unreadable(
                f"This exercise takes one number; you gave {value.size:,} values. "
                "Pick the one that is asked for, or sum them up."
            )
        value = value.reshape(-1)[0]
    return value


def _as_series(value: Any) -> pd.Series:
    if isinstance(value, pd.DataFrame):
        if value.shape[1] == 2:
            value = value.set_index(value.columns[0])
        if value.shape[1] == 1:
            value = value.iloc[:, 0]
    if isinstance(value, Mapping):
        value = pd.Series(dict(value))
    if not isinstance(value, pd.Series):
        raise Unreadable(f"Hand in a Series with one number a row; you gave {_name(value)}.")
    if value.empty:
        raise Unreadable(NO_ROWS)
    return value


def _name(value: Any) -> str:
    """A value as a person would name it."""
    if value is None:
        return "None: the cell that makes the value ends without one"
    if isinstance(value, str):
        return f"the text {value[:40]!r}"
    if isinstance(value, bool | np.bool_):
        return f"{value}"
    if callable(value):
        return f"a function ({getattr(value, '__name__', 'it')}): call it with ()"
    if isinstance(value, np.ndarray):
        return f"an array of {value.size:,} values"
    article = "an" if type(value).__name__[0].lower() in "aeiou" else "a"
    return f"{article} {type(value).__name__}"
