"""Rows in Twenty that others delete or duplicate."""

from alembic import op

revision = "0003"
down_revision = "0002"

STATEMENTS = (
    "ALTER TABLE reps ADD COLUMN row_problem TEXT",
    "ALTER TABLE reps ADD COLUMN duplicates JSONB",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
