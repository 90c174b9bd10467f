"""One look at the floor as it is now."""

from datetime import UTC, datetime

from sqlalchemy import Connection

from accounts.floor_lights import Floor
from accounts.floor_sight import RedisSight
from ledger.figures import figures
from ledger.paces import paces


def floor_now(connection: Connection, redis: RedisSight | None, twenty_at: datetime) -> Floor:
    """Reads the ledger; `redis` was looked at before, `twenty_at` is the time that standings are told for."""
    return Floor(figures(connection), paces(connection), redis, datetime.now(UTC), twenty_at)
