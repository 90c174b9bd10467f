"""`repsync jobs`: the jobs of the queue that failed for good, and having their work done again."""

import sys
from collections.abc import Sequence

import click

from accounts.failed_jobs import FailedJob
from ledger.engine import connect_engine
from ledger.migrate import upgrade
from runtime.asking import must_agree
from runtime.commands.options import AS_JSON, BY, YES, examples
from runtime.exit_status import ExitStatus
from runtime.explain.words import moment
from runtime.output import answer, notes, print_answer, print_json
from runtime.plain_table import PlainTable, table_of
from runtime.settings import Settings
from runtime.startup import configured
from twenty_client.redis_outage import impatient_redis
from worker.failed_jobs import failed_jobs, requeue_failed
from worker.wake import Wake


@click.group()
def jobs() -> None:
    """Lists RQ's failed jobs and lets them run again."""


@jobs.command("list", epilog=examples("repsync jobs list", "repsync jobs list --json"))
@AS_JSON
def list_command(*, as_json: bool) -> None:
    """Lists the failed jobs of the last day, newest first, with the error's class and place."""
    found = failed_jobs(_wake(configured())).jobs
    if as_json:
        print_json({"failed": [_json(job) for job in found]})
    else:
        answer().print(_table(found) if found else "No job has failed.")


@jobs.command("requeue", epilog=examples("repsync jobs requeue 0b5c… --by ana", "repsync jobs requeue --all --yes"))
@click.argument("ids", metavar="[ID]...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All that failed.")
@YES
@BY
@AS_JSON
def requeue_command(ids: tuple[str, ...], *, everything: bool, yes: bool, by: str, as_json: bool) -> None:
    """Has the work of failed jobs done again: of those with these IDs, or of all.

    Shows them first, and asks. A job says only "look": one run does what all failed ones of its kind should have
    done. Status 1 when none is there, or one of the IDs is not.
    """
    if bool(ids) == everything:
        raise click.UsageError("Give IDs, or --all.")
    settings = configured()
    wake = _wake(settings)
    found, done = [job for job in failed_jobs(wake).jobs if everything or job.id in ids], 0
    if found:
        (notes() if as_json else answer()).print(_table(found))
        must_agree(f"Requeue {len(found):,}?", yes=yes)
        upgrade(settings.database_url)
        done = requeue_failed(connect_engine(settings.database_url), wake, {job.id for job in found}, by)
    told = f"{done:,} requeued." if done else "Nothing was changed."
    print_answer({"matching": len(found), "requeued": done}, told, as_json=as_json)
    sys.exit(ExitStatus.DONE if done and done >= len(set(ids)) else ExitStatus.FOUND)


def _wake(settings: Settings) -> Wake:
    return Wake(impatient_redis(settings.redis_url))


def _table(found: Sequence[FailedJob]) -> PlainTable:
    table = table_of("Failed jobs", "Id", "What", "Failed (UTC)", ">Tries", "Error")
    for job in found:
        table.add_row(job.id, job.what, moment(job.failed_at), str(job.tries), job.error)
    return table


def _json(job: FailedJob) -> dict[str, object]:
    failed_at = job.failed_at.isoformat() if job.failed_at else None
    return {"id": job.id, "what": job.what, "failedAt": failed_at, "tries": job.tries, "error": job.error}
