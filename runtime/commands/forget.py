"""`repsync forget`: a rep who left is forgotten."""

from dataclasses import asdict
from datetime import datetime

import click

from ledger.erasing import Held
from ledger.migrate import upgrade
from runtime.asking import must_agree
from runtime.bootstrap import worker_parts
from runtime.commands.options import AS_JSON, BY, YES, examples
from runtime.completing import complete_rep
from runtime.explain.words import plain
from runtime.output import notes, print_answer
from runtime.progress import progress
from runtime.startup import configured
from runtime.told_failures import told_in_a_sentence
from worker.forgetting import Erased, Leaver, find_leaver
from worker.forgetting import forget as forget_rep

AGAIN = "The same command goes on from there."


@click.command(
    epilog=examples(
        'repsync forget "Jane Austen" --by "HR, request 17"',
        "repsync forget 20202020-463f-435b-828c-107e007a2711 --yes --json",
    )
)
@click.argument("rep", shell_complete=complete_rep)
@BY
@YES
@AS_JSON
def forget(rep: str, *, by: str, yes: bool, as_json: bool) -> None:
    """Takes out what tells of a rep who left.

    REP is a member's id or exact name; for people who left, and the law on personal data. Tells what goes, what stays
    and what that means, and asks. It can't be undone. Killed in the midst, the same command goes on; done again, it
    changes nothing.
    """
    settings = configured()
    upgrade(settings.database_url)
    parts = worker_parts(settings)
    leaver = find_leaver(parts, rep)
    notes().print(plain(_explained(leaver)))
    must_agree("Forget this rep for good?", yes=yes)
    with told_in_a_sentence(AGAIN), progress("Reading deliveries") as tell:
        erased = forget_rep(parts, leaver.rep, by, tell)
    print_answer(_figures(leaver, erased), _told(erased), as_json=as_json)


def _explained(leaver: Leaver) -> str:
    held, who = leaver.held, f"{leaver.name} ({leaver.rep})" if leaver.name else leaver.rep
    paragraphs = (
        f"Forget {who}?",
        *_since(leaver.forgotten_at),
        f"What goes: the name; the bytes of {held.deliveries:,} deliveries of their records, and of all others that"
        f" name them; in {held.versions:,} record versions names of API keys, and words that are no disposition of the"
        f" dialer's; the standing; in {held.writes:,} writes all but numbers; in {held.audit_rows:,} audit rows all but"
        " who did what, and when.",
        f"What stays, under the member's id: {held.facts:,} facts with their times and readings, {held.awards:,} awards"
        f" ({held.xp:,} XP), day totals, ranks, badges, RedHawk's id. The audit needs these, and they name nobody.",
        "What it means: nothing of theirs is read, counted or published any more, also where Twenty or RedHawk tells it"
        " again; deals that are handed over count for their new owners. Their row in Twenty, and all that Twenty and"
        " RedHawk keep, is left as it is: delete it there. Backups of PostgreSQL hold what they held.",
    )
    return "\n".join(paragraphs)


def _since(at: datetime | None) -> list[str]:
    return [f"Forgotten since {at:%Y-%m-%d %H:%M} UTC: what is left goes."] if at else []


def _figures(leaver: Leaver, erased: Erased) -> dict[str, object]:
    return {"workspaceMemberId": leaver.rep, "held": _counts(leaver.held), "erased": _counts(erased)}


def _counts(of: Held | Erased) -> dict[str, int]:
    return {name.replace("audit_rows", "auditRows"): count for name, count in asdict(of).items()}


def _told(erased: Erased) -> str:
    return (
        f"Forgotten. {erased.deliveries:,} deliveries, {erased.readings:,} facts and versions,"
        f" {erased.writes:,} writes, {erased.audit_rows:,} audit rows and {erased.leads:,} leads' assignments"
        " hold nothing of them any more."
    )
