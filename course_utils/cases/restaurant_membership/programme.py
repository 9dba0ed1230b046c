"""A year of a customer base under a membership programme: what the designer and the decision share.

Each customer is one of a base that is drawn once: how often they come, how large their bills are,
whether they would join, how long they stay. The same base serves every programme, so that two
programmes differ by the programmes alone. Arrays are single precision, since a lab lives the year
of 100,000 customers between two frames.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
SCHEMES = ("coupons", "gift", "ladder")  # the last two come on top of the coupons
TERM = 6  # months after which points expire
MONTHS = np.arange(TERM + 1)  # of a new programme: from then on as many points expire as are earned
SEGMENTS = (15, 5, 0)  # visits last year, from which on: regular, occasional, rare
YEARS = 3  # over which a customer's value is counted
GIFT_VISITS, VIP_VISITS = 3, 12  # a year, for the gift and for VIP
BILL_CLASSES = 32
_MOST_BLOCKS = 4  # a bill earns a coupon for every full threshold, up to so many


@dataclass(frozen=True)
class Programme:
    """What can be decided.

    A bill earns a `coupon` of so many yuan for each full `threshold` yuan; 0 is none. `scheme` is
    what members get besides: nothing, a `gift` for the third visit, or the `ladder` of a trial
    pack, a discount and VIP. `service` is the percent of the base, the most frequent of last year,
    whose members get a contact of their own. Without `members` there is no programme at all.
    """

    threshold: int = 200
    coupon: int = 20
    scheme: str = "coupons"
    service: int = 5
    members: bool = True


@dataclass(frozen=True)
class Effects:
    """What a programme meets: what customers do, and what things cost in yuan.

    Lifts are shares by which a member's visits grow. `saturation` is the share of a bill given
    back that brings half of `reward`. `steer` is the coupon at which half of the bills in the last
    fifth below the threshold are raised to it.
    """

    belong: float  # lift of being a member: the group, the events, the dish
    reward: float  # the most that coupons add to the lift
    saturation: float
    steer: float
    bill_spread: float  # log, of one customer's bills
    margin: float  # share of a bill
    service: float  # lift
    service_cost: float  # a customer and year
    gift: float  # lift of a customer who comes rarely; it fades with the visits
    gift_cost: float
    gift_joins: float  # log odds by which it draws people in
    ladder: float
    ladder_stays: float  # times the chance to leave
    pack_cost: float
    discount_cost: float
    vip_cost: float  # share of a VIP's bills
    joins: float  # log odds for a share given back of 1%
    fixed_cost: float  # a year, of any programme


class Base(NamedTuple):
    """A base of customers, the most frequent of last year first; one entry a customer."""

    visits: Array  # this year, without a programme
    last_year: Array
    monthly: Array  # chance to come in a given month, without a programme
    seldom: Array  # 1 for who hardly comes, less for who comes often
    bill: Array  # the class of the customer's bills
    join: Array  # log odds of joining above which this customer stays out
    leaves: Array  # chance a year of being lost
    luck: Array  # 0 to 1, rounds the visits that a programme adds
    use: Array  # share of the points earned that will be used in their term
    open_points: Array  # months of points standing open after 0 … 6 months, then of those that
    # will be used: customers × 14
    segments: list[int]  # where each of `SEGMENTS` begins
    medians: Array  # yuan, of each class of bills


class Year(NamedTuple):
    """What becomes of a programme; money in yuan.

    Increments are by segment, against the same year without a programme; `seen` is what a
    dashboard shows: what a member spends beyond a non-member of the segment, times the members.
    """

    members: float  # share of the base
    repurchase: tuple[float, float]  # share of customers who come in a month: without, with
    seen: Array
    increment: Array
    profit: float  # increment of all segments less the programme's fixed cost
    owed_face: Array  # after 0 … 6 months, all open points at their face value
    owed: Array  # those that will be used
    value: Array  # each customer's margin over three years, less what it gets


def draw_base(
    customers: int,
    rng: np.random.Generator,
    *,
    mean_visits: float,
    shape: float,
    bill: float,
    bill_between: float,
    join_level: float,
    join_slope: float,
    leaving: tuple[float, float],
    loyal: float,
    knows: float,
    use_a_visit: float,
) -> Base:
    """Draw a base: yearly rates gamma with `shape`, bills lognormal round `bill` yuan.

    A customer joins the readier the more often they come. `leaving` are the parameters of the beta
    chance to be lost within a year for the mean customer; `loyal` is the power by which it falls
    with the rate. A share `knows` uses points, one block with chance `use_a_visit` at a visit.
    """
    rate = mean_visits / shape * rng.standard_gamma(shape, customers)
    last_year = rng.poisson(rate)
    tie = rng.random(customers)
    order = np.lexsort((tie, -last_year))
    rate, last_year = rate[order], last_year[order]
    odds = np.log(1 / rng.random(customers) - 1)
    hazard = use_a_visit * rate / 2  # a half year, the points' term
    time = MONTHS / TERM
    # Points of age a stand open with chance 1 − knows · (1 − e^(−hazard · a)).
    unused = np.exp(-hazard[:, None] * time)
    integral = (1 - unused) / np.maximum(hazard, 1e-9)[:, None]
    last = unused[:, -1:]
    waiting = TERM * ((1 - knows) * time + knows * integral)
    taken = TERM * knows * (integral - last * time)
    visits = rng.poisson(rate).astype(np.float32)
    return Base(
        visits=visits,
        last_year=last_year,
        monthly=monthly_repurchase(visits),
        seldom=1 / (1 + visits / 12),
        bill=rng.integers(0, BILL_CLASSES, customers),
        join=(-odds - join_level - join_slope * np.log(rate / 2 + 0.3)).astype(np.float32),
        leaves=(
            rng.beta(*leaving, customers) * ((rate + 1) / (mean_visits + 1)) ** -loyal
        ).clip(0, 0.95).astype(np.float32),
        luck=rng.random(customers, np.float32),
        use=(knows * (1 - last[:, 0])).astype(np.float32),
        open_points=np.hstack([waiting, taken]).astype(np.float32),
        segments=[0, *np.searchsorted(-last_year, [-s for s in SEGMENTS[:-1]], "right").tolist()],
        medians=bill * np.exp(bill_between * _middles()),
    )


def _middles() -> Array:
    """The middle of each of equally full classes of a normal distribution."""
    from scipy.special import ndtri

    return ndtri((np.arange(BILL_CLASSES) + 0.5) / BILL_CLASSES)


def live_year(programme: Programme, base: Base, effects: Effects) -> Year:
    """Live the base's year under a programme, and without one."""
    bills = _bills(programme, base, effects)
    spent = (effects.margin * bills.plain)[base.bill]
    alone = base.visits * spent  # each customer's margin without a programme
    given = bills.given[base.bill] * base.use  # share of their bills that coupons give back
    member = _members(programme, base, effects, given)
    served = member[: round(programme.service / 100 * len(member))]
    lift = _lift(programme, base, effects, given)
    lift[: len(served)] += effects.service
    more = np.floor(base.visits * lift + base.luck) * member
    visits = (base.visits + more) * member  # of members
    blocks = bills.blocks[base.bill] * visits  # of points, earned in the year
    gained = more * spent + bills.raised[base.bill] * visits
    increment = gained - given * (spent / effects.margin * visits) - _perks(
        programme, base, effects, bills, visits
    )
    increment[: len(served)] -= effects.service_cost * served
    leaves = base.leaves * (1 - (1 - effects.ladder_stays) * _ladder(programme) * member)
    stays = 1 - leaves
    open_points = programme.coupon / 12 * (blocks @ base.open_points)
    return Year(
        members=float(member.mean()),
        repurchase=(float(base.monthly.mean()), float(monthly_repurchase(base.visits + more).mean())),
        seen=_seen(base, member, alone + gained),
        increment=_sums(base, increment),
        profit=float(_sums(base, increment).sum()) - effects.fixed_cost * programme.members,
        owed_face=open_points[: len(MONTHS)],
        owed=open_points[len(MONTHS) :],
        value=(alone + increment) * (1 + stays + stays * stays),
    )


