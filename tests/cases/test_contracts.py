"""What every exercise, verdict, decision, lab and quiz of every case keeps to.

A new chapter is held to all of it without a new line here.
"""

import importlib
import math
import pkgutil
import random
import re
from ast import literal_eval
from dataclasses import FrozenInstanceError, fields, replace
from fractions import Fraction
from itertools import pairwise
from string import Formatter

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot

from course_utils import cases
from course_utils.cases.tables import DATA
from course_utils.course.chapters import chapters
from course_utils.exercises.blank import ____
from course_utils.exercises.feedback import Feedback
from course_utils.exercises.kinds import Drawing, Guess, Number, OneOf, Pick, Values
from course_utils.exercises.numerals import per_hundred, written_range
from course_utils.exercises.workbook import Decision, Exercise, VerdictQuestion
from course_utils.record import codes, progress
from course_utils.widgets.quiz import possible_answers
from course_utils.widgets.reveal import Reveal
from tests.cases.conftest import simulation_of
from tests.claims import claims_of, prose

LONGEST = 300  # characters of a sentence that somebody still reads
LONGEST_NAME = 34  # characters of what stands beside a row of a figure


def find_cases():
    """Every case by name, whichever chapters there are."""
    packages = [found.name for found in pkgutil.iter_modules(cases.__path__) if found.ispkg]
    modules = {name: importlib.import_module(f"course_utils.cases.{name}") for name in packages}
    return {name: module.case for name, module in modules.items() if hasattr(module, "case")}


CASES = find_cases()


def items(*wanted):
    """Name of the case and id, of each item of these classes."""
    return [
        pytest.param(name, id, id=f"{name}-{id}")
        for name, case in CASES.items()
        for id, item in case.book.items.items()
        if isinstance(item, wanted)
    ]


EXERCISES, VERDICTS, DECISIONS = items(Exercise), items(VerdictQuestion), items(Decision)
ALL = items(Exercise, VerdictQuestion, Decision)
SLIPS = [
    pytest.param(name, id, slip, id=f"{name}-{id}-{slip}")
    for name, case in CASES.items()
    for id, item in case.book.items.items()
    if isinstance(item, Exercise)
    for slip in item.slips
]


# Names, which records and codes go by ------------------------------------------------------


def test_no_two_items_of_the_course_share_a_name():
    names = [name for case in CASES.values() for name in case.book.items]
    assert len(set(names)) == len(names)
    assert all(name.isidentifier() for name in names)


@pytest.mark.parametrize("case", CASES.values(), ids=str)
def test_no_two_names_of_one_room_share_a_mark_in_codes(case):
    layout = case.layout()
    rooms = [layout.exercises, layout.verdicts, layout.decisions, layout.questions]
    within = [*layout.exercises.values(), *layout.decisions.values(), list(CASES)]
    for names, marks in [(room, codes.ITEMS) for room in rooms] + [
        (w, codes.OTHERS) for w in within
    ]:
        assert len({codes.mark(name, marks) for name in names}) == len(names)
    for question in case.words.get("quiz", {}).values():
        assert len(possible_answers(question)) <= codes.PLACES


@pytest.mark.parametrize("case", CASES.values(), ids=str)
def test_records_of_the_first_edition_are_about_items_that_are_there(case):
    names = progress.FIRST_EDITION.get(case.name, {})  # none of a case that is younger
    numbers = {number: name for number, name in names.items() if number != "quiz"}
    assert set(numbers.values()) <= set(case.book.items)
    assert set(names.get("quiz", {}).values()) <= set(case.words.get("quiz", {}))
    assert [number.partition(".")[2] for number in numbers] == [
        str(place) for place in range(1, len(numbers) + 1)
    ]


@pytest.fixture(autouse=True)
def no_figure_left():
    yield
    pyplot.close("all")


def evaluated(case, function, **known):
    return case.book.evaluate(function, case.load, **known)


def answer_of(case, id):
    return evaluated(case, case.book.items[id].answer)


def words_of(case, id):
    group = next(group for group in ("exercise", "verdict", "decision") if id in said(case, group))
    return case.words[group][id]


