"""What tests of the package and of the notebooks share: the processes that they start."""

import gc
import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Start nbval's kernels as the others are started; it takes no settings for that.

    Each notebook has a record of its own: its trainee has just begun, whatever runs beside it.
    """
    if not config.pluginmanager.hasplugin("nbval"):
        return
    import nbval.kernel

    from course_utils.authoring.kernels import set_apart, tried_anew

    class Manager(nbval.kernel.KernelManager):
        def __init__(self, **options: Any) -> None:
            super().__init__(**options)
            set_apart(self)
            self.record = TemporaryDirectory(prefix="course-progress-")

        def start_kernel(self, **options: Any) -> None:
            super().start_kernel(env={**os.environ, "COURSE_PROGRESS": self.record.name}, **options)

    nbval.kernel.KernelManager = Manager
    nbval.kernel.start_new_kernel = tried_anew(nbval.kernel.start_new_kernel)


@pytest.hookimpl(trylast=True)  # once the workers have started, which need the tools
def pytest_sessionstart() -> None:
    """Hand on what a trainee has: the tests' own tools came in by PYTHONPATH."""
    os.environ["PYTHONPATH"] = str(Path(__file__).parent)


def pytest_collection_finish() -> None:
    """Spare the collector of garbage what was imported, and all the tests: they stay."""
    gc.freeze()
