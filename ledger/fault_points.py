"""Fault points: named steps between verify and write-back at which a test lets a process die.

Off unless the environment variable REPSYNC_DIES_AT names a folder, which is refused beside SENTRY_DSN. All that a
point can do is this: whoever first takes the file of its name out of that folder is killed there by SIGKILL, as by
the kernel: nothing is cleaned up, nothing is told.
"""

import os
import signal
from pathlib import Path
from typing import Literal

VARIABLE = "REPSYNC_DIES_AT"

FaultPoint = Literal[
    "receiver.verified",
    "receiver.before_commit",
    "receiver.committed",
    "receiver.before_answer",
    "digest.claimed",
    "digest.before_commit",
    "digest.committed",
    "publish.dirty_read",
    "publish.rows_read",
    "publish.planned",
    "publish.written",
    "publish.remembered",
    "sweep.page_stored",
    "sweep.before_finish",
    "clock.due_read",
    "clock.woken",
]

_named = os.environ.get(VARIABLE)
_folder = Path(_named) if _named else None


def armed() -> bool:
    """Whether processes of this environment can be made to die."""
    return _folder is not None


def reached(point: FaultPoint) -> None:
    """This step is done; does nothing unless a test wants this process to die here."""
    if _folder is not None and _taken(_folder / point):
        os.kill(os.getpid(), signal.SIGKILL)


def _taken(file: Path) -> bool:
    """Of several processes at the same point, one takes it."""
    try:
        file.unlink()
    except OSError:
        return False
    return True
