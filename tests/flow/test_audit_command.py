"""`repsync audit` as a person or a script meets it: lines, JSON and the exit status."""

import json
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result
from floor import JANE, Floor
from proving import spoil

from runtime.cli import main
from runtime.settings import read_settings
from worker.proofs.prove import PROOFS

KEY = "a-key-of-the-tests"
NAMES = [name for name, _, _ in PROOFS]
Run = Callable[..., Result]


@pytest.fixture
def settled(floor: Floor) -> Floor:
    """The recorded day, swept and written."""
    floor.play()
    floor.digest()
    floor.publish()
    floor.sweep()
    return floor


@pytest.fixture
def run(settled: Floor, database_url: str, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `repsync audit …`; settings given by name take the place of the right ones."""
    # Logs set up by the runner's own standard error would outlive it.
    monkeypatch.setattr("runtime.commands.audit.configured", read_settings)
    right = {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "TWENTY_URL": settled.twenty.url,
        "TWENTY_API_KEY": KEY,
        "REPLAY_AS_OF": settled.parts.now().isoformat(),
        "COLUMNS": "100",
    }
    return lambda *arguments, **others: CliRunner().invoke(main, ["audit", *arguments], env={**right, **others})


def test_a_clean_ledger_is_a_line_for_each_proof(run: Run) -> None:
    """Each says that it holds, with its figures; the status is 0."""
    done = run()
    lines = done.stdout.splitlines()
    assert done.exit_code == 0, done.output
    assert [line[8:24].strip() for line in lines if line.startswith("holds")] == NAMES
    told = " ".join(done.stdout.split())
    assert "what it told (5 ignored, 4 parked, 273 processed)" in told
    assert lines[-1] == f"Clean: {len(NAMES)} proofs hold."


def test_with_twenty_the_rows_are_read_too(run: Run, settled: Floor) -> None:
    """One proof more; a lowered row is told by its numbers, with the cure, and the status is 1."""
    assert json.loads(run("--twenty", "--json").stdout)["clean"] is True
    (row,) = [row for row in settled.twenty.rows("repProgressions") if row["workspaceMemberId"] == JANE]
    settled.twenty.put("repProgressions", row | {"totalXp": 5})
    done = run("--twenty", "--json")
    told = json.loads(done.stdout)
    assert (done.exit_code, told["clean"]) == (1, False)
    assert [proof["name"] for proof in told["proofs"] if not proof["holds"]] == ["rows in Twenty"]
    assert told["proofs"][-1]["discrepancies"] == [
        {
            "subject": f"rep {JANE}",
            "found": "totalXp 5",
            "expected": f"{row['totalXp']} or more",
            "cure": f"publish the rep anew: `POST /api/reps/{JANE}/sync`",
        }
    ]
    assert run().exit_code == 0


def test_what_is_off_is_listed_with_what_to_do(run: Run, settled: Floor) -> None:
    """Subject, what is, what should be, what next; many of a kind are counted, and no name steers the terminal."""
    spoil(settled, "UPDATE day_totals SET calls = calls + 1 WHERE rep = %(jane)s", jane=JANE)
    spoil(settled, "UPDATE deliveries SET state = E'\\x1b[31mlost' WHERE state = 'processed'")
    done = run()
    told = " ".join(done.stdout.split())
    assert done.exit_code == 1
    assert "\x1b" not in done.stdout
    assert f"rep {JANE}, 2026-11-20: 27 calls; should be: 26 calls → `repsync rebuild {JANE}`" in told
    assert "delivery 1: ?[31mlost, digested, without a reason; should be: one of pending, processed" in told
    assert "and 223 more" in told
    assert told.endswith("274 found off.")


@pytest.mark.parametrize(
    ("wrong", "arguments", "told"),
    [
        ({"DATABASE_URL": "postgresql://127.0.0.1:1/none"}, [], "PostgreSQL is unavailable"),
        ({"DATABASE_URL": ""}, [], "DATABASE_URL"),
        ({"TWENTY_URL": "http://127.0.0.1:1"}, ["--twenty"], "Twenty could not be called"),
    ],
)
def test_what_can_t_be_looked_at_is_not_called_clean(
    run: Run, wrong: dict[str, str], arguments: list[str], told: str
) -> None:
    """A store or Twenty that is away ends with status 3 and one sentence, without the key."""
    done = run(*arguments, "--json", **wrong)
    assert done.exit_code == 3
    assert told in done.stderr
    assert done.stdout == ""
    assert KEY not in done.output


def test_a_ledger_of_another_release_is_told(run: Run, settled: Floor) -> None:
    """A table that is not there yet is status 3 with the cure."""
    spoil(settled, "DROP TABLE writes")
    done = run()
    assert done.exit_code == 3
    assert "start a worker of this one first" in done.stderr


def test_the_ledger_is_audited_without_redis_or_twenty(run: Run) -> None:
    """From the ledger alone: nobody else needs to answer."""
    assert run(TWENTY_URL="http://127.0.0.1:1", REDIS_URL="redis://127.0.0.1:1").exit_code == 0
