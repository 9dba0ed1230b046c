import tracemalloc
from datetime import date

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from scipy.stats import t

from course_utils.analysis import InputError, difference_in_differences, event_study

COLUMNS = {"outcome": "visits", "unit": "product", "time": "day", "treated": "new"}
START = 11
DAY = pd.Timedelta(days=1)


def shop(
    seed: int,
    *,
    effect: float = 0.1,
    units: int = 14,
    days: int = 20,
    drift: float = 0.3,
    new: int | None = None,
    start: int = START,
) -> pd.DataFrame:
    """A panel in which each product has a level and a drift, and all share the days."""
    rng = np.random.default_rng(seed)
    panel = pd.MultiIndex.from_product([range(units), range(1, days + 1)]).to_frame(index=False)
    panel.columns = ["product", "day"]
    panel["new"] = panel["product"] < (units // 2 - 1 if new is None else new)
    level = rng.normal(5, 1, units)[panel["product"]]
    season = rng.normal(0, 0.5, days)[panel["day"] - 1]
    own = drift * rng.normal(size=units)[panel["product"]] * (panel["day"] >= start)
    changed = np.log1p(effect) * (panel["new"] & (panel["day"] >= start))
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
    # By Satterthwaite: 6 and 8 products are worth a little less than 14.
    effective = (1 / 6 + 1 / 8) ** 2 / (1 / 6**3 + 1 / 8**3)
    width = t.ppf(0.95, effective - 1) * error
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


def test_five_treated_products_of_forty_miss_the_truth_hardly_oftener_than_they_say():
    missed, by_all_products = 0, 0
    for seed in range(300):
        found = difference_in_differences(
            shop(seed, units=40, days=6, drift=0.2, new=5, start=4), start=4, **COLUMNS
        )
        low, middle, high = np.log1p([found.low, found.effect, found.high])
        missed += not low <= np.log(1.1) <= high
        effective = (1 / 5 + 1 / 35) ** 2 / (1 / 5**3 + 1 / 35**3)
        narrow = (high - middle) * t.ppf(0.95, 39) / t.ppf(0.95, effective - 1)
        by_all_products += not abs(middle - np.log(1.1)) <= narrow
    assert missed / 300 < 0.14 < by_all_products / 300


@pytest.mark.parametrize("new", [1, 4, 10, 13])
def test_fewer_than_five_products_of_a_kind_are_refused(new):
    panel = shop(1, new=new).assign(week=lambda rows: rows["day"] // 5)
    for ask, more in ((difference_in_differences, {}), (event_study, {"period": "week"})):
        with pytest.raises(InputError, match=f'{new} treated and {14 - new} untouched "product"'):
            ask(panel, start=2, **COLUMNS, **more)


def test_neither_levels_nor_seasons_nor_the_order_of_rows_change_anything():
    panel = shop(2)
    found = difference_in_differences(panel, start=START, **COLUMNS)
    moved = panel.assign(
        visits=panel["visits"] * (1 + panel["product"]) * np.exp(np.sin(panel["day"]))
    ).sample(frac=1, random_state=1)
    again = difference_in_differences(moved, start=START, **COLUMNS)
    assert (again.effect, again.low) == pytest.approx((found.effect, found.low))


def on_dummies(panel, columns, contrasts):
    """Each contrast by statsmodels with a dummy for every product and day: bounds as shares."""
    formula = f"np.log(visits) ~ {' + '.join(columns)} + C(product) + C(day)"
    fit = smf.ols(formula, panel).fit(
        cov_type="cluster", cov_kwds={"groups": panel["product"]}, use_t=True
    )
    places = [fit.model.exog_names.index(name) for name in columns]
    dummies = np.delete(fit.model.exog, places, axis=1)
    own = fit.model.exog[:, places]
    own = own - dummies @ np.linalg.lstsq(dummies, own)[0]
    weights = own @ np.linalg.inv(own.T @ own) @ contrasts.T
    parts = pd.DataFrame(weights**2).groupby(panel["product"].to_numpy()).sum()
    effective = (parts.sum() ** 2 / (parts**2).sum()).to_numpy()
    effect = contrasts @ fit.params.iloc[places]
    covariance = fit.cov_params().iloc[places, places].to_numpy()
    error = np.sqrt(np.diag(contrasts @ covariance @ contrasts.T))
    width = t.ppf(0.95, effective - 1) * error
    return np.expm1(np.column_stack([effect, effect - width, effect + width]))


@pytest.mark.parametrize("share", [0.3, 0.8, 1.0])
@pytest.mark.parametrize("days", [12, 40])  # fewer than there are products, and more
def test_with_rows_missing_too_it_is_the_regression_on_dummies(share, days):
    holes = shop(3, units=16, days=days).sample(frac=share, random_state=1)
    holes["changed"] = (holes["new"] & (holes["day"] >= START)).astype(float)
    found = difference_in_differences(holes, start=START, **COLUMNS)
    wanted = on_dummies(holes, ["changed"], np.eye(1))[0]
    assert (found.effect, found.low, found.high) == pytest.approx(tuple(wanted), rel=1e-8)


@pytest.mark.parametrize("share", [0.8, 1.0])
def test_an_event_study_is_the_regression_on_dummies(share):
    panel = shop(6).assign(week=lambda rows: (rows["day"] - 1) // 5)
    panel = panel.sample(frac=share, random_state=2)
    names = [f"week{week}" for week in (1, 2, 3)]
    for week, name in enumerate(names, 1):
        panel[name] = (panel["new"] & (panel["week"] == week)).astype(float)
    # Against the mean of the weeks 0 and 1, of which week 0 is the regression's zero.
    contrasts = np.vstack([np.zeros(3), np.eye(3)]) - [0.5, 0, 0]
    study = event_study(panel, period="week", start=2, **COLUMNS)
    assert study.to_numpy() == pytest.approx(on_dummies(panel, names, contrasts), rel=1e-8)


def test_parts_of_a_panel_that_share_no_day_are_compared_within():
    one, other = shop(1), shop(2).assign(product=lambda rows: rows["product"] + 100)
    later = other.assign(day=other["day"] + 0.5)
    both = pd.concat([one, later])
    found = difference_in_differences(both, start=START, **COLUMNS)
    alone = [difference_in_differences(part, start=START, **COLUMNS) for part in (one, other)]
    assert np.log1p(found.effect) == pytest.approx(np.mean([np.log1p(u.effect) for u in alone]))


def test_a_large_panel_needs_no_table_of_dummies():
    days, products = 100, 1_000
    panel = shop(1, units=products, days=days)
    tracemalloc.start()
    difference_in_differences(panel, start=START, **COLUMNS)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < len(panel) * (products + days) * 8 / 20


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
        ({}, {"confidence_level": 90}, "confidence_level must lie between 0 and 1"),
    ],
)
def test_a_panel_that_cannot_be_compared_says_why(change, arguments, sentence):
    panel = shop(1).assign(**change)
    with pytest.raises(InputError, match=sentence):
        difference_in_differences(panel, **{"start": START, **COLUMNS, **arguments})


@pytest.mark.parametrize(
    "start",
    [
        date(2025, 6, 11),
        "some day",
        11,
        None,
        pd.Timestamp("2025-06-11", tz="UTC"),
    ],
)
def test_a_start_that_is_no_such_time_says_what_it_should_be(start):
    panel = shop(1).assign(day=lambda rows: pd.Timestamp("2025-05-31") + rows["day"] * DAY)
    found = difference_in_differences(panel, start="2025-06-11", **COLUMNS)
    assert found == difference_in_differences(shop(1), start=START, **COLUMNS)
    with pytest.raises(InputError, match=r"can't be compared .* such as Timestamp"):
        difference_in_differences(panel, start=start, **COLUMNS)


def test_a_change_that_the_products_levels_say_already_is_refused():
    panel = shop(1)
    late = panel[~panel["new"] | (panel["day"] >= START)]  # the new ones are not there before
    with pytest.raises(InputError, match="can't tell the change"):
        difference_in_differences(late, start=START, **COLUMNS)
    weeks = panel.assign(week=panel["day"] // 5)
    gap = weeks[~weeks["new"] | (weeks["week"] != 2)]
    with pytest.raises(InputError, match="both kinds of units in every period"):
        event_study(gap, period="week", start=2, **COLUMNS)


def test_a_product_that_changes_sides_is_refused():
    panel = shop(1)
    panel.loc[0, "new"] = not panel.loc[0, "new"]
    with pytest.raises(InputError, match='same in all rows of one "product"'):
        difference_in_differences(panel, start=START, **COLUMNS)
