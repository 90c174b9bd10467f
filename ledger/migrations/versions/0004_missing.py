"""Records that are missing in Twenty: the passes that compare counts, and what they found."""

from alembic import op

revision = "0004"
down_revision = "0003"

STATEMENTS = (
    """
    CREATE TABLE comparisons (
        object TEXT NOT NULL,
        up_to_at TIMESTAMP WITH TIME ZONE,
        from_at TIMESTAMP WITH TIME ZONE,
        not_before_at TIMESTAMP WITH TIME ZONE,
        compared_at TIMESTAMP WITH TIME ZONE,
        next_slice_at TIMESTAMP WITH TIME ZONE,
        too_many BIGINT,
        among BIGINT,
        accepted BOOLEAN DEFAULT false NOT NULL,
        PRIMARY KEY (object)
    )
    """,
    "INSERT INTO comparisons (object) VALUES ('note'), ('opportunity')",
    """
    CREATE TABLE missing_records (
        object TEXT NOT NULL,
        record_id TEXT NOT NULL,
        missing_at TIMESTAMP WITH TIME ZONE,
        confirmed_at TIMESTAMP WITH TIME ZONE,
        PRIMARY KEY (object, record_id)
    )
    """,
    "CREATE INDEX missing_records_waiting ON missing_records (object) WHERE confirmed_at IS NULL",
    "CREATE INDEX record_versions_destroyed ON record_versions (object, record_id) WHERE destroyed",
    "CREATE INDEX facts_occurred ON facts (occurred_at)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
