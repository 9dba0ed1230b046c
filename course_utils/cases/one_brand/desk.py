"""The desk: six dials that stand where they stood, a button that runs the month, and what came.

It is a thin shell over `brand.run(…)` and its reports: whatever it does can be done in code.
"""

import base64
from collections.abc import Mapping
from html import escape
from typing import Any

import ipywidgets as widgets
import numpy as np
import pandas as pd

from course_utils.cases.one_brand.dials import SAID, Dials, Month
from course_utils.cases.one_brand.reports import REPORTS
from course_utils.cases.one_brand.runs import REHEARSAL, Run
from course_utils.cases.one_brand.year import (
    ADS_STEP,
    HIGHEST_PRICE,
    LOWEST_PRICE,
    MEMBERSHIPS,
    MONTHS,
    MOST_ADS,
    PAGES,
    RECALLS,
    TEST_PRICES,
    TESTS,
)
from course_utils.exercises.feedback import Feedback
from course_utils.figures.live import LiveFigure
from course_utils.figures.style import CLAIM, MUTED, YOU, panels
from course_utils.widgets.asleep import Bundle, stored_beside
from course_utils.widgets.callbacks import guarded

ROWS = 12  # of a report that are shown: the last ones


class Desk(widgets.VBox):
    """The dials, the tests for sale, the month's button, the reports, a figure and a sentence."""

    def __init__(self, run: Run) -> None:
        self.words: Mapping[str, Any] = SAID["desk"]
        self._brand = run
        self.controls = self._dials()
        self.tests = {
            test: widgets.Checkbox(
                description=self.words["test"].format(name=self.words["tests"][test], price=price),
                indent=False,
            )
            for test, price in zip(TESTS, TEST_PRICES, strict=True)
        }
        self.button = widgets.Button(button_style="primary")
        self.view = widgets.Dropdown(
            options=[(self.words["reports"][name], name) for name in REPORTS],
            description=self.words["report"],
        )
        self.costs, self.table, self.sentence = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.figure = Figure(run, self.words)
        self._said = ""
        self._next = 1
        self.show(self.words["welcome"])
        self.button.on_click(guarded(lambda _: self._run(), self.sentence))
        self.view.observe(guarded(lambda _: self._show_table(), self.sentence), "value")
        for control in (*self.controls.values(), *self.tests.values()):
            control.observe(guarded(lambda _: self._show_costs(), self.sentence), "value")
        super().__init__(self._rows())
        self.add_class("course-desk")

    # Driving it -----------------------------------------------------------------------------

    @property
    def chosen(self) -> dict[str, Any]:
        """The dials as the controls stand."""
        return {name: control.value for name, control in self.controls.items()}

    @property
    def text(self) -> str:
        """The desk in words."""
        return f"{self.title}. {self._said} {self._in_advance()}".strip()

    @property
    def title(self) -> str:
        """Which run this is the desk of, and whether it counts."""
        return str(self.words["titles"][self._brand.name.rstrip("0123456789")])

    def _run(self) -> None:
        bought = [test for test, box in self.tests.items() if box.value]
        said = self._brand.run(self._next, tests=bought, **self.chosen)
        if said.status == "unreadable":  # nothing was run: the dials stay as they are
            self._said = said.text
            self.sentence.value = said.html()
            return
        self.show(said.text, said)

    def show(self, said: str, feedback: Feedback | None = None) -> None:
        """Show the run as it stands on record, whoever ran its last month."""
        done = len(self._brand.played.months)
        self._next = min(done + 1, self._brand.length)
        for name, value in self._brand.dials.as_fields().items():
            self.controls[name].value = value
        for box in self.tests.values():
            box.value = False
        over = done >= self._brand.length
        self.button.description = self.words["over" if over else "run"].format(month=self._next)
        self.button.disabled = over
        self._said = said
        self.sentence.value = (feedback or Feedback("info", said)).html()
        self._show_costs()
        self._show_table()
        self.figure.show()

    def _show_costs(self) -> None:
        self.costs.value = f'<p class="course-aside">{escape(self._in_advance())}</p>'

    def _in_advance(self) -> str:
        if self._brand.over:
            return ""
        bought = tuple(test for test, box in self.tests.items() if box.value)
        month = Month(Dials(**self.chosen), bought)
        costs = month.in_advance(self._brand.world)
        return str(self.words["costs"].format(costs=costs, cash=self._brand.played.cash))

    def _show_table(self) -> None:
        parts = []
        played = self._brand.played
        if played.months:
            parts.append(_table(self._brand.report(self.view.value).tail(ROWS)))
            for test in played.months[-1].tests:
                title = self.words["found"].format(name=self.words["tests"][test])
                parts += [f"<h4>{escape(title)}</h4>", _table(self._brand.test(test).head(ROWS))]
            if self._brand.name == REHEARSAL:
                title = self.words["truth"]
                parts += [f"<h4>{escape(title)}</h4>", _table(self._brand.truth())]
        self.table.value = "".join(parts) or f"<p>{escape(self.words['no_report'])}</p>"

    # How it looks ---------------------------------------------------------------------------

    def _dials(self) -> dict[str, Any]:
        labels, said = self.words["labels"], SAID["dials"]

        def slider(name: str, low: int, high: int, step: int) -> widgets.IntSlider:
            return widgets.IntSlider(
                min=low, max=high, step=step, description=labels[name], readout_format=",d"
            )

        def options(name: str, choices: Any) -> list[tuple[str, Any]]:
            names = ("days", "coupon") if name == "recall" else ("threshold", "reward")
            return [
                (
                    said[f"no_{name}"]
                    if choice is None
                    else self.words[name].format(**dict(zip(names, choice, strict=True))),
                    choice,
                )
                for choice in choices
            ]

        return {
            "search": slider("search", 0, MOST_ADS, ADS_STEP),
            "social": slider("social", 0, MOST_ADS, ADS_STEP),
            "price": slider("price", LOWEST_PRICE, HIGHEST_PRICE, 1),
            "page": widgets.ToggleButtons(
                options=[(said[page], page) for page in PAGES], description=labels["page"]
            ),
            "recall": widgets.Dropdown(
                options=options("recall", RECALLS), description=labels["recall"]
            ),
            "membership": widgets.Dropdown(
                options=options("membership", MEMBERSHIPS), description=labels["membership"]
            ),
        }

    def _rows(self) -> list[widgets.Widget]:
        return [
            widgets.HTML(f"<h3>{escape(self.title)}</h3>"),
            widgets.GridBox(list(self.controls.values())),
            widgets.HTML(f"<p>{escape(self.words['for_sale'])}</p>"),
            widgets.HBox(list(self.tests.values())),
            widgets.HBox([self.button, self.costs]),
            self.sentence,
            self.figure.live.image,
            self.view,
            self.table,
        ]

    def _repr_mimebundle_(self, **kwargs: Any) -> Bundle:
        live = self.figure.live
        png = base64.b64encode(live.image.value).decode("ascii")
        about = {"width": int(live.image.width), "alt": live.alt}
        return stored_beside(super()._repr_mimebundle_(**kwargs), self.text, png, **about)


