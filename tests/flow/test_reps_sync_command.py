"""`repsync reps list`, `show` and `sync`: what they tell, and what they write."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner, Result
from floor import JANE, JONY
from world import World

from ledger.engine import transaction
from ledger.locks import held_alone
from ledger.tables import reps
from runtime.cli import main
from runtime.settings import read_settings
from worker import force_sync as forcing
from worker.publish import PUBLISHER

CALL = "Call - CONTACT | 2:05 | Kim"
Run = Callable[..., Result]


@pytest.fixture
def run(world: World, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `repsync reps …` over a world where Jane and Jony have called, and nobody has read it yet."""
    world.floor.sweep()
    for rep in (JANE, JONY, JONY):
        world.call(CALL, rep=rep)
    world.collect()
    while world.mail:
        world.deliver()
    # Logs set up by the runner's own standard error would outlive it.
    monkeypatch.setattr("runtime.commands.reps_sync.configured", read_settings)
    database_url = world.floor.parts.engine.url.render_as_string(hide_password=False)
    settings = {"DATABASE_URL": database_url, "REDIS_URL": redis_url, "TWENTY_URL": world.twenty.url}
    settings["REPLAY_AS_OF"] = world.now().isoformat()
    for name, value in {**settings, "TWENTY_API_KEY": "a-key-of-the-tests", "COLUMNS": "80"}.items():
        monkeypatch.setenv(name, value)
    return lambda *arguments: CliRunner().invoke(main, ["reps", *arguments])


def _told(done: Result) -> Any:
    """The JSON object, last on standard output: the logs of these tests stand before it."""
    return json.loads(done.stdout.splitlines()[-1])


def test_reps_are_synced_by_id_or_name(run: Run, world: World) -> None:
    """What waits in the inbox counts, both rows say so, and one who is named twice is synced once."""
    done = run("sync", "Jane Austen", JONY, JANE, "--json")
    assert (done.exit_code, _told(done)["synced"]) == (0, 2)
    assert {rep["name"]: rep["outcome"] for rep in _told(done)["reps"]} == {
        "Jane Austen": "synced",
        "Jony Ive": "synced",
    }
    assert {rep: row["totalXp"] for rep, row in world.floor.rows().items()} == {JANE: 20, JONY: 40}


def test_all_are_synced_after_a_question_with_one_read_and_one_write(run: Run, world: World) -> None:
    """Without a terminal it says how many and does nothing; with --yes many rows cost no more calls than one."""
    refused = run("sync", "--all")
    assert (refused.exit_code, world.floor.rows()) == (1, {})
    assert "--yes" in refused.stderr
    assert run("sync", JANE).exit_code == 0
    world.twenty.put("repProgressions", world.twenty.rows("repProgressions")[0] | {"totalXp": 5})
    before = world.twenty.calls
    done = run("sync", "--all", "--yes")
    assert (done.exit_code, "2 of 2 synced" in done.stdout, "2 reps, of whom" in done.stderr) == (0, True, True)
    assert {rep: row["totalXp"] for rep, row in world.floor.rows().items()} == {JANE: 20, JONY: 40}
    # One read; Jane's row, in which somebody wrote, alone; and the new rows.
    assert world.twenty.calls - before == 3


def test_a_row_that_twenty_refused_is_tried_again(run: Run, world: World) -> None:
    """Somebody has mended what was wrong: a sync is enough."""
    assert run("sync", "--all", "--yes").exit_code == 0
    world.call(CALL)
    world.deliver_all()
    with transaction(world.floor.parts.engine) as connection:
        connection.execute(reps.update().where(reps.c.id == JANE).values(refused="a field is gone"))
    world.floor.publish()
    assert world.row()["totalXp"] == 20
    assert "refused" in run("list").stdout
    assert "Twenty refused the last write: a field is gone" in " ".join(run("show", JANE).stdout.split())
    assert run("sync", JANE).exit_code == 0
    assert world.row()["totalXp"] == 40


def test_a_publisher_at_work_is_told_for_each_rep(run: Run, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Status 1 and the reason; the reps stay for that publisher."""
    monkeypatch.setattr(forcing, "PATIENCE_S", 0.3)
    with held_alone(world.floor.parts.engine, PUBLISHER):
        done = run("sync", JANE, JONY, "--json")
    assert (done.exit_code, {rep["outcome"] for rep in _told(done)["reps"]}) == (1, {"busy"})
    assert "another publisher" in _told(done)["reps"][0]["reason"]


def test_a_twenty_that_is_away_is_status_3(run: Run, world: World) -> None:
    """What was digested stays, and what is to be written waits for a worker."""
    world.twenty.stop()
    done = run("sync", "--all", "--yes", "--json")
    assert (done.exit_code, {rep["outcome"] for rep in _told(done)["reps"]}) == (3, {"twenty_unavailable"})
    assert world.floor.ledger("SELECT count(*) AS dirty FROM reps WHERE dirty > done") == [{"dirty": 2}]


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (["sync"], 2, "Give one REP or several, or --all."),
        (["sync", JANE, "--all"], 2, "Give one REP or several, or --all."),
        (["sync", "Nobody"], 1, "'Nobody'"),
        (["show", "Nobody"], 1, "`repsync reps list`"),
        (["list", "--sort", "shoes"], 2, "'shoes'"),
    ],
)
def test_mistakes_are_told_with_what_to_do(run: Run, arguments: list[str], status: int, told: str) -> None:
    """Nobody of that name, nobody at all, and a column that is none."""
    done = run(*arguments)
    assert (done.exit_code, told in done.stderr) == (status, True)


def test_a_rep_is_shown_in_short(run: Run, world: World) -> None:
    """Rank, XP, the next rank's unmet gates, what waits, and the last write; JSON has the API's names."""
    assert "No standing was computed yet" in run("show", "Jane Austen").stdout
    run("sync", JANE)
    lines = run("show", "Jane Austen").stdout.splitlines()
    assert lines[:3] == [
        f"Jane Austen ({JANE})",
        "Rank E-1, level 1, streak 1 day.",
        "20 XP: 20 ours, 0 by others.",
    ]
    assert any(line.startswith("E-2 still needs: XP 20 of 500, modules 0 of 2, dials 1 of 100.") for line in lines)
    assert lines[-1].startswith("Last written to Twenty at ")
    assert max(map(len, lines)) <= 80
    told = _told(run("show", JANE, "--json"))
    assert told.keys() == {"workspaceMemberId", "name", "standing", "freshness", "waiting"}
    account = world.floor.ask(f"/api/reps/{JANE}").get_json()
    assert told == {name: account[name] for name in told}


def test_the_list_is_searched_and_sorted_as_the_console_s(run: Run) -> None:
    """By XP from the top, by a part of the name in any case; each with its sync state."""
    run("sync", JONY)
    by_xp = _told(run("list", "--sort", "-xp", "--json"))["reps"]
    assert [(rep["name"], rep["totalXp"], rep["sync"]) for rep in by_xp] == [
        ("Jony Ive", 40, "up to date"),
        ("Jane Austen", None, "waiting"),
    ]
    found = _told(run("list", "--search", "AUST", "--json"))["reps"]
    assert [rep["workspaceMemberId"] for rep in found] == [JANE]
    assert run("list", "--search", "nobody").stdout.startswith("Nobody's name holds 'nobody'")
