"""`repsync explain`: pages that read as an answer, from DATABASE_URL alone."""

import json

import pytest
from click.testing import CliRunner, Result
from floor import JANE, Floor
from rich.console import Console
from sqlalchemy import update
from world import World

from accounts.rep_account import rep_account
from ledger.engine import snapshot, transaction
from ledger.tables import members, reps
from runtime.cli import main
from runtime.explain.rep_page import rep_page
from runtime.settings import documented_settings

WIDTH = 80


@pytest.fixture
def settled(floor: Floor, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Floor:
    """The recorded day, swept and written; no setting but DATABASE_URL is in the environment."""
    floor.play()
    floor.digest()
    floor.publish()
    floor.sweep()
    for name, _, _ in documented_settings():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATABASE_URL", database_url)
    return floor


def _explain(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["explain", *arguments], env={"COLUMNS": str(WIDTH)})


def _page(*arguments: str) -> list[str]:
    result = _explain(*arguments)
    assert result.exit_code == 0, result.output
    found = result.output.splitlines()
    assert max(map(len, found)) <= WIDTH
    assert "\x1b" not in result.output
    return [" ".join(line.split()) for line in found]


def test_a_rep_s_page_answers_first(settled: Floor) -> None:
    """Rank, then what the next rank needs, the unmet gates before the met one, then awards and writes."""
    page = _page("Jane Austen")
    assert page[0] == f"Jane Austen ({JANE})"
    assert page[1] == "Rank E-1, level 4, streak 1 days."
    assert page[2] == "765 XP: 765 ours, 0 by others."
    at = page.index("Why not E-2? 2 of 3 gates are not met.")
    assert [line.split(" ")[:3] for line in page[at + 3 : at + 6]] == [
        ["E-2", "NO", "modules"],
        ["E-2", "NO", "dials"],
        ["E-2", "yes", "XP"],
    ]
    assert "E-2 NO dials 26 100" in page
    assert "E-4 NO deals 1 5" in page
    assert any(line.endswith("300 deal opportunity CUSTOMER") for line in page)
    assert "The last writes to Twenty" in page


def test_the_pages_of_notes(settled: Floor) -> None:
    """A twin names its other note, a deleted one says that its XP stays, a parked one why it is parked."""
    facts = {row["disposition"]: row for row in settled.ledger("SELECT * FROM facts WHERE twin_of IS NOT NULL")}
    twin = _page("--note", facts["CALLBACK"]["key"][5:])
    assert any(line.startswith(f"It repeats {facts['CALLBACK']['twin_of']}") for line in twin)
    (dead,) = settled.ledger("SELECT key FROM facts WHERE NOT live AND duration_s = 4500")
    assert any("It is deleted" in line for line in _page("--note", dead["key"][5:]))
    (parked,) = settled.ledger("SELECT key FROM facts WHERE rep IS NULL AND kind = 'call'")
    page = _page("--note", parked["key"][5:])
    assert "Nobody knows whose it is (written by 'worker-key'): it is parked until somebody" in page
    assert "Awards: none." in page


def test_an_opportunity_s_page(settled: Floor) -> None:
    """Its stages and what it paid."""
    (deal,) = settled.ledger(f"SELECT key FROM facts WHERE kind = 'opportunity' AND won_now AND rep = '{JANE}'")
    page = _page("--opportunity", deal["key"].partition(":")[2])
    assert any(line.endswith("stage CUSTOMER") for line in page)
    assert any("Its XP is in Twenty since" in line for line in page)


def test_json_is_what_the_api_answers(settled: Floor) -> None:
    """One shape for programs, whichever way they ask; a note's way is one object, too."""
    told = json.loads(_explain(JANE, "--json").output)
    assert told == settled.ask(f"/api/reps/{JANE}").get_json()
    (note,) = settled.ledger("SELECT key FROM facts WHERE NOT live AND duration_s = 4500")
    assert json.loads(_explain("--note", note["key"][5:], "--json").output)["fact"]["live"] is False


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (["Jane"], 1, "no workspace member is known as 'Jane'"),
        (["--note", "nothing"], 1, "no note with the id 'nothing'"),
        ([], 2, "Give a REP, --note ID or --opportunity ID"),
        ([JANE, "--note", "x"], 2, "Give a REP, --note ID or --opportunity ID"),
    ],
)
def test_what_can_t_be_told_is_said_in_a_sentence(
    database_url: str, monkeypatch: pytest.MonkeyPatch, arguments: list[str], status: int, told: str
) -> None:
    """Nobody of that name, no such note, or a question that is none; no traceback."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    result = _explain(*arguments)
    assert result.exit_code == status
    assert told in result.output
    assert isinstance(result.exception, SystemExit)


def test_without_a_database_it_says_which_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    """DATABASE_URL is named, and nothing else is asked for; one that nobody serves is told apart."""
    for name, _, _ in documented_settings():
        monkeypatch.delenv(name, raising=False)
    missing = _explain(JANE).output
    assert "DATABASE_URL" in missing
    assert "TWENTY" not in missing
    monkeypatch.setenv("DATABASE_URL", "postgresql://127.0.0.1:1/none")
    assert "PostgreSQL is unavailable" in _explain(JANE).output


def test_the_page_tells_diagnosis_and_badges(world: World) -> None:
    """Findings come with their sentence, badges with those that come next; a name steers no terminal."""
    world.call("Call - CONTACT | 2:05 | Kim")
    world.settled()
    coming = {"badge": "closer", "tier": "platinum", "have": 120, "need": 500, "reason": ""}
    told = {
        "diagnosis": [{"kind": "train", "subject": "show_up", "why": "2 of 9 were held.", "numbers": {"held": 2}}],
        "badges": {"earned": ["closer.gold"], "next": [coming]},
    }
    with transaction(world.floor.parts.engine) as connection:
        connection.execute(update(reps).values(standing=world.standing() | told))
        connection.execute(update(members).values(name="Jane \x1b[31mAusten [red]"))
    with snapshot(world.floor.parts.engine) as connection:
        account = rep_account(connection, JANE)
    console = Console(width=WIDTH, force_terminal=True, highlight=False, color_system=None)
    with console.capture() as captured:
        console.print(rep_page(account))
    page = [" ".join(line.split()) for line in captured.get().splitlines()]
    assert page[0].startswith("Jane \ufffd[31mAusten [red]")
    assert "- Train: show up. 2 of 9 were held." in page
    assert "- closer.gold: in Twenty's row" in page
    assert "closer platinum 120 500" in page
