import textwrap

import pytest

from course_utils.exercises.kinds import Number
from course_utils.exercises.workbook import (
    Decision,
    Exercise,
    VerdictQuestion,
    Workbook,
    split_source,
)

# Solutions out of functions


def one_line(x):
    return x + 1


def with_docstring(x):
    """For us, not for the solution."""
    return x + 1


def docstring_and_statements(x):
    """For us."""
    # why it is doubled
    twice = 2 * x
    return twice + 1


def multi_line_return(x):
    return round(
        10 * x + 1,
        2,
    )


def bracketed_return(x):
    return (
        10 * x
        + 1
    )  # fmt: skip


def nested(x):
    total = 0
    for i in range(3):
        if i:
            total += i * x

    def plus_one(value):
        return value + 1

    return plus_one(total)


def multi_line_statement(x):
    table = {
        "a": x,
        "b": 2,
    }
    return table["a"] + table["b"]


def two_values(x):
    low = x - 1
    return low, max(x, low) + 1


def comment_before_return(x):
    y = x
    # and so
    return y * 2


def words_of_return(x):
    text = "return"
    return x * len(text)


# fmt: off
def bracketed_tuple(x):
    return (x,
            x + 1)
# fmt: on


def inside():
    def indented(x):
        y = x + 1
        return y * 2

    return indented


FUNCTIONS = [
    one_line,
    with_docstring,
    docstring_and_statements,
    multi_line_return,
    bracketed_return,
    bracketed_tuple,
    nested,
    multi_line_statement,
    two_values,
    comment_before_return,
    words_of_return,
    inside(),
]


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.__name__)
@pytest.mark.parametrize("x", [2, -7])
def test_the_two_parts_of_a_function_compute_what_it_returns(function, x):
    body, value = split_source(function)
    names = {"x": x}
    exec(f"{body}\nanswer = {value}", names)
    assert names["answer"] == function(x)


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.__name__)
def test_the_two_parts_are_written_as_in_a_cell(function):
    body, value = split_source(function)
    assert body == textwrap.dedent(body).strip("\n")
    assert value == value.strip()
    assert not value.startswith("return")
    assert "For us" not in body


def test_a_comment_stays_with_what_it_explains():
    body, value = split_source(docstring_and_statements)
    assert body.splitlines() == ["# why it is doubled", "twice = 2 * x"]
    assert value == "twice + 1"


# Declaring


def a_book():
    book = Workbook(chapter=9)

    @book.view
    def doubled(numbers):
        return [2 * number for number in numbers]

    @book.exercise(Number())
    def total(doubled):
        return sum(doubled)

    @book.slip("total", "plain")
    def _(numbers):
        return sum(numbers)

    @book.slip("total", "off_by_one")
    def _(answer):
        return answer + 1

    def careful(numbers):
        return min(numbers), max(numbers)

    @book.verdict("pieces", claim=9.0, careful=careful)
    def share():
        return 2.5

    @book.verdict("pieces", claim=9.0)
    def other_share():
        return 3.5

    @book.decision(("a", "b"))
    def options():
        return {frozenset(): 0.0, frozenset("a"): 3.0, frozenset("b"): 1.0, frozenset("ab"): 2.0}

    return book


def load(name):
    return {"numbers": [1, 2, 3]}[name]


def test_a_parameter_names_a_table_a_view_or_what_is_known():
    book = a_book()
    exercise = book.items["total"]
    assert book.evaluate(exercise.answer, load) == 12
    assert book.evaluate(exercise.slips["plain"], load) == 6
    assert book.evaluate(exercise.slips["off_by_one"], load, answer=12) == 13
    assert book.table("doubled", load) == [2, 4, 6]
    assert book.table("numbers", load) == [1, 2, 3]


def test_a_table_that_nobody_has_is_the_loaders_error():
    with pytest.raises(KeyError, match="prices"):
        a_book().evaluate(lambda prices: prices, load)


def test_items_keep_their_order_and_class():
    items = a_book().items
    assert list(items) == ["total", "share", "other_share", "options"]
    classes = [Exercise, VerdictQuestion, VerdictQuestion, Decision]
    assert [type(item) for item in items.values()] == classes
    assert list(items["total"].slips) == ["plain", "off_by_one"]


def test_each_item_has_its_solution():
    items = a_book().items
    assert items["total"].solution() == ("", "sum(doubled)")
    assert items["share"].solution() == ("", "min(numbers), max(numbers)")
    assert items["other_share"].solution() == ("", "")
    assert items["options"].solution() == ("", "['a']")


def test_a_slip_belongs_to_an_exercise():
    book = a_book()
    with pytest.raises(AssertionError, match=r"share is no exercise"):
        book.slip("share", "odd")(lambda: 1)
