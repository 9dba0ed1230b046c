"""The examples in the docstrings run, and importing the package stays light."""

import doctest
import importlib
import subprocess
import sys

import pytest

from course_utils import analysis

MODULES = [
    "tables",
    "normal",
    "encouragement",
    "events",
    "rates",
    "experiments",
    "estimates",
    "choice",
    "orders",
    "survival",
    "baskets",
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_give_what_they_show(name: str) -> None:
    module = importlib.import_module(f"course_utils.analysis.{name}")
    outcome = doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert outcome.attempted > 0
    assert outcome.failed == 0


def test_every_public_name_is_documented_and_there() -> None:
    for name in analysis.__all__:
        assert getattr(analysis, name).__doc__


def test_importing_loads_no_heavy_library() -> None:
    heavy = "{'scipy', 'statsmodels', 'matplotlib', 'ipywidgets'}"
    code = f"import course_utils.analysis, sys; print(sorted({heavy} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
