"""`repsync explain`: why a rep stands where it stands, or what became of a note."""

from collections.abc import Callable
from typing import Any

import click
from marshmallow import Schema
from rich.console import RenderableType
from sqlalchemy import Connection

from accounts.record_way import record_way
from accounts.rep_account import find_rep, rep_account
from runtime.commands.options import AS_JSON, examples
from runtime.completing import complete_rep
from runtime.explain.rep_page import rep_page
from runtime.explain.way_page import way_page
from runtime.output import answer, print_json
from runtime.startup import reading_ledger
from schemas.account import RecordWayAnswer, RepAccountAnswer


@click.command(
    epilog=examples(
        'repsync explain "Jane Austen"',
        "repsync explain --note 5b3c3a46-4f3b-4d35-9d7f-0b8a2f0f6f0e",
        "repsync explain ID --json | jq .xp",
    )
)
@click.argument("rep", required=False, shell_complete=complete_rep)
@click.option("--note", metavar="ID", help="The id of a note in Twenty: what became of it.")
@click.option("--opportunity", metavar="ID", help="The id of an opportunity in Twenty: what became of it.")
@AS_JSON
def explain(rep: str | None, note: str | None, opportunity: str | None, *, as_json: bool) -> None:
    """Explains why a rep stands where it stands, or what became of a note.

    REP is a workspace member's id or exact name; `repsync reps list` shows both. Reads the ledger alone: only
    DATABASE_URL must be set.
    """
    if [rep, note, opportunity].count(None) != 2:
        raise click.UsageError("Give a REP, --note ID or --opportunity ID, one of them.")
    if rep is not None:
        _tell(lambda ledger: rep_account(ledger, find_rep(ledger, rep)), RepAccountAnswer(), rep_page, as_json)
    elif note is not None:
        _tell(lambda ledger: record_way(ledger, "note", note), RecordWayAnswer(), way_page, as_json)
    else:
        deal = str(opportunity)
        _tell(lambda ledger: record_way(ledger, "opportunity", deal), RecordWayAnswer(), way_page, as_json)


def _tell(
    look_up: Callable[[Connection], object], schema: Schema, page: Callable[[Any], RenderableType], as_json: bool
) -> None:
    with reading_ledger() as ledger:
        found = look_up(ledger)
    if as_json:
        print_json(schema.dump(found))
    else:
        answer().print(page(found))
