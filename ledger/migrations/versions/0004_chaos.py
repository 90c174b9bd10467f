"""Whether a sweep that was cut off was put off, or died."""

from alembic import op

revision = "0004"
down_revision = "0003"

STATEMENTS = ("ALTER TABLE sweep_state ADD COLUMN put_off_at TIMESTAMP WITH TIME ZONE",)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
