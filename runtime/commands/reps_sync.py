"""`repsync reps sync`: brings reps' rows in Twenty up to their standing, now."""

import sys
from collections.abc import Mapping, Sequence

import click

from accounts.rep_account import find_rep
from ledger.account_queries import load_rep
from ledger.dirty import count_dirty
from ledger.engine import snapshot
from ledger.migrate import upgrade
from ledger.rebuilding import rep_ids
from runtime.asking import must_agree
from runtime.bootstrap import worker_parts
from runtime.commands.options import AS_JSON, YES, examples
from runtime.commands.reps_views import synced_json, synced_table
from runtime.completing import complete_rep
from runtime.exit_status import ExitStatus
from runtime.output import answer, notes, print_json
from runtime.progress import progress
from runtime.startup import configured
from worker.force_sync import ForcedSync, sync_reps
from worker.parts import Parts


@click.command(
    epilog=examples(
        'repsync reps sync "Jane Austen"',
        "repsync reps sync ID ID --json",
        "repsync reps sync --all --yes",
    )
)
@click.argument("reps", nargs=-1, metavar="REP...", shell_complete=complete_rep)
@click.option("--all", "everybody", is_flag=True, help="All reps; says how many, and asks.")
@YES
@AS_JSON
def sync(reps: Sequence[str], *, everybody: bool, yes: bool, as_json: bool) -> None:
    """Brings reps' rows in Twenty up to their standing, now.

    Digests what waits, then publishes each REP, a member's id or exact name. Rows that Twenty refused are tried again;
    those that are as they should be stay. Status 1 when a row was not synced, 3 when Twenty could not be called:
    what is left is published by a worker as soon as it can be.
    """
    if bool(reps) == everybody:
        raise click.UsageError("Give one REP or several, or --all.")
    settings = configured()
    upgrade(settings.database_url)
    parts = worker_parts(settings)
    ids = _everybody(parts, yes=yes) if everybody else _found(parts, reps)
    with progress("Syncing reps") as tell:
        done = sync_reps(parts, ids, tell)
    _show(done, _names(parts, done), as_json=as_json)
    sys.exit(_status(done))


def _everybody(parts: Parts, *, yes: bool) -> list[str]:
    with snapshot(parts.engine) as ledger:
        ids, waiting = rep_ids(ledger, None), count_dirty(ledger)
    notes().print(f"{len(ids)} reps, of whom {waiting} wait to be published; the rows of the others are looked at.")
    must_agree(f"Sync {len(ids)} reps?", yes=yes)
    return ids


def _found(parts: Parts, named: Sequence[str]) -> list[str]:
    with snapshot(parts.engine) as ledger:
        return list(dict.fromkeys(find_rep(ledger, each) for each in named))


def _names(parts: Parts, reps: Mapping[str, ForcedSync]) -> dict[str, str]:
    with snapshot(parts.engine) as ledger:
        found = {rep: load_rep(ledger, rep) for rep in reps}
    return {rep: record.name or rep for rep, record in found.items() if record}


def _show(done: Mapping[str, ForcedSync], names: Mapping[str, str], *, as_json: bool) -> None:
    if as_json:
        print_json(synced_json(done, names))
        return
    answer().print(synced_table(done, names))


def _status(done: Mapping[str, ForcedSync]) -> ExitStatus:
    outcomes = {each.outcome for each in done.values()}
    if "twenty_unavailable" in outcomes:
        return ExitStatus.AWAY
    return ExitStatus.FOUND if outcomes - {"synced"} else ExitStatus.DONE
