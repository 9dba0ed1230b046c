"""What tests of the package and of the notebooks share: the processes that they start."""

import os
from pathlib import Path
from typing import Any

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Start nbval's kernels as the others are started; it takes no settings for that."""
    if not config.pluginmanager.hasplugin("nbval"):
        return
    import nbval.kernel

    from course_utils.authoring.kernels import set_apart, tried_anew

    class Manager(nbval.kernel.KernelManager):
        def __init__(self, **options: Any) -> None:
            super().__init__(**options)
            set_apart(self)

    nbval.kernel.KernelManager = Manager
    nbval.kernel.start_new_kernel = tried_anew(nbval.kernel.start_new_kernel)


@pytest.hookimpl(trylast=True)  # once the workers have started, which need the tools
def pytest_sessionstart() -> None:
    """Hand on what a trainee has: the tests' own tools came in by PYTHONPATH."""
    os.environ["PYTHONPATH"] = str(Path(__file__).parent)
