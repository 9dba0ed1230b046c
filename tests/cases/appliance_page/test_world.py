"""Chapter 3's world: the fallacies are in the data, the truth is found.

The chapter's own answers aren't used here; truths are computed by hand, or by drawing a world so
large that chance hardly counts. Most headlines are held by the claims, beside the text that states
them.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chisquare
from statsmodels.stats.proportion import proportion_confint

from course_utils.analysis import RateComparison, compare_rates, factorial_effects
from course_utils.cases.appliance_page.page_composer import PAGES, Model, Settings
from course_utils.cases.appliance_page.world import (
    ELEMENTS,
    FIRST_TEST,
    NEW_PAGE,
    OLD_PAGE,
    PAGE_TEST,
    TABLES,
    World,
    all_pages,
    bounce_probability,
    conversion_of,
    draw_button_test,
    draw_carts,
    draw_collections,
    draw_element_test,
    draw_page_test,
    draw_visits,
    festival_account,
    kept_uplift,
    lasting_effect,
    log_carts,
    purchase_probability,
    summer_uplift,
    truth,
    yearly_profit,
)
from tests.recovery import assert_finds, assert_misses, coverage

# The headlines, from the committed tables ---------------------------------------------------


def stays(tables) -> pd.DataFrame:
    """Visits with a logged leave, and their seconds of stay."""
    leave = tables["events"].query("event == 'leave'")[["session_id", "second"]]
    return tables["sessions"].merge(leave, on="session_id")


def conversion_by_page(tables) -> pd.Series:
    buyers = tables["events"].query("event == 'purchase'")["session_id"].unique()
    return tables["sessions"]["session_id"].isin(buyers).groupby(tables["sessions"]["page"]).mean()


def last_events(tables) -> pd.Series:
    """The last event of each cart without the recommender that did not pay."""
    carts = tables["carts"].query("recommender == 'off' and returned.isna()")["cart_id"]
    events = tables["cart_events"].sort_values("second", kind="stable")
    return events.groupby("cart_id")["event"].last()[carts]


def bounce_change(rows: pd.DataFrame) -> float:
    rates = rows.groupby("background")["bounced"].mean()
    return 100 * (rates["dark"] / rates["light"] - 1)


# The fallacies, in the committed tables -----------------------------------------------------


def test_the_stay_rises_on_each_device_and_falls_overall(tables):
    visits = stays(tables)
    by_device = visits.pivot_table(index="device", columns="page", values="second")
    overall = visits.groupby("page")["second"].mean()
    assert (by_device["new"] > by_device["old"]).all()
    assert overall["new"] < overall["old"]


def test_the_mean_stay_stands_in_the_valley_between_two_humps(tables):
    stay = stays(tables).query("page == 'old'")["second"]
    count, edges = np.histogram(stay, np.geomspace(0.1, 200, 34))
    at_mean = np.searchsorted(edges, stay.mean()) - 1
    assert count[:at_mean].max() > 3 * count[at_mean]
    assert count[at_mean + 1 :].max() > 1.4 * count[at_mean]


def test_purchase_rows_overstate_the_purchases(tables):
    old = tables["sessions"].query("page == 'old'")["session_id"]
    rows = tables["events"].query("event == 'purchase'")["session_id"].isin(old).sum()
    buyers = conversion_by_page(tables)["old"] * len(old)
    assert rows > 1.03 * buyers


def test_no_visit_of_the_festival_saw_the_old_page(tables):
    dates = tables["sessions"].groupby("page")["date"].agg(["min", "max"])
    assert dates.loc["old", "max"] < dates.loc["new", "min"]


def test_doubled_rows_of_the_dark_arm_flatter_the_dark_page(tables):
    rows = tables["button_test"]
    twice = rows[rows.duplicated("visitor_id")]
    assert set(twice["background"]) == {"dark"}
    assert bounce_change(rows) < bounce_change(rows.drop_duplicates("visitor_id")) - 2


@pytest.mark.parametrize(("name", "sound"), [("first_test", False), ("page_test", True)])
def test_only_the_second_test_has_the_visitors_it_should(tables, name, sound):
    visitors = tables[name].groupby("page")["visitors"].sum()
    assert (chisquare(visitors).pvalue > 0.001) == sound


def test_the_first_test_lost_phones_on_the_new_page_only(tables):
    visitors = tables["first_test"].pivot_table(
        index="device", columns="page", values="visitors", aggfunc="sum"
    )
    missing = 1 - visitors["new"] / visitors["old"]
    assert missing["phone"] > 0.08
    assert abs(missing["computer"]) < 0.04


def test_the_comparison_table_hurts_on_phones_and_helps_on_computers(tables):
    effect = {
        device: _matched_pairs(rows, "comparison")
        for device, rows in tables["element_test"].groupby("device")
    }
    assert effect["phone"] < 0 < effect["computer"]


def test_the_offer_sells_more_in_the_test(tables):
    both = tables["element_test"].groupby(list(ELEMENTS), as_index=False).sum(numeric_only=True)
    assert _matched_pairs(both, "offer") > 0


def _matched_pairs(rows: pd.DataFrame, element: str) -> float:
    """Mean rate of the eight pages with the element less that of the eight without."""
    rate = (rows["purchases"] / rows["visitors"]).groupby(rows[element]).mean()
    return rate[1] - rate[0]


# The same over many worlds ------------------------------------------------------------------


def draw(table: str, world: World) -> pd.DataFrame:
    """One table of a world, drawn without the others."""
    rng = np.random.default_rng([world.seed, TABLES.index(table)])
    drawers: dict[str, Callable[[], pd.DataFrame]] = {
        "sessions": lambda: draw_visits(world, rng),
        "button_test": lambda: draw_button_test(world, rng),
        "first_test": lambda: draw_page_test(world, rng, FIRST_TEST, 7, broken=True),
        "page_test": lambda: draw_page_test(world, rng, PAGE_TEST, 28, broken=False),
        "element_test": lambda: draw_element_test(world, rng),
        "carts": lambda: draw_carts(world, rng)[0],
    }
    return drawers[table]()


def worlds(count: int) -> Iterable[World]:
    return (replace(World(), seed=seed) for seed in range(count))


def points(reports: Iterable[RateComparison]) -> np.ndarray:
    """Differences with their 90% intervals, in percentage points, a row a world."""
    return 100 * np.array([(r.difference, r.low, r.high) for r in reports])


def percent(reports: Iterable[RateComparison]) -> np.ndarray:
    """Relative changes with their 90% intervals, in percent, a row a world."""
    return 100 * np.array([(r.relative, r.relative_low, r.relative_high) for r in reports])


def compare(
    table: pd.DataFrame, arms: tuple[str, str, str], outcome: str, trials: str | None = None
) -> RateComparison:
    """What `compare_arms` reports, from sums alone; `arms` are the column, control, treatment.

    The checks of its input would take nine tenths of these tests' time.
    """
    column, *names = arms
    arm, done = table[column].to_numpy(), table[outcome].to_numpy(int)
    tried = table[trials].to_numpy() if trials else np.ones(len(table), int)
    return compare_rates(*((int(done[arm == n].sum()), int(tried[arm == n].sum())) for n in names))


def compare_pages(test: pd.DataFrame) -> RateComparison:
    return compare(test, ("page", "old", "new"), "purchases", "visitors")


RECOMMENDER = ("recommender", "off", "on")
BACKGROUND = ("background", "light", "dark")


def standard_error(values: np.ndarray) -> float:
    return float(np.std(values, ddof=1) / np.sqrt(len(values)))


@pytest.mark.parametrize(
    "name", ["sessions", "button_test", "first_test", "page_test", "element_test", "carts"]
)
def test_a_table_drawn_alone_is_the_table_of_its_world(simulation, name):
    expected = simulation.tables[name]
    pd.testing.assert_frame_equal(draw(name, World())[expected.columns], expected)


@pytest.fixture(scope="module")
def page_tests() -> list[pd.DataFrame]:
    """The sound test of the page in many worlds, with the day of the test from 0."""
    day = np.repeat(np.arange(28), 8)
    return [draw("page_test", world).assign(day=day) for world in worlds(120)]


@pytest.fixture(scope="module")
def first_tests() -> list[pd.DataFrame]:
    return [draw("first_test", world) for world in worlds(100)]


@pytest.fixture(scope="module")
def element_tests() -> list[pd.DataFrame]:
    return [draw("element_test", world) for world in worlds(200)]


@pytest.fixture(scope="module")
def cart_tables() -> list[pd.DataFrame]:
    tables = (draw("carts", world) for world in worlds(250))
    return [
        carts.assign(paid=carts["returned"].notna(), kept=(carts["returned"] == 0).fillna(False))
        for carts in tables
    ]


@pytest.fixture(scope="module")
def button_tests() -> list[pd.DataFrame]:
    return [draw("button_test", world) for world in worlds(200)]


def novelty_left(world: World, days: Iterable[int]) -> float:
    """Points of novelty still in the mean effect over these days."""

    def conversion(day: float) -> float:
        return sum(
            share
            * seen
            * purchase_probability(
                world,
                phone=np.array(phone),
                returning=np.array(returning),
                shown=np.array(NEW_PAGE),
                days_live=day,
            )
            for phone, share in ((True, world.phone_normal), (False, 1 - world.phone_normal))
            for returning, seen in ((True, world.returning), (False, 1 - world.returning))
        )

    return 100 * float(np.mean([conversion(day) for day in days]) - conversion(np.inf))


def late_weeks(test: pd.DataFrame) -> tuple[float, float, float]:
    """Weeks 3 and 4 at a normal week's mix of devices: points, and the 90% interval."""
    late = test[test["day"] >= 14]
    shares = {"phone": World().phone_normal, "computer": 1 - World().phone_normal}
    found = {d: compare_pages(late[late["device"] == d]) for d in shares}
    middle = sum(share * found[d].difference for d, share in shares.items())
    room = np.hypot(*(share * (found[d].high - found[d].low) / 2 for d, share in shares.items()))
    return 100 * middle, 100 * (middle - room), 100 * (middle + room)


