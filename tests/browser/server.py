"""A JupyterLab as a trainee has it, with nothing of this machine's own in it."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
LAID_OUT = ROOT / "jupyter/share/jupyter"  # as installing the course lays it into an environment


class Jupyter(NamedTuple):
    """A running JupyterLab: where it listens, its process, and the folder of its notebooks."""

    url: str
    token: str
    pid: int
    folder: Path

    def address(self, notebook: str) -> str:
        return f"{self.url}lab/tree/{notebook}?reset&token={self.token}"


@contextmanager
def jupyterlab(notebooks: Path, home: Path) -> Iterator[Jupyter]:
    """A server of the notebooks in a folder; `home` is an empty one for what it writes itself."""
    options = [
        "--no-browser",
        "--expose-app-in-browser",
        "--ServerApp.ip=127.0.0.1",
        "--ServerApp.port=0",  # any that is free
        "--ServerApp.allow_root=True",
        f"--ServerApp.root_dir={notebooks}",
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
        yield _running(server, notebooks, home)
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


def _running(server: subprocess.Popen, notebooks: Path, home: Path) -> Jupyter:
    """Wait for the file in which a Jupyter server says where it listens."""
    about = home / "runtime" / f"jpserver-{server.pid}.json"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        try:
            said = json.loads(about.read_text())
        except (OSError, ValueError):  # not there yet, or half written
            time.sleep(0.05)
        else:
            return Jupyter(said["url"], said["token"], server.pid, notebooks)
    raise RuntimeError(f"JupyterLab did not start:\n{(home / 'log').read_text()}")
