import numpy as np
import pandas as pd
import pytest
from statsmodels.discrete.conditional_models import ConditionalLogit

from course_utils.analysis import InputError, choice_model, choice_shares, willingness_to_pay

TASTE = {"price": -0.03, "quality": 0.8}


def survey(
    seed: int, *, people: int = 80, tasks: int = 6, options: int = 2, spread: float = 0.0
) -> pd.DataFrame:
    """Choices of people with these tastes; `spread` makes them differ in quality's."""
    rng = np.random.default_rng(seed)
    shape = (people, tasks, options)
    price, quality = rng.uniform(30, 120, shape), rng.uniform(3, 5, shape)
    likes = TASTE["quality"] + spread * rng.standard_normal((people, 1, 1))
    utility = TASTE["price"] * price + likes * quality + rng.gumbel(size=shape)
    chosen = utility.argmax(axis=2)[..., None] == np.arange(options)
    person, task, _ = (index.ravel() for index in np.indices(shape))
    return pd.DataFrame(
        {
            "respondent": person,
            "task": task,
            "price": price.ravel(),
            "quality": quality.ravel(),
            "chosen": chosen.ravel().astype(int),
        }
    )


def test_coefficients_agree_with_the_conditional_logit_of_statsmodels() -> None:
    choices = survey(1)
    ours = choice_model(choices, list(TASTE))
    group = choices["respondent"] * 1_000 + choices["task"]
    theirs = ConditionalLogit(choices["chosen"], choices[list(TASTE)], groups=group).fit(disp=0)
    assert ours.table["coefficient"].to_numpy() == pytest.approx(theirs.params, rel=1e-4)
    # People here don't differ, so that the clustered errors are about the plain ones.
    assert ours.table["standard_error"].to_numpy() == pytest.approx(theirs.bse, rel=0.25)
    assert (ours.people, ours.choices) == (80, 480)


def test_intervals_hold_the_truth_nine_times_in_ten() -> None:
    tables = [choice_model(survey(seed), list(TASTE)).table for seed in range(200)]
    for term, wanted in TASTE.items():
        found = pd.DataFrame([table.loc[term] for table in tables])
        error = found["coefficient"].std() / np.sqrt(200)
        assert abs(found["coefficient"].mean() - wanted) < 3 * error + 0.01 * abs(wanted)
        held = found["low"].le(wanted) & found["high"].ge(wanted)
        assert abs(held.mean() - 0.9) < 3 * np.sqrt(0.09 / 200)


def test_errors_are_clustered_by_person() -> None:
    # People who differ in taste: twice the tasks of the same people are not twice the evidence.
    def fit(choices: pd.DataFrame) -> pd.Series:
        return choice_model(choices, list(TASTE)).table.loc["quality"]

    found = pd.DataFrame([fit(survey(seed, tasks=20, spread=1.5)) for seed in range(100)])
    assert found["standard_error"].mean() == pytest.approx(found["coefficient"].std(), rel=0.2)
    choices = survey(1, tasks=20, spread=1.5)
    alone = choices.assign(respondent=choices["respondent"] * 100 + choices["task"])
    assert fit(choices)["standard_error"] > 1.5 * fit(alone)["standard_error"]


def test_the_order_of_rows_does_not_matter() -> None:
    choices = survey(2)
    turned = choices.sample(frac=1, random_state=1)
    ours, theirs = (choice_model(rows, list(TASTE)).table for rows in (choices, turned))
    assert theirs.to_numpy() == pytest.approx(ours.to_numpy(), rel=1e-6)


def test_a_term_in_other_units_has_its_coefficient_in_those() -> None:
    choices = survey(3)
    choices["cents"] = 100 * choices["price"]
    yuan, cents = (choice_model(choices, [term, "quality"]) for term in ("price", "cents"))
    assert 100 * cents["cents"] == pytest.approx(yuan["price"], rel=1e-6)
    assert cents["quality"] == pytest.approx(yuan["quality"], rel=1e-6)
    assert willingness_to_pay(cents, "quality", price="cents").high == pytest.approx(
        100 * willingness_to_pay(yuan, "quality").high, rel=1e-6
    )


def test_willingness_to_pay_holds_the_truth_and_makes_up_for_a_point() -> None:
    wanted = -TASTE["quality"] / TASTE["price"]
    models = [choice_model(survey(seed), list(TASTE)) for seed in range(200)]
    found = [willingness_to_pay(model, "quality") for model in models]
    held = np.mean([each.low <= wanted <= each.high for each in found])
    assert abs(held - 0.9) < 3 * np.sqrt(0.09 / 200)
    value = found[0].value
    twins = pd.DataFrame({"price": [50, 50 + value], "quality": [3, 4]})
    assert choice_shares(models[0], twins).to_numpy() == pytest.approx([0.5, 0.5])


def test_shares_sum_to_one_and_keep_their_ratio_when_an_offer_joins() -> None:
    model = choice_model(survey(4), list(TASTE))
    offers = pd.DataFrame({"price": [40, 60, 90], "quality": [3, 4, 5]}, index=["a", "b", "c"])
    three, two = choice_shares(model, offers), choice_shares(model, offers.loc[["a", "b"]])
    assert three.sum() == pytest.approx(1)
    assert three["a"] / three["b"] == pytest.approx(two["a"] / two["b"])
    assert choice_shares(
        model, offers.assign(price=offers["price"] + 1_000)
    ).to_numpy() == pytest.approx(three.to_numpy())


def test_the_model_prints_its_table_and_what_it_rests_on() -> None:
    said = repr(choice_model(survey(5), list(TASTE)))
    assert "quality" in said
    assert said.endswith("480 choices of 80 people; 90% intervals")


def wrong(change: str) -> pd.DataFrame:
    choices = survey(6, people=10)
    if change == "two chosen":
        choices.loc[:1, "chosen"] = 1
    elif change == "three options":
        return survey(6, people=10, options=3).assign(age=1)
    elif change == "same for all":
        choices["age"] = choices["respondent"]
    elif change == "twice":
        choices["age"] = 2 * choices["price"]
    elif change == "oracle":
        choices["age"] = 10 * choices["chosen"]
    elif change == "missing":
        choices["age"] = choices["price"].where(choices.index > 3)
    elif change == "text":
        choices["age"] = "young"
    return choices


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("two chosen", "1 of 60 tasks don't have exactly one"),
        ("three options", "60 of 60 tasks don't show exactly two options"),
        ("same for all", 'term "age" is the same for all options'),
        ("twice", "say the same thing"),
        ("oracle", "predict every choice"),
        ("missing", 'column "age" has missing values'),
        ("text", "must hold numbers"),
        ("", 'no column "age"'),
    ],
)
def test_what_can_not_be_fitted_gets_a_sentence(change: str, said: str) -> None:
    terms = ["price", "age"] if change != "two chosen" else ["price"]
    with pytest.raises(InputError, match=said):
        choice_model(wrong(change), terms)


def test_a_price_that_pleases_has_no_willingness_to_pay() -> None:
    choices = survey(7)
    model = choice_model(choices.assign(price=-choices["price"]), list(TASTE))
    with pytest.raises(InputError, match="should put people off"):
        willingness_to_pay(model, "quality")
    with pytest.raises(InputError, match='no term "brand"'):
        willingness_to_pay(model, "brand")
