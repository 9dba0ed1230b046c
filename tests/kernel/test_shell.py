import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from course_utils.errors import CourseError


@pytest.fixture(scope="module")
def shell():
    shell = InteractiveShell()
    shell.extension_manager.load_extension("course_utils.kernel.shell")
    yield shell
    shell.history_manager.end_session()


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
