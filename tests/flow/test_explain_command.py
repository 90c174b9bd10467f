"""`repsync explain`: pages that read as an answer, from DATABASE_URL alone."""

import json
from collections.abc import Collection, Mapping

import pytest
from click.testing import CliRunner, Result
from floor import JANE, Floor
from rich.console import Console
from sqlalchemy import text, update
from world import World

from accounts.rep_account import rep_account
from ledger.engine import connect_engine, snapshot, transaction
from ledger.tables import members, reps
from runtime.cli import main
from runtime.explain.rep_page import rep_page
from runtime.settings import documented_settings
from schemas.standing import StandingAnswer

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
    assert page[1] == "Rank E-1, level 4, streak 1 day."
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


def test_a_ledger_of_an_older_release_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch, database_url: str) -> None:
    """A ledger that no process of this release has migrated yet ends the command with the cure."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    with transaction(connect_engine(database_url)) as connection:
        connection.execute(text("DROP TABLE writes"))
        connection.execute(text("INSERT INTO members (id, name, updated_at) VALUES ('m', 'Kim', now())"))
    result = _explain("Kim")
    assert result.exit_code == 3
    assert "start a worker of this one first" in result.output


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
    page = _rep_page_of(world)
    assert page[0].startswith("Jane \ufffd[31mAusten [red]")
    assert "- Train: show up. 2 of 9 were held." in page
    assert "- closer.gold: in Twenty's row" in page
    assert "closer platinum 120 500" in page


def _rep_page_of(world: World) -> list[str]:
    with snapshot(world.floor.parts.engine) as connection:
        account = rep_account(connection, JANE)
    console = Console(width=WIDTH, force_terminal=True, highlight=False, color_system=None)
    with console.capture() as captured:
        console.print(rep_page(account))
    return [" ".join(line.split()) for line in captured.get().splitlines()]


def _keep_standing(world: World, changes: Mapping[str, object], without: Collection[str] = ()) -> None:
    kept = {key: value for key, value in world.standing().items() if key not in without} | changes
    with transaction(world.floor.parts.engine) as connection:
        connection.execute(update(reps).values(standing=kept))


def _gate(rank: str) -> dict[str, object]:
    return {"rank": rank, "gate": "xp", "need": 9, "have": 1, "met": False, "reason": ""}


def test_ranks_go_by_the_ladder_not_by_their_letters(world: World) -> None:
    """The rules call the ranks Pro, Ace and Star, in this order: both above Pro are told, the nearer one first."""
    world.call("Call - CONTACT | 2:05 | Kim")
    world.settled()
    ladder = [_gate(rank) for rank in ("Pro", "Ace", "Star")]
    _keep_standing(world, {"eligibility": {"current": "New", "next": "Pro", "gates": ladder[:1]}, "gates": ladder})
    page = _rep_page_of(world)
    above = page[page.index("What the ranks above need") :]
    assert [line.split()[0] for line in above if " NO " in line] == ["Ace", "Star"]


def test_a_standing_of_an_older_release_is_told(world: World) -> None:
    """What it did not keep is left out of the page, and is empty in an answer that its schema still describes."""
    world.call("Call - CONTACT | 2:05 | Kim")
    world.settled()
    _keep_standing(world, {}, without=("gates", "badges", "diagnosis", "completedModules", "certifications"))
    assert any(line.startswith("Why not E-2?") for line in _rep_page_of(world))
    told = world.floor.ask(f"/api/reps/{JANE}").get_json()["standing"]
    assert (told["gates"], told["diagnosis"], told["completedModules"]) == ([], [], [])
    assert StandingAnswer().validate(told) == {}


def test_up_to_date_says_what_waits_for_a_sweep(world: World) -> None:
    """Appointments came by webhook and no sweep has passed them: page and sync count them as waiting, until one has."""
    world.floor.sweep()
    world.deal("MEETING", lead=world.person())
    world.deal("MEETING", lead=world.person())
    world.told()
    assert any("Up to date; 2 facts wait until a sweep" in line for line in _joined(_rep_page_of(world)))
    assert world.floor.ask(f"/api/reps/{JANE}/sync", "POST").get_json()["waiting"] == {"opportunity": 2}
    world.settled()
    assert any(line.endswith("Up to date.") for line in _joined(_rep_page_of(world)))
    assert world.floor.ask(f"/api/reps/{JANE}/sync", "POST").get_json()["waiting"] == {}


def _joined(page: list[str]) -> list[str]:
    """A sentence that was wrapped is one line again."""
    return [" ".join(page[at : at + 2]) for at in range(len(page))] + page
