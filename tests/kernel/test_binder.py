import os
import subprocess
import sys

import pytest

from course_utils.course.chapters import ROOT

RUN_A_CELL = """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell()
shell.extension_manager.load_extension("course_utils.kernel.binder")
shell.run_cell("1 + 1")
shell.run_cell("1 + 1")
"""


@pytest.mark.parametrize(("name", "banners"), [("BINDER_LAUNCH_HOST", 1), ("HOME_HOST", 0)])
def test_the_banner_comes_on_binder_and_only_there(name, banners, tmp_path) -> None:
    hosts = {"BINDER_LAUNCH_HOST", "BINDER_REPO_URL"}
    plain = {key: value for key, value in os.environ.items() if key not in hosts}
    run = subprocess.run(
        [sys.executable, "-c", RUN_A_CELL],
        env={**plain, name: "host", "PYTHONPATH": str(ROOT), "COURSE_PROGRESS": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.count("VBox(") == banners
