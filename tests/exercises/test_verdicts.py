import math
import re
import statistics
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.errors import InputError
from course_utils.exercises.verdicts import (
    Calibration,
    Verdict,
    VerdictError,
    calibration,
    interval_score,
    judge,
    read_interval,
    regret,
)

numbers = st.floats(min_value=-1e6, max_value=1e6)
ranges = st.tuples(numbers, numbers).map(sorted)
profits = st.dictionaries(st.sampled_from("abcdef"), numbers, min_size=1)


# Interval score


@given(ranges, numbers, st.floats(min_value=0.05, max_value=0.99))
def test_the_score_is_the_width_plus_a_penalty_on_the_side_that_misses(ends, truth, level):
    low, high = ends
    expected = high - low
    if truth < low:
        expected += (2 / (1 - level)) * (low - truth)
    if truth > high:
        expected += (2 / (1 - level)) * (truth - high)
    assert math.isclose(interval_score(low, high, truth, level=level), expected, abs_tol=1e-9)


def test_a_miss_costs_twenty_times_its_distance_at_90_percent():
    assert interval_score(2, 5, 6) == pytest.approx(3 + 20 * 1)
    assert interval_score(2, 5, 1.5) == pytest.approx(3 + 20 * 0.5)


def test_the_expected_score_is_least_for_the_true_5_and_95_percent_quantiles():
    # A proper score rewards the range one believes: over an even sample of a normal world, moving
    # or stretching the central 90% range can only cost.
    world = statistics.NormalDist(mu=3.0, sigma=2.0)
    truths = [world.inv_cdf((i + 0.5) / 2000) for i in range(2000)]

    def expected(low, high):
        return statistics.fmean(interval_score(low, high, truth) for truth in truths)

    low, high = world.inv_cdf(0.05), world.inv_cdf(0.95)
    best = expected(low, high)
    for d_low in (-1.0, -0.3, 0.0, 0.3, 1.0):
        for d_high in (-1.0, -0.3, 0.0, 0.3, 1.0):
            if (d_low, d_high) != (0.0, 0.0):
                assert expected(low + d_low, high + d_high) > best


def test_another_level_has_its_own_best_range():
    world = statistics.NormalDist()
    truths = [world.inv_cdf((i + 0.5) / 2000) for i in range(2000)]
    scores = {
        share: statistics.fmean(
            interval_score(-world.inv_cdf(share), world.inv_cdf(share), truth, level=0.5)
            for truth in truths
        )
        for share in (0.55, 0.65, 0.75, 0.85, 0.95)
    }
    assert min(scores, key=scores.__getitem__) == 0.75


@pytest.mark.parametrize("level", [0, 1, 90, -0.1, math.nan])
def test_a_level_is_a_share(level):
    with pytest.raises(InputError, match="between 0 and 1"):
        interval_score(1, 2, 1.5, level=level)


# Reading a range


@pytest.mark.parametrize(
    ("low", "high"),
    [(1, 3), (1.0, 3.0), (np.int64(1), np.float32(3)), (np.int8(1), np.float16(3)), (1, 3.0)],
)
def test_any_real_number_will_do_as_an_end(low, high):
    verdict = read_interval(low, high)
    assert verdict == Verdict(1.0, 3.0)
    assert type(verdict.low) is type(verdict.high) is float


def test_a_range_may_be_a_point():
    assert read_interval(2, 2).width == 0


def test_a_swapped_pair_is_not_put_in_order_silently():
    with pytest.raises(VerdictError, match=r"low end, 5, is above the high end, 3: .*smaller"):
        read_interval(5, 3)
    with pytest.raises(VerdictError, match=r"low end, 5\.0000001, is above the high end, 5:"):
        read_interval(5.0000001, 5)


@pytest.mark.parametrize("end", ["5%", "5 %", " 5％", "5", 5, np.int8(5), Decimal(5)])
def test_an_end_may_carry_its_unit_and_any_wrapping(end):
    wrapped = [end] if isinstance(end, str) else [end, pd.Series([end]), np.array([[end]])]
    for low in wrapped:
        assert read_interval(low, "15 percent", "percent") == Verdict(5.0, 15.0)


def test_a_sign_of_another_unit_is_not_passed_over():
    with pytest.raises(VerdictError, match="it is text"):
        read_interval("5%", 15, "yuan")


# A range in another unit


@given(st.floats(5, 100), st.floats(0.3, 0.9), st.sampled_from(["percent", "points"]))
def test_shares_are_asked_back_with_the_range_that_was_meant(claim, part, unit):
    low, high = round(claim * part), round(claim * part) + 5
    assert Verdict(low, high).doubt(claim, unit) == ""
    if high <= 10 * min(claim, 10):
        said = Verdict(low / 100, high / 100).doubt(claim, unit)
        assert f"did you mean {low} to {high} {unit}?" in said


