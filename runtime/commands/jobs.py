"""`repsync jobs`: the jobs of the queue that failed for good, and having their work done again."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click
from rich.box import SIMPLE
from rich.console import Console

from accounts.failed_jobs import FailedJob, QueueAway
from ledger.engine import connect_engine
from ledger.migrate import upgrade
from runtime.commands.asking import agreed, system_user
from runtime.explain.words import moment
from runtime.plain_table import PlainTable
from runtime.settings import Settings
from runtime.startup import configured, told_in_a_sentence
from twenty_client.redis_outage import impatient_redis
from worker.failed_jobs import failed_jobs, requeue_failed
from worker.wake import Wake

_AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of tables.")


@click.group()
def jobs() -> None:
    """Jobs that failed for good: list them, have their work done again."""


@jobs.command("list")
@_AS_JSON
def list_command(*, as_json: bool) -> None:
    """Lists the failed jobs of the last day, newest first, with the error's class and place.

    \b
    Example:
      repsync jobs list --json
    """
    with _settings() as settings:
        found = failed_jobs(_wake(settings))
    if as_json:
        click.echo(json.dumps({"failed": [_json(job) for job in found]}))
    else:
        Console(highlight=False).print(_table(found) if found else "No job has failed.")


@jobs.command("requeue")
@click.argument("ids", metavar="[ID]...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All that failed.")
@click.option("--yes", is_flag=True, help="Do it without asking.")
@click.option("--by", metavar="NAME", default=system_user, help="Who does it, for the audit log; your user name.")
@_AS_JSON
def requeue_command(ids: tuple[str, ...], *, everything: bool, yes: bool, by: str, as_json: bool) -> None:
    """Has the work of failed jobs done again: of those with these IDs, or of all.

    A job says only "look": one run does what all failed ones of its kind should have done.

    \b
    Examples:
      repsync jobs requeue 0b5c… --by ana
      repsync jobs requeue --all --yes
    """
    console = Console(stderr=as_json, highlight=False)
    if bool(ids) == everything:
        raise click.UsageError("Give IDs, or --all.")
    with _settings() as settings:
        wake = _wake(settings)
        found = [job for job in failed_jobs(wake) if everything or job.id in ids]
        if found:
            console.print(_table(found))
        done = 0
        if found and agreed(f"Requeue {len(found):,}?", yes=yes):
            upgrade(settings.database_url)
            done = requeue_failed(connect_engine(settings.database_url), wake, {job.id for job in found}, by)
    if as_json:
        click.echo(json.dumps({"matching": len(found), "requeued": done}))
    if not done:
        raise click.ClickException("Nothing was changed.")
    console.print(f"{done:,} requeued.")


@contextmanager
def _settings() -> Iterator[Settings]:
    with told_in_a_sentence():
        try:
            yield configured()
        except QueueAway as away:
            raise click.ClickException(
                f"{away}: failed jobs are kept there. Start it, or set REDIS_URL right."
            ) from None


def _wake(settings: Settings) -> Wake:
    return Wake(impatient_redis(settings.redis_url))


def _table(found: Sequence[FailedJob]) -> PlainTable:
    table = PlainTable("Failed jobs", box=SIMPLE, padding=(0, 1, 0, 0))
    for name in ("Id", "What", "Failed (UTC)", "Tries", "Error"):
        table.add_column(name, overflow="fold")
    for job in found:
        table.add_row(job.id, job.what, moment(job.failed_at), str(job.tries), job.error)
    return table


def _json(job: FailedJob) -> dict[str, object]:
    failed_at = job.failed_at.isoformat() if job.failed_at else None
    return {"id": job.id, "what": job.what, "failedAt": failed_at, "tries": job.tries, "error": job.error}
