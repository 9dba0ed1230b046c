"""Choices: what makes people take one option of several, and what it is worth to them in money."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from course_utils.analysis.estimates import Estimate
from course_utils.analysis.normal import critical_value
from course_utils.analysis.tables import (
    as_numbers,
    require_complete,
    require_flags,
    require_known,
    require_share,
)
from course_utils.errors import InputError

Array = NDArray[np.float64]


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
        return float(self.table.loc[term, "coefficient"])


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
    from scipy.optimize import minimize

    terms = [terms] if isinstance(terms, str) else list(terms)
    require_complete(survey, *terms, chosen, person, task, name="survey")
    require_share(level, "level")
    require_flags(survey, chosen)
    group = survey.groupby([person, task], sort=False).ngroup().to_numpy()
    order = np.argsort(group, kind="stable")
    group, rows = group[order], survey.iloc[order]
    starts = np.flatnonzero(np.r_[True, np.diff(group) > 0])
    taken = rows[chosen].to_numpy(float)
    _require_one_taken(taken, starts)
    options = np.column_stack([as_numbers(rows[term], f'The term "{term}"') for term in terms])
    # Only differences within a task count; scaled, the terms' curvatures are alike.
    options = options - (np.add.reduceat(options, starts) / _sizes(group)[:, None])[group]
    scale = options.std(axis=0)
    _require_told_apart(options, scale, terms)
    options = options / scale

    def loss(taste: Array) -> tuple[float, Array]:
        chance, log_chance = _chances(options @ taste, group, starts)
        return -(taken @ log_chance) / len(starts), -((taken - chance) @ options) / len(starts)

    def curvature(taste: Array) -> Array:
        return _information(options, _chances(options @ taste, group, starts)[0], group, starts)

    found = minimize(
        loss,
        np.zeros(len(terms)),
        jac=True,
        hess=lambda taste: curvature(taste) / len(starts),
        method="trust-exact",
        options={"gtol": 1e-9},
    )
    chance, _ = _chances(options @ found.x, group, starts)
    if chance[taken == 1].min() > 1 - 1e-5:
        raise InputError("These terms predict every choice: no coefficient is large enough.")
    bread = np.linalg.inv(curvature(found.x))
    people, who = np.unique(rows[person].to_numpy(), return_inverse=True)
    scores = np.zeros((len(people), len(terms)))
    np.add.at(scores, who, (taken - chance)[:, None] * options)
    small_sample = len(people) / max(len(people) - 1, 1)
    covariance = bread @ (scores.T @ scores) @ bread * small_sample / np.outer(scale, scale)
    error = np.sqrt(np.diag(covariance))
    margin = critical_value(level) * error
    coefficient = found.x / scale
    return ChoiceModel(
        table=pd.DataFrame(
            {
                "coefficient": coefficient,
                "standard_error": error,
                "low": coefficient - margin,
                "high": coefficient + margin,
            },
            index=pd.Index(terms, name="term"),
        ),
        covariance=pd.DataFrame(covariance, index=terms, columns=terms),
        people=len(people),
        choices=len(starts),
        level=level,
    )


def willingness_to_pay(model: ChoiceModel, term: str, *, price: str = "price") -> Estimate:
    """Return what one unit of a term is worth, in the price's unit, with its interval.

    The price rise that one unit more just makes up for: −coefficient ÷ price coefficient; the
    interval by the delta method (Train 2009, Discrete Choice Methods, section 3.2). For a quality
    point this is the shopper's value for money in yuan. Raises `InputError` unless the price puts
    people off.
    """
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
    terms = model.table.index.tolist()
    require_complete(options, *terms, name="table of options")
    utility = options[terms].to_numpy(float) @ model.table["coefficient"].to_numpy()
    weight = np.exp(utility - utility.max())
    return pd.Series(weight / weight.sum(), index=options.index, name="share")


def _sizes(group: NDArray[np.intp]) -> Array:
    return np.bincount(group).astype(float)


def _require_one_taken(taken: Array, starts: NDArray[np.intp]) -> None:
    wrong = np.add.reduceat(taken, starts) != 1
    if wrong.any():
        raise InputError(
            f"{wrong.sum():,} of {len(starts):,} tasks don't have exactly one option chosen: "
            "are there doubled or missing rows?"
        )


def _require_told_apart(options: Array, scale: Array, terms: list[str]) -> None:
    same = [term for term, spread in zip(terms, scale, strict=True) if spread < 1e-12]
    if same:
        raise InputError(
            f'The term "{same[0]}" is the same for all options of each task, so no choice can '
            "depend on it: multiply it with the price."
        )
    if np.linalg.matrix_rank(options / scale) < len(terms):
        raise InputError("Two of the terms say the same thing: leave one of them out.")


def _chances(
    utility: Array, group: NDArray[np.intp], starts: NDArray[np.intp]
) -> tuple[Array, Array]:
    """Return each option's chance within its task, and the logarithm of it."""
    utility = utility - np.maximum.reduceat(utility, starts)[group]
    log_chance = utility - np.log(np.add.reduceat(np.exp(utility), starts))[group]
    return np.exp(log_chance), log_chance


def _information(
    options: Array, chance: Array, group: NDArray[np.intp], starts: NDArray[np.intp]
) -> Array:
    """Return the observed information: the spread of the terms within tasks, by the chances."""
    weighted = chance[:, None] * options
    mean = np.add.reduceat(weighted, starts)
    return options.T @ weighted - mean.T @ mean
