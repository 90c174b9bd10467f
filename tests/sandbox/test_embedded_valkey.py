"""The embedded Valkey: what it promises on its own."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis
from embedded_servers import running, wait_until
from rq import Queue

from sandbox.embedded import EmbeddedValkey
from sandbox.embedded import valkey as module
from sandbox.embedded.errors import FolderInUse, ServerDidNotStart, ServerFilesMissing

pytestmark = pytest.mark.processes


@contextmanager
def started(folder: Path) -> Iterator["redis.Redis"]:
    """A client of a server that runs for the block's duration."""
    server = EmbeddedValkey(folder)
    try:
        yield redis.Redis.from_url(server.start())
    finally:
        server.stop()


def test_rq_can_use_it(folder: Path) -> None:
    """A job enqueued in one run is still queued in the next one."""
    with started(folder) as client:
        job = Queue("digest", connection=client).enqueue("json.dumps", [1])
    with started(folder) as client:
        assert Queue("digest", connection=client).job_ids == [job.id]


def test_no_tcp_port_is_open(folder: Path) -> None:
    """Only the Unix socket answers; the append-only file is on and snapshots are off."""
    with started(folder) as client:
        settings = client.config_get("port", "appendonly", "save")
    assert settings == {"port": "0", "appendonly": "yes", "save": ""}


def test_a_second_server_on_the_folder_is_refused(folder: Path) -> None:
    """The folder of a running server is named as in use, and the running server goes on."""
    with started(folder) as client:
        with pytest.raises(FolderInUse, match="in use by another repsync"):
            EmbeddedValkey(folder).start()
        assert client.ping()


@pytest.mark.parametrize("name", ["d" * 120, "with, comma & space %41"])
def test_a_long_or_odd_folder_works(folder: Path, name: str) -> None:
    """A socket path that would be too long or misread does not hinder."""
    with started(folder / name) as client:
        assert client.ping()
    assert running(name) == []


def test_data_outlives_kill_9_of_the_server(folder: Path) -> None:
    """A server killed a second after a write (it flushes each second) has the write at the next start."""
    with started(folder) as client:
        client.set("kept", "7")
        client.waitaof(1, 0, 5000)
        os.kill(int((folder / "valkey/valkey.pid").read_text()), signal.SIGKILL)
        assert wait_until(lambda: not running(folder))
    with started(folder) as client:
        assert client.get("kept") == b"7"


def test_a_start_that_fails_says_why_and_leaves_nothing(folder: Path) -> None:
    """The error quotes Valkey's own log, and no process stays."""
    with started(folder) as client:
        client.set("kept", "7")
    next((folder / "valkey/appendonlydir").glob("*.manifest")).write_text("nonsense\n")
    with pytest.raises(ServerDidNotStart, match="manifest"):
        EmbeddedValkey(folder).start()
    assert running(folder) == []


def test_without_the_wheel_the_extra_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation without the extra says which one is missing."""
    monkeypatch.setattr(module, "find_spec", lambda _: None)
    with pytest.raises(ServerFilesMissing, match=r"repsync\[embedded\]"):
        EmbeddedValkey(folder).start()
