"""The brand's year as one writes it first: a loop over the months, NumPy inside each."""

import numpy as np

from course_utils.cases.one_brand.year import (
    AUCTION,
    SEASON,
    World,
    customer_value,
    start_stock,
)


def walk_by_month(world: World, policy: np.ndarray) -> float:
    """What a year is worth whose recall, page and membership stay as they were last year."""
    stock, won, left = start_stock(world), 0.0, 0.0
    habit = np.full(2, world.usual)
    adstock = world.usual
    most = np.array([world.search_clicks, world.social_clicks])
    half = np.array([world.search_half, world.social_half])
    rates = np.array([world.drinkers, world.hunters])
    elasticity = np.array([world.drinkers_elasticity, world.hunters_elasticity])
    for month in range(world.months):
        spend, price = policy[month, :2], policy[month, 2]
        season = SEASON[month]
        worse = world.change_size if month >= world.change_month else 1.0
        habit = 0.6 * habit + 0.4 * spend
        adstock = world.carry_over * adstock + (1 - world.carry_over) * spend[1]
        works = np.array([spend[0], adstock])
        bids = ((habit + 0.2 * world.usual) / (1.2 * world.usual)) ** world.bidding
        dear = np.array([worse if world.change == name else 1 for name in ("search", "social")])
        clicks = most * works / (half * bids * AUCTION[month] * dear + works) * np.sqrt(season)
        added = clicks * np.array([1 - world.coming, 1])
        own = world.organic * season
        drinkers = own * world.organic_drinkers
        drinkers += added @ np.array([world.search_drinkers, world.social_drinkers])
        visits = np.array([drinkers, own + added.sum() - drinkers])
        rate = np.array(world.conversion) * np.sqrt(season)
        first = visits * rate * np.exp(-elasticity * (price / 59 - 1)) * (1 - won / world.market)
        again = stock * rates * season**0.7
        won += first.sum()
        silent = stock - again
        stock = np.column_stack(
            [first + again.sum(axis=1), silent[:, 0], silent[:, 1], silent[:, 2] + silent[:, 3]]
        )
        sales = first.sum() * price + again.sum() * world.basket
        goods = first.sum() * world.goods_first + again.sum() * world.goods_later
        left += sales * (1 - world.fee) - goods - spend.sum()
    return float(left + (stock * customer_value(world)).sum())
