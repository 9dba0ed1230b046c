"""Rates side by side: two arms of a test, two mixes of traffic, two periods."""

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from course_utils.analysis.normal import critical_value, two_sided_p_value
from course_utils.analysis.tables import (
    as_counts,
    as_numbers,
    require_complete,
    require_flags,
    require_known,
    require_outcomes,
    require_share,
)
from course_utils.errors import InputError


@dataclass(frozen=True, repr=False)
class RateComparison:
    """Two rates, their difference in two units, and how sure the data are.

    Rates and `difference` are shares (0.01 is one percentage point); `relative` is
    treatment / control - 1 (0.3 is +30%). `low` to `high` is the interval of the difference,
    `relative_low` to `relative_high` that of the relative change, both at `confidence_level`.
    """

    control_rate: float
    treatment_rate: float
    difference: float
    low: float
    high: float
    relative: float
    relative_low: float
    relative_high: float
    p_value: float
    confidence_level: float

    # The repr too is the sentence, since it is what a notebook shows.
    def __repr__(self) -> str:
        relative = f", {self.relative:+.0%} relative" if math.isfinite(self.relative) else ""
        return (
            f"{self.control_rate:.2%} → {self.treatment_rate:.2%}: "
            f"{100 * self.difference:+.2f} points "
            f"({self.confidence_level:.0%} interval "
            f"{100 * self.low:.2f} to {100 * self.high:.2f}){relative}"
        )


def compare_rates(
    control: tuple[int, int], treatment: tuple[int, int], *, confidence_level: float = 0.90
) -> RateComparison:
    """Compare two rates, each given as (successes, trials).

    The interval of the difference is Newcombe's hybrid score (1998, Statistics in Medicine 17,
    method 10), which keeps its promise for small counts and rates near 0; that of the relative
    change is Katz's log ratio (1978, Biometrics 34), which says nothing, -100% to infinity,
    when an arm has no success. The p-value is the two-sided z test with the pooled rate. With
    statsmodels: `confint_proportions_2indep(…, method="newcomb")` and `proportions_ztest`.
    Raises `InputError` for an arm without trials, or with more successes than trials.

    >>> compare_rates((200, 10_000), (257, 10_000))
    2.00% → 2.57%: +0.57 points (90% interval 0.22 to 0.92), +28% relative
    """
    require_share(confidence_level, "confidence_level")
    (x0, n0), (x1, n1) = _arm(control, "control"), _arm(treatment, "treatment")
    p0, p1, pooled = x0 / n0, x1 / n1, (x0 + x1) / (n0 + n1)
    difference = p1 - p0
    low0, high0 = _wilson(x0, n0, confidence_level)
    low1, high1 = _wilson(x1, n1, confidence_level)
    relative, relative_low, relative_high = _relative(x0, n0, x1, n1, confidence_level)
    return RateComparison(
        control_rate=p0,
        treatment_rate=p1,
        difference=difference,
        low=difference - math.hypot(p1 - low1, high0 - p0),
        high=difference + math.hypot(high1 - p1, p0 - low0),
        relative=relative,
        relative_low=relative_low,
        relative_high=relative_high,
        p_value=two_sided_p_value(difference, math.sqrt(pooled * (1 - pooled) * (1 / n0 + 1 / n1))),
        confidence_level=confidence_level,
    )


def _arm(arm: tuple[int, int], name: str) -> tuple[float, float]:
    if np.shape(arm) != (2,):
        raise InputError(f"{name} must be a pair (successes, trials), such as (200, 10_000).")
    successes, trials = as_counts(arm, f"{name} (successes, trials)").tolist()
    if not 0 < trials >= successes:
        raise InputError(
            f"{name} has {successes:g} successes in {trials:g} trials: "
            "there must be trials, and no more successes than trials."
        )
    return successes, trials


def _wilson(successes: float, trials: float, confidence_level: float) -> tuple[float, float]:
    """Return Wilson's score interval of one rate (1927)."""
    z2 = critical_value(confidence_level) ** 2
    centre = (successes + z2 / 2) / (trials + z2)
    spread = successes * (trials - successes) / trials + z2 / 4
    half_width = math.sqrt(z2 * spread) / (trials + z2)
    return centre - half_width, centre + half_width


def _relative(
    x0: float, n0: float, x1: float, n1: float, confidence_level: float
) -> tuple[float, float, float]:
    """Return the relative change with Katz's interval; nan where 0 is compared with 0."""
    if x0 == 0 or x1 == 0:
        relative = -1.0 if x0 else math.inf if x1 else math.nan
        return relative, -1.0, math.inf
    ratio = (x1 / n1) / (x0 / n0)
    factor = math.exp(
        critical_value(confidence_level) * math.sqrt(1 / x0 - 1 / n0 + 1 / x1 - 1 / n1)
    )
    return ratio - 1, ratio / factor - 1, ratio * factor - 1


