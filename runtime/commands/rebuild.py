"""`repsync rebuild`: everything computed anew from the kept versions, or from Twenty."""

import json
import sys

import click
from redis.exceptions import RedisError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from ledger.engine import transaction
from ledger.rebuilding import rep_ids
from runtime.bootstrap import worker_parts
from runtime.commands.backfill_views import watched
from runtime.startup import configured, told_in_a_sentence
from twenty_client.errors import TwentyError
from worker.backfill import NotNow, read_again
from worker.parts import Parts
from worker.rebuild import Rebuilt, figures
from worker.rebuild import rebuild as rebuild_ledger


@click.command()
@click.argument("rep", required=False)
@click.option("--from-twenty", is_flag=True, help="First read Twenty again, as far back as the history was read.")
@click.option("--check", is_flag=True, help="Change nothing; status 1 if something differs.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def rebuild(rep: str | None, *, from_twenty: bool, check: bool, as_json: bool) -> None:
    """Recomputes facts, day totals and standings of all, or of one rep (a workspace member's id).

    They must come out as they are kept: what does not is corrected, and the reps are published anew.
    """
    if from_twenty and check:
        raise click.UsageError("--from-twenty reads into the ledger, --check changes nothing.")
    with told_in_a_sentence():
        parts = worker_parts(configured())
        if rep is not None:
            _must_be_known(parts, rep)
        if from_twenty:
            _read_again(parts)
        found = _rebuild(parts, rep, check=check)
    click.echo(json.dumps({"same": found.same, **figures(found)}) if as_json else _told(found, check=check))
    if check and not found.same:
        sys.exit(1)


def _must_be_known(parts: Parts, rep: str) -> None:
    with transaction(parts.engine) as connection:
        if not rep_ids(connection, rep):
            raise click.ClickException(f"{rep}: no rep of the ledger has this id.")


def _read_again(parts: Parts) -> None:
    try:
        with watched(Console(stderr=True)) as watch:
            rows = read_again(parts, watch)
    except NotNow as refused:
        raise click.ClickException(str(refused)) from None
    except TwentyError as error:
        raise click.ClickException(f"Twenty could not be read: {type(error).__name__}: {error}") from None
    except RedisError as error:
        raise click.ClickException(f"Redis is unavailable ({type(error).__name__}).") from None
    click.echo(f"Read {rows} rows of Twenty again.", err=True)


def _rebuild(parts: Parts, rep: str | None, *, check: bool) -> Rebuilt:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task("Checking" if check else "Rebuilding", total=None)
        return rebuild_ledger(
            parts, rep, correct=not check, progress=lambda done, length: bar.update(task, completed=done, total=length)
        )


def _told(found: Rebuilt, *, check: bool) -> str:
    """The figures for people."""
    columns = ", ".join(f"{name} {count}" for name, count in sorted(found.columns.items()))
    lines = [
        f"{found.records} records and {found.reps} reps read.",
        f"{found.facts} facts differed" + (f" (by column: {columns})." if columns else "."),
        f"{found.decisions} decisions about twins, {found.days} day totals and {found.standings} standings differed.",
    ]
    if found.without_versions:
        lines.append(f"{found.without_versions} facts have no versions any more: they stay as they are.")
    if not found.same:
        lines.append("Nothing was changed." if check else "All of it is corrected; the reps will be published.")
    return "\n".join(lines)
