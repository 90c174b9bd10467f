"""Our own processes as a group, with real processes and signals."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from embedded_servers import end_by, run_until_ready, running, wait_until

from sandbox.embedded import ProcessGroup, processes

pytestmark = pytest.mark.processes

# Each appends its process id to the file it is given; the file's path in the command line makes it findable.
NOTE = "import os, sys, time, signal, subprocess; open(sys.argv[1], 'a').write(f'{os.getpid()}\\n');"
SLEEP = f"{NOTE} time.sleep(60)"
DEAF = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEP}"
POLITE = f"{NOTE} signal.signal(signal.SIGTERM, lambda *_: (print('bye', flush=True), sys.exit(0))); time.sleep(60)"
# Like RQ's work-horse: a child that left its parent's process group.
HORSE = f"{NOTE} os.fork() or os.setpgrp(); time.sleep(60)"

SUPERVISE = """
import sys, time
from pathlib import Path
from sandbox.embedded import ProcessGroup
group = ProcessGroup(Path(sys.argv[1]))
group.start("worker", [sys.executable, "-c", sys.argv[3], sys.argv[2]], {})
while not Path(sys.argv[2]).exists(): time.sleep(0.02)
print("ready", flush=True)
time.sleep(60)
"""


@pytest.fixture
def group(tmp_path: Path) -> Iterator[ProcessGroup]:
    """An empty group whose logs go to `tmp_path/logs`."""
    with ProcessGroup(tmp_path) as group:
        yield group


def start(group: ProcessGroup, script: str, notes: Path, name: str = "worker", **environment: str) -> None:
    """Starts a Python script in the group and waits until it has noted its id."""
    group.start(name, [sys.executable, "-c", script, str(notes)], environment)
    assert wait_until(lambda: ids(notes))


def ids(notes: Path) -> list[int]:
    """The process ids noted so far."""
    return [int(line) for line in notes.read_text().splitlines()] if notes.exists() else []


def test_a_process_gets_its_environment_and_log(group: ProcessGroup, tmp_path: Path) -> None:
    """The given variables are merged onto ours; output and errors are appended to its log."""
    script = "import os; print(os.environ['GIVEN'], 'HOME' in os.environ); 1/0"
    group.start("worker", [sys.executable, "-c", script], {"GIVEN": "value"})
    log = tmp_path / "logs/worker.log"
    assert wait_until(lambda: log.exists() and "ZeroDivisionError" in log.read_text())
    assert "value True\n" in log.read_text()


def test_commands_of_this_python_are_found(group: ProcessGroup, tmp_path: Path) -> None:
    """`gunicorn` alone means the one installed beside this Python, whatever PATH says."""
    group.start("web", ["gunicorn", "--version"], {})
    assert wait_until(lambda: "gunicorn (version" in (tmp_path / "logs/web.log").read_text())


def test_a_killed_process_is_started_again(group: ProcessGroup, tmp_path: Path) -> None:
    """After kill -9 another process with the same command runs within seconds; the others go on."""
    start(group, SLEEP, tmp_path / "worker")
    start(group, SLEEP, tmp_path / "clock", name="clock")
    os.kill(ids(tmp_path / "worker")[0], signal.SIGKILL)
    assert wait_until(lambda: len(ids(tmp_path / "worker")) == 2)
    assert len(ids(tmp_path / "clock")) == 1


def test_a_process_that_dies_at_once_is_not_started_in_a_loop(group: ProcessGroup, tmp_path: Path) -> None:
    """The pause grows: two starts in the first second, not dozens."""
    start(group, f"{NOTE} sys.exit(3)", tmp_path / "worker")
    time.sleep(0.9)
    assert len(ids(tmp_path / "worker")) == 2


def test_stop_lets_them_finish(group: ProcessGroup, tmp_path: Path) -> None:
    """SIGTERM comes first, so a process can end in its own way, and it is not started again."""
    start(group, POLITE, tmp_path / "worker")
    group.stop()
    assert (tmp_path / "logs/worker.log").read_text() == "bye\n"
    assert running(tmp_path) == []
    assert len(ids(tmp_path / "worker")) == 1


def test_stop_kills_what_ignores_it(group: ProcessGroup, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process deaf to SIGTERM is gone when stop returns."""
    monkeypatch.setattr(processes, "GRACE_S", 0.3)
    start(group, DEAF, tmp_path / "worker")
    group.stop()
    assert running(tmp_path) == []


@pytest.mark.skipif(sys.platform != "linux", reason="sessions are looked up in /proc")
def test_a_child_in_a_process_group_of_its_own_goes_too(group: ProcessGroup, tmp_path: Path) -> None:
    """A work-horse survives neither its worker's death nor the stop."""
    start(group, HORSE, tmp_path / "worker")
    assert wait_until(lambda: len(running(tmp_path)) == 2)
    os.kill(ids(tmp_path / "worker")[0], signal.SIGKILL)
    assert wait_until(lambda: len(ids(tmp_path / "worker")) == 2 and len(running(tmp_path)) == 2)
    group.stop()
    assert running(tmp_path) == []


def test_a_stopped_group_starts_nothing(group: ProcessGroup) -> None:
    """A late start, as from a race with Ctrl-C, is refused."""
    group.stop()
    with pytest.raises(ValueError, match="group was stopped"):
        group.start("worker", [sys.executable, "-c", ""], {})


def test_an_unknown_command_is_named_in_the_log(group: ProcessGroup, tmp_path: Path) -> None:
    """A command that does not exist leaves its name and the reason in its log."""
    group.start("web", ["no-such-command"], {})
    log = tmp_path / "logs/web.log"
    assert wait_until(lambda: "no-such-command: No such file or directory" in log.read_text())


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent was killed")
def test_kill_9_of_the_supervisor_ends_them(tmp_path: Path) -> None:
    """Whoever kills the supervisor leaves none of its processes behind."""
    supervisor = run_until_ready(SUPERVISE, tmp_path, tmp_path / "worker", SLEEP)
    end_by(supervisor, signal.SIGKILL)
    assert wait_until(lambda: not running(tmp_path))
