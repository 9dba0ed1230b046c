import numpy as np
import pandas as pd
import pytest

from course_utils.analysis import Estimate, InputError, ratio_of_sums


def parcels(rng: np.random.Generator, number: int) -> pd.DataFrame:
    """Orders of uneven amounts; the dear ones come back more often."""
    paid = rng.lognormal(4, 0.8, number)
    return pd.DataFrame({"paid": paid, "refund": paid * (rng.random(number) < paid / 200)})


def test_the_ratio_is_that_of_the_sums_and_not_the_mean_of_ratios() -> None:
    orders = pd.DataFrame({"refund": [0, 30, 0], "paid": [90, 30, 180]})
    assert ratio_of_sums(orders, "refund", "paid").value == pytest.approx(0.1)


def test_the_interval_is_the_bootstraps() -> None:
    orders = parcels(np.random.default_rng(3), 2_000)
    rng, ratios = np.random.default_rng(4), []
    for _ in range(2_000):
        rows = rng.integers(0, len(orders), len(orders))
        drawn = orders.to_numpy()[rows].sum(axis=0)
        ratios.append(drawn[1] / drawn[0])
    found = ratio_of_sums(orders, "refund", "paid")
    low, high = np.quantile(ratios, [0.05, 0.95])
    assert found.low == pytest.approx(low, abs=0.05 * (high - low))
    assert found.high == pytest.approx(high, abs=0.05 * (high - low))


def test_nine_intervals_in_ten_hold_the_ratio_of_all() -> None:
    rng = np.random.default_rng(5)
    everything = parcels(rng, 200_000)
    wanted = everything["refund"].sum() / everything["paid"].sum()
    samples = (everything.iloc[rng.integers(0, 200_000, 800)] for _ in range(300))
    found = [ratio_of_sums(rows, "refund", "paid") for rows in samples]
    held = np.mean([each.low <= wanted <= each.high for each in found])
    assert abs(held - 0.9) < 3 * np.sqrt(0.09 / 300)


def test_a_wider_level_gives_a_wider_interval() -> None:
    orders = parcels(np.random.default_rng(6), 100)
    narrow, wide = (
        ratio_of_sums(orders, "refund", "paid", confidence_level=level) for level in (0.5, 0.99)
    )
    assert wide.low < narrow.low < narrow.value == wide.value < narrow.high < wide.high


def test_an_estimate_reads_as_a_sentence() -> None:
    assert repr(Estimate(31.2345, 29.5, 33.0)) == "31.23 (90% interval 29.5 to 33)"


def notes(seed: int, rows: int = 300) -> pd.DataFrame:
    """Notes of uneven revenue, a few of which hold much of it: four yuan for each yuan."""
    rng = np.random.default_rng(seed)
    cost = rng.uniform(1, 3, rows)
    return pd.DataFrame({"revenue": 4 * cost * rng.lognormal(-0.5, 1, rows), "cost": cost})


def test_a_resampled_interval_is_about_as_wide_and_leans_to_the_tail() -> None:
    linear = ratio_of_sums(notes(1, rows=2_000), "revenue", "cost")
    found = ratio_of_sums(notes(1, rows=2_000), "revenue", "cost", rng=np.random.default_rng(1))
    assert found.value == linear.value
    assert found.high - found.low == pytest.approx(linear.high - linear.low, rel=0.1)
    assert found.high - found.value > found.value - found.low


def test_resampled_intervals_hold_the_truth_about_nine_times_in_ten() -> None:
    found = [
        ratio_of_sums(notes(seed), "revenue", "cost", rng=np.random.default_rng(seed))
        for seed in range(60)
    ]
    held = np.mean([each.low <= 4 <= each.high for each in found])
    assert abs(held - 0.9) < 3 * np.sqrt(0.09 / 60)


def test_the_same_seed_gives_the_same_resampled_interval() -> None:
    first, second = (
        ratio_of_sums(notes(1), "revenue", "cost", rng=np.random.default_rng(7)) for _ in "ab"
    )
    assert first == second


@pytest.mark.parametrize(
    ("orders", "said"),
    [
        (pd.DataFrame({"refund": [1.0], "paid": [2.0]}), "two rows or more"),
        (pd.DataFrame({"refund": [0, 0], "paid": [0, 0]}), "a total above zero"),
        (pd.DataFrame({"refund": [0, 1], "paid": [3, -1]}), "none negative"),
        (pd.DataFrame({"refund": [0, 1], "paid": ["many", "few"]}), "must hold numbers"),
        (pd.DataFrame({"refund": [0, None], "paid": [1, 1]}), "missing values"),
        (pd.DataFrame({"refund": [0, 1], "price": [1, 1]}), 'no column "paid"'),
    ],
)
def test_what_gives_no_ratio_gets_a_sentence(orders: pd.DataFrame, said: str) -> None:
    with pytest.raises(InputError, match=said):
        ratio_of_sums(orders, "refund", "paid")