def said(case, group):
    return case.words.get(group, {})


def assert_a_sentence(feedback):
    assert isinstance(feedback, Feedback)
    assert feedback.text.strip()
    assert len(feedback.text) <= LONGEST
    assert "Traceback" not in feedback.text
    assert not re.search(r"[{}]|<class|object at 0x", feedback.text)


def test_both_ends_of_the_course_are_found():
    assert {"start_here", "appliance_page"} <= CASES.keys()


# Exercises: right, slips, blanks


@pytest.mark.parametrize(("name", "id"), EXERCISES)
def test_the_answer_is_right(fresh_case, name, id):
    case = fresh_case(name)
    kind, answer = case.book.items[id].kind, answer_of(case, id)
    feedback = case.check(id, answer)
    assert feedback.status == ("noted" if isinstance(kind, Guess) else "right")
    shown = kind.show(kind.read(answer))
    assert feedback.text == words_of(case, id)["right"].format(given=shown, answer=shown)
    assert case.log.latest("check", name, id)["status"] == feedback.status


@pytest.mark.parametrize(("name", "id", "slip"), SLIPS)
def test_a_slip_meets_its_own_sentence(fresh_case, name, id, slip):
    case = fresh_case(name)
    exercise = case.book.items[id]
    wrong = evaluated(case, exercise.slips[slip], answer=answer_of(case, id))
    feedback = case.check(id, wrong)
    assert (feedback.status, feedback.slip) == ("slip", slip)
    shown = exercise.kind.show(exercise.kind.read(wrong))
    assert feedback.text == words_of(case, id)["slips"][slip].format(given=shown)
    assert_a_sentence(feedback)


# What is near an answer or a slip, and what is not


def constant(value):
    """A function without parameters that gives this value."""
    return lambda: value


@pytest.fixture
def worked_out(fresh_case, monkeypatch):
    """A case whose exercise is worked out once, its answer, and its slips by name."""

    def begin(name, id):
        case = fresh_case(name)
        exercise = case.book.items[id]
        answer = exercise.kind.read(answer_of(case, id))
        slips = {
            slip: exercise.kind.read(evaluated(case, wrong, answer=answer))
            for slip, wrong in exercise.slips.items()
        }
        known = replace(
            exercise,
            answer=constant(answer),
            slips={slip: constant(wrong) for slip, wrong in slips.items()},
        )
        monkeypatch.setitem(case.book.items, id, known)
        return case, answer, slips

    return begin


def sizes(value):
    """The numbers of an answer to one number or to several."""
    return np.atleast_1d(np.asarray(value, float))


def room_of(kind, number):
    """How far from a number is still within an exercise's tolerance."""
    return max(kind.within, abs(number) * getattr(kind, "percent_within", 0) / 100)


def is_explained_by(kind, given, slip):
    """Whether each number lies within 3% of a slip's, and within the exercise's tolerance."""
    return all(
        abs(one - wanted) <= min(0.03 * abs(wanted), room_of(kind, wanted)) * (1 + 1e-9) + 1e-9
        for one, wanted in zip(sizes(given), sizes(slip), strict=True)
    )


def is_right(kind, given, answer):
    pairs = zip(sizes(given), sizes(answer), strict=True)
    return all(abs(one - wanted) <= room_of(kind, wanted) for one, wanted in pairs)


def assert_told_apart(case, id, given, answer, slips):
    """Right is what is near the answer, and a slip is named where it can be the reason."""
    kind = case.book.items[id].kind
    feedback = case.check(id, given)
    assert (feedback.status == "right") == is_right(kind, given, answer), given
    if feedback.slip in slips:
        assert is_explained_by(kind, given, slips[feedback.slip]), f"{given}: {feedback}"
    assert_a_sentence(feedback)
    return feedback


MEASURED = [
    pytest.param(name, id, id=f"{name}-{id}")
    for name, case in CASES.items()
    for id, item in case.book.items.items()
    if isinstance(item, Exercise) and isinstance(item.kind, Number | Values)
]
OTHER_UNITS = {
    -1: "sign",
    1 / 100: "hundredth",
    100: "hundredfold",
    1 / 1_000: "thousandth",
    1_000: "thousandfold",
    1 / 1_000_000: "millionth",
    1_000_000: "millionfold",
    0: "",
}
OUT_OF_100 = OTHER_UNITS | {1 / 100: "share", -1 / 100: "share_and_sign"}


