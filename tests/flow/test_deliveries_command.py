"""`repsync deliveries` and `repsync jobs`: what is read from them, and that they ask before they act."""

import json
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result
from floor import JANE
from parked import park_notes, states
from world import World

from runtime.cli import main
from runtime.settings import read_settings

Run = Callable[..., Result]
LONG = "Call - CONTACT | 2:05 | Kim Secret"


@pytest.fixture
def run(world: World, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `repsync …` over the world's ledger."""
    for module in ("deliveries_requeue", "deliveries_refused", "jobs"):
        monkeypatch.setattr(f"runtime.commands.{module}.configured", read_settings)
    url = world.floor.parts.engine.url.render_as_string(hide_password=False)
    settings = {"DATABASE_URL": url, "REDIS_URL": redis_url, "TWENTY_URL": world.twenty.url}
    for name, value in {**settings, "TWENTY_API_KEY": "a-key-of-the-tests", "COLUMNS": "80"}.items():
        monkeypatch.setenv(name, value)
    return lambda *arguments, **options: CliRunner().invoke(main, arguments, **options)


@pytest.fixture
def parked(world: World, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Jane's two calls are parked, and one is processed."""
    world.call(LONG)
    world.settled()
    world.call(LONG)
    world.call(LONG)
    return park_notes(world, monkeypatch)


def test_a_list_is_narrowed_and_paged(run: Run, parked: list[int]) -> None:
    """Newest first, two pages, as JSON and as a table of 80 columns; by what the console names the filters."""
    first = json.loads(run("deliveries", "list", "--state", "parked", "--limit", "1", "--json").stdout)
    assert [each["id"] for each in first["deliveries"]] == parked[1:]
    again = run("deliveries", "list", "--state", "parked", "--limit", "1", "--json", "--cursor", first["next"])
    assert [each["id"] for each in json.loads(again.stdout)["deliveries"]] == parked[:1]
    both = run(
        *[
            "deliveries",
            "list",
            "--source",
            "twenty",
            "--object",
            "note",
            "--reason",
            "digested",
            "--since",
            "24h",
            "--json",
        ]
    )
    reasons = [each["reason"] for each in json.loads(both.stdout)["deliveries"]]
    assert reasons == ["could not be digested: KeyError"] * 2
    assert json.loads(run("deliveries", "list", "--until", "2020-01-01", "--json").stdout)["deliveries"] == []
    of_jane = json.loads(run("deliveries", "list", "--rep", "Jane Austen", "--json").stdout)["deliveries"]
    assert {each["rep"] for each in of_jane} == {JANE}
    shown = run("deliveries", "list")
    assert "could not be" in shown.stdout
    assert max(map(len, shown.stdout.splitlines())) <= 80
    assert "Secret" not in shown.stdout


def test_one_is_shown_and_its_text_only_when_asked_for(run: Run, parked: list[int], world: World) -> None:
    """Steps and reading; the text leaves an audit row with the name given."""
    shown = run("deliveries", "show", "1")
    assert shown.exit_code == 0, shown.output
    assert "CONTACT, 2:05" in shown.stdout
    assert "digested" in shown.stdout
    assert "Secret" not in shown.stdout
    assert world.floor.ledger("SELECT * FROM audit_log WHERE action = 'read text'") == []
    told = json.loads(run("deliveries", "show", "1", "--text", "--by", "ana", "--json").stdout)
    assert "Kim Secret" in told["text"]
    assert world.floor.ledger("SELECT actor FROM audit_log WHERE action = 'read text'") == [{"actor": "ana"}]
    assert "Secret" in run("deliveries", "show", "1", "--text").stdout


def test_nothing_is_requeued_that_nobody_agreed_to(run: Run, parked: list[int], world: World) -> None:
    """The preview is there to be read; without a terminal --yes must say it."""
    refused = run("deliveries", "requeue", "--state", "parked")
    assert refused.exit_code == 1
    assert "--yes" in refused.stderr
    assert "will add a call fact for Jane Austen" in " ".join(refused.stdout.split())
    assert states(world, parked) == ["parked", "parked"]


@pytest.mark.parametrize(("answer", "status", "became"), [("y\n", 0, "pending"), ("n\n", 1, "parked")])
def test_at_a_terminal_it_asks(
    run: Run, parked: list[int], world: World, monkeypatch: pytest.MonkeyPatch, answer: str, status: int, became: str
) -> None:
    """With the count; yes does it, no does nothing."""
    monkeypatch.setattr("runtime.asking.at_a_terminal", lambda: True)
    done = run("deliveries", "requeue", *map(str, parked), input=answer)
    assert (done.exit_code, states(world, parked)) == (status, [became] * 2)
    assert "Requeue 2?" in done.stderr


def test_requeued_ones_are_counted_and_the_name_is_kept(run: Run, parked: list[int], world: World) -> None:
    """As JSON: what would happen and what was done; once nothing is parked there is nothing to do, status 1."""
    arguments = [
        "deliveries",
        "requeue",
        "--reason",
        "KeyError",
        "--yes",
        "--by",
        "ana",
        "--because",
        "fixed",
        "--json",
    ]
    done = json.loads(run(*arguments).stdout)
    assert (done["matching"], done["requeued"], done["rest"]) == (2, 2, 0)
    assert done["xp"] == [{"rep": JANE, "name": "Jane Austen", "atOnce": 40, "afterWatermark": 0}]
    (row,) = world.floor.ledger("SELECT actor, after, cause FROM audit_log WHERE action = 'requeue'")
    assert row == {"actor": "ana", "after": {"count": 2, "filter": {"reason": "KeyError"}}, "cause": "fixed"}
    again = run(*arguments)
    assert (again.exit_code, json.loads(again.stdout)["requeued"]) == (1, 0)


def test_dismissing_needs_a_reason(run: Run, parked: list[int], world: World) -> None:
    """And a choice: IDs or options, never both, never neither."""
    assert run("deliveries", "dismiss", str(parked[0]), "--yes").exit_code == 2
    assert run("deliveries", "dismiss", str(parked[0]), "--yes", "--because", " ").exit_code == 2
    assert run("deliveries", "dismiss", "--yes", "--because", "x").exit_code == 2
    assert run("deliveries", "dismiss", str(parked[0]), "--object", "note", "--yes", "--because", "x").exit_code == 2
    assert states(world, parked) == ["parked", "parked"]
    done = run("deliveries", "dismiss", str(parked[0]), "--yes", "--because", "a test", "--json")
    assert json.loads(done.stdout) == {"matching": 1, "dismissed": 1}
    assert "a test" in run("deliveries", "show", str(parked[0])).stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("show 4711", "deliveries list"),
        ("list --since yesterday", "24h"),
        ("list --rep Nobody", "reps list"),
        ("list --cursor x", "a page printed"),
        ("list --state gone", "'parked'"),
        ("retry", "--all"),
    ],
)
def test_a_mistake_is_told_with_what_to_do(run: Run, arguments: str, told: str) -> None:
    """In a sentence, without a trace."""
    refused = run("deliveries", *arguments.split())
    assert refused.exit_code != 0
    assert told in refused.stderr + str(refused.exception)
    assert "Traceback" not in refused.stderr


