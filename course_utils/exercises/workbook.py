"""How a case declares what it asks of a trainee, in a few lines a piece.

An exercise is a function that computes its answer from the case's tables; its parameters name the
tables, and its source, shown on request, is the solution. The function's name is the exercise's:
records and codes keep it, so it never changes, while the number that is printed ("3.2") comes from
the order in which a case declares what it asks. A slip is a function that computes the
wrong result which people really get. The words stand apart, in the case's `words.en.toml`.

    book = Workbook(chapter=3)

    @book.view
    def visits(sessions, events): ...

    @book.exercise(Number("percent", within=0.01))
    def old_conversion(visits): ...

    @book.slip("old_conversion", "rows_for_visits")
    def _(sessions, events): ...
"""

import ast
import inspect
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from course_utils.exercises.kinds import Choice, Kind, OneOf, Pick

Function = Callable[..., Any]


@dataclass(frozen=True)
class Exercise:
    """One question: what kind of answer it takes, the answer, and the slips by name."""

    group: ClassVar = "exercise"

    name: str
    kind: Kind
    answer: Function
    slips: dict[str, Function] = field(default_factory=dict)

    def solution(self) -> tuple[str, str]:
        """The answer's source: the statements before its `return`, and what it returns."""
        return split_source(self.answer)


@dataclass(frozen=True)
class VerdictQuestion:
    """A range to commit to: the truth in this world, and a careful analyst's range.

    `account` gives further numbers, by name, that the words of the reveal are filled with. `guess`
    names the exercise in which the same was guessed, in the same unit. Rivals are the tempting
    estimates, by name, each as (low, high); a number alone is a range without width.
    """

    group: ClassVar = "verdict"

    name: str
    unit: str
    truth: Function
    claim: float
    careful: Function | None = None
    account: Function | None = None
    guess: str = ""
    rivals: dict[str, Function] = field(default_factory=dict)

    def solution(self) -> tuple[str, str]:
        """The source of the careful analyst's range."""
        return split_source(self.careful) if self.careful else ("", "")


@dataclass(frozen=True)
class Decision:
    """A choice with a price: `profits` gives yuan for every possible choice in this world.

    `forecast` gives what the chapter's own tools say beforehand, for each choice or for some: the
    profit they expect, yuan, and the chance of a loss, from 0 to 1.
    """

    group: ClassVar = "decision"

    name: str
    kind: Choice
    profits: Function
    forecast: Function | None = None

    def priced(self) -> dict[str, float]:
        """The profit of every possible choice, yuan, the choices as the record writes them."""
        return {self.kind.show(choice): profit for choice, profit in self.profits().items()}

    def choices(self) -> list[str]:
        """Every possible choice, as the record writes it."""
        return [self.kind.show(choice) for choice in self.kind.every()]

    def solution(self) -> tuple[str, str]:
        """The best choice, as a trainee types it."""
        profits = self.profits()
        return "", self.kind.source(max(profits, key=profits.__getitem__))


Item = Exercise | VerdictQuestion | Decision


class Workbook:
    """The exercises, verdicts, decisions and derived tables of one case, in their order."""

    def __init__(self, chapter: int) -> None:
        self.chapter = chapter
        self.items: dict[str, Item] = {}
        self.views: dict[str, Function] = {}

    def number(self, name: str) -> str:
        """What is printed for an item: the chapter's number and the item's place in it."""
        return f"{self.chapter}.{list(self.items).index(name) + 1}"

    def find(self, asked: object) -> Item | None:
        """The item of this name, or the one for which this number is printed."""
        named = (item for name, item in self.items.items() if asked in (name, self.number(name)))
        return next(named, None) if isinstance(asked, str) else None

    def view(self, function: Function) -> Function:
        """Declare a table that is derived from others, under the function's name."""
        self.views[function.__name__] = function
        return function

    def exercise(self, kind: Kind) -> Callable[[Function], Function]:
        """Declare an exercise; the function computes the answer."""
        return self._declare(lambda name, answer: Exercise(name, kind, answer))

    def slip(self, of: str, name: str) -> Callable[[Function], Function]:
        """Declare a slip of an exercise; a parameter `answer` stands for the right answer."""

        def declare(function: Function) -> Function:
            exercise = self.items[of]
            assert isinstance(exercise, Exercise), f"{of} is no exercise"
            exercise.slips[name] = function
            return function

        return declare

    def verdict(
        self,
        unit: str,
        *,
        claim: float,
        careful: Function | None = None,
        account: Function | None = None,
        guess: str = "",
    ) -> Callable[[Function], Function]:
        """Declare a verdict; the function gives the truth, `careful` an analyst's (low, high)."""
        return self._declare(
            lambda name, truth: VerdictQuestion(name, unit, truth, claim, careful, account, guess)
        )

    def rival(self, of: str, name: str) -> Callable[[Function], Function]:
        """Declare a tempting estimate of a verdict: a function that gives (low, high)."""

        def declare(function: Function) -> Function:
            question = self.items[of]
            assert isinstance(question, VerdictQuestion), f"{of} is no verdict"
            question.rivals[name] = function
            return function

        return declare

    def decision(
        self, options: tuple[str, ...], *, forecast: Function | None = None
    ) -> Callable[[Function], Function]:
        """Declare a decision; the function gives the profit of every set of options."""
        return self._declare(lambda name, profits: Decision(name, Pick(options), profits, forecast))

    def choice(
        self, options: tuple[str, ...], *, forecast: Function | None = None
    ) -> Callable[[Function], Function]:
        """Declare a decision for one of the options; the function gives the profit of each."""
        return self._declare(
            lambda name, profits: Decision(name, OneOf(options), profits, forecast)
        )

    def _declare(self, make: Callable[[str, Function], Item]) -> Callable[[Function], Function]:
        def declare(function: Function) -> Function:
            name = function.__name__
            assert name not in self.items, f"two items are called {name}"
            self.items[name] = make(name, function)
            return function

        return declare

    def evaluate(self, function: Function, load: Callable[[str], Any], **known: Any) -> Any:
        """Call a function with the tables and views that its parameters name."""
        values: Mapping[str, Any] = {
            name: known[name] if name in known else self.table(name, load)
            for name in inspect.signature(function).parameters
        }
        return function(**values)

    def table(self, name: str, load: Callable[[str], Any]) -> Any:
        """A view, or a table as it was loaded."""
        if name in self.views:
            return self.evaluate(self.views[name], load)
        return load(name)


def split_source(function: Function) -> tuple[str, str]:
    """A function's statements before its last `return`, and the expression it returns."""
    source = textwrap.dedent(inspect.getsource(function))
    definition = ast.parse(source).body[0]
    assert isinstance(definition, ast.FunctionDef)
    *before, last = definition.body
    assert isinstance(last, ast.Return)
    lines = source.splitlines()
    if before and isinstance(before[0], ast.Expr) and isinstance(before[0].value, ast.Constant):
        before = before[1:]  # the docstring is for us, not for the solution
    start = (before or [last])[0].lineno - 1
    while lines[start - 1].lstrip().startswith("#"):
        start -= 1
    body = textwrap.dedent("\n".join(lines[start : last.lineno - 1])).strip("\n")
    # With the brackets around it, which `last.value` leaves out.
    value = (ast.get_source_segment(source, last) or "").removeprefix("return").strip()
    # Lines after the first keep the indent they had inside the function.
    return body, value.replace("\n    ", "\n")
