"""Indexes for what the watermark passes and for the titles that were not understood, so that no fact beside is read."""

from alembic import op

revision = "0013"
down_revision = "0012"

STATEMENTS = (
    # Each time that is kept here says its offset from UTC, so that no setting makes it another one.
    """
    CREATE FUNCTION last_change(earlier JSONB) RETURNS TIMESTAMP WITH TIME ZONE
    LANGUAGE sql IMMUTABLE RETURN (earlier -> -1 ->> 'until')::TIMESTAMP WITH TIME ZONE
    """,
    "CREATE INDEX facts_changed ON facts (last_change(earlier)) WHERE earlier <> '[]'",
    "CREATE INDEX facts_met ON facts (met_at) WHERE met_at IS NOT NULL",
    "CREATE INDEX facts_held ON facts (held_at) WHERE held_at IS NOT NULL",
    "CREATE INDEX facts_won ON facts (won_at) WHERE won_at IS NOT NULL",
    """
    CREATE INDEX facts_unread ON facts (disposition, reading) INCLUDE (occurred_at, key) WHERE kind = 'call' AND live
        AND (reading LIKE '%unknown disposition%' OR reading LIKE '%unknown duration%')
    """,
    "CREATE INDEX members_name ON members (name, id)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
