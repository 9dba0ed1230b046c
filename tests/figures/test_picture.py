"""A finished picture: its words reach every reader, and it comes out the same each time."""

import base64
import io

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display
from IPython.utils.capture import capture_output
from matplotlib import pyplot
from PIL import Image

from course_utils.figures.picture import Picture
from course_utils.figures.style import DATA, panels

WORDS = "Of 100 visitors <2 bought & 98 left."


def picture():
    figure, (axes,) = panels(height=200)
    axes.plot([0, 1], [1, 2], color=DATA)
    axes.set_title("What visitors did")
    return Picture(figure, WORDS)


@pytest.fixture
def outputs():
    """What a notebook's cell would hold after showing a picture."""
    InteractiveShell.instance()
    with capture_output() as captured:
        display(picture())
    yield captured.outputs
    InteractiveShell.clear_instance()


def test_a_notebook_shows_the_picture_and_under_it_the_words(outputs):
    image, caption = outputs
    assert image.data["text/plain"] == caption.data["text/plain"] == WORDS
    assert image.metadata["image/png"]["alt"] == WORDS
    assert "&lt;2 bought &amp; 98" in caption.data["text/html"]


def test_the_picture_is_twice_as_fine_as_it_is_wide(outputs):
    image, _ = outputs
    png = Image.open(io.BytesIO(base64.b64decode(image.data["image/png"])))
    assert image.metadata["image/png"]["width"] == 900
    assert png.size == (1_800, 400)


def test_what_a_strict_comparison_reads_holds_no_pixels(outputs):
    for output in outputs:
        compared = {kind: text for kind, text in output.data.items() if kind != "image/png"}
        assert all("base64" not in text and len(text) < 300 for text in compared.values())


def test_two_pictures_made_alike_are_equal_to_the_byte():
    assert picture().png == picture().png


def test_outside_a_notebook_it_is_its_words():
    assert repr(picture()) == WORDS


def test_a_figure_of_pyplot_is_closed():
    figure, _ = pyplot.subplots()
    Picture(figure, WORDS)
    assert not pyplot.fignum_exists(figure.number)
