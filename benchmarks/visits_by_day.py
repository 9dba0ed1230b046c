"""Chapter 3's visits as a plain NumPy simulation would have them: one day after the other."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from course_utils.cases.appliance_page.world import (
    BEFORE,
    FESTIVAL,
    NEW_PAGE,
    OLD_PAGE,
    World,
    bounce_probability,
    purchase_probability,
)

Bools = NDArray[np.bool_]
OLD_DAYS, NEW_DAYS = 14, 7
DAYS = range(OLD_DAYS + NEW_DAYS)


class Day:
    """What the world says of one day: the page, and who comes to it."""

    def __init__(self, world: World, number: int) -> None:
        self.world = world
        self.new = number >= OLD_DAYS
        self.page = "new" if self.new else "old"
        first, gone = (FESTIVAL, OLD_DAYS) if self.new else (BEFORE, 0)
        self.date = str(np.datetime64(first) + number - gone)
        self.visits = (
            world.visits_festival // NEW_DAYS if self.new else world.visits_before // OLD_DAYS
        )
        self.phone_share = world.phone_festival if self.new else world.phone_before
        self.read_seconds = world.read_seconds_new if self.new else world.read_seconds_old
        self._season = world.festival_factor if self.new else 1.0
        self._days_live = max(number - OLD_DAYS, 0)

    def chances(self, phone: Bools, returning: Bools) -> tuple[NDArray, NDArray]:
        """Chance of a purchase on the old page and on the new one, visitor by visitor."""
        old, new = (
            purchase_probability(
                self.world,
                phone=phone,
                returning=returning,
                shown=np.array(page),
                days_live=self._days_live,
                season=self._season,
            )
            for page in (OLD_PAGE, NEW_PAGE)
        )
        return old, new

    def leaves(self, phone: Bools) -> NDArray:
        """Chance to bounce."""
        return bounce_probability(self.world, phone, np.array(self.new))


def draw_by_day(world: World, rng: np.random.Generator) -> pd.DataFrame:
    """The table that the world's `draw_visits` makes, with other draws."""
    return pd.concat([_draw(Day(world, number), rng) for number in DAYS], ignore_index=True)


def _draw(day: Day, rng: np.random.Generator) -> pd.DataFrame:
    world, n = day.world, day.visits
    phone = rng.random(n) < day.phone_share
    returning = rng.random(n) < world.returning
    fate = rng.random(n)
    on_old, on_new = (fate < chance for chance in day.chances(phone, returning))
    buys = on_new if day.new else on_old
    bounces = ~buys & (rng.random(n) < day.leaves(phone) / (1 - buys.mean()))
    median = np.where(bounces, world.bounce_seconds, np.where(phone, *day.read_seconds))
    spread = np.where(bounces, 0.5, world.read_spread)
    return pd.DataFrame(
        {
            "date": day.date,
            "page": day.page,
            "device": np.where(phone, "phone", "computer"),
            "visitor": np.where(returning, "returning", "first-time"),
            "bounces": bounces,
            "buys": buys,
            "buys_on_old": on_old,
            "buys_on_new": on_new,
            "stay": median * np.exp(spread * rng.standard_normal(n)),
        }
    )
