"""Pruning by the clock: a small batch now and then, while little waits."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy import Engine

from ledger.engine import transaction
from ledger.inbox import more_pending_than
from ledger.pruning import Prunable, prune, prune_losses
from worker.digest import BATCH as LITTLE
from worker.parts import Parts
from worker.work_log import measured

log = structlog.get_logger()
BATCH = 500


def prune_some(parts: Parts, keep: timedelta) -> None:
    """One batch of what is older, unless more deliveries wait than a worker takes at once."""
    before = datetime.now(UTC) - keep
    with measured() as work:
        with transaction(parts.engine) as connection:
            if more_pending_than(connection, LITTLE):
                return
            done = prune(connection, before, BATCH)
            prune_losses(connection, before)
        if done != Prunable():
            log.info("pruned", deliveries=done.deliveries, bytes=done.bytes, writes=done.writes, ms=work.ms)


def prune_all(engine: Engine, before: datetime, progress: Callable[[Prunable], None]) -> Prunable:
    """Batch by batch all that is older than `before`, each in its own transaction; `progress` hears the sum so far."""
    total = Prunable()
    while True:
        with transaction(engine) as connection:
            done = prune(connection, before, BATCH)
        if done == Prunable():
            return total
        total += done
        progress(total)
