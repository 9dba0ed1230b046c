"""The shell of a lab, on a small one made here; then every lab of every case, without a browser."""

import base64
import gc
import importlib
import pkgutil
import sys
import tracemalloc
import warnings
from dataclasses import asdict, dataclass, fields, replace
from itertools import product

import ipywidgets as widgets
import pytest
from matplotlib.artist import Artist
from matplotlib.figure import Figure

from course_utils import cases
from course_utils.figures.live import LiveFigure
from course_utils.figures.style import WIDTH
from course_utils.widgets.lab import Lab, Slider, Switch
from course_utils.widgets.words import asleep

WORDS = {
    "title": "Tea & <cups>",
    "takeaway": "{price} yuan <b>{open}</b>",
    "alt": "A dot.",
    "labels": {"price": "Price", "sugar": "Sugar", "open": "Open"},
    "presets": {"dear": "Dear"},
}


@dataclass(frozen=True)
class Settings:
    price: int = 10
    sugar: float = 0.5
    open: bool = True


class Dot:
    """A figure with one dot, which leaves the figure's memory alone."""

    def __init__(self):
        figure = Figure(figsize=(2, 1.5))
        axes = figure.subplots()
        axes.set(xlim=(0, 100), ylim=(0, 1))
        (self.dot,) = axes.plot([0], [0], "o")
        self.live = LiveFigure(figure, [self.dot], alt=WORDS["alt"])

    def show(self, settings, result):
        self.dot.set_data([settings.price], [result])


def halved(settings):
    return settings.sugar / 2


class Model:
    """Computes as a function does."""

    def __init__(self, compute):
        self.compute = compute


def make(compute=halved, figure=None, **changes):
    parts = {
        "words": WORDS,
        "controls": (Slider("price", 1, 99, 1), Slider("sugar", 0, 1, 0.1, ".1f"), Switch("open")),
        "start": Settings(),
        "presets": {"dear": Settings(price=90, open=False)},
        "model": Model(compute),
        "figure": figure or Dot(),
        "takeaway": lambda settings, result, words: words["takeaway"].format(**asdict(settings)),
    }
    return Lab(**parts | changes)


def picture_of(lab):
    return bytes(lab.figure.live.image.value)


@pytest.fixture
def alive():
    """Counts the artists and widgets that were made since the test began."""
    gc.collect()
    gc.freeze()  # all that other tests have left would take seconds to look through

    def count():
        gc.collect()
        kinds = (Artist, widgets.Widget)
        return sum(issubclass(type(thing), kinds) for thing in gc.get_objects())

    yield count
    gc.unfreeze()


# The shell


def test_a_control_moves_the_settings_the_figure_and_the_sentence():
    lab = make()
    before = picture_of(lab)
    lab.controls["price"].value = 60
    assert lab.settings == Settings(price=60)
    assert picture_of(lab) != before
    assert lab.text == "Tea & <cups>. 60 yuan <b>True</b>"


def test_a_control_is_what_it_says():
    controls = make().controls
    assert isinstance(controls["price"], widgets.IntSlider)
    assert isinstance(controls["sugar"], widgets.FloatSlider)
    assert isinstance(controls["open"], widgets.Checkbox)
    assert [box.description for box in controls.values()] == ["Price", "Sugar", "Open"]
    assert (controls["price"].min, controls["price"].max, controls["price"].step) == (1, 99, 1)
    assert Settings(**{name: box.value for name, box in controls.items()}) == Settings()


def test_presets_and_reset_move_every_control_and_draw_once():
    asked = []
    lab = make(compute=lambda settings: asked.append(settings) or halved(settings))
    first = picture_of(lab)
    asked.clear()
    lab.buttons["dear"].click()
    assert asked == [Settings(price=90, open=False)] == [lab.settings]
    lab.controls["sugar"].value = 1.0
    lab.buttons["reset"].click()
    assert asked[2:] == [Settings()]
    assert picture_of(lab) == first


