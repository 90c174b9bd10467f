"""What the tests of embedded servers and of our own processes share: folders, and a look at what runs."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import psutil  # type: ignore[import-untyped]
from commands import started

PATIENCE_S = 60


def running(word: object) -> list[str]:
    """The command lines of live processes that name the word (this one and zombies left out)."""
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        line = " ".join(process.info["cmdline"] or [])
        if str(word) in line and process.info["status"] != psutil.STATUS_ZOMBIE and process.pid != os.getpid():
            found.append(line)
    return found


def wait_until(condition: Callable[[], object]) -> bool:
    """Whether the condition came true within a minute."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def run_until_ready(script: str, *arguments: object) -> subprocess.Popen[str]:
    """Starts a Python script and waits until it prints its first line."""
    command = [sys.executable, "-c", script, *map(str, arguments)]
    process = started(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline(), process.communicate()[1]
    return process


def end_by(process: subprocess.Popen[str], number: signal.Signals) -> int:
    """Sends the signal and returns the exit status."""
    process.send_signal(number)
    process.communicate(timeout=PATIENCE_S)
    return process.returncode
