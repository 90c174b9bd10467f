"""`repsync deliveries`: look for deliveries, see one whole, digest those that are set aside again, or dismiss them."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from sqlalchemy import Engine

from accounts.cursors import InvalidCursor
from accounts.delivery_account import delivery_account, delivery_text
from accounts.delivery_list import MOST, delivery_page
from accounts.rep_account import find_rep
from ledger.engine import connect_engine, snapshot, transaction
from ledger.migrate import upgrade
from ledger.refused_rows import refused_rows
from runtime.bootstrap import worker_parts
from runtime.commands.asking import agreed, system_user
from runtime.commands.deliveries_views import (
    account_json,
    account_page,
    page_json,
    page_table,
    preview_json,
    preview_tables,
    refused_json,
    refused_table,
)
from runtime.commands.delivery_options import filter_of, filter_options, is_filtered
from runtime.explain.words import plain
from runtime.settings import read_database_url
from runtime.startup import configured, told_in_a_sentence
from worker.parts import Parts
from worker.requeueing import Chosen, count_dismissible, dismiss, preview_requeue, requeue
from worker.retrying_rows import retry_refused

_AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of tables.")
_YES = click.option("--yes", is_flag=True, help="Do it without asking.")
_BY = click.option("--by", metavar="NAME", default=system_user, help="Who does it, for the audit log; your user name.")
_IDS = click.argument("ids", metavar="[ID]...", type=int, nargs=-1)


@click.group()
def deliveries() -> None:
    """Deliveries: find them, see what became of one, requeue or dismiss what is parked."""


@deliveries.command("list")
@filter_options
@click.option("--limit", type=click.IntRange(1, MOST), default=50, show_default=True, help="How many.")
@click.option("--cursor", help="The next page: what the last one printed.")
@_AS_JSON
def list_command(*, limit: int, cursor: str | None, as_json: bool, **given: Any) -> None:
    """Lists deliveries, newest first, with what became of each and why.

    \b
    Examples:
      repsync deliveries list --state parked
      repsync deliveries list --rep "Jane Austen" --since 24h
      repsync deliveries list --reason unreadable --json
    """
    with told_in_a_sentence(), snapshot(connect_engine(read_database_url())) as connection:
        try:
            page = delivery_page(connection, filter_of(connection, given), limit, cursor)
        except InvalidCursor:
            raise click.BadParameter("give one that a page printed.", param_hint="--cursor") from None
    if as_json:
        click.echo(json.dumps(page_json(page)))
        return
    Console(highlight=False).print(page_table(page) if page.deliveries else "No delivery matches.")
    if page.next:
        click.echo(f"More: the same with --cursor {page.next}")


@deliveries.command("show")
@click.argument("delivery_id", metavar="ID", type=int)
@click.option("--text", "with_text", is_flag=True, help="Also what came, note texts included; the audit log keeps it.")
@_BY
@_AS_JSON
def show_command(delivery_id: int, *, with_text: bool, by: str, as_json: bool) -> None:
    """Shows one delivery whole: each step with its time, how it was read, what it changed.

    \b
    Examples:
      repsync deliveries show 4711
      repsync deliveries show 4711 --text --by ana
    """
    with told_in_a_sentence():
        engine = connect_engine(read_database_url())
        with snapshot(engine) as connection:
            account = delivery_account(connection, delivery_id)
        text = _text(engine, delivery_id, by) if with_text else None
    if as_json:
        click.echo(json.dumps({**account_json(account), **({"text": text} if with_text else {})}))
        return
    console = Console(highlight=False)
    console.print(*account_page(account), sep="\n")
    if text is not None:
        console.print(plain("\nText", "bold"), plain(text or "It is pruned."), sep="\n")


def _text(engine: Engine, delivery_id: int, by: str) -> str:
    with transaction(engine) as connection:
        return delivery_text(connection, delivery_id, by).decode("utf-8", "replace")


@deliveries.command("requeue")
@_IDS
@filter_options
@click.option("--because", metavar="REASON", help="Why, for the audit log.")
@_YES
@_BY
@_AS_JSON
def requeue_command(
    ids: tuple[int, ...], *, because: str | None, yes: bool, by: str, as_json: bool, **given: Any
) -> None:
    """Digests deliveries again that are set aside: those with these IDs, or all that match.

    Shows first what would happen, and asks. Without --state parked ones are meant; dismissed and ignored ones can be
    requeued too. Nothing counts twice, however often it is digested.

    \b
    Examples:
      repsync deliveries requeue 4711 4712
      repsync deliveries requeue --reason unreadable --since 7d --because "reads it since 0.2"
    """
    console = Console(stderr=as_json, highlight=False)
    with _parts() as parts:
        chosen = _chosen(parts.engine, ids, given)
        preview = preview_requeue(parts, chosen)
        console.print(*preview_tables(preview), sep="\n")
        done = 0
        if preview.matching and agreed(f"Requeue {preview.matching:,}?", yes=yes):
            with _progress("Requeueing") as progress:
                done = requeue(parts, chosen, by, because, progress)
    _end(console, {**preview_json(preview), "requeued": done}, f"{done:,} requeued.", as_json, done)


@deliveries.command("dismiss")
@_IDS
@filter_options
@click.option("--because", metavar="REASON", required=True, help="Why; it is kept.")
@_YES
@_BY
@_AS_JSON
def dismiss_command(ids: tuple[int, ...], *, because: str, yes: bool, by: str, as_json: bool, **given: Any) -> None:
    """Dismisses parked deliveries: those with these IDs, or all that match.

    They are kept, and never digested again unless somebody requeues them. What they told of a record whose rep nobody
    knows counts all the same once the rep is mapped.

    \b
    Examples:
      repsync deliveries dismiss 4711 --because "a test of the dialer's"
      repsync deliveries dismiss --object company --because "not ours"
    """
    console = Console(stderr=as_json, highlight=False)
    if not because.strip():
        raise click.BadParameter("say why.", param_hint="--because")
    with _parts() as parts:
        chosen = _chosen(parts.engine, ids, given)
        matching = count_dismissible(parts.engine, chosen)
        done = 0
        if matching and agreed(f"Dismiss {matching:,} parked deliveries?", yes=yes):
            with _progress("Dismissing") as progress:
                done = dismiss(parts.engine, chosen, by, because, progress)
    _end(console, {"matching": matching, "dismissed": done}, f"{done:,} dismissed.", as_json, done)


@deliveries.command("refused")
@_AS_JSON
def refused_command(*, as_json: bool) -> None:
    """Lists the rows in Twenty that are not written: Twenty refuses them, or they could not be planned.

    Each is tried again when something of its rep changes, and by itself after hours.
    """
    with told_in_a_sentence(), snapshot(connect_engine(read_database_url())) as connection:
        found = refused_rows(connection)
    if as_json:
        click.echo(json.dumps({"refused": refused_json(found)}))
    else:
        Console(highlight=False).print(refused_table(found) if found else "No row is refused.")


@deliveries.command("retry")
@click.argument("reps", metavar="[REP]...", nargs=-1)
@click.option("--all", "everybody", is_flag=True, help="Every row that is refused.")
@_YES
@_BY
@_AS_JSON
def retry_command(reps: tuple[str, ...], *, everybody: bool, yes: bool, by: str, as_json: bool) -> None:
    """Tries the refused rows of these reps (ids or exact names) again now, such as after a field was mended in Twenty.

    \b
    Examples:
      repsync deliveries retry "Jane Austen"
      repsync deliveries retry --all --yes
    """
    console = Console(stderr=as_json, highlight=False)
    if bool(reps) == everybody:
        raise click.UsageError("Give REPs, or --all.")
    with _parts() as parts:
        with transaction(parts.engine) as connection:
            wanted = {find_rep(connection, rep) for rep in reps}
            found = [row for row in refused_rows(connection) if everybody or row.rep in wanted]
        if found:
            console.print(refused_table(found))
        done = 0
        if found and agreed(f"Try {len(found):,} rows again?", yes=yes):
            done = retry_refused(parts, [row.rep for row in found], by)
    _end(console, {"matching": len(found), "retried": done}, f"{done:,} rows are tried again.", as_json, done)


def _chosen(engine: Engine, ids: tuple[int, ...], given: dict[str, Any]) -> Chosen:
    if bool(ids) == is_filtered(given):
        raise click.UsageError("Give IDs, or options that say which: one or the other.")
    if ids:
        return ids
    with transaction(engine) as connection:
        return filter_of(connection, given)


@contextmanager
def _parts() -> Iterator[Parts]:
    """The worker's parts over an up-to-date ledger; what goes wrong is told in a sentence."""
    with told_in_a_sentence():
        settings = configured()
        upgrade(settings.database_url)
        yield worker_parts(settings)


@contextmanager
def _progress(told: str) -> Iterator[Callable[[int, int], None]]:
    """A bar at a terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task(told, total=None)
        yield lambda done, length: bar.update(task, completed=done, total=length)


def _end(console: Console, found: dict[str, Any], told: str, as_json: bool, done: int) -> None:
    """Status 1 when nothing was done."""
    if as_json:
        click.echo(json.dumps(found))
    if not done:
        raise click.ClickException("Nothing was changed.")
    console.print(told)
