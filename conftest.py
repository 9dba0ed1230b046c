"""Kernels that nbval starts get in nobody's way, as little as those of the authors and tests."""

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
