"""The desk's dials as a person sets them, and a month's choice: dials and tests."""

import math
import reprlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from course_utils.cases.one_brand.year import (
    ADS_STEP,
    DIALS,
    HIGHEST_PRICE,
    LOWEST_PRICE,
    MEMBERSHIPS,
    MOST_ADS,
    PAGES,
    RECALLS,
    TEST_PRICES,
    TEST_SHARES,
    TESTS,
    Array,
    World,
)
from course_utils.errors import InputError
from course_utils.language import read_words

AT_ONCE = 2  # tests a month, at most
SAID: Mapping[str, Any] = read_words(Path(__file__).parent, "brand")

Pair = tuple[int, int]


class DialError(InputError):
    """A dial or a test can't be set so; the message says what it takes. Nothing was run."""


@dataclass(frozen=True)
class Dials:
    """How the desk stands: yuan a month for ads, the price of a first order, three options."""

    search: int = 40_000
    social: int = 40_000
    price: int = 29
    page: str = "old"
    recall: Pair | None = None  # after how many silent days, with a coupon of how many yuan
    membership: Pair | None = None  # a reward of how many yuan at which threshold: (200, 20)

    def row(self) -> Array:
        """The dials as a policy's month has them."""
        options = (
            PAGES.index(self.page),
            RECALLS.index(self.recall),
            MEMBERSHIPS.index(self.membership),
        )
        return np.array([self.search, self.social, self.price, *options], float)

    @classmethod
    def from_row(cls, row: Array) -> "Dials":
        """The dials of a policy's month."""
        search, social, price, page, recall, membership = (int(level) for level in row)
        return cls(search, social, price, PAGES[page], RECALLS[recall], MEMBERSHIPS[membership])

    def turned(self, **given: object) -> "Dials":
        """These dials with some of them set anew.

        Raises `DialError` for a dial that there is not, or a setting that it can't have.
        """
        for name in given:
            if name not in DIALS:
                raise DialError(SAID["no_dial"].format(name=name, known=", ".join(DIALS)))
        read: dict[str, Any] = {name: _READ[name](name, value) for name, value in given.items()}
        return replace(self, **read)

    def as_fields(self) -> dict[str, Any]:
        """The dials as a record holds them."""
        return asdict(self)


@dataclass(frozen=True)
class Month:
    """What is chosen for a month."""

    dials: Dials = Dials()
    tests: tuple[str, ...] = ()

    def research(self) -> Array:
        """The tests as a year's research has them: the share that each takes."""
        return np.array([test in self.tests for test in TESTS]) * np.array(TEST_SHARES)

    def in_advance(self, world: World) -> int:
        """What has to be paid before the month has sold anything, yuan."""
        upkeep = world.page_upkeep * (self.dials.page == "new" or "page" in self.tests)
        upkeep += world.programme * (self.dials.membership is not None)
        tests = sum(TEST_PRICES[TESTS.index(test)] for test in self.tests)
        return int(self.dials.search + self.dials.social + upkeep + tests)


def read_tests(given: object, dials: Dials) -> tuple[str, ...]:
    """The tests of a month in their order. Raises `DialError` where they can't run."""
    if isinstance(given, str):
        given = [given]
    if not isinstance(given, Iterable):
        raise DialError(SAID["tests_as_names"].format(given=_shown(given)))
    names = [str(name).strip().lower() for name in given]
    for name in names:
        if name not in TESTS:
            raise DialError(SAID["no_test"].format(name=name[:30], known=", ".join(TESTS)))
        if names.count(name) > 1:
            raise DialError(SAID["test_twice"].format(name=name))
    if len(names) > AT_ONCE:
        raise DialError(SAID["two_tests"].format(count=len(names)))
    if "membership" in names and dials.membership is not None:
        raise DialError(SAID["invited_already"])
    if "switch_off" in names and not (dials.search and dials.social):
        raise DialError(SAID["no_traffic"])
    return tuple(test for test in TESTS if test in names)


def as_policy(months: Iterable[Month], world: World) -> tuple[Array, Array]:
    """A year's policy and research; the months that are not chosen yet stay as the last one."""
    chosen = list(months) or [Month()]
    rows = [month.dials.row() for month in chosen]
    tests = [month.research() for month in chosen]
    missing = world.months - len(chosen)
    rows += missing * [rows[-1]]
    tests += missing * [np.zeros(len(TESTS))]
    return np.array(rows), np.array(tests)


def as_months(policy: Array) -> list[Month]:
    """The months of a policy, without tests."""
    return [Month(Dials.from_row(row)) for row in policy]


# Reading what a person gives ------------------------------------------------------------------


def _shown(given: object) -> str:
    return reprlib.repr(given)


def _whole(given: object) -> int | None:
    """A whole number, however it is given; None where it is none."""
    if isinstance(given, bool | np.bool_):
        return None
    try:
        number = float(given)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None
    return int(number) if math.isfinite(number) and number == int(number) else None


def _money(name: str, given: object) -> int:
    number = _whole(given)
    if number is None or not 0 <= number <= MOST_ADS or number % ADS_STEP:
        most = {"most": MOST_ADS, "step": ADS_STEP}
        raise DialError(SAID["money"].format(name=name, given=_shown(given), **most))
    return number


def _price(name: str, given: object) -> int:
    number = _whole(given)
    if number is None or not LOWEST_PRICE <= number <= HIGHEST_PRICE:
        ends = {"low": LOWEST_PRICE, "high": HIGHEST_PRICE}
        raise DialError(SAID[name].format(given=_shown(given), **ends))
    return number


def _page(name: str, given: object) -> str:
    page = given.strip().lower() if isinstance(given, str) else ""
    if page not in PAGES:
        raise DialError(SAID[name].format(given=_shown(given)))
    return page


def _pair(name: str, given: object) -> Pair | None:
    options: tuple[Pair | None, ...] = RECALLS if name == "recall" else MEMBERSHIPS
    if given is None or (isinstance(given, str) and given.strip().lower() == "none"):
        return None
    pair = tuple(map(_whole, given)) if isinstance(given, list | tuple) else None
    found = next((option for option in options if option and option == pair), None)
    if found is None:
        raise DialError(SAID[name].format(given=_shown(given)))
    return found


_READ = {
    "search": _money,
    "social": _money,
    "price": _price,
    "page": _page,
    "recall": _pair,
    "membership": _pair,
}