def test_weeks_three_and_four_at_a_normal_mix_find_the_lasting_effect(page_tests):
    found = np.array([late_weeks(test) for test in page_tests])
    left = novelty_left(World(), range(14, 28))
    assert 0 < left < 0.02  # a tenth of the interval's half width
    assert_finds(found, lasting_effect(World()) + left)
    assert coverage(found, lasting_effect(World())) > 0.83


def test_the_tests_own_mix_of_devices_overstates_a_normal_weeks(page_tests):
    as_tested = points(compare_pages(test[test["day"] >= 14]) for test in page_tests)
    weighted = np.array([late_weeks(test) for test in page_tests])
    assert World().phone_tests < World().phone_normal
    assert (as_tested[:, 0] - weighted[:, 0]).mean() > 0.02


def test_all_four_weeks_overstate_the_lasting_effect(page_tests):
    found = points(compare_pages(test) for test in page_tests)
    assert found[:, 0].mean() > 1.2 * lasting_effect(World())
    assert coverage(found, lasting_effect(World())) < 0.5
    assert_misses(found, lasting_effect(World()))


def test_the_broken_test_overstates_even_the_first_week(first_tests):
    broken = points(map(compare_pages, first_tests))
    first_week = lasting_effect(World()) + novelty_left(World(), range(7))
    assert broken[:, 0].mean() > first_week + 0.1
    assert coverage(broken, lasting_effect(World())) < 0.02


