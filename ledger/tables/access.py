"""Who may look, and who tried to."""

from sqlalchemy import BigInteger, Column, ForeignKey, Identity, Index, LargeBinary, Table, Text, UniqueConstraint, func

from ledger.tables.columns import Instant, metadata

users = Table(
    "users",
    metadata,
    Column("name", Text, primary_key=True),
    Column("role", Text, nullable=False),
    Column("rep", Text),
    Column("password_hash", Text, nullable=False),
    Column("created_at", Instant, nullable=False, server_default=func.clock_timestamp()),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("user_name", Text, ForeignKey("users.name", ondelete="CASCADE"), nullable=False),
    Column("created_at", Instant, nullable=False, server_default=func.clock_timestamp()),
    Column("seen_at", Instant, nullable=False, server_default=func.clock_timestamp()),
    Index("sessions_user", "user_name"),
)

sign_ins = Table(
    "sign_ins",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("at", Instant, nullable=False, server_default=func.clock_timestamp()),
    Column("name_hash", LargeBinary, nullable=False),
    Column("address", Text, nullable=False),
    Index("sign_ins_at", "at"),
)

api_tokens = Table(
    "api_tokens",
    metadata,
    Column("name", Text, primary_key=True),
    Column("token_hash", LargeBinary, nullable=False),
    Column("role", Text, nullable=False),
    Column("created_at", Instant, nullable=False, server_default=func.clock_timestamp()),
    Column("created_by", Text, nullable=False),
    Column("used_at", Instant),
    UniqueConstraint("token_hash", name="api_tokens_hash"),
)
