"""`make chaos`, short: everything is killed once, at some fault points too, while a small floor works."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.processes
ROOT = Path(__file__).parents[2]


@pytest.mark.timeout(600)
def test_nothing_is_lost_or_doubled_amid_kills() -> None:
    """Thirteen kills of receiver, worker, work-horse, clock, Valkey with and without its data, PostgreSQL and at fault
    points, an outage of Twenty, bad webhooks, calls cut off after the write: the run ends clean, as the floor
    reckons."""
    command = [sys.executable, "-m", "chaos", "--seed", "4", "--kills", "13", "--deliveries", "300"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "120"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=540, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    told = dict(line.strip().split("  ", 1) for line in done.stdout.splitlines() if "  " in line.strip())
    shown = {name: told[name].strip() for name in ("SIGKILLs", "Lost", "Doubled", "repsync audit --twenty")}
    assert shown == {"SIGKILLs": "13", "Lost": "0", "Doubled": "0", "repsync audit --twenty": "clean"}