def test_only_the_broken_test_fails_the_ratio_test(first_tests, page_tests):
    def p_value(test: pd.DataFrame) -> float:
        return chisquare(test.groupby("page")["visitors"].sum()).pvalue

    assert max(map(p_value, first_tests)) < 0.001
    assert np.mean([p_value(test) < 0.001 for test in page_tests]) < 0.015


def test_only_returning_visitors_calm_down(page_tests):
    def faded(visitor: str) -> np.ndarray:
        chosen = [test[test["visitor"] == visitor] for test in page_tests]
        first = points(compare_pages(rows[rows["day"] < 7]) for rows in chosen)
        later = points(compare_pages(rows[rows["day"] >= 14]) for rows in chosen)
        return first[:, 0] - later[:, 0]

    returning, first_time = faded("returning"), faded("first-time")
    assert returning.mean() > 0.8
    assert abs(first_time.mean()) < 3 * standard_error(first_time)


def test_before_and_after_hold_the_truth_in_no_world():
    visits = (draw("sessions", world) for world in worlds(40))
    found = points(compare(table, ("page", "old", "new"), "buys") for table in visits)
    assert coverage(found, lasting_effect(World())) == 0
    # The headline is no luck of the committed seed: four points are what to expect.
    assert found[:, 0].mean() == pytest.approx(4, abs=0.15)


