"""The synthetic world of chapter 6: the brand next door, whose reports and tests anybody may read.

The trainee's own brand needs no table: `year.py` runs it month by month. What stands here is one
year of a neighbour, three months of tests and then new dials for good, what eighteen other brands
found of a new page, and what the best plans of ten brands bring.
"""

from functools import cache

import numpy as np
import pandas as pd

from course_utils.cases.one_brand.best import climbed_once
from course_utils.cases.one_brand.dials import Dials, Month
from course_utils.cases.one_brand.players import (
    as_played,
    careful_year,
    champion,
    default_policy,
    grow_orders,
    handout,
    last_click,
    play,
)
from course_utils.cases.one_brand.reports import Played, last_year, report
from course_utils.cases.one_brand.research import result
from course_utils.cases.one_brand.sentence import brought
from course_utils.cases.one_brand.year import (
    ADS_STEP,
    HIGHEST_PRICE,
    LAST_YEAR,
    LINKS,
    LOWEST_PRICE,
    MOST_ADS,
    PAGE,
    TEST_PRICES,
    TEST_SHARES,
    TESTS,
    Array,
    World,
    no_research,
    planned,
    world_of,
    worth,
)
from course_utils.cases.worlds import Simulation

TESTED = (("price", "page"), ("recall", "membership"), ("switch_off",))  # month by month
LIVE_FROM = len(TESTED)  # months are over when the new page goes live
AGES = (1, 3, 9)  # months for which a page has been live
ELSEWHERE = 18  # brands
LASTS = (0.3, 0.65)  # of a page's lift, once rivals have the same: from, to
TENTH = range(10)  # classes whose brands are compared


def neighbour(world: World) -> Played:
    """The neighbour's year: it tests for three months and then keeps what it has chosen."""
    first = tuple(Month(tests=tests) for tests in TESTED)
    chosen = Dials(page="new", recall=(60, 20), membership=(200, 20))
    return Played(world, (*first, *(Month(chosen),) * (world.months - len(first))))


def simulate(world: World | None = None) -> Simulation:
    """The neighbour's tables, those of other brands, and how the page's lift goes on."""
    world = world or World()
    played = neighbour(world)
    tables = {
        **{name: last_year(world, name) for name in ("shop", "customers")},
        **{name: report(played, name) for name in ("ads", "page", "recall", "members")},
        **{
            f"{test}_test": result(played, month, test)
            for month, tests in enumerate(TESTED)
            for test in tests
        },
        "page_elsewhere": page_elsewhere(world),
        "dials": _dials(),
        "tests_for_sale": _tests_for_sale(),
        "costs": _costs(world),
        "ten_brands": ten_brands(),
        "rules": rules(),
    }
    months = np.arange(1, world.months + 1)
    lift = pd.DataFrame({"month": months, "lift": 100 * page_lift(world)})
    return Simulation(tables, {"page": lift})


def page_lift(world: World) -> Array:
    """What the neighbour's new page adds to conversion in each month, relative; 0 before it."""
    policy = neighbour(world).policy
    old = policy.copy()
    old[:, PAGE] = 0
    new, without = (planned(world, each, no_research(world)) for each in (policy, old))
    orders = [(each.visits * each.conversion).sum(axis=-1) for each in (new, without)]
    return np.asarray(orders[0] / orders[1] - 1)


def page_elsewhere(world: World) -> pd.DataFrame:
    """One row a brand that kept a new page: what tests found after 1, 3 and 9 months, percent."""
    rng = np.random.default_rng([world.seed, 90])
    lift = rng.uniform(0.12, 0.45, ELSEWHERE)
    lasts = rng.uniform(*LASTS, ELSEWHERE)[:, None]
    left = lasts + (1 - lasts) * world.copied ** (np.array(AGES) - 1.0)
    found = 100 * lift[:, None] * left + 1.2 * rng.standard_normal(left.shape)
    table = pd.DataFrame(found.round(1), columns=[f"month_{age}" for age in AGES])
    table.insert(0, "brand", np.arange(1, ELSEWHERE + 1))
    return table


def _dials() -> pd.DataFrame:
    """One row a dial: what it takes, and how it stands on 1 January."""
    from_to = f"0 to {MOST_ADS:,} yuan a month, in steps of {ADS_STEP:,}"
    recalls = "none, or 30/60/90 silent days, 0/10/20 yuan"
    rows = [
        ("search", from_to, f"{LAST_YEAR[0]:,.0f}"),
        ("social", from_to, f"{LAST_YEAR[1]:,.0f}"),
        ("price", f"{LOWEST_PRICE} to {HIGHEST_PRICE} yuan for a first order", str(LOWEST_PRICE)),
        ("page", "old or new", "old"),
        ("recall", recalls, "none"),
        ("membership", "none, or 10/20/40 yuan back for each 200/400", "none"),
    ]
    return pd.DataFrame(rows, columns=["dial", "takes", "on_1_january"])


def _tests_for_sale() -> pd.DataFrame:
    """One row a test: its price, and the share of people or regions that it takes."""
    shares = [round(100 * share) for share in TEST_SHARES]
    return pd.DataFrame({"test": TESTS, "price": TEST_PRICES, "percent_of_people": shares})


def _costs(world: World) -> pd.DataFrame:
    """One row a price or a cost that everybody knows, in yuan."""
    rows = [
        ("a later order pays", world.basket),
        ("goods and freight of an order", world.goods_later),
        ("platform fee, percent of what is paid", 100 * world.fee),
        ("a message", world.message_cost),
        ("the new page, a month", world.page_upkeep),
        ("a membership, a month", world.programme),
        ("in the bank on 1 January", world.cash),
    ]
    return pd.DataFrame(rows, columns=["item", "amount"])


@cache
def ten_brands() -> pd.DataFrame:
    """One row a brand: what the best of each link alone adds to last year's dials, and of all."""
    rows = []
    for number in TENTH:
        world = world_of(number)
        policies = {link: climbed_once(world, dials) for link, dials in LINKS.items()}
        gains = {link: brought(world, policy) for link, policy in policies.items()}
        best = max(gains, key=lambda link: gains[link].gain)
        rows.append(
            {
                "brand": number + 1,
                **{link: round(found.gain / 1e6, 2) for link, found in gains.items()},
                "all_five": round(brought(world, climbed_once(world)).gain / 1e6, 2),
                "kept_by_best": round(100 * gains[best].kept),
            }
        )
    return pd.DataFrame(rows)


@cache
def rules() -> pd.DataFrame:
    """One row a brand: what each way to run it adds to last year's dials in a year."""
    rows = []
    for number in TENTH:
        world = world_of(number)
        years = {
            "grow_orders": play(world, grow_orders),
            "follow_the_roi": play(world, last_click),
            "five_slides": play(world, handout),
            "one_link": as_played(world, champion(world)[1]),
            "test_first": careful_year(world),
        }
        base = float(worth(world, default_policy(world)))
        gains = {
            rule: float(worth(world, year.policy, year.research)) - base
            for rule, year in years.items()
        }
        rows.append({"brand": number + 1} | {rule: round(g / 1e6, 2) for rule, g in gains.items()})
    return pd.DataFrame(rows)
