"""How far sweeps, backfills and RedHawk's histories are."""

from sqlalchemy import BigInteger, Column, Date, Identity, Integer, Table, Text, func

from ledger.tables.columns import Instant, metadata, number

sweep_state = Table(
    "sweep_state",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("cursor_at", Instant),
    Column("started_at", Instant),
    Column("finished_at", Instant),
    Column("candidate_at", Instant),
    Column("candidate_delivery_id", BigInteger),
    Column("began_at", Instant),
    Column("since_at", Instant),
    Column("object", Text),
    Column("after", Text),
    Column("watermark_at", Instant),
    Column("fresh_at", Instant),
    Column("outage_at", Instant),
    Column("webhooks_since", Instant),
    Column("interval_s", Integer),
    Column("interval_reason", Text),
    Column("put_off_at", Instant),
    number("put_offs"),
    Column("put_off_until", Instant),
)

sweep_requests = Table(
    "sweep_requests",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("at", Instant, nullable=False, server_default=func.clock_timestamp()),
)

backfill_state = Table(
    "backfill_state",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("started_at", Instant),
    Column("began_at", Instant),
    Column("since_on", Date),
    Column("object", Text),
    Column("after", Text),
    number("rows"),
    number("calls"),
    Column("only_since_on", Date),
)

redhawk_history = Table(
    "redhawk_history",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("polled_at", Instant),
    number("failures"),
    Column("problem", Text),
)