def monthly_repurchase(visits: Array) -> Array:
    """Each customer's chance to come in a given month."""
    return 1 - np.exp(visits * np.float32(-1 / 12))


class _Bills(NamedTuple):
    """What a programme makes of a bill, for each class of bills."""

    plain: Array  # the mean bill, yuan
    blocks: Array  # full thresholds, so many coupons, on a member's bill
    given: Array  # share of a bill that its coupons are worth
    raised: Array  # margin on the yuan by which a member's bill is raised to reach one


def _bills(programme: Programme, base: Base, effects: Effects) -> _Bills:
    """Bills are lognormal; those in the last fifth below the threshold are steered to it."""
    from scipy.special import ndtr

    spread = effects.bill_spread
    plain = base.medians * np.exp(spread**2 / 2)
    edges = programme.threshold * np.array([[0.8], *([k] for k in range(1, _MOST_BLOCKS + 1))])
    place = np.log(base.medians / edges) / spread
    reach, held = ndtr(place), plain * ndtr(place + spread)  # bills above an edge, and their yuan
    near = reach[0] - reach[1]
    gap = programme.threshold * near - (held[0] - held[1])
    steered = programme.coupon / (programme.coupon + effects.steer)
    blocks = reach[1:].sum(axis=0) + steered * near
    columns = (plain, blocks, programme.coupon * blocks / plain, effects.margin * steered * gap)
    return _Bills(*(column.astype(np.float32) for column in columns))


def _members(programme: Programme, base: Base, effects: Effects, given: Array) -> Array:
    """Who joins (1 or 0): the readier, the more the programme gives back."""
    pull = effects.gift_joins * (programme.scheme == "gift")
    joins = base.join < pull + 100 * effects.joins * given
    return joins.astype(np.float32) * programme.members


def _ladder(programme: Programme) -> bool:
    return programme.scheme == "ladder"


def _lift(programme: Programme, base: Base, effects: Effects, given: Array) -> Array:
    """The share by which a member's visits grow; a contact of one's own comes on top."""
    lift = effects.belong + effects.reward * given / (given + effects.saturation)
    if programme.scheme == "gift":
        lift += effects.gift * base.seldom
    if _ladder(programme):
        lift += effects.ladder * base.seldom
    return lift


def _perks(
    programme: Programme, base: Base, effects: Effects, bills: _Bills, visits: Array
) -> Array | float:
    """What a member gets besides coupons and a contact, yuan in the year."""
    if programme.scheme == "gift":
        return effects.gift_cost * (visits >= GIFT_VISITS)
    if _ladder(programme):
        vip = effects.vip_cost * bills.plain[base.bill] * visits * (visits >= VIP_VISITS)
        return vip + effects.pack_cost * (visits > 0) + effects.discount_cost * (visits > 1)
    return 0.0


def _seen(base: Base, member: Array, spent: Array) -> Array:
    """By segment: what a member spends beyond a non-member, times the members."""
    members, theirs = _sums(base, member), _sums(base, spent * member)
    everyone, others = _sums(base, spent), np.diff([*base.segments, len(member)]) - members
    return theirs - members * (everyone - theirs) / np.maximum(others, 1)


def _sums(base: Base, values: Array) -> Array:
    """The sum of each segment."""
    return np.array([part.sum() for part in np.split(values, base.segments[1:])], float)