def test_refused_rows_are_listed_and_tried_again(run: Run, world: World) -> None:
    """With why and how often; trying again leaves the name."""
    world.call(LONG)
    world.settled()
    assert "No row is refused" in run("deliveries", "refused").stdout
    world.floor.ledger(
        "UPDATE reps SET dirty = dirty + 1, refused = '400 no', refusals = 2 WHERE id = :id RETURNING id", id=JANE
    )
    (row,) = json.loads(run("deliveries", "refused", "--json").stdout)["refused"]
    assert (row["rep"], row["name"], row["reason"], row["refusals"]) == (JANE, "Jane Austen", "400 no", 2)
    assert "400 no" in run("deliveries", "refused").stdout
    done = run("deliveries", "retry", "Jane Austen", "--yes", "--by", "ana", "--json")
    assert json.loads(done.stdout) == {"matching": 1, "retried": 1}
    assert run("deliveries", "retry", "--all", "--yes").exit_code == 1


def test_failed_jobs_are_listed(run: Run, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """None so far; with Redis away a sentence that names the setting; nothing chosen is a mistake of usage."""
    assert json.loads(run("jobs", "list", "--json").stdout) == {"failed": []}
    assert run("jobs", "requeue").exit_code == 2
    assert run("jobs", "requeue", "--all", "--yes").exit_code == 1
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1")
    away = run("jobs", "list")
    assert (away.exit_code, "REDIS_URL" in away.stderr) == (3, True)
