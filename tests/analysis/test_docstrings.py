"""The examples in the docstrings run, and importing the package stays light."""

import doctest
import importlib
import pkgutil
import subprocess
import sys

import pytest

from course_utils import analysis

MODULES = [module.name for module in pkgutil.iter_modules(analysis.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_examples_give_what_they_show(name: str) -> None:
    module = importlib.import_module(f"course_utils.analysis.{name}")
    assert doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE).failed == 0


def test_every_module_has_an_example() -> None:
    found = doctest.DocTestFinder()
    modules = [importlib.import_module(f"course_utils.analysis.{name}") for name in MODULES]
    without = [m.__name__ for m in modules if not any(one.examples for one in found.find(m))]
    assert without == []


def test_every_public_name_is_documented_and_there() -> None:
    for name in analysis.__all__:
        assert getattr(analysis, name).__doc__


def test_importing_loads_no_heavy_library() -> None:
    heavy = "{'scipy', 'statsmodels', 'matplotlib', 'ipywidgets'}"
    code = f"import course_utils.analysis, sys; print(sorted({heavy} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
