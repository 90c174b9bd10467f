"""Child processes that end with us: started through the tether, ended by signals in a given order."""

import os
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from signal import Signals

TETHER = Path(__file__).with_name("tether.py")


def spawn(
    command: Sequence[str],
    *,
    log: Path,
    death_signal: Signals,
    environment: Mapping[str, str] | None = None,
    uid: int | None = None,
) -> subprocess.Popen[bytes]:
    """Starts the command in a session of its own (a Ctrl-C meant for us does not reach it).

    Its output is appended to `log`. On Linux it gets `death_signal` when the calling thread ends, so call
    this from a thread that outlives the child.
    """
    tether = [sys.executable, "-I", "-S", str(TETHER), str(os.getpid()), str(int(death_signal))]
    account = "-" if uid is None else str(uid)
    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603 - our own command lines, no shell
            [*tether, account, *command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(environment or {})},
            cwd="/" if uid is not None else None,
            start_new_session=True,
        )


def end(process: subprocess.Popen[bytes], steps: Iterable[tuple[Signals, float]]) -> None:
    """Sends each signal in turn and gives the process that many seconds to end after it."""
    for signal, patience_s in steps:
        if process.poll() is not None:
            return
        process.send_signal(signal)
        with suppress(subprocess.TimeoutExpired):
            process.wait(patience_s)
