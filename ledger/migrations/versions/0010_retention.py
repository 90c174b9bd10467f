"""What is old enough to be pruned is found quickly; reps who were forgotten."""

from alembic import op

revision = "0010"
down_revision = "0009"

STATEMENTS = (
    """
    CREATE INDEX deliveries_prunable ON deliveries (received_at)
    WHERE raw <> '' AND state NOT IN ('pending', 'parked')
    """,
    "ALTER TABLE writes ADD COLUMN pruned BOOLEAN DEFAULT false NOT NULL",
    "CREATE INDEX writes_prunable ON writes (written_at) WHERE NOT pruned",
    """
    ALTER TABLE reps
        ADD COLUMN forgotten_at TIMESTAMP WITH TIME ZONE,
        ADD COLUMN forgotten_value TEXT
    """,
    "CREATE INDEX reps_forgotten ON reps (id) WHERE forgotten_at IS NOT NULL",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
