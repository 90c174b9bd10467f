"""`repsync sweep`: one sweep now, told with figures."""

import json
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result
from other_writers import CALL
from world import World

from ledger.engine import transaction
from ledger.locks import held_alone
from runtime.cli import main
from runtime.settings import read_settings

Run = Callable[..., Result]


@pytest.fixture
def run(world: World, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `repsync sweep …` over a world whose first call was told, settled and swept again, a while ago."""
    world.call(CALL)
    world.settled()
    world.passes(minutes=10)
    world.floor.sweep()
    # Logs set up by the runner's own standard error would outlive it.
    monkeypatch.setattr("runtime.commands.sweep.configured", read_settings)
    database_url = world.floor.parts.engine.url.render_as_string(hide_password=False)
    settings = {"DATABASE_URL": database_url, "REDIS_URL": redis_url, "TWENTY_URL": world.twenty.url}
    for name, value in {**settings, "TWENTY_API_KEY": "a-key-of-the-tests"}.items():
        monkeypatch.setenv(name, value)
    return lambda *arguments: CliRunner().invoke(main, ["sweep", *arguments])


def _lose_a_call(world: World) -> None:
    world.call(CALL, lead=world.person())
    world.collect()
    world.mail.clear()
    world.passes(seconds=1)


def _told(done: Result) -> list[str]:
    """Without the log, which goes to standard output here."""
    return [line for line in done.stdout.splitlines() if "[info" not in line and "[warning" not in line]


def test_it_sweeps_and_digests_and_tells(run: Run, world: World) -> None:
    """The lost call counts when the command ends; its loss is told once its webhook had ten minutes."""
    _lose_a_call(world)
    done = run()
    rows, new, lost = _told(done)
    assert (done.exit_code, rows) == (0, "2 rows read (notes 1, noteTargets 1).")
    assert new == "2 new versions, which no webhook had told (note 1, noteTarget 1)."
    assert lost.startswith("No webhook was lost since ")
    assert world.floor.ledger("SELECT sum(calls) AS calls FROM day_totals")[0]["calls"] == 2
    with transaction(world.floor.parts.engine) as connection:
        connection.exec_driver_sql("UPDATE record_versions SET unmetered_at = unmetered_at - interval '11 minutes'")
    _, new, lost = _told(run())
    assert new == "0 new versions, which no webhook had told."
    assert lost.startswith("2 of 2 webhooks were lost since ")
    assert lost.endswith("UTC (note 1, noteTarget 1).")


def test_programs_read_figures(run: Run, world: World) -> None:
    """One JSON object, last on standard output."""
    _lose_a_call(world)
    told = json.loads(run("--json").stdout.splitlines()[-1])
    assert told["rows"] == {
        "workspaceMembers": 0,
        "opportunities": 0,
        "notes": 1,
        "noteTargets": 1,
        "repProgressions": 0,
        "people": 0,
    }
    assert told["newVersions"] == {"note": 1, "noteTarget": 1}
    assert told["webhooks"]["byObject"] == {}


def test_a_worker_that_sweeps_now_is_told_of(run: Run, world: World) -> None:
    """Two sweeps at once would only cost calls."""
    calls = world.twenty.calls
    with held_alone(world.floor.parts.engine, "sweep"):
        done = run()
    assert (done.exit_code, "A worker sweeps now" in done.output, world.twenty.calls) == (1, True, calls)


def test_a_twenty_that_is_away_is_told_in_a_sentence(run: Run, world: World) -> None:
    """Status 3, how it goes on, and no traceback."""
    world.twenty.stop()
    done = run()
    assert (done.exit_code, "Twenty could not be called: Unreachable" in done.output) == (3, True)
    assert "The next sweep goes on from there." in done.output
    assert "Traceback" not in done.output
