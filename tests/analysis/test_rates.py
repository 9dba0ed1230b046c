import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm
from statsmodels.stats.proportion import confint_proportions_2indep, proportions_ztest

from course_utils.analysis import (
    InputError,
    RateComparison,
    compare_arms,
    compare_rates,
    decompose_change,
    standardised_rate,
)

repeatable = settings(max_examples=40, deadline=None, derandomize=True)
arms = st.integers(1, 100_000).flatmap(
    lambda trials: st.tuples(st.integers(0, trials), st.just(trials))
)
levels = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99])


@repeatable
@given(arms, arms, levels)
def test_a_comparison_agrees_with_statsmodels(
    control: tuple[int, int], treatment: tuple[int, int], level: float
) -> None:
    ours = compare_rates(control, treatment, confidence_level=level)
    both = (*treatment, *control)
    low, high = confint_proportions_2indep(*both, method="newcomb", alpha=1 - level)
    assert (ours.low, ours.high) == pytest.approx((low, high), abs=1e-9)
    if control[0] and treatment[0]:
        low, high = confint_proportions_2indep(
            *both, method="log", compare="ratio", alpha=1 - level
        )
        assert (ours.relative_low + 1, ours.relative_high + 1) == pytest.approx((low, high))
    if 0 < control[0] + treatment[0] < control[1] + treatment[1]:
        _, p_value = proportions_ztest([control[0], treatment[0]], [control[1], treatment[1]])
        assert ours.p_value == pytest.approx(p_value, rel=1e-6, abs=1e-12)


@pytest.mark.parametrize(
    ("control", "treatment"), [((200, 10_000), (257, 10_000)), ((90, 3_000), (61, 4_000))]
)
def test_a_table_of_visitors_gives_the_comparison_of_means(
    control: tuple[int, int], treatment: tuple[int, int]
) -> None:
    old, new = (
        (np.arange(trials) < successes).astype(int) for successes, trials in (control, treatment)
    )
    visits = pd.DataFrame(
        {
            "variant": np.repeat([0, 1], [len(old), len(new)]),
            "bought": np.concatenate([old, new]),
        }
    )
    ours = compare_arms(visits, arm="variant", outcome="bought", control=0, treatment=1)
    assert ours == compare_rates(control, treatment)
    assert ours.control_rate == pytest.approx(old.mean())
    assert ours.relative == pytest.approx(new.mean() / old.mean() - 1)
    pooled = visits["bought"].std(ddof=0) * math.sqrt(1 / len(old) + 1 / len(new))
    assert ours.p_value == pytest.approx(2 * norm.sf(abs(ours.difference) / pooled), rel=1e-6)
    # The plain normal interval is near Newcombe's for counts like these.
    error = math.hypot(old.std() / math.sqrt(len(old)), new.std() / math.sqrt(len(new)))
    plain = ours.difference + norm.ppf([0.05, 0.95]) * error
    assert (ours.low, ours.high) == pytest.approx(tuple(plain), abs=0.04 * norm.ppf(0.95) * error)
    # By the delta method on the logarithm of the ratio.
    error = math.hypot(
        old.std() / old.mean() / math.sqrt(len(old)), new.std() / new.mean() / math.sqrt(len(new))
    )
    ratio = new.mean() / old.mean() * np.exp(norm.ppf([0.05, 0.95]) * error)
    assert (ours.relative_low, ours.relative_high) == pytest.approx(tuple(ratio - 1), rel=1e-6)


@repeatable
@given(arms, arms, levels)
def test_swapping_the_arms_turns_the_comparison_round(
    control: tuple[int, int], treatment: tuple[int, int], level: float
) -> None:
    one = compare_rates(control, treatment, confidence_level=level)
    other = compare_rates(treatment, control, confidence_level=level)
    assert -1 - 1e-12 <= one.low <= one.difference <= one.high <= 1 + 1e-12
    assert (other.low, other.high) == pytest.approx((-one.high, -one.low))
    assert other.p_value == pytest.approx(one.p_value)
    if control[0] and treatment[0]:
        assert (1 + one.relative) * (1 + other.relative) == pytest.approx(1)


