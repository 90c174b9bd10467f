"""`repsync forget`: a rep who left is forgotten."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from getpass import getuser

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from ledger.erasing import Held
from ledger.migrate import upgrade
from runtime.bootstrap import worker_parts
from runtime.commands.asking import at_a_terminal
from runtime.explain.words import plain
from runtime.startup import configured, told_in_a_sentence
from worker.forgetting import CannotForget, Erased, Leaver, find_leaver
from worker.forgetting import forget as forget_rep
from worker.parts import Parts


def _login() -> str:
    try:
        return getuser()
    except (KeyError, OSError):  # a container without a password file
        return "cli"


@click.command()
@click.argument("rep")
@click.option("--by", default=_login, show_default="your login", help="Who asks for it, for the audit log.")
@click.option("--yes", is_flag=True, help="Do it without asking.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def forget(rep: str, *, by: str, yes: bool, as_json: bool) -> None:
    """Forgets REP, a member's id or exact name: for people who left, and the law on personal data.

    Tells what goes, what stays and what that means, and asks. It can't be undone. Killed in the midst, the same
    command goes on; done again, it changes nothing.

    \b
    Examples:
      repsync forget "Jane Austen" --by "HR, request 17"
      repsync forget 20202020-463f-435b-828c-107e007a2711 --yes --json
    """
    console = Console(stderr=as_json, highlight=False)
    with _parts() as parts:
        leaver = find_leaver(parts, rep)
        console.print(plain(_explained(leaver)))
        agreed = yes or _asked()
        erased = _forgotten(parts, leaver, by.strip() or _login()) if agreed else None
    if as_json:
        click.echo(json.dumps(_figures(leaver, erased)))
    if erased is None:
        raise click.ClickException("Nothing was changed.")
    console.print(_told(erased))


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


def _asked() -> bool:
    if not at_a_terminal():
        raise click.ClickException("Nothing was changed: there is no terminal to ask on. Give --yes to do it.")
    return click.confirm("Forget this rep for good?", err=True)


def _forgotten(parts: Parts, leaver: Leaver, by: str) -> Erased:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task("Reading deliveries", total=None)
        return forget_rep(parts, leaver.rep, by, lambda done, length: bar.update(task, completed=done, total=length))


def _figures(leaver: Leaver, erased: Erased | None) -> dict[str, object]:
    changed = _counts(erased) if erased else None
    return {"workspaceMemberId": leaver.rep, "held": _counts(leaver.held), "erased": changed, "done": bool(erased)}


def _counts(of: Held | Erased) -> dict[str, int]:
    return {name.replace("audit_rows", "auditRows"): count for name, count in asdict(of).items()}


def _told(erased: Erased) -> str:
    return (
        f"Forgotten. {erased.deliveries:,} deliveries, {erased.readings:,} facts and versions,"
        f" {erased.writes:,} writes, {erased.audit_rows:,} audit rows and {erased.leads:,} leads' assignments"
        " hold nothing of them any more."
    )


@contextmanager
def _parts() -> Iterator[Parts]:
    with told_in_a_sentence():
        settings = configured()
        upgrade(settings.database_url)
        try:
            yield worker_parts(settings)
        except CannotForget as refused:
            raise click.ClickException(str(refused)) from None
