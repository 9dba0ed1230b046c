"""The declared needs, the two locks and Binder's environment say the same."""

import json
import os
import re
import subprocess
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml
from jupyter_server.serverapp import ServerApp
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from pandas.compat._optional import VERSIONS

import start
from course_utils.record import archive

ROOT = Path(__file__).parents[1]
COURSE, TESTS, ORACLES = LOCKS = [start.COURSE_LOCK, start.TESTS_LOCK, start.ORACLES_LOCK]
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
    COURSE: [*map(Requirement, PROJECT["project"]["dependencies"]), *group("setup")],
    TESTS: [*group("tests")],
    ORACLES: [*group("oracles")],
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
    over = LOCKS[: LOCKS.index(lock) + 1]  # a layer lists what those below it lack
    versions = pins([pin for each in over for pin in locked(each)], default_environment())
    for need in DECLARED[lock]:
        version = versions[canonicalize_name(need.name)].removeprefix("==")
        assert version in need.specifier, f"{need} is locked at {version}"


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_each_package_once_and_exactly(lock):
    names = [canonicalize_name(each.name) for each in locked(lock)]
    assert names == sorted(set(names))
    assert all(re.fullmatch(r"==[\w.+!]+", str(each.specifier)) for each in locked(lock))


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_a_layer_puts_no_other_version_over_one_below_it(platform):
    environment = BINDER | {
        "sys_platform": platform,
        "os_name": "nt" if platform == "win32" else "posix",
    }
    course, tests, oracles = (pins(locked(lock), environment) for lock in LOCKS)
    for below, above in ((course, tests), (course, oracles), (tests, oracles)):
        assert all(below[name] == above[name] for name in below.keys() & above.keys())


@pytest.mark.parametrize("name", [*LOCKS, "environment.yml"])
def test_nothing_names_an_index_or_a_path(name):
    text = (ROOT / name).read_text("utf-8")
    assert not re.search(r"://|file:|@|\s--?[a-z]|^--?[a-z]", text)


def test_binder_can_run_what_installs_the_course():
    assert os.access(ROOT / "postBuild", os.X_OK)
    by_binder = {"apt.txt", "start", "runtime.txt", "Dockerfile", "binder", ".binder"}
    assert not by_binder & {path.name for path in ROOT.iterdir()}


def test_jupyterlab_opens_on_the_start_page_and_asks_the_network_for_no_news():
    settings = ROOT / "jupyter"
    lab = json.loads((settings / "etc/jupyter/jupyter_lab_config.json").read_text("utf-8"))
    page = lab["LabApp"]["default_url"].removeprefix("/lab/tree/")
    assert (ROOT / page).is_file()
    laid = json.loads((settings / "share/jupyter/lab/settings/overrides.json").read_text("utf-8"))
    news = laid["@jupyterlab/apputils-extension:notification"]
    assert news == {"fetchNews": "false", "checkForUpdates": False}


def test_the_server_takes_in_a_file_as_large_as_work_can_be(monkeypatch, tmp_path):
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path))
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(ROOT / "jupyter/etc/jupyter"))
    server = ServerApp()
    server.load_config_file()
    assert server.tornado_settings["websocket_max_message_size"] > archive.LARGEST


def test_jupyterlab_finds_the_courses_extension():
    (folder,) = (ROOT / "jupyter/share/jupyter/labextensions").iterdir()
    about = json.loads((folder / "package.json").read_text("utf-8"))
    assert about["name"] == folder.name
    assert (folder / about["jupyterlab"]["_build"]["load"]).is_file()


def test_the_readme_says_of_binder_what_the_repositorys_address_allows():
    lines = (ROOT / "README.md").read_text("utf-8").splitlines()
    assert start.binder_line(PROJECT["tool"]["course"]["repository"]) in lines
    assert "://" not in start.binder_line("")


def test_a_link_to_binder_opens_the_start_page_of_that_repository():
    link = re.search(r"\((\S+)\)", start.binder_line("shop/course"))[1]
    assert re.fullmatch(r"https://[\w.]+/v2/gh/shop/course/HEAD\?urlpath=lab/tree/(.*)", link)
    assert (ROOT / link.partition("lab/tree/")[2]).is_file()


def test_the_address_is_set_in_one_place_and_written_into_the_readme(tmp_path, monkeypatch):
    for name in ("README.md", "pyproject.toml", "jupyter/etc/jupyter/jupyter_lab_config.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    project = tmp_path / "pyproject.toml"
    unset = project.read_text("utf-8")
    project.write_text(
        re.sub("^repository = .*$", 'repository = "a/b"', unset, flags=re.M), "utf-8"
    )
    monkeypatch.setattr(start, "ROOT", tmp_path)
    start.link_to_binder()
    assert start.binder_line("a/b") in (tmp_path / "README.md").read_text("utf-8").splitlines()


def test_building_the_course_takes_only_what_is_locked():
    assert [*map(Requirement, PROJECT["build-system"]["requires"])] == [*group("setup")]


# What a trainee runs

LISTED = """
from importlib.metadata import distributions
from packaging.utils import canonicalize_name
print(*{canonicalize_name(found.name) for found in distributions()})
"""
OPTIONAL = """
from importlib.util import find_spec
from pandas.compat._optional import VERSIONS
print(*{name for name in VERSIONS if find_spec(name.partition(".")[0])})
"""


def told_by_a_child(program):
    """What a process prints that a test starts, as it starts kernels and servers."""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_what_a_test_starts_has_what_a_trainee_has_and_nothing_else():
    course = pins(locked(COURSE), default_environment()).keys()
    assert told_by_a_child(LISTED) - {"pip", "setuptools"} == course | {"course-utils"}


def test_no_tool_of_the_tests_changes_how_pandas_works():
    here = {name for name in VERSIONS if find_spec(name.partition(".")[0])}
    assert here - told_by_a_child(OPTIONAL) <= {"hypothesis", "pytest"}
