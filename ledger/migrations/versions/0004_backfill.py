"""Where a backfill stands, apart from the sweep."""

from alembic import op

revision = "0004_backfill"
down_revision = "0003"

STATEMENTS = (
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
