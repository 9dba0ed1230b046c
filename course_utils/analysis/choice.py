"""Choices: what makes people take one option of several, and what it is worth to them in money."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from course_utils.analysis.estimates import Estimate
from course_utils.analysis.normal import critical_value
from course_utils.analysis.tables import (
    as_names,
    as_numbers,
    require_complete,
    require_flags,
    require_ids,
    require_kind,
    require_known,
    require_share,
)
from course_utils.errors import InputError

Array = NDArray[Any]


@dataclass(frozen=True, repr=False)
class ChoiceModel:
    """A fitted conditional logit.

    `table` is indexed by term: `coefficient` (utility for one unit of the term), its
    `standard_error`, and its interval `low` to `high` at `level`. `covariance` is that of the
    coefficients.
    """

    table: pd.DataFrame
    covariance: pd.DataFrame
    people: int
    choices: int
    level: float

    # What a notebook shows: the table, and what it rests on.
    def __repr__(self) -> str:
        rests = f"{self.choices:,} choices of {self.people:,} people; {self.level:.0%} intervals"
        return f"{self.table.round(4).to_string()}\n{rests}"

    def __getitem__(self, term: str) -> float:
        """Return the coefficient of a term."""
        require_known([term], self.table.index.tolist(), kind="term", where="The model")
        return float(self.table["coefficient"][term])


def choice_model(
    survey: pd.DataFrame,
    terms: Sequence[str],
    *,
    chosen: str = "chosen",
    person: str = "respondent",
    task: str = "task",
    level: float = 0.90,
) -> ChoiceModel:
    """Fit a conditional logit: how each term moves the chance that an option is chosen.

    One row of `survey` is one option that a `person` saw in a `task`; `chosen` is 1 for the one
    taken, 0 for the rest. The utility of an option is the sum of coefficient × term; the chance
    that it is taken grows with the exponential of its utility (McFadden 1974). A term must differ
    between the options of a task, so a trait of the person enters as a product, such as
    price × (online or not). A person's choices resemble each other, so the standard errors are
    clustered by person (sandwich; Cameron & Trivedi 2005, section 24.5).
    Raises `InputError` for a task without exactly one option chosen, and for terms that can't be
    told apart or that predict every choice.

    >>> survey = pd.DataFrame(
    ...     {
    ...         "respondent": [1, 1, 2, 2, 3, 3],
    ...         "task": [1, 1, 1, 1, 1, 1],
    ...         "price": [39, 69, 39, 69, 39, 69],
    ...         "chosen": [1, 0, 1, 0, 0, 1],
    ...     }
    ... )
    >>> round(choice_model(survey, ["price"])["price"], 4)  # two in three: log(2) for 30 yuan
    -0.0231
    """
    terms = as_names(terms, "terms")
    if not terms:
        raise InputError("terms must name a column or more.")
    require_complete(survey, *terms, chosen, name="survey")
    require_ids(survey, person, task, name="survey")
    require_share(level, "level")
    require_flags(survey, chosen)
    choices = _read_choices(survey, terms, chosen, person, task)
    scale = choices.options.std(axis=0)
    _require_told_apart(choices.options, scale, terms)
    # Scaled, the terms' curvatures are alike, which the search likes.
    choices = choices._replace(options=choices.options / scale)
    taste = _most_likely(choices)
    covariance = _clustered_covariance(choices, taste) / np.outer(scale, scale)
    error, coefficient = np.sqrt(np.diag(covariance)), taste / scale
    margin = critical_value(level) * error
    columns = {
        "coefficient": coefficient,
        "standard_error": error,
        "low": coefficient - margin,
        "high": coefficient + margin,
    }
    return ChoiceModel(
        table=pd.DataFrame(columns, index=pd.Index(terms, name="term")),
        covariance=pd.DataFrame(covariance, index=terms, columns=terms),
        people=len(np.unique(choices.who)),
        choices=len(choices.starts),
        level=level,
    )


def willingness_to_pay(model: ChoiceModel, term: str, *, price: str = "price") -> Estimate:
    """Return what one unit of a term is worth, in the price's unit, with its interval.

    The price rise that one unit more just makes up for: −coefficient ÷ price coefficient; the
    interval by the delta method (Train 2009, Discrete Choice Methods, section 3.2). For a quality
    point this is the shopper's value for money in yuan. Raises `InputError` unless the price puts
    people off.
    """
    require_kind(model, ChoiceModel, "choice_model")
    value, cost = model[term], model[price]
    if cost >= 0:
        raise InputError(f'The coefficient of "{price}" is {cost:.4g}: it should put people off.')
    worth = -value / cost
    slope = np.array([-1 / cost, value / cost**2])
    covariance = model.covariance.loc[[term, price], [term, price]].to_numpy()
    margin = critical_value(model.level) * float(np.sqrt(slope @ covariance @ slope))
    return Estimate(worth, worth - margin, worth + margin, model.level)


def choice_shares(model: ChoiceModel, options: pd.DataFrame) -> pd.Series:
    """Return the share of people who would take each option, were these all there is.

    One row of `options` is one offer, with a column for every term of the model. The shares sum
    to 1 and carry the options' index.
    """
    require_kind(model, ChoiceModel, "choice_model")
    terms = model.table.index.tolist()
    require_complete(options, *terms, name="table of options")
    columns = [as_numbers(options[term], f'The term "{term}"') for term in terms]
    utility = np.column_stack(columns) @ model.table["coefficient"].to_numpy()
    weight = np.exp(utility - utility.max())
    return pd.Series(weight / weight.sum(), index=options.index, name="share")


class _Choices(NamedTuple):
    """The survey as arrays, the options of a task one after the other."""

    options: Array  # rows × terms, less the task's mean, since only differences count
    taken: Array  # 1 for the option chosen
    task: Array  # each row's task, from 0
    starts: Array  # each task's first row
    who: Array  # each row's person, from 0


def _read_choices(
    survey: pd.DataFrame, terms: list[str], chosen: str, person: str, task: str
) -> _Choices:
    number = survey.groupby([person, task], sort=False).ngroup().to_numpy()
    order = np.argsort(number, kind="stable")
    number, rows = number[order], survey.iloc[order]
    starts = np.flatnonzero(np.r_[True, np.diff(number) > 0])
    taken = as_numbers(rows[chosen], chosen)
    wrong = np.add.reduceat(taken, starts) != 1
    if wrong.any():
        raise InputError(
            f"{wrong.sum():,} of {len(starts):,} tasks don't have exactly one option chosen: "
            "are there doubled or missing rows?"
        )
    options = np.column_stack([as_numbers(rows[term], f'The term "{term}"') for term in terms])
    mean = np.add.reduceat(options, starts) / np.bincount(number)[:, None]
    who = pd.factorize(rows[person])[0]
    return _Choices(options - mean[number], taken, number, starts, who)


def _require_told_apart(options: Array, scale: Array, terms: list[str]) -> None:
    same = [term for term, spread in zip(terms, scale, strict=True) if spread < 1e-12]
    if same:
        raise InputError(
            f'The term "{same[0]}" is the same for all options of each task, so no choice can '
            "depend on it: multiply it with the price."
        )
    if np.linalg.matrix_rank(options / scale) < len(terms):
        raise InputError("Two of the terms say the same thing: leave one of them out.")


def _most_likely(choices: _Choices) -> Array:
    """Return the coefficients that make the choices likeliest."""
    from scipy.optimize import minimize

    many = len(choices.starts)

    def surprise(taste: Array) -> tuple[float, Array]:
        log_chance = _log_chance(choices, taste)
        slope = (choices.taken - np.exp(log_chance)) @ choices.options
        return -float(choices.taken @ log_chance) / many, -slope / many

    found = minimize(
        surprise,
        np.zeros(choices.options.shape[1]),
        jac=True,
        hess=lambda taste: _information(choices, taste) / many,
        method="trust-exact",
        options={"gtol": 1e-9},
    )
    if _log_chance(choices, found.x)[choices.taken == 1].min() > -1e-5:
        raise InputError("These terms predict every choice: no coefficient is large enough.")
    return found.x


def _log_chance(choices: _Choices, taste: Array) -> Array:
    """Return the log of each option's chance to be the one chosen of its task."""
    utility = choices.options @ taste
    utility = utility - np.maximum.reduceat(utility, choices.starts)[choices.task]
    return utility - np.log(np.add.reduceat(np.exp(utility), choices.starts))[choices.task]


def _information(choices: _Choices, taste: Array) -> Array:
    """Return the observed information: the spread of the terms within tasks, by the chances."""
    weighted = np.exp(_log_chance(choices, taste))[:, None] * choices.options
    mean = np.add.reduceat(weighted, choices.starts)
    return choices.options.T @ weighted - mean.T @ mean


def _clustered_covariance(choices: _Choices, taste: Array) -> Array:
    """Return the sandwich: the inverse information around the spread of people's scores."""
    rows = (choices.taken - np.exp(_log_chance(choices, taste)))[:, None] * choices.options
    people, place = np.unique(choices.who, return_inverse=True)
    scores = np.zeros((len(people), rows.shape[1]))
    np.add.at(scores, place, rows)
    bread = np.linalg.inv(_information(choices, taste))
    few = len(people) / max(len(people) - 1, 1)
    return few * bread @ (scores.T @ scores) @ bread
