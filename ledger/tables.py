"""The tables of the ledger, one for each thing that is kept (docs/glossary.md has the words)."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Computed,
    Date,
    DateTime,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData()
Instant = DateTime(timezone=True)
PRUNABLE_DELIVERY = "raw <> '' AND state NOT IN ('pending', 'parked')"
PRUNABLE_WRITE = "NOT pruned"
UNREAD_TITLE = "kind = 'call' AND live AND (reading LIKE '%unknown disposition%' OR reading LIKE '%unknown duration%')"
CHANGED_FACT = "earlier <> '[]'"


def _number(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False, server_default="0")


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False, server_default=text("false"))


def _share(name: str, metric: str) -> Column[float]:
    """Of the standing; None where there is nothing to count."""
    have, of = (f"(standing -> 'efficiency' -> '{metric}' ->> '{part}')::double precision" for part in ("have", "of"))
    return Column(name, Double, Computed(f"{have} / NULLIF({of}, 0)", persisted=True))


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
    _number("duplicates"),
    Column("event", Text),
    Column("record_id", Text),
    Column("dismissed_at", Instant),
    Column("dismissed_by", Text),
    Column("dismissed_because", Text),
    _number("tries"),
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
    _number("entered"),
    _number("gone"),
)

record_versions = Table(
    "record_versions",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("object", Text, nullable=False),
    Column("record_id", Text, nullable=False),
    Column("parent_id", Text),
    Column("updated_at", Instant, nullable=False),
    Column("content_hash", Text, nullable=False),
    _flag("destroyed"),
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

facts = Table(
    "facts",
    metadata,
    Column("key", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("rep", Text),
    Column("rep_by", Text),
    Column("rep_hint", Text),
    Column("lead", Text),
    Column("lead_known", Boolean, nullable=False, server_default=text("false")),
    Column("occurred_at", Instant, nullable=False),
    Column("live", Boolean, nullable=False),
    Column("form", Text),
    Column("disposition", Text),
    Column("duration_s", Integer),
    Column("reading", Text),
    Column("reasons", ARRAY(Text), nullable=False, server_default="{}"),
    Column("waiting", ARRAY(Text), nullable=False, server_default="{}"),
    Column("met_at", Instant),
    Column("held_at", Instant),
    Column("won_at", Instant),
    _flag("met_now"),
    _flag("won_now"),
    Column("subject", Text),
    Column("score", Numeric(7, 4)),
    Column("earlier", JSONB, nullable=False, server_default="[]"),
    _flag("unpaid"),
    Column("call_key", Text),
    Column("twin_of", Text),
    Column("paid_rep", Text),
    Column("paid_lead", Text),
    Column("noticed_at", Instant, nullable=False),
    Column("behind_at", Instant),
    Index("facts_rep_occurred", "rep", "occurred_at", "key"),
    Index("facts_occurred", "occurred_at"),
    Index("facts_unpaid", "rep", postgresql_where=text("unpaid")),
    Index("facts_twin_of", "twin_of", postgresql_where=text("twin_of IS NOT NULL")),
    Index("facts_points", "rep", postgresql_where=text("met_at IS NOT NULL")),
    Index("facts_paid_points", "paid_rep", "paid_lead", postgresql_where=text("paid_rep IS NOT NULL")),
    Index(
        "facts_nobodys",
        *("rep_hint", "kind", "subject", "reasons", "waiting"),
        postgresql_include=["met_at", "won_at", "occurred_at", "key"],
        postgresql_where=text("rep IS NULL"),
    ),
    Index("facts_hint", "rep_hint", postgresql_where=text("rep_hint IS NOT NULL")),
    Index("facts_training", "rep", postgresql_where=text("kind IN ('certification', 'exam', 'module')")),
    Index("facts_changed", text("last_change(earlier)"), postgresql_where=text(CHANGED_FACT)),
    Index("facts_met", "met_at", postgresql_where=text("met_at IS NOT NULL")),
    Index("facts_held", "held_at", postgresql_where=text("held_at IS NOT NULL")),
    Index("facts_won", "won_at", postgresql_where=text("won_at IS NOT NULL")),
    Index(
        "facts_unread",
        *("disposition", "reading"),
        postgresql_include=["occurred_at", "key"],
        postgresql_where=text(UNREAD_TITLE),
    ),
    Index("facts_assignable", "lead", postgresql_where=text("lead_known AND rep_by IS DISTINCT FROM 'record'")),
)

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
    _flag("waited"),
    Column("awarded_at", Instant, nullable=False, server_default=func.clock_timestamp()),
    Column("published_at", Instant),
    UniqueConstraint("fact_key", "reason", name="awards_fact_reason"),
    Index("awards_rep", "rep", "awarded_at", "id"),
    Index("awards_rep_occurred", "rep", "occurred_at"),
    Index("awards_occurred", "occurred_at", postgresql_include=["rep", "amount", "basis"]),
    Index("awards_unpublished", "rep", postgresql_where=text("published_at IS NULL")),
)

publish_lags = Table(
    "publish_lags",
    metadata,
    Column("waited", Boolean, primary_key=True),
    Column("up_to_s", Double, primary_key=True),
    _number("count"),
    Column("sum_s", Double, nullable=False, server_default="0"),
)

day_totals = Table(
    "day_totals",
    metadata,
    Column("rep", Text, primary_key=True),
    Column("on", Date, primary_key=True),
    _number("calls"),
    _number("known_durations"),
    _number("sub_thirty"),
    _number("over_two_minutes"),
    _number("activities"),
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
    _number("dirty"),
    _number("done"),
    Column("dirty_at", Instant),
    Column("opened_at", Instant),
    Column("adopted_at", Instant),
    _number("foreign_xp"),
    Column("synced_xp", BigInteger),
    _number("sequence"),
    _flag("shared"),
    Column("standing", JSONB),
    Column("next_change_at", Instant),
    Column("published_at", Instant),
    Column("refused", Text),
    Column("refused_at", Instant),
    _number("refusals"),
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
    _share("drop_share", "sub30sDropRate"),
    _share("two_plus_share", "twoPlusMinRate"),
    _share("appointment_share", "callToApptRate"),
    _share("cadence_share", "cadenceCompletionRate"),
    _share("show_share", "showRate"),
    Index("reps_dirty", "dirty_at", postgresql_where=text("dirty > done")),
    Index("reps_next_change", "next_change_at", postgresql_where=text("next_change_at IS NOT NULL")),
    Index("reps_forgotten", "id", postgresql_where=text("forgotten_at IS NOT NULL")),
    Index("reps_recheck", "recheck_at", postgresql_where=text("recheck_at IS NOT NULL")),
    Index("reps_gap", "id", postgresql_where=text("gap_behind_at IS NOT NULL")),
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
    _flag("pruned"),
    Index("writes_rep", "rep", "id"),
    Index("writes_prunable", "written_at", postgresql_where=text(PRUNABLE_WRITE)),
)

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

publisher_state = Table(
    "publisher_state",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("put_off_until", Instant),
    Column("reason", Text),
)

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
    _number("put_offs"),
    Column("put_off_until", Instant),
)

losses = Table(
    "losses",
    metadata,
    Column("hour_at", Instant, primary_key=True),
    Column("object", Text, primary_key=True),
    _number("told"),
    _number("lost"),
    Column("lost_at", Instant),
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
    _number("rows"),
    _number("calls"),
    Column("only_since_on", Date),
)

sweep_requests = Table(
    "sweep_requests",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("at", Instant, nullable=False, server_default=func.clock_timestamp()),
)

redhawk_history = Table(
    "redhawk_history",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("polled_at", Instant),
    _number("failures"),
    Column("problem", Text),
)

foreign_growth = Table(
    "foreign_growth",
    metadata,
    Column("rep", Text, primary_key=True),
    Column("hour_at", Instant, primary_key=True),
    Column("foreign_xp", BigInteger, nullable=False),
    Column("calls", BigInteger, nullable=False),
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
    _flag("accepted"),
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
