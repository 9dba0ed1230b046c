"""How long members stay, when each has a chance of their own to leave."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from course_utils.analysis.tables import (
    as_counts,
    as_number,
    as_numbers,
    require_complete,
    require_flags,
)
from course_utils.errors import InputError

Array = NDArray[np.float64]


@dataclass(frozen=True, repr=False)
class Retention:
    """A beta distribution of members' chances to leave in a period: parameters `a` and `b`.

    A member's own chance is the same in every period. The retention of those who are left rises
    all the same, since those with a high chance go first.
    """

    a: float
    b: float

    def staying(self, periods: ArrayLike) -> Any:
        """Return the share of members still there after so many periods; 1 after none.

        >>> Retention(1.0, 1.0).staying([0, 1, 2]).round(2)  # half leave, then a third of the rest
        array([1.  , 0.5 , 0.33])
        """
        from scipy.special import betaln

        time = as_numbers(periods, "periods")
        found = np.exp(betaln(self.a, self.b + time) - betaln(self.a, self.b))
        return float(found) if found.ndim == 0 else found

    def expected_periods(self, horizon: int) -> float:
        """Return the mean number of periods that a new member stays, of the first `horizon`.

        The period in which a member leaves counts. It is the mean over all members, not the time
        that a member with the mean chance would stay, which is shorter.
        """
        if not as_counts(as_number(horizon, "horizon"), "horizon") > 0:
            raise InputError("horizon must be one period or more.")
        return float(self.staying(np.arange(horizon)).sum())

    # The repr too is the sentence, since it is what a notebook shows.
    def __repr__(self) -> str:
        first, later = self.a / (self.a + self.b), self.a / (self.a + self.b + 11)
        return (
            f"beta(a={self.a:.3f}, b={self.b:.3f}): {first:.1%} leave in the first period, "
            f"{later:.1%} of those left in the twelfth"
        )


def fit_retention(
    members: pd.DataFrame, *, periods: str = "months", left: str = "left"
) -> Retention:
    """Fit how members' chances to leave are spread, from how long each of them stayed.

    One row is one member who has just joined: `periods` counts the periods they were there, the
    last one too; `left` is 1 if they left in it, 0 if they were still there when it ended. Maximum
    likelihood of the shifted-beta-geometric model (Fader & Hardie 2007, "How to Project Customer
    Retention", Journal of Interactive Marketing 21), by SciPy. Raises `InputError` where nobody
    left, or nobody stayed beyond the first period: then nothing says how chances differ.
    """
    from scipy.optimize import minimize
    from scipy.special import betaln

    require_complete(members, periods, left, name="table of members")
    require_flags(members, left)
    time = as_counts(members[periods], f'The column "{periods}"')
    gone = as_numbers(members[left], left) == 1
    if time.min() < 1:
        raise InputError(f'"{periods}" counts the period of joining too: it must be 1 or more.')
    if not gone.any() or (time == 1).all():
        raise InputError("Some members must have left, and some stayed beyond the first period.")
    lost_at, lost = np.unique(time[gone], return_counts=True)
    kept_to, kept = np.unique(time[~gone], return_counts=True)

    def negative_log_likelihood(logs: Array) -> float:
        a, b = np.exp(logs)
        likely = lost @ betaln(a + 1, b + lost_at - 1) + kept @ betaln(a, b + kept_to)
        return float(len(time) * betaln(a, b) - likely) / len(time)

    found = minimize(
        negative_log_likelihood,
        np.zeros(2),
        method="Nelder-Mead",
        bounds=[(-7, 9)] * 2,
        options={"xatol": 1e-6, "fatol": 1e-12},
    )
    a, b = np.exp(found.x).tolist()
    return Retention(a, b)
