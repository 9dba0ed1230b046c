"""What joining does, when people choose to join and chance only chooses whom to invite."""

from collections.abc import Sequence

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
    require_share,
)
from course_utils.errors import InputError

Array = NDArray[np.float64]
_WEAK = 10.0  # below such an F the interval can't be trusted


def encouragement_effect(
    people: pd.DataFrame,
    *,
    invited: str,
    joined: str,
    outcome: str,
    controls: Sequence[str] = (),
    confidence_level: float = 0.90,
) -> Estimate:
    """Estimate what joining adds to the outcome, from an invitation that chance gave out.

    One row is one person; `invited` and `joined` hold 1 or 0. The invited's mean outcome less the
    others', divided by the share of people whom the invitation made join (Wald 1940): the effect
    on those who join *because* they are invited, in the outcome's unit. It takes that chance
    invited, that the invitation works through joining alone, and that it keeps nobody from
    joining (Imbens & Angrist 1994, Econometrica 62). `controls`, columns known before the
    invitation, don't move the effect but narrow its interval: two-stage least squares, with
    standard errors that allow for uneven variances (HC1). Where everybody who is invited joins and
    nobody else, this is the difference of the two means.

    Raises `InputError` where the invitation hardly moves anybody: an F below 10 on joining
    (Staiger & Stock 1997, Econometrica 65).

    >>> people = pd.DataFrame({
    ...     "card": [1, 1, 1, 1, 0, 0, 0, 0] * 30,
    ...     "member": [1, 1, 1, 0, 1, 0, 0, 0] * 30,
    ...     "visits": [4, 3, 5, 1, 4, 1, 3, 1] * 30,
    ... })
    >>> encouragement_effect(people, invited="card", joined="member", outcome="visits")
    2 (90% interval 1.646 to 2.354)
    """
    controls = as_names(controls, "controls")
    require_complete(people, invited, joined, outcome, *controls, name="table of people")
    require_share(confidence_level, "confidence_level")
    for flags in (invited, joined):
        require_flags(people, flags)
    names = (outcome, joined, invited, *controls)
    y, d, z, *known = (as_numbers(people[name], f'The column "{name}"') for name in names)
    if len(people) < len(known) + 3 or z.min() == z.max():
        raise InputError(f'"{invited}" must hold both 1 and 0, in more rows than columns.')
    y, d, z = _without(np.column_stack([np.ones(len(z)), *known]), y, d, z)
    moved = float(z @ d)
    degrees_of_freedom = len(z) / (len(z) - len(known) - 2)
    first = d - z * moved / float(z @ z)
    if moved**2 < _WEAK * degrees_of_freedom * float((z * first) @ (z * first)) or not moved:
        raise InputError(
            f'"{invited}" hardly moves "{joined}": with so few who join because of it, what '
            "joining does can't be told."
        )
    effect = float(z @ y) / moved
    left = z * (y - effect * d)
    margin = (
        critical_value(confidence_level)
        * float(np.sqrt(degrees_of_freedom * (left @ left)))
        / abs(moved)
    )
    return Estimate(effect, effect - margin, effect + margin, confidence_level)


def _without(known: Array, *columns: Array) -> list[Array]:
    """Each column without what the known ones explain of it."""
    stacked = np.column_stack(columns)
    rest = stacked - known @ np.linalg.lstsq(known, stacked, rcond=None)[0]
    return list(rest.T)
