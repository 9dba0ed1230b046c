"""A year of a customer base under a membership programme: what the designer and the decision share.

Each customer is one of a base that is drawn once: how often they come, how large their bills are,
whether they would join, how long they stay. The same base serves every programme, so that two
programmes differ by the programmes alone. Arrays are single precision, and the work is done on
the members only, since a lab lives the year of 100,000 customers between two frames.
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
DECILES = 10
GIFT_VISITS, VIP_VISITS = 3, 12  # a year, for the gift and for VIP
_BILL_CLASSES, _RATE_CLASSES = 32, 64
_NEAR = 0.8  # of a threshold: from here on a bill may be raised to it
_MOST_COUPONS = 4  # that one bill can earn


@dataclass(frozen=True)
class Programme:
    """What can be decided.

    A bill earns a `coupon` of so many yuan for each full `threshold` yuan; 0 is none. `scheme` is
    what members get besides: nothing, a `gift` for the third visit, or the `ladder` of a trial
    pack, a discount and VIP. `service` is the percent of the base, the most frequent of last year,
    whose members get a contact of their own.
    """

    threshold: int = 200
    coupon: int = 20
    scheme: str = "coupons"
    service: int = 20


@dataclass(frozen=True)
class Effects:
    """What a programme meets: what customers do, and what things cost in yuan.

    Lifts are shares by which a member's visits grow. `saturation` is the share of a bill given
    back that brings half of `reward`. `steer` is the coupon that raises half of the bills just
    below the threshold; of those a fifth below it, it raises none.
    """

    belong: float  # lift of being a member: the group, the events, the dish
    reward: float  # the most that coupons add to the lift
    saturation: float
    steer: float
    margin: float  # share of a bill
    service: float  # lift
    service_cost: float  # a customer and year
    gift: float  # lift of a customer who hardly comes; it fades with the visits
    gift_cost: float
    gift_joins: float  # log odds by which it draws people in
    ladder: float  # lift, as of the gift
    ladder_stays: float  # times the chance to be lost
    pack_cost: float
    discount_cost: float
    vip_cost: float  # share of a VIP's bills
    joins: float  # log odds for a share given back of 1%
    fixed_cost: float  # a year, of any programme


class Base(NamedTuple):
    """A base of customers, the most frequent of last year first; mostly one entry a customer."""

    visits: Array  # this year, without a programme
    last_year: Array
    bill: Array  # the class of the customer's bills
    spent: Array  # yuan this year, without a programme
    join: Array  # a customer joins when the programme's pull, log odds, is above this
    years: Array  # of the next three that a customer is expected to stay
    leaves: Array  # chance to be lost in a year
    luck: Array  # 0 to 1, rounds the visits that a programme adds
    use: Array  # share of the points earned that will be used in their term
    rate: Array  # the class of the customer's rate
    open_points: Array  # rate classes × 14: months of points that stand open after 0 … 6 months,
    # then of those that will be used
    segments: Array  # where each of `SEGMENTS` begins, and the end
    deciles: Array  # the same for each tenth of the base
    spent_by_segment: Array  # yuan this year, without a programme
    worth_by_tenth: Array  # yuan in three years, without a programme
    repurchase: float  # share who come in a given month, without a programme
    medians: Array  # yuan, of each class of bills
    bill_spread: float  # log, of one customer's bills


class Year(NamedTuple):
    """What becomes of a programme; money in yuan.

    Increments are by segment, against the same year without a programme; `seen` is what a
    dashboard shows: what a member spends beyond a non-member of the segment, as margin, times the
    members.
    """

    members: float  # share of the base
    repurchase: tuple[float, float]  # share of customers who come in a month: without, with
    seen: Array
    increment: Array
    profit: float  # increment of all segments less the programme's fixed cost
    owed_face: Array  # after 0 … 6 months, all open points at their face value
    owed: Array  # those that will be used
    value: Array  # margin of three years less what members cost, by tenth, most frequent first
    value_gain: Array  # of it, what the programme adds


def draw_base(
    customers: int,
    rng: np.random.Generator,
    *,
    mean_visits: float,
    shape: float,
    bill: float,
    bill_between: float,
    bill_spread: float,
    join_level: float,
    join_slope: float,
    lost: tuple[float, float],
    loyal: float,
    knows: float,
    use_a_visit: float,
) -> Base:
    """Draw a base: yearly rates gamma with `shape`, bills lognormal round `bill` yuan.

    A customer joins the readier the more often they come. `lost` are the parameters of the beta
    chance to be lost within a year for the mean customer; `loyal` is the power by which it falls
    with the rate. A share `knows` uses points, one block with chance `use_a_visit` at a visit.
    """
    rate = mean_visits / shape * rng.standard_gamma(shape, customers)
    last_year = rng.poisson(rate)
    order = np.lexsort((rng.random(customers), -last_year))  # ties by chance
    rate, last_year = rate[order], last_year[order]
    odds = np.log(1 / rng.random(customers) - 1)
    visits = rng.poisson(rate).astype(np.float32)
    classes = rng.integers(0, _BILL_CLASSES, customers)
    medians = bill * np.exp(bill_between * _middles(_BILL_CLASSES))
    chance = rng.beta(*lost, customers) * ((rate + 1) / (mean_visits + 1)) ** -loyal
    leaves = chance.clip(0, 0.95).astype(np.float32)
    rate_class, open_points = _open_points(rate, knows, use_a_visit)
    starts = np.searchsorted(-last_year, [-visits for visits in SEGMENTS[:-1]], "right")
    spent = visits * (medians * np.exp(bill_spread**2 / 2)).astype(np.float32)[classes]
    everyone, years = np.arange(customers), _years(leaves)
    segments = np.r_[0, starts, customers]
    deciles = np.linspace(0, customers, DECILES + 1).astype(int)
    return Base(
        visits=visits,
        last_year=last_year,
        bill=classes,
        spent=spent,
        join=(odds - join_level - join_slope * np.log(rate / 2 + 0.3)).astype(np.float32),
        years=years,
        leaves=leaves,
        luck=rng.random(customers, np.float32),
        use=(knows * (1 - np.exp(-use_a_visit * rate / 2))).astype(np.float32),
        rate=rate_class,
        open_points=open_points,
        segments=segments,
        deciles=deciles,
        spent_by_segment=_between(spent, everyone, segments),
        worth_by_tenth=_between(spent * years, everyone, deciles),
        repurchase=float(_monthly(visits).mean()),
        medians=medians,
        bill_spread=bill_spread,
    )


def _middles(classes: int) -> Array:
    """The middle of each of equally full classes of a normal distribution."""
    from scipy.special import ndtri

    return ndtri((np.arange(classes) + 0.5) / classes)


def _open_points(rate: Array, knows: float, use_a_visit: float) -> tuple[Array, Array]:
    """The class of each rate; and of each class the months of points that stand open.

    Points of age a, in terms, are still open with chance 1 − knows · (1 − e^(−hazard · a)).
    """
    edges = np.quantile(rate, np.linspace(0, 1, _RATE_CLASSES + 1)[1:-1])
    classes = np.searchsorted(edges, rate)
    mean = np.bincount(classes, rate, _RATE_CLASSES) / np.bincount(classes, None, _RATE_CLASSES)
    hazard = (use_a_visit * mean / 2)[:, None]
    time = MONTHS / TERM
    waiting = (1 - np.exp(-hazard * time)) / hazard
    standing = TERM * ((1 - knows) * time + knows * waiting)
    taken = TERM * knows * (waiting - np.exp(-hazard) * time)
    return classes, np.hstack([standing, taken])


def live_year(programme: Programme, base: Base, effects: Effects) -> Year:
    """Live the base's year under a programme, and without one."""
    bills = _bills(programme, base, effects)
    who = np.flatnonzero(base.join < _pull(programme, base, effects, bills))
    served = np.searchsorted(who, round(programme.service / 100 * len(base.visits)))
    bill, visits, alone = base.bill[who], base.visits[who], effects.margin * base.spent[who]
    given = bills.given[bill] * base.use[who]  # share of their bills that coupons give back
    lift = _lift(programme, effects, given, visits)
    lift[:served] += effects.service
    after = visits + np.floor(visits * lift + base.luck[who])
    spent = bills.plain[bill] * after
    gained = effects.margin * spent - alone + bills.raised[bill] * after
    increment = gained - given * spent - _perks(programme, effects, after, spent)
    increment[:served] -= effects.service_cost
    coupons = np.bincount(base.rate[who], bills.blocks[bill] * after, _RATE_CLASSES)
    owed = programme.coupon / 12 * (coupons @ base.open_points)
    by_segment = _between(increment, who, base.segments)
    lost = effects.ladder_stays if programme.scheme == "ladder" else 1.0
    value_gain = _value_gain(lost, base, who, alone, increment)
    more_often = float((_monthly(after) - _monthly(visits)).sum()) / len(base.visits)
    return Year(
        members=len(who) / len(base.visits),
        repurchase=(base.repurchase, base.repurchase + more_often),
        seen=_seen(base, effects, who, alone, gained),
        increment=by_segment,
        profit=float(by_segment.sum()) - effects.fixed_cost,
        owed_face=owed[: len(MONTHS)],
        owed=owed[len(MONTHS) :],
        value=effects.margin * base.worth_by_tenth + value_gain,
        value_gain=value_gain,
    )


