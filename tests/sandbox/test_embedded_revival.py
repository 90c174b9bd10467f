"""Embedded servers that are killed are started again, where they were."""

import os
import signal
from pathlib import Path

import psycopg
import pytest
import redis
from embedded_servers import wait_until

from sandbox.embedded import EmbeddedServers
from sandbox.embedded.claim import _command_line

pytestmark = pytest.mark.processes


def _kill(pid_file: Path) -> None:
    pid = int(pid_file.read_text().split()[0])
    os.kill(pid, signal.SIGKILL)
    assert wait_until(lambda: not _command_line(pid))


def _answers(servers: EmbeddedServers) -> bool:
    servers.revive()
    try:
        with psycopg.connect(servers.database_url), redis.Redis.from_url(servers.redis_url) as client:
            return bool(client.ping())
    except (psycopg.OperationalError, redis.ConnectionError):
        return False


def test_killed_servers_come_back_with_their_data(folder: Path) -> None:
    """After kill -9 both answer at the URLs that they had, with what was committed; what lives is left alone."""
    with EmbeddedServers(folder) as servers:
        with psycopg.connect(servers.database_url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
        with redis.Redis.from_url(servers.redis_url) as client:
            client.set("kept", "8")
        _kill(folder / "postgres" / "postmaster.pid")
        _kill(folder / "valkey" / "valkey.pid")
        assert wait_until(lambda: _answers(servers))
        with psycopg.connect(servers.database_url) as connection:
            assert connection.execute("SELECT number FROM kept").fetchone() == (7,)
            born = connection.execute("SELECT pg_postmaster_start_time()").fetchone()
        with redis.Redis.from_url(servers.redis_url) as client:
            assert client.get("kept") == b"8"
        servers.revive()
        with psycopg.connect(servers.database_url) as connection:
            assert connection.execute("SELECT pg_postmaster_start_time()").fetchone() == born
    servers.revive()
    assert not (folder / "postgres" / "postmaster.pid").exists()
