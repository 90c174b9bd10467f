"""What is known of Twenty's records: versions, what is missing, and what webhooks did not tell."""

from sqlalchemy import BigInteger, Column, Identity, Index, Table, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB

from ledger.tables.columns import Instant, flag, metadata, number

record_versions = Table(
    "record_versions",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("object", Text, nullable=False),
    Column("record_id", Text, nullable=False),
    Column("parent_id", Text),
    Column("updated_at", Instant, nullable=False),
    Column("content_hash", Text, nullable=False),
    flag("destroyed"),
    Column("destroyed_at", Instant),
    Column("deleted_at", Instant),
    Column("swept_at", Instant),
    Column("data", JSONB, nullable=False),
    Column("first_seen_at", Instant, nullable=False),
    Column("told_at", Instant),
    Column("unmetered_at", Instant),
    UniqueConstraint("object", "record_id", "updated_at", "content_hash", "destroyed", name="record_versions_version"),
    Index("record_versions_parent", "parent_id", postgresql_where=text("parent_id IS NOT NULL")),
    Index("record_versions_unmetered", "unmetered_at", postgresql_where=text("unmetered_at IS NOT NULL")),
    Index("record_versions_destroyed", "object", "record_id", postgresql_where=text("destroyed")),
)

comparisons = Table(
    "comparisons",
    metadata,
    Column("object", Text, primary_key=True),
    Column("up_to_at", Instant),
    Column("from_at", Instant),
    Column("not_before_at", Instant),
    Column("compared_at", Instant),
    Column("next_slice_at", Instant),
    Column("too_many", BigInteger),
    Column("among", BigInteger),
    flag("accepted"),
)

missing_records = Table(
    "missing_records",
    metadata,
    Column("object", Text, primary_key=True),
    Column("record_id", Text, primary_key=True),
    Column("missing_at", Instant),
    Column("confirmed_at", Instant),
    Index("missing_records_waiting", "object", postgresql_where=text("confirmed_at IS NULL")),
)

losses = Table(
    "losses",
    metadata,
    Column("hour_at", Instant, primary_key=True),
    Column("object", Text, primary_key=True),
    number("told"),
    number("lost"),
    Column("lost_at", Instant),
)
