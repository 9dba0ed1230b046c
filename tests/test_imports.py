"""What importing the course makes and loads, each in a fresh process."""

import ast
import subprocess
import sys
from pathlib import Path

from traitlets.config.loader import PyFileConfigLoader

ROOT = Path(__file__).parents[1]

EVERY_MODULE = """
import importlib, pkgutil
from types import ModuleType
import course_utils
for module in pkgutil.walk_packages(course_utils.__path__, "course_utils."):
    importlib.import_module(module.name)
from ipywidgets.widgets import widget
print(*(type(made).__name__ for made in widget._instances.values()))
for found in pkgutil.walk_packages(course_utils.__path__, "course_utils."):
    room, _, name = found.name.rpartition(".")
    if not isinstance(getattr(importlib.import_module(room), name), ModuleType):
        print(found.name, "is an object, too")
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


def test_with_what_a_trainee_has_every_import_works_and_makes_no_widget_and_hides_no_module():
    # A page that listens only later never hears of a widget, and cannot draw what is made with it.
    assert said(EVERY_MODULE) == []


def test_what_every_kernel_loads_at_its_start_is_light():
    path = str(ROOT / "jupyter/etc/ipython")
    config = PyFileConfigLoader("ipython_config.py", path).load_config()
    names = config.InteractiveShellApp.extensions
    loaded = set(said(LOADED.format(names=list(names))))
    assert set(names) < loaded
    heavy = {"course_utils.course", "ipywidgets", "matplotlib", "numpy", "pandas"}
    assert loaded & heavy == set()


# From the ground up; what stands in one line knows nothing of each other.
FLOORS = [
    {"errors", "language", "session"},
    {"analysis", "figures", "exercises"},
    {"record"},
    {"widgets"},
    {"cases"},
    {"course"},
    {"shop"},
    {"kernel", "authoring"},
]


def imports():
    """Each module of the package with each that it imports, wherever in it."""
    for path in sorted((ROOT / "course_utils").rglob("*.py")):
        module = path.relative_to(ROOT).with_suffix("").parts[1:]
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom):
                names = [f"{node.module}.{name.name}" for name in node.names]
            else:
                names = [name.name for name in getattr(node, "names", []) if hasattr(name, "name")]
            for name in names:
                if name.startswith("course_utils."):
                    yield ".".join(module), name.split(".")[1:]


def test_nothing_imports_what_stands_above_it():
    floor = {room: height for height, rooms in enumerate(FLOORS) for room in rooms}
    found = [(module, ".".join(name)) for module, name in imports() if module != "__init__"]
    assert {name.split(".")[0] for pair in found for name in pair} == floor.keys()
    upward = [
        (module, name)
        for module, name in found
        if floor[name.split(".")[0]] >= floor[module.split(".")[0]]
        and name.split(".")[0] != module.split(".")[0]
    ]
    assert upward == []
