"""The brand's year a second time: one month after the other, in plain Python, with all it carries.

It shares the numbers with the world and none of its code.
"""

from dataclasses import dataclass, replace
from math import exp, sqrt

from course_utils.cases.one_brand.year import (
    AUCTION,
    MEMBERSHIPS,
    RECALLS,
    SEASON,
    World,
    customer_value,
    start_stock,
)

Stock = tuple[tuple[float, ...], tuple[float, ...]]  # tea drinkers and bargain hunters, by silence


@dataclass(frozen=True)
class State:
    """What one month hands to the next."""

    month: int
    stock: Stock
    won: float
    habit: tuple[float, float]  # of the channels' spend, as rivals see it
    adstock: float
    tired: float
    page_age: int
    programme_age: int
    wants: tuple[float, float]  # who has joined by now of those who would, by type


def first_state(world: World) -> State:
    """The first of January."""
    drinkers, hunters = start_stock(world).tolist()
    usual = world.usual
    return State(0, (tuple(drinkers), tuple(hunters)), 0.0, (usual, usual), usual, 0, 0, 0, (0, 0))


def left_over(world: World, state: State) -> float:
    """What the customers are worth."""
    values = customer_value(world).tolist()
    return sum(
        number * value
        for kind, prices in zip(state.stock, values, strict=True)
        for number, value in zip(kind, prices, strict=True)
    )


def month(world: World, state: State, dials: tuple[float, ...]) -> tuple[State, float]:
    """The next state, and what the month leaves."""
    search, social, price, page, recall, membership = dials
    when = state.month
    season, auction = SEASON[when % 12], AUCTION[when % 12]
    worse = world.change_size if when >= world.change_month else 1.0

    # Who comes
    habit = tuple(
        0.6 * old + 0.4 * spend for old, spend in zip(state.habit, (search, social), strict=True)
    )
    adstock = world.carry_over * state.adstock + (1 - world.carry_over) * social
    clicks = []
    for name, works, seen, most, half in (
        ("search", search, habit[0], world.search_clicks, world.search_half),
        ("social", adstock, habit[1], world.social_clicks, world.social_half),
    ):
        bid = ((seen + 0.2 * world.usual) / (1.2 * world.usual)) ** world.bidding
        half *= bid * auction * (worse if world.change == name else 1)
        clicks.append(most * works / (half + works) * sqrt(season))
    new = clicks[0] * (1 - world.coming)
    own = world.organic * season
    drinkers = (
        own * world.organic_drinkers + new * world.search_drinkers
        + clicks[1] * world.social_drinkers
    )  # fmt: skip
    visits = (drinkers, own + new + clicks[1] - drinkers)

    # Who buys
    page_age = state.page_age + (1 if page else 0)
    fresh = world.lasts + (1 - world.lasts) * world.copied ** max(page_age - 1, 0)
    first = []
    for kind, elasticity in enumerate((world.drinkers_elasticity, world.hunters_elasticity)):
        rate = world.conversion[kind] * sqrt(season) * exp(-elasticity * (price / 59 - 1))
        rate *= 1 + (world.page[kind] * fresh if page else 0)
        first.append(visits[kind] * rate * (1 - state.won / world.market))

    # Who returns
    days, coupon = RECALLS[int(recall)] or (10_000, 0)
    sent = [1.0 if 30 * silence >= days else 0.0 for silence in range(4)]
    tired = (1 - world.tiring) * state.tired + world.tiring * sum(sent) / 4
    reach = 1 / worse if world.change == "messages" else 1.0
    threshold, reward = MEMBERSHIPS[int(membership)] or (200, 0)
    near = 1.0 if threshold == 200 else world.far
    programme_age = state.programme_age + (1 if reward else 0)
    new_thing = world.lasts + (1 - world.lasts) * world.copied ** max(programme_age - 1, 0)
    lift = world.reward * sqrt(10 * reward / threshold) * near * new_thing
    wants = tuple(
        (1 - world.joining) * old + world.joining * (share * near if reward else 0)
        for old, share in zip(state.wants, world.joins, strict=True)
    )
    money = first[0] * price + first[1] * price
    out = world.goods_first * sum(first)
    stock = []
    for kind, rates in enumerate((world.drinkers, world.hunters)):
        members = wants[kind] if reward else 0.0
        again = []
        for silence in range(4):
            strength = world.message + world.coupon * sqrt(coupon / 10)
            uplift = (1 - world.tired * tired) * strength * world.asleep[silence] * sent[silence]
            people = state.stock[kind][silence]
            base = people * rates[silence] * season**0.7
            reached, others = reach * sent[silence], 1 - reach * sent[silence]
            after_message = base * reached * (1 + uplift)
            for share, factor, of_members in ((members, 1 + lift, 1), (1 - members, 1.0, 0)):
                messaged = after_message * share * factor
                orders = messaged + base * others * share * factor
                money += world.basket * orders - messaged * world.redeemed * coupon
                money -= of_members * orders * world.claimed * world.basket * reward / threshold
                out += world.goods_later * orders
            again.append((after_message + base * others) * (1 + members * lift))
            out += people * reached * world.message_cost
        silent = [n - a for n, a in zip(state.stock[kind], again, strict=True)]
        stock.append((first[kind] + sum(again), silent[0], silent[1], silent[2] + silent[3]))
    out += world.fee * money + search + social
    out += world.page_upkeep * bool(page) + world.programme * bool(reward)
    after = replace(
        state, month=when + 1, stock=(stock[0], stock[1]), won=state.won + sum(first),
        habit=habit, adstock=adstock, tired=tired, page_age=page_age,
        programme_age=programme_age, wants=wants,
    )  # fmt: skip
    return after, money - out
