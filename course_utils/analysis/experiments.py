"""Experiments: how many visitors, was the split sound, what peeking does, which part worked."""

import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from course_utils.analysis.normal import critical_value, two_sided_p_value
from course_utils.analysis.rates import compare_rates
from course_utils.analysis.tables import (
    as_count,
    as_counts,
    as_names,
    as_number,
    as_numbers,
    require_complete,
    require_flags,
    require_generator,
    require_known,
    require_outcomes,
    require_share,
)
from course_utils.errors import InputError

# Strict, since the sample-ratio test is run on every experiment (Kohavi, Tang & Xu 2020, ch. 21).
MISMATCH_P = 0.001


def sample_size(baseline: float, effect: float, *, power: float = 0.8, alpha: float = 0.05) -> int:
    """Return the visitors *per arm* a two-sided test needs to find `effect` with this power.

    `baseline` is the control's rate and `effect` the absolute difference, both as shares; `alpha`
    is the chance of a false alarm. Normal approximation with unpooled variance (Chow, Shao & Wang
    2008, section 4.2). Raises `InputError` for an effect of 0, for a rate beyond 0 to 1, and for a
    power not above `alpha`.

    >>> sample_size(0.02, 0.005)  # from 2.0% to 2.5%
    13807
    """
    _require_test(baseline, effect, alpha)
    if effect == 0:
        raise InputError("No test finds an effect of 0: give the smallest one worth having.")
    deviations = _deviations(power, alpha)
    return math.ceil(deviations**2 * _variance(baseline, effect) / effect**2)


def power(
    baseline: float, effect: float, visitors: ArrayLike, *, alpha: float = 0.05
) -> float | NDArray[np.float64]:
    """Return the chance that a two-sided test finds `effect`, given the visitors per arm.

    `baseline` and `effect` as in `sample_size`, whose inverse it is. `visitors` may be an array;
    the answer then has its shape. An effect of 0 is "found" with chance `alpha`: a false alarm.
    Raises `InputError` for visitors not above zero, and for a rate beyond 0 to 1.
    """
    from scipy.special import ndtr

    _require_test(baseline, effect, alpha)
    signal = effect / np.sqrt(_variance(baseline, effect) / _visitors(visitors))
    needed = critical_value(1 - alpha)
    return _float_if_single(ndtr(signal - needed) + ndtr(-signal - needed))


def minimum_detectable_effect(
    baseline: float, visitors: ArrayLike, *, power: float = 0.8, alpha: float = 0.05
) -> float | NDArray[np.float64]:
    """Return the smallest rise, as a share, that so many visitors per arm find with this power.

    `baseline`, `power` and `alpha` as in `sample_size`, whose inverse it is. `visitors` may be an
    array. The answer is nan where even a rise to 100% would go unnoticed. Raises `InputError` for
    visitors not above zero, and for a power not above `alpha`.
    """
    _require_test(baseline, 0, alpha)
    # effect² · visitors = deviations² · variance(effect) is a quadratic in the effect.
    square = _deviations(power, alpha) ** 2
    a = _visitors(visitors) + square
    b = square * (1 - 2 * baseline)
    c = 2 * square * baseline * (1 - baseline)
    effect = (b + np.sqrt(b**2 + 4 * a * c)) / (2 * a)
    return _float_if_single(np.where(baseline + effect <= 1, effect, np.nan))


def _require_test(baseline: float, effect: float, alpha: float) -> None:
    require_share(baseline, "baseline")
    require_share(alpha, "alpha")
    if not 0 <= baseline + as_number(effect, "effect") <= 1:
        raise InputError(
            f"baseline + effect is {baseline + effect:g}, which is no rate: "
            "the effect is a share, 0.01 for one percentage point."
        )


def _visitors(visitors: ArrayLike) -> NDArray[np.float64]:
    array = as_numbers(visitors, "visitors")
    if not (array > 0).all():
        raise InputError("visitors must be above zero: it is the number in each arm.")
    return array


def _variance(baseline: float, effect: float) -> float:
    """Return the variance of the difference of two rates, for one visitor in each arm."""
    treatment = baseline + effect
    return baseline * (1 - baseline) + treatment * (1 - treatment)


def _deviations(power: float, alpha: float) -> float:
    """Return how many standard errors the effect must measure to be found with this power."""
    require_share(power, "power")
    if power <= alpha:
        raise InputError(f"power must be above alpha, {alpha}, the chance of a false alarm.")
    return critical_value(1 - alpha) + critical_value(2 * power - 1)


def _float_if_single(values: NDArray[np.float64]) -> float | NDArray[np.float64]:
    return float(values) if np.ndim(values) == 0 else values


