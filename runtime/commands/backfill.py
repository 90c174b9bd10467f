"""`repsync backfill`: the whole history of Twenty, with a progress bar."""

import time
from collections.abc import Mapping
from datetime import UTC, date, datetime

import click

from ledger.migrate import upgrade
from runtime.bootstrap import worker_parts
from runtime.commands.backfill_views import backfilled_json, backfilled_text, watched
from runtime.commands.options import AS_JSON, examples
from runtime.output import notes, print_json
from runtime.startup import configured
from runtime.told_failures import Failed, told_in_a_sentence
from sandbox.embedded.servers import sigterm_as_exit
from worker.backfill import NothingToDo, NotNow
from worker.backfill import backfill as read_history
from worker.parts import Parts

_DAY = click.DateTime(["%Y-%m-%d"])
AGAIN = "What is stored stays: go on with the same command."


@click.command(epilog=examples("repsync backfill", "repsync backfill --since 2026-11-01", "repsync backfill --json"))
@click.option("--since", type=_DAY, metavar="YYYY-MM-DD", help="Only what happened since that day began.")
@AS_JSON
def backfill(*, since: datetime | None, as_json: bool) -> None:
    """Reads the whole history of Twenty into the ledger.

    It goes on beside all that runs, and publishes what comes of it. Best before the first `repsync start`: the first
    sweep then reads only what changed since. Publishing and sweeping go first; badges, ranks and deals wait until it
    is done. Ctrl-C ends it, the same command goes on. A row that had XP before repsync came is adopted: its old calls
    count and pay nothing.

    With --since: notes written since that day and deals changed since, in the time zone of the rules. A call note
    from before that was edited since stays out, a deal from before that was won since comes in.
    """
    since_on = since.date() if since else None
    if since_on and since_on > datetime.now(UTC).date():
        raise click.BadParameter("that day has not come yet.", param_hint="--since")
    settings = configured()
    upgrade(settings.database_url)
    with told_in_a_sentence(AGAIN), sigterm_as_exit():
        _run(worker_parts(settings), since_on, as_json)


def _run(parts: Parts, since_on: date | None, as_json: bool) -> None:
    began_s = time.monotonic()
    try:
        with watched(notes()) as watch:
            found = read_history(parts, since_on, watch)
    except NotNow as refused:
        raise Failed(str(refused)) from None
    except NothingToDo as needless:
        _show({"done": False, "reason": str(needless)}, f"Nothing to do. {needless}", as_json)
        return
    took_s = time.monotonic() - began_s
    _show(backfilled_json(found, took_s), backfilled_text(found, took_s), as_json)


def _show(found: Mapping[str, object], told: str, as_json: bool) -> None:
    if as_json:
        print_json(found)
    else:
        click.echo(told)
