"""The declared needs, the two locks and Binder's environment say the same."""

import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LOCKS = ["requirements.lock", "requirements-dev.lock"]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
GROUPS = PROJECT["dependency-groups"]
BINDER = {
    "implementation_name": "cpython",
    "os_name": "posix",
    "platform_machine": "x86_64",
    "platform_python_implementation": "CPython",
    "platform_system": "Linux",
    "python_full_version": "3.11.9",
    "python_version": "3.11",
    "sys_platform": "linux",
}


def locked(name):
    """A lock's lines as requirements."""
    return [Requirement(line) for line in (ROOT / name).read_text("utf-8").splitlines()]


def binder():
    return yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))


def pins(requirements, environment):
    """Name → version, of what applies in the environment."""
    return {
        canonicalize_name(each.name): str(each.specifier)
        for each in requirements
        if each.marker is None or each.marker.evaluate(environment)
    }


def group(name):
    """The requirements of a dependency group, those of the groups it includes among them."""
    for entry in GROUPS[name]:
        if isinstance(entry, dict):
            yield from group(entry["include-group"])
        else:
            yield Requirement(entry)


DECLARED = {
    "requirements.lock": [*map(Requirement, PROJECT["project"]["dependencies"]), *group("setup")],
    "requirements-dev.lock": [
        *map(Requirement, PROJECT["project"]["dependencies"]),
        *group("dev"),
    ],
}


def test_binder_installs_what_the_lock_says():
    conda = binder()["dependencies"]
    by_pip = [
        Requirement(pin) for entry in conda if isinstance(entry, dict) for pin in entry["pip"]
    ]
    assert all(each.marker is None for each in by_pip)
    assert pins(by_pip, BINDER) == pins(locked("requirements.lock"), BINDER)


def test_binder_asks_for_a_python_in_the_form_it_reads():
    named = [entry for entry in binder()["dependencies"] if isinstance(entry, str)]
    assert named == ["python=3.11", "pip"]
    assert "3.11" in Requirement(f"python{PROJECT['project']['requires-python']}").specifier


@pytest.mark.parametrize("lock", LOCKS)
def test_every_declared_need_is_locked_at_a_version_it_allows(lock):
    versions = pins(locked(lock), default_environment())
    for need in DECLARED[lock]:
        version = versions[canonicalize_name(need.name)].removeprefix("==")
        assert version in need.specifier, f"{need} is locked at {version}"


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_each_package_once_and_exactly(lock):
    names = [canonicalize_name(each.name) for each in locked(lock)]
    assert names == sorted(set(names))
    assert all(re.fullmatch(r"==[\w.+!]+", str(each.specifier)) for each in locked(lock))


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_the_two_locks_agree(platform):
    environment = BINDER | {
        "sys_platform": platform,
        "os_name": "nt" if platform == "win32" else "posix",
    }
    course = pins(locked("requirements.lock"), environment)
    dev = pins(locked("requirements-dev.lock"), environment)
    assert course.items() <= dev.items()


@pytest.mark.parametrize("name", [*LOCKS, "environment.yml"])
def test_nothing_names_an_index_or_a_path(name):
    text = (ROOT / name).read_text("utf-8")
    assert not re.search(r"://|file:|@|\s--?[a-z]|^--?[a-z]", text)


def test_building_the_course_takes_only_what_is_locked():
    assert [*map(Requirement, PROJECT["build-system"]["requires"])] == [*group("setup")]


def test_what_a_trainee_runs_needs_only_the_course_lock():
    """Every module but the notebooks' builder, with the packages that only authors have missing."""
    course, dev = (pins(locked(lock), default_environment()) for lock in LOCKS)
    authors = [
        module
        for module, packages in packages_distributions().items()
        if all(canonicalize_name(package) in dev.keys() - course.keys() for package in packages)
    ]
    told = f"""
import importlib, pkgutil, sys
sys.modules.update(dict.fromkeys({authors}))
import course_utils
for module in pkgutil.walk_packages(course_utils.__path__, "course_utils."):
    if module.name != "course_utils.authoring.notebooks":
        importlib.import_module(module.name)
"""
    done = subprocess.run([sys.executable, "-c", told], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