def test_one_row_a_visitor_finds_the_bounce_change(button_tests):
    once = (test.drop_duplicates("visitor_id") for test in button_tests)
    found = percent(compare(test, BACKGROUND, "bounced") for test in once)
    assert_finds(found, 100 * (World().button_on_bounce - 1))


def test_doubled_rows_overstate_the_bounce_change(button_tests):
    found = percent(compare(test, BACKGROUND, "bounced") for test in button_tests)
    assert found[:, 0].mean() < -27
    assert_misses(found, 100 * (World().button_on_bounce - 1))


def test_the_factorial_effect_is_the_mean_over_the_eight_matched_pairs(element_tests):
    pairs = [
        _conversion((True, *rest), "phone") - _conversion((False, *rest), "phone")
        for rest in product((False, True), repeat=3)
    ]
    counts = {"successes": "purchases", "trials": "visitors"}
    effects = [
        factorial_effects(test[test["device"] == "phone"], ELEMENTS, **counts).loc["comparison"]
        for test in element_tests
    ]
    found = 100 * np.array([e[["effect", "low", "high"]] for e in effects], float)
    assert_finds(found, 100 * np.mean(pairs))
    assert max(pairs) < 0


def test_on_computers_the_comparison_table_helps_on_average():
    effects = {
        (reviews, offer, button): _conversion((True, reviews, offer, button), "computer")
        - _conversion((False, reviews, offer, button), "computer")
        for reviews, offer, button in product((False, True), repeat=3)
    }
    assert np.mean(list(effects.values())) > 0
    assert all(effect > 0 for (_, offer, _), effect in effects.items() if not offer)


def _conversion(shown: tuple[bool, ...], device: str, world: World | None = None) -> float:
    """Lasting conversion on a device, over first-time and returning visitors."""
    world = world or World()
    chances = [
        purchase_probability(
            world,
            phone=np.array(device == "phone"),
            returning=np.array(returning),
            shown=np.array(shown),
        )
        for returning in (True, False)
    ]
    return float(np.average(chances, weights=[world.returning, 1 - world.returning]))


def test_orders_kept_find_summers_uplift(cart_tables):
    found = percent(compare(carts, RECOMMENDER, "kept") for carts in cart_tables)
    assert_finds(found, summer_uplift(World()))


def test_orders_paid_understate_summers_uplift(cart_tables):
    found = percent(compare(carts, RECOMMENDER, "paid") for carts in cart_tables)
    assert found[:, 0].mean() == pytest.approx(40, abs=1)  # the headline, in every world
    assert_misses(found, summer_uplift(World()))


