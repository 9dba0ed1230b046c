"""Choices: what makes people take one option of several, and what it is worth to them in money."""

import warnings
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
    `standard_error`, and its interval `low` to `high` at `confidence_level`. `covariance` is that
    of the coefficients.
    """

    table: pd.DataFrame
    covariance: pd.DataFrame
    people: int
    choices: int
    confidence_level: float

    # What a notebook shows: the table, and what it rests on.
    def __repr__(self) -> str:
        rests = f"{self.choices:,} choices of {self.people:,} people"
        intervals = f"{self.confidence_level:.0%} intervals"
        return f"{self.table.round(4).to_string()}\n{rests}; {intervals}"

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
    confidence_level: float = 0.90,
) -> ChoiceModel:
    """Fit a conditional logit: how each term moves the chance that an option is chosen.

    One row of `survey` is one of the two options that a `person` saw in a `task`; `chosen` is 1 for
    the one taken, 0 for the other. The utility of an option is the sum of coefficient × term; the
    chance that it is taken grows with the exponential of its utility (McFadden 1974). A term must
    differ between the options of a task, so a trait of the person enters as a product, such as
    price × (online or not). A person's choices resemble each other, so the standard errors are
    clustered by person (sandwich; Cameron & Trivedi 2005, section 24.5). It is statsmodels'
    `Logit(first_taken, first - second)` with `cov_type="cluster"`.
    Raises `InputError` for a task without exactly two options and one chosen, and for terms that
    can't be told apart or that predict every choice.

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
    require_share(confidence_level, "confidence_level")
    require_flags(survey, chosen)
    pairs = _pairs(survey, terms, chosen, person, task)
    _require_told_apart(pairs.difference, terms)
    fit = _fitted(pairs)
    covariance = np.asarray(fit.cov_params())
    error, coefficient = np.sqrt(np.diag(covariance)), np.asarray(fit.params)
    margin = critical_value(confidence_level) * error
    columns = {
        "coefficient": coefficient,
        "standard_error": error,
        "low": coefficient - margin,
        "high": coefficient + margin,
    }
    return ChoiceModel(
        table=pd.DataFrame(columns, index=pd.Index(terms, name="term")),
        covariance=pd.DataFrame(covariance, index=terms, columns=terms),
        people=len(np.unique(pairs.who)),
        choices=len(pairs.who),
        confidence_level=confidence_level,
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
    margin = critical_value(model.confidence_level) * float(np.sqrt(slope @ covariance @ slope))
    return Estimate(worth, worth - margin, worth + margin, model.confidence_level)


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


class _Pairs(NamedTuple):
    """The survey's tasks: of each, how its first option differs from its second."""

    difference: Array  # tasks × terms
    first_taken: Array  # 1 where the first option was chosen
    who: Array  # the task's person, from 0


def _pairs(survey: pd.DataFrame, terms: list[str], chosen: str, person: str, task: str) -> _Pairs:
    number = survey.groupby([person, task], sort=False).ngroup().to_numpy()
    order = np.argsort(number, kind="stable")
    rows, options = survey.iloc[order], np.bincount(number)
    taken = as_numbers(rows[chosen], chosen)
    wrong = np.bincount(number[order], taken) != 1
    if wrong.any():
        raise InputError(
            f"{wrong.sum():,} of {len(options):,} tasks don't have exactly one option chosen: "
            "are there doubled or missing rows?"
        )
    if (options != 2).any():
        raise InputError(
            f"{(options != 2).sum():,} of {len(options):,} tasks don't show exactly two options."
        )
    values = np.column_stack([as_numbers(rows[term], f'The term "{term}"') for term in terms])
    return _Pairs(values[::2] - values[1::2], taken[::2], pd.factorize(rows[person][::2])[0])


def _require_told_apart(difference: Array, terms: list[str]) -> None:
    size = np.abs(difference).max(axis=0)
    same = [term for term, largest in zip(terms, size, strict=True) if largest < 1e-12]
    if same:
        raise InputError(
            f'The term "{same[0]}" is the same for all options of each task, so no choice can '
            "depend on it: multiply it with the price."
        )
    if np.linalg.matrix_rank(difference / size) < len(terms):
        raise InputError("Two of the terms say the same thing: leave one of them out.")


def _fitted(pairs: _Pairs) -> Any:
    """The logit of taking the first option, on how the two differ."""
    import statsmodels.api as sm

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what it would warn of gets a sentence below
        try:
            fit = sm.Logit(pairs.first_taken, pairs.difference).fit(
                disp=0, cov_type="cluster", cov_kwds={"groups": pairs.who}
            )
            doubt = np.abs(pairs.first_taken - fit.predict()).max()
        except np.linalg.LinAlgError:
            doubt = 0.0
    if not doubt > 1e-5:
        raise InputError("These terms predict every choice: no coefficient is large enough.")
    return fit
