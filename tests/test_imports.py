"""What importing the course makes and loads, each in a fresh process."""

import subprocess
import sys
from pathlib import Path

from traitlets.config.loader import PyFileConfigLoader

ROOT = Path(__file__).parents[1]

EVERY_MODULE = """
import importlib, pkgutil
import course_utils
for module in pkgutil.walk_packages(course_utils.__path__, "course_utils."):
    importlib.import_module(module.name)
from ipywidgets.widgets import widget
print(*(type(made).__name__ for made in widget._instances.values()))
"""

LOADED = """
import importlib, sys
for name in {names}:
    importlib.import_module(name)
print(*sorted(sys.modules))
"""


def said(code):
    """The words that a fresh Python prints."""
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_no_widget_is_made_by_an_import():
    # A page that listens only later never hears of it, and cannot draw what is made with it.
    assert said(EVERY_MODULE) == []


def test_what_every_kernel_loads_at_its_start_is_light():
    path = str(ROOT / "jupyter/etc/ipython")
    config = PyFileConfigLoader("ipython_config.py", path).load_config()
    names = config.InteractiveShellApp.extensions
    loaded = set(said(LOADED.format(names=list(names))))
    assert set(names) < loaded
    heavy = {"course_utils.course", "ipywidgets", "matplotlib", "numpy", "pandas"}
    assert loaded & heavy == set()