@dataclass(frozen=True, repr=False)
class SampleRatio:
    """Did the arms get the visitors they should? `shares` are those they got, by arm."""

    p_value: float
    chi2: float
    shares: Mapping[Hashable, float]

    @property
    def mismatch(self) -> bool:
        """Whether the split is off by more than chance: then don't read the results."""
        return self.p_value < MISMATCH_P

    def __repr__(self) -> str:  # the sentence, since it is what a notebook shows
        shares = ", ".join(f"{arm} {share:.2%}" for arm, share in self.shares.items())
        return f"{shares}: p = {self.p_value:.2g}{', a mismatch' if self.mismatch else ''}"


def sample_ratio_test(
    counts: Mapping[Hashable, int] | pd.Series | Sequence[int],
    *,
    expected: Mapping[Hashable, float] | pd.Series | Sequence[float] | None = None,
) -> SampleRatio:
    """Test whether the visitors were split between the arms as planned.

    `counts` holds the visitors of each arm, `expected` the planned shares (or any numbers in
    that proportion) by the same arms: equal by default. Chi-square goodness of fit (Fabijan et
    al. 2019, Diagnosing sample ratio mismatch, KDD; `scipy.stats.chisquare`), a mismatch at
    p < 0.001. Raises `InputError` for fewer than two arms, and for arms that the plan lacks.

    >>> sample_ratio_test({"old": 10_000, "new": 9_500})
    old 51.28%, new 48.72%: p = 0.00034, a mismatch
    """
    from scipy.special import chdtrc

    arms = pd.Series(counts)
    visitors = as_counts(arms, "counts")
    if len(arms) < 2 or visitors.sum() == 0:
        raise InputError("counts must hold the visitors of two arms or more.")
    plan = as_numbers(_planned(arms.index, expected), "expected")
    if not (plan > 0).all():
        raise InputError("expected must be above zero in every arm.")
    due = plan / plan.sum() * visitors.sum()
    chi2 = float(((visitors - due) ** 2 / due).sum())
    shares = dict(zip(arms.index, (visitors / visitors.sum()).tolist(), strict=True))
    return SampleRatio(p_value=float(chdtrc(len(arms) - 1, chi2)), chi2=chi2, shares=shares)


def _planned(
    arms: pd.Index, expected: Mapping[Hashable, float] | pd.Series | Sequence[float] | None
) -> pd.Series:
    if expected is None:
        return pd.Series(1.0, arms)
    plan = pd.Series(expected)
    require_known(plan.index, arms.tolist(), kind="arm", where="counts")
    require_known(arms, plan.index.tolist(), kind="arm", where="expected")
    return plan.reindex(arms)


def sequential_p_values(
    daily: pd.DataFrame,
    *,
    day: str,
    arm: str,
    successes: str,
    trials: str,
    control: Hashable,
    treatment: Hashable,
) -> pd.DataFrame:
    """Compare two arms at the end of each day on all data so far: what a peeker sees.

    `daily` has one row (or several) per day and arm. Returns a table indexed by day with
    `difference`, its 90% interval `low` to `high`, and `p_value`: `compare_rates` of `control` and
    `treatment` on the cumulative sums of `successes` and `trials`. Raises `InputError` for an arm
    that the table lacks, and for more successes than trials.
    """
    require_complete(daily, day, arm, successes, trials)
    require_outcomes(daily, successes, trials)
    arms = daily[arm].unique().tolist()
    require_known([control, treatment], arms, kind="arm", where=f'The column "{arm}"')
    counts = {name: as_counts(daily[name], name) for name in (successes, trials)}
    so_far = (
        daily.assign(**counts)
        .pivot_table(
            index=day, columns=arm, values=[successes, trials], aggfunc="sum", fill_value=0
        )
        .cumsum()
    )
    old, new = (
        so_far.xs(name, axis="columns", level=arm)[[successes, trials]].to_numpy()
        for name in (control, treatment)
    )
    looks = [compare_rates(*pair) for pair in zip(old, new, strict=True)]
    columns = ["difference", "low", "high", "p_value"]
    return pd.DataFrame(looks, index=so_far.index)[columns]


@dataclass(frozen=True, eq=False)
class PeekingSimulation:
    """Many experiments, each looked at several times on its way.

    `z`: the test statistic, tests × looks. `first_crossing`: the look (1, 2, ...) at which each
    test is first significant, 0 if it never is.
    """

    z: NDArray[np.float64]
    first_crossing: NDArray[np.intp]


def simulate_peeking(
    looks: int,
    *,
    rng: np.random.Generator,
    tests: int = 10_000,
    alpha: float = 0.05,
    drift: float = 0.0,
) -> PeekingSimulation:
    """Simulate experiments that are tested at `looks` equally spaced times.

    `drift` is the z-value to expect at the last look: 0 without an effect, 2.8 for an effect
    found with power 0.8. In each of `tests` experiments, a look at the level `alpha` adds an
    independent normal increment to what came before (Armitage, McPherson & Rowe 1969, Journal of
    the Royal Statistical Society A 132). Raises `InputError` for looks or tests that are no whole
    numbers above zero.
    """
    looks, tests, drift = (
        as_count(looks, "looks"),
        as_count(tests, "tests"),
        as_number(drift, "drift"),
    )
    require_generator(rng)
    require_share(alpha, "alpha")
    increments = rng.normal(drift / math.sqrt(looks), size=(tests, looks))
    z = increments.cumsum(axis=1) / np.sqrt(np.arange(1, looks + 1))
    crossed = np.abs(z) > critical_value(1 - alpha)
    first = np.where(crossed.any(axis=1), crossed.argmax(axis=1) + 1, 0)
    return PeekingSimulation(z, first)


