"""A rep's credited appointments are looked up by lead, as only those of the same lead decide about one another."""

from alembic import op

revision = "0018"
down_revision = "0013"

STATEMENTS = (
    "DROP INDEX facts_paid_points",
    "CREATE INDEX facts_paid_points ON facts (paid_rep, paid_lead) WHERE paid_rep IS NOT NULL",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
