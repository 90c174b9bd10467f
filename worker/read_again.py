"""Reading the whole of Twenty again, as if it had never been swept, and digesting all that it brings."""

from dataclasses import replace

from ledger.locks import held_alone
from twenty_client.urgency import Urgency
from worker.parts import Parts
from worker.people import wait_until_digested
from worker.sweep import sweep
from worker.watermark import move_watermark


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
    wait_until_digested(parts)
    move_watermark(parts)
    return sum(rows.values())
