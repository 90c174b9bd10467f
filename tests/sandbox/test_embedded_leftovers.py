"""What a killed predecessor left behind (where the kernel does not end it, and as a guard where it does)."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from signal import SIGTERM

import pytest

from sandbox.embedded.claim import end_leftover
from sandbox.embedded.errors import FolderUnusable
from sandbox.embedded.sockets import socket_folder

pytestmark = pytest.mark.processes

SLEEP = "import time; print('ready', flush=True); time.sleep(60)"
DEAF = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEP}"


@pytest.fixture
def left(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process as a server would be found: the data folder in its command line, its id in the pid file."""
    script, word = request.param
    command = [sys.executable, "-c", script, str(tmp_path) if word is None else word]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        (tmp_path / "pid").write_text(f"{process.pid}\n/more\n")
        yield process
        process.kill()


@pytest.mark.parametrize("left", [(SLEEP, None)], indirect=True)
def test_a_leftover_server_is_ended(tmp_path: Path, left: "subprocess.Popen[bytes]") -> None:
    """A live process that serves the folder gets the signal and is waited for."""
    end_leftover(tmp_path, tmp_path / "pid", SIGTERM)
    assert left.wait(0.5) == -SIGTERM


@pytest.mark.parametrize("left", [(SLEEP, "another program")], indirect=True)
def test_another_program_with_the_id_is_left_alone(tmp_path: Path, left: "subprocess.Popen[bytes]") -> None:
    """The stale pid file goes, the program that got the number stays."""
    end_leftover(tmp_path, tmp_path / "pid", SIGTERM)
    assert left.poll() is None
    assert not (tmp_path / "pid").exists()


@pytest.mark.parametrize("left", [(DEAF, None)], indirect=True)
def test_a_leftover_that_does_not_end_is_named(tmp_path: Path, left: "subprocess.Popen[bytes]") -> None:
    """When it ignores the signal the start is refused with its process id."""
    with pytest.raises(FolderUnusable, match=str(left.pid)):
        end_leftover(tmp_path, tmp_path / "pid", SIGTERM, patience_s=0.2)


def test_a_pid_file_of_a_dead_process_stays(tmp_path: Path) -> None:
    """PostgreSQL reads in it whether parts of the dead server still use the data."""
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    (tmp_path / "pid").write_text(str(dead.pid))
    end_leftover(tmp_path, tmp_path / "pid", SIGTERM)
    assert (tmp_path / "pid").exists()


def test_a_socket_folder_planted_in_tmp_is_refused(tmp_path: Path) -> None:
    """A link or a folder of somebody else at the expected place is not used."""
    data = tmp_path / ("d" * 120) / "postgres"
    expected = socket_folder(data)
    expected.rmdir()
    os.symlink(tmp_path, expected)
    try:
        with pytest.raises(FolderUnusable, match="somebody else"):
            socket_folder(data)
    finally:
        expected.unlink()
