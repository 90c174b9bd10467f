"""The embedded PostgreSQL: what it promises on its own."""

import os
import shutil
import signal
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from embedded_servers import running, wait_until
from sqlalchemy import create_engine, text

from sandbox.embedded import EmbeddedPostgres
from sandbox.embedded import postgres as module
from sandbox.embedded.errors import FolderInUse, FolderUnusable, ServerDidNotStart, ServerFilesMissing

pytestmark = pytest.mark.processes


@contextmanager
def started(folder: Path) -> Iterator[str]:
    """A server for the block's duration."""
    server = EmbeddedPostgres(folder)
    try:
        yield server.start()
    finally:
        server.stop()


def test_it_is_a_durable_utf8_postgres_18(folder: Path) -> None:
    """SQLAlchemy's plain `postgresql://` reaches version 18 with synchronous commits and UTF-8."""
    with started(folder) as url, create_engine(url).connect() as connection:
        shown = [
            connection.execute(text(f"SHOW {name}")).scalar_one()
            for name in (
                "server_version",
                "fsync",
                "synchronous_commit",
                "server_encoding",
                "listen_addresses",
            )
        ]
    assert [shown[0].partition(".")[0], *shown[1:]] == ["18", "on", "on", "UTF8", ""]


def test_only_we_can_enter_its_socket_folder(folder: Path) -> None:
    """The socket, which asks for no password, lies in a folder with mode 0700."""
    with started(folder):
        assert stat.S_IMODE((folder / "postgres.socket").stat().st_mode) == 0o700


def test_its_log_quotes_no_row(folder: Path) -> None:
    """A refused row leaves the error in the log, and none of its values."""
    with started(folder) as url, psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE notes (title text CHECK (title = ''))")
        with pytest.raises(psycopg.errors.CheckViolation):
            connection.execute("INSERT INTO notes VALUES ('Call to Jane Doe')")
    log = (folder / "postgres.log").read_text()
    assert "violates check constraint" in log
    assert "Jane Doe" not in log


def test_a_second_server_on_the_folder_is_refused(folder: Path) -> None:
    """The folder of a running server is named as in use, and the running server goes on."""
    with started(folder) as url:
        with pytest.raises(FolderInUse, match="in use by another repsync"):
            EmbeddedPostgres(folder).start()
        psycopg.connect(url).close()


@pytest.mark.parametrize("name", ["d" * 120, "with, comma & space"])
def test_a_long_or_odd_folder_works(folder: Path, name: str) -> None:
    """Where the socket's path would be too long or misread it lies in /tmp, and is removed from there."""
    with started(folder / name) as url:
        psycopg.connect(url).close()
        sockets = Path(url.partition("host=")[2])
        assert sockets.parent == Path("/tmp")
    assert not sockets.exists()


def test_stop_can_be_called_twice_and_start_again(folder: Path) -> None:
    """One object may start and stop several times."""
    server = EmbeddedPostgres(folder)
    server.stop()
    for _ in range(2):
        psycopg.connect(server.start()).close()
        server.stop()
        server.stop()
    assert running(folder) == []


def test_stop_does_not_wait_for_clients(folder: Path) -> None:
    """A client that stays connected is disconnected, and nothing is left."""
    server = EmbeddedPostgres(folder)
    with psycopg.connect(server.start()):
        server.stop()
        assert running(folder) == []


def test_committed_data_outlives_kill_9_of_the_server(folder: Path) -> None:
    """PostgreSQL killed without warning has everything committed at the next start."""
    with started(folder) as url:
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
        os.kill(int((folder / "postgres/postmaster.pid").read_text().split()[0]), signal.SIGKILL)
        assert wait_until(lambda: not running(folder))
    with started(folder) as url, psycopg.connect(url) as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (7,)


def test_the_pid_file_of_another_boot_does_not_hinder(folder: Path) -> None:
    """A pid file whose number meanwhile belongs to another program (here: to us) is recognised as stale."""
    with started(folder):
        stale = (folder / "postgres/postmaster.pid").read_text().splitlines()
    (folder / "postgres/postmaster.pid").write_text("\n".join([str(os.getppid()), *stale[1:]]))
    with started(folder) as url:
        psycopg.connect(url).close()


def test_a_half_made_data_folder_is_made_anew(folder: Path) -> None:
    """What an interrupted first start left does not get in the way."""
    (folder / "postgres.draft").mkdir()
    (folder / "postgres.draft/PG_VERSION").write_text("18\n")
    with started(folder) as url:
        psycopg.connect(url).close()


def test_a_start_that_fails_says_why_and_leaves_nothing(folder: Path) -> None:
    """The error quotes PostgreSQL's own log; no process, socket or lock stays."""
    with started(folder):
        pass
    version = folder / "postgres/PG_VERSION"
    version.write_text("12\n")
    with pytest.raises(ServerDidNotStart, match="database files are incompatible"):
        EmbeddedPostgres(folder).start()
    assert running(folder) == []
    version.write_text("18\n")
    with started(folder) as url:
        psycopg.connect(url).close()


def test_a_folder_that_cant_be_written_is_named(folder: Path) -> None:
    """A file where the folder should be gives an error with its path."""
    (folder / "taken").write_text("")
    with pytest.raises(FolderUnusable, match="taken can't be used"):
        EmbeddedPostgres(folder / "taken").start()


def test_data_of_another_user_is_refused(folder: Path) -> None:
    """Data made under another user is named as such: PostgreSQL could not read it."""
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    (folder / "postgres").mkdir()
    shutil.chown(folder / "postgres", "nobody")
    with pytest.raises(FolderUnusable, match="made by another user"):
        EmbeddedPostgres(folder).start()


def test_without_the_wheel_the_extra_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation without the extra says which one is missing."""
    monkeypatch.setattr(module, "find_spec", lambda _: None)
    with pytest.raises(ServerFilesMissing, match=r"repsync\[embedded\]"):
        EmbeddedPostgres(folder).start()
