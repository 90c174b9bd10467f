"""`repsync explain`: why a rep stands where it stands, or what became of a note."""

import json
from collections.abc import Callable
from typing import Any

import click
from marshmallow import Schema
from rich.console import Console, RenderableType
from sqlalchemy import Connection

from accounts.record_way import record_way
from accounts.rep_account import find_rep, rep_account
from ledger.engine import connect_engine, snapshot
from runtime.explain.rep_page import rep_page
from runtime.explain.way_page import way_page
from runtime.settings import read_database_url
from runtime.startup import told_in_a_sentence
from schemas.account import RecordWayAnswer, RepAccountAnswer


@click.command()
@click.argument("rep", required=False)
@click.option("--note", help="The id of a note in Twenty: what became of it.")
@click.option("--opportunity", help="The id of an opportunity in Twenty: what became of it.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def explain(rep: str | None, note: str | None, opportunity: str | None, *, as_json: bool) -> None:
    """Explains why REP (a workspace member's id or exact name) stands where it stands, or what became of a note.

    Reads the ledger alone: only DATABASE_URL must be set.
    """
    if [rep, note, opportunity].count(None) != 2:
        raise click.UsageError("Give a REP, --note ID or --opportunity ID, one of them.")
    with told_in_a_sentence():
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
    engine = connect_engine(read_database_url())
    with snapshot(engine) as connection:
        found = look_up(connection)
    if as_json:
        click.echo(json.dumps(schema.dump(found), indent=2))
    else:
        Console(highlight=False).print(page(found))
