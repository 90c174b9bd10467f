"""`repsync reps`: what people and programs read from it, and that it asks before it maps."""

import json
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from click.testing import CliRunner, Result
from floor import JANE, JONY, PHIL, Floor
from redhawk_sender import RedHawkSender
from telling import NOON, note, stamp, tell

from ledger.engine import transaction
from ledger.tables import reps
from runtime.cli import main
from runtime.settings import read_settings

Run = Callable[[Sequence[str]], Result]


@pytest.fixture
def run(floor: Floor, database_url: str, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `repsync reps …` over a floor where 7 passed a module and the API key `dialer` wrote two calls."""
    data = {"moduleId": "0", "repId": "7", "score": 90, "completedAt": stamp(NOON), "attemptId": "a1"}
    RedHawkSender(floor).send({"type": "module.completed", "timestamp": stamp(NOON), "data": data})
    floor.play()
    floor.sweep()
    for minute, title in enumerate(("Call - CONTACT | 2:05 | Kim", "Call - DNC | 0:05 | Kim")):
        tell(floor, "note.created", note(f"n{minute}", title, None, name="dialer"), NOON + timedelta(minutes=minute))
    floor.digest()
    # Logs set up by the runner's own standard error would outlive it.
    monkeypatch.setattr("runtime.commands.reps.configured", read_settings)
    settings = {"DATABASE_URL": database_url, "REDIS_URL": redis_url, "TWENTY_URL": floor.twenty.url}
    for name, value in {**settings, "TWENTY_API_KEY": "a-key-of-the-tests", "COLUMNS": "80"}.items():
        monkeypatch.setenv(name, value)
    return lambda arguments: CliRunner().invoke(main, ["reps", *arguments])


def test_unattributed_facts_are_listed_by_name(run: Run) -> None:
    """The dialer's calls, RedHawk's 7, and the recorded day's note and deal of the worker's key."""
    found = json.loads(run(["unattributed", "--json"]).stdout)["unattributed"]
    assert [(each["source"], each["name"], each["facts"], each["mostXp"]) for each in found] == [
        ("twenty", "worker-key", {"call": 1, "opportunity": 1}, 405),
        ("redhawk", "7", {"module": 1}, 50),
        ("twenty", "dialer", {"call": 2}, 22),
    ]
    assert (found[2]["firstAt"], found[2]["lastAt"]) == ("2026-11-20T17:00:00+00:00", "2026-11-20T17:01:00+00:00")


def test_reps_are_listed_with_what_they_stand_at(run: Run, floor: Floor) -> None:
    """Rank, level and XP as Twenty has them, the last day in the rep's time zone, and the aliases."""
    assert run(["map", "redhawk", "7", "Phil Schiler", "--yes"]).exit_code == 0
    floor.publish()
    listed = {rep["workspaceMemberId"]: rep for rep in json.loads(run(["list", "--json"]).stdout)["reps"]}
    assert set(listed) == {JANE, JONY, PHIL}
    phil, standing = listed[PHIL], floor.standings()[PHIL]
    assert (phil["name"], phil["currentRank"], phil["lastActiveOn"]) == ("Phil Schiler", "E-1", "2026-11-20")
    assert (phil["totalXp"], phil["currentLevel"]) == (standing["totalXp"], standing["currentLevel"])
    assert phil["aliases"] == [{"source": "redhawk", "name": "7"}]


@pytest.mark.parametrize("command", ["list", "unattributed"])
def test_tables_fit_a_terminal_of_80_columns(run: Run, command: str) -> None:
    """Ids and names whole or folded, never cut off."""
    shown = run([command])
    assert shown.exit_code == 0
    assert max(map(len, shown.stdout.splitlines())) <= 80
    assert "…" not in shown.stdout


def test_without_a_terminal_it_shows_and_refuses(run: Run, floor: Floor) -> None:
    """The preview is there to be read; nothing is done that nobody has agreed to."""
    refused = run(["map", "twenty", "dialer", JANE])
    assert refused.exit_code == 1
    assert "--yes" in refused.stderr
    assert "Facts that move" in refused.stdout
    assert floor.ledger("SELECT * FROM aliases") == []


@pytest.mark.parametrize(("answer", "status", "aliases"), [("y\n", 0, [{"rep": JANE}]), ("n\n", 1, [])])
def test_at_a_terminal_it_asks(
    run: Run, floor: Floor, monkeypatch: pytest.MonkeyPatch, answer: str, status: int, aliases: list[dict[str, str]]
) -> None:
    """Yes does what the preview shows, no does nothing."""
    monkeypatch.setattr("runtime.asking.at_a_terminal", lambda: True)
    done = CliRunner().invoke(main, ["reps", "map", "twenty", "dialer", "Jane Austen"], input=answer)
    assert (done.exit_code, floor.ledger("SELECT rep FROM aliases")) == (status, aliases)


def test_json_is_one_object_on_standard_output(run: Run, floor: Floor) -> None:
    """What was done, for programs; the preview for people goes to standard error."""
    done = run(["map", "twenty", "dialer", JANE, "--yes", "--json"])
    told = json.loads(done.stdout)
    assert (told["done"], told["facts"], told["before"]) == (True, [{"kind": "call", "count": 2, "from": None}], None)
    (rep,) = told["reps"]
    assert (rep["workspaceMemberId"], rep["xpAtOnce"], rep["xpAfterWatermark"]) == (JANE, 0, 22)
    assert rep["after"]["totalCalls"] - rep["before"]["totalCalls"] == 2
    assert "Facts that move" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["map", "redhawk", "7", "Nobody"], "reps list"),
        (["map", "redhawk", " ", JANE], "reps unattributed"),
        (["map", "slack", "7", JANE], "'redhawk', 'twenty'"),
    ],
)
def test_a_mistake_is_told_with_what_to_do(run: Run, arguments: list[str], told: str) -> None:
    """An unknown rep, an empty name, a source that is none."""
    refused = run([*arguments, "--yes"])
    assert refused.exit_code != 0
    assert told in refused.stderr


def test_twenty_being_down_is_told_when_a_row_must_be_read(run: Run, floor: Floor) -> None:
    """Phil's row was never read here; no trace, one sentence, status 3."""
    with transaction(floor.parts.engine) as connection:
        connection.execute(reps.update().values(opened_at=None))
    floor.twenty.stop()
    refused = run(["map", "redhawk", "7", PHIL, "--yes"])
    assert refused.exit_code == 3
    assert "Nothing was changed: a rep's row in Twenty must be read" in refused.stderr
    assert "Traceback" not in refused.stderr
