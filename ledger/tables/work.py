"""What reps did: facts, and the day totals of them."""

from sqlalchemy import ARRAY, Boolean, Column, Date, Index, Integer, Numeric, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from ledger.tables.columns import Instant, flag, metadata, number

UNREAD_TITLE = "kind = 'call' AND live AND (reading LIKE '%unknown disposition%' OR reading LIKE '%unknown duration%')"

CHANGED_FACT = "earlier <> '[]'"

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
    flag("met_now"),
    flag("won_now"),
    Column("subject", Text),
    Column("score", Numeric(7, 4)),
    Column("earlier", JSONB, nullable=False, server_default="[]"),
    flag("unpaid"),
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

day_totals = Table(
    "day_totals",
    metadata,
    Column("rep", Text, primary_key=True),
    Column("on", Date, primary_key=True),
    number("calls"),
    number("known_durations"),
    number("sub_thirty"),
    number("over_two_minutes"),
    number("activities"),
)
