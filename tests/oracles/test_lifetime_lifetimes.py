"""The MBG/NBD model against lifetimes: its fit, and what it expects."""

import lifetimes
import lifetimes.datasets
import pandas as pd
import pytest

from course_utils.analysis import MBGNBD, expected_purchases, fit_mbgnbd, probability_alive
from tests.analysis.test_lifetime import CDNOW

pytestmark = pytest.mark.filterwarnings("ignore:::lifetimes")


@pytest.fixture(scope="module")
def cdnow() -> pd.DataFrame:
    """2,357 customers of a record shop in 1997, in weeks, as lifetimes ships them."""
    return lifetimes.datasets.load_cdnow_summary(index_col=0)


def lifetimes_model(model: MBGNBD):
    fitter = lifetimes.ModifiedBetaGeoFitter()
    fitter.params_ = pd.Series(vars(model))
    return fitter


def test_the_fit_to_cdnow_is_that_of_lifetimes(cdnow):
    found = fit_mbgnbd(cdnow)
    theirs = lifetimes.ModifiedBetaGeoFitter()
    theirs.fit(*(cdnow[name] for name in ("frequency", "recency", "T")))
    for name, wanted in theirs.params_.items():
        assert getattr(found, name) == pytest.approx(wanted, rel=2e-3)
        assert getattr(CDNOW, name) == pytest.approx(wanted, rel=2e-3)
    assert repr(found).startswith("MBG/NBD: r 0.52")


@pytest.mark.parametrize("days", [0.5, 39, 400])
@pytest.mark.parametrize("model", [CDNOW, MBGNBD(2.0, 30.0, 0.4, 5.0), MBGNBD(0.5, 8.0, 3.0, 1.5)])
def test_expectations_are_those_of_lifetimes(model, days):
    grid = pd.MultiIndex.from_product([range(1, 25), (1.0, 20.0, 38.0), (38.0, 60.0)])
    summary = grid.to_frame(name=["frequency", "recency", "T"]).reset_index(drop=True)
    summary.loc[len(summary)] = [0, 0, 45]
    theirs, columns = lifetimes_model(model), [summary[name] for name in summary]
    assert expected_purchases(model, summary, days).to_numpy() == pytest.approx(
        theirs.conditional_expected_number_of_purchases_up_to_time(days, *columns).to_numpy()
    )
    assert probability_alive(model, summary).to_numpy() == pytest.approx(
        theirs.conditional_probability_alive(*columns)
    )