def test_what_the_recommender_saved_and_the_last_event_bound_the_size_reason():
    reason = 100 * World().size_reason
    inside, covered = [], []
    for seed in range(40):
        world = replace(World(), seed=seed)
        table, fates = draw_carts(world, np.random.default_rng([seed, TABLES.index("carts")]))
        events = log_carts(np.random.default_rng([seed, TABLES.index("cart_events")]), fates)
        last = last_events({"carts": table, "cart_events": events})
        at_size = int(last.isin(["size_panel", "size_chart"]).sum())
        bought = table["returned"].notna().groupby(table["recommender"]).mean()
        saved = 100 * (bought["on"] - bought["off"]) / (1 - bought["off"])
        inside.append(saved < reason < 100 * at_size / len(last))
        low, high = proportion_confint(at_size, len(last), alpha=0.1, method="wilson")
        covered.append(100 * low <= reason <= 100 * high)
    assert all(inside)
    assert not any(covered)


def test_collections_differ_by_more_than_the_luck_of_their_tests():
    spread, luck = [], []
    for seed in range(40):
        rows = draw_collections(World(), np.random.default_rng(seed))[0]
        uplifts = percent(
            compare(one, RECOMMENDER, "kept", "carts") for _, one in rows.groupby("collection")
        )
        spread.append(uplifts[:, 0].std(ddof=1))
        luck.append((uplifts[:, 2] - uplifts[:, 1]).mean() / 3.29)
    assert np.mean(spread) > 2 * np.mean(luck)


def test_winter_is_one_more_collection_of_the_kind():
    winters, others = [], []
    for seed in range(60):
        rows, winter = draw_collections(
            replace(World(), collection_carts=400_000), np.random.default_rng(seed)
        )
        rate = (rows["kept"] / rows["carts"]).to_numpy().reshape(-1, 2)
        winters.append(winter)
        others.extend(100 * (rate[:, 1] / rate[:, 0] - 1))
    assert np.mean(winters) == pytest.approx(np.mean(others), abs=3 * standard_error(winters))
    assert np.std(winters) == pytest.approx(np.std(others), rel=0.3)


COMPOSED = {
    "old": OLD_PAGE,
    "new": NEW_PAGE,
    "best": (False, True, False, True),
    "table and offer": (True, False, True, False),
}


@pytest.fixture(scope="module")
def composed_profits(element_tests) -> np.ndarray:
    """The composer's 90% intervals of profit, yuan: worlds × (low, high) × pages."""
    world = World()
    settings = Settings(phones=round(100 * world.phone_normal), margin=round(world.margin))
    return 1e6 * np.array(
        [
            np.quantile(Model(test, world).compute(settings).profit, [0.05, 0.95], axis=0)
            for test in element_tests
        ]
    )


@pytest.mark.parametrize("page", COMPOSED.values(), ids=COMPOSED)
def test_the_composer_holds_the_true_profit_nine_times_in_ten(composed_profits, page):
    column = [tuple(row) for row in PAGES.tolist()].index(page)
    low, high = composed_profits[:, :, column].T
    wanted = yearly_profit(World(), page)
    covered = ((low <= wanted) & (wanted <= high)).mean()
    assert abs(covered - 0.9) < 3 * np.sqrt(0.9 * 0.1 / len(low))


# The truth, by hand and by brute force ------------------------------------------------------


def test_conversion_is_what_a_huge_test_of_the_elements_measures():
    huge = draw("element_test", replace(World(), element_visitors=320_000_000))
    for row in huge.itertuples():
        shown = tuple(bool(getattr(row, name)) for name in ELEMENTS)
        rate = row.purchases / row.visitors
        assert _conversion(shown, row.device) == pytest.approx(rate, rel=0.01)
    by_page = huge.assign(rate=huge["purchases"] / huge["visitors"]).pivot_table(
        index=list(ELEMENTS), columns="device", values="rate"
    )
    mixed = 0.75 * by_page["phone"] + 0.25 * by_page["computer"]
    for shown in all_pages():
        rate = mixed[tuple(map(int, shown))]
        assert conversion_of(World(), shown) == pytest.approx(rate, rel=0.01)


