"""`repsync backfill`: the whole history of Twenty, with a progress bar."""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

import click
from redis.exceptions import RedisError
from rich.console import Console

from ledger.migrate import upgrade
from runtime.bootstrap import worker_parts
from runtime.commands.backfill_views import backfilled_json, backfilled_text, watched
from runtime.logs import configure_logs
from runtime.startup import configured, told_in_a_sentence
from sandbox.embedded.servers import sigterm_as_exit
from twenty_client.errors import TwentyError
from worker.backfill import Backfilled, NothingToDo, NotNow
from worker.backfill import backfill as read_history
from worker.parts import Parts

_DAY = click.DateTime(["%Y-%m-%d"])
AGAIN = "What is stored stays: go on with the same command."
INTERRUPTED = 130


@click.command()
@click.option("--since", type=_DAY, metavar="YYYY-MM-DD", help="Only what happened since that day began.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def backfill(*, since: datetime | None, as_json: bool) -> None:
    """Reads the whole history of Twenty into the ledger, beside all that runs, and publishes what comes of it.

    With --since: notes written since that day and deals changed since, in the time zone of the rules. A call note
    from before that was edited since stays out, a deal from before that was won since comes in.

    Best before the first `repsync start`: the first sweep then reads only what changed since. Publishing and sweeping
    go first; badges, ranks and deals wait until it is done. Ctrl-C ends it, the same command goes on. A row that had
    XP before repsync came is adopted: its old calls count and pay nothing.
    """
    since_on = since.date() if since else None
    if since_on and since_on > datetime.now(UTC).date():
        raise click.BadParameter("that day has not come yet.", param_hint="--since")
    with told_in_a_sentence(), sigterm_as_exit(), _told_how_to_go_on():
        settings = configured()
        configure_logs("WARNING")  # the bar says what the lines of the log would
        upgrade(settings.database_url)
        _run(worker_parts(settings), since_on, as_json)


def _run(parts: Parts, since_on: date | None, as_json: bool) -> None:
    began_s = time.monotonic()
    try:
        with watched(Console(stderr=True)) as watch:
            found = read_history(parts, since_on, watch)
    except NothingToDo as needless:
        click.echo(json.dumps({"done": False, "reason": str(needless)}) if as_json else f"Nothing to do. {needless}")
        return
    _show(found, time.monotonic() - began_s, as_json)


def _show(found: Backfilled, took_s: float, as_json: bool) -> None:
    click.echo(json.dumps(backfilled_json(found, took_s)) if as_json else backfilled_text(found, took_s))


@contextmanager
def _told_how_to_go_on() -> Iterator[None]:
    try:
        yield
    except NotNow as refused:
        raise click.ClickException(str(refused)) from None
    except KeyboardInterrupt:
        click.echo(f"Stopped. {AGAIN}", err=True)
        sys.exit(INTERRUPTED)
    except TwentyError as error:
        raise click.ClickException(f"Twenty could not be read: {type(error).__name__}: {error}. {AGAIN}") from None
    except RedisError as error:
        raise click.ClickException(f"Redis is unavailable ({type(error).__name__}). {AGAIN}") from None
