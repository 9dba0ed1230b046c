"""Every line of code keeps to the rules of style and types that pyproject.toml sets."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOOLS = Path(pytest.__file__).parents[1]


@pytest.mark.parametrize(
    "command", [("mypy",), ("ruff", "check"), ("ruff", "format", "--check")], ids=" ".join
)
def test_the_code_keeps_to_the_rules(command):
    paths = os.pathsep.join(map(str, [ROOT, TOOLS]))
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
