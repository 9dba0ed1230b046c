"""The brand's customers as agents of mesa: each decides each month whether to order."""

from typing import Any

import numpy as np

from course_utils.cases.one_brand.year import SEASON, start_stock


def walk_by_agent(world: Any, policy: np.ndarray, customers: int) -> float:
    """What a year's later orders of so many customers leave; new customers are left out."""
    import mesa

    class Customer(mesa.Agent):
        def __init__(self, model: Any, rates: tuple[float, ...], silence: int) -> None:
            super().__init__(model)
            self.rates, self.silence = rates, silence

        def step(self) -> None:
            if self.random.random() < self.rates[self.silence] * self.model.season:
                self.model.left += self.model.margin
                self.silence = 0
            else:
                self.silence = min(self.silence + 1, 3)

    model: Any = mesa.Model(seed=1)
    model.left, model.margin = 0.0, world.basket * (1 - world.fee) - world.goods_later
    stock = start_stock(world)
    kinds = np.random.default_rng(1).choice(8, customers, p=(stock / stock.sum()).ravel())
    for kind, silence in zip(*np.divmod(kinds, 4), strict=True):
        Customer(model, (world.drinkers, world.hunters)[kind], int(silence))
    for season in SEASON:
        model.season = season**0.7
        model.agents.shuffle_do("step")
    return float(model.left)
