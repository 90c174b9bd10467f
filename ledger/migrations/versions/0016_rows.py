"""Whose a row in Twenty was is looked up by its id: a sweep unpacked everybody's row for each page of rows."""

from alembic import op

revision = "0016"
down_revision = "0015"

# An index of an expression is used once something is known of the expression's values.
STATEMENTS = ("CREATE INDEX reps_row ON reps ((row ->> 'id'))", "ANALYZE reps")


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
