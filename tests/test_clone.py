"""A clone as Git for Windows makes it by default: with its own ends of lines, if it may."""

import shutil
import subprocess
from pathlib import Path

import pytest

from course_utils.cases import tables

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """A clone with `core.autocrlf=true`; its files are what is committed."""
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.skip("no Git here, or no clone: this folder can't be cloned")
    folder = tmp_path_factory.mktemp("clone") / "course"
    command = ["git", "-c", "core.autocrlf=true", "clone", "--quiet", "--depth=1"]
    subprocess.run([*command, ROOT.as_uri(), folder], check=True)
    return folder


def test_every_table_of_a_clone_on_windows_can_be_read(clone):
    for folder in (clone / "data").iterdir():
        for path in folder.glob("*.csv"):
            assert len(tables.read_table(folder, path.stem)) > 0


def test_notebooks_and_sources_of_a_clone_on_windows_are_the_same(clone):
    for name in ("notebooks/*.ipynb", "notebooks/source/*.md", "*.py", "postBuild"):
        for path in clone.glob(name):
            assert b"\r\n" not in path.read_bytes(), path.name
