"""`repsync reps`: who works here, whose facts nobody knows, and giving an outside name to a member."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import click
from rich.console import Console
from sqlalchemy import Connection

from accounts.mapping import Alias
from ledger.engine import connect_engine, snapshot
from ledger.facts import load_unattributed
from ledger.migrate import upgrade
from ledger.rep_list import list_reps
from programs.progression.attribution import Source
from programs.progression.unattributed import group_unattributed
from runtime.bootstrap import load_rules, worker_parts
from runtime.commands.reps_views import (
    listed_json,
    listed_table,
    mapped_json,
    mapped_tables,
    unattributed_json,
    unattributed_table,
)
from runtime.settings import read_database_url, read_rules_path
from runtime.startup import configured, told_in_a_sentence
from twenty_client.errors import TwentyError
from worker.mapping import MappingRefused, find_rep, map_name, preview_mapping
from worker.parts import Parts

_AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of tables.")


@click.group()
def reps() -> None:
    """Members and reps: list them, find facts that are nobody's, map outside names."""


@reps.command("list")
@_AS_JSON
def list_command(*, as_json: bool) -> None:
    """Lists members with rank, level, XP, last activity and the outside names that are theirs."""
    with _ledger() as connection:
        found = list_reps(connection)
    _print({"reps": listed_json(found)}) if as_json else Console().print(listed_table(found))


@reps.command("unattributed")
@_AS_JSON
def unattributed_command(*, as_json: bool) -> None:
    """Lists the facts without a rep by the name that their records give; `reps map` says whose they are."""
    with _ledger() as connection:
        groups = group_unattributed(load_unattributed(connection), load_rules(read_rules_path()))
    _print({"unattributed": unattributed_json(groups)}) if as_json else Console().print(unattributed_table(groups))


@reps.command("map")
@click.argument("source", type=click.Choice(["redhawk", "twenty"]))
@click.argument("name")
@click.argument("rep")
@click.option("--yes", is_flag=True, help="Do it without asking.")
@_AS_JSON
def map_command(source: str, name: str, rep: str, *, yes: bool, as_json: bool) -> None:
    """Gives NAME, RedHawk's id or the name of an API key of Twenty, to REP, a member's id or exact name.

    Shows what would move and what it would pay, and asks. XP already paid stays with whom it was given to.
    """
    if not name.strip():
        raise click.ClickException("The name is empty: give the one that `repsync reps unattributed` shows.")
    console = Console(stderr=as_json)
    with _parts() as parts:
        alias = Alias(cast(Source, source), name.strip(), find_rep(parts, rep))
        preview = preview_mapping(parts, alias)
        console.print(*mapped_tables(preview), sep="\n")
        agreed = yes or _asked()
        result = map_name(parts, alias) if agreed else preview
    if agreed:
        console.print("Mapped. What waits is paid when the watermark passes it.")
    if as_json:
        _print({**mapped_json(result), "done": agreed})
    if not agreed:
        raise click.ClickException("Nothing was changed.")


def _asked() -> bool:
    if not at_a_terminal():
        raise click.ClickException("Nothing was changed: there is no terminal to ask on. Give --yes to do it.")
    return click.confirm("Map it?", err=True)


def at_a_terminal() -> bool:
    """Whether somebody is there to answer."""
    return sys.stdin.isatty()


@contextmanager
def _ledger() -> Iterator[Connection]:
    """The ledger alone, for commands that only look."""
    with told_in_a_sentence(), snapshot(connect_engine(read_database_url())) as connection:
        yield connection


@contextmanager
def _parts() -> Iterator[Parts]:
    """The worker's parts over an up-to-date ledger; what goes wrong is told in a sentence."""
    with told_in_a_sentence():
        settings = configured()
        upgrade(settings.database_url)
        try:
            yield worker_parts(settings)
        except (MappingRefused, TwentyError) as refused:
            raise click.ClickException(_told(refused)) from None


def _told(refused: MappingRefused | TwentyError) -> str:
    if isinstance(refused, MappingRefused):
        return str(refused)
    return (
        f"Nothing was changed: a rep's row in Twenty must be read for the first time, and Twenty can't serve it now"
        f" ({refused}). Try again later."
    )


def _print(found: dict[str, Any]) -> None:
    click.echo(json.dumps(found))
