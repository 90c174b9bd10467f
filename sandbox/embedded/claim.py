"""One process for each data folder: a lock while we run; what a killed predecessor left is ended first."""

import fcntl
import os
import subprocess
import sys
import time
from pathlib import Path
from signal import Signals
from typing import IO

from sandbox.embedded.errors import FolderInUse, FolderUnusable


def claim(data: Path) -> IO[bytes]:
    """Locks the data folder (which need not exist yet) until the file is closed or this process ends.

    Errors: `FolderInUse` when another process holds it, `FolderUnusable` when the place can't be written.
    """
    try:
        data.parent.mkdir(parents=True, exist_ok=True)
        lock = data.with_name(f"{data.name}.lock").open("ab")
    except OSError as error:
        raise FolderUnusable(data.parent, error.strerror or "it can't be written") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise FolderInUse(data) from None
    return lock


def end_leftover(data: Path, pid_file: Path, signal: Signals, patience_s: float = 30) -> None:
    """Ends the server a killed predecessor left on `data`; call with the claim held.

    When another program has got the server's process id since (a container numbers alike each time), the pid
    file is removed and the program left alone. A pid file of a dead process stays: by it PostgreSQL finds out
    whether parts of the dead server still use the data.
    """
    pid = _read_pid(pid_file)
    if pid is None or not _command_line(pid):
        return
    if not _serves(pid, data):
        pid_file.unlink()
        return
    os.kill(pid, signal)
    deadline = time.monotonic() + patience_s
    while _serves(pid, data):
        if time.monotonic() > deadline:
            raise FolderUnusable(data, f"a server left by a killed process does not end (process {pid})")
        time.sleep(0.02)


def _read_pid(pid_file: Path) -> int | None:
    try:
        return int(pid_file.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None


def _serves(pid: int, data: Path) -> bool:
    """Whether the process is a server started on this data folder."""
    return str(data) in _command_line(pid)


def _command_line(pid: int) -> str:
    """Empty when there is no such process, or only a zombie."""
    if sys.platform == "linux":
        try:
            return Path(f"/proc/{pid}/cmdline").read_text(errors="surrogateescape")
        except OSError:
            return ""
    ps = ["/bin/ps", "-ww", "-o", "command=", "-p", str(pid)]
    return subprocess.run(ps, capture_output=True, text=True, check=False).stdout  # noqa: S603
