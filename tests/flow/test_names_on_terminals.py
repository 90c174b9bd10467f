"""Names come from outside: on no page and in no table do they steer a terminal or count as markup."""

from collections.abc import Callable, Sequence

import pytest
from click.testing import CliRunner
from floor import JANE, JONY, Floor
from rich.console import Console
from telling import NOON, note, tell

from ledger.aliases import reps_by_alias
from ledger.engine import transaction
from ledger.tables import aliases, members
from programs.progression.rules import default_rules
from programs.progression.standing_changes import Change
from runtime.cli import main
from runtime.commands.rules_views import diff_tables
from runtime.demo.table import reps_table
from runtime.settings import read_settings
from worker.rules_diff import RepChanges

EVIL = "Jane\x1b[31m\x1b]0;owned\x07\u202e\r\x9b2J [red]A[/red]"
STEERING = ("\x1b", "\x07", "\x9b", "\u202e", "\r")


@pytest.fixture
def told(floor: Floor, database_url: str, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """What a command prints over the recorded day, with names that mean ill."""
    floor.play()
    floor.sweep()
    tell(floor, "note.created", note("n1", "Call - CONTACT | 2:05 | Kim", None, name=EVIL), NOON)
    floor.digest()
    floor.publish()
    with transaction(floor.parts.engine) as connection:
        connection.execute(members.update().where(members.c.id == JANE).values(name=EVIL))
        connection.execute(members.update().where(members.c.id == JONY).values(name="Jony Ive"))
        connection.execute(aliases.insert().values(source="redhawk", alias=EVIL, rep=JANE))
        assert reps_by_alias(connection, "redhawk", {EVIL}) == {EVIL: JANE}
    monkeypatch.setattr("runtime.commands.reps.configured", read_settings)
    settings = {"DATABASE_URL": database_url, "REDIS_URL": redis_url, "TWENTY_URL": floor.twenty.url}
    for name, value in {**settings, "TWENTY_API_KEY": "a-key-of-the-tests", "COLUMNS": "200"}.items():
        monkeypatch.setenv(name, value)

    def run(arguments: Sequence[str]) -> str:
        done = CliRunner().invoke(main, arguments)
        assert done.exit_code == 0, done.output
        return done.output

    return run


def test_no_command_lets_a_name_steer_the_terminal(told: Callable[[Sequence[str]], str]) -> None:
    """Lists, a mapping's preview and explanations show such names as text, markup and all."""
    pages = {
        command: told(command.split())
        for command in ("reps list", "reps unattributed", f"explain {JANE}", "explain --note n1")
    }
    pages["map"] = told(["reps", "map", "redhawk", EVIL, JONY, "--yes"])
    assert {name for name, page in pages.items() if any(sign in page for sign in STEERING)} == set()
    assert all("[red]A[/red]" in pages[name] for name in ("reps list", "reps unattributed", "map"))


def test_no_table_lets_a_name_steer_the_terminal() -> None:
    """The demo's table, and those of reps whom other rules would change."""
    efficiency = {name: {"rate": 0.5} for name in ("sub30sDropRate", "twoPlusMinRate")}
    counts = (
        "currentLevel",
        "totalXp",
        "totalCalls",
        "appointmentsSet",
        "appointmentsHeld",
        "closedDeals",
        "streakDays",
    )
    rep = {"workspaceMemberId": JANE, "name": EVIL, "currentRank": EVIL, **dict.fromkeys(counts, 1)}
    changed = RepChanges(JANE, EVIL, (Change(EVIL, EVIL, EVIL),))
    keys = {"inBoth": 1, "onlyInForce": 0, "onlyInFile": 0}
    console = Console(width=200, force_terminal=True, color_system=None)
    with console.capture() as captured:
        console.print(reps_table({"standings": [rep]}, {JANE: {"efficiency": efficiency}}))
        console.print(*diff_tables(default_rules(), default_rules(), keys, (), [changed]), sep="\n")
    page = captured.get()
    assert page.count("[red]A[/red]") == 6
    assert [sign for sign in STEERING if sign in page] == []