def compare_arms(
    frame: pd.DataFrame,
    *,
    arm: str,
    outcome: str,
    control: Hashable,
    treatment: Hashable,
    confidence_level: float = 0.90,
    trials: str | None = None,
) -> RateComparison:
    """Compare the rates of two arms of a table: `compare_rates` of `control` and `treatment`.

    Without `trials` a row is one visitor and `outcome` is a bool or 0/1; a visitor who is in both
    arms counts twice. With `trials` a row holds counts: `outcome` successes out of `trials`.
    Raises `InputError` for an arm that the column `arm` lacks, and as `compare_rates` does.
    """
    arms = _totals(frame, arm, outcome, trials)
    if trials is None:
        require_flags(frame, outcome)
    else:
        require_outcomes(frame, outcome, trials)
    require_known(
        [control, treatment], arms.index.tolist(), kind="arm", where=f'The column "{arm}"'
    )
    return compare_rates(
        *arms.reindex([control, treatment]).to_numpy(), confidence_level=confidence_level
    )


def standardised_rate(
    frame: pd.DataFrame,
    *,
    segment: str,
    outcome: str,
    weights: pd.Series | Mapping[Hashable, float],
    trials: str | None = None,
) -> float:
    """Return the overall rate this table would have with another mix of segments.

    Direct standardisation: the rate of each segment, weighted by `weights` (segment → share,
    or count: they are divided by their sum). `outcome` may be any number, for a mean. With pandas:
    `(frame.groupby(segment)[outcome].mean() * shares).sum()`. Raises `InputError` for weights below
    zero, and for a segment that is weighted and not in the table, or the other way round.

    >>> visits = pd.DataFrame({"device": ["phone", "phone", "desktop"], "bought": [0, 1, 1]})
    >>> standardised_rate(
    ...     visits, segment="device", outcome="bought", weights={"phone": 0.5, "desktop": 0.5}
    ... )
    0.75
    """
    means = _segment_means(frame, segment, outcome, trials)["mean"]
    shares = pd.Series(weights)
    weight = as_numbers(shares, "weights")
    if (weight < 0).any() or not weight.sum() > 0:
        raise InputError("weights must be zero or more, with at least one above zero.")
    require_known(means.index, shares.index.tolist(), kind="segment", where="weights")
    require_known(shares.index[weight > 0], means.index.tolist(), kind="segment", where="The table")
    return float((means * pd.Series(weight / weight.sum(), shares.index)).sum())


def decompose_change(
    before: pd.DataFrame,
    after: pd.DataFrame,
    *,
    segment: str,
    outcome: str,
    trials: str | None = None,
) -> pd.DataFrame:
    """Split the change of an overall rate into a change of mix and a change within segments.

    Kitagawa's decomposition (1955, Journal of the American Statistical Association 50).
    `outcome` may be a bool, any number (for a mean such as seconds of stay) or, with `trials`,
    a total over so many trials.

    Returns a table indexed by segment: its share and its mean before and after, and the two
    parts of the change. Down the column, `mix_effect` and `rate_effect` together sum to the overall
    change. A segment adds to the mix part when one above the average gains share, or one below it
    loses share. A segment that is there in one period only has no change of rate.

    >>> before = pd.DataFrame({"device": ["phone", "desktop"], "visits": [50, 50], "sold": [1, 3]})
    >>> after = pd.DataFrame({"device": ["phone", "desktop"], "visits": [80, 20], "sold": [2, 1]})
    >>> parts = decompose_change(before, after, segment="device", outcome="sold", trials="visits")
    >>> parts[["mix_effect", "rate_effect"]].sum().round(4)
    mix_effect    -0.0098
    rate_effect   -0.0002
    dtype: float64
    """
    old = _segment_means(before, segment, outcome, trials)
    new = _segment_means(after, segment, outcome, trials)
    parts = old.add_suffix("_before").join(new.add_suffix("_after"), how="outer")
    parts[["share_before", "share_after"]] = parts[["share_before", "share_after"]].fillna(0.0)
    parts["mean_before"] = parts["mean_before"].fillna(parts["mean_after"])
    parts["mean_after"] = parts["mean_after"].fillna(parts["mean_before"])
    share = (parts["share_before"] + parts["share_after"]) / 2
    mean = (parts["mean_before"] + parts["mean_after"]) / 2
    # Means are taken from the overall one: the sum stays the same, since the changes of share
    # cancel, and each segment's line then says whether its growth helps or hurts.
    parts["mix_effect"] = (parts["share_after"] - parts["share_before"]) * (
        mean - (share * mean).sum()
    )
    parts["rate_effect"] = share * (parts["mean_after"] - parts["mean_before"])
    return parts


def _segment_means(
    frame: pd.DataFrame, segment: str, outcome: str, trials: str | None
) -> pd.DataFrame:
    """Indexed by segment: `share` of all trials and `mean` outcome; none without trials."""
    sums = _totals(frame, segment, outcome, trials).query("trials > 0")
    return pd.DataFrame(
        {"share": sums["trials"] / sums["trials"].sum(), "mean": sums["total"] / sums["trials"]}
    )


def _totals(frame: pd.DataFrame, by: str, outcome: str, trials: str | None) -> pd.DataFrame:
    """Indexed by group: the `total` of the outcome and the `trials`, one a row if not given."""
    require_complete(frame, by, outcome, *([] if trials is None else [trials]))
    rows = {"total": as_numbers(frame[outcome], f'The column "{outcome}"'), "trials": 1}
    if trials is not None:
        rows["trials"] = as_counts(frame[trials], f'The column "{trials}"')
    return pd.DataFrame(rows, index=frame.index).groupby(frame[by], observed=True).sum()
