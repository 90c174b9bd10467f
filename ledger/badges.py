"""Badges and rank steps: what repsync has granted to each rep, for good."""

from collections.abc import Iterable

from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert

from ledger.tables import badges, rank_steps
from programs.progression.fold import BadgeStep, RankStep


def keep_badges(connection: Connection, rep: str, steps: Iterable[BadgeStep]) -> None:
    """Badges are kept for good; one that is there stays as it is."""
    rows = [
        {"rep": rep, "badge": step.badge, "fact_key": step.fact_key, "reached_at": step.reached_at} for step in steps
    ]
    if rows:
        connection.execute(insert(badges).values(rows).on_conflict_do_nothing())


def keep_rank_steps(connection: Connection, rep: str, steps: Iterable[RankStep]) -> None:
    """Promotions are kept for good; one that is there stays as it is."""
    rows = [{"rep": rep, "rank": step.rank, "fact_key": step.fact_key, "reached_at": step.reached_at} for step in steps]
    if rows:
        connection.execute(insert(rank_steps).values(rows).on_conflict_do_nothing())