@pytest.mark.parametrize(("name", "id"), MEASURED)
def test_right_slips_units_and_rounded_values_are_told_apart(worked_out, name, id):
    case, answer, slips = worked_out(name, id)
    kind = case.book.items[id].kind
    # The answer in another unit, or with the wrong sign; an exercise's own slip may say it better.
    for factor, diagnosis in (OUT_OF_100 if per_hundred(kind.unit) else OTHER_UNITS).items():
        given = factor * answer
        own = {slip for slip, wrong in slips.items() if is_explained_by(kind, given, wrong)}
        assert assert_told_apart(case, id, given, answer, slips).slip in (own or {diagnosis})
    # What a notebook printed, rounded.
    two_digits = 1 - math.floor(math.log10(abs(sizes(answer)).max()))
    for decimals in (two_digits, two_digits + 1):
        feedback = assert_told_apart(case, id, round(answer, decimals), answer, slips)
        assert feedback.status == "right" or feedback.slip == "rounded"
    # Within the answer's tolerance of a small slip lies much that is no such slip.
    for wrong in slips.values():
        room = np.mean([room_of(kind, number) for number in sizes(wrong)])
        for given in (wrong - 0.99 * room, wrong + room / 2, wrong / 100):
            assert_told_apart(case, id, given, answer, slips)


@pytest.mark.parametrize(("name", "id"), EXERCISES)
def test_an_exercise_knows_two_slips_at_least(name, id):
    exercise = CASES[name].book.items[id]
    if isinstance(exercise.kind, Guess):  # a guess before the data: none is wrong
        assert not exercise.slips
    else:
        assert len(exercise.slips) >= 2


@pytest.mark.parametrize(("name", "id"), EXERCISES)
def test_a_blank_is_not_attempted_yet(fresh_case, name, id):
    case = fresh_case(name)
    feedback = case.check(id, ____)
    assert feedback.status == "blank"
    assert str(feedback).startswith("Not attempted yet.")
    assert case.log.records() == []


def a_function():
    pass


NONSENSE = {
    "None": None,
    "text": "abc",
    "empty text": "",
    "markup": "<script>alert(1)</script>",
    "NaN": math.nan,
    "infinity": math.inf,
    "True": True,
    "numpy False": np.bool_(False),
    "function": a_function,
    "class": float,
    "lambda": lambda: 1,
    "frame without rows": pd.DataFrame({"a": [], "b": []}),
    "frame without columns": pd.DataFrame(),
    "large frame": pd.DataFrame(np.zeros((50, 3))),
    "series of text": pd.Series(["a", "b"]),
    "empty series": pd.Series(dtype=float),
    "missing in a series": pd.Series([math.nan]),
    "list": [1, "two", None],
    "empty list": [],
    "dict": {"a": None},
    "set": {1},
    "object": object(),
    "complex": 1j,
    "huge int": 10**400,
    "huge float": 1e300,
    "pd.NA": pd.NA,
    "NaT": pd.NaT,
    "empty array": np.array([]),
    "array of text": np.array(["a"]),
    "array of NaN": np.array([math.nan, math.nan]),
    "array of objects": np.array([None, object()]),
    "array of truths": np.array([True]),
    "bytes": b"2",
    "generator": (x for x in ()),
    "exception": ValueError("no"),
    "a blank in a list": [____],
}


@pytest.mark.parametrize(("name", "id"), EXERCISES)
def test_nonsense_gets_a_sentence(fresh_case, name, id):
    case = fresh_case(name)
    can_be_none = isinstance(case.book.items[id].kind, Pick)  # of the options is an answer, too
    for what in NONSENSE.keys() - ({"empty list"} if can_be_none else set()):
        feedback = case.check(id, NONSENSE[what])
        assert feedback.status == "unreadable", what
        assert_a_sentence(feedback)
        assert "<script" not in feedback.html()