@given(st.floats(1, 100), st.floats(0.2, 0.9), st.sampled_from(["percent", "points"]))
def test_hundredfold_is_asked_back_with_the_range_that_was_meant(claim, part, unit):
    low, high = round(100 * claim * part), round(100 * claim * part) + 50
    said = Verdict(low, high).doubt(claim, unit)
    assert ("did you mean" in said) == (low > 10 * claim)
    assert "did you mean" not in Verdict(low, high).doubt(claim, "yuan")


@given(st.floats(0.01, 1e6), st.sampled_from([1e-6, 1e-3, 0.0099, 101, 1e3, 1e6]), st.booleans())
def test_a_hundred_times_the_claim_is_asked_back(claim, factor, is_negative):
    claim = -claim if is_negative else claim
    ends = sorted([claim * factor, claim * factor * 0.999])
    assert "what the slide says" in Verdict(*ends).doubt(claim, "yuan")
    assert Verdict(*sorted([claim * 0.1, -claim * 10])).doubt(claim, "yuan") == ""


def test_a_range_without_width_is_asked_back():
    assert "no width: it is 5 percent" in Verdict(5, 5).doubt(30, "percent")


def test_beside_a_claim_of_nothing_any_range_will_do():
    assert Verdict(-1, 1e6).doubt(0, "yuan") == ""


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (None, "None"),
        ("3.2%", "text"),
        (True, "True or False"),
        (np.bool_(False), "True or False"),
        (math.nan, "NaN"),
        (np.float32("nan"), "NaN"),
        (math.inf, "infinite"),
        (-math.inf, "infinite"),
        (10**400, "infinite or far too large"),
        (1e308, "far too large"),
        (1j, "complex"),
        ([1], "list"),
        (np.timedelta64(5, "D"), "`.dt.days`"),
        (pd.Series([pd.Timedelta("5D")]), "`.dt.days`"),
        (pd.NA, "NAType"),
        (pd.Series([1.0, 2.0]), "Series"),
    ],
)
def test_what_is_no_number_gets_one_sentence_that_names_the_end_and_the_fault(value, word):
    for ends, name in (((value, 3), "low end"), ((3, value), "high end")):
        with pytest.raises(VerdictError) as error:
            read_interval(*ends)
        message = str(error.value)
        assert name in message
        assert word in message
        assert "\n" not in message


# Judgement


@given(ranges, numbers)
def test_a_judgement_holds_exactly_when_nothing_is_missed(ends, truth):
    verdict = Verdict(*ends)
    judgement = judge(verdict, truth)
    assert judgement.held == (verdict.low <= truth <= verdict.high) == (judgement.miss == 0)
    assert judgement.score == interval_score(*ends, truth)
    assert judgement.width == verdict.width


def test_the_sentence_says_held_or_missed_by_how_much_and_where():
    sentences = [judge(Verdict(1, 3), truth).sentence("points") for truth in (2.6, 3.4, 0.5)]
    assert sentences == [
        "Your range holds the truth, 2.6 points.",
        "The truth, 3.4 points, lies 0.4 points above your range.",
        "The truth, 0.5 points, lies 0.5 points below your range.",
    ]


def test_a_miss_too_small_for_the_format_is_never_called_zero():
    assert "lies just above your range" in judge(Verdict(1, 3), 3.01).sentence("points", 10)
    assert "4.5%, lies 1.5 points above" in judge(Verdict(1, 3), 4.5).sentence("%", 10)
    assert "lies just below your range" in judge(Verdict(1, 3), 0.99).sentence("", 10)


def test_units_and_formats_read_as_one_writes_them():
    judgement = judge(Verdict(0, 5_000_000), 1_234_567.8)
    assert "truth, 1.23 million yuan." in judgement.sentence("yuan")
    assert "truth, 2.6%." in judge(Verdict(1, 3), 2.6).sentence("%")
    assert "truth, 0 points." in judge(Verdict(-1, 1), -0.04).sentence("points", 10)


def test_a_range_much_wider_than_the_careful_analysts_is_told_so():
    reference = Verdict(2.2, 3.0)
    wide = judge(Verdict(1.4, 3.8), 2.6, reference=reference)
    assert wide.relative_width == pytest.approx(3)
    assert wide.sentence("points") == (
        "Your range holds the truth, 2.6 points, and it is 3 times as wide as the data allow."
    )
    wide_miss = judge(Verdict(4.0, 6.4), 2.6, reference=reference).sentence("points")
    assert wide_miss.endswith("below your range, though it is 3 times as wide as the data allow.")
    good = judge(Verdict(2.1, 3.1), 2.6, reference=reference).sentence("points")
    assert "wide" not in good


