"""A terminal: what a person types into it, and what it shows."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping, Sequence

PATIENCE_S = 90.0


class Terminal:
    """A command on a terminal of its own, which hears Ctrl-C; `with` ends it."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], *, columns: int = 100) -> None:
        self._pid, self._master = pty.fork()
        if self._pid == 0:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os.execvpe(command[0], list(command), dict(environment))
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        self.shown = ""

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._master)

    def type(self, text: str) -> None:
        """Presses these keys."""
        os.write(self._master, text.encode())

    def shows(self, pattern: str) -> re.Match[str]:
        """Waits until it shows this (behind what was waited for before); fails when it does not."""
        deadline_s = time.monotonic() + PATIENCE_S
        while (found := re.search(pattern, self.shown)) is None:
            assert self._read(deadline_s), f"{pattern!r} is not in {self.shown!r}"
        self.shown = self.shown[found.end() :]
        return found

    def status(self) -> int:
        """Waits for the command's end; its exit status."""
        deadline_s = time.monotonic() + PATIENCE_S
        while self._read(deadline_s):
            pass
        return os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])

    def _read(self, deadline_s: float) -> bool:
        ready, _, _ = select.select([self._master], [], [], max(deadline_s - time.monotonic(), 0))
        try:
            came = os.read(self._master, 65_536) if ready else b""
        except OSError:  # the command has ended
            return False
        self.shown += came.decode(errors="replace")
        return bool(came)
