"""Both embedded servers as one context."""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn, Self

import structlog

from sandbox.embedded.errors import EmbeddedServerError
from sandbox.embedded.postgres import EmbeddedPostgres
from sandbox.embedded.valkey import EmbeddedValkey

log = structlog.get_logger(__name__)


class EmbeddedServers:
    """PostgreSQL and Valkey on `folder` while the `with` block runs; both are stopped on every way out of it.

    SIGTERM leaves the block as Ctrl-C does (exit status 143), when entered in the main thread. Enter it from
    a thread that lives as long as the block.
    """

    database_url: str
    redis_url: str

    def __init__(self, folder: Path) -> None:
        """Nothing runs yet; `folder` (`.repsync/` by default in the command line) is made when needed."""
        self._postgres, self._valkey = EmbeddedPostgres(folder), EmbeddedValkey(folder)
        self._running = ExitStack()

    def __enter__(self) -> Self:
        """Errors: `EmbeddedServerError`, with nothing left running."""
        with ExitStack() as undo:
            undo.enter_context(sigterm_as_exit())
            undo.callback(self._postgres.stop)
            self.database_url = self._postgres.start()
            undo.callback(self._valkey.stop)
            self.redis_url = self._valkey.start()
            self._running = undo.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._running.close()

    def revive(self) -> bool:
        """Starts again what died, at the same URL; call it now and then, from the thread that entered the block.

        False when a server can't start yet: the next call tries again.
        """
        all_run = True
        for name, server in (("postgres", self._postgres), ("valkey", self._valkey)):
            try:
                if server.revive():
                    log.warning("server_revived", name=name)
            except EmbeddedServerError as error:
                log.error("server_restart_failed", name=name, error=type(error).__name__)
                all_run = False
        return all_run


@contextmanager
def sigterm_as_exit() -> Iterator[None]:
    """Within the block SIGTERM raises `SystemExit(143)` in the main thread, so that `finally` blocks run."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _exit)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _exit(number: int, _: FrameType | None) -> NoReturn:
    sys.exit(128 + number)
