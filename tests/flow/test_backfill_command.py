"""`repsync backfill` as a person runs it: figures, Ctrl-C, kill -9, and going on."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from backfilling import awarded, put_calls
from click.testing import CliRunner
from commands import started
from floor import JANE
from redis import Redis
from webhook_receiver import wait_until
from world import World

from runtime.cli import main

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


def _start(environment: dict[str, str], *arguments: str, calls_a_minute: int = 10_000) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "runtime.cli", "backfill", *arguments]
    paced = {**environment, "TWENTY_CALLS_PER_MINUTE": str(calls_a_minute)}
    return started(command, cwd=ROOT, env=paced, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def _run(environment: dict[str, str], *arguments: str) -> tuple[int, str, str]:
    running = _start(environment, *arguments)
    out, err = running.communicate(timeout=120)
    return running.returncode, out, err


def _cut_off(world: World, running: subprocess.Popen[str], at_rows: int, by: signal.Signals) -> tuple[int, str]:
    """Ends it between two pages; the status, and what it told."""
    rows = "SELECT rows FROM backfill_state"
    wait_until(lambda: world.floor.ledger(rows)[0]["rows"] >= at_rows, 60)
    running.send_signal(by)
    _, err = running.communicate(timeout=60)
    return running.returncode, err


def test_cut_off_twice_it_ends_as_if_it_had_run_through(
    world: World, environment: dict[str, str], redis_url: str
) -> None:
    """Ctrl-C says how to go on, kill -9 nothing; the same command goes on each time, and all is paid once."""
    put_calls(world, 600)
    # Eight calls at once, then one each 1.9 s: what is read before the first page of notes, and that one.
    first = _start(environment, calls_a_minute=32)
    status, told = _cut_off(world, first, 2 + 200, signal.SIGINT)
    assert (status, "go on with the same command" in told, "Traceback" in told) == (130, True, False)
    Redis.from_url(redis_url).flushall()
    second = _start(environment, calls_a_minute=20)
    status, told = _cut_off(world, second, 2 + 400, signal.SIGKILL)
    assert (status, told.startswith(("202 of 602 rows", "402 of 602 rows"))) == (-signal.SIGKILL, True)
    status, out, _ = _run(environment, "--json")
    told_last = json.loads(out)
    assert (status, told_last["done"], told_last["since"], told_last["rows"]) == (0, True, None, 602)
    assert (told_last["xpPaid"], told_last["newVersions"], told_last["repsWaiting"]) == (12_000, 600, 0)
    assert awarded(world) == [{"rep": JANE, "basis": "paid", "xp": 12_000, "count": 1_800}]


def test_it_says_when_there_is_nothing_to_do(world: World, environment: dict[str, str]) -> None:
    """After a first sweep that read everything; status 0, and the reason in JSON too."""
    world.settled()
    status, out, _ = _run(environment)
    assert (status, out.startswith("Nothing to do. The whole history was read before")) == (0, True)
    status, out, _ = _run(environment, "--json")
    assert (status, json.loads(out)["done"], "sweeps" in json.loads(out)["reason"]) == (0, False, True)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"TWENTY_API_KEY": "another"}, "Twenty could not be called: Unauthorized"),
        ({"REDIS_URL": "redis://127.0.0.1:1"}, "Redis is unavailable"),
    ],
)
def test_what_stops_it_is_told_in_a_sentence(
    world: World, environment: dict[str, str], wrong: dict[str, str], told: str
) -> None:
    """A wrong key, no Redis: no traceback, and status 3."""
    status, _, err = _run({**environment, **wrong})
    assert (status, told in err, "Traceback" in err) == (3, True, False)


def test_a_day_to_come_is_refused() -> None:
    """Nothing can have happened since."""
    refused = CliRunner().invoke(main, ["backfill", "--since", "2999-01-01"])
    assert (refused.exit_code, "has not come yet" in refused.stderr) == (2, True)
