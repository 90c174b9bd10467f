"""The inbox: deliveries, and how many there are of which state."""

from sqlalchemy import BigInteger, Column, Identity, Index, LargeBinary, Table, Text, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB

from ledger.tables.columns import Instant, metadata, number

PRUNABLE_DELIVERY = "raw <> '' AND state NOT IN ('pending', 'parked')"

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("source", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("headers", JSONB, nullable=False),
    Column("sent_at", Instant, nullable=False),
    Column("received_at", Instant, nullable=False, server_default=func.clock_timestamp()),
    Column("state", Text, nullable=False, server_default="pending"),
    Column("reason", Text),
    Column("record_key", Text),
    Column("digested_at", Instant),
    number("duplicates"),
    Column("event", Text),
    Column("record_id", Text),
    Column("dismissed_at", Instant),
    Column("dismissed_by", Text),
    Column("dismissed_because", Text),
    number("tries"),
    Column("retry_at", Instant),
    Column("pruned_at", Instant),
    UniqueConstraint("source", "key", name="deliveries_source_key"),
    Index("deliveries_pending", "id", postgresql_where=text("state = 'pending'")),
    Index("deliveries_digested", "digested_at", postgresql_where=text("digested_at IS NOT NULL")),
    Index(
        "deliveries_record",
        *("record_key", "received_at", "id"),
        postgresql_include=["state"],
        postgresql_where=text("record_key IS NOT NULL"),
    ),
    Index("deliveries_retry", "retry_at", postgresql_where=text("retry_at IS NOT NULL")),
    Index(
        "deliveries_groups",
        text("delivery_group(state, source, told_object(event, source, key, record_key), reason)"),
        "received_at",
        "id",
    ),
    Index("deliveries_prunable", "received_at", postgresql_where=text(PRUNABLE_DELIVERY)),
)

# Filled by triggers on `deliveries` (migration 0005), so whatever moves a delivery is counted.
delivery_moves = Table(
    "delivery_moves",
    metadata,
    Column("source", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("entered", BigInteger, nullable=False),
    Column("gone", BigInteger, nullable=False),
)

delivery_totals = Table(
    "delivery_totals",
    metadata,
    Column("source", Text, primary_key=True),
    Column("state", Text, primary_key=True),
    number("entered"),
    number("gone"),
)
