"""Members of the workspace, by which names they are known, and those who work."""

from sqlalchemy import BigInteger, Column, Computed, Date, Double, Index, Integer, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from ledger.tables.columns import Instant, flag, metadata, number, share

members = Table(
    "members",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("time_zone", Text),
    Column("updated_at", Instant, nullable=False),
    Column("deleted_at", Instant),
    Index("members_name", "name", "id"),
)

aliases = Table(
    "aliases",
    metadata,
    Column("source", Text, primary_key=True),
    Column("alias", Text, primary_key=True),
    Column("rep", Text, nullable=False),
)

reps = Table(
    "reps",
    metadata,
    Column("id", Text, primary_key=True),
    number("dirty"),
    number("done"),
    Column("dirty_at", Instant),
    Column("opened_at", Instant),
    Column("adopted_at", Instant),
    number("foreign_xp"),
    Column("synced_xp", BigInteger),
    number("sequence"),
    flag("shared"),
    Column("standing", JSONB),
    Column("next_change_at", Instant),
    Column("published_at", Instant),
    Column("refused", Text),
    Column("refused_at", Instant),
    number("refusals"),
    Column("gap_behind_at", Instant),
    Column("intended_total", BigInteger),
    Column("intended_synced", BigInteger),
    Column("recheck_at", Instant),
    Column("row", JSONB),
    Column("row_problem", Text),
    Column("duplicates", JSONB),
    Column("first_delivery_id", BigInteger),
    Column("last_delivery_id", BigInteger),
    Column("forgotten_at", Instant),
    Column("forgotten_value", Text),
    # Of the standing, to sort by: it is large, and unpacking everybody's takes long.
    Column("rank", Text, Computed("standing ->> 'currentRank'", persisted=True)),
    Column("level", BigInteger, Computed("(standing ->> 'currentLevel')::bigint", persisted=True)),
    Column("total_xp", BigInteger, Computed("(standing ->> 'totalXp')::bigint", persisted=True)),
    Column("streak_days", BigInteger, Computed("(standing ->> 'streakDays')::bigint", persisted=True)),
    share("drop_share", "sub30sDropRate"),
    share("two_plus_share", "twoPlusMinRate"),
    share("appointment_share", "callToApptRate"),
    share("cadence_share", "cadenceCompletionRate"),
    share("show_share", "showRate"),
    Index("reps_dirty", "dirty_at", postgresql_where=text("dirty > done")),
    Index("reps_next_change", "next_change_at", postgresql_where=text("next_change_at IS NOT NULL")),
    Index("reps_forgotten", "id", postgresql_where=text("forgotten_at IS NOT NULL")),
    Index("reps_recheck", "recheck_at", postgresql_where=text("recheck_at IS NOT NULL")),
    Index("reps_gap", "id", postgresql_where=text("gap_behind_at IS NOT NULL")),
    Index("reps_row", text("(row ->> 'id')")),
)

# A cache, made anew from awards and day totals (`ledger.kept_board`).
board = Table(
    "board",
    metadata,
    Column("rep", Text, primary_key=True),
    Column("place", BigInteger, nullable=False),
    Column("week_xp", BigInteger, nullable=False),
    Column("before_xp", BigInteger, nullable=False),
    Column("last_active_on", Date),
    Column("trend", Text, nullable=False),
)

board_state = Table(
    "board_state",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kept_at", Instant),
    Column("took_s", Double, nullable=False, server_default="0"),
)
