"""Badges: what repsync has granted to each rep, for good."""

from collections.abc import Iterable

from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert

from ledger.tables import badges
from programs.progression.fold import BadgeStep


def keep_badges(connection: Connection, rep: str, steps: Iterable[BadgeStep]) -> None:
    """Badges are kept for good; one that is there stays as it is."""
    rows = [
        {"rep": rep, "badge": step.badge, "fact_key": step.fact_key, "reached_at": step.reached_at} for step in steps
    ]
    if rows:
        connection.execute(insert(badges).values(rows).on_conflict_do_nothing())
