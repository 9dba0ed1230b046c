"""House style, charts, and the fast live figure that labs draw on."""

from course_utils.figures.charts import (
    show_acquisition,
    show_by,
    show_demand,
    show_effects,
    show_effects_by,
    show_event_study,
    show_histograms,
    show_lines,
    show_positions,
    show_response,
    show_rois,
    show_waiting,
    show_waterfall,
)

__all__ = [
    "show_acquisition",
    "show_by",
    "show_demand",
    "show_effects",
    "show_effects_by",
    "show_event_study",
    "show_histograms",
    "show_lines",
    "show_positions",
    "show_response",
    "show_rois",
    "show_waiting",
    "show_waterfall",
]
