import re
import sys

import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from course_utils.errors import CourseError
from course_utils.exercises.blank import Blank


@pytest.fixture(autouse=True, scope="module")
def main():
    """A shell takes the place of Python's own main module, which other tests need."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "__main__", sys.modules["__main__"])
        yield


@pytest.fixture(scope="module")
def shell():
    shell = InteractiveShell()
    shell.extension_manager.load_extension("course_utils.kernel.shell")
    table = pd.DataFrame({"day": [1], "visits": [41]}, index=["milk"])
    shell.push({"pd": pd, "table": table})
    yield shell
    shell.history_manager.end_session()


def plain(shown):
    """What was shown, without colours."""
    return re.sub(r"\x1b\[[0-9;]*m", "", shown)


def run(shell, code):
    """What running a cell shows."""
    with capture_output() as shown:
        result = shell.run_cell(code)
    return result, shown.stdout + shown.stderr


def test_a_cell_run_too_early_gets_one_sentence(shell):
    result, shown = run(shell, "1 + visits")
    assert isinstance(result.error_in_exec, NameError)
    assert shown.strip() == (
        "`visits` is not there yet. Check how it is spelt, or run the cells above this one first: "
        "menu Run, then Run All Above Selected Cell."
    )


def test_the_cell_runs_once_the_name_is_there(shell):
    run(shell, "visits = 41")
    result, shown = run(shell, "1 + visits")
    assert result.success
    assert result.result == 42
    assert "not there yet" not in shown


def test_another_error_keeps_its_traceback(shell):
    _, shown = run(shell, "1 / 0")
    assert "Traceback" in shown
    assert "ZeroDivisionError" in shown


def test_a_traceback_holds_the_trainees_own_lines_only(shell):
    _, shown = run(shell, "def mine(text):\n    return json.loads(text)\nimport json\nmine('{')")
    assert "mine" in shown
    assert "JSONDecodeError" in shown
    assert "decoder.py" not in shown
    _, shown = run(shell, "table.sum(axis=5)")
    assert "No axis named 5" in shown
    assert "site-packages" not in shown


def test_the_blank_is_there_before_any_cell_was_run(shell):
    result, _ = run(shell, "____")
    assert isinstance(result.result, Blank)


def test_the_blank_outlives_a_reset():
    shell = InteractiveShell()
    shell.extension_manager.load_extension("course_utils.kernel.shell")
    shell.run_line_magic("reset", "-f")
    result, _ = run(shell, "____")
    assert isinstance(result.result, Blank)
    shell.history_manager.end_session()


@pytest.mark.parametrize(
    "code",
    [
        "table['Visits']",
        "table[['day', 'Visits']]",
        "table.loc['milk', 'Visits']",
        "table.groupby('Visits').sum()",
        "table.sort_values('Visits')",
        "table.drop(columns='Visits')",
        "table.merge(table, on='Visits')",
    ],
)
def test_a_column_that_is_not_there_is_answered_with_those_that_are(shell, code):
    _, shown = run(shell, code)
    assert shown.strip() == (
        "There is no 'Visits' here. There are: day, visits. Did you mean visits? Capitals count."
    )


def test_a_row_that_is_not_there_is_answered_with_those_that_are(shell):
    _, shown = run(shell, "table['visits']['beer']")
    assert shown.strip() == "There is no 'beer' here. There are: milk."


def test_a_long_list_of_rows_is_cut(shell):
    _, shown = run(shell, "pd.Series(range(10_000), index=range(1, 10_001))[0]")
    assert shown.strip() == (
        "There is no 0 here. There are: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, …."
    )


def test_a_key_that_a_dictionary_lacks_keeps_its_traceback(shell):
    _, shown = run(shell, "{'a': 1}['b']")
    assert "KeyError: 'b'" in plain(shown)


@pytest.mark.parametrize(
    ("code", "number", "written"),
    [
        ("x = 20%", "20", "20%"),
        ("x = 1.06 %", "1.06", "1.06 %"),
        ("check('a', 20cups)", "20", "20cups"),
        ("x = 5 apples  # many", "5", "5 apples"),
        ("x = 3万", "3", "3万"),
    ],
)
def test_a_number_with_its_unit_is_answered_with_how_to_write_it(shell, code, number, written):
    _, shown = run(shell, code)
    assert shown.strip() == (
        f"Type the number alone: {number} for `{written}`. The unit stands beside the blank."
    )


@pytest.mark.parametrize(
    ("code", "signs"),
    [("x = ２０", "２０"), ("print('a'，2)", "，"), ("print(“a”)", "“”"), ("x = 20％", "％")],
)
def test_full_width_signs_are_named(shell, code, signs):
    _, shown = run(shell, code)
    assert shown.strip() == (
        f"Python can't read full-width signs (全角): {signs}. "
        "Switch your keyboard to English and type them again."
    )


@pytest.mark.parametrize(
    "code", ["for i in [1]\n    pass", "'２０％' +", "x = 1 +  # 20%", "5 and"]
)
def test_another_slip_of_writing_keeps_pythons_words(shell, code):
    _, shown = run(shell, code)
    assert "SyntaxError: " in plain(shown)


def test_and_between_columns_is_answered_with_what_to_write(shell):
    _, shown = run(
        shell, "both = pd.concat([table, table])\n(both['day'] > 0) and (both['visits'] > 0)"
    )
    assert shown.strip().startswith("Between two columns write & for and, | for or")


def test_a_name_that_is_missing_in_ones_own_function_is_named_too(shell):
    _, shown = run(shell, "def f():\n    return prices\nf()")
    assert shown.strip().startswith("`prices` is not there yet.")


def test_an_error_of_the_course_is_one_sentence_too(shell):
    shell.push({"CourseError": CourseError})
    _, shown = run(shell, "raise CourseError('The file data/a.csv is missing.')")
    assert shown.strip() == "The file data/a.csv is missing."


@pytest.mark.parametrize("code", ["raise NameError('odd')", "raise NameError"])
def test_a_name_error_without_a_name_keeps_its_own_words(shell, code):
    _, shown = run(shell, code)
    assert "`None`" not in shown
    assert "NameError" in shown


def test_a_variable_used_before_its_assignment_is_not_blamed_on_the_cells_above(shell):
    _, shown = run(shell, "def f():\n    x = x + 1\nf()")
    assert "Run the cells above" not in shown
    assert "UnboundLocalError" in shown