@pytest.mark.parametrize(("rate", "effect"), [(0.02, 0.0), (0.02, 0.006), (0.3, -0.05)])
def test_intervals_hold_the_truth_as_often_as_they_say(rate: float, effect: float) -> None:
    rng = np.random.default_rng(20)
    trials, runs = 2_000, 3_000
    results = [
        compare_rates((old, trials), (new, trials))
        for old, new in rng.binomial(trials, [rate, rate + effect], size=(runs, 2))
    ]
    tolerance = 4 * math.sqrt(0.9 * 0.1 / runs)
    held = np.mean([result.low <= effect <= result.high for result in results])
    assert held == pytest.approx(0.9, abs=tolerance)
    relative = effect / rate
    held = np.mean([r.relative_low <= relative <= r.relative_high for r in results])
    assert held == pytest.approx(0.9, abs=tolerance)


def test_a_comparison_reads_as_a_sentence() -> None:
    comparison = compare_rates((90, 3_000), (60, 4_000), confidence_level=0.95)
    assert str(comparison) == repr(comparison)
    assert str(comparison).startswith("3.00% → 1.50%: -1.50 points (95% interval -2.2")
    assert str(comparison).endswith(", -50% relative")


@pytest.mark.parametrize(
    ("control", "treatment", "relative"), [(0, 5, math.inf), (5, 0, -1.0), (0, 0, math.nan)]
)
def test_without_a_success_the_relative_change_is_open(
    control: int, treatment: int, relative: float
) -> None:
    comparison = compare_rates((control, 50), (treatment, 50))
    assert comparison.relative == pytest.approx(relative, nan_ok=True)
    assert (comparison.relative_low, comparison.relative_high) == (-1, math.inf)
    assert comparison.low <= comparison.difference <= comparison.high


@pytest.mark.parametrize("successes", [0, 30])
def test_equal_rates_are_no_evidence(successes: int) -> None:
    comparison = compare_rates((successes, 30), (successes, 30))
    assert comparison.p_value == 1
    assert "points" in str(comparison)


def visits_with(rng: np.random.Generator, rows: int, segments: str) -> pd.DataFrame:
    device = rng.choice(list(segments), rows, p=rng.dirichlet(np.ones(len(segments))))
    return pd.DataFrame({"device": device, "bought": rng.random(rows) < rng.uniform(0, 1)})


def aggregated(visits: pd.DataFrame, by: str) -> pd.DataFrame:
    return visits.groupby(by)["bought"].agg(["sum", "size"]).reset_index()


def test_counts_and_rows_compare_alike() -> None:
    visits = visits_with(np.random.default_rng(3), 500, "abc")
    by_row = compare_arms(visits, arm="device", outcome="bought", control="a", treatment="b")
    by_count = compare_arms(
        aggregated(visits, "device").sample(frac=1, random_state=1),
        arm="device",
        outcome="sum",
        trials="size",
        control="a",
        treatment="b",
    )
    assert isinstance(by_row, RateComparison)
    assert by_row == by_count


seeds = st.integers(0, 2**32 - 1)


@repeatable
@given(seeds)
def test_a_table_standardised_to_its_own_mix_keeps_its_rate(seed: int) -> None:
    visits = visits_with(np.random.default_rng(seed), 60, "abc")
    mix = visits["device"].value_counts()
    arguments = {"segment": "device", "weights": mix}
    rate = standardised_rate(visits, outcome="bought", **arguments)
    assert rate == pytest.approx(visits["bought"].mean())
    counted = aggregated(visits, "device")
    again = standardised_rate(counted, outcome="sum", trials="size", **arguments)
    assert again == pytest.approx(rate)


