"""Deliveries can be listed and dismissed, and are tried again by themselves; so are refused rows and failed sweeps."""

from alembic import op

revision = "0009"
down_revision = "0008"

STATEMENTS = (
    """
    ALTER TABLE deliveries
        ADD COLUMN event TEXT,
        ADD COLUMN record_id TEXT,
        ADD COLUMN dismissed_at TIMESTAMP WITH TIME ZONE,
        ADD COLUMN dismissed_by TEXT,
        ADD COLUMN dismissed_because TEXT,
        ADD COLUMN tries BIGINT DEFAULT '0' NOT NULL,
        ADD COLUMN retry_at TIMESTAMP WITH TIME ZONE
    """,
    # Deliveries of older releases have no event: their keys tell the object, so that no row must be written anew.
    """
    CREATE FUNCTION told_object(event TEXT, source TEXT, key TEXT, record_key TEXT) RETURNS TEXT
    LANGUAGE sql IMMUTABLE RETURN COALESCE(
        split_part(event, '.', 1),
        CASE WHEN source IN ('sweep', 'missing') THEN split_part(key, ':', 1) ELSE split_part(record_key, ':', 1) END,
        ''
    )
    """,
    # A number sorts in a quarter of the time of the four texts, and nobody can write while an index is made.
    """
    CREATE FUNCTION delivery_group(state TEXT, source TEXT, object TEXT, reason TEXT) RETURNS BIGINT
    LANGUAGE sql IMMUTABLE RETURN hashtextextended(
        state || '|' || source || '|' || object || '|' || COALESCE(reason, ''), 0
    )
    """,
    """
    CREATE INDEX deliveries_groups ON deliveries
        (delivery_group(state, source, told_object(event, source, key, record_key), reason), received_at, id)
    """,
    # With what a list of a rep's deliveries is in order of, so that they need not be looked up one by one.
    "DROP INDEX deliveries_record",
    """
    CREATE INDEX deliveries_record ON deliveries (record_key, received_at, id) INCLUDE (state)
    WHERE record_key IS NOT NULL
    """,
    "CREATE INDEX deliveries_retry ON deliveries (retry_at) WHERE retry_at IS NOT NULL",
    "ALTER TABLE reps ADD COLUMN refused_at TIMESTAMP WITH TIME ZONE, ADD COLUMN refusals BIGINT DEFAULT '0' NOT NULL",
    """
    ALTER TABLE sweep_state
        ADD COLUMN put_offs BIGINT DEFAULT '0' NOT NULL,
        ADD COLUMN put_off_until TIMESTAMP WITH TIME ZONE
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
