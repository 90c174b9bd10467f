"""What people did, and what audits found."""

from sqlalchemy import BigInteger, Column, Identity, Index, Table, Text, func
from sqlalchemy.dialects.postgresql import JSONB

from ledger.tables.columns import Instant, metadata

audit_log = Table(
    "audit_log",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("at", Instant, nullable=False, server_default=func.clock_timestamp()),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("rep", Text),
    Column("before", JSONB),
    Column("after", JSONB),
    Column("cause", Text),
    Index("audit_log_rep", "rep", "id"),
    Index("audit_log_subject", "subject", "id"),
    Index("audit_log_at", "at", "id"),
    Index("audit_log_actor", "actor", "at", "id"),
    Index("audit_log_action", "action", "at", "id"),
)

audit_runs = Table(
    "audit_runs",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("asked_at", Instant, nullable=False, server_default=func.clock_timestamp()),
    Column("asked_by", Text, nullable=False),
    Column("began_at", Instant),
    Column("finished_at", Instant),
    Column("found_off", BigInteger),
    Column("proofs", JSONB),
    Column("problem", Text),
)
