import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from scipy.stats import t

from course_utils.analysis import InputError, difference_in_differences, event_study

COLUMNS = {"outcome": "visits", "unit": "product", "time": "day", "treated": "new"}
START = 11


def shop(
    seed: int, *, effect: float = 0.1, units: int = 14, days: int = 20, drift: float = 0.3
) -> pd.DataFrame:
    """A panel in which each product has a level and a drift, and all share the days."""
    rng = np.random.default_rng(seed)
    panel = pd.MultiIndex.from_product([range(units), range(1, days + 1)]).to_frame(index=False)
    panel.columns = ["product", "day"]
    panel["new"] = panel["product"] < units // 2 - 1
    level = rng.normal(5, 1, units)[panel["product"]]
    season = rng.normal(0, 0.5, days)[panel["day"] - 1]
    own = drift * rng.normal(size=units)[panel["product"]] * (panel["day"] >= START)
    changed = np.log1p(effect) * (panel["new"] & (panel["day"] >= START))
    noise = rng.normal(0, 0.1, len(panel))
    panel["visits"] = np.exp(level + season + own + changed + noise)
    return panel


def before_and_after(panel: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Each product's change of mean log visits, the treated and the untouched."""
    log, after = np.log(panel["visits"]), panel["day"] >= START
    by_product = [log[side].groupby(panel["product"]).mean() for side in (after, ~after)]
    change = by_product[0] - by_product[1]
    treated = panel.groupby("product")["new"].first()
    return change[treated].to_numpy(), change[~treated].to_numpy()


@pytest.mark.parametrize("seed", range(5))
def test_the_effect_is_the_difference_of_the_mean_differences(seed):
    treated, untouched = before_and_after(shop(seed))
    found = difference_in_differences(shop(seed), start=START, **COLUMNS)
    assert found.effect == pytest.approx(np.expm1(treated.mean() - untouched.mean()))


@pytest.mark.parametrize("seed", range(5))
def test_the_clustered_range_is_that_of_two_samples_of_products(seed):
    panel = shop(seed)
    treated, untouched = before_and_after(panel)
    squares = sum(((group - group.mean()) ** 2).sum() / len(group) ** 2
                  for group in (treated, untouched))  # fmt: skip
    rows, units, days = len(panel), 14, 20
    correction = units / (units - 1) * (rows - 1) / (rows - units - days)
    error = np.sqrt(squares * correction)
    middle = treated.mean() - untouched.mean()
    width = t.ppf(0.95, units - 1) * error
    found = difference_in_differences(panel, start=START, **COLUMNS)
    assert (found.low, found.high) == pytest.approx(
        tuple(np.expm1([middle - width, middle + width]))
    )


def test_rows_taken_for_independent_witnesses_are_too_sure():
    panel = shop(1)
    clustered = difference_in_differences(panel, start=START, **COLUMNS)
    naive = difference_in_differences(panel, start=START, clustered=False, **COLUMNS)
    assert naive.effect == pytest.approx(clustered.effect)
    assert naive.high - naive.low < (clustered.high - clustered.low) / 2


def test_clustered_ranges_hold_the_truth_as_often_as_they_say_and_naive_ones_do_not():
    held = {True: 0, False: 0}
    for seed in range(200):
        panel = shop(seed, units=24, days=14, drift=0.1)
        for clustered in held:
            found = difference_in_differences(panel, start=START, clustered=clustered, **COLUMNS)
            held[clustered] += found.low <= 0.1 <= found.high
    assert 0.83 < held[True] / 200 < 0.96
    assert held[False] / 200 < 0.7


def test_neither_levels_nor_seasons_nor_the_order_of_rows_change_anything():
    panel = shop(2)
    found = difference_in_differences(panel, start=START, **COLUMNS)
    moved = panel.assign(
        visits=panel["visits"] * (1 + panel["product"]) * np.exp(np.sin(panel["day"]))
    ).sample(frac=1, random_state=1)
    again = difference_in_differences(moved, start=START, **COLUMNS)
    assert (again.effect, again.low) == pytest.approx((found.effect, found.low))


def test_with_rows_missing_it_is_the_regression_on_dummies():
    holes = shop(3).sample(frac=0.8, random_state=1)
    rows = holes.assign(changed=(holes["new"] & (holes["day"] >= START)).astype(float))
    fit = smf.ols("np.log(visits) ~ changed + C(product) + C(day)", rows).fit(
        cov_type="cluster", cov_kwds={"groups": rows["product"]}, use_t=True
    )
    found = difference_in_differences(holes, start=START, **COLUMNS)
    assert found.effect == pytest.approx(np.expm1(fit.params["changed"]))
    ends = np.expm1(fit.conf_int(alpha=0.1).loc["changed"])
    assert (found.low, found.high) == pytest.approx(tuple(ends))


def test_an_event_study_is_on_zero_before_and_on_the_effect_after():
    panel = shop(4, drift=0.02, effect=0.3).assign(week=lambda rows: (rows["day"] - 1) // 5)
    study = event_study(panel, period="week", start=2, **COLUMNS)
    assert study.index.tolist() == [0, 1, 2, 3]
    assert np.log1p(study.loc[:1, "effect"]).sum() == pytest.approx(0, abs=1e-9)
    assert study.loc[:1, "effect"].abs().max() < 0.1
    assert study.loc[2:, "effect"].to_numpy() == pytest.approx([0.3, 0.3], abs=0.1)
    assert (study["low"] < study["effect"]).all()
    assert (study["effect"] < study["high"]).all()


def test_weeks_after_average_to_the_whole_effect():
    panel = shop(5).assign(week=lambda rows: (rows["day"] - 1) // 5)
    study = event_study(panel, period="week", start=2, **COLUMNS)
    whole = difference_in_differences(panel, start=START, **COLUMNS)
    assert np.log1p(study.loc[2:, "effect"]).mean() == pytest.approx(np.log1p(whole.effect))


def test_the_sentence_says_percent_with_the_range():
    found = difference_in_differences(shop(1), start=START, **COLUMNS)
    assert str(found) == (
        f"{100 * found.effect:+.1f}% (90% interval {100 * found.low:+.1f}% to "
        f"{100 * found.high:+.1f}%)"
    )


@pytest.mark.parametrize(
    ("change", "arguments", "sentence"),
    [
        ({"visits": 0}, {}, "zero or less, which have no logarithm"),
        ({"visits": None}, {}, 'column "visits" has missing values'),
        ({"new": True}, {}, 'must be treated and untouched "product"'),
        ({"new": 2}, {}, "must hold 0 and 1 only"),
        ({}, {"start": 1}, 'rows before and from "1" on'),
        ({}, {"start": 99}, 'rows before and from "99" on'),
        ({}, {"unit": "shop"}, 'no column "shop"'),
        ({}, {"level": 90}, "level must lie between 0 and 1"),
    ],
)
def test_a_panel_that_cannot_be_compared_says_why(change, arguments, sentence):
    panel = shop(1).assign(**change)
    with pytest.raises(InputError, match=sentence):
        difference_in_differences(panel, **{"start": START, **COLUMNS, **arguments})


def test_a_product_that_changes_sides_is_refused():
    panel = shop(1)
    panel.loc[0, "new"] = not panel.loc[0, "new"]
    with pytest.raises(InputError, match='same in all rows of one "product"'):
        difference_in_differences(panel, start=START, **COLUMNS)
