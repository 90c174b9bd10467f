"""What was written to Twenty's rows, and what was seen there."""

from sqlalchemy import BigInteger, Boolean, Column, Double, Identity, Index, Integer, Table, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB

from ledger.tables.columns import Instant, flag, metadata, number

PRUNABLE_WRITE = "NOT pruned"

writes = Table(
    "writes",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("rep", Text, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("fields", JSONB, nullable=False),
    Column("written_at", Instant, nullable=False, server_default=func.clock_timestamp()),
    Column("first_delivery_id", BigInteger),
    Column("last_delivery_id", BigInteger),
    flag("pruned"),
    Index("writes_rep", "rep", "id"),
    Index("writes_prunable", "written_at", postgresql_where=text(PRUNABLE_WRITE)),
)

publisher_state = Table(
    "publisher_state",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("put_off_until", Instant),
    Column("reason", Text),
)

publish_lags = Table(
    "publish_lags",
    metadata,
    Column("waited", Boolean, primary_key=True),
    Column("up_to_s", Double, primary_key=True),
    number("count"),
    Column("sum_s", Double, nullable=False, server_default="0"),
)

foreign_growth = Table(
    "foreign_growth",
    metadata,
    Column("rep", Text, primary_key=True),
    Column("hour_at", Instant, primary_key=True),
    Column("foreign_xp", BigInteger, nullable=False),
    Column("calls", BigInteger, nullable=False),
)
