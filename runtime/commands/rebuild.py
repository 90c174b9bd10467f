"""`repsync rebuild`: everything computed anew from the kept versions, or from Twenty."""

import sys

import click

from accounts.rep_account import find_rep
from ledger.engine import snapshot
from ledger.rebuilding import count_records, rep_ids
from runtime.asking import must_agree
from runtime.bootstrap import worker_parts
from runtime.commands.backfill_views import watched
from runtime.commands.options import AS_JSON, YES, examples
from runtime.completing import complete_rep
from runtime.exit_status import ExitStatus
from runtime.output import notes, print_json
from runtime.progress import progress
from runtime.startup import configured
from runtime.told_failures import Failed
from worker.backfill import NotNow, read_again
from worker.parts import Parts
from worker.rebuild import Rebuilt, figures
from worker.rebuild import rebuild as rebuild_ledger


@click.command(
    epilog=examples(
        "repsync rebuild --check",
        'repsync rebuild "Jane Austen"',
        "repsync rebuild --yes --json",
        "repsync rebuild --from-twenty",
    )
)
@click.argument("rep", required=False, shell_complete=complete_rep)
@click.option("--from-twenty", is_flag=True, help="First read Twenty again, as far back as the history was read.")
@click.option("--check", is_flag=True, help="Change nothing; status 1 if something differs.")
@YES
@AS_JSON
def rebuild(rep: str | None, *, from_twenty: bool, check: bool, yes: bool, as_json: bool) -> None:
    """Recomputes facts, day totals and standings from the kept versions.

    Of all, after a question, or of one REP (a member's id or exact name). They must come out as they are kept: what
    does not is corrected, and the reps are published anew.
    """
    if from_twenty and check:
        raise click.UsageError("--from-twenty reads into the ledger, --check changes nothing.")
    parts = worker_parts(configured())
    rep_id = _found(parts, rep) if rep else None
    if from_twenty or not (check or rep):
        _ask(parts, from_twenty=from_twenty, yes=yes)
    if from_twenty:
        _read_again(parts)
    found = _rebuild(parts, rep_id, check=check)
    _show(found, check=check, as_json=as_json)
    sys.exit(ExitStatus.FOUND if check and not found.same else ExitStatus.DONE)


def _found(parts: Parts, named: str) -> str:
    with snapshot(parts.engine) as ledger:
        return find_rep(ledger, named)


def _ask(parts: Parts, *, from_twenty: bool, yes: bool) -> None:
    with snapshot(parts.engine) as ledger:
        records, reps = count_records(ledger, None), len(rep_ids(ledger))
    first = "All of Twenty's history is read again, then " if from_twenty else ""
    console = notes()
    console.print(f"{first}{records:,} records and {reps} reps are computed anew. What differs is corrected, and paid.")
    console.print("`repsync rebuild --check` tells what differs, and changes nothing.")
    must_agree("Rebuild?", yes=yes)


def _read_again(parts: Parts) -> None:
    try:
        with watched(notes()) as watch:
            rows = read_again(parts, watch)
    except NotNow as refused:
        raise Failed(str(refused)) from None
    notes().print(f"Read {rows} rows of Twenty again.")


def _rebuild(parts: Parts, rep: str | None, *, check: bool) -> Rebuilt:
    with progress("Checking" if check else "Rebuilding") as tell:
        return rebuild_ledger(parts, rep, correct=not check, progress=tell)


def _show(found: Rebuilt, *, check: bool, as_json: bool) -> None:
    if as_json:
        print_json({"same": found.same, **figures(found)})
    else:
        click.echo(_told(found, check=check))


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
