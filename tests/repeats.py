"""Repeats of a receiver whose inbox is made up."""

from ledger.inbox import Stored
from schemas.delivery import NewDelivery


def counted(_: NewDelivery) -> Stored:
    """Says so, and counts none."""
    return Stored(17, is_new=False)
