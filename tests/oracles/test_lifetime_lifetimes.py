"""The BG/NBD model against the published numbers, and against lifetimes."""

import lifetimes
import lifetimes.datasets
import pandas as pd
import pytest

from course_utils.analysis import BGNBD, expected_purchases, fit_bgnbd, probability_alive
from tests.analysis.test_lifetime import CDNOW

pytestmark = pytest.mark.filterwarnings("ignore:::lifetimes")


@pytest.fixture(scope="module")
def cdnow() -> pd.DataFrame:
    """2,357 customers of a record shop in 1997, in weeks, as lifetimes ships them."""
    return lifetimes.datasets.load_cdnow_summary(index_col=0)


def lifetimes_model(model: BGNBD):
    fitter = lifetimes.BetaGeoFitter()
    fitter.params_ = pd.Series(vars(model))
    return fitter


def test_the_fit_to_cdnow_is_the_published_one(cdnow):
    found = fit_bgnbd(cdnow)
    for name, published in vars(CDNOW).items():
        assert getattr(found, name) == pytest.approx(published, rel=5e-4)
    assert repr(found).startswith("BG/NBD: r 0.2426, alpha 4.41")


@pytest.mark.parametrize("days", [0.5, 39, 400])
@pytest.mark.parametrize("model", [CDNOW, BGNBD(2.0, 30.0, 0.4, 5.0), BGNBD(0.5, 8.0, 3.0, 1.5)])
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
