"""`repsync deliveries requeue` and `dismiss`: what is set aside is digested again, or left for good."""

import sys
from typing import Any

import click
from sqlalchemy import Engine

from ledger.engine import snapshot
from ledger.migrate import upgrade
from runtime.asking import must_agree
from runtime.bootstrap import worker_parts
from runtime.commands.deliveries_views import preview_json, preview_tables
from runtime.commands.delivery_options import filter_of, filter_options, is_filtered
from runtime.commands.options import AS_JSON, BY, YES, examples
from runtime.exit_status import ExitStatus
from runtime.output import answer, notes, print_answer
from runtime.progress import progress
from runtime.startup import configured
from worker.parts import Parts
from worker.requeueing import Chosen, count_dismissible, dismiss, preview_requeue, requeue

_IDS = click.argument("ids", metavar="[ID]...", type=int, nargs=-1)


@click.command(
    "requeue",
    epilog=examples(
        "repsync deliveries requeue 4711 4712",
        'repsync deliveries requeue --reason unreadable --since 7d --because "reads it since 0.2"',
    ),
)
@_IDS
@filter_options
@click.option("--because", metavar="REASON", help="Why, for the audit log.")
@YES
@BY
@AS_JSON
def requeue_command(
    ids: tuple[int, ...], *, because: str | None, yes: bool, by: str, as_json: bool, **given: Any
) -> None:
    """Digests deliveries again that are set aside: those with these IDs, or all that match.

    Shows first what would happen, and asks. Without --state parked ones are meant; dismissed and ignored ones can be
    requeued too, unless their text was pruned. Nothing counts twice, however often it is digested. Status 1 when none
    match, or one of the IDs can't be requeued.
    """
    parts = _parts()
    chosen = _chosen(parts.engine, ids, given)
    preview = preview_requeue(parts, chosen)
    (notes() if as_json else answer()).print(*preview_tables(preview), sep="\n")
    done = 0
    if preview.matching:
        must_agree(f"Requeue {preview.matching:,}?", yes=yes)
        with progress("Requeueing") as tell:
            done = requeue(parts, chosen, by, because, tell)
    _end({**preview_json(preview), "requeued": done}, "requeued", done, len(set(ids)), as_json=as_json)


@click.command(
    "dismiss",
    epilog=examples(
        'repsync deliveries dismiss 4711 --because "a test of the dialer\'s"',
        'repsync deliveries dismiss --object company --because "not ours"',
    ),
)
@_IDS
@filter_options
@click.option("--because", metavar="REASON", required=True, help="Why; it is kept.")
@YES
@BY
@AS_JSON
def dismiss_command(ids: tuple[int, ...], *, because: str, yes: bool, by: str, as_json: bool, **given: Any) -> None:
    """Dismisses parked deliveries: those with these IDs, or all that match.

    They are kept, and never digested again unless somebody requeues them. What they told of a record whose rep nobody
    knows counts all the same once the rep is mapped. Status 1 when none match, or one of the IDs is not parked.
    """
    if not because.strip():
        raise click.BadParameter("say why.", param_hint="--because")
    parts = _parts()
    chosen = _chosen(parts.engine, ids, given)
    matching, done = count_dismissible(parts.engine, chosen), 0
    if matching:
        must_agree(f"Dismiss {matching:,} parked deliveries?", yes=yes)
        with progress("Dismissing") as tell:
            done = dismiss(parts.engine, chosen, by, because, tell)
    _end({"matching": matching, "dismissed": done}, "dismissed", done, len(set(ids)), as_json=as_json)


def _parts() -> Parts:
    settings = configured()
    upgrade(settings.database_url)
    return worker_parts(settings)


def _chosen(engine: Engine, ids: tuple[int, ...], given: dict[str, Any]) -> Chosen:
    if bool(ids) == is_filtered(given):
        raise click.UsageError("Give IDs, or options that say which: one or the other.")
    if ids:
        return ids
    with snapshot(engine) as ledger:
        return filter_of(ledger, given)


def _end(found: dict[str, Any], verb: str, done: int, named: int, *, as_json: bool) -> None:
    """`named` is how many were asked for by their ids; each is to be done."""
    of = f" of {named:,}" if done < named else ""
    print_answer(found, f"{done:,}{of} {verb}." if done else "Nothing was changed.", as_json=as_json)
    sys.exit(ExitStatus.DONE if done and done >= named else ExitStatus.FOUND)
