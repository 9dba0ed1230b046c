import itertools
import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import (
    power_proportions_2indep,
    proportions_ztest,
    samplesize_proportions_2indep_onetail,
)

from course_utils.analysis import (
    InputError,
    compare_arms,
    compare_rates,
    factorial_effects,
    false_alarm_rate,
    minimum_detectable_effect,
    power,
    sample_ratio_test,
    sample_size,
    sequential_p_values,
    simulate_peeking,
)

repeatable = settings(max_examples=40, deadline=None, derandomize=True)
baselines = st.floats(0.005, 0.6)
lifts = st.floats(0.05, 0.5)
powers = st.floats(0.7, 0.99)
alphas = st.sampled_from([0.01, 0.05, 0.1])


@repeatable
@given(baselines, lifts, powers, alphas)
def test_a_sample_size_agrees_with_statsmodels(
    baseline: float, lift: float, chance: float, alpha: float
) -> None:
    effect = baseline * lift
    ours = sample_size(baseline, effect, power=chance, alpha=alpha)
    in_deviations = effect / math.sqrt(_mean_variance(baseline, effect))
    theirs = NormalIndPower().power(in_deviations, nobs1=ours, alpha=alpha)
    assert power(baseline, effect, ours, alpha=alpha) == pytest.approx(theirs, abs=1e-9)
    theirs = NormalIndPower().solve_power(in_deviations, power=chance, alpha=alpha)
    assert theirs <= ours < theirs * 1.001 + 1


@pytest.mark.parametrize(("baseline", "effect"), [(0.02, 0.005), (0.06, 0.01), (0.3, -0.03)])
def test_pooling_the_rates_would_move_a_sample_size_little(baseline: float, effect: float) -> None:
    theirs = samplesize_proportions_2indep_onetail(effect, baseline, 0.8)
    assert sample_size(baseline, effect) == pytest.approx(theirs, rel=0.01)


def _mean_variance(baseline: float, effect: float) -> float:
    return sum(rate * (1 - rate) for rate in (baseline, baseline + effect)) / 2


@repeatable
@given(baselines, lifts, powers, alphas)
def test_size_power_and_detectable_effect_are_one_relation(
    baseline: float, lift: float, chance: float, alpha: float
) -> None:
    effect = baseline * lift
    visitors = sample_size(baseline, effect, power=chance, alpha=alpha)
    assert power(baseline, effect, visitors, alpha=alpha) >= chance
    assert power(baseline, effect, 0.97 * (visitors - 1), alpha=alpha) < chance
    found = minimum_detectable_effect(baseline, visitors, power=chance, alpha=alpha)
    assert found <= effect * (1 + 1e-9)
    assert found == pytest.approx(effect, rel=1 / visitors)
    assert found > minimum_detectable_effect(baseline, 2 * visitors, power=chance, alpha=alpha)


def test_power_agrees_with_statsmodels_and_takes_arrays() -> None:
    visitors = np.array([1_000, 10_000, 50_000])
    ours = power(0.02, 0.004, visitors)
    theirs = [power_proportions_2indep(0.004, 0.02, n, return_results=False) for n in visitors]
    assert ours == pytest.approx(theirs, abs=0.002)
    assert isinstance(power(0.02, 0.004, 1_000), float)
    assert minimum_detectable_effect(0.02, visitors).shape == (3,)


def test_power_is_the_share_of_experiments_that_find_the_effect() -> None:
    rng = np.random.default_rng(5)
    draws = rng.binomial(4_000, [0.05, 0.065], size=(2_000, 2))
    found = [compare_rates((x, 4_000), (y, 4_000)).p_value < 0.05 for x, y in draws]
    assert np.mean(found) == pytest.approx(power(0.05, 0.015, 4_000), abs=0.04)


def test_no_effect_is_found_as_often_as_alpha() -> None:
    assert power(0.02, 0, 1_000, alpha=0.1) == pytest.approx(0.1)


def test_a_drop_is_found_like_a_rise() -> None:
    assert sample_size(0.025, -0.005) == sample_size(0.02, 0.005)
    assert power(0.025, -0.005, 5_000) == pytest.approx(power(0.02, 0.005, 5_000))