def test_the_lasting_effect_is_what_a_huge_test_of_the_page_measures():
    huge = replace(World(), page_test_daily=2_000_000, phone_tests=World().phone_normal)
    test = draw("page_test", huge).assign(day=np.repeat(np.arange(28), 8))
    sums = test[test["day"] >= 25].groupby("page")[["purchases", "visitors"]].sum()
    rate = 100 * sums["purchases"] / sums["visitors"]
    assert lasting_effect(World()) == pytest.approx(rate["new"] - rate["old"], abs=0.02)


def test_summers_uplift_is_what_a_huge_test_of_carts_measures():
    rng = np.random.default_rng(5)
    carts, fates = draw_carts(replace(World(), carts=1_000_000), rng)
    kept = (carts["returned"] == 0).fillna(False).groupby(carts["recommender"]).mean()
    assert summer_uplift(World()) == pytest.approx(100 * (kept["on"] / kept["off"] - 1), abs=1.5)
    lost = fates["reason"][~fates["orders_without"]]
    assert World().size_reason == pytest.approx((lost == "size").mean(), abs=0.003)
    # Those the recommender wins are orders that the same carts would not have made.
    assert not (fates["orders_without"] & ~fates["orders_with"]).any()
    gross = fates["orders_with"].mean() / fates["orders_without"].mean() - 1
    assert gross == pytest.approx(0.4, abs=0.01)


def test_bounces_are_as_frequent_as_the_world_says():
    many = replace(World(), visits_before=300_000, visits_festival=300_000)
    visits = draw("sessions", many)
    assert not (visits["bounces"] & visits["buys"]).any()
    share = visits.groupby(["page", "device"])["bounces"].mean()
    for page, device in share.index:
        stated = bounce_probability(many, np.array(device == "phone"), np.array(page == "new"))
        assert share[page, device] == pytest.approx(float(stated), abs=0.01)


def test_the_festival_account_adds_up():
    account = festival_account(World())
    parts = account["page"] + account["phones"] + account["festival"]
    assert parts == pytest.approx(account["rise"])
    assert min(account.values()) > 0


def test_the_festival_account_tells_the_committed_visits(simulation, tables):
    conversion = 100 * conversion_by_page(tables)
    account = festival_account(World())
    assert account["rise"] == pytest.approx(conversion["new"] - conversion["old"])
    week = simulation.counterfactuals["sessions"][simulation.tables["sessions"]["page"] == "new"]
    other_fate = week["buys_on_new"].mean() - week["buys_on_old"].mean()
    assert account["page"] == pytest.approx(100 * other_fate)


def test_more_phones_alone_would_have_raised_conversion_as_the_account_says():
    nothing = (0.0, 0.0)
    plain = replace(
        World(),
        visits_before=600_000,
        visits_festival=600_000,
        festival_factor=1.0,
        novelty=0.0,
        reviews_with_button=0.0,
        comparison_with_offer=0.0,
        **dict.fromkeys(ELEMENTS, nothing),
    )
    visits = draw("sessions", plain)
    assert (visits["buys_on_old"] == visits["buys_on_new"]).all()
    rates = 100 * visits.groupby("page")["buys"].mean()
    rise = rates["new"] - rates["old"]
    assert festival_account(plain)["phones"] == pytest.approx(rise, abs=0.08)