def honest_forms(kind, answer):
    """The answer as different people would hand it in."""
    match kind:
        case Number() | Guess():
            number = float(answer)
            yield from (number, np.float64(number), Fraction(number))
            yield from (pd.Series([number], index=["x"]), pd.Index([number]), np.array(number))
            yield from (pd.DataFrame({"x": [number]}), np.array([[number]]))
            if number.is_integer():
                yield from (int(number), np.int64(number), pd.Series([int(number)], dtype="Int64"))
            if isinstance(kind, Number):  # as somebody copies it from the screen
                yield round(number, kind.digits)
        case Values():
            right = kind.read(answer)
            turned = right.iloc[::-1]
            yield from (turned, dict(turned), turned.to_frame(), turned.reset_index())
            yield turned.map(np.float32 if kind.within else float).astype(object)
            yield from (right.tolist(), right.to_numpy(), right.reset_index(drop=True))
            yield right.rename(lambda label: f" {label.upper()} ")
        case Pick():
            names = [option for option in kind.options if option in kind.read(answer)]
            yield from (names[::-1], tuple(names), set(names), names * 2)
            yield [f" {option.upper()} " for option in names]
        case Drawing():
            yield from (answer, answer.figure)


@pytest.mark.parametrize(("name", "id"), EXERCISES)
def test_any_honest_form_of_the_answer_is_right(fresh_case, name, id):
    case = fresh_case(name)
    kind = case.book.items[id].kind
    forms = list(honest_forms(kind, answer_of(case, id)))
    assert len(forms) >= 2
    for form in forms:
        feedback = case.check(id, form)
        assert feedback.status in ("right", "noted"), f"{form!r}: {feedback}"


@pytest.mark.parametrize(("name", "id"), EXERCISES)
def test_a_check_leaves_the_trainees_figure_alone(fresh_case, name, id):
    case = fresh_case(name)
    answer, mine = answer_of(case, id), pyplot.figure()
    before = pyplot.get_fignums()
    case.check(id, answer)
    case.check(id, -123_456.7)
    assert pyplot.get_fignums() == before
    assert pyplot.gcf() is mine


# Hints and solutions


@pytest.mark.parametrize(("name", "id"), ALL)
def test_hints_come_one_by_one_and_end(fresh_case, name, id):
    case = fresh_case(name)
    hints = words_of(case, id)["hints"]
    for number, hint in enumerate(hints, 1):
        feedback = case.hint(id)
        assert feedback.text == f"Hint {number} of {len(hints)}. {hint}"
    for _ in range(2):
        last = case.hint(id)
        assert "last hint" in last.text
        assert f"case.solution({id!r})" in last.text
    assert case.hint(id, 1).text == f"Hint 1 of {len(hints)}. {hints[0]}"
    assert case.hint(id).text != case.hint(id, 1).text or len(hints) == 1


@pytest.mark.parametrize(("name", "id"), ALL)
def test_the_solution_shows_code_and_is_on_record(fresh_case, name, id):
    case = fresh_case(name)
    feedback = case.solution(id)
    compile(feedback.code, id, "exec")
    assert feedback.code.strip()
    assert feedback.code in str(feedback)
    assert "return" not in feedback.code.split()
    assert case.log.latest("solution", name, id)


def shown_forms(case, id):
    """How an answer, truth or best choice reads, where a text should not give it away."""
    item = case.book.items[id]
    if isinstance(item, VerdictQuestion):
        return [f"{evaluated(case, item.truth):.2f}"]
    if isinstance(item, Decision):
        return [case.solution(id).code]
    if isinstance(item.kind, Guess):
        return []
    return [item.kind.show(item.kind.read(answer_of(case, id)))]


def gives_away(text, shown):
    """Whether the text holds the shown answer as a number or word of its own."""
    number = shown.split(" ")[0].rstrip("%")
    return shown in text or re.search(rf"(?<![\d.]){re.escape(number)}(?![\d.]*\d)", text)


