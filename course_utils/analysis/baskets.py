"""What is bought together."""

import numpy as np
import pandas as pd

from course_utils.analysis.tables import require_complete


def basket_rules(
    lines: pd.DataFrame, *, basket: str = "order_id", item: str = "item"
) -> pd.DataFrame:
    """Return the rule "if this item, then that one" for each pair bought together, sorted.

    A row of `lines` is an item of a basket; the same item twice in a basket counts once.
    Returns one row per ordered pair with the columns `if` and `then`; `support`, the share of all
    baskets that hold both; `confidence`, of those with the first item the share that hold the
    second; `lift`, that confidence over the second's share of all baskets (1: as often as by
    chance); and `baskets`, how many hold both (Agrawal, Imielinski & Swami 1993, SIGMOD 22).

    >>> lines = pd.DataFrame({"order_id": [1, 1, 2, 3],
    ...                       "item": ["milk", "yoghurt", "milk", "eggs"]})
    >>> basket_rules(lines)
            if     then   support  confidence  lift  baskets
    0     milk  yoghurt  0.333333         0.5   1.5        1
    1  yoghurt     milk  0.333333         1.0   1.5        1
    """
    from scipy.sparse import coo_array

    require_complete(lines, basket, item, name="table of lines")
    rows, baskets = pd.factorize(lines[basket])
    columns, items = pd.factorize(lines[item], sort=True)
    holds = coo_array((np.ones(len(lines), dtype=np.int64), (rows, columns))).tocsr()
    holds.data[:] = 1
    both = (holds.T @ holds).tocoo()
    bought = holds.sum(axis=0)
    pair = both.row != both.col
    place = np.flatnonzero(pair)[np.lexsort((both.col[pair], both.row[pair]))]
    first, second, together = both.row[place], both.col[place], both.data[place]
    confidence = together / bought[first]
    return pd.DataFrame(
        {
            "if": items.take(first),
            "then": items.take(second),
            "support": together / len(baskets),
            "confidence": confidence,
            "lift": confidence / (bought[second] / len(baskets)),
            "baskets": together,
        }
    )