class Figure:
    """What each month left, beside the same month of last year; the axes keep still."""

    def __init__(self, run: Run, said: Mapping[str, Any]) -> None:
        self._brand = run
        before = run.last_year("shop")["contribution"].to_numpy() / 1e3
        months = np.arange(1, MONTHS + 1)
        figure, (axes,) = panels(height=215)
        tall = 2.2 * max(float(before.max()), 100.0)
        axes.set(xlim=(0.4, MONTHS + 0.6), ylim=(-tall / 2, tall), xticks=months)
        axes.set(xlabel=SAID["debrief"]["month"], ylabel=said["left"])
        axes.axhline(0, color=MUTED, linewidth=1)
        axes.plot(months, before, "o-", color=MUTED, markersize=5, label=said["last_year"])
        self._range = (-tall / 2, tall)
        (self._line,) = axes.plot([], [], "o-", color=YOU, markersize=9, label=said["this_year"])
        for festival in (6, 11):
            axes.axvspan(festival - 0.5, festival + 0.5, color=CLAIM, alpha=0.07, linewidth=0)
        axes.legend(loc="lower right", ncols=2)
        figure.subplots_adjust(top=0.95)
        self.live = LiveFigure(figure, [self._line], alt=said["alt"])

    def show(self) -> None:
        """Draw the months that have been run."""
        played = self._brand.played
        done = len(played.months)
        left = played.year.contribution[:done] / 1e3
        self._line.set_data(np.arange(1, done + 1), np.clip(left, *self._range))
        self.live.draw()


def _table(frame: pd.DataFrame) -> str:
    return frame.to_html(index=False, border=0, na_rep="–", classes="course-table")
