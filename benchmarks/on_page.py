"""What stands on the page that the screen benchmark drives: a lab's two peers."""

from dataclasses import replace

import ipywidgets as widgets
from IPython.display import display

from benchmarks.labs import drawn_anew, load_lab


def show_anew(case: str, name: str) -> None:
    """A lab's first slider and figure as `interact` has them: drawn anew, inline, at each move."""
    lab = load_lab(case, name)
    draw = drawn_anew(lab)
    key, slider = next(pair for pair in lab.controls.items() if hasattr(pair[1], "step"))

    def plot(**moved: float) -> None:
        display(draw(replace(lab.start, **moved)))

    widgets.interact(plot, **{key: (slider.min, slider.max, slider.step)})


def show_round_trip() -> None:
    """A slider whose value goes to the kernel and comes back as text: the least a move can take."""
    slider, text = widgets.IntSlider(), widgets.HTML()
    widgets.dlink((slider, "value"), (text, "value"), str)
    display(slider, text)
