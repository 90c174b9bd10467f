"""`repsync deliveries refused` and `retry`: rows in Twenty that are not written."""

import sys

import click

from accounts.rep_account import find_rep
from ledger.engine import snapshot
from ledger.migrate import upgrade
from ledger.refused_rows import RefusedRow, refused_rows
from runtime.asking import must_agree
from runtime.bootstrap import worker_parts
from runtime.commands.deliveries_views import refused_json, refused_table
from runtime.commands.options import AS_JSON, BY, YES, examples
from runtime.completing import complete_rep
from runtime.exit_status import ExitStatus
from runtime.output import answer, notes, print_answer, print_json
from runtime.startup import configured, reading_ledger
from worker.parts import Parts
from worker.retrying_rows import retry_refused


@click.command("refused", epilog=examples("repsync deliveries refused", "repsync deliveries refused --json"))
@AS_JSON
def refused_command(*, as_json: bool) -> None:
    """Lists the rows in Twenty that are not written: Twenty refuses them, or they could not be planned.

    Each is tried again when something of its rep changes, and by itself after hours.
    """
    with reading_ledger() as ledger:
        found = refused_rows(ledger)
    if as_json:
        print_json({"refused": refused_json(found)})
    else:
        answer().print(refused_table(found) if found else "No row is refused.")


@click.command(
    "retry", epilog=examples('repsync deliveries retry "Jane Austen"', "repsync deliveries retry --all --yes")
)
@click.argument("reps", metavar="[REP]...", nargs=-1, shell_complete=complete_rep)
@click.option("--all", "everybody", is_flag=True, help="Every row that is refused.")
@YES
@BY
@AS_JSON
def retry_command(reps: tuple[str, ...], *, everybody: bool, yes: bool, by: str, as_json: bool) -> None:
    """Tries the refused rows of these reps (ids or exact names) again now, such as after a field was mended in Twenty.

    Shows them first, and asks. Status 1 when none of them is refused.
    """
    if bool(reps) == everybody:
        raise click.UsageError("Give REPs, or --all.")
    settings = configured()
    upgrade(settings.database_url)
    parts = worker_parts(settings)
    found, done = _refused(parts, reps), 0
    if found:
        (notes() if as_json else answer()).print(refused_table(found))
        must_agree(f"Try {len(found):,} rows again?", yes=yes)
        done = retry_refused(parts, [row.rep for row in found], by)
    told = f"{done:,} rows are tried again." if done else "Nothing was changed."
    print_answer({"matching": len(found), "retried": done}, told, as_json=as_json)
    sys.exit(ExitStatus.DONE if done else ExitStatus.FOUND)


def _refused(parts: Parts, reps: tuple[str, ...]) -> list[RefusedRow]:
    """Those of these reps; without any of all."""
    with snapshot(parts.engine) as ledger:
        wanted = {find_rep(ledger, rep) for rep in reps}
        return [row for row in refused_rows(ledger) if not reps or row.rep in wanted]
