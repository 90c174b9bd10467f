"""Commands as a person at a terminal starts them."""

import signal
import subprocess
from collections.abc import Sequence
from typing import Any


def started(command: Sequence[str], **options: Any) -> subprocess.Popen[str]:
    """Starts a command that hears Ctrl-C, also where the tests run in the background and shells have it ignored."""
    return subprocess.Popen(command, text=True, preexec_fn=_hear_ctrl_c, **options)  # noqa: PLW1509


def _hear_ctrl_c() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
