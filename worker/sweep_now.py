"""One sweep now, on request, digested to the end."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from ledger.backfill_state import bounded_before_sweeps
from ledger.engine import transaction
from ledger.locks import held_alone
from ledger.losses import Losses, losses_since
from ledger.versions import newest_version, untold_versions
from twenty_client.urgency import Urgency
from worker.digest import wake_next
from worker.loss_metering import meter_losses
from worker.parts import Parts
from worker.people import wait_until_digested
from worker.sweep import SWEEPER, sweep
from worker.watermark import move_watermark


class AlreadySweeping(Exception):
    """Another process sweeps, and only one may at a time."""


class BackfillFirst(Exception):
    """A backfill since the day that is the message was cut off: a first sweep would read the whole history."""


@dataclass(frozen=True, slots=True)
class SweptNow:
    """What a sweep read, by object (its plural), and how many versions nobody had told before, by object.

    `losses` are those of the last hour: the new versions are none yet, as their webhooks have ten minutes.
    """

    rows: Mapping[str, int]
    new: Mapping[str, int]
    losses: Losses


def sweep_now(parts: Parts) -> SweptNow:
    """Sweeps from the cursor, or from where a sweep was cut off, and digests what it brought; the publisher is woken.

    Errors: `AlreadySweeping`, `BackfillFirst`, those of `twenty_client.errors`, `redis.exceptions.RedisError`,
    `LedgerUnavailable`.
    """
    with held_alone(parts.engine, SWEEPER) as held:
        if not held:
            raise AlreadySweeping
        with transaction(parts.engine) as connection:
            if since_on := bounded_before_sweeps(connection):
                raise BackfillFirst(since_on.isoformat())
            before = newest_version(connection)
        rows = sweep(replace(parts, twenty=parts.twenty.at(Urgency.SWEEP)))
    wait_until_digested(parts)
    move_watermark(parts)
    meter_losses(parts)
    wake_next(parts)
    with transaction(parts.engine) as connection:
        return SweptNow(rows, untold_versions(connection, before), losses_since(connection, timedelta(hours=1)))
