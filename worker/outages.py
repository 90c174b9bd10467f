"""Outages: what Twenty told meanwhile may be lost, so the next sweep is due at once."""

from datetime import UTC, datetime, timedelta

from ledger.engine import transaction
from ledger.sweep_state import remember_outage
from twenty_client.errors import RateLimited, TwentyError, Unauthorized
from twenty_client.gate import concerns_all
from worker.parts import Parts

SILENT = timedelta(seconds=30)  # default: a tick a second; one that marks many reps dirty takes longer


def note_failure(parts: Parts, error: TwentyError) -> None:
    """Twenty is away (no answer, a fault of its own): not when it refuses a key or calls for rate."""
    if concerns_all(error) and not isinstance(error, RateLimited | Unauthorized):
        _note(parts)


def note_silence(parts: Parts, *, away: bool) -> None:
    """A store was `away`, or the clock has not ticked for half a minute: nobody kept what Twenty told, perhaps.

    Errors: `LedgerUnavailable`, `redis.exceptions.RedisError`.
    """
    ticked_at = parts.wake.ticked_at()
    if away or ticked_at is None or datetime.now(UTC) - ticked_at > SILENT:
        _note(parts)


def _note(parts: Parts) -> None:
    with transaction(parts.engine) as connection:
        remember_outage(connection)
