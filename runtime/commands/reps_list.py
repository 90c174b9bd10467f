"""`repsync reps list`: everybody at a glance, searched and sorted as in the console."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from accounts.rep_board import BoardRep, refresh_board, rep_board
from ledger.engine import connect_engine
from ledger.rep_board import SORTS, BoardQuestion
from ledger.rep_list import aliases_by_rep
from runtime.bootstrap import load_rules
from runtime.commands.options import AS_JSON, examples
from runtime.explain.words import plain
from runtime.output import answer, print_json
from runtime.plain_table import PlainTable, table_of
from runtime.settings import read_database_url, read_replay_as_of, read_rules_path
from runtime.startup import reading_ledger
from schemas.payloads import storable

Aliases = Mapping[str, Sequence[tuple[str, str]]]
_ID_LETTERS, _WIDE = 36, 80
AT_ONCE = timedelta(0)
_SORTS = [*SORTS, *(f"-{name}" for name in SORTS)]


@click.command(
    "list",
    epilog=examples("repsync reps list --sort -xp", "repsync reps list --search austen --json"),
)
@click.option("--search", default="", metavar="TEXT", help="Whose name holds this, or whose id begins with it.")
@click.option(
    "--sort",
    type=click.Choice(_SORTS),
    metavar="COLUMN",
    default="name",
    show_default=True,
    help=f"By {', '.join(SORTS)}; with - before it the greatest first.",
)
@AS_JSON
def list_command(*, search: str, sort: str, as_json: bool) -> None:
    """Lists members with rank, level, XP, last activity and sync state.

    And with the outside names that are theirs. Search and sort are those of the console.
    """
    rules, now = load_rules(read_rules_path()), read_replay_as_of() or datetime.now(UTC)
    refresh_board(connect_engine(read_database_url()), rules, now, AT_ONCE)
    with reading_ledger() as ledger:
        found = rep_board(ledger, rules, BoardQuestion(storable(search).strip(), sort))
        aliases = aliases_by_rep(ledger)
    if as_json:
        print_json({"reps": [_json(rep, aliases) for rep in found]})
    else:
        _show(found, aliases, search)


def _show(found: Sequence[BoardRep], aliases: Aliases, search: str) -> None:
    console = answer()
    if found:
        console.print(_table(found, aliases, console.width))
    elif search:
        console.print(plain(f"Nobody's name holds {search!r}, and nobody's id begins with it."))
    else:
        console.print("Nobody is known yet: the first sweep reads Twenty's members (`repsync sweep`).")


def _table(reps: Sequence[BoardRep], aliases: Aliases, width: int) -> PlainTable:
    """One a row; from 80 columns on with whole ids to copy."""
    table = table_of("Reps", "Name, id, aliases", "Rank", ">Level", ">XP", "Active", "Sync")
    table.columns[0].min_width = _ID_LETTERS if width >= _WIDE else None
    for rep in reps:
        row, figures, also = rep.row, rep.figures, (f"{source}:{name}" for source, name in aliases.get(rep.row.id, ()))
        table.add_row(
            "\n".join((row.name or "–", row.id, *also)),
            figures.rank or "–",
            _number(figures.level),
            _number(figures.total_xp),
            f"{row.last_active_on or '–'}",
            rep.sync,
        )
    return table


def _json(rep: BoardRep, aliases: Aliases) -> dict[str, Any]:
    """Dates as ISO 8601; `weekXp` is of the last seven days, `weekBeforeXp` of those before."""
    row, figures = rep.row, rep.figures
    return {
        "workspaceMemberId": row.id,
        "name": row.name,
        "currentRank": figures.rank,
        "currentLevel": figures.level,
        "totalXp": figures.total_xp,
        "streakDays": figures.streak_days,
        "weekXp": row.week_xp,
        "weekBeforeXp": row.before_xp,
        "trend": row.trend,
        "lastActiveOn": row.last_active_on.isoformat() if row.last_active_on else None,
        "sync": rep.sync,
        "aliases": [{"source": source, "name": name} for source, name in aliases.get(row.id, ())],
    }


def _number(value: int | None) -> str:
    return "–" if value is None else f"{value:,}"
