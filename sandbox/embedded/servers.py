"""Both embedded servers as one context."""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn, Self

from sandbox.embedded.postgres import EmbeddedPostgres
from sandbox.embedded.valkey import EmbeddedValkey


class EmbeddedServers:
    """PostgreSQL and Valkey on `folder` while the `with` block runs; both are stopped on every way out of it.

    SIGTERM leaves the block as Ctrl-C does (exit status 143), when entered in the main thread. Enter it from
    a thread that lives as long as the block.
    """

    database_url: str
    redis_url: str

    def __init__(self, folder: Path) -> None:
        """Nothing runs yet; `folder` (`.repsync/` by default in the command line) is made when needed."""
        self._folder = folder
        self._running = ExitStack()

    def __enter__(self) -> Self:
        """Errors: `EmbeddedServerError`, with nothing left running."""
        with ExitStack() as undo:
            undo.enter_context(sigterm_as_exit())
            postgres, valkey = EmbeddedPostgres(self._folder), EmbeddedValkey(self._folder)
            undo.callback(postgres.stop)
            self.database_url = postgres.start()
            undo.callback(valkey.stop)
            self.redis_url = valkey.start()
            self._running = undo.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._running.close()


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
