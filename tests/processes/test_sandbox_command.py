"""`repsync sandbox` as somebody uses it who writes an integration."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from commands import started as started_command

from runtime.local import free_port

pytestmark = pytest.mark.processes
REPSYNC = Path(sys.executable).parent / "repsync"
HEADERS = {"Authorization": "Bearer a-key-of-the-tests"}


@pytest.fixture
def url() -> Iterator[str]:
    """A running sandbox's address; it is ended by Ctrl-C."""
    command = [str(REPSYNC), "sandbox", "--port", str(free_port()), "--api-key", "a-key-of-the-tests", "--tokens", "50"]
    running = started_command(command, stdout=subprocess.PIPE)
    assert running.stdout is not None
    name, _, url = running.stdout.readline().strip().partition("=")
    assert name == "TWENTY_URL"
    yield url
    running.send_signal(signal.SIGINT)
    assert running.wait(timeout=20) == 0


def test_rows_can_be_made_and_read(url: str) -> None:
    """A note that is posted is in the list, by the key that was asked for."""
    made = requests.post(f"{url}/rest/notes", json={"title": "Hello"}, headers=HEADERS, timeout=5)
    assert made.status_code == 201
    listed = requests.get(f"{url}/rest/notes", headers=HEADERS, timeout=5).json()
    assert [row["title"] for row in listed["data"]["notes"]] == ["Hello"]
    assert requests.get(f"{url}/rest/notes", headers={"Authorization": "Bearer no"}, timeout=5).status_code == 401


def test_faults_can_be_switched_on_while_it_runs(url: str) -> None:
    """Whoever wants to see a 500 asks for it, and a mistake in asking is told."""
    every = {"api": [{"kind": "500", "share": 1.0}]}
    assert requests.put(f"{url}/sandbox/faults", json=every, timeout=5).ok
    assert requests.get(f"{url}/rest/notes", headers=HEADERS, timeout=5).status_code == 500
    assert requests.put(f"{url}/sandbox/faults", json={"nope": 1}, timeout=5).status_code == 400


def test_a_taken_port_is_told_in_a_sentence(url: str) -> None:
    """No traceback, no silence."""
    command = [str(REPSYNC), "sandbox", "--port", url.rpartition(":")[2]]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode != 0
    assert "can't listen" in done.stderr
    assert "Traceback" not in done.stderr