class _Bills(NamedTuple):
    """What a programme makes of a bill, for each class of bills."""

    plain: Array  # the mean bill, yuan
    blocks: Array  # coupons that a member's bill earns
    given: Array  # share of a bill that they are worth
    raised: Array  # margin on the yuan by which a member's bill is raised to earn one


def _bills(programme: Programme, base: Base, effects: Effects) -> _Bills:
    """Bills are lognormal; the nearer to the threshold, the more of them are raised to it."""
    from scipy.special import ndtr

    spread, edge = base.bill_spread, programme.threshold
    full = np.arange(1, _MOST_COUPONS + 1)
    place = np.log(base.medians / (edge * np.r_[_NEAR, full][:, None])) / spread
    # Between near and edge: the share of bills, and the means there of bill and of bill squared.
    moments = [
        base.medians**k * np.exp((k * spread) ** 2 / 2) * ndtr(place + k * spread) for k in range(3)
    ]
    share, mean, square = (above[0] - above[1] for above in moments)
    steer = programme.coupon / (programme.coupon + effects.steer) / (edge - _NEAR * edge)
    raised = steer * (mean - _NEAR * edge * share)
    gap = steer * ((1 + _NEAR) * edge * mean - square - _NEAR * edge**2 * share)
    plain = base.medians * np.exp(spread**2 / 2)
    blocks = moments[0][1:].sum(axis=0) + raised
    columns = (plain, blocks, programme.coupon * blocks / plain, effects.margin * gap)
    return _Bills(*(column.astype(np.float32) for column in columns))


