"""Kernels that tests, benchmarks and authors start: as many side by side as one likes.

Jupyter looks for free ports, and the kernel takes them a second later. Meanwhile they may have
become another process'; then the kernel dies. Sockets in a folder of its own nobody else takes.
"""

import os
import shutil
import tempfile
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from typing import ParamSpec, TypeVar

from jupyter_client import KernelManager
from nbclient import NotebookClient

HAS_SOCKETS = os.name == "posix"  # in the file system, for ZeroMQ
TRIES = 1 if HAS_SOCKETS else 3

P = ParamSpec("P")
T = TypeVar("T")


@contextmanager
def running(client: NotebookClient, **options: object) -> Iterator[None]:
    """The client's kernel, started with these options of `start_kernel`; it ends with the block."""

    def start() -> None:
        set_apart(client.create_kernel_manager())
        client.start_new_kernel(**options)
        client.start_new_kernel_client()

    tried_anew(start)()
    with client.setup_kernel():
        yield


def set_apart(manager: KernelManager) -> None:
    """Give the kernel that this manager will start sockets in a folder of its own."""
    if HAS_SOCKETS:
        # Not where TMPDIR leads: the path of a socket may have about a hundred characters.
        folder = tempfile.mkdtemp(prefix="kernel-", dir="/tmp")
        weakref.finalize(manager, shutil.rmtree, folder, ignore_errors=True)
        manager.transport, manager.ip = "ipc", f"{folder}/socket"


def tried_anew(start: Callable[P, T]) -> Callable[P, T]:
    """`start`, up to three times where a kernel may find its ports taken, and dies."""

    @wraps(start)
    def call(*arguments: P.args, **options: P.kwargs) -> T:
        for _ in range(TRIES - 1):
            with suppress(RuntimeError):
                return start(*arguments, **options)
        return start(*arguments, **options)

    return call
