"""The loss meter and what a sweep's interval follows; comparisons with Twenty's counts; where a backfill stands."""

from alembic import op

revision = "0004"
down_revision = "0003"

STATEMENTS = (
    "ALTER TABLE record_versions ADD COLUMN told_at TIMESTAMP WITH TIME ZONE",
    "ALTER TABLE record_versions ADD COLUMN unmetered_at TIMESTAMP WITH TIME ZONE",
    "CREATE INDEX record_versions_unmetered ON record_versions (unmetered_at) WHERE unmetered_at IS NOT NULL",
    """
    CREATE TABLE losses (
        hour_at TIMESTAMP WITH TIME ZONE NOT NULL,
        object TEXT NOT NULL,
        told BIGINT DEFAULT '0' NOT NULL,
        lost BIGINT DEFAULT '0' NOT NULL,
        lost_at TIMESTAMP WITH TIME ZONE,
        PRIMARY KEY (hour_at, object)
    )
    """,
    "ALTER TABLE sweep_state ADD COLUMN fresh_at TIMESTAMP WITH TIME ZONE",
    "ALTER TABLE sweep_state ADD COLUMN outage_at TIMESTAMP WITH TIME ZONE",
    "ALTER TABLE sweep_state ADD COLUMN webhooks_since TIMESTAMP WITH TIME ZONE",
    "ALTER TABLE sweep_state ADD COLUMN interval_s INTEGER",
    "ALTER TABLE sweep_state ADD COLUMN interval_reason TEXT",
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
    """
    CREATE TABLE backfill_state (
        id INTEGER NOT NULL,
        started_at TIMESTAMP WITH TIME ZONE,
        began_at TIMESTAMP WITH TIME ZONE,
        since_on DATE,
        object TEXT,
        after TEXT,
        rows BIGINT DEFAULT '0' NOT NULL,
        calls BIGINT DEFAULT '0' NOT NULL,
        only_since_on DATE,
        PRIMARY KEY (id)
    )
    """,
    "INSERT INTO backfill_state (id) VALUES (1)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
