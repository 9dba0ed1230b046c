import numpy as np
import pandas as pd
import pytest
from scipy.stats import beta

from course_utils.analysis import InputError, Retention, fit_retention

# Percent surviving to years 1 to 12: Fader & Hardie 2007, table 1.
REGULAR = [63.1, 46.8, 38.2, 32.6, 28.9, 26.2, 24.1, 22.3, 20.7, 19.4, 18.3, 17.3]
HIGH_END = [86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1, 46.8, 44.5, 42.7, 40.9, 39.4]


def table(surviving: list[float]) -> pd.DataFrame:
    """A thousand members, one row each, of whom so many percent survived each year."""
    there = np.rint([1_000, *(10 * share for share in surviving)]).astype(int)
    lost, years = -np.diff(there), len(surviving)
    months = np.r_[np.repeat(np.arange(1, years + 1), lost), np.full(there[-1], years)]
    left = np.r_[np.ones(lost.sum(), int), np.zeros(there[-1], int)]
    return pd.DataFrame({"months": months, "left": left})


def drawn(seed: int, number: int = 3_000, watched: int = 12) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    whole = rng.geometric(rng.beta(1.2, 4.0, number))
    left = (whole <= watched).astype(int)
    return pd.DataFrame({"months": np.minimum(whole, watched), "left": left})


@pytest.mark.parametrize(
    ("surviving", "a", "b"), [(REGULAR, 0.704, 1.182), (HIGH_END, 0.668, 3.806)]
)
def test_seven_years_give_the_published_parameters(surviving, a, b) -> None:
    found = fit_retention(table(surviving[:7]))
    assert (round(found.a, 3), round(found.b, 3)) == (a, b)


@pytest.mark.parametrize("surviving", [REGULAR, HIGH_END])
def test_seven_years_foretell_the_twelfth(surviving) -> None:
    found = fit_retention(table(surviving[:7]))
    assert 100 * found.staying(np.arange(8, 13)) == pytest.approx(surviving[7:], abs=2)


def test_the_expected_time_is_found_and_the_mean_members_is_too_short() -> None:
    chances = beta.ppf((np.arange(100_000) + 0.5) / 100_000, 1.2, 4.0)
    wanted = ((1 - (1 - chances) ** 36) / chances).mean()
    found = [fit_retention(drawn(seed)).expected_periods(36) for seed in range(60)]
    assert abs(np.mean(found) - wanted) < 3 * np.std(found, ddof=1) / np.sqrt(60)
    mean_member = [frame["months"].sum() / frame["left"].sum() for frame in map(drawn, range(20))]
    assert max(mean_member) < wanted - 1


def test_staying_is_the_mean_over_members_with_chances_of_their_own() -> None:
    chances = np.random.default_rng(2).beta(0.8, 2.5, 1_000_000)
    model = Retention(0.8, 2.5)
    for periods in (0, 1, 5, 20):
        assert model.staying(periods) == pytest.approx(((1 - chances) ** periods).mean(), abs=0.002)
    assert model.expected_periods(3) == pytest.approx(model.staying([0, 1, 2]).sum())
    assert model.expected_periods(1) == 1


def test_those_who_are_left_stay_ever_better() -> None:
    staying = Retention(0.8, 2.5).staying(np.arange(40))
    assert (np.diff(staying[1:] / staying[:-1]) > 0).all()


def test_members_who_are_all_alike_are_a_narrow_beta() -> None:
    rng = np.random.default_rng(3)
    whole = rng.geometric(0.2, 20_000)
    frame = pd.DataFrame({"months": np.minimum(whole, 12), "left": (whole <= 12).astype(int)})
    found = fit_retention(frame)
    assert found.a / (found.a + found.b) == pytest.approx(0.2, abs=0.01)
    assert found.a + found.b > 50
    assert found.expected_periods(500) == pytest.approx(5, rel=0.03)


def test_it_reads_as_a_sentence() -> None:
    assert "25.0% leave in the first period" in repr(Retention(0.75, 2.25))


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (pd.DataFrame({"months": [1, 2], "left": [0, 0]}), "Some members must have left"),
        (pd.DataFrame({"months": [1, 1], "left": [1, 0]}), "stayed beyond the first period"),
        (pd.DataFrame({"months": [0, 2], "left": [1, 0]}), "it must be 1 or more"),
        (pd.DataFrame({"months": [1, 2], "left": [2, 0]}), "must hold 0 and 1 only"),
        (pd.DataFrame({"months": [1.5, 2], "left": [1, 0]}), "whole counts"),
        (pd.DataFrame({"month": [1, 2], "left": [1, 0]}), 'no column "months"'),
    ],
)
def test_what_cannot_be_fitted_gets_a_sentence(frame, said) -> None:
    with pytest.raises(InputError, match=said):
        fit_retention(frame)


def test_no_horizon_gets_a_sentence() -> None:
    with pytest.raises(InputError, match="one period or more"):
        Retention(1.0, 2.0).expected_periods(0)
