"""What a test that was bought found: a table with noise, for the course's own functions.

A test's draws hang on the class, the month and the test alone, as all luck does.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from course_utils.cases.one_brand.reports import Played
from course_utils.cases.one_brand.year import (
    INVITED_TO,
    LINKS,
    MEMBERSHIP,
    MEMBERSHIPS,
    PAGE,
    PAGES,
    PRICE,
    PRICE_ARMS,
    RECALL,
    RECALL_ARMS,
    RECALLS,
    SILENT,
    SPEND_ARMS,
    TEST_SHARES,
    TESTS,
    Array,
    Plan,
    no_research,
    planned,
    start_stock,
)

REGIONS = 60
REGION_LUCK = 0.012  # relative, standard deviation of a region's sales
ASKED = 30_000  # customers in the membership's test: half of them are invited


def result(played: Played, month: int, test: str) -> pd.DataFrame:
    """The table of a test that ran in this month, counted from 0."""
    makers = dict(zip(TESTS, (_price, _switch_off, _page, _recall, _membership), strict=True))
    rng = np.random.default_rng([played.world.seed, month, 50 + TESTS.index(test)])
    return makers[test](played, month, rng)


def _arm(played: Played, month: int, dial: int, level: float) -> Plan:
    """The month's plan if this dial stood so and no test ran."""
    policy = played.policy.copy()
    policy[month, dial] = level
    return planned(played.world, policy, no_research(played.world))


def _share(test: str, arms: Sequence[object]) -> float:
    """The share of all people who are in one arm of a test."""
    return TEST_SHARES[TESTS.index(test)] / len(arms)


def _visitors(played: Played, month: int) -> Array:
    return played.year.visits[month]


def _fresh(played: Played, month: int) -> float:
    """The share of the market that has not tried the brand before the month."""
    return 1 - float(played.year.first[:month].sum()) / played.world.market


def _before(played: Played, month: int) -> Array:
    """The customers at the start of the month, by type and silence."""
    stock = played.year.stock[month - 1] if month else np.rint(start_stock(played.world))
    return np.asarray(stock)


def _price(played: Played, month: int, rng: np.random.Generator) -> pd.DataFrame:
    """One row a price, that of the visitors outside the test the first; who ordered again."""
    rows: list[tuple[int, ...]] = []
    again = np.array([played.world.drinkers[0], played.world.hunters[0]])
    usual = int(played.policy[month, PRICE])
    others = 1 - TEST_SHARES[TESTS.index("price")]
    for price in (usual, *PRICE_ARMS):
        plan = _arm(played, month, PRICE, price)
        share = _share("price", PRICE_ARMS) if rows else others
        visitors = rng.poisson(_visitors(played, month) * share)
        orders = rng.binomial(visitors, plan.conversion[month] * _fresh(played, month))
        rows.append((price, visitors.sum(), orders.sum(), rng.binomial(orders, again).sum()))
    return pd.DataFrame(rows, columns=["price", "visitors", "orders", "again_in_30_days"])


def _page(played: Played, month: int, rng: np.random.Generator) -> pd.DataFrame:
    """One row a page: visitors and orders."""
    rows = []
    for level, page in enumerate(PAGES):
        plan = _arm(played, month, PAGE, level)
        visitors = rng.poisson(_visitors(played, month) * 0.5)
        orders = rng.binomial(visitors, plan.conversion[month] * _fresh(played, month))
        rows.append((page, visitors.sum(), orders.sum()))
    return pd.DataFrame(rows, columns=["page", "visitors", "orders"])


def _recall(played: Played, month: int, rng: np.random.Generator) -> pd.DataFrame:
    """One row a silence and message: customers, and how many of them ordered."""
    rows = []
    people = _before(played, month) * _share("recall", RECALL_ARMS)
    for arm in RECALL_ARMS:
        plan = _arm(played, month, RECALL, arm)
        coupon = RECALLS[arm]
        for silence in range(1, SILENT):
            customers = rng.poisson(people[:, silence])
            orders = rng.binomial(customers, plan.later[month, :, silence])
            message = "none" if coupon is None else f"coupon {coupon[1]}"
            rows.append((30 * silence, message, customers.sum(), orders.sum()))
    columns = ["silent_days", "message", "customers", "orders"]
    return pd.DataFrame(rows, columns=columns).sort_values(
        columns[:2], ignore_index=True, kind="stable"
    )


