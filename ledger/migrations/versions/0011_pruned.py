"""When the bytes of a delivery were taken out; of those that were before, nobody knows."""

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.execute("ALTER TABLE deliveries ADD COLUMN pruned_at TIMESTAMP WITH TIME ZONE")