def test_a_range_that_misses_because_it_is_narrow_is_told_so_and_a_lucky_one_is_not():
    reference = Verdict(2.2, 3.0)
    missed = judge(Verdict(2.2, 2.3), 2.6, reference=reference).sentence("points")
    lucky = judge(Verdict(2.5, 2.7), 2.6, reference=reference).sentence("points")
    assert "a wider one is the better bet" in missed
    assert lucky == "Your range holds the truth, 2.6 points."


def test_a_reference_without_width_gives_no_ratio():
    assert judge(Verdict(1, 3), 2.6, reference=Verdict(2.6, 2.6)).relative_width is None


def test_a_truth_that_is_no_number_is_refused():
    with pytest.raises(VerdictError, match="The truth must be one finite number"):
        judge(Verdict(1, 3), math.nan)


# Calibration


@given(st.lists(st.tuples(ranges, numbers)))
def test_calibration_counts_the_ranges_that_held(rows):
    counted = calibration((low, high, truth) for (low, high), truth in rows)
    held = [low <= truth <= high for (low, high), truth in rows]
    assert counted == Calibration(held.count(True), len(held))
    assert counted.share == (statistics.fmean(held) if held else None)


def test_the_count_is_put_beside_a_careful_analysts():
    sentence = Calibration(3, 4).sentence()
    assert sentence.startswith(
        "So far 3 of 4 of your ranges held the truth; a careful analyst's do 9 times in 10."
    )


def test_few_verdicts_are_said_to_say_little():
    assert Calibration(0, 0).sentence().startswith("No verdict yet.")
    assert "Your first verdict held the truth" in Calibration(1, 1).sentence()
    assert "Your first verdict missed the truth" in Calibration(0, 1).sentence()
    assert "one verdict can't tell" in Calibration(0, 1).sentence()
    assert all("luck" in Calibration(1, total).sentence() for total in (2, 3, 4))
    assert all("luck" not in Calibration(4, total).sentence() for total in (5, 6, 20))


# Regret


@given(profits, st.data())
def test_regret_is_never_negative_and_zero_exactly_for_a_best_choice(table, data):
    chosen = data.draw(st.sampled_from(sorted(table)))
    priced = regret(table, chosen)
    assert priced.regret == max(table.values()) - table[chosen]
    assert table[priced.best] == priced.best_profit == max(table.values())
    assert (priced.regret == 0) == (priced.best == chosen)


def test_the_sentence_prices_the_choice_in_yuan():
    table = {"keep": np.float64(-1200.4), "ship": 1_234_567.2, "test": np.int64(0)}
    assert regret(table, "keep").sentence() == (
        'Your choice, "keep", loses 1,200 yuan. The best in this world, "ship", earns '
        "1.23 million yuan: a regret of 1.23 million yuan."
    )
    assert regret(table, "ship").sentence() == (
        'Your choice, "ship", earns 1.23 million yuan. No other choice earns more in this world.'
    )
    assert 'Your choice, "test", earns 0 yuan.' in regret(table, "test").sentence()


@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9))
def test_what_a_reader_subtracts_comes_out(one, other):
    said = regret({"a": min(one, other), "b": max(one, other)}, "a").sentence()
    if ": a regret of " in said:
        shown = re.findall(r"(earns|loses|of) ([\d.,]+)( million)? yuan", said)
        yours, best, lost = (
            float(digits.replace(",", ""))
            * (1e6 if million else 1)
            * (-1 if verb == "loses" else 1)
            for verb, digits, million in shown
        )
        unit = max(abs(yours), abs(best)) / 100  # three digits are shown
        assert abs(best - yours - lost) < unit


def test_a_best_choice_that_earns_hardly_more_is_told_so():
    said = regret({"a": 3_523_191, "b": 3_524_817}, "a").sentence()
    assert said == (
        'Your choice, "a", earns 3.52 million yuan. The best in this world, "b", earns hardly more.'
    )


def test_a_best_choice_that_still_loses_has_no_regret():
    sentence = regret({"stop": -3_000, "go": -90_000}, "stop").sentence()
    assert sentence.startswith('Your choice, "stop", loses 3,000 yuan. No other choice earns more')


def test_a_loss_of_a_few_fen_has_no_minus_sign():
    assert "earns 0 yuan" in regret({"stop": -0.2}, "stop").sentence()


@pytest.mark.parametrize("chosen", ["Ship", 3, None, [1], pd.DataFrame(), math.nan])
def test_a_choice_that_is_not_offered_gets_the_list(chosen):
    with pytest.raises(VerdictError, match='none of the choices; they are "keep", "ship"'):
        regret({"keep": 1.0, "ship": 2.0}, chosen)


def test_a_profit_that_is_no_number_names_its_choice():
    with pytest.raises(VerdictError, match="The profit of ship"):
        regret({"keep": 1.0, "ship": math.nan}, "keep")
