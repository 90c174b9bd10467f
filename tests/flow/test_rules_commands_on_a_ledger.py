"""`repsync rules diff` and `repsync rebuild` over the ledger of a played day."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from floor import JANE, Floor, everything

from ledger.engine import transaction
from runtime.rules_file import rules_text

ROOT = Path(__file__).parents[2]
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(floor: Floor, database_url: str, redis_url: str) -> Run:
    """Runs this checkout's `repsync` over the floor's stores, with the recorded day settled."""
    floor.play()
    floor.digest()
    floor.publish()
    floor.sweep()
    settings = {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "TWENTY_URL": floor.twenty.url,
        "TWENTY_API_KEY": "a-key-of-the-tests",
        "REPLAY_AS_OF": floor.day.as_of.isoformat(),
        "PATH": "/usr/bin:/bin",
    }

    def command(*arguments: str) -> subprocess.CompletedProcess[str]:
        whole = [sys.executable, "-m", "runtime.cli", *arguments]
        return subprocess.run(whole, cwd=ROOT, env=settings, capture_output=True, text=True, timeout=120, check=False)

    return command


def test_a_diff_is_told_and_changes_nothing(floor: Floor, run: Run, tmp_path: Path) -> None:
    """Numbers that differ, keys in one file only, and each rep's changes; the ledger stays as it is."""
    other = rules_text(None).replace('kind = "dials", at_least = 100', 'kind = "dials", at_least = 27')
    (tmp_path / "rules.toml").write_text(other.replace('version = "3.0-1"', 'version = "3.0-2"'))
    before = everything(floor)
    done = run("rules", "diff", str(tmp_path / "rules.toml"), "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert everything(floor) == before
    assert {each["key"]: (each["before"], each["after"]) for each in told["rules"]} == {
        "version": (told["inForce"], "3.0-2"),
        "ranks[E-2].gates[dials].at_least": (100, 27),
    }
    assert (told["keys"]["onlyInForce"], told["keys"]["onlyInFile"], told["repsCompared"]) == (0, 0, 3)
    # Jane has 26 calls, Jony 27, Phil 28.
    met = {rep["name"]: "gates[E-2 dials].met" in {each["what"] for each in rep["changes"]} for rep in told["reps"]}
    assert met == {"Jane Austen": False, "Jony Ive": True, "Phil Schiler": True}
    shown = run("rules", "diff", str(tmp_path / "rules.toml")).stdout
    assert "3 reps compared, 3 would stand differently." in shown
    assert "Phil Schiler" in shown


def test_a_diff_with_a_wrong_file_ends_with_its_mistakes(run: Run, tmp_path: Path) -> None:
    """The file is checked before anything is compared."""
    (tmp_path / "rules.toml").write_text(rules_text(None).replace("dial = { value = 2,", "dial = { value = -1,"))
    done = run("rules", "diff", str(tmp_path / "rules.toml"))
    assert (done.returncode, done.stdout) == (1, "")
    assert "xp.dial.value: must be a whole number" in done.stderr


def test_a_rebuild_says_what_it_found(floor: Floor, run: Run) -> None:
    """--check ends with 1 when something differs, a rebuild corrects it, and the next check ends with 0."""
    with transaction(floor.parts.engine) as connection:
        connection.exec_driver_sql("UPDATE facts SET disposition = 'DNC' WHERE disposition = 'CALLBACK'")
    before = everything(floor)
    checked = run("rebuild", "--check", "--json")
    assert checked.returncode == 1
    assert everything(floor) == before
    rebuilt = run("rebuild", JANE, "--json")
    assert rebuilt.returncode == 0, rebuilt.stderr
    assert (
        0 < json.loads(rebuilt.stdout)["columns"]["disposition"] < json.loads(checked.stdout)["columns"]["disposition"]
    )
    assert "facts differed (by column: disposition" in run("rebuild", "--yes").stdout
    last = run("rebuild", "--check", "--json")
    assert (last.returncode, json.loads(last.stdout)["same"]) == (0, True)


def test_a_rebuild_from_twenty_reads_it_first(floor: Floor, run: Run) -> None:
    """The versions that were lost are there again, and everything comes out the same."""
    with transaction(floor.parts.engine) as connection:
        connection.exec_driver_sql("DELETE FROM record_versions")
    done = run("rebuild", "--from-twenty", "--yes", "--json")
    assert done.returncode == 0, done.stderr
    assert "Read 130 rows of Twenty again." in done.stderr
    assert json.loads(done.stdout)["factsWithoutVersions"] == 1
    assert floor.ledger("SELECT count(DISTINCT record_id) > 90 AS many FROM record_versions") == [{"many": True}]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("nobody",), "no workspace member is known as 'nobody'"),
        (("--check", "--from-twenty"), "--check changes nothing"),
    ],
)
def test_what_makes_no_sense_is_refused(run: Run, arguments: tuple[str, ...], told: str) -> None:
    """An unknown rep, and a check that would have to write."""
    done = run("rebuild", *arguments)
    assert done.returncode != 0
    assert told in done.stderr
