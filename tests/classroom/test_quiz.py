import pytest

from course_utils.classroom.quiz import Quiz

QUESTIONS = [
    {
        "ask": "Is 2 < 3?",
        "choices": [
            {"text": "Yes", "right": True, "say": "It is."},
            {"text": "No & never", "say": "Count <again>."},
        ],
    },
    {
        "ask": "Points or percent?",
        "choices": [
            {"text": "Points", "say": "Not here."},
            {"text": "Percent", "say": "Not here either."},
            {"text": "Both", "right": True, "say": "Say which."},
        ],
    },
]


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
    assert kept == [(1, 1, False), (1, 0, True)]


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
    assert kept == [(1, 0, True)]


def test_every_choice_of_every_question_has_its_own_reply(quiz, kept):
    for number, question in enumerate(QUESTIONS):
        replies = set()
        for place in range(len(question["choices"])):
            quiz.answers[number].value = place
            replies.add(quiz.replies[number].value)
        assert len(replies) == len(question["choices"])
    assert [right for *_, right in kept] == [True, False, False, False, True]


def test_what_cannot_be_kept_is_said():
    quiz = Quiz(QUESTIONS, lambda *answer: "Your work can't be saved.")
    quiz.answers[0].value = 0
    assert "It is. Your work can&#x27;t be saved." in quiz.replies[0].value


def test_the_text_form_lists_every_question_and_choice_and_no_answer(quiz):
    bundle = quiz._repr_mimebundle_()
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
    assert quiz._repr_mimebundle_()["text/plain"] == text
    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"] == quiz.model_id


def test_questions_are_shown_as_text(quiz):
    assert "<strong>1. Is 2 &lt; 3?</strong>" in quiz.children[0].value


def test_questions_replies_and_score_stand_in_reading_order(quiz):
    parts = [quiz.answers[0], quiz.replies[0], quiz.answers[1], quiz.replies[1], quiz.score]
    assert [child for child in quiz.children if child in parts] == parts
