"""A rep's credited appointments are looked up by lead, and no rep has more XP of ours than awards can hold.

Releases before that limit believed any `syncedXp` of a row; booking it as an award fails, and with it each publish of
the rep. Ours is what the awards say then, and the rest of the row's total is others': the total stays.
"""

from alembic import op

revision = "0015"
down_revision = "0014"

HEAL = """
UPDATE reps SET synced_xp = (SELECT coalesce(sum(amount), 0) FROM awards WHERE awards.rep = reps.id),
    intended_total = NULL, intended_synced = NULL, gap_behind_at = NULL, refused = NULL, dirty = dirty + 1,
    dirty_at = clock_timestamp()
WHERE greatest(synced_xp, intended_synced) > 2147483647 AND forgotten_at IS NULL
"""
STATEMENTS = (
    "DROP INDEX facts_paid_points",
    "CREATE INDEX facts_paid_points ON facts (paid_rep, paid_lead) WHERE paid_rep IS NOT NULL",
    HEAL,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
