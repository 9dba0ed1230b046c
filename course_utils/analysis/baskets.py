"""What is bought together."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from course_utils.analysis.tables import as_count, require_ids

Ints = NDArray[np.int64]
_AT_ONCE = 5_000_000  # pairs of items that are counted together, in some 100 MB


def basket_rules(
    lines: pd.DataFrame, *, basket: str = "order_id", item: str = "item", min_baskets: int = 1
) -> pd.DataFrame:
    """Return the rule "if this item, then that one" for each pair bought together, sorted.

    A row of `lines` is an item of a basket; the same item twice in a basket counts once. Only pairs
    in `min_baskets` baskets or more make a rule: of thousands of products most pairs meet once.
    Returns one row per ordered pair with the columns `if` and `then`; `support`, the share of all
    baskets that hold both; `confidence`, of those with the first item the share that hold the
    second; `lift`, that confidence over the second's share of all baskets (1: as often as by
    chance); and `baskets`, how many hold both (Agrawal, Imielinski & Swami 1993, SIGMOD 22).
    Raises `InputError` for a `min_baskets` that is no whole number above zero.

    >>> lines = pd.DataFrame({"order_id": [1, 1, 2, 3],
    ...                       "item": ["milk", "yoghurt", "milk", "eggs"]})
    >>> basket_rules(lines)
            if     then   support  confidence  lift  baskets
    0     milk  yoghurt  0.333333         0.5   1.5        1
    1  yoghurt     milk  0.333333         1.0   1.5        1
    """
    from scipy.sparse import coo_array

    require_ids(lines, basket, item, name="table of lines")
    fewest = as_count(min_baskets, "min_baskets")
    rows, baskets = pd.factorize(lines[basket])
    columns, items = pd.factorize(lines[item], sort=True)
    holds = coo_array((np.ones(len(lines), dtype=np.int64), (rows, columns))).tocsr()
    holds.data[:] = 1
    bought = holds.sum(axis=0)
    often = np.flatnonzero(bought >= fewest)
    first, second, together = map(
        np.concatenate, zip(*_pairs(holds[:, often], fewest), strict=True)
    )
    first, second = often[first], often[second]
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


def _pairs(holds: Any, fewest: int) -> Iterator[tuple[Ints, Ints, Ints]]:
    """Yield one item, another, and how many baskets hold both, for some items at a time."""
    by_item = holds.T.tocsr()
    most = np.cumsum(by_item @ holds.sum(axis=1))  # pairs up to each item, if no two were the same
    stops = np.searchsorted(most, np.arange(_AT_ONCE, most.max(initial=0), _AT_ONCE), side="right")
    for place in np.split(np.arange(len(most)), stops):
        both = by_item[place] @ holds
        both.sort_indices()
        both = both.tocoo()
        first = place[both.row]
        kept = (both.data >= fewest) & (first != both.col)
        yield first[kept], both.col[kept], both.data[kept]
