"""`repsync start` beside a Twenty in use: its own stores, receiver, workers and clock, until Ctrl-C."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from commands import started as started_command
from webhook_receiver import wait_until

from runtime.local import free_port
from sandbox.twenty import SandboxTwenty

pytestmark = pytest.mark.processes
REPSYNC = Path(sys.executable).parent / "repsync"
REP = "20202020-463f-435b-828c-107e007a2711"
KEY, SECRET = "a-key-of-the-tests", "a-secret-of-the-tests"


@pytest.fixture
def twenty() -> Iterator[SandboxTwenty]:
    """A sandbox Twenty with one rep and today's real time."""
    twenty = SandboxTwenty(KEY, tokens=100)
    twenty.put("workspaceMembers", {"id": REP, "name": {"firstName": "Jane", "lastName": "Austen"}})
    twenty.start()
    yield twenty
    twenty.stop()


def _environment(twenty: SandboxTwenty) -> dict[str, str]:
    """What an operator has at first: no stores."""
    stores = ("DATABASE_URL", "REDIS_URL")
    own = {"TWENTY_URL": twenty.url, "TWENTY_API_KEY": KEY, "TWENTY_WEBHOOK_SECRET": SECRET}
    return {name: value for name, value in os.environ.items() if name not in stores} | own


@pytest.fixture
def started(twenty: SandboxTwenty, folder: Path) -> Iterator[str]:
    """repsync, running against the sandbox; the receiver's base URL."""
    port = free_port()
    environment = _environment(twenty)
    command = [str(REPSYNC), "start", "--port", str(port), "--folder", str(folder)]
    running = started_command(command, env=environment, stdout=subprocess.PIPE)
    assert running.stdout is not None
    assert running.stdout.readline().startswith("Receiver")
    assert running.stdout.readline().startswith(f"Console  http://127.0.0.1:{port}/console/")
    yield f"http://127.0.0.1:{port}"
    running.send_signal(signal.SIGINT)
    assert running.wait(timeout=30) == 0


def _post(twenty: SandboxTwenty, plural: str, **fields: Any) -> None:
    """Somebody makes a record in Twenty."""
    created_by = {"source": "MANUAL", "workspaceMemberId": REP, "name": "Jane Austen", "context": {}}
    row = {"createdBy": created_by, **fields}
    headers = {"Authorization": f"Bearer {KEY}"}
    requests.post(f"{twenty.url}/rest/{plural}", json=row, headers=headers, timeout=5).raise_for_status()


def _row(twenty: SandboxTwenty) -> dict[str, Any]:
    rows = twenty.rows("repProgressions")
    return rows[0] if rows else {}


def test_a_call_and_a_deal_reach_the_row_while_everything_runs(twenty: SandboxTwenty, started: str) -> None:
    """A call note is in the rep's row within seconds, by webhook; a deal after the early sweep, without a restart."""
    twenty.register_webhook(f"{started}/webhooks/twenty", ["note.*", "noteTarget.*", "opportunity.*"], SECRET)
    _post(twenty, "notes", title="Call - CONTACT | 2:05 | Call to Kim")
    wait_until(lambda: _row(twenty).get("totalXp") == 20, 20)
    _post(twenty, "opportunities", name="Roof", stage="CUSTOMER")
    wait_until(lambda: _row(twenty).get("totalXp") == 420, 60)
    row = _row(twenty)
    assert (row["closedDeals"], row["name"], row["streakDays"], row["syncedXp"]) == (1, "Jane Austen", 1, 420)


def test_from_nothing_to_a_synced_workspace_in_three_commands(twenty: SandboxTwenty, folder: Path) -> None:
    """setup needs no stores, start brings its own, and who looks beside it, in the same folder, finds them."""
    twenty.remove_object("repProgressions")
    port = free_port()
    environment = _environment(twenty) | {"RECEIVER_URL": f"http://127.0.0.1:{port}"}

    def repsync(*arguments: str) -> subprocess.CompletedProcess[str]:
        command, told = [str(REPSYNC), *arguments], {"capture_output": True, "text": True}
        return subprocess.run(command, cwd=folder, env=environment, timeout=60, check=False, **told)

    assert repsync("audit").returncode != 0
    assert repsync("setup").returncode == 0
    running = started_command(
        [str(REPSYNC), "start", "--port", str(port)], cwd=folder, env=environment, stdout=subprocess.PIPE
    )
    assert running.stdout is not None
    assert running.stdout.readline().startswith("Receiver")
    stores = folder / ".repsync" / "stores.json"
    assert stores.stat().st_mode & 0o777 == 0o600
    _post(twenty, "notes", title="Call - CONTACT | 2:05 | Call to Kim")
    wait_until(lambda: _row(twenty).get("totalXp") == 20, 30)
    wait_until(lambda: repsync("doctor").returncode == 0, 60)
    assert "Jane Austen" in repsync("reps", "list").stdout
    assert (done := repsync("audit", "--twenty")).returncode == 0, done.stdout
    running.send_signal(signal.SIGINT)
    assert running.wait(timeout=30) == 0
    assert not stores.exists()


def test_killed_stores_are_started_again(twenty: SandboxTwenty, started: str, folder: Path) -> None:
    """PostgreSQL and Valkey die by kill -9: repsync starts both again, and a call note counts as ever."""
    killed = _store_pids(folder)
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not killed & _store_pids(folder), 40)
    wait_until(lambda: _reachable(started) == {"database": "reachable", "redis": "reachable"}, 40)
    twenty.register_webhook(f"{started}/webhooks/twenty", ["note.*"], SECRET)
    _post(twenty, "notes", title="Call - CONTACT | 2:05 | Call to Kim")
    wait_until(lambda: _row(twenty).get("totalXp") == 20, 40)


def _store_pids(folder: Path) -> set[int]:
    pid_files = (folder / "postgres" / "postmaster.pid", folder / "valkey" / "valkey.pid")
    return {int(file.read_text().split()[0]) for file in pid_files if file.exists()}


def _reachable(url: str) -> dict[str, str]:
    ready = requests.get(f"{url}/readyz", timeout=10).json()
    return {store: ready[store] for store in ("database", "redis")}


def test_a_missing_setting_is_named(folder: Path) -> None:
    """Without TWENTY_URL nothing starts, and the message says what is missing."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TWENTY_")}
    command = [str(REPSYNC), "start", "--port", str(free_port()), "--folder", str(folder)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode != 0
    assert "TWENTY_URL" in done.stderr
    assert "TWENTY_API_KEY" in done.stderr