def test_a_standardised_rate_undoes_simpson() -> None:
    # The new page is better on both devices, and worse overall: it got the phones.
    device = ["phone", "desktop"]
    old = pd.DataFrame({"device": device, "visits": [100, 900], "sold": [1, 45]})
    new = pd.DataFrame({"device": device, "visits": [900, 100], "sold": [18, 6]})
    assert new["sold"].sum() / 1000 < old["sold"].sum() / 1000
    mix = {"phone": 0.5, "desktop": 0.5}
    arguments = {"segment": "device", "outcome": "sold", "trials": "visits", "weights": mix}
    assert standardised_rate(old, **arguments) == pytest.approx((0.01 + 0.05) / 2)
    assert standardised_rate(new, **arguments) == pytest.approx((0.02 + 0.06) / 2)


@pytest.mark.parametrize(
    ("weights", "sentence"),
    [
        ({"phone": 1.0}, 'weights has no segment "desktop", only "phone"'),
        ({"phone": 0.5, "desktop": 0.3, "tablet": 0.2}, 'The table has no segment "tablet"'),
        ({"phone": -1.0, "desktop": 2.0}, "zero or more"),
        ({"phone": 0, "desktop": 0}, "at least one above zero"),
        ({"phone": "half", "desktop": "half"}, 'weights must hold numbers, not "half"'),
    ],
)
def test_weights_that_do_not_fit_are_named(weights: dict[str, float], sentence: str) -> None:
    visits = pd.DataFrame({"device": ["phone", "desktop"], "bought": [0, 1]})
    with pytest.raises(InputError, match=sentence):
        standardised_rate(visits, segment="device", outcome="bought", weights=weights)


@repeatable
@given(seeds, st.sampled_from(["abc", "ab", "d"]), st.sampled_from(["abc", "bc", "e"]))
def test_the_parts_of_a_change_add_up(seed: int, had: str, has: str) -> None:
    rng = np.random.default_rng(seed)
    before, after = (visits_with(rng, 50, had), visits_with(rng, 80, has))
    for frame in (before, after):
        frame["seconds"] = rng.lognormal(1, 1, len(frame))
    for outcome in ("bought", "seconds"):
        parts = decompose_change(before, after, segment="device", outcome=outcome)
        total = after[outcome].mean() - before[outcome].mean()
        assert parts[["mix_effect", "rate_effect"]].to_numpy().sum() == pytest.approx(total)
        assert parts["share_before"].sum() == pytest.approx(1)
        assert parts["share_after"].sum() == pytest.approx(1)
    backwards = decompose_change(after, before, segment="device", outcome="seconds")
    forwards = decompose_change(before, after, segment="device", outcome="seconds")
    pd.testing.assert_series_equal(backwards["mix_effect"], -forwards["mix_effect"])
    pd.testing.assert_series_equal(backwards["rate_effect"], -forwards["rate_effect"])


def test_each_part_of_a_change_answers_to_its_own_cause() -> None:
    device = ["phone", "desktop"]
    base = pd.DataFrame({"device": device, "visits": [500, 500], "sold": [5, 25]})
    other_mix = pd.DataFrame({"device": device, "visits": [800, 200], "sold": [8, 10]})
    other_rates = pd.DataFrame({"device": device, "visits": [500, 500], "sold": [10, 50]})
    arguments = {"segment": "device", "outcome": "sold", "trials": "visits"}
    mixed = decompose_change(base, other_mix, **arguments)
    assert mixed["rate_effect"].abs().max() == pytest.approx(0)
    # More of the segment below the average, less of the one above: both lines hurt.
    assert (mixed["mix_effect"] < 0).all()
    lifted = decompose_change(base, other_rates, **arguments)
    assert lifted["mix_effect"].abs().max() == pytest.approx(0)
    assert lifted["rate_effect"].sum() == pytest.approx(0.03)


def test_a_segment_that_comes_or_goes_belongs_to_the_mix() -> None:
    before = pd.DataFrame({"device": ["phone", "fridge"], "visits": [10, 0], "sold": [1, 0]})
    after = pd.DataFrame({"device": ["phone", "fridge"], "visits": [10, 10], "sold": [1, 4]})
    parts = decompose_change(before, after, segment="device", outcome="sold", trials="visits")
    assert parts.loc["fridge", "rate_effect"] == 0
    assert parts["mix_effect"].sum() == pytest.approx(5 / 20 - 1 / 10)