@pytest.mark.parametrize(("name", "id"), ALL)
def test_nothing_before_the_answer_gives_it_away(fresh_case, name, id):
    case = fresh_case(name)
    item, words = case.book.items[id], words_of(case, id)
    texts = [words["title"], *words["hints"]]
    if isinstance(item, Exercise):
        texts += [case.check(id, ____).text, case.check(id, -123_456.7).text]
        texts += [words.get("target", "")]
        texts += [case.check(id, evaluated(case, slip, answer=answer_of(case, id))).text
                  for slip in item.slips.values()]  # fmt: skip
    elif isinstance(item, VerdictQuestion):
        texts += [case.verdict(id, ____, ____).text, case.reveal(id).text]
        texts += [case.verdict(id, -2e6, -1e6).text]
    else:
        texts += [case.decide(id, ____).text, case.decide(id, "abc").text]
    for shown in shown_forms(case, id):
        assert not [text for text in texts if gives_away(text, shown)]


# Verdicts


@pytest.mark.parametrize(("name", "id"), VERDICTS)
def test_a_verdict_can_be_changed_until_the_reveal_and_not_after(fresh_case, name, id):
    case = fresh_case(name)
    truth = evaluated(case, case.book.items[id].truth)
    assert case.verdict(id, ____, ____).status == "blank"
    assert case.reveal(id).status == "blank"
    assert case.verdict(id, truth + 1, truth + 2).status == "noted"
    assert case.verdict(id, truth - 1, truth + 2).status == "noted"
    revealed = case.reveal(id)
    assert isinstance(revealed, Reveal)
    assert revealed.truth == truth
    assert "holds the truth" in str(revealed)
    assert (case.calibration().held, case.calibration().total) == (1, 1)
    locked = case.verdict(id, truth + 5, truth + 6)
    assert locked.status == "info"
    unit = case.book.items[id].unit
    assert f"{written_range(truth - 1, truth + 2, unit)}." in locked.text
    again = case.reveal(id)
    assert str(again) == str(revealed)
    assert (case.calibration().held, case.calibration().total) == (1, 1)


@pytest.mark.parametrize(("name", "id"), VERDICTS)
def test_the_careful_analysts_range_is_accepted_and_shown(fresh_case, name, id):
    case = fresh_case(name)
    question = case.book.items[id]
    low, high = evaluated(case, question.careful)
    assert low < high
    assert case.verdict(id, low, high).status == "noted"
    revealed = case.reveal(id)
    assert (revealed.careful.low, revealed.careful.high) == (low, high)
    assert revealed.claim == question.claim
    assert revealed.picture().png.startswith(b"\x89PNG")
    assert not re.search(r"[{}]|nan", str(revealed))


@pytest.mark.parametrize(("name", "id"), VERDICTS)
def test_every_tempting_estimate_of_a_verdict_has_a_range_and_a_name(name, id):
    question = CASES[name].book.items[id]
    assert words_of(CASES[name], id).get("rivals", {}).keys() == question.rivals.keys()
    for said, rival in CASES[name].rivals(question).items():
        assert rival.low <= rival.high
        assert len(said) <= LONGEST_NAME
    if question.guess:
        kind = CASES[name].book.items[question.guess].kind
        assert isinstance(kind, Guess)
        assert kind.unit == question.unit


@pytest.mark.parametrize(("name", "id"), VERDICTS)
def test_a_verdict_of_nonsense_gets_a_sentence_and_no_record(fresh_case, name, id):
    case = fresh_case(name)
    for what, nonsense in NONSENSE.items():
        for low, high in ((nonsense, 1), (1, nonsense)):
            feedback = case.verdict(id, low, high)
            assert feedback.status == "unreadable", what
            assert_a_sentence(feedback)
    assert case.log.records() == []


# Decisions


def typed(decision, choice):
    """A choice as a trainee types it."""
    return literal_eval(decision.kind.source(choice))


@pytest.mark.parametrize(("name", "id"), DECISIONS)
def test_the_best_choice_has_no_regret_and_the_first_choice_counts(fresh_case, name, id):
    case = fresh_case(name)
    decision = case.book.items[id]
    profits = decision.profits()
    best, worst = max(profits, key=profits.get), min(profits, key=profits.get)
    first = case.decide(id, typed(decision, best))
    assert first.status == "noted"
    assert "No other choice earns more" in first.text
    assert words_of(case, id)["after"] in first.text
    assert case.decide(id, typed(decision, best)).text == first.text
    second = case.decide(id, typed(decision, worst))
    assert second.status == "info"
    assert "regret of" in second.text
    assert "first choice counts" in second.text
    record = case.log.latest("decision", name, id)
    assert record["regret"] == 0
    assert record["choice"] == decision.kind.show(best)


