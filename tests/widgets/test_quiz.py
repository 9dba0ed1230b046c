import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.exercises.kinds import Unreadable
from course_utils.widgets.quiz import Quiz, read_number

QUESTIONS = {
    "two": {
        "ask": "Is 2 < 3?",
        "choices": [
            {"text": "Yes", "right": True, "say": "It is."},
            {"text": "No & never", "say": "Count <again>."},
        ],
    },
    "units": {
        "ask": "Points or percent?",
        "choices": [
            {"text": "Points", "say": "Not here."},
            {"text": "Percent", "say": "Not here either."},
            {"text": "Both", "right": True, "say": "Say which."},
        ],
    },
}


RISE = {
    "ask": "From 2% to 3%: by how many percent?",
    "unit": "percent",
    "ranges": [
        {"to": 49, "say": "Divide."},
        {"from": 49, "to": 51, "right": True, "say": "One half more."},
        {"from": 51, "say": "Less the one."},
    ],
}


@pytest.fixture
def kept():
    return []


@pytest.fixture
def quiz(kept):
    return Quiz(QUESTIONS, lambda *answer: kept.append(answer) or "")


def test_a_choice_is_answered_and_recorded(quiz, kept):
    quiz.answers[0].value = 1
    assert "Not yet." in quiz.replies[0].value
    assert "Count &lt;again&gt;." in quiz.replies[0].value
    assert quiz.replies[1].value == ""
    quiz.answers[0].value = 0
    assert "Right." in quiz.replies[0].value
    assert "It is." in quiz.replies[0].value
    assert kept == [("two", 1, False), ("two", 0, True)]


def test_the_score_comes_with_the_last_answer_and_follows_changes(quiz):
    quiz.answers[1].value = 2
    assert quiz.score.value == ""
    quiz.answers[0].value = 1
    assert "1 of 2 right." in quiz.score.value
    quiz.answers[0].value = 0
    assert "2 of 2 right." in quiz.score.value


def test_nothing_is_chosen_at_first_and_nothing_recorded(quiz, kept):
    assert [answer.value for answer in quiz.answers] == [None, None]
    assert kept == []
    quiz.answers[0].value = 0
    quiz.answers[0].value = None
    assert kept == [("two", 0, True)]


def test_every_choice_of_every_question_has_its_own_reply(quiz, kept):
    for number, question in enumerate(QUESTIONS.values()):
        replies = set()
        for place in range(len(question["choices"])):
            quiz.answers[number].value = place
            replies.add(quiz.replies[number].value)
        assert len(replies) == len(question["choices"])
    assert [right for *_, right in kept] == [True, False, False, False, True]


def test_what_fails_is_said_on_the_page():
    def fails(*answer):
        raise RuntimeError("the disk is gone")

    quiz = Quiz({**QUESTIONS, "rise": RISE}, fails)
    quiz.answers[0].value = 1
    quiz.answers[2].field.value = "50"
    for place in (0, 2):
        assert "could not be done (RuntimeError: the disk is gone)" in quiz.replies[place].value


def test_what_cannot_be_kept_is_said():
    quiz = Quiz(QUESTIONS, lambda *answer: "Your work can't be saved.")
    quiz.answers[0].value = 0
    assert "It is. Your work can&#x27;t be saved." in quiz.replies[0].value


def test_the_text_form_lists_every_question_and_choice_and_no_answer(quiz):
    bundle, _ = quiz._repr_mimebundle_()
    text = bundle["text/plain"]
    assert text.splitlines() == [
        "1. Is 2 < 3?",
        "   ( ) Yes",
        "   ( ) No & never",
        "2. Points or percent?",
        "   ( ) Points",
        "   ( ) Percent",
        "   ( ) Both",
    ]
    quiz.answers[0].value = 0
    assert quiz._repr_mimebundle_()[0]["text/plain"] == text
    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"] == quiz.model_id


def test_questions_are_shown_as_text(quiz):
    assert "<strong>1. Is 2 &lt; 3?</strong>" in quiz.children[0].value


def test_questions_replies_and_score_stand_in_reading_order(quiz):
    parts = [quiz.answers[0], quiz.replies[0], quiz.answers[1], quiz.replies[1], quiz.score]
    assert [child for child in quiz.children if child in parts] == parts


# A question that asks for a number


@pytest.fixture
def rise(kept):
    return Quiz({"two": QUESTIONS["two"], "rise": RISE}, lambda *answer: kept.append(answer) or "")


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("–5", 0),
        ("５０％", 1),
        ("1", 0),
        ("48.99", 0),
        ("49", 1),
        ("50 %", 1),
        ("50", 1),
        ("51", 2),
        ("-1e6", 0),
        ("1e6", 2),
    ],
)
def test_a_number_gets_the_reply_of_its_range(rise, kept, written, place):
    rise.answers[1].field.value = written
    chosen = RISE["ranges"][place]
    assert chosen["say"] in rise.replies[1].value
    assert ("Right." in rise.replies[1].value) == (place == 1)
    assert kept == [("rise", place, place == 1)]


def test_a_number_counts_in_the_score(rise):
    rise.answers[0].value = 0
    assert rise.score.value == ""
    rise.answers[1].field.value = "50"
    assert "2 of 2 right." in rise.score.value
    rise.answers[1].field.value = "60"
    assert "1 of 2 right." in rise.score.value


@pytest.mark.parametrize("written", ["", "a lot", "12,5", "1 2", "nan", "inf", "1e999", "5 yuan"])
def test_what_is_no_number_gets_a_sentence_and_is_not_recorded(rise, kept, written):
    rise.answers[0].value = 0
    rise.answers[1].field.value = "50"
    recorded = list(kept)
    rise.answers[1].field.value = written
    assert "Give one number in percent" in rise.answers[1].complaint.value
    assert rise.replies[1].value == rise.score.value == ""
    assert kept == recorded
    rise.answers[1].field.value = "50"
    assert rise.answers[1].complaint.value == ""
    assert "2 of 2 right." in rise.score.value


@given(st.floats(-1e12, 1e12), st.sampled_from(["{}", " {} ", "{}%", "{} %", "{} percent"]))
def test_a_number_is_read_as_it_is_written(number, form):
    assert read_number(form.format(number), "percent") == number
    grouped = form.format(f"{number:,.2f}").replace("-", "−")
    assert read_number(grouped, "percent") == round(number, 2)


def test_a_sign_of_another_unit_is_not_passed_over():
    assert read_number("80 元", "yuan") == 80
    with pytest.raises(Unreadable, match="in yuan"):
        read_number("80%", "yuan")


def test_the_field_says_what_goes_into_it(rise):
    assert rise.answers[1].field.description == "Your answer in percent, then Enter"
    assert rise._repr_mimebundle_()[0]["text/plain"].splitlines()[3:] == [
        "2. From 2% to 3%: by how many percent?",
        "   ____ percent",
    ]


def test_a_question_by_itself_shares_its_answer_with_the_whole_quiz(quiz, kept):
    first, last = quiz.question(1), quiz.question(len(QUESTIONS))
    assert quiz.answers[0] in first.children
    assert quiz.replies[0] in first.children
    assert quiz.score in last.children
    assert quiz.score not in first.children
