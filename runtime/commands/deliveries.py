"""`repsync deliveries`: look for deliveries, see one whole."""

from typing import Any

import click
from sqlalchemy import Engine

from accounts.cursors import InvalidCursor
from accounts.delivery_account import delivery_account, delivery_text
from accounts.delivery_list import MOST, delivery_page
from accounts.words import pruned_on
from ledger.engine import connect_engine, snapshot, transaction
from runtime.commands.deliveries_refused import refused_command, retry_command
from runtime.commands.deliveries_requeue import dismiss_command, requeue_command
from runtime.commands.deliveries_views import account_json, account_page, page_json, page_table
from runtime.commands.delivery_options import filter_of, filter_options
from runtime.commands.options import AS_JSON, BY, examples
from runtime.explain.words import plain
from runtime.output import answer, print_json
from runtime.settings import read_database_url
from runtime.startup import reading_ledger


@click.group()
def deliveries() -> None:
    """Lists, shows, requeues and dismisses what came in."""


@deliveries.command(
    "list",
    epilog=examples(
        "repsync deliveries list --state parked",
        'repsync deliveries list --rep "Jane Austen" --since 24h',
        "repsync deliveries list --reason unreadable --json",
    ),
)
@filter_options
@click.option("--limit", type=click.IntRange(1, MOST), default=50, show_default=True, help="How many.")
@click.option("--cursor", help="The next page: what the last one printed.")
@AS_JSON
def list_command(*, limit: int, cursor: str | None, as_json: bool, **given: Any) -> None:
    """Lists deliveries, newest first, with what became of each and why."""
    with reading_ledger() as ledger:
        try:
            page = delivery_page(ledger, filter_of(ledger, given), limit, cursor)
        except InvalidCursor:
            raise click.BadParameter("give one that a page printed.", param_hint="--cursor") from None
    if as_json:
        print_json(page_json(page))
        return
    answer().print(page_table(page) if page.deliveries else "No delivery matches.")
    if page.next:
        click.echo(f"More: the same with --cursor {page.next}")


@deliveries.command(
    "show", epilog=examples("repsync deliveries show 4711", "repsync deliveries show 4711 --text --by ana")
)
@click.argument("delivery_id", metavar="ID", type=int)
@click.option("--text", "with_text", is_flag=True, help="Also what came, note texts included; the audit log keeps it.")
@BY
@AS_JSON
def show_command(delivery_id: int, *, with_text: bool, by: str, as_json: bool) -> None:
    """Shows one delivery whole: each step with its time, how it was read, what it changed."""
    engine = connect_engine(read_database_url())
    with snapshot(engine) as ledger:
        account = delivery_account(ledger, delivery_id)
    text = _text(engine, delivery_id, by) if with_text else None
    if as_json:
        print_json({**account_json(account), **({"text": text} if with_text else {})})
        return
    console = answer()
    console.print(*account_page(account), sep="\n")
    if text is not None:
        gone = f"None: {pruned_on(account.delivery.pruned_at)}."
        console.print(plain("\nText", "bold"), plain(text or gone), sep="\n")


def _text(engine: Engine, delivery_id: int, by: str) -> str:
    with transaction(engine) as connection:
        return delivery_text(connection, delivery_id, by).decode("utf-8", "replace")


for command in (requeue_command, dismiss_command, refused_command, retry_command):
    deliveries.add_command(command)
