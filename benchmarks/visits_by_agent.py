"""Chapter 3's visits as mesa would have them: a shop whose steps are days, an agent a visit."""

import math

import mesa
import numpy as np
import pandas as pd

from benchmarks.visits_by_day import DAYS, Day
from course_utils.cases.appliance_page.world import World

BOTH = np.array([False, True])
COLUMNS = ["date", "page", "device", "visitor", "bounces", "buys", "buys_on_old", "buys_on_new"]
COLUMNS += ["stay"]


def draw_by_agent(world: World, rng: np.random.Generator) -> pd.DataFrame:
    """The table that the world's `draw_visits` makes, with other draws."""
    shop = Shop(world, rng)
    for _ in DAYS:
        shop.step()
    return pd.DataFrame(shop.seen, columns=COLUMNS)


class Shop(mesa.Model):
    """What a visitor's chances are is worked out once a day, so that agents only draw lots."""

    def __init__(self, world: World, rng: np.random.Generator) -> None:
        super().__init__(rng=rng)
        self.world = world
        self.seen: list[list[object]] = []

    def step(self) -> None:
        """One day: visitors come, look, and go."""
        self._open(Day(self.world, self.steps - 1))
        visitors = Visitor.create_agents(self, self.day.visits)
        visitors.do("look")
        self.seen += visitors.get(COLUMNS)
        visitors.do("remove")

    def _open(self, day: Day) -> None:
        self.day = day
        phone, returning = np.meshgrid(BOTH, BOTH, indexing="ij")
        old, new = day.chances(phone, returning)
        phones = np.where(phone, day.phone_share, 1 - day.phone_share)
        loyal = np.where(returning, self.world.returning, 1 - self.world.returning)
        buys = ((new if day.new else old) * phones * loyal).sum()
        self.chances = old.tolist(), new.tolist()
        self.leaves = (day.leaves(BOTH) / (1 - buys)).tolist()


class Visitor(mesa.Agent):
    """One visit."""

    def look(self) -> None:
        """Draw who comes, what they do, and how long they stay."""
        shop, world, draw = self.model, self.model.world, self.random.random
        phone, returning, fate = draw() < shop.day.phone_share, draw() < world.returning, draw()
        old, new = shop.chances
        self.date, self.page = shop.day.date, shop.day.page
        self.device = "phone" if phone else "computer"
        self.visitor = "returning" if returning else "first-time"
        self.buys_on_old = fate < old[phone][returning]
        self.buys_on_new = fate < new[phone][returning]
        self.buys = self.buys_on_new if shop.day.new else self.buys_on_old
        self.bounces = not self.buys and draw() < shop.leaves[phone]
        if self.bounces:
            median, spread = world.bounce_seconds, 0.5
        else:
            median, spread = shop.day.read_seconds[0 if phone else 1], world.read_spread
        self.stay = median * math.exp(spread * self.random.gauss())
