"""A regional holdout: ads off where chance says so, and what was not sold for it."""

from collections.abc import Hashable, Sequence

import numpy as np
import pandas as pd

from course_utils.analysis.tables import (
    as_names,
    as_numbers,
    require_complete,
    require_ids,
    require_known,
    require_share,
)
from course_utils.errors import InputError

TOGETHER = "together"


def incremental_roas(
    panel: pd.DataFrame,
    *,
    region: str,
    phase: str,
    outcome: str,
    spend: Sequence[str],
    before: Hashable = "before",
    confidence_level: float = 0.90,
) -> pd.DataFrame:
    """Estimate the revenue that each yuan of ads brought, from regions whose ads chance switched.

    `panel` has one row per region and week; rows whose `phase` is `before` are the time before
    the switch, all others the time whose sales count. Take in the weeks *after* the ads are back,
    too, as long as sales still lag: an advertisement may sell for weeks. `spend` names the
    columns of spend, one a channel.

    Geo-based regression: a region's revenue on its revenue before and on the yuan by which its
    spend of each channel departs from before, weighted by 1 / revenue before (Vaver & Koehler 2011,
    "Measuring Ad Effectiveness Using Geo Experiments", Google Research). Each coefficient is a
    channel's incremental return on ad spend (iROAS). Channels are taken to add up. A region's spend
    before stands in the regression too: revenue before measures a region's size with noise, and the
    larger the region, the more ads chance took away, so that the noise alone would pull the result
    down (regression dilution: Fuller 1987, Measurement Error Models, section 1.1).

    Returns a table indexed by channel with `roas`, `low`, `high`; with several channels a last
    row, `together`, is that of them all at the mix of spend before. Raises InputError when
    there is no such phase, when a region sold nothing before, when no region's spend of a channel
    was switched, or where the channels were switched together.

    >>> regions = [(region, phase) for region in range(8) for phase in ("before", "after")]
    >>> panel = pd.DataFrame(regions, columns=["region", "phase"])
    >>> off = (panel["phase"] == "after") & (panel["region"] % 2 == 0)
    >>> panel["ads"] = 100.0 * ~off
    >>> panel["sales"] = 1_000.0 + 50 * panel["region"] - 300 * off
    >>> columns = {"region": "region", "phase": "phase", "outcome": "sales", "spend": ["ads"]}
    >>> incremental_roas(panel, **columns)["roas"].round(2).tolist()
    [3.0]
    """
    from scipy.linalg import orth
    from statsmodels.regression.linear_model import WLS

    require_share(confidence_level, "confidence_level")
    channels = as_names(spend, "spend")
    if not channels:
        raise InputError("spend must name a column or more.")
    due, later = _by_region(panel, region, phase, before, [outcome, *channels])
    change = later[channels] - due[channels]
    for channel in channels:
        if np.ptp(change[channel]) <= 0.1 * due[channel].mean():
            raise InputError(
                f'"{channel}" was switched in no {region}: there is nothing to compare.'
            )
    if (due[outcome] <= 0).any():
        raise InputError(f'Each {region} needs "{outcome}" above zero before the switch.')
    # Scaled and at right angles, they may say the same, as where all regions spend alike.
    known = np.column_stack([due[outcome], due[channels].sum(axis=1), np.ones(len(due))])
    known = orth(known / np.abs(known).max(axis=0).clip(min=1e-300))
    design = np.column_stack([change, known])
    if np.linalg.matrix_rank(design / np.abs(design).max(axis=0)) < design.shape[1]:
        raise InputError(
            f"The channels {', '.join(channels)} were switched together, or in step with the size "
            f"of each {region}: what each of them brings can't be told apart."
        )
    fit = WLS(later[outcome].to_numpy(), design, weights=1 / due[outcome].to_numpy()).fit()
    rows, contrasts = channels, np.eye(len(channels), design.shape[1])
    if len(channels) > 1:
        mix = due[channels].sum().to_numpy()
        rows, contrasts = [*rows, TOGETHER], np.vstack([contrasts, mix / mix.sum() @ contrasts])
    found = fit.t_test(contrasts)
    return pd.DataFrame(
        np.column_stack([found.effect, found.conf_int(alpha=1 - confidence_level)]),
        index=pd.Index(rows, name="channel"),
        columns=["roas", "low", "high"],
    )


def _by_region(
    panel: pd.DataFrame, region: str, phase: str, before: Hashable, columns: list[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Each region's totals of the later weeks, as the weeks before would have it, and in fact."""
    require_ids(panel, region)
    require_complete(panel, phase, *columns)
    require_known([before], panel[phase].unique().tolist(), kind="phase", where=f'"{phase}"')
    numbers = pd.DataFrame(
        {column: as_numbers(panel[column], f'The column "{column}"') for column in columns}
    )
    is_before, regions = (panel[phase] == before).to_numpy(bool), panel[region].to_numpy()
    weekly = numbers[is_before].groupby(regions[is_before]).mean()
    later = numbers[~is_before].groupby(regions[~is_before])
    fewest = len(columns) + 3  # one more than the regression has coefficients
    if len(weekly) < fewest or not weekly.index.equals(later.size().index):
        raise InputError(
            f'Each "{region}" needs rows before and after the switch, and there must be '
            f"{fewest} of them or more."
        )
    return weekly.mul(later.size(), axis=0), later.sum()
