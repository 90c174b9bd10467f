"""`repsync sweep`: one sweep of Twenty now."""

from collections.abc import Mapping
from dataclasses import asdict

import click

from ledger.comparisons import Stopped, comparisons_by_object
from ledger.engine import snapshot
from ledger.losses import Losses
from runtime.asking import must_agree
from runtime.bootstrap import worker_parts
from runtime.commands.options import AS_JSON, YES, examples
from runtime.output import notes, print_json
from runtime.startup import configured
from runtime.told_failures import Failed, told_in_a_sentence
from worker.missing import accept_missing
from worker.parts import Parts
from worker.spans import COMPARED
from worker.sweep_now import AlreadySweeping, BackfillFirst, SweptNow, sweep_now

AGAIN = "The next sweep goes on from there."


@click.command(
    epilog=examples("repsync sweep", "repsync sweep --json | jq .webhooks", "repsync sweep --accept-missing")
)
@click.option(
    "--accept-missing",
    "accepts_missing",
    is_flag=True,
    help="Believe that the many records missing in Twenty are gone; says how many, and asks.",
)
@YES
@AS_JSON
def sweep(*, accepts_missing: bool, yes: bool, as_json: bool) -> None:
    """Reads what changed in Twenty since the last sweep, now, and digests it.

    Goes on where a sweep was cut off. Tells how many rows it read, how many changes no webhook had told, and how many
    webhooks were lost in the last hour; a webhook is lost when it has not come ten minutes after the sweep.
    """
    parts = worker_parts(configured())
    if accepts_missing:
        _accept(parts, yes=yes)
    done = _swept(parts)
    if as_json:
        print_json(_figures(done))
    else:
        click.echo(_told(done))


def _accept(parts: Parts, *, yes: bool) -> None:
    """Believes what stopped the last comparison with Twenty. Errors: `Failed` when nothing did, or nobody agrees."""
    with snapshot(parts.engine) as ledger:
        stopped = [each.stopped for each in comparisons_by_object(ledger) if each.stopped]
    if not stopped:
        raise Failed("No comparison with Twenty is stopped: there is nothing to accept.")
    console = notes()
    for each in stopped:
        console.print(_missing(each))
    must_agree("Believe that they are gone?", yes=yes)
    accept_missing(parts)
    console.print("They are counted out when a comparison has found them again and a later sweep confirms it.")


def _missing(each: Stopped) -> str:
    return f"{each.too_many} or more of {each.among} {COMPARED[each.object]} are missing in Twenty."


def _swept(parts: Parts) -> SweptNow:
    try:
        with told_in_a_sentence(AGAIN):
            return sweep_now(parts)
    except AlreadySweeping:
        raise Failed("A worker sweeps now. Try again when it has ended.") from None
    except BackfillFirst as first:
        raise Failed(f"Nothing is swept before `repsync backfill --since {first}` is done.") from None


def _figures(done: SweptNow) -> dict[str, object]:
    losses = {name: asdict(count) for name, count in done.losses.by_object.items()}
    since = done.losses.since_at.isoformat()
    return {"rows": done.rows, "newVersions": done.new, "webhooks": {"since": since, "byObject": losses}}


def _told(done: SweptNow) -> str:
    return "\n".join(
        (
            f"{sum(done.rows.values())} rows read{_listed(done.rows)}.",
            f"{sum(done.new.values())} new versions, which no webhook had told{_listed(done.new)}.",
            _lost(done.losses),
        )
    )


def _lost(losses: Losses) -> str:
    total, since = losses.total, f"{losses.since_at:%H:%M} UTC"
    if not total.lost:
        return f"No webhook was lost since {since}: {total.told} of {total.of} came."
    by_object = _listed({name: count.lost for name, count in losses.by_object.items()})
    return f"{total.lost} of {total.of} webhooks were lost since {since}{by_object}."


def _listed(counts: Mapping[str, int]) -> str:
    """` (notes 3, opportunities 1)`; nothing when there is nothing."""
    named = ", ".join(f"{name} {count}" for name, count in counts.items() if count)
    return f" ({named})" if named else ""