@pytest.mark.parametrize(("name", "id"), DECISIONS)
def test_every_choice_has_a_price(fresh_case, name, id):
    case = fresh_case(name)
    decision = case.book.items[id]
    profits = decision.profits()
    options = len(decision.kind.options)
    assert len(profits) == (options if isinstance(decision.kind, OneOf) else 2**options)
    assert all(math.isfinite(profit) for profit in profits.values())
    assert len({decision.kind.show(choice) for choice in profits}) == len(profits)
    assert decision.kind.read(eval(case.solution(id).code)) == max(profits, key=profits.get)


@pytest.mark.parametrize(("name", "id"), DECISIONS)
def test_a_decision_of_nonsense_gets_a_sentence_and_no_record(fresh_case, name, id):
    case = fresh_case(name)
    for what in NONSENSE.keys() - {"empty list"}:  # none of the options is a choice, too
        feedback = case.decide(id, NONSENSE[what])
        assert feedback.status == "unreadable", what
        assert_a_sentence(feedback)
    assert case.log.records() == []


# Words


@pytest.mark.parametrize("name", CASES)
def test_there_are_words_for_every_item_and_for_nothing_else(name):
    case = CASES[name]
    groups = {"exercise": Exercise, "verdict": VerdictQuestion, "decision": Decision}
    for group, wanted in groups.items():
        ids = {id for id, item in case.book.items.items() if isinstance(item, wanted)}
        assert said(case, group).keys() == ids
    assert said(case, "lab").keys() == set(case.labs)
    assert case.words.keys() <= groups.keys() | {"lab", "quiz", "glossary"}


@pytest.mark.parametrize(("name", "id"), ALL)
def test_the_words_of_an_item_are_whole(name, id):
    case = CASES[name]
    item, words = case.book.items[id], words_of(case, id)
    wanted = {"title", "hints"}
    if isinstance(item, Exercise):
        wanted |= {"right", "slips"} if item.slips else {"right"}
        wanted |= {"x", "y", "target"} if isinstance(item.kind, Drawing) else set()
        assert words.get("slips", {}).keys() == item.slips.keys()
        assert len(words["hints"]) >= (1 if isinstance(item.kind, Guess) else 2)
    else:
        wanted |= {"reveal"} if isinstance(item, VerdictQuestion) else {"after"}
        wanted |= {"rivals"} if getattr(item, "rivals", ()) else set()
        assert len(words["hints"]) >= 1
    assert words.keys() == wanted
    texts = [text for value in words.values() for text in flattened(value)]
    assert all(text.strip() for text in texts)


def flattened(value):
    """All texts in a value of the words."""
    if isinstance(value, str):
        return [value]
    parts = value.values() if isinstance(value, dict) else value
    return [text for part in parts for text in flattened(part)]


@pytest.mark.parametrize(("name", "id"), ALL)
def test_every_placeholder_can_be_filled(name, id):
    case = CASES[name]
    item, words = case.book.items[id], words_of(case, id)
    if isinstance(item, Exercise):
        # A slip may repeat what was given, and never the answer.
        assert placeholders(words["right"]) <= {"given", "answer"}
        assert all(placeholders(slip) <= {"given"} for slip in words.get("slips", {}).values())
    elif isinstance(item, VerdictQuestion):
        account = evaluated(case, item.account) if item.account else {}
        assert placeholders(words["reveal"]) <= {"truth", *account}
    else:
        assert not placeholders(words["after"])


def placeholders(text):
    return {field for _, field, _, _ in Formatter().parse(text) if field is not None}


def questions(asked):
    """Every question of every quiz with such answers: "choices", or "ranges" of numbers."""
    return [
        pytest.param(question, id=f"{name}-{place}")
        for name, case in CASES.items()
        for place, question in enumerate(case.words.get("quiz", {}).values(), 1)
        if asked in question
    ]


