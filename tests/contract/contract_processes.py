"""repsync itself, as real processes with stores of their own: receiver, workers, clock, and commands beside them."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

from runtime.local import HOST, free_port, start_clock, start_web, start_workers, wait_until_ready
from sandbox.embedded import EmbeddedServers, ProcessGroup

ROOT = Path(__file__).parents[2]
COMMAND_PATIENCE_S = 300
SHARE, SWEEP_EVERY_S = 50, 20


@contextmanager
def with_stores(environment: Mapping[str, str]) -> Iterator["Repsync"]:
    """repsync with stores of its own, of which nothing runs yet; in the end all is stopped, and the logs are left.

    Not below pytest's `tmp_path`: as root PostgreSQL is another user, to whom that is closed.
    """
    folder = Path(tempfile.mkdtemp(prefix="repsync-contract-"))
    with EmbeddedServers(folder) as servers, ProcessGroup(folder) as group:
        stores = {"DATABASE_URL": servers.database_url, "REDIS_URL": servers.redis_url}
        yield Repsync(folder / "logs", {**environment, **stores, "PYTHONPATH": str(ROOT)}, group)
    for left in folder.iterdir():
        if left.name != "logs":
            shutil.rmtree(left, ignore_errors=True)


class Repsync:
    """Its processes run this checkout's code. `environment` holds the settings."""

    def __init__(self, logs: Path, environment: Mapping[str, str], group: ProcessGroup) -> None:
        self.logs = logs
        self.environment = environment
        self._group = group
        self.port = free_port()

    def receive(self) -> None:
        """Starts the receiver, and waits until it is ready."""
        url = start_web(self._group, self.environment, HOST, self.port)
        wait_until_ready(url, self.logs)

    def work(self) -> None:
        """Starts the workers."""
        start_workers(self._group, self.environment)

    def tick(self) -> None:
        """Starts the clock, and with it the sweeps."""
        start_clock(self._group, self.environment)

    def command(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Runs `repsync <arguments>` to its end."""
        line = [sys.executable, "-m", "runtime.cli", *arguments]
        return subprocess.run(
            line,
            cwd=ROOT,
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            timeout=COMMAND_PATIENCE_S,
            check=False,
        )

    def has_command(self, name: str) -> bool:
        return self.command(name, "--help").returncode == 0

    def ledger(self, query: str, *values: Any) -> list[dict[str, Any]]:
        """Rows of the ledger."""
        with psycopg.connect(self.environment["DATABASE_URL"], row_factory=dict_row) as connection:
            return connection.execute(query, values).fetchall()

    def settled(self, rep: str) -> dict[str, Any]:
        """The rep's standing once Twenty's row says it; empty before."""
        query = "SELECT standing FROM reps WHERE id = %s AND done = dirty AND standing IS NOT NULL"
        found = self.ledger(query, rep)
        return dict(found[0]["standing"]) if found else {}

    def diagnosed(self) -> dict[str, dict[str, str]]:
        """The doctor's lines, by name."""
        done = self.command("doctor", "--json")
        assert done.stdout, done.stderr
        return {line["name"]: line for line in json.loads(done.stdout.splitlines()[-1])["checks"]}


def wait_for(seen: Callable[[], object], within_s: float, what: str) -> float:
    """How many seconds it took; fails with `what` did not happen."""
    began_s = time.monotonic()
    while not seen():
        assert time.monotonic() < began_s + within_s, f"{what} within {within_s:.0f} s: it did not happen"
        time.sleep(0.2)
    return time.monotonic() - began_s
