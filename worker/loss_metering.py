"""Counting what webhooks should have told by now."""

import structlog

from ledger.engine import transaction
from ledger.losses import meter
from worker.parts import Parts

log = structlog.get_logger()


def meter_losses(parts: Parts) -> None:
    """Counts the versions for which webhooks had their time, and says how many of them were lost."""
    with transaction(parts.engine) as connection:
        count = meter(connection)
    if count.lost:
        log.warning("webhooks lost", lost=count.lost, of=count.of)
