"""The synthetic world of chapter 5: a restaurant brand's membership, and a beauty brand's gift.

`simulate` draws the tables that the chapter reads. The functions below it know what no table
shows: how often members would have come without the card, served regulars without the service,
newcomers without the gift.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from course_utils.cases.restaurant_membership.membership_model import (
    Base,
    Effects,
    Programme,
    draw_base,
    live_year,
)
from course_utils.cases.worlds import Simulation, parameter

TABLES = (
    "diners",
    "bills",
    "points",
    "regulars",
    "dish_survey",
    "dish_test",
    "tenure",
    "newcomers",
    "programme_costs",
    "programmes",
    "all_regulars",  # the last, so that the others keep their streams
)
ARMS = ("nothing", "gift", "ladder")  # of the beauty brand's newcomers
TODAY = "2025-12-31"  # the day on which the points were exported
YEAR_START = "2025-01-01"
NEW_MEMBER = ("new member, two years ago", "new member, last year", "new member, now")

# What next year's programme could look like.
PROGRAMMES: dict[str, Programme | None] = {
    "none": None,
    "as it is": Programme(),
    "coupons only": Programme(service=0),
    "coupons of 40": Programme(coupon=40, service=0),
    "from 120 yuan": Programme(threshold=120, service=0),
    "gift": Programme(scheme="gift", service=0),
    "ladder": Programme(scheme="ladder", service=0),
}
# Coupons only, with the ladder for one in ten, whom chance picks; a year later the better of both.
TEST = "test the ladder"
YEARS = 2  # that a programme is chosen for

Array = NDArray[Any]


@dataclass(frozen=True)
class World:
    """Every number that the world runs on. Triples of arms are (nothing, gift, ladder)."""

    # The diners, and the invitation of half of them
    customers: int = parameter(40_000, "diners", "known from the delivery platforms")
    mean_visits: float = parameter(4.2, "visits in half a year", "the mean diner")
    visits_shape: float = parameter(0.9, "", "of the gamma rates: many come once, a few weekly")
    shift: float = parameter(0.30, "log", "a new job round the corner, a move: own ups and downs")
    join_level: float = parameter(-2.55, "log odds", "few join by themselves")
    join_slope: float = parameter(0.71, "log odds per log visits", "who comes often joins")
    join_shift: float = parameter(1.3, "log odds per log", "and who is about to come more often")
    invitation: float = parameter(1.35, "log odds", "the rider hands over a card with a code")
    lift: float = parameter(0.17, "share", "what membership adds to a member's visits")

    # Bills and points
    bills_drawn: int = parameter(24_000, "bills", "one month of three restaurants")
    bills_of_members: float = parameter(0.55, "share", "they come more often")
    bill: float = parameter(118.0, "yuan", "the median bill")
    bill_between: float = parameter(0.35, "log", "parties of two and of eight")
    bill_spread: float = parameter(0.45, "log", "one party's bills")
    threshold: int = parameter(200, "yuan", "5.b: every 200 yuan of a bill earn a coupon")
    coupon: int = parameter(20, "yuan", "what it is worth on a later bill")
    near: float = parameter(0.8, "of the threshold", "from here on a side dish is in reach")
    steer: float = parameter(8.0, "yuan", "a coupon of this size lifts half of those just below")
    side_dish: float = parameter(9.0, "yuan", "by which a raised bill passes the threshold, mean")
    member_visits: float = parameter(7.5, "visits in half a year", "members come more often")
    member_shape: float = parameter(1.3, "", "of their gamma rates")
    members_with_points: int = parameter(4_500, "members", "of the three restaurants")
    blocks_a_visit: float = parameter(0.24, "blocks of 200 points", "earned at a visit")
    knows: float = parameter(0.80, "share of members", "the others never open the page")
    use_a_visit: float = parameter(0.20, "chance", "that a block is used at a visit")
    term: int = parameter(180, "days", "after which points expire")
    exported_twice: float = parameter(0.03, "share", "of the ledger's rows")

    # The service list
    regulars_listed: tuple[int, int] = parameter((4_000, 8_000), "customers", "spring, autumn")
    regular_visits: float = parameter(3.7, "visits in eight weeks", "the mean regular")
    regular_shape: float = parameter(3.0, "", "of their gamma rates: alike, as all come often")
    regulars_counted: int = parameter(3_000, "customers", "all regulars, slump or no slump")
    regular_from: int = parameter(13, "visits in sixteen weeks", "who comes so often is a regular")
    service: float = parameter(0.05, "share", "what the contact adds to visits")
    service_cost: float = parameter(24.0, "yuan a customer in eight weeks", "messages and calls")
    margin: float = parameter(
        0.55, "share of a bill", "what is left of a bill after food and delivery"
    )

    # The member dish
    surveyed: int = parameter(1_500, "members", "got the question")
    answered: float = parameter(0.74, "share", "of them replied")
    would_pay: float = parameter(0.70, "share", "5.d: say that they would pay more")
    restaurants: int = parameter(36, "restaurants", "that sold the dish")
    dish_weeks: int = parameter(12, "weeks", "each with a price that chance set anew")
    dish_visits: float = parameter(160.0, "member visits", "a restaurant and week")
    dish_prices: tuple[int, ...] = parameter((48, 54, 60, 66, 72, 78), "yuan", "the prices tried")
    dish_share: float = parameter(0.22, "share of member visits", "order it at the lowest price")
    dish_slope: float = parameter(0.042, "log per yuan", "a more expensive dish is ordered less")
    dish_cost: float = parameter(22.0, "yuan", "what goes into the dish")
    dish_instead: float = parameter(18.0, "yuan", "margin of what they leave out for it")
    restaurant_spread: float = parameter(0.15, "log", "some restaurants' guests like it more")

    # How long members stay
    january: int = parameter(9_000, "members", "who joined in one January")
    leaving: tuple[float, float] = parameter(
        (0.75, 2.25), "beta", "each member's own monthly chance to leave"
    )
    month_margin: float = parameter(42.0, "yuan", "a month that a member stays")
    new_member: tuple[int, int, int] = parameter(
        (190, 265, 350), "yuan", "what one costs on the platforms: two years ago, last year, now"
    )
    months_shown: int = parameter(12, "months", "how far the table goes")
    months_valued: int = parameter(36, "months", "over which finance counts a member's value")

    # The counter-case: a beauty brand's newcomers
    newcomers: int = parameter(30_000, "customers", "a third in each arm")
    hunters: float = parameter(0.27, "share", "come for presents")
    hunter_visits: float = parameter(0.22, "orders in 90 days", "left alone they hardly order")
    hunter_later: float = parameter(0.06, "orders in days 91 to 180", "hardly any of them stays")
    hunts: float = parameter(0.75, "share of hunters", "collect all the points for a gift")
    hunter_margin: float = parameter(13.0, "yuan an order", "they buy the smallest thing")
    buyer_orders: float = parameter(0.95, "orders in 90 days", "the mean of the others")
    buyer_shape: float = parameter(0.8, "", "of their gamma rates")
    buyer_margin: float = parameter(36.0, "yuan an order", "of the others")
    margin_spread: float = parameter(0.4, "log", "from order to order")
    early: tuple[float, float, float] = parameter(
        (1.0, 1.28, 1.18), "times", "orders of the others in the first 90 days, by arm"
    )
    stays: tuple[float, float, float] = parameter(
        (0.55, 0.56, 0.68), "share", "of the others who are still customers at day 90"
    )
    late: tuple[float, float, float] = parameter(
        (0.75, 0.78, 0.96), "times", "orders of those who stay in the next 90 days"
    )
    gift_orders: int = parameter(3, "orders in 90 days", "for the gift, and for VIP")
    gift_cost: float = parameter(28.0, "yuan", "the gift, with freight")
    pack_cost: float = parameter(3.0, "yuan", "the trial pack at day 7, for everybody")
    discount_cost: float = parameter(4.0, "yuan", "the discount at day 30, for who ordered")
    vip_cost: float = parameter(10.0, "yuan", "VIP at day 90, until day 180")

    # The programme's year
    base: int = parameter(100_000, "customers", "whom next year's programme meets")
    belong: float = parameter(0.08, "lift", "the group, its events, the weekly dish")
    reward: float = parameter(0.19, "lift", "the most that coupons can add")
    saturation: float = parameter(0.02, "share given back", "half of that")
    joins: float = parameter(
        0.25, "log odds for 1% given back", "a better card is taken more often"
    )
    year_join: float = parameter(-2.0, "log odds", "with all invitations of a year")
    gift_lift: float = parameter(0.05, "lift", "of a member who hardly comes")
    gift_joins: float = parameter(0.4, "log odds", "presents draw people in")
    year_gift_cost: float = parameter(50.0, "yuan", "the restaurant's gift")
    ladder_lifts: tuple[float, ...] = parameter(
        (0.0, 0.06, 0.12, 0.18),
        "lift",
        "of a member who hardly comes: no restaurant has tried it, each as likely as the others",
    )
    ladder_stays: float = parameter(0.90, "times", "the chance to be lost in a year")
    year_pack_cost: float = parameter(9.0, "yuan", "the restaurant's trial pack")
    year_discount_cost: float = parameter(8.0, "yuan", "its discount at day 30")
    year_vip_cost: float = parameter(0.01, "share of a VIP's bills", "what VIPs get")
    lost: tuple[float, float] = parameter((1.5, 2.5), "beta", "chance to be lost in a year")
    loyal: float = parameter(0.4, "log per log visits", "who comes often is lost less")
    tested: float = parameter(0.10, "share of customers", "who get the ladder while it is tested")
    test_cost: float = parameter(30_000.0, "yuan", "to set the test up and to read it")
    test_error: float = parameter(
        480_000.0,
        "yuan a year",
        "what the test may be off for the whole base: where the last year was alike, customers "
        "differ by 450 yuan of margin",
    )
    fixed_cost: float = parameter(300_000.0, "yuan a year", "the team that runs the groups")
    seed: int = parameter(395, "", "one whose draws show every headline of the brands")

    @property
    def mean_bill(self) -> float:
        """Yuan a visit, before any coupon."""
        return float(self.bill * np.exp((self.bill_between**2 + self.bill_spread**2) / 2))

    @property
    def visit_margin(self) -> int:
        """Yuan of margin that a visit earns, as the price list rounds it."""
        return round(self.margin * self.mean_bill)


def simulate(world: World | None = None) -> Simulation:
    """Draw every table of the chapter, each from its own stream of the world's seed.

    A table's stream depends on its name's place in `TABLES` only, so that changing one table
    leaves the others as they were.
    """
    world = world or World()
    draws = {
        "diners": draw_diners,
        "bills": draw_bills,
        "regulars": draw_regulars,
        "newcomers": draw_newcomers,
        "points": draw_points,
        "tenure": draw_tenure,
        "all_regulars": draw_all_regulars,
    }
    drawn = {name: draw(world, _stream(world, name)) for name, draw in draws.items()}
    tables = {name: frame for name, (frame, _) in drawn.items()}
    tables |= {
        "dish_survey": draw_dish_survey(world, _stream(world, "dish_survey")),
        "dish_test": draw_dish_test(world, _stream(world, "dish_test")),
        "programme_costs": list_costs(world),
        "programmes": list_programmes(),
    }
    return Simulation(
        {name: tables[name] for name in TABLES}, {name: truth for name, (_, truth) in drawn.items()}
    )


def _stream(world: World, table: str) -> np.random.Generator:
    return np.random.default_rng([world.seed, TABLES.index(table)])


def _logistic(odds: Array) -> Array:
    return 1 / (1 + np.exp(-odds))


def _gamma(rng: np.random.Generator, mean: float, shape: float, size: int) -> Array:
    return mean / shape * rng.standard_gamma(shape, size)


# The diners --------------------------------------------------------------------------------


def draw_diners(
    world: World, rng: np.random.Generator, customers: int | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One row a diner and a year: visits in the half years before and after the invitation.

    Chance invites half of them. One uniform number decides whether a diner joins with and without
    the invitation, so that it keeps nobody out. The visits that membership adds are drawn apart
    from those that come anyway.
    """
    n = world.customers if customers is None else customers
    rate = _gamma(rng, world.mean_visits, world.visits_shape, n)
    shift = world.shift * rng.standard_normal(n)
    invited = rng.random(n) < 0.5
    fate = rng.random(n)
    odds = _join_odds(world, rate, shift)
    joins_alone, joins_invited = fate < _logistic(odds), fate < _logistic(odds + world.invitation)
    member = np.where(invited, joins_invited, joins_alone)
    later = rate * np.exp(shift - world.shift**2 / 2)
    before, without = rng.poisson(rate), rng.poisson(later)
    added = rng.poisson(world.lift * later)
    frame = pd.DataFrame(
        {
            "diner_id": np.arange(100_001, 100_001 + n),
            "invited": invited.astype(int),
            "member": member.astype(int),
            "visits_before": before,
            "visits": without + member * added,
        }
    )
    truth = pd.DataFrame(
        {
            "diner_id": frame["diner_id"],
            "joins_alone": joins_alone,
            "joins_invited": joins_invited,
            "visits_without": without,
            "visits_as_member": without + added,
        }
    )
    return frame, truth


