"""Rows that other writers delete or duplicate, how foreign XP grew, RedHawk's histories, deleted members."""

from alembic import op

revision = "0003"
down_revision = "0002"

STATEMENTS = (
    """
    CREATE TABLE redhawk_history (
        id INTEGER NOT NULL,
        polled_at TIMESTAMP WITH TIME ZONE,
        failures BIGINT DEFAULT '0' NOT NULL,
        problem TEXT,
        PRIMARY KEY (id)
    )
    """,
    "INSERT INTO redhawk_history (id) VALUES (1)",
    """
    CREATE TABLE foreign_growth (
        rep TEXT NOT NULL,
        hour_at TIMESTAMP WITH TIME ZONE NOT NULL,
        foreign_xp BIGINT NOT NULL,
        calls BIGINT NOT NULL,
        PRIMARY KEY (rep, hour_at)
    )
    """,
    "ALTER TABLE reps ADD COLUMN row_problem TEXT",
    "ALTER TABLE reps ADD COLUMN duplicates JSONB",
    # Standings of an older release lack what this one tells.
    "UPDATE reps SET dirty = dirty + 1, dirty_at = clock_timestamp() WHERE standing IS NOT NULL",
    "ALTER TABLE members ADD COLUMN deleted_at TIMESTAMP WITH TIME ZONE",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