def false_alarm_rate(
    looks: int, *, rng: np.random.Generator, tests: int = 10_000, alpha: float = 0.05
) -> float:
    """Return the share of experiments without an effect that some look calls significant.

    Simulated: see `simulate_peeking`, also for the arguments and the errors.

    >>> round(false_alarm_rate(10, rng=np.random.default_rng(1)), 2)
    0.19
    """
    simulated = simulate_peeking(looks, rng=rng, tests=tests, alpha=alpha)
    return float(np.mean(simulated.first_crossing > 0))


def factorial_effects(
    table: pd.DataFrame,
    factors: Sequence[str],
    *,
    successes: str,
    trials: str,
    confidence_level: float = 0.90,
    interactions: Iterable[Sequence[str]] = (),
) -> pd.DataFrame:
    """Take a bundle of changes apart: the effect of each factor on the success rate.

    `table` has a bool or 0/1 column per factor, rows for every combination of the factors
    (rows of the same combination are added up), and counts. The contrasts of a full 2^k design
    (Box, Hunter & Hunter 2005, chapter 5): a factor's effect is the mean rate with it minus the
    mean rate without it, each combination weighing the same. An interaction is half the
    difference that one factor makes to the other's effect.

    Returns a table indexed by effect, such as "reviews" or "reviews × button", with `effect`
    as a share, its interval `low` to `high` at `confidence_level`, and `p_value`: normal
    approximation, for combinations with some ten successes or more each.

    >>> table = pd.DataFrame(
    ...     {
    ...         "reviews": [0, 1, 0, 1],
    ...         "button": [0, 0, 1, 1],
    ...         "orders": [200, 240, 210, 270],
    ...         "visitors": [10_000] * 4,
    ...     }
    ... )
    >>> pairs = [("reviews", "button")]
    >>> factorial_effects(
    ...     table, ["reviews", "button"], successes="orders", trials="visitors", interactions=pairs
    ... )["effect"].round(4)
    effect
    reviews             0.005
    button              0.002
    reviews × button    0.001
    Name: effect, dtype: float64
    """
    require_share(confidence_level, "confidence_level")
    factors = as_names(factors, "factors")
    cells = _full_factorial(table, factors, successes, trials)
    pairs = [
        tuple(as_names(pair, "interactions")) for pair in as_names(interactions, "interactions")
    ]
    chosen = [*((factor,) for factor in factors), *pairs]
    require_known(
        (factor for effect in chosen for factor in effect), factors, kind="factor", where="The list"
    )
    rates = cells[successes] / cells[trials]
    signs = 2 * cells[factors] - 1
    half = len(cells) / 2
    # Every contrast adds or subtracts every cell once: they all share one standard error.
    error = math.sqrt((rates * (1 - rates) / cells[trials]).sum()) / half
    effects = pd.DataFrame(
        {"effect": [(signs[list(names)].prod(axis=1) * rates).sum() / half for names in chosen]},
        index=pd.Index([" × ".join(names) for names in chosen], name="effect"),
    )
    effects["low"] = effects["effect"] - critical_value(confidence_level) * error
    effects["high"] = effects["effect"] + critical_value(confidence_level) * error
    effects["p_value"] = [two_sided_p_value(effect, error) for effect in effects["effect"]]
    return effects


def _full_factorial(
    table: pd.DataFrame, factors: list[str], successes: str, trials: str
) -> pd.DataFrame:
    """One row per combination of the factors, as 0 and 1, with its counts."""
    if not factors or len(set(factors)) < len(factors):
        raise InputError("factors must be a list of columns, each named once.")
    require_complete(table, *factors, successes, trials)
    for factor in factors:
        require_flags(table, factor)
    require_outcomes(table, successes, trials)
    numbers = pd.DataFrame(
        {name: as_numbers(table[name], name) for name in (*factors, successes, trials)}
    )
    sums = numbers.astype(dict.fromkeys(factors, int)).groupby(factors, as_index=False).sum()
    cells = pd.DataFrame(product([0, 1], repeat=len(factors)), columns=factors).merge(
        sums, how="left", on=factors
    )
    empty = cells[~(cells[trials] > 0)]
    if len(empty):
        combination = ", ".join(f"{factor} {int(empty.iloc[0][factor])}" for factor in factors)
        raise InputError(
            f"The table has no trials with {combination}: all {len(cells)} combinations are needed."
        )
    return cells
