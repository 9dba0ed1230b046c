import warnings

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from course_utils.analysis import InputError, incremental_roas

COLUMNS = {"region": "city", "phase": "phase", "outcome": "revenue", "spend": ["search", "film"]}


def country(
    seed: int, *, noise: float = 0.02, weekly: float = 0.0, roi: tuple[float, float] = (1.5, 4.0)
):
    """Cities whose ads chance switches off for two of eight weeks; ads sell at once."""
    rng = np.random.default_rng(seed)
    rows = []
    for city, arm in enumerate(rng.permutation(np.arange(32) % 4)):
        size = np.exp(rng.normal(0, 0.5))
        loyal = np.exp(rng.normal(0, 0.1))  # buys without ads
        shift = 1 + noise * rng.normal() / np.sqrt(size)
        for week in range(8):
            phase = "before" if week < 4 else "off" if week < 6 else "after"
            off = phase == "off"
            search = 0.0 if off and arm in (1, 3) else 10.0 * size
            film = 0.0 if off and arm in (2, 3) else 20.0 * size
            rest = 400 * size * loyal * (1 + 0.1 * week) * (shift if week >= 4 else 1)
            rest *= 1 + weekly * rng.normal()
            revenue = rest + roi[0] * search + roi[1] * film
            rows.append((city, week, phase, search, film, revenue))
    return pd.DataFrame(rows, columns=["city", "week", "phase", "search", "film", "revenue"])


def by_city(panel: pd.DataFrame) -> pd.DataFrame:
    """One row a city: revenue and ads of the last four weeks beside the first four."""
    later = panel["phase"] != "before"
    y = panel[later].groupby("city")[["revenue", "search", "film"]].sum()
    due = panel[~later].groupby("city")[["revenue", "search", "film"]].sum()  # four weeks each
    return pd.DataFrame(
        {"y": y["revenue"], "y0": due["revenue"], "size": due["search"] + due["film"]}
        | {name: y[name] - due[name] for name in COLUMNS["spend"]}
    )


def test_without_noise_it_finds_what_each_yuan_brings():
    found = incremental_roas(country(1, noise=0), **COLUMNS)
    assert found["roas"].to_dict() == pytest.approx(
        {"search": 1.5, "film": 4.0, "together": (10 * 1.5 + 20 * 4.0) / 30}
    )


@pytest.mark.parametrize("seed", range(3))
def test_it_is_the_weighted_regression_of_vaver_and_koehler_with_the_regions_size(seed):
    panel = country(seed)
    rows = by_city(panel)
    fit = smf.wls("y ~ y0 + size + search + film", rows, weights=1 / rows["y0"]).fit()
    found = incremental_roas(panel, **COLUMNS)
    for name in COLUMNS["spend"]:
        assert found["roas"][name] == pytest.approx(fit.params[name])
        assert found.loc[name, ["low", "high"]].tolist() == pytest.approx(
            fit.conf_int(alpha=0.1).loc[name].tolist()
        )


def test_the_ranges_hold_the_truth_nine_times_in_ten():
    truth = pd.Series({"search": 1.5, "film": 4.0, "together": 95 / 30})
    found = [incremental_roas(country(seed), **COLUMNS) for seed in range(200)]
    held = sum((table["low"] <= truth) & (truth <= table["high"]) for table in found) / 200
    assert ((held - 0.9).abs() < 3 * np.sqrt(0.9 * 0.1 / 200)).all()
    rois = pd.DataFrame([table["roas"] for table in found])
    assert ((rois.mean() - truth).abs() < 3 * rois.sem()).all()


def test_noisy_weeks_before_do_not_pull_the_rois_down():
    found, without_size = [], []
    for seed in range(100):
        panel = country(seed, weekly=0.3)
        found.append(incremental_roas(panel, **COLUMNS)["roas"]["together"])
        rows = by_city(panel)
        fit = smf.wls("y ~ y0 + search + film", rows, weights=1 / rows["y0"]).fit()
        without_size.append((10 * fit.params["search"] + 20 * fit.params["film"]) / 30)
    for rois, is_sound in ((found, True), (without_size, False)):
        error = np.std(rois, ddof=1) / 10
        assert (abs(np.mean(rois) - 95 / 30) < 3 * error) == is_sound


def test_one_channel_has_no_row_for_all_together():
    panel = country(1)
    panel.loc[panel["search"] == 0, "film"] = 0.0
    only = incremental_roas(panel, **{**COLUMNS, "spend": ["film"]})
    assert only.index.tolist() == ["film"]


def test_order_and_units_of_money_change_nothing():
    panel = country(2)
    found = incremental_roas(panel, **COLUMNS)
    cents = panel.sample(frac=1, random_state=1)
    cents[["search", "film", "revenue"]] *= 100
    pd.testing.assert_frame_equal(incremental_roas(cents, **COLUMNS), found)


@pytest.mark.parametrize(
    ("change", "arguments", "sentence"),
    [
        ({}, {"before": "spring"}, 'has no phase "spring"'),
        ({"film": 5.0}, {}, '"film" was switched in no city'),
        ({"revenue": None}, {}, 'column "revenue" has missing values'),
        ({"phase": "before"}, {}, "rows before and after the switch"),
        ({}, {"confidence_level": 1.5}, "confidence_level must lie between 0 and 1"),
    ],
)
def test_a_holdout_that_cannot_be_read_says_why(change, arguments, sentence):
    with pytest.raises(InputError, match=sentence):
        incremental_roas(country(1).assign(**change), **{**COLUMNS, **arguments})


def test_regions_that_all_spend_alike_need_no_size():
    panel = country(3)
    panel["search"], panel["film"] = 10.0 * (panel["search"] > 0), 20.0 * (panel["film"] > 0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = incremental_roas(panel, **COLUMNS)
    rows = by_city(panel)
    fit = smf.wls("y ~ y0 + search + film", rows, weights=1 / rows["y0"]).fit()
    assert found["roas"]["film"] == pytest.approx(fit.params["film"])
    assert found.loc["film", ["low", "high"]].tolist() == pytest.approx(
        fit.conf_int(alpha=0.1).loc["film"].tolist()
    )


def test_channels_switched_together_cannot_be_told_apart():
    panel = country(1)
    with pytest.raises(InputError, match="search, film were switched together"):
        incremental_roas(panel.assign(film=2 * panel["search"]), **COLUMNS)


def test_a_region_that_sold_nothing_before_is_refused():
    panel = country(1)
    panel.loc[(panel["city"] == 3) & (panel["phase"] == "before"), "revenue"] = 0
    with pytest.raises(InputError, match='needs "revenue" above zero before'):
        incremental_roas(panel, **COLUMNS)


def test_too_few_regions_are_refused():
    panel = country(1)
    with pytest.raises(InputError, match="6 of them or more"):
        incremental_roas(panel[panel["city"] < 5], **COLUMNS)
