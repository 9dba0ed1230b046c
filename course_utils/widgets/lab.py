"""A lab: settings → result → figure, and the thin shell of controls over them.

The case brings `Settings`, a frozen dataclass; a `Model`, which computes a `Result` from them; and
a `Figure`, which draws it. The shell moves the settings and shows the rest.
"""

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from html import escape
from typing import Any, Protocol

import ipywidgets as widgets

from course_utils.exercises.feedback import Feedback
from course_utils.figures.live import LiveFigure
from course_utils.widgets import words as engine_words
from course_utils.widgets.asleep import Bundle, stored_beside
from course_utils.widgets.callbacks import guarded


class Model(Protocol):
    """What works out a result from settings."""

    def compute(self, settings: Any) -> Any: ...  # noqa: D102


class Figure(Protocol):
    """A live figure, and how a result moves its artists."""

    live: LiveFigure

    def show(self, settings: Any, result: Any) -> None: ...  # noqa: D102


@dataclass(frozen=True)
class Slider:
    """A number between two ends. `format` is how the readout is written ("d", ".1f")."""

    name: str
    low: float
    high: float
    step: float
    format: str = "d"

    def widget(self, label: str, value: Any) -> widgets.Widget:
        """The control itself."""
        make = widgets.IntSlider if self.format.endswith("d") else widgets.FloatSlider
        return make(
            value=value,
            min=self.low,
            max=self.high,
            step=self.step,
            readout_format=self.format,
            description=label,
        )


@dataclass(frozen=True)
class Switch:
    """Something that is on or off."""

    name: str

    def widget(self, label: str, value: Any) -> widgets.Widget:
        """The control itself."""
        return widgets.Checkbox(value=value, description=label, indent=False)


@dataclass(frozen=True)
class Choices:
    """One of several options; the settings hold the option's key.

    Its label in the lab's words is a table: the control's own name under `label`, and each option
    under its key.
    """

    name: str
    options: tuple[str, ...]

    def widget(self, label: Mapping[str, str], value: Any) -> widgets.Widget:
        """The control itself."""
        return widgets.ToggleButtons(
            options=[(label[option], option) for option in self.options],
            value=value,
            description=label["label"],
        )


Control = Slider | Switch | Choices


@dataclass(frozen=True)
class Round:
    """A question to a class about what a lab shows at one of its presets.

    `truth` is the answer in `unit`; `said` is the lab's own sentence at that preset.
    """

    preset: str
    ask: str
    unit: str
    truth: float
    said: str


def brief(number: float) -> str:
    """A number as one says it aloud: three figures, or a whole number."""
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"


class Lab(widgets.VBox):
    """Controls, a figure, and a sentence that says what the figure shows.

    `words` holds the title, a label for each control and a name for each preset. `start` is the
    settings at first and after a reset; a preset is a set of settings to jump to. `rounds` reads
    off the answer to a preset's question, which is in `words["rounds"]`; there {usual} is the same
    at the start.
    """

    def __init__(
        self,
        *,
        words: Mapping[str, Any],
        controls: Sequence[Control],
        start: Any,
        presets: Mapping[str, Any],
        model: Model,
        figure: Figure,
        takeaway: Callable[[Any, Any, Mapping[str, Any]], str],
        rounds: Mapping[str, Callable[[Any, Any], float]] | None = None,
    ) -> None:
        self.words = words
        self.start = start
        self.presets = dict(presets)
        self.model = model
        self.figure = figure
        self._takeaway = takeaway
        self._rounds = rounds or {}
        self._jumping = False
        self.sentence = widgets.HTML()
        self.controls = {
            control.name: control.widget(
                words["labels"][control.name], getattr(start, control.name)
            )
            for control in controls
        }
        self.buttons = {
            name: self._button(words["presets"][name], settings)
            for name, settings in self.presets.items()
        }
        self.buttons["reset"] = self._button(engine_words.reset, start)
        for control in self.controls.values():
            control.observe(guarded(self._moved, self.sentence), names="value")
        self._redraw()
        super().__init__(self._rows(controls))
        self.add_class("course-lab")

    # Driving it ----------------------------------------------------------------------------

    @property
    def settings(self) -> Any:
        """The settings as the controls stand."""
        return replace(self.start, **{name: box.value for name, box in self.controls.items()})

    @property
    def text(self) -> str:
        """The lab in words: its title and what the figure shows now."""
        return f"{self.words['title']}. {self._said}"

    def rounds(self) -> dict[str, Round]:
        """What a class can be asked before it sees a preset, by the preset."""
        return {name: self._round(name) for name in self._rounds}

    def _round(self, name: str) -> Round:
        read, said = self._rounds[name], self.words["rounds"][name]
        settings = self.presets[name]
        result = self.model.compute(settings)
        usual = read(self.start, self.model.compute(self.start))
        return Round(
            preset=self.words["presets"][name],
            ask=said["ask"].format(**asdict(settings), usual=usual),
            unit=said["unit"],
            truth=float(read(settings, result)),
            said=self._takeaway(settings, result, self.words),
        )

    def jump(self, settings: Any) -> None:
        """Put all controls at once to these settings, and draw once."""
        self._jumping = True
        try:
            for name, value in asdict(settings).items():
                self.controls[name].value = value
        finally:
            self._jumping = False
        self._redraw()

    def _moved(self, _: object) -> None:
        if not self._jumping:
            self._redraw()

    def _redraw(self) -> None:
        # What a callback raises never reaches the notebook, so that it has to be said here.
        try:
            settings = self.settings
            result = self.model.compute(settings)
            self.figure.show(settings, result)
            self.figure.live.draw()
            self._said = self._takeaway(settings, result, self.words)
            self.sentence.value = _paragraph(self._said)
        except Exception as error:
            self._said = engine_words.lab_failed.format(error=error)
            self.sentence.value = Feedback("unreadable", self._said).html()

    # How it looks --------------------------------------------------------------------------

    def _button(self, label: str, settings: Any) -> widgets.Button:
        button = widgets.Button(description=label)
        button.on_click(guarded(lambda _: self.jump(settings), self.sentence))
        return button

    def _rows(self, controls: Sequence[Control]) -> list[widgets.Widget]:
        sliders = [self.controls[c.name] for c in controls if isinstance(c, Slider)]
        switches = [self.controls[c.name] for c in controls if not isinstance(c, Slider)]
        rows = [widgets.HTML(f"<h3>{escape(self.words['title'])}</h3>")]
        rows.append(widgets.HBox(list(self.buttons.values())))
        if switches:
            rows.append(widgets.HBox(switches))
        rows.append(widgets.GridBox(sliders))
        return [*rows, self.figure.live.image, self.sentence]

    def _repr_mimebundle_(self, **kwargs: Any) -> Bundle:
        live = self.figure.live
        png = base64.b64encode(live.image.value).decode("ascii")  # empty if even the start failed
        about = {"width": int(live.image.width), "alt": live.alt}
        return stored_beside(super()._repr_mimebundle_(**kwargs), self.text, png, **about)


def _paragraph(sentence: str) -> str:
    return f'<p role="status" aria-live="polite" class="course-takeaway">{escape(sentence)}</p>'
