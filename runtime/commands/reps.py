"""`repsync reps`: who works here, whose facts nobody knows, and giving an outside name to a member."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

import click

from accounts.mapping import Alias
from ledger.migrate import upgrade
from ledger.unattributed import load_unattributed
from programs.progression.attribution import Source
from programs.progression.unattributed import group_unattributed
from runtime.asking import agreed
from runtime.bootstrap import load_rules, worker_parts
from runtime.commands.options import AS_JSON, YES, examples
from runtime.commands.reps_list import list_command
from runtime.commands.reps_show import show
from runtime.commands.reps_sync import sync
from runtime.commands.reps_views import (
    mapped_json,
    mapped_tables,
    unattributed_json,
    unattributed_table,
)
from runtime.completing import complete_rep
from runtime.output import answer, notes, print_json
from runtime.settings import read_rules_path
from runtime.startup import configured, reading_ledger
from runtime.told_failures import Failed, told_in_a_sentence
from worker.mapping import find_rep, map_name, preview_mapping
from worker.parts import Parts

UNTOUCHED = "Nothing was changed: a rep's row in Twenty must be read for the first time."


@click.group()
def reps() -> None:
    """Lists, shows, maps and syncs members and reps."""


reps.add_command(list_command)
reps.add_command(show)
reps.add_command(sync)


@reps.command("unattributed", epilog=examples("repsync reps unattributed", "repsync reps unattributed --json"))
@AS_JSON
def unattributed_command(*, as_json: bool) -> None:
    """Lists the facts that are nobody's.

    By the name that their records give; `repsync reps map` says whose they are.
    """
    with reading_ledger() as ledger:
        groups = group_unattributed(load_unattributed(ledger), load_rules(read_rules_path()))
    if as_json:
        print_json({"unattributed": unattributed_json(groups)})
    else:
        answer().print(unattributed_table(groups) if groups else "Every fact has a rep.")


@reps.command(
    "map",
    epilog=examples(
        'repsync reps map redhawk 7 "Jane Austen"',
        "repsync reps map twenty dialer 20202020-463f-435b-828c-107e007a2711 --yes --json",
    ),
)
@click.argument("source", type=click.Choice(["redhawk", "twenty"]))
@click.argument("name")
@click.argument("rep", shell_complete=complete_rep)
@YES
@AS_JSON
def map_command(source: str, name: str, rep: str, *, yes: bool, as_json: bool) -> None:
    """Says whose an outside name is.

    Gives NAME, RedHawk's id or the name of an API key of Twenty, to REP, a member's id or exact name. Shows
    what would move and what it would pay, and asks. XP already paid stays with whom it was given to.
    """
    if not name.strip():
        raise Failed("The name is empty: give the one that `repsync reps unattributed` shows.")
    console = notes() if as_json else answer()
    with _parts() as parts:
        alias = Alias(cast(Source, source), name.strip(), find_rep(parts, rep))
        preview = preview_mapping(parts, alias)
        console.print(*mapped_tables(preview), sep="\n")
        done = agreed("Map it?", yes=yes)
        result = map_name(parts, alias) if done else preview
    if done:
        console.print("Mapped. What waits is paid when the watermark passes it.")
    if as_json:
        print_json({**mapped_json(result), "done": done})
    if not done:
        raise Failed("Nothing was changed.")


@contextmanager
def _parts() -> Iterator[Parts]:
    """The worker's parts over an up-to-date ledger."""
    with told_in_a_sentence(UNTOUCHED):
        settings = configured()
        upgrade(settings.database_url)
        yield worker_parts(settings)
