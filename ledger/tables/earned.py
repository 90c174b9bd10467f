"""What reps earned, for good, and the cache of how far their folds are."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from ledger.tables.columns import Instant, flag, metadata

awards = Table(
    "awards",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("fact_key", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("rep", Text, nullable=False),
    Column("amount", Integer, nullable=False),
    Column("basis", Text, nullable=False),
    Column("rules_version", Text, nullable=False),
    Column("occurred_at", Instant, nullable=False),
    Column("noticed_at", Instant, nullable=False),
    flag("waited"),
    Column("awarded_at", Instant, nullable=False, server_default=func.clock_timestamp()),
    Column("published_at", Instant),
    UniqueConstraint("fact_key", "reason", name="awards_fact_reason"),
    Index("awards_rep", "rep", "awarded_at", "id"),
    Index("awards_rep_occurred", "rep", "occurred_at"),
    Index("awards_occurred", "occurred_at", postgresql_include=["rep", "amount", "basis"]),
    Index("awards_unpublished", "rep", postgresql_where=text("published_at IS NULL")),
)

rank_steps = Table(
    "rank_steps",
    metadata,
    Column("rep", Text, ForeignKey("reps.id"), primary_key=True),
    Column("rank", Text, primary_key=True),
    Column("fact_key", Text, nullable=False),
    Column("reached_at", Instant, nullable=False),
    Column("granted_at", Instant, nullable=False, server_default=func.clock_timestamp()),
)

badges = Table(
    "badges",
    metadata,
    Column("rep", Text, ForeignKey("reps.id"), primary_key=True),
    Column("badge", Text, primary_key=True),
    Column("fact_key", Text, nullable=False),
    Column("reached_at", Instant, nullable=False),
    Column("granted_at", Instant, nullable=False, server_default=func.clock_timestamp()),
)

# Dropped by triggers on `facts` and `awards` (migration 0012), so whatever changes what is behind one drops it.
standing_checkpoints = Table(
    "standing_checkpoints",
    metadata,
    Column("rep", Text, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("open", ARRAY(Text), nullable=False),
    Column("paid_xp", BigInteger, nullable=False),
    Column("data", JSONB, nullable=False),
)

standing_leads = Table(
    "standing_leads",
    metadata,
    Column("rep", Text, primary_key=True),
    Column("lead", Text, primary_key=True),
    Column("data", JSONB, nullable=False),
)
