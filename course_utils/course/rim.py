"""How far a picture reaches when some of what a class gave lies far out, and who is at its ends."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.markers import CARETLEFT, CARETRIGHT

from course_utils.course import words

FAR = 5  # times as far from the others as these lie apart: beyond the picture
TALLEST = 340  # pixels on the page, so that a picture and the controls fit a projector
ASKED = 3  # at most so many at either end are named, to be asked why
MAY_BE_WILD = 5  # at most one in so many at either side


def span(values: Sequence[float], marks: Sequence[float]) -> tuple[float, float]:
    """From where to where all values lie but the wild ones, and all marks, with some room.

    It begins with the middle of the values and goes on to the next one, on either side, as long as
    that is no great leap.
    """
    ordered = sorted(values)
    first = len(ordered) // MAY_BE_WILD
    last = len(ordered) - 1 - first
    while True:
        low, high = (ordered[first], ordered[last]) if ordered else (marks[0], marks[0])
        leap = FAR * (high - low or abs(high) or 1.0)
        if first > 0 and low - ordered[first - 1] <= leap:
            first -= 1
        elif last < len(ordered) - 1 and ordered[last + 1] - high <= leap:
            last += 1
        else:
            break
    low, high = min([low, *marks]), max([high, *marks])
    room = 0.05 * (high - low) or 1.0
    return low - room, high + room


def ends(names: Sequence[str]) -> str:
    """A sentence that names the first and the last of them, who are in order; "" for one alone."""
    some = min(ASKED, len(names) // 2)
    if not some:
        return ""
    lowest, highest = ", ".join(names[:some]), ", ".join(names[: -some - 1 : -1])
    return words.ends.format(lowest=lowest, highest=highest)


def arrow(axes: Axes, rim: tuple[float, float], value: float, height: float, colour: str) -> bool:
    """Point beyond the picture's rim if the value lies there; whether it does."""
    at = float(np.clip(value, *rim))
    if at != value:
        sign = CARETLEFT if value < at else CARETRIGHT  # their points are at the rim
        axes.plot([at], [height], color=colour, marker=sign, markersize=9, clip_on=False)
    return at != value