def _pull(programme: Programme, base: Base, effects: Effects, bills: _Bills) -> Array:
    """Log odds by which the programme draws each customer in."""
    gift = effects.gift_joins * (programme.scheme == "gift")
    return (100 * effects.joins * bills.given)[base.bill] * base.use + gift


def _lift(programme: Programme, effects: Effects, given: Array, visits: Array) -> Array:
    """The share by which a member's visits grow; a contact of their own comes on top."""
    lift = effects.belong + effects.reward * given / (given + effects.saturation)
    extra = {"coupons": 0.0, "gift": effects.gift, "ladder": effects.ladder}[programme.scheme]
    return lift + extra / (1 + visits / 12)


def _perks(programme: Programme, effects: Effects, visits: Array, spent: Array) -> Array | float:
    """What a member gets besides coupons and a contact, yuan in the year."""
    if programme.scheme == "gift":
        return effects.gift_cost * (visits >= GIFT_VISITS)
    if programme.scheme == "ladder":
        vip = effects.vip_cost * spent * (visits >= VIP_VISITS)
        return vip + effects.pack_cost * (visits > 0) + effects.discount_cost * (visits > 1)
    return 0.0


def _monthly(visits: Array) -> Array:
    """The chance to come in a given month, of who comes so often in a year."""
    return 1 - np.exp(visits * np.float32(-1 / 12))


def _value_gain(lost: float, base: Base, who: Array, alone: Array, increment: Array) -> Array:
    """By tenth: what is added to three years' margin; `lost` times as many are lost in a year."""
    years = _years(lost * base.leaves[who])
    return _between((alone + increment) * years - alone * base.years[who], who, base.deciles)


def _years(leaves: Array) -> Array:
    """How many of three years a customer is expected to stay."""
    stays = 1 - leaves
    return 1 + stays + stays * stays


def _seen(base: Base, effects: Effects, who: Array, alone: Array, gained: Array) -> Array:
    """By segment: what a member leaves beyond a non-member, times the members."""
    members = _between(np.ones(len(who)), who, base.segments)
    theirs = _between(alone, who, base.segments)
    others = np.diff(base.segments) - members
    a_non_member = (effects.margin * base.spent_by_segment - theirs) / np.maximum(others, 1)
    return theirs + _between(gained, who, base.segments) - members * a_non_member


def _between(values: Array, who: Array, edges: Array) -> Array:
    """The sum of the values of those whose place in the base lies between two edges."""
    sums = np.concatenate([[0.0], np.cumsum(values, dtype=float)])
    return np.diff(sums[np.searchsorted(who, edges)])
