"""What the verdicts' ranges hold, and what the decisions' forecasts choose, over many worlds."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from course_utils.cases.appliance_page import case, world
from course_utils.cases.appliance_page.world import TABLES, World, draw_collections
from tests.cases.evidence import rivals_held, shares_held

VERDICTS = ["lasting_effect", "size_reason"]
SEEDS = range(500, 520)


def stream(seed: int, table: str) -> np.random.Generator:
    """What a world of this seed draws a table with."""
    return np.random.default_rng([seed, TABLES.index(table)])


def test_tempting_ranges_miss_the_truth_in_most_worlds():
    held = rivals_held(case, world, VERDICTS, SEEDS)
    assert {name: share for name, share in held.items() if share > 0.5} == {}
    assert len(held) >= 3 * len(VERDICTS)


def test_the_careful_range_of_the_lasting_effect_holds_in_most_worlds():
    def tables(seed: int) -> dict[str, pd.DataFrame]:
        drawn = replace(World(), seed=seed)
        test = world.draw_page_test(
            drawn, stream(seed, "page_test"), world.PAGE_TEST, 28, broken=False
        )
        day = pd.to_datetime(test["date"])
        weeks = test.assign(week=(day - day.min()).dt.days // 7 + 1)
        # The rival of the broken test is measured above.
        return {"page_test": test, "weeks": weeks, "first_test": test}

    assert shares_held(case, "lasting_effect", tables, range(60))["careful"] > 0.8


@pytest.fixture(scope="module")
def winters() -> pd.DataFrame:
    """In many worlds: whether each range holds what this world's winter brings."""
    question = case.book.items["kept_uplift"]
    found = []
    for seed in range(60):
        drawn = replace(World(), seed=seed)
        collections, winter = draw_collections(drawn, stream(seed, "collections"))
        tables = {
            "collections": collections,
            "carts": world.draw_carts(drawn, stream(seed, "carts"))[0],
        }
        ranges = {"careful": question.careful, **question.rivals}
        ends = {n: case.book.evaluate(r, tables.__getitem__) for n, r in ranges.items()}
        found.append({name: low <= winter <= high for name, (low, high) in ends.items()})
    return pd.DataFrame(found)


def test_the_spread_of_past_collections_holds_winter_and_one_tests_interval_does_not(winters):
    held = winters.mean()
    assert held["careful"] > 0.8
    assert (held.drop("careful") < 0.5).all()


def test_the_test_of_the_elements_finds_the_page_that_earns_most_in_most_worlds():
    decision = case.book.items["page_for_a_year"]
    profits = decision.profits()
    best = max(profits, key=profits.__getitem__)
    found = []
    for seed in range(50):
        drawn = replace(World(), seed=seed)
        tables = {"element_test": world.draw_element_test(drawn, stream(seed, "element_test"))}
        forecast = case.book.evaluate(decision.forecast, tables.__getitem__)
        found.append(max(forecast, key=forecast.__getitem__) == best)
    assert np.mean(found) > 0.8
    second = sorted(profits.values())[-2]
    assert profits[best] > second + 200_000


def test_a_test_first_is_the_best_plan_for_the_forty_pages_and_the_archive_says_so():
    decision = case.book.items["forty_other_pages"]
    profits = decision.profits()
    ranked = sorted(profits, key=profits.__getitem__)
    assert ranked[-1] == "reviews and button, test first"
    assert profits[ranked[-1]] > profits[ranked[-2]] + 500_000
    found = []
    for seed in range(50):
        drawn = replace(World(), seed=seed)
        tables = {
            "element_test": world.draw_element_test(drawn, stream(seed, "element_test")),
            "carried": world.draw_carried(drawn, stream(seed, "carried")),
        }
        forecast = case.book.evaluate(decision.forecast, tables.__getitem__)
        found.append(max(forecast, key=lambda plan: forecast[plan][0]) == ranked[-1])
    assert np.mean(found) > 0.8
