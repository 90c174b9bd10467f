"""`repsync backfill` as a person runs it: figures, Ctrl-C, kill -9, and going on."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from backfilling import awarded, put_calls
from commands import started
from floor import JANE
from webhook_receiver import wait_until
from world import World

from sandbox.twenty.faults import ApiFault, Faults

ROOT = Path(__file__).parents[2]


@pytest.fixture
def environment(world: World, redis_url: str) -> dict[str, str]:
    """The settings of a process over the world's stores."""
    return {
        "DATABASE_URL": world.floor.parts.engine.url.render_as_string(hide_password=False),
        "REDIS_URL": redis_url,
        "TWENTY_URL": world.twenty.url,
        "TWENTY_API_KEY": "a-key-of-the-tests",
        "PATH": os.defpath,
    }


def _start(environment: dict[str, str], *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "runtime.cli", "backfill", *arguments]
    return started(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def _ended(running: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = running.communicate(timeout=60)
    return running.returncode, out, err


def _stopped_at_the_notes(world: World, environment: dict[str, str], by: signal.Signals) -> tuple[int, str, str]:
    """Twenty keeps it waiting for the notes, all else is stored."""
    world.twenty.faults.set(Faults())
    running = _start(environment)
    world.twenty.faults.set(Faults(api=(ApiFault(kind="hang", share=1.0, plural="noteTargets"),)))
    wait_until(lambda: world.floor.ledger("SELECT object FROM backfill_state")[0]["object"] == "noteTargets", 30)
    running.send_signal(by)
    return _ended(running)
