import re
from html.parser import HTMLParser

import pytest

from course_utils.exercises.feedback import Feedback

STATUSES = ["right", "noted", "slip", "wrong", "unreadable", "blank", "info"]
NASTY = 'a < b & "c" <script>alert(1)</script> {x} 复购率'


class Page(HTMLParser):
    """Tags and words of a page; fails when a tag is left open."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.open, self.words = [], [], ""
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words += data + " "


def squeezed(text):
    return re.sub(r"\s+", " ", text).strip()


@pytest.mark.parametrize("status", STATUSES)
def test_both_forms_say_the_same_words(status):
    feedback = Feedback(status, f"First.\n\n{NASTY}", code="x = 1 < 2\ny = x")
    page = Page(feedback.html())
    mark = next(squeezed(word) for word in page.words.split() if word)
    assert squeezed(page.words) == f"{mark} {squeezed(str(feedback))}"


@pytest.mark.parametrize(
    ("status", "opening"),
    [
        ("right", "Right."),
        ("noted", "Noted."),
        ("slip", "Not yet."),
        ("wrong", "Not yet."),
        ("unreadable", "Can't read that."),
        ("blank", "Not attempted yet."),
    ],
)
def test_the_status_opens_the_message_in_words(status, opening):
    assert str(Feedback(status, "So.")) == f"{opening} So."
    assert Page(Feedback(status, "So.").html()).words.count(opening) == 1


def test_information_has_no_opening():
    assert str(Feedback("info", "So.")) == "So."
    assert not [tag for tag, _ in Page(Feedback("info", "So.").html()).tags if tag == "strong"]


def test_right_and_not_yet_differ_in_more_than_colour():
    pages = {status: Page(Feedback(status, "So.").html()).words for status in STATUSES}
    assert len({pages["right"], pages["slip"], pages["unreadable"], pages["blank"]}) == 4


def test_what_a_trainee_typed_is_shown_and_never_run():
    page = Page(Feedback("wrong", NASTY, code=NASTY).html())
    assert "script" not in [tag for tag, _ in page.tags]
    assert page.words.count("<script>alert(1)</script>") == 2


def test_a_screen_reader_hears_the_words_and_not_the_mark():
    tags = Page(Feedback("right", "So.").html()).tags
    assert [attributes["role"] for tag, attributes in tags if "role" in attributes] == ["status"]
    assert [tag for tag, attributes in tags if attributes.get("aria-hidden") == "true"] == ["span"]


def test_each_paragraph_and_the_code_have_a_block_of_their_own():
    tags = [tag for tag, _ in Page(Feedback("right", "A.\n\nB.\n\nC.", code="x").html()).tags]
    assert tags.count("p") == 3
    assert tags.count("pre") == 1
    assert "pre" not in [tag for tag, _ in Page(Feedback("right", "A.").html()).tags]


def test_a_notebook_gets_both_forms():
    feedback = Feedback("right", "So.", code="x = 1")
    assert feedback._repr_mimebundle_(include=None, exclude=None) == {
        "text/plain": "Right. So.\n\nx = 1",
        "text/html": feedback.html(),
    }
