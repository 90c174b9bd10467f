"""`repsync sweep`: one sweep of Twenty now."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict

import click
from redis.exceptions import RedisError

from ledger.losses import Losses
from runtime.bootstrap import worker_parts
from runtime.startup import configured, told_in_a_sentence
from twenty_client.errors import TwentyError
from worker.missing import accept_missing
from worker.spans import COMPARED
from worker.sweep_now import AlreadySweeping, BackfillFirst, SweptNow, sweep_now


@click.command()
@click.option(
    "--accept-missing",
    "accepts_missing",
    is_flag=True,
    help="Believe that the many records missing in Twenty are gone.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def sweep(*, accepts_missing: bool, as_json: bool) -> None:
    """Reads what changed in Twenty since the last sweep, now, and digests it.

    Goes on where a sweep was cut off. Tells how many rows it read, how many changes no webhook had told, and how many
    webhooks were lost in the last hour; a webhook is lost when it has not come ten minutes after the sweep.
    """
    if accepts_missing:
        _accept()
    with told_in_a_sentence(), _failures_told():
        done = sweep_now(worker_parts(configured()))
    click.echo(json.dumps(_figures(done)) if as_json else _told(done))


def _accept() -> None:
    """Believes what stopped the last comparison with Twenty; fails when none was stopped."""
    with told_in_a_sentence():
        stopped = accept_missing(worker_parts(configured()))
    if not stopped:
        raise click.ClickException("No comparison with Twenty is stopped: there is nothing to accept.")
    for each in stopped:
        told = f"Accepted: {each.too_many} or more of {each.among} {COMPARED[each.object]} are missing in Twenty."
        click.echo(told, err=True)
    click.echo("They are counted out when a comparison has found them again and a later sweep confirms it.", err=True)


@contextmanager
def _failures_told() -> Iterator[None]:
    try:
        yield
    except AlreadySweeping:
        raise click.ClickException("A worker sweeps now. Try again when it has ended.") from None
    except BackfillFirst as first:
        told = f"Nothing is swept before `repsync backfill --since {first}` is done."
        raise click.ClickException(told) from None
    except TwentyError as error:
        told = f"Twenty could not be read: {type(error).__name__}: {error}. The next sweep goes on from there."
        raise click.ClickException(told) from None
    except RedisError as error:
        raise click.ClickException(f"Redis is unavailable ({type(error).__name__}).") from None


def _figures(done: SweptNow) -> dict[str, object]:
    losses = {name: asdict(count) for name, count in done.losses.by_object.items()}
    since = done.losses.since_at.isoformat()
    return {"rows": done.rows, "new_versions": done.new, "webhooks": {"since": since, "by_object": losses}}


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