def test_buttons_carry_their_names():
    buttons = make().buttons
    assert {name: button.description for name, button in buttons.items()} == {
        "dear": "Dear",
        "reset": "Reset",
    }


def test_words_are_shown_as_text():
    lab = make()
    page = "".join(child.value for child in lab.children if isinstance(child, widgets.HTML))
    assert "Tea &amp; &lt;cups&gt;" in page
    assert "10 yuan &lt;b&gt;True&lt;/b&gt;" in page
    assert 'role="status"' in lab.sentence.value


def test_a_static_reader_gets_the_picture_and_the_words():
    lab = make()
    lab.controls["price"].value = 60
    bundle, metadata = lab._repr_mimebundle_()
    assert bundle["text/plain"] == lab.text
    assert base64.b64decode(bundle["image/png"]) == picture_of(lab)
    assert metadata["image/png"] == {"width": 200, "alt": "A dot."}
    assert metadata["course"] == {"asleep": asleep}
    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"] == lab.model_id


def test_settings_that_cannot_be_worked_out_leave_the_figure_and_say_so():
    def picky(settings):
        if settings.price > 50:
            raise ValueError("too <dear>")
        return halved(settings)

    lab = make(compute=picky)
    lab.controls["price"].value = 40
    shown = picture_of(lab)
    lab.controls["price"].value = 60
    assert picture_of(lab) == shown
    assert "can&#x27;t be worked out: too &lt;dear&gt;" in lab.sentence.value
    assert "can't be worked out: too <dear>" in lab.text
    assert base64.b64decode(lab._repr_mimebundle_()[0]["image/png"]) == shown
    lab.controls["price"].value = 40
    assert picture_of(lab) == shown
    assert lab.text == "Tea & <cups>. 40 yuan <b>True</b>"


def test_a_figure_that_cannot_be_drawn_stays_as_it_was():
    class Shaky(Dot):
        def show(self, settings, result):
            super().show(settings, result)
            if settings.price > 50:
                raise ZeroDivisionError("no room")

    lab = make(figure=Shaky())
    shown = picture_of(lab)
    lab.controls["price"].value = 60
    assert picture_of(lab) == shown
    assert "no room" in lab.text
    assert base64.b64decode(lab._repr_mimebundle_()[0]["image/png"]) == shown


def test_a_lab_that_cannot_even_start_is_still_there():
    def broken(settings):
        raise ValueError("no data")

    lab = make(compute=broken)
    bundle, metadata = lab._repr_mimebundle_()
    assert "no data" in bundle["text/plain"]
    assert "image/png" not in bundle
    assert "image/png" not in metadata


def test_a_thousand_moves_leave_nothing_behind(alive):
    lab = make()

    def move(times):
        for i in range(times):
            lab.controls["price"].value = 1 + i % 99

    def kept():
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    move(10)
    before = alive()
    move(690)
    tracemalloc.start()
    try:
        move(150)  # until most of Python's own caches are full
        early = kept()
        move(150)
        late = kept()
    finally:
        tracemalloc.stop()
    picture = len(picture_of(lab))
    assert late - early < 150 * picture / 2
    assert alive() == before


# Every lab of every case


def find_labs():
    for found in pkgutil.iter_modules(cases.__path__):
        module = importlib.import_module(f"course_utils.cases.{found.name}")
        for name in getattr(module, "case", None).labs if hasattr(module, "case") else ():
            yield pytest.param((module.case, name), id=f"{found.name}-{name}")


LABS = [*find_labs()]


@pytest.fixture(scope="module", params=LABS)
def lab(request):
    case, name = request.param
    return case.lab(name)


@pytest.fixture(autouse=True)
def from_the_start(request):
    if "lab" in request.fixturenames:
        request.getfixturevalue("lab").buttons["reset"].click()


def ends(control):
    """The two ends of a slider, both states of a switch, every one of several options."""
    if hasattr(control, "options"):
        return [value for _, value in control.options]
    return [control.min, control.max] if hasattr(control, "min") else [False, True]