@pytest.mark.parametrize("question", questions("choices"))
def test_a_question_has_one_right_choice_and_a_reply_to_each(question):
    assert question.keys() == {"ask", "choices"}
    choices = question["choices"]
    assert len(choices) >= 3
    assert sum(choice.get("right", False) for choice in choices) == 1
    assert len({choice["text"] for choice in choices}) == len(choices)
    assert all(choice["text"].strip() and choice["say"].strip() for choice in choices)
    assert all(choice.keys() <= {"text", "say", "right"} for choice in choices)


@pytest.mark.parametrize("question", questions("ranges"))
def test_the_ranges_of_a_question_hold_every_number_once_and_one_of_them_is_right(question):
    assert question.keys() == {"ask", "unit", "ranges"}
    ranges = question["ranges"]
    assert sum(one.get("right", False) for one in ranges) == 1
    assert "from" not in ranges[0]
    assert "to" not in ranges[-1]
    assert all(one["to"] == after["from"] for one, after in pairwise(ranges))
    assert all(one["from"] < one["to"] for one in ranges[1:-1])
    assert all(one["say"].strip() for one in ranges)
    assert all(one.keys() <= {"from", "to", "say", "right"} for one in ranges)


class Read(dict):
    """Words that remember which of them were asked for."""

    def __init__(self, words):
        super().__init__({key: Read(v) if isinstance(v, dict) else v for key, v in words.items()})
        self.asked = set()

    def __getitem__(self, key):
        self.asked.add(key)
        return super().__getitem__(key)

    def unread(self):
        deeper = {f"{k}.{u}" for k, v in self.items() if isinstance(v, Read) for u in v.unread()}
        return deeper | (self.keys() - self.asked)


@pytest.mark.parametrize(
    ("name", "lab"),
    [pytest.param(n, lab, id=f"{n}-{lab}") for n, case in CASES.items() for lab in case.labs],
)
def test_a_lab_has_all_its_words_and_no_others(fresh_case, monkeypatch, name, lab):
    case = fresh_case(name)
    words = Read(case.words["lab"][lab])
    monkeypatch.setitem(case.words["lab"], lab, words)
    made = case.lab(lab)
    for button in made.buttons.values():
        button.click()
    for control in made.controls.values():
        if hasattr(control, "min"):
            control.value = control.min
            control.value = control.max
    assert made.rounds()
    assert words["title"] in made.text
    assert words.unread() == set()


# Worlds


def another(name, **changes):
    """The tables of a case's world with other parameters, and the names of those that differ."""
    world = importlib.import_module(f"course_utils.cases.{name}.world")
    other, usual = world.simulate(world.World(**changes)).tables, simulation_of(name).tables
    assert other.keys() == usual.keys()
    return {table for table, frame in usual.items() if not frame.equals(other[table])}


@pytest.mark.parametrize("name", CASES)
def test_nothing_but_the_seed_counts_and_no_global_state_is_touched(name):
    random.seed(7)
    np.random.seed(7)  # noqa: NPY002 - the global state, to show that nothing reads it
    before = random.getstate(), np.random.get_state()[1].copy()  # noqa: NPY002
    assert another(name) == set()
    assert random.getstate() == before[0]
    assert (np.random.get_state()[1] == before[1]).all()  # noqa: NPY002


# Prices, plans and what follows from the parameters alone.
WITHOUT_CHANCE = {
    *("plan_costs", "costs", "moves", "silence", "recall_plans", "shops", "next_list"),
    *("programme_costs", "programmes"),
    *("dials", "tests_for_sale", "ten_brands", "rules"),
}


@pytest.mark.parametrize("name", CASES)
def test_another_seed_changes_every_draw(name):
    assert another(name, seed=1) == simulation_of(name).tables.keys() - WITHOUT_CHANCE


