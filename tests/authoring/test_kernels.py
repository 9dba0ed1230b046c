import gc
from pathlib import Path

import nbformat
import pytest
from jupyter_client import KernelManager
from nbclient import NotebookClient

from course_utils.authoring import kernels
from course_utils.authoring.kernels import running, set_apart, tried_anew

posix = pytest.mark.skipif(not kernels.HAS_SOCKETS, reason="no sockets in the file system here")


def addresses(manager):
    """Where the kernel of this manager would listen."""
    manager.write_connection_file()
    told = manager.get_connection_info()
    manager.cleanup_resources()
    return {f"{told['ip']}-{told[name]}" for name in told if name.endswith("_port")}


@posix
def test_no_two_kernels_listen_at_the_same_place(monkeypatch, tmp_path):
    monkeypatch.setenv("TMPDIR", str(tmp_path / ("deep/" * 20)))
    managers = [KernelManager() for _ in range(4)]
    for manager in managers:
        set_apart(manager)
        assert manager.transport == "ipc"
    places = [place for manager in managers for place in addresses(manager)]
    assert len(set(places)) == len(places) == 20
    assert max(map(len, places)) < 100  # a hundred or so is all that a socket's path may have


@posix
def test_sockets_are_gone_when_the_kernel_is():
    client = NotebookClient(nbformat.v4.new_notebook())
    with running(client):
        folder = Path(client.km.ip).parent
        assert [*folder.iterdir()]
    del client
    gc.collect()
    assert not folder.exists()


def test_nbval_starts_its_kernels_so_too():
    nbval = pytest.importorskip("nbval.kernel")
    assert (nbval.KernelManager().transport == "ipc") == kernels.HAS_SOCKETS


@pytest.mark.parametrize("deaths", [0, 2, 3])
def test_a_kernel_that_found_its_ports_taken_is_started_anew(monkeypatch, deaths):
    monkeypatch.setattr(kernels, "TRIES", 3)
    outcomes = [RuntimeError("Kernel died before replying to kernel_info")] * deaths

    def start(name):
        if outcomes:
            raise outcomes.pop()
        return name

    if deaths < 3:
        assert tried_anew(start)("here") == "here"
    else:
        with pytest.raises(RuntimeError, match="died"):
            tried_anew(start)("here")
    assert outcomes == []
