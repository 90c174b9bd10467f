"""`repsync prune`: empties old deliveries now; the clock does so by itself, little by little."""

from datetime import UTC, datetime, timedelta

import click
from sqlalchemy import Engine

from ledger.engine import connect_engine, snapshot
from ledger.pruning import Prunable, count_prunable
from runtime.commands.options import AS_JSON, examples
from runtime.output import print_answer
from runtime.progress import progress
from runtime.settings import MOST_DAYS, read_database_url, read_retention_days
from runtime.told_failures import told_in_a_sentence
from worker.pruning import prune_all

AGAIN = "What is emptied stays so: go on with the same command."


@click.command(epilog=examples("repsync prune --dry-run", "repsync prune --older-than 30"))
@click.option(
    "--older-than",
    "days",
    type=click.IntRange(0, MOST_DAYS),
    metavar="DAYS",
    help="Instead of DELIVERY_RETENTION_DAYS.",
)
@click.option("--dry-run", is_flag=True, help="Change nothing, tell what would go.")
@AS_JSON
def prune(*, days: int | None, dry_run: bool, as_json: bool) -> None:
    """Empties old deliveries now, as the clock does by and by.

    Those that were received DAYS ago or earlier, and the long values of writes as old. What waits, pending or parked,
    is kept. Keys, states, reasons and times stay: a repeat is still a duplicate, and audit, rebuild and explain work
    as before. Beside repsync at work, and as often as you like. Reads DATABASE_URL.
    """
    engine, kept_days = connect_engine(read_database_url()), days if days is not None else read_retention_days()
    before = datetime.now(UTC) - timedelta(days=kept_days)
    with snapshot(engine) as ledger:
        prunable = count_prunable(ledger, before)
    found = prunable if dry_run else _pruned(engine, before, prunable)
    print_answer(_figures(found, kept_days, dry_run), _told(found, kept_days, dry_run), as_json=as_json)


def _pruned(engine: Engine, before: datetime, prunable: Prunable) -> Prunable:
    length = prunable.deliveries + prunable.writes
    with told_in_a_sentence(AGAIN), progress("Pruning") as tell:
        return prune_all(engine, before, lambda done: tell(done.deliveries + done.writes, length))


def _figures(found: Prunable, days: int, dry_run: bool) -> dict[str, object]:
    figures = {"deliveries": found.deliveries, "bytes": found.bytes, "writes": found.writes}
    return {"olderThanDays": days, **figures, "done": not dry_run}


def _told(found: Prunable, days: int, dry_run: bool) -> str:
    what = f"{found.deliveries:,} deliveries ({found.bytes / 1e6:,.1f} MB) and {found.writes:,} writes"
    if dry_run:
        return f"{what} of {days} days ago or earlier would be emptied. Nothing was changed."
    return f"{what} of {days} days ago or earlier emptied."
