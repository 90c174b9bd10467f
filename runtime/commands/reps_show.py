"""`repsync reps show`: where a rep stands, in short."""

import click

from accounts.rep_account import find_rep, rep_account
from runtime.commands.options import AS_JSON, examples
from runtime.completing import complete_rep
from runtime.explain.short_page import short_page
from runtime.output import answer, print_json
from runtime.startup import reading_ledger
from schemas.account import RepStandingAnswer


@click.command(epilog=examples('repsync reps show "Jane Austen"', "repsync reps show ID --json | jq .freshness"))
@click.argument("rep", shell_complete=complete_rep)
@AS_JSON
def show(rep: str, *, as_json: bool) -> None:
    """Shows where a rep stands.

    Rank, XP, what the next rank needs, what waits, and what Twenty has of REP, a member's id or exact name. `repsync
    explain` tells why, at length.
    """
    with reading_ledger() as ledger:
        account = rep_account(ledger, find_rep(ledger, rep))
    if as_json:
        print_json(RepStandingAnswer().dump(account))
    else:
        answer().print(short_page(account))
