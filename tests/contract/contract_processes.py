"""repsync itself, as real processes with stores of their own: receiver, workers, clock, and commands beside them."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

from runtime.local import HOST, free_port, start_clock, start_web, start_workers, wait_until_ready
from sandbox.embedded import EmbeddedServers, ProcessGroup

ROOT = Path(__file__).parents[2]
COMMAND_PATIENCE_S = 300


class Repsync:
    """Its processes run this checkout's code. `environment` holds the settings, all but those of the stores."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._folder = folder
        self._servers = EmbeddedServers(folder).__enter__()
        stores = {"DATABASE_URL": self._servers.database_url, "REDIS_URL": self._servers.redis_url}
        self.environment = {**environment, **stores, "PYTHONPATH": str(ROOT)}
        self._group = ProcessGroup(folder)
        self.port = free_port()

    def receive(self) -> None:
        """Starts the receiver, and waits until it is ready."""
        url = start_web(self._group, self.environment, HOST, self.port)
        wait_until_ready(url, self._folder / "logs")

    def work(self) -> None:
        """Starts two workers."""
        start_workers(self._group, self.environment, 2)

    def tick(self) -> None:
        """Starts the clock, and with it the sweeps."""
        start_clock(self._group, self.environment)

    def stop(self) -> None:
        self._group.stop()
        self._servers.__exit__()

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