def _membership(played: Played, month: int, rng: np.random.Generator) -> pd.DataFrame:
    """One row a customer: invited, joined, ordered last month, orders this month; 1 or 0 each."""
    world = played.world
    stock = _before(played, month)
    cells = rng.choice(2 * SILENT, ASKED, p=(stock / stock.sum()).ravel())
    kind, silence = np.divmod(cells, SILENT)
    invited = rng.random(ASKED) < 0.5
    near = 1.0 if (MEMBERSHIPS[INVITED_TO] or (200, 0))[0] == 200 else world.far
    joined = invited & (rng.random(ASKED) < near * np.array(world.joins)[kind])
    plan = _arm(played, month, MEMBERSHIP, 0)
    lift = _lift(played)
    chance = plan.later[month, kind, silence] * np.where(joined, 1 + lift, 1.0)
    ordered = rng.random(ASKED) < np.minimum(chance, 1)
    return pd.DataFrame(
        {
            "invited": invited.astype(int),
            "joined": joined.astype(int),
            "ordered_last_month": (silence == 0).astype(int),
            "orders": ordered.astype(int),
        }
    )


def _lift(played: Played) -> float:
    """What the programme that is tested adds to a new member's orders, relative."""
    threshold, reward = MEMBERSHIPS[INVITED_TO] or (200, 0)
    near = 1.0 if threshold == 200 else played.world.far
    return float(played.world.reward * np.sqrt(10 * reward / threshold) * near)


def _switch_off(played: Played, month: int, rng: np.random.Generator) -> pd.DataFrame:
    """One row a region and phase: spend of each channel, sales of first orders, second orders.

    The phase "test" counts what the month's ads sell in the end, also a month later.
    """
    world = played.world
    share = rng.dirichlet(np.full(REGIONS, 30.0))
    arms = {dial: rng.permutation(np.resize(SPEND_ARMS, REGIONS)) for dial in LINKS["traffic"]}
    sold: dict[tuple[int, float], Array] = {}
    again = np.array([world.drinkers[0], world.hunters[0]])
    for dial in LINKS["traffic"]:
        for arm in SPEND_ARMS:
            policy = played.policy.copy()
            # For social ads as long as they work: what comes a month later is theirs, too.
            first = max(month - 3, 0) if dial == 1 else month
            policy[first : month + 1, dial] = arm * played.policy[month, dial]
            plan = planned(world, policy, no_research(world))
            orders = plan.visits[month] * plan.conversion[month] * _fresh(played, month)
            sold[dial, arm] = np.array([orders @ plan.paid[month], orders @ again])
    base = np.mean([sold[dial, 1.0] for dial in LINKS["traffic"]], axis=0)
    rows = []
    for phase in ("before", "test"):
        sales = np.tile(base, (REGIONS, 1))
        spend = {dial: played.policy[month, dial] * share for dial in LINKS["traffic"]}
        if phase == "test":
            for dial in LINKS["traffic"]:
                sales += [sold[dial, arm] - sold[dial, 1.0] for arm in arms[dial]]
                spend[dial] = spend[dial] * arms[dial]
        luck = np.exp(REGION_LUCK * rng.standard_normal(REGIONS))
        sales = sales * (share * luck)[:, None]
        rows.append(
            pd.DataFrame(
                {
                    "region": np.arange(1, REGIONS + 1),
                    "phase": phase,
                    "search": spend[0].round().astype(int),
                    "social": spend[1].round().astype(int),
                    "sales": sales[:, 0].round().astype(int),
                    "again_in_30_days": rng.poisson(sales[:, 1]),
                }
            )
        )
    return pd.concat(rows, ignore_index=True)
