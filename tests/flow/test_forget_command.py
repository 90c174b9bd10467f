"""`repsync forget`: it explains before it asks, and says what it did."""

import json
from collections.abc import Callable, Sequence

import pytest
from click.testing import CliRunner, Result
from floor import JANE, Floor

from runtime.cli import main
from runtime.settings import read_settings

Run = Callable[[Sequence[str]], Result]
FORGOTTEN = "SELECT actor, rep FROM audit_log WHERE action = 'forget'"


@pytest.fixture
def run(floor: Floor, database_url: str, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `repsync forget …` over the recorded day."""
    floor.play()
    floor.digest()
    floor.publish()
    floor.sweep()
    # Logs set up by the runner's own standard error would outlive it.
    monkeypatch.setattr("runtime.commands.forget.configured", read_settings)
    settings = {"DATABASE_URL": database_url, "REDIS_URL": redis_url, "TWENTY_URL": floor.twenty.url}
    for name, value in {**settings, "TWENTY_API_KEY": "a-key-of-the-tests", "COLUMNS": "80"}.items():
        monkeypatch.setenv(name, value)
    return lambda arguments: CliRunner().invoke(main, ["forget", *arguments])


def test_without_a_terminal_it_explains_and_refuses(run: Run, floor: Floor) -> None:
    """What goes, what stays and what it means is there to be read; nothing is done that nobody has agreed to."""
    refused = run(["Jane Austen"])
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "--yes" in refused.stderr
    assert f"Forget Jane Austen ({JANE})?" in " ".join(refused.stderr.split())
    assert all(part in refused.stderr for part in ("What goes", "What stays", "What it means", "Backups"))
    assert floor.ledger("SELECT 1 FROM reps WHERE forgotten_at IS NOT NULL") == []


@pytest.mark.parametrize(("answer", "status", "rows"), [("y\n", 0, 1), ("n\n", 1, 0)])
def test_at_a_terminal_it_asks(
    run: Run, floor: Floor, monkeypatch: pytest.MonkeyPatch, answer: str, status: int, rows: int
) -> None:
    """Yes forgets, under the name of who asked for it; no does nothing."""
    monkeypatch.setattr("runtime.asking.at_a_terminal", lambda: True)
    done = CliRunner().invoke(main, ["forget", "Jane Austen", "--by", "HR, request 17"], input=answer)
    assert (done.exit_code, floor.ledger(FORGOTTEN)) == (status, [{"actor": "HR, request 17", "rep": JANE}] * rows)


def test_json_is_one_object_and_once_more_changes_nothing(run: Run, floor: Floor) -> None:
    """What the ledger held and what was erased, without the name; the id is still known, and stays forgotten."""
    done = run([JANE, "--yes", "--json"])
    told = json.loads(done.stdout)
    assert told["workspaceMemberId"] == JANE
    assert told["held"]["facts"] > 10
    assert told["erased"]["deliveries"] >= told["held"]["deliveries"] > 10
    assert "Austen" not in done.stdout
    again = json.loads(run([JANE, "--yes", "--json"]).stdout)
    assert set(again["erased"].values()) == {0}
    assert len(floor.ledger(FORGOTTEN)) == 1


@pytest.mark.parametrize("word", ["Nobody", ""])
def test_nobody_of_that_name(run: Run, word: str) -> None:
    """One sentence, and status 1."""
    refused = run([word, "--yes"])
    assert refused.exit_code == 1
    assert "No workspace member has the id or the name" in refused.stderr