@pytest.mark.parametrize(
    ("name", "change", "moved"),
    [
        ("apparel_launch", {"listings": 100}, {"listings"}),
        ("appliance_page", {"visits_festival": 9_000}, {"sessions", "events"}),
        ("appliance_page", {"purchase_twice": 0.5}, {"events"}),
        ("appliance_page", {"rows_twice": 0.5}, {"button_test"}),
        ("appliance_page", {"first_test_lost": 0.5}, {"first_test"}),
        ("appliance_page", {"page_test_daily": 900}, {"page_test"}),
        ("appliance_page", {"element_visitors": 9_000}, {"element_test"}),
        ("appliance_page", {"rescued": 0.9}, {"carts", "cart_events", "collections"}),
        ("appliance_page", {"margin": 99.0}, {"costs"}),
        ("beauty_traffic", {"again_plain": (0.5, 0.5), "luck": 0.1}, {"notes", "buyers"}),
        ("fresh_food", {"persuaded": (0.2, 0.2), "greed": 0.1}, {"lapsed", "creatives"}),
        ("restaurant_membership", {"lift": 0.5, "would_pay": 0.2}, {"diners", "dish_survey"}),
    ],
)
def test_a_change_to_one_table_leaves_the_others_as_they_were(name, change, moved):
    assert another(name, **change) == moved


@pytest.mark.parametrize("name", CASES)
def test_a_world_is_frozen_and_every_parameter_has_its_unit_and_reason(name):
    world = importlib.import_module(f"course_utils.cases.{name}.world").World()
    with pytest.raises(FrozenInstanceError):
        world.seed = 1
    for parameter in fields(world):
        assert parameter.metadata.keys() == {"unit", "why"}, parameter.name
        assert len(parameter.metadata["why"]) > 5, parameter.name


@pytest.mark.parametrize("name", CASES)
def test_a_cases_files_are_small(name):
    sizes = [path.stat().st_size for path in (DATA / name).glob("*.csv")]
    assert max(sizes) < 2e6
    assert sum(sizes) < 4e6


# Texts


SECTIONS = [
    pytest.param(name, text, section, id=f"{name}-{section.__name__}")
    for name in CASES
    for text, section in claims_of(name).sections
]
CHAPTERS = [pytest.param(one, id=one.case_name) for one in chapters()]
MAIN = [pytest.param(one, id=one.case_name) for one in chapters() if one.number]


@pytest.mark.parametrize(("name", "text", "section"), SECTIONS)
def test_what_the_text_says_is_so(fresh_case, name, text, section):
    fresh_case(name)
    assert claims_of(name).wrong(text, section) == []


@pytest.mark.parametrize("text", ["chapter", "words", "dictionary"])
@pytest.mark.parametrize("name", CASES)
def test_no_number_goes_without_a_claim(name, text):
    assert claims_of(name).loose(text) == []


@pytest.mark.parametrize("name", CASES)
def test_a_chapter_carries_every_fact_of_its_source(name):
    claims = claims_of(name)
    said = [term for terms in claims.facts.values() for term in terms]
    assert [term for term in said if term not in claims.texts["chapter"]] == []


@pytest.mark.parametrize("chapter", MAIN)
def test_the_recap_mirrors_the_six_objectives(chapter):
    objectives, recap = (
        re.findall(r"\d\. \*(\w[\w ]*)\*", part)
        for part in prose(chapter.text).lower().split("## recap")
    )
    assert objectives == recap
    assert len(objectives) == 6


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_code_cells_are_short(chapter):
    cells = re.findall(r"```\{code-cell\}\n(.*?)```", chapter.text, flags=re.DOTALL)
    lines = [[line for line in cell.splitlines() if line.strip()] for cell in cells]
    assert np.mean([len(cell) <= 7 for cell in lines]) >= 0.9
    assert max(map(len, lines)) <= 8
    assert max(len(line) for cell in lines for line in cell) <= 100


@pytest.mark.parametrize("chapter", MAIN)
def test_presets_that_the_instructor_names_are_there(chapter):
    labs = chapter.words.get("lab", {}).values()
    presets = [text for lab in labs for text in lab["presets"].values()]
    for named in re.findall(r"presets in this order: (.*?)[.;]", prose(chapter.text)):
        names = re.findall(r"\*(.*?)\*", named)
        assert names
        assert set(names) <= set(presets)
