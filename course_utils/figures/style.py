"""The house style: colours by what they mean, type, margins, and a fresh figure in that style.

A colour says whose number it is, in every figure of the course: CLAIM is always the brand's
headline, TRUTH always what happened in the simulated world. All of them read as text on white
(contrast 4.5 or more) and keep apart for colour-blind eyes.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib
from cycler import cycler
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure

CLAIM = "#B85C00"  # what the brand says
DATA = "#004A85"  # what the data show
TRUTH = "#111820"  # what happened in this world
YOU = "#A23FD0"  # the trainee's own estimate or decision
GOOD = "#04844F"  # a gain, a pass
BAD = "#841010"  # a loss, an alarm
MUTED = "#667080"  # context, and small print
INK = TRUTH  # titles and words
PAPER = "#FFFFFF"
RULE = "#E4E7EB"  # grid lines

ROLES = (CLAIM, DATA, TRUTH, YOU, GOOD, BAD, MUTED)

# Looks of all but figures; its colours are these.
STYLE_SHEET = (
    Path(__file__).resolve().parents[2]
    / "jupyter/share/jupyter/labextensions/course/static/course.css"
)

CHINESE_FONT = Path(__file__).with_name("fonts") / "CourseChinese.ttf"

CSS_DPI = 100  # figure inches to pixels on the page
DEVICE_SCALE = 2  # device pixels to a pixel on the page: sharp on high-density screens

WIDTH = 900  # pixels on the page; the same for every figure
_LEFT, _RIGHT, _TOP, _BOTTOM, _GAP = 76, 20, 48, 62, 84  # margins in pixels on the page

_RULES: dict[Any, Any] = {
    "figure.figsize": (WIDTH / CSS_DPI, 3.8),
    "figure.dpi": CSS_DPI,
    "figure.facecolor": PAPER,
    "figure.autolayout": False,
    "figure.constrained_layout.use": False,
    "font.size": 12,
    # Twice the page's resolution needs no hinting, and text draws a third faster without it.
    "text.hinting": "no_hinting",
    "text.color": INK,
    "axes.facecolor": PAPER,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.titlesize": 14,
    "axes.titlepad": 12,
    "axes.labelsize": 12,
    "axes.labelpad": 6,
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.formatter.limits": (-4, 9),
    "axes.prop_cycle": cycler(color=[DATA, CLAIM, YOU, GOOD, MUTED, BAD]),
    "grid.color": RULE,
    "lines.linewidth": 2,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelsize": 11,
    "ytick.labelsize": 11,
    "legend.fontsize": 11,
    "legend.frameon": False,
}


def use() -> None:
    """Draw every figure made from now on in the house style, Chinese words included.

    It sets matplotlib's own settings, for ticks are made, and styled, only when a figure is drawn.
    """
    matplotlib.rcParams.update(_RULES)
    matplotlib.rcParams["font.family"] = ["DejaVu Sans", _chinese_family()]


def panels(widths: Sequence[float] = (1,), *, height: int = 380) -> tuple[Figure, list[Axes]]:
    """Make a figure with panels side by side, in the house style and with fixed margins.

    `widths` are the panels' relative widths, one a panel; `height` is the figure's, in pixels on
    the page (its width is 900). Beside an axis there is room for a label and numbers of four
    figures: give larger ones in thousands or millions. The figure is matplotlib's but not
    pyplot's: nothing shows it unasked, and nothing has to close it.
    """
    use()
    figure = Figure(figsize=(WIDTH / CSS_DPI, height / CSS_DPI))
    plots = WIDTH - _LEFT - _RIGHT - _GAP * (len(widths) - 1)
    figure.subplots_adjust(
        left=_LEFT / WIDTH,
        right=1 - _RIGHT / WIDTH,
        bottom=_BOTTOM / height,
        top=1 - _TOP / height,
        wspace=_GAP * len(widths) / plots,
    )
    axes = figure.subplots(1, len(widths), squeeze=False, width_ratios=list(widths))
    return figure, list(axes[0])


@cache
def _chinese_family() -> str:
    fonts = font_manager.fontManager
    fonts.addfont(CHINESE_FONT)
    regular = fonts.ttflist[-1]
    # It stands in for the bold it lacks, or matplotlib complains at each bold title.
    fonts.ttflist.append(replace(regular, weight=700))
    return regular.name
