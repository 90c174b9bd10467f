"""Reading the whole of Twenty again, as if it had never been swept, and digesting all that it brings."""

import time
from dataclasses import replace

from ledger.engine import transaction
from ledger.inbox import newest_id, pending_up_to
from ledger.locks import held_alone
from twenty_client.urgency import Urgency
from worker.digest import digest_batch
from worker.parts import Parts
from worker.sweep import sweep
from worker.watermark import move_watermark

WAIT_S = 0.1


class AlreadySweeping(Exception):
    """Another process sweeps, and only one may at a time."""


def read_twenty_again(parts: Parts) -> int:
    """Sweeps from the beginning into the inbox, digests until nothing of that waits, and returns the number of rows.

    Rows that a sweep brought before are told anew. Errors: `AlreadySweeping`, those of `twenty_client.errors`,
    `redis.exceptions.RedisError`.
    """
    with held_alone(parts.engine, "sweep") as held:
        if not held:
            raise AlreadySweeping
        rows = sweep(replace(parts, twenty=parts.twenty.at(Urgency.BACKFILL)), whole=True)
    with transaction(parts.engine) as connection:
        last = newest_id(connection)
    while _waiting(parts, last):
        if not digest_batch(parts):
            time.sleep(WAIT_S)  # a worker is busy with the rest
    move_watermark(parts)
    return rows


def _waiting(parts: Parts, last: int) -> bool:
    with transaction(parts.engine) as connection:
        return pending_up_to(connection, last)
