"""JupyterLab and Chromium, as a trainee has them, with nothing of this machine's own in them."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
LAID_OUT = ROOT / "jupyter/share/jupyter"  # as installing the course lays it into an environment
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
VIEW = {"width": 1440, "height": 900}  # a plain laptop screen


class Jupyter(NamedTuple):
    """A running JupyterLab."""

    url: str
    token: str
    folder: Path  # of the notebooks

    def address(self, notebook: str) -> str:
        return f"{self.url}lab/tree/{notebook}?reset&token={self.token}"


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where a Chromium is on this machine."""
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("no Chromium on this machine: the notebooks were not tried in a browser")
    return found


@pytest.fixture(scope="session")
def jupyter(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Jupyter]:
    """JupyterLab on a copy of the notebooks."""
    home = tmp_path_factory.mktemp("jupyter")
    shutil.copytree(ROOT / "notebooks", home / "notebooks", ignore=shutil.ignore_patterns("source"))
    options = [
        "--no-browser",
        "--expose-app-in-browser",
        "--ServerApp.ip=127.0.0.1",
        "--ServerApp.port=0",  # any that is free
        "--ServerApp.allow_root=True",
        f"--ServerApp.root_dir={home / 'notebooks'}",
        f"--LabApp.app_settings_dir={LAID_OUT / 'lab/settings'}",
    ]
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options],
            env=_environment(home),
            stdout=log,
            stderr=log,
        )
    try:
        yield _running(server, home)
    finally:
        server.terminate()
        server.wait()


def _environment(home: Path) -> dict[str, str]:
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "IPYTHON"))}
    return inherited | {
        "PYTHONPATH": str(ROOT),
        "COURSE_PROGRESS": str(home / "progress.jsonl"),
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_PATH": str(LAID_OUT),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
    }


def _running(server: subprocess.Popen, home: Path) -> Jupyter:
    """Wait for the file in which a Jupyter server says where it listens."""
    about = home / "runtime" / f"jpserver-{server.pid}.json"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        try:
            said = json.loads(about.read_text())
        except (OSError, ValueError):  # not there yet, or half written
            time.sleep(0.05)
        else:
            return Jupyter(said["url"], said["token"], home / "notebooks")
    raise RuntimeError(f"JupyterLab did not start:\n{(home / 'log').read_text()}")


@pytest.fixture(scope="session")
def context(chromium: str) -> Iterator[object]:
    """A fresh browser profile."""
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    with playwright.sync_playwright() as control:
        browser = control.chromium.launch(
            executable_path=chromium,
            args=list(FLAGS),
            ignore_default_args=["--hide-scrollbars"],  # they take room, and may be the news
        )
        context = browser.new_context(viewport=VIEW)
        context.set_default_timeout(60_000)
        yield context
        browser.close()
