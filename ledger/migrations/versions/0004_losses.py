"""The loss meter, what a sweep's interval follows, and outages."""

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
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
