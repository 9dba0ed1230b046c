import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from statsmodels.sandbox.regression.gmm import IV2SLS, IVGMM

from course_utils.analysis import InputError, encouragement_effect

COLUMNS = {"invited": "card", "joined": "member", "outcome": "visits"}


def people(seed: int, number: int = 4_000, effect: float = 1.0) -> pd.DataFrame:
    """Keen people come more often and join more often; a card makes some more join."""
    rng = np.random.default_rng(seed)
    keen = rng.gamma(2.0, 1.0, number)
    card = rng.random(number) < 0.4
    member = rng.random(number) < np.clip(0.1 * keen + 0.3 * card, 0, 1)
    past = rng.poisson(keen)
    visits = rng.poisson(keen) + member * rng.poisson(effect, number)
    flags = {"card": card.astype(int), "member": member.astype(int)}
    return pd.DataFrame(flags | {"past": past, "age": rng.normal(40, 9, number), "visits": visits})


@pytest.mark.parametrize("controls", [[], ["past"], ["past", "age"]])
@pytest.mark.parametrize("seed", range(3))
def test_it_is_two_stage_least_squares(seed: int, controls: list[str]) -> None:
    frame = people(seed)
    known = sm.add_constant(frame[controls]) if controls else np.ones((len(frame), 1))
    structural = np.column_stack([frame["member"], known])
    instruments = np.column_stack([frame["card"], known])
    oracle = IV2SLS(frame["visits"].to_numpy(float), structural, instruments).fit()
    found = encouragement_effect(frame, **COLUMNS, controls=controls)
    assert found.value == pytest.approx(oracle.params[0])


@pytest.mark.parametrize("seed", range(3))
def test_its_interval_is_the_robust_one_of_a_just_identified_gmm(seed: int) -> None:
    frame = people(seed)
    known = sm.add_constant(frame[["past"]])
    structural = np.column_stack([frame["member"], known])
    instruments = np.column_stack([frame["card"], known])
    oracle = IVGMM(frame["visits"].to_numpy(float), structural, instruments).fit(
        maxiter=1, optim_args={"disp": 0}, wargs={"centered": False}
    )
    found = encouragement_effect(frame, **COLUMNS, controls=["past"])
    width = (found.high - found.low) / 2 / 1.6449
    assert width == pytest.approx(oracle.bse[0], rel=0.01)


def test_without_controls_it_is_walds_ratio() -> None:
    frame = people(5)
    sides = frame.groupby("card")[["visits", "member"]].mean()
    gained = sides.loc[1] - sides.loc[0]
    assert encouragement_effect(frame, **COLUMNS).value == pytest.approx(
        gained["visits"] / gained["member"]
    )


def test_where_everybody_who_is_invited_joins_it_is_a_difference_of_means() -> None:
    frame = people(6)
    found = encouragement_effect(frame, invited="card", joined="card", outcome="visits")
    groups = frame.groupby("card")["visits"]
    assert found.value == pytest.approx(groups.mean().diff()[1])
    error = np.sqrt((groups.var() / groups.size()).sum())  # Welch's
    assert (found.high - found.low) / 2 == pytest.approx(1.6449 * error, rel=0.002)


def test_nine_intervals_in_ten_hold_the_truth_and_the_plain_comparison_never_does() -> None:
    found = [
        encouragement_effect(people(seed), **COLUMNS, controls=["past"]) for seed in range(200)
    ]
    held = np.mean([each.low <= 1.0 <= each.high for each in found])
    assert abs(held - 0.9) < 3 * np.sqrt(0.09 / 200)
    values = np.array([each.value for each in found])
    assert abs(values.mean() - 1.0) < 3 * values.std(ddof=1) / np.sqrt(200)
    plain = [people(seed).groupby("member")["visits"].mean().diff()[1] for seed in range(20)]
    assert min(plain) > 1.3


def test_controls_narrow_the_interval() -> None:
    frame = people(7)
    plain = encouragement_effect(frame, **COLUMNS)
    narrow = encouragement_effect(frame, **COLUMNS, controls="past")
    assert narrow.high - narrow.low < 0.9 * (plain.high - plain.low)


def test_order_and_units_change_nothing() -> None:
    frame = people(8)
    other = frame.sample(frac=1, random_state=1).assign(visits=lambda f: 100 * f["visits"] + 7)
    first, second = (encouragement_effect(each, **COLUMNS) for each in (frame, other))
    assert (second.value, second.low) == pytest.approx((100 * first.value, 100 * first.low))


@pytest.mark.parametrize(
    ("change", "arguments", "said"),
    [
        ({"card": 1}, {}, "must hold both 1 and 0"),
        ({"member": 0}, {}, "hardly moves"),
        ({"member": lambda f: f["past"] % 2}, {}, "hardly moves"),
        ({"member": 2}, {}, "must hold 0 and 1 only"),
        ({"visits": None}, {}, "missing values"),
        ({}, {"outcome": "visit"}, 'no column "visit"'),
        ({}, {"confidence_level": 90}, "5% is written 0.05"),
    ],
)
def test_what_gives_no_effect_gets_a_sentence(change, arguments, said) -> None:
    with pytest.raises(InputError, match=said):
        encouragement_effect(people(1, 400).assign(**change), **{**COLUMNS, **arguments})