def test_yearly_profit_by_hand():
    flat = replace(
        World(),
        visits_a_year=1_000,
        phone_normal=0.75,
        conversion=(0.04, 0.08),
        margin=100.0,
        offer_cost=30.0,
        comparison_cost=500.0,
        reviews_cost=700.0,
        comparison=(np.log(0.5), np.log(2)),
        reviews=(0.0, 0.0),
        offer=(np.log(1.5), np.log(1.5)),
        button=(0.0, 0.0),
        reviews_with_button=np.log(1.25),
        comparison_with_offer=np.log(0.8),
    )
    # 750 phones × 4% + 250 computers × 8% = 50 orders.
    assert yearly_profit(flat, OLD_PAGE) == pytest.approx(50 * 100)
    # A free button does nothing alone; with the reviews a quarter more: 62.5 orders.
    assert yearly_profit(flat, (False, False, False, True)) == pytest.approx(50 * 100)
    assert yearly_profit(flat, (False, True, False, True)) == pytest.approx(62.5 * 100 - 700)
    # The offer: 75 orders, each 30 yuan poorer.
    assert yearly_profit(flat, (False, False, True, False)) == pytest.approx(75 * 70)
    # The table: 750 × 2% + 250 × 16% = 55 orders.
    assert yearly_profit(flat, (True, False, False, False)) == pytest.approx(55 * 100 - 500)
    # All four: 55 × 1.5 × 1.25 × 0.8 = 82.5 orders.
    assert yearly_profit(flat, NEW_PAGE) == pytest.approx(82.5 * 70 - 1_200)


def test_the_offer_sells_more_and_earns_less_on_every_page_without_the_table():
    for reviews, button in product((False, True), repeat=2):
        without, with_it = ((False, reviews, offer, button) for offer in (False, True))
        assert conversion_of(World(), with_it) > conversion_of(World(), without)
        assert yearly_profit(World(), with_it) < yearly_profit(World(), without)


def test_the_page_that_converts_best_is_not_the_page_that_earns_most():
    best = {
        name: max(all_pages(), key=lambda page, of=of: of(World(), page))
        for name, of in (("conversion", conversion_of), ("profit", yearly_profit))
    }
    assert best["conversion"] != best["profit"]
    assert NEW_PAGE not in best.values()


def test_the_verdicts_are_held_against_the_truth_of_the_functions():
    assert truth() == {
        "lasting_effect": lasting_effect(World()),
        "kept_uplift": kept_uplift(World()),
        "size_reason": 100 * World().size_reason,
    }


# Two fates of one visitor -------------------------------------------------------------------


def test_a_visit_did_what_it_would_have_done_on_the_page_it_saw(simulation):
    visits, fates = simulation.tables["sessions"], simulation.counterfactuals["sessions"]
    events = simulation.tables["events"]
    bought = visits["session_id"].isin(events.query("event == 'purchase'")["session_id"])
    fate = fates["buys_on_new"].where(visits["page"] == "new", fates["buys_on_old"])
    assert (fates["session_id"] == visits["session_id"]).all()
    assert (bought == fate).all()


def test_the_new_page_loses_no_buyer_of_the_old_one(simulation):
    # On either device the whole bundle helps, and one and the same person decides.
    fates = simulation.counterfactuals["sessions"]
    assert not (fates["buys_on_old"] & ~fates["buys_on_new"]).any()
    assert (fates["buys_on_new"] & ~fates["buys_on_old"]).any()


def test_a_cart_did_what_it_would_have_done_with_or_without_the_recommender(simulation):
    carts, fates = simulation.tables["carts"], simulation.counterfactuals["carts"]
    events = simulation.tables["cart_events"]
    paid = carts["cart_id"].isin(events.query("event == 'pay'")["cart_id"])
    fate = fates["orders_with"].where(carts["recommender"] == "on", fates["orders_without"])
    assert (paid == fate).all()
    assert (carts["returned"].notna() == paid).all()


def test_a_visit_goes_from_view_through_cart_and_purchase_to_leave(simulation):
    first = simulation.tables["events"].pivot_table(
        index="session_id", columns="event", values="second", aggfunc="min"
    )
    road = first[["view", "explore", "cart", "purchase", "leave"]].to_numpy()
    assert (road[:, 0] == 0).all()
    for earlier, later in zip(road.T, road.T[1:], strict=False):
        both = ~np.isnan(earlier) & ~np.isnan(later)
        assert (earlier[both] <= later[both]).all()
    assert not (~np.isnan(road[:, 3]) & np.isnan(road[:, 2])).any()  # who buys has a cart
