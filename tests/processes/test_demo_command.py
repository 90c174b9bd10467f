"""`repsync demo` as its users run it: a real process with its own servers, receiver, workers and clock."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from commands import started as started_command
from webhook_receiver import wait_until

pytestmark = pytest.mark.processes
REPSYNC = Path(sys.executable).parent / "repsync"
NAMED = {
    "workspaceMemberId",
    "name",
    "totalXp",
    "currentLevel",
    "currentRank",
    "closedDeals",
    "totalCalls",
    "subThirtyCalls",
    "overTwoMinuteCalls",
    "appointmentsSet",
    "appointmentsHeld",
    "streakDays",
}


def _demo(*arguments: str) -> dict[str, Any]:
    """Runs a demo to its end and returns the JSON object that it printed last."""
    command = [str(REPSYNC), "demo", "--once", "--json", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


DAY = Path(__file__).parent.parent / "recordings" / "floor-deliveries.jsonl"
SECRET = "s3cret-for-tests-0000000000000000"


@pytest.fixture(scope="module")
def played() -> dict[str, Any]:
    """The recorded day, once and in order."""
    return _demo("--deliveries", str(DAY))


@pytest.fixture(scope="module")
def calm() -> dict[str, Any]:
    """Four reps work for a day."""
    return _demo("--reps", "4", "--days", "1")


def test_a_small_floor_ends_as_it_reckons(calm: dict[str, Any]) -> None:
    """Four reps work for a day, told by webhooks and RedHawk, swept meanwhile: every figure is the floor's own."""
    shown = calm
    assert shown["asExpected"] is True
    assert not any(shown["faults"].values())
    assert (shown["lost"], shown["refused"], len(shown["standings"])) == (0, {}, 4)
    assert shown["deliveries"]["received"] > 50
    assert all(set(rep) == NAMED for rep in shown["standings"])


def test_a_storm_ends_with_the_standings_of_a_calm_day(calm: dict[str, Any]) -> None:
    """30 % of the webhooks lost, 10 % twice, all late and half overtaken, an hour of outage, calls refused: the same
    standings within two sweeps, and no call beyond the budget."""
    stormy = _demo("--reps", "4", "--days", "1", "--weather", "storm")
    faults = stormy["faults"]
    assert all(faults[kind] > 0 for kind in ("dropped", "doubled", "reordered", "unanswered"))
    assert faults["overBudget"] == 0
    assert stormy["sweepsAfterwards"] <= 2
    assert (stormy["asExpected"], stormy["standings"]) == (True, calm["standings"])


def test_the_demo_plays_the_day_and_loses_nothing(played: dict[str, Any]) -> None:
    """152 webhooks in, each with an outcome, and the XP worked out in tests/flow/test_recorded_day.py."""
    assert played["deliveries"] == {"received": 152, "processed": 145, "ignored": 5, "parked": 2, "duplicates": 0}
    assert played["lost"] == 0
    assert {rep["name"]: rep["totalXp"] for rep in played["standings"]} == {
        "Jane Austen": 765,
        "Jony Ive": 564,
        "Phil Schiler": 861,
    }
    assert all(set(rep) == NAMED for rep in played["standings"])


def test_the_demo_tells_its_cost_and_lag(played: dict[str, Any]) -> None:
    """Twenty's calls stay far under its 100 a minute, and lags are told for both kinds of decision."""
    assert 4 <= played["twentyCalls"] <= 60
    for lag in (played["lagMs"], played["lagMs"]["atOnce"], played["lagMs"]["atWatermark"]):
        assert 0 < lag["p50"] <= lag["p99"]


def test_a_shuffled_day_from_a_file_ends_the_same(played: dict[str, Any]) -> None:
    """The user's own recording, shuffled and each line three times, through real workers: the same standings."""
    again = _demo("--deliveries", str(DAY), "--secret", SECRET, "--shuffle", "7", "--repeat", "3")
    assert again["standings"] == played["standings"]
    assert again["deliveries"]["received"] == 456
    assert again["deliveries"]["duplicates"] == 304
    assert again["lost"] == 0


def test_a_wrong_secret_is_refused(recordings: Path) -> None:
    """Deliveries signed with another secret are not accepted, and the demo says so instead of counting them."""
    command = [str(REPSYNC), "demo", "--once", "--json", "--secret", "another"]
    command += ["--deliveries", str(recordings / "floor-deliveries.jsonl")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
    found = json.loads(done.stdout.strip().splitlines()[-1])
    assert (found["deliveries"]["received"], found["refused"]) == (0, {"401": 152})
    assert done.returncode == 1
    assert "Is the secret right?" in done.stderr


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("", "holds no delivery to play"),
        ('{"headers": {}, "raw": "{}"}\n', "delivery 1 is no webhook of Twenty's"),
        ('{"headers": {}, "raw": "no json"}\n', "delivery 1 is no webhook of Twenty's"),
        ("no json\n", "day.jsonl:1 is not a recorded delivery"),
    ],
)
def test_an_odd_file_is_refused_in_a_sentence(tmp_path: Path, lines: str, told: str) -> None:
    """What can't be played is named before anything is started."""
    (tmp_path / "day.jsonl").write_text(lines)
    command = [str(REPSYNC), "demo", "--once", "--secret", "s", "--deliveries", str(tmp_path / "day.jsonl")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode != 0
    assert told in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_leaves_nothing_running(number: signal.Signals) -> None:
    """Interrupted at any moment the demo ends all of its processes, servers included."""
    marker = f"repsync-test-{os.getpid()}-{number}"
    running = started_command(
        [str(REPSYNC), "demo"],
        env={**os.environ, "REPSYNC_TEST_MARKER": marker},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_until(lambda: len(_marked(marker)) >= 7, 60)
    running.send_signal(number)
    running.wait(timeout=30)
    wait_until(lambda: not _marked(marker), 10)


def _marked(marker: str) -> list[int]:
    """The processes that inherited the marker."""
    found = []
    for environ in Path("/proc").glob("[0-9]*/environ"):
        try:
            if marker.encode() in environ.read_bytes():
                found.append(int(environ.parent.name))
        except OSError:
            continue
    return found