def assert_in_order(lab):
    assert "can't be worked out" not in lab.text
    assert "{" not in lab.text
    assert "nan" not in lab.text
    assert "inf" not in lab.text.split()
    assert lab.text.split(". ", 1)[1] in lab.sentence.value.replace("&#x27;", "'").replace(
        "&amp;", "&"
    )


def test_every_control_changes_figure_and_sentence_from_end_to_end(lab):
    for name, control in lab.controls.items():
        lab.buttons["reset"].click()
        pictures, sentences = set(), set()
        for value in ends(control):
            control.value = value
            assert getattr(lab.settings, name) == value
            assert_in_order(lab)
            pictures.add(picture_of(lab))
            sentences.add(lab.text)
        assert len(pictures) == len(sentences) == len(ends(control)), name


def test_every_corner_of_the_controls_has_a_clear_sentence(lab):
    corners = list(product(*map(ends, lab.controls.values())))
    step = len(corners) // 64 | 1  # an odd one, so that each control comes to each of its ends
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for corner in [*corners[::step], corners[-1]]:
            lab.jump(replace(lab.start, **dict(zip(lab.controls, corner, strict=True))))
            assert_in_order(lab)


def test_the_same_settings_are_the_same_picture_and_words(lab):
    start = picture_of(lab), lab.text
    seen = {}
    for _ in range(2):
        for name, settings in lab.presets.items():
            lab.buttons[name].click()
            assert lab.settings == settings
            assert_in_order(lab)
            assert seen.setdefault(name, (picture_of(lab), lab.text)) == (
                picture_of(lab),
                lab.text,
            )
    lab.buttons["reset"].click()
    assert lab.settings == lab.start
    assert (picture_of(lab), lab.text) == start
    assert len({text for _, text in seen.values()}) == len(seen)


def test_there_are_presets_and_each_setting_has_its_control(lab):
    assert len(lab.presets) >= 2
    assert {field.name for field in fields(lab.start)} == lab.controls.keys()
    assert all(isinstance(settings, type(lab.start)) for settings in lab.presets.values())


def test_presets_stand_on_the_steps_of_the_controls(lab):
    for settings in (lab.start, *lab.presets.values()):
        for name, control in lab.controls.items():
            value = getattr(settings, name)
            if hasattr(control, "step"):
                assert control.min <= value <= control.max
                assert (value - control.min) % control.step == pytest.approx(0)
            else:
                assert value in ends(control)


def test_a_choice_is_one_among_named_options(lab):
    for name, control in lab.controls.items():
        if hasattr(control, "options"):
            said = lab.words["labels"][name]
            assert isinstance(control, widgets.ToggleButtons)
            assert control.description == said["label"]
            assert all(label == said[value] for label, value in control.options)


def test_the_stored_output_holds_picture_and_words(lab):
    bundle, metadata = lab._repr_mimebundle_()
    assert bundle["text/plain"] == lab.text
    assert metadata["image/png"] == {"width": WIDTH, "alt": lab.words["alt"]}
    data = base64.b64decode(bundle["image/png"])
    assert data == picture_of(lab)
    assert "application/vnd.jupyter.widget-view+json" in bundle


def test_the_picture_has_words_for_those_who_cannot_see_it(lab):
    assert lab.figure.live.alt == lab.words["alt"]
    assert all(control.description for control in lab.controls.values())


def test_held_sliders_leave_no_artist_and_no_widget_behind(alive):
    labs = [case.lab(name) for ((case, name),) in (param.values for param in LABS)]
    before = alive()
    for lab in labs:
        control = next(box for box in lab.controls.values() if hasattr(box, "min"))
        for i in range(20):
            control.value = (control.min, control.max)[i % 2]
    assert alive() == before


def test_every_lab_is_made_of_the_same_five_words(lab):
    module = sys.modules[type(lab.figure).__module__]
    assert isinstance(lab.figure, module.Figure)
    assert isinstance(lab.model, module.Model)
    assert isinstance(lab.start, module.Settings)
    assert isinstance(lab.model.compute(lab.start), module.Result)
    assert module.make_lab