def test_too_few_visitors_find_not_even_a_rise_to_everybody() -> None:
    few, many = minimum_detectable_effect(0.9, [5, 500])
    assert np.isnan(few)
    assert 0 < many < 0.1


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: sample_size(2, 0.5), "baseline must lie between 0 and 1, not 2"),
        (lambda: sample_size(0.02, 0.5, power=80), "power must lie between 0 and 1, not 80"),
        (lambda: sample_size(0.02, 0.5, power=0.01), "power must be above alpha"),
        (lambda: sample_size(0.02, 0.5, alpha=0), "alpha must lie between"),
        (lambda: sample_size(0.02, 2), r"baseline \+ effect is 2.02, which is no rate"),
        (lambda: sample_size(0.02, 0), "No test finds an effect of 0"),
        (lambda: sample_size("2%", 0.1), 'baseline must hold numbers, not "2%"'),
        (lambda: power(0.02, 0.1, [10, 0]), "visitors must be above zero"),
        (lambda: power(0.02, 0.1, None), 'visitors must hold numbers, not "None"'),
        (lambda: sample_ratio_test([5]), "two arms or more"),
        (lambda: sample_ratio_test([0, 0]), "two arms or more"),
        (lambda: sample_ratio_test([5, 0.5]), "counts must hold whole counts"),
        (lambda: sample_ratio_test({"a": 1, "b": 2}, expected={"a": 1}), 'no arm "b"'),
        (lambda: sample_ratio_test({"a": 1, "b": 2}, expected={"a": 1, "c": 1}), 'no arm "c"'),
        (lambda: sample_ratio_test([5, 5], expected=[1, 0]), "expected must be above zero"),
        (lambda: simulate_peeking(0, rng=np.random.default_rng(1)), "looks must be 1 or more"),
        (
            lambda: simulate_peeking(2, tests=0, rng=np.random.default_rng(1)),
            "tests must be 1 or more",
        ),
        (lambda: simulate_peeking(2, rng=1), "rng must be a NumPy generator"),
    ],
)
def test_a_plan_that_cannot_be_says_why(call: object, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        call()


@pytest.mark.parametrize("expected", [None, [1, 1, 2], [0.25, 0.25, 0.5]])
def test_a_sample_ratio_agrees_with_scipy(expected: list[float] | None) -> None:
    counts = [4_980, 5_150, 9_870]
    plan = np.array(expected or [1, 1, 1])
    theirs = chisquare(counts, plan / plan.sum() * sum(counts))
    ours = sample_ratio_test(counts, expected=expected)
    assert ours.chi2 == pytest.approx(theirs.statistic)
    assert ours.p_value == pytest.approx(theirs.pvalue)


def test_a_sample_ratio_of_two_arms_is_the_z_test_of_one_share() -> None:
    visits = pd.DataFrame({"variant": np.repeat([0, 1], [10_000, 9_700])})
    _, theirs = proportions_ztest(10_000, 19_700, 0.5, prop_var=0.5)
    ours = sample_ratio_test(visits["variant"].value_counts())
    assert ours.p_value == pytest.approx(theirs)
    assert ours.shares == pytest.approx({0: 100 / 197, 1: 97 / 197})


def test_a_mismatch_is_flagged_and_chance_is_not() -> None:
    lost = sample_ratio_test({"old": 10_000, "new": 9_500})
    assert lost.mismatch
    assert "mismatch" in str(lost)
    fair = np.random.default_rng(7).binomial(20_000, 0.5, size=500)
    flagged = [sample_ratio_test([old, 20_000 - old]).mismatch for old in fair]
    assert np.mean(flagged) < 0.01
    # Four to one as planned is no mismatch, whatever the order of the arms.
    planned = sample_ratio_test({"old": 8_000, "new": 2_000}, expected={"new": 1, "old": 4})
    assert planned.p_value == pytest.approx(1)
    assert not planned.mismatch


def daily_test(seed: int, days: int = 6) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    daily = pd.DataFrame(
        itertools.product(range(1, days + 1), ["old", "new", "third"], ["phone", "desktop"]),
        columns=["day", "page", "device"],
    )
    daily["visits"] = rng.integers(300, 600, len(daily))
    daily["orders"] = rng.binomial(daily["visits"], 0.05)
    return daily


ARMS = {"arm": "page", "control": "old", "treatment": "new"}


def test_running_comparisons_are_those_of_the_days_so_far() -> None:
    daily = daily_test(11)
    running = sequential_p_values(
        daily.sample(frac=1, random_state=2), day="day", successes="orders", trials="visits", **ARMS
    )
    assert running.index.tolist() == list(range(1, 7))
    for day, row in running.iterrows():
        so_far = compare_arms(daily[daily["day"] <= day], outcome="orders", trials="visits", **ARMS)
        assert row.to_dict() == {name: getattr(so_far, name) for name in running.columns}


def test_arms_may_be_called_true_and_false() -> None:
    daily = daily_test(12)
    by_name = daily[daily["page"] != "third"]
    by_flag = by_name.assign(page=by_name["page"] == "new")
    counted = {"successes": "orders", "trials": "visits", "day": "day", "arm": "page"}
    pd.testing.assert_frame_equal(
        sequential_p_values(by_flag, control=False, treatment=True, **counted),
        sequential_p_values(by_name, control="old", treatment="new", **counted),
    )


def test_running_comparisons_name_an_arm_that_is_not_there() -> None:
    arguments = {**ARMS, "day": "day", "successes": "orders", "trials": "visits"}
    with pytest.raises(InputError, match='The column "page" has no arm "dark", only "old"'):
        sequential_p_values(daily_test(1), **{**arguments, "treatment": "dark"})
    with pytest.raises(InputError, match="are the columns swapped"):
        sequential_p_values(
            daily_test(1), **{**arguments, "successes": "visits", "trials": "orders"}
        )


@pytest.mark.parametrize(("looks", "rate"), [(1, 0.05), (2, 0.083), (5, 0.142), (10, 0.193)])
def test_peeking_alarms_as_in_the_published_table(looks: int, rate: float) -> None:
    # Armitage, McPherson & Rowe 1969, table 2: repeated tests at 5%.
    alarms = false_alarm_rate(looks, rng=np.random.default_rng(4), tests=40_000)
    assert alarms == pytest.approx(rate, abs=4 * math.sqrt(rate * (1 - rate) / 40_000) + 0.0005)


def test_peeked_tests_are_found_with_the_planned_power_at_their_end() -> None:
    drift = 0.005 / math.sqrt(2 * _mean_variance(0.02, 0.005) / 13_807)
    tests = simulate_peeking(8, rng=np.random.default_rng(9), tests=20_000, drift=drift)
    assert tests.z.shape == (20_000, 8)
    assert tests.z[:, -1].mean() == pytest.approx(drift, abs=0.03)
    assert tests.z.std(axis=0) == pytest.approx(np.ones(8), abs=0.03)
    assert np.mean(tests.z[:, -1] > 1.96) == pytest.approx(0.8, abs=0.015)


def test_the_first_crossing_is_the_first_look_that_alarms() -> None:
    tests = simulate_peeking(6, rng=np.random.default_rng(2), tests=300, alpha=0.2, drift=1.0)
    for path, first in zip(tests.z, tests.first_crossing, strict=True):
        alarms = [look for look, z in enumerate(path, start=1) if abs(z) > 1.2815515655446004]
        assert first == (alarms[0] if alarms else 0)


def test_the_same_seed_gives_the_same_paths() -> None:
    one, other = (simulate_peeking(5, rng=np.random.default_rng(3), tests=50) for _ in range(2))
    assert one.z.tobytes() == other.z.tobytes()


FACTORS = ["reviews", "button", "offer"]
COUNTS = {"successes": "orders", "trials": "visits"}


def factorial_table(seed: int, visits: int = 4_000) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(
        itertools.product([False, True], [False, True], [0, 1], ["phone", "desktop"]),
        columns=[*FACTORS, "device"],
    )
    table["visits"] = rng.integers(visits // 2, visits, len(table))
    rate = 0.05 + 0.02 * table["reviews"] - 0.01 * table["offer"]
    rate += 0.01 * (table["reviews"] & table["button"])
    table["orders"] = rng.binomial(table["visits"], rate)
    return table


def test_factorial_effects_agree_with_a_saturated_regression() -> None:
    table = factorial_table(1)
    cells = table.groupby(FACTORS, as_index=False)[["orders", "visits"]].sum()
    cells["rate"] = cells["orders"] / cells["visits"]
    signs = cells[FACTORS].astype(int) * 2 - 1
    fit = smf.ols("rate ~ reviews * button * offer", data=signs.assign(rate=cells["rate"])).fit()
    effects = factorial_effects(
        table,
        FACTORS,
        interactions=[("reviews", "button"), ("reviews", "button", "offer")],
        **COUNTS,
    )
    theirs = 2 * fit.params[[*FACTORS, "reviews:button", "reviews:button:offer"]]
    assert effects["effect"].to_numpy() == pytest.approx(theirs.to_numpy())
    assert effects.index.tolist() == [*FACTORS, "reviews × button", "reviews × button × offer"]


def test_one_factor_is_a_comparison_of_two_arms() -> None:
    table = factorial_table(2)
    row = factorial_effects(table, ["reviews"], **COUNTS).loc["reviews"]
    arms = compare_arms(
        table, arm="reviews", outcome="orders", trials="visits", control=False, treatment=True
    )
    assert row["effect"] == pytest.approx(arms.difference)
    assert row[["low", "high"]].tolist() == pytest.approx([arms.low, arms.high], abs=2e-4)


def test_never_against_always_leaves_no_room_for_chance() -> None:
    table = pd.DataFrame({"reviews": [0, 1], "orders": [0, 500], "visits": [500, 500]})
    row = factorial_effects(table, ["reviews"], **COUNTS).loc["reviews"]
    assert row.to_dict() == {"effect": 1, "low": 1, "high": 1, "p_value": 0}


def test_rows_of_one_combination_are_added_up_in_any_order() -> None:
    table = factorial_table(3)
    summed = table.groupby(FACTORS, as_index=False)[["orders", "visits"]].sum()
    pd.testing.assert_frame_equal(
        factorial_effects(table.sample(frac=1, random_state=1), FACTORS, **COUNTS),
        factorial_effects(summed, FACTORS, **COUNTS),
    )


def test_factorial_intervals_hold_the_truth_as_often_as_they_say() -> None:
    truth = [0.025, 0.005, -0.01, 0.005]  # a lone interaction of 0.01 is worth half to each
    held = []
    for seed in range(150):
        effects = factorial_effects(
            factorial_table(seed), FACTORS, interactions=[("reviews", "button")], **COUNTS
        )
        held.append((effects["low"] <= truth) & (truth <= effects["high"]))
    assert np.mean(held) == pytest.approx(0.9, abs=4 * math.sqrt(0.09 / 150))


@pytest.mark.parametrize(
    ("factors", "change", "arguments", "sentence"),
    [
        (["review"], {}, {}, r'did you mean "reviews"\?'),
        ([], {}, {}, "each named once"),
        (["reviews", "reviews"], {}, {}, "each named once"),
        (["device"], {}, {}, '"device" must hold numbers, not "phone"'),
        (["visits"], {}, {}, '"visits" must hold 0 and 1 only'),
        (FACTORS, {}, {"interactions": [("reviews", "colour")]}, 'no factor "colour"'),
        (FACTORS, {"orders": 10**6}, {}, 'more "orders" than "visits"'),
        (FACTORS, {}, {"confidence_level": 90}, "confidence_level must lie between 0 and 1"),
    ],
)
def test_a_design_that_cannot_be_analysed_says_why(
    factors: list[str], change: dict[str, int], arguments: dict[str, object], sentence: str
) -> None:
    with pytest.raises(InputError, match=sentence):
        factorial_effects(factorial_table(4).assign(**change), factors, **COUNTS, **arguments)


def test_a_missing_combination_is_named() -> None:
    table = factorial_table(5)
    hole = table[~(table["reviews"] & ~table["button"] & (table["offer"] == 1))]
    sentence = "no trials with reviews 1, button 0, offer 1: all 8 combinations are needed"
    with pytest.raises(InputError, match=sentence):
        factorial_effects(hole, FACTORS, **COUNTS)
