"""Our own processes (web, worker, clock) under one roof: restarted when they die, ended together."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import structlog

from sandbox.embedded.child import spawn

BACK_OFF_S = (0.2, 1.0, 2.0, 5.0)
# A process that lived this long starts its back-off from the beginning.
STEADY_S = 10.0
GRACE_S = 10.0
POLL_S = 0.05

log = structlog.get_logger(__name__)


@dataclass
class _Member:
    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes]
    started_s: float
    deaths: int = 0
    due_s: float | None = None


class ProcessGroup:
    """Named commands, each in a session of its own, its output appended to `folder/logs/<name>.log`.

    One that dies is started again after 0.2, 1, 2, then every 5 s, until `stop`. On Linux all get SIGTERM
    when this process is killed; call `start` from a thread that lives as long as the group.
    """

    def __init__(self, folder: Path) -> None:
        """Nothing runs yet; `folder/logs` is made when needed."""
        self._logs = folder.resolve() / "logs"
        self._members: dict[str, _Member] = {}
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._watch = threading.Thread(target=self._supervise, name="process-group", daemon=True)

    def start(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
        """Starts a command with `environment` merged onto ours; this Python's folder comes first in its PATH.

        Errors: `ValueError` when the name is taken or the group was stopped.
        """
        with self._lock:
            if name in self._members or self._stopping.is_set():
                raise ValueError(f"{name} runs already, or the group was stopped")
            process = self._spawn(name, command, environment)
            self._members[name] = _Member(name, command, environment, process, time.monotonic())
            if not self._watch.ident:
                self._watch.start()

    def end(self, name: str) -> None:
        """Ends one for good, as `stop` ends all; the name is free then. Errors: `KeyError`."""
        with self._lock:
            _end_all([self._members.pop(name).process])

    def pid(self, name: str) -> int:
        """The process id of the command that runs, or ran last, under the name. Errors: `KeyError`."""
        with self._lock:
            return self._members[name].process.pid

    def stop(self) -> None:
        """Ends all: SIGTERM to each process group, up to 10 s, then SIGKILL to the rest of its session."""
        self._stopping.set()
        if self._watch.ident:
            self._watch.join()
        with self._lock:
            _end_all([member.process for member in self._members.values()])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _spawn(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
        self._logs.mkdir(parents=True, exist_ok=True)
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
        return spawn(
            command,
            log=self._logs / f"{name}.log",
            death_signal=signal.SIGTERM,
            environment={"PATH": path, **environment},
        )

    def _supervise(self) -> None:
        while not self._stopping.wait(POLL_S):
            with self._lock:
                for member in self._members.values():
                    self._attend(member, time.monotonic())

    def _attend(self, member: _Member, now: float) -> None:
        """Notes a death, and starts the command again once its back-off is over."""
        if member.due_s is not None and now >= member.due_s:
            self._restart(member, now)
        elif member.due_s is None and member.process.poll() is not None:
            _kill_session(member.process.pid)
            member.deaths = 0 if now - member.started_s > STEADY_S else member.deaths
            delay_s = BACK_OFF_S[min(member.deaths, len(BACK_OFF_S) - 1)]
            member.deaths, member.due_s = member.deaths + 1, now + delay_s
            status = member.process.returncode
            log.warning("process_died", name=member.name, status=status, restart_in_s=delay_s)

    def _restart(self, member: _Member, now: float) -> None:
        try:
            member.process = self._spawn(member.name, member.command, member.environment)
            member.started_s, member.due_s = now, None
        except OSError as error:
            member.due_s = now + BACK_OFF_S[-1]
            log.error("process_restart_failed", name=member.name, reason=error.strerror)


def _end_all(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
    deadline = time.monotonic() + GRACE_S
    while any(process.poll() is None for process in processes) and time.monotonic() < deadline:
        time.sleep(POLL_S)
    for process in processes:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        _kill_session(process.pid)


def _kill_session(leader: int) -> None:
    """Kills what a dead leader left of its session, and waits until it is gone.

    RQ's work-horse, for one, leaves its worker's process group.
    """
    deadline = time.monotonic() + GRACE_S
    while (left := session(leader)) and time.monotonic() < deadline:
        for pid in left:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(POLL_S)


def session(leader: int) -> list[int]:
    """The processes of the session that still run; on other systems than Linux nobody knows."""
    if sys.platform != "linux":
        return []
    return [pid for entry in Path("/proc").glob("[0-9]*") if _runs_in(pid := int(entry.name), leader)]


def _runs_in(pid: int, leader: int) -> bool:
    """A killed process that nobody has waited for yet is a zombie (`Z`) and runs no more."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][:1]
        return os.getsid(pid) == leader and state != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False