def _join_odds(world: World, rate: Array, shift: Array) -> Array:
    """Log odds that a diner of this rate and with this change ahead joins uninvited."""
    return world.join_level + world.join_slope * np.log(rate + 0.3) + world.join_shift * shift


# Bills and points --------------------------------------------------------------------------


def draw_bills(world: World, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One row a bill of a month; and what it would have been without a coupon to reach.

    Only a member has a reason to raise a bill to the threshold, the more the nearer it is.
    """
    n = world.bills_drawn
    spread = np.hypot(world.bill_between, world.bill_spread)
    plain = np.rint(world.bill * np.exp(spread * rng.standard_normal(n))).astype(int)
    member = rng.random(n) < world.bills_of_members
    low, edge = world.near * world.threshold, world.threshold
    chance = world.coupon / (world.coupon + world.steer) * (plain - low) / (edge - low)
    raised = member & (plain < edge) & (rng.random(n) < chance)
    dish = np.floor(rng.exponential(world.side_dish, n)).astype(int)
    frame = pd.DataFrame(
        {
            "bill_id": np.arange(500_001, 500_001 + n),
            "member": member.astype(int),
            "amount": np.where(raised, world.threshold + dish, plain),
        }
    )
    return frame, frame[["bill_id"]].assign(amount_without=plain)


def draw_points(world: World, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One row a block of 200 points; and the day on which it will be used, if ever in its term.

    A member's later visits use an open block with some chance; some members never do.
    """
    n, days = world.members_with_points, 365
    rate = _gamma(rng, world.member_visits, world.member_shape, n)
    knows = rng.random(n) < world.knows
    blocks = rng.poisson(2 * rate * world.blocks_a_visit)
    member = np.repeat(np.arange(n), blocks)
    earned = np.sort(rng.integers(0, days, len(member)))
    member = member[rng.permutation(len(member))]
    a_day = world.use_a_visit * rate[member] / (days / 2)
    wait = 1 + np.floor(rng.exponential(1 / a_day)).astype(int)
    in_term = knows[member] & (wait <= world.term)
    used = earned + wait
    dates = pd.date_range(YEAR_START, periods=days + 1).strftime("%Y-%m-%d").to_numpy()
    seen = in_term & (used < days)
    frame = pd.DataFrame(
        {
            "block_id": np.arange(700_001, 700_001 + len(member)),
            "member_id": 20_001 + member,
            "earned": dates[earned],
            "used": pd.Series(np.where(seen, dates[np.minimum(used, days)], None), dtype=object),
        }
    )
    truth = frame[["block_id"]].assign(
        will_be_used=in_term, open_today=(earned + world.term >= days - 1) & ~seen
    )
    again = frame[rng.random(len(frame)) < world.exported_twice]
    exported = pd.concat([frame, again]).sort_values("block_id", kind="stable", ignore_index=True)
    return exported, truth


# The service list --------------------------------------------------------------------------


def draw_regulars(world: World, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One row a regular on a service list; and the visits without and with the service.

    On the list are regulars who came less often in the last eight weeks than in the eight before.
    In spring all of them were served; in autumn chance chose half.
    """
    parts, truths = [], []
    for season, size in zip(("spring", "autumn"), world.regulars_listed, strict=True):
        rate, earlier, recent = _slipping(world, rng, size)
        served = np.ones(size, bool) if season == "spring" else rng.permutation(size) % 2 == 0
        without = rng.poisson(rate)
        added = rng.poisson(world.service * rate)
        parts.append(
            pd.DataFrame(
                {
                    "season": season,
                    "served": served.astype(int),
                    "earlier": earlier,
                    "recent": recent,
                    "after": without + served * added,
                }
            )
        )
        truths.append(
            pd.DataFrame(
                {"rate": rate.round(4), "after_without": without, "after_served": without + added}
            )
        )
    frame = pd.concat(parts, ignore_index=True)
    frame.insert(0, "regular_id", np.arange(30_001, 30_001 + len(frame)))
    truth = pd.concat(truths, ignore_index=True)
    truth.insert(0, "regular_id", frame["regular_id"])
    return frame, truth


def _slipping(world: World, rng: np.random.Generator, size: int) -> tuple[Array, Array, Array]:
    """Rates, and visits of two times eight weeks, of regulars whose visits have just fallen."""
    # About two in five have; four times as many are drawn, and the first that fit are kept.
    rate = _gamma(rng, world.regular_visits, world.regular_shape, 4 * size)
    earlier, recent = rng.poisson(rate), rng.poisson(rate)
    fell = np.flatnonzero(recent < earlier)[:size]
    return rate[fell], earlier[fell], recent[fell]


def draw_all_regulars(
    world: World, rng: np.random.Generator, customers: int | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One row a regular of last winter, when nobody was served; and their rate in eight weeks.

    They come from the same guests as the service lists, and are picked by their visits alone.
    """
    n = world.regulars_counted if customers is None else customers
    # About one in seven comes so often; sixteen times as many are drawn, and the first are kept.
    rate = _gamma(rng, world.regular_visits, world.regular_shape, 16 * n)
    before = rng.poisson(2 * rate)
    often = np.flatnonzero(before >= world.regular_from)[:n]
    numbers = np.arange(35_001, 35_001 + len(often))
    frame = pd.DataFrame(
        {"regular_id": numbers, "before": before[often], "after": rng.poisson(rate[often])}
    )
    return frame, pd.DataFrame({"regular_id": numbers, "rate": rate[often].round(4)})


# The member dish ---------------------------------------------------------------------------


def draw_dish_survey(world: World, rng: np.random.Generator) -> pd.DataFrame:
    """One row a member who was asked: yes, no, or no reply."""
    n = world.surveyed
    reply = np.where(rng.random(n) < world.would_pay, "yes", "no").astype(object)
    reply[rng.random(n) >= world.answered] = None
    return pd.DataFrame({"member_id": 40_001 + np.arange(n), "would_pay_more": reply})


def draw_dish_test(world: World, rng: np.random.Generator) -> pd.DataFrame:
    """One row a restaurant and week: chance sets the price; member visits, and dishes ordered."""
    n = world.restaurants * world.dish_weeks
    price = np.array(world.dish_prices)[rng.permutation(n) % len(world.dish_prices)]
    liked = world.restaurant_spread * rng.standard_normal(world.restaurants)
    liked -= world.restaurant_spread**2 / 2
    visits = rng.poisson(world.dish_visits, n)
    share = dish_demand(world, price) * np.exp(np.repeat(liked, world.dish_weeks))
    return pd.DataFrame(
        {
            "restaurant": np.repeat(np.arange(1, world.restaurants + 1), world.dish_weeks),
            "week": np.tile(np.arange(1, world.dish_weeks + 1), world.restaurants),
            "price": price,
            "member_visits": visits,
            "dishes": rng.binomial(visits, np.minimum(share, 1)),
        }
    )


def dish_demand(world: World, price: Array | float) -> Array:
    """The share of member visits that order the dish at this price."""
    cheapest = world.dish_prices[0]
    return world.dish_share * np.exp(-world.dish_slope * (np.asarray(price) - cheapest))


# How long members stay ---------------------------------------------------------------------


def draw_tenure(world: World, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One row a member who joined in January: months stayed, and whether the year saw them leave.

    Each member has an own chance to leave, the same in every month.
    """
    leaves = rng.beta(*world.leaving, world.january)
    whole = rng.geometric(np.maximum(leaves, 1e-9))
    months = np.minimum(whole, world.months_shown)
    frame = pd.DataFrame(
        {
            "member_id": 60_001 + np.arange(world.january),
            "months": months,
            "left": (whole <= world.months_shown).astype(int),
        }
    )
    stayed = np.minimum(whole, world.months_valued)
    truth = frame[["member_id"]].assign(monthly_chance=leaves.round(6), months_of_36=stayed)
    return frame, truth


# The counter-case --------------------------------------------------------------------------


def draw_newcomers(
    world: World, rng: np.random.Generator, customers: int | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One row a newcomer of the beauty brand, 180 days long; and who came for presents.

    Chance puts a third into each arm. `margin` is what the orders leave, `cost` what the arm's
    presents cost.
    """
    n = world.newcomers if customers is None else customers
    arm = rng.permutation(n) % 3
    hunter = rng.random(n) < world.hunters
    rate = _gamma(rng, world.buyer_orders, world.buyer_shape, n)
    first = rng.poisson(np.where(hunter, world.hunter_visits, rate * np.array(world.early)[arm]))
    collects = hunter & (arm == 1) & (rng.random(n) < world.hunts)
    first = np.where(collects, np.maximum(first, world.gift_orders), first)
    stays = ~hunter & (rng.random(n) < np.array(world.stays)[arm])
    later = np.where(stays, rate * np.array(world.late)[arm], world.hunter_later * hunter)
    second = rng.poisson(later)
    reached = first >= world.gift_orders
    each = np.where(hunter, world.hunter_margin, world.buyer_margin)
    spread = world.margin_spread
    size = np.exp(spread * rng.standard_normal(n) - spread**2 / 2)
    cost = np.select(
        [arm == 1, arm == 2],
        [
            world.gift_cost * reached,
            world.pack_cost + world.discount_cost * (first > 0) + world.vip_cost * reached,
        ],
        0.0,
    )
    frame = pd.DataFrame(
        {
            "customer_id": 800_001 + np.arange(n),
            "arm": np.array(ARMS)[arm],
            "orders_90": first,
            "orders_91_180": second,
            "margin": np.rint(each * (first + second) * size).astype(int),
            "cost": cost.astype(int),
        }
    )
    return frame, frame[["customer_id"]].assign(came_for_presents=hunter)


# Lists -------------------------------------------------------------------------------------


def list_costs(world: World) -> pd.DataFrame:
    """One row an item of the restaurant's price list."""
    rows = [
        ("margin of a visit", world.visit_margin, "yuan"),
        ("coupon", world.coupon, "yuan"),
        ("service, eight weeks", world.service_cost, "yuan a customer"),
        ("dish, ingredients", world.dish_cost, "yuan"),
        ("dish, margin of what it replaces", world.dish_instead, "yuan"),
        ("margin of a member's month", world.month_margin, "yuan"),
        *zip(NEW_MEMBER, world.new_member, ("yuan",) * 3, strict=True),
    ]
    frame = pd.DataFrame(rows, columns=["item", "amount", "unit"])
    return frame.assign(amount=frame["amount"].round().astype(int))


def list_programmes() -> pd.DataFrame:
    """One row a programme that next year could have."""
    rows = [
        (name, plan.threshold, plan.coupon, plan.scheme, plan.service)
        if plan
        else (name, 0, 0, "nothing", 0)
        for name, plan in PROGRAMMES.items()
    ]
    usual = PROGRAMMES["coupons only"]
    assert usual
    rows.append((TEST, usual.threshold, usual.coupon, "ladder for 1 in 10", usual.service))
    columns = ["programme", "threshold", "coupon", "scheme", "service_percent"]
    return pd.DataFrame(rows, columns=columns)


# What no table shows -----------------------------------------------------------------------


def membership_effect(world: World) -> float:
    """Visits in half a year that membership adds, for those who join because they are invited."""
    return membership_account(world)["effect"]


def membership_account(world: World) -> dict[str, float]:
    """What invited joiners do, by quadrature over rates and shifts; visits in half a year.

    `without` the card, `effect` of it, and `share`, in percent, of the diners who are such people.
    """
    from scipy.stats import gamma, norm

    rates = world.mean_visits / world.visits_shape * gamma.ppf(_grid(4_000), world.visits_shape)
    shifts = world.shift * norm.ppf(_grid(200))
    rate, shift = rates[:, None], shifts[None, :]
    odds = _join_odds(world, rate, shift)
    weight = _logistic(odds + world.invitation) - _logistic(odds)
    later = rate * np.exp(shift - world.shift**2 / 2)
    without = float((weight * later).sum() / weight.sum())
    return {
        "without": without,
        "effect": world.lift * without,
        "share": 100 * float(weight.mean()),
        "percent": 100 * world.lift,
    }


def _grid(points: int) -> Array:
    """The middles of as many equal parts of 0 to 1."""
    return (np.arange(points) + 0.5) / points


def service_profit(world: World) -> float:
    """Yuan that serving one of all regulars brings in eight weeks, its cost deducted."""
    return service_account(world)["profit"]


def service_account(world: World) -> dict[str, float]:
    """What all regulars' eight weeks would be, and those of the guests on a list.

    Visits `often` of a regular and `without` a contact of a listed guest; yuan of `profit` of
    serving the one, `lost` by serving the other; `worth_it`, the visits from which on it pays.
    """
    from scipy.stats import nbinom

    mean, shape = world.regular_visits, world.regular_shape
    chance = 1 / (1 + 2 * mean / shape)  # counts of gamma rates are negative binomial
    least = world.regular_from - 1
    often = mean * nbinom.sf(least, shape + 1, chance) / nbinom.sf(least, shape, chance)
    rate, *_ = _slipping(world, np.random.default_rng(0), 400_000)
    without, visit = float(rate.mean()), world.visit_margin * world.service
    return {
        "often": float(often),
        "without": without,
        "profit": visit * float(often) - world.service_cost,
        "lost": world.service_cost - visit * without,
        "percent": 100 * world.service,
        "worth_it": world.service_cost / visit,
    }


def gift_profit(world: World, arm: str = "gift") -> float:
    """Yuan that an arm brings in 180 days beyond nothing, a newcomer, its presents paid."""
    account = newcomer_account(world)
    return account[arm] - account["nothing"]


def newcomer_account(world: World) -> dict[str, float]:
    """Each arm's expected profit of a newcomer in 180 days, yuan, in closed form.

    Orders of gamma rates are negative binomial, hunters' are Poisson.
    """
    from scipy.stats import nbinom, poisson

    hunters, needed = world.hunters, world.gift_orders
    found = {}
    for i, arm in enumerate(ARMS):
        early = world.buyer_orders * world.early[i]
        chance = world.buyer_shape / (world.buyer_shape + early)
        buyers_reach = float(nbinom.sf(needed - 1, world.buyer_shape, chance))
        buyers_order = 1 - float(nbinom.pmf(0, world.buyer_shape, chance))
        orders = early + world.stays[i] * world.late[i] * world.buyer_orders
        alone = world.hunter_visits
        hunts = world.hunts if arm == "gift" else 0.0
        short = sum((needed - k) * poisson.pmf(k, alone) for k in range(needed))
        hunted = alone + hunts * float(short) + world.hunter_later
        reach = float(poisson.sf(needed - 1, alone))
        hunters_reach = hunts + (1 - hunts) * reach
        reached = hunters * hunters_reach + (1 - hunters) * buyers_reach
        ordered = hunters * (1 - float(poisson.pmf(0, alone))) + (1 - hunters) * buyers_order
        cost = {
            "nothing": 0.0,
            "gift": world.gift_cost * reached,
            "ladder": world.pack_cost + world.discount_cost * ordered + world.vip_cost * reached,
        }[arm]
        margin = (
            hunters * hunted * world.hunter_margin + (1 - hunters) * orders * world.buyer_margin
        )
        found[arm] = margin - cost
    return found


def best_dish_price(world: World) -> float:
    """The price, yuan, at which the dish earns most, what it replaces included."""
    return world.dish_cost + world.dish_instead + 1 / world.dish_slope


def member_value(world: World) -> float:
    """The mean member's value over `months_valued` months, yuan."""
    from scipy.special import betaln

    a, b = world.leaving
    months = np.arange(world.months_valued)  # the first month counts for everybody
    staying = np.exp(betaln(a, b + months) - betaln(a, b))
    return float(world.month_margin * staying.sum())


def effects(world: World, ladder: float | None = None) -> Effects:
    """What next year's programme meets; `ladder` is its lift, by itself the mean of the likely."""
    return Effects(
        belong=world.belong,
        reward=world.reward,
        saturation=world.saturation,
        steer=world.steer,
        margin=world.margin,
        service=world.service,
        service_cost=world.service_cost * 52 / 8,
        gift=world.gift_lift,
        gift_cost=world.year_gift_cost,
        gift_joins=world.gift_joins,
        ladder=float(np.mean(world.ladder_lifts)) if ladder is None else ladder,
        ladder_stays=world.ladder_stays,
        pack_cost=world.year_pack_cost,
        discount_cost=world.year_discount_cost,
        vip_cost=world.year_vip_cost,
        joins=world.joins,
        fixed_cost=world.fixed_cost,
    )


def customer_base(world: World, rng: np.random.Generator, customers: int | None = None) -> Base:
    """A base of customers for a year of the programme."""
    return draw_base(
        world.base if customers is None else customers,
        rng,
        mean_visits=2 * world.mean_visits,
        shape=world.visits_shape,
        bill=world.bill,
        bill_between=world.bill_between,
        bill_spread=world.bill_spread,
        join_level=world.year_join,
        join_slope=world.join_slope,
        lost=world.lost,
        loyal=world.loyal,
        knows=world.knows,
        use_a_visit=world.use_a_visit,
    )


def programme_profits(world: World) -> dict[str, float]:
    """Two years' profit of each choice beyond no programme, yuan: the mean over the ladder's lifts.

    Points open at the end are paid for.
    """
    base = customer_base(world, np.random.default_rng([world.seed, len(TABLES) - 1]))
    return mean_profits(world, base, effects(world))


def mean_profits(world: World, base: Base, found: Effects) -> dict[str, float]:
    """What each choice brings in two years on a base, where these are the effects, yuan.

    The fixed cost is shared out by the base's size. Nobody knows the ladder's lift, so that these
    are means over those which are likely.
    """
    size = len(base.visits) / world.base
    found = replace(found, fixed_cost=found.fixed_cost * size)
    profits = {}
    for name, plan in PROGRAMMES.items():
        ladders = world.ladder_lifts if plan and plan.scheme == "ladder" else (found.ladder,)
        years = [replace(found, ladder=lift) for lift in ladders]
        profits[name] = [live_year(plan, base, one).profit if plan else 0.0 for one in years]
    usual = profits["coupons only"][0]
    tested = usual + _test_gain(world, np.array(profits["ladder"]) - usual, size)
    return {name: YEARS * float(np.mean(each)) for name, each in profits.items()} | {
        TEST: tested + usual
    }


def _test_gain(world: World, gains: Array, size: float) -> float:
    """What testing the ladder adds to two years of coupons, for what the ladder would add a year.

    In the first year a tenth have it. The second year has it for all where the test says that it
    pays; the test may be wrong. `size` is the base's, as a share of the world's.
    """
    from scipy.special import ndtr

    goes_on = ndtr(gains / (world.test_error * size))
    first, second = world.tested * gains, goes_on * gains
    return float((first + second).mean()) - world.test_cost * size


def truth(world: World | None = None) -> Mapping[str, float]:
    """The true answers that the chapter's verdicts are held against."""
    world = world or World()
    return {
        "membership_effect": membership_effect(world),
        "service_profit": service_profit(world),
        "gift_profit": gift_profit(world),
    }
