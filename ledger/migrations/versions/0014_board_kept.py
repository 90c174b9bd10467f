"""What pages and the clock's tick read as the floor grows: the board kept, figures to sort by, indexes of what is rare."""

from alembic import op

revision = "0014"
down_revision = "0013"

_SHARES = {
    "drop_share": "sub30sDropRate",
    "two_plus_share": "twoPlusMinRate",
    "appointment_share": "callToApptRate",
    "cadence_share": "cadenceCompletionRate",
    "show_share": "showRate",
}


def _share(metric: str) -> str:
    told = f"(standing -> 'efficiency' -> '{metric}' ->> '{{}}')::double precision"
    return f"{told.format('have')} / NULLIF({told.format('of')}, 0)"


_FIGURES = {
    "rank": ("TEXT", "standing ->> 'currentRank'"),
    "level": ("BIGINT", "(standing ->> 'currentLevel')::bigint"),
    "total_xp": ("BIGINT", "(standing ->> 'totalXp')::bigint"),
    "streak_days": ("BIGINT", "(standing ->> 'streakDays')::bigint"),
    **{name: ("DOUBLE PRECISION", _share(metric)) for name, metric in _SHARES.items()},
}
_ADDED = ", ".join(
    f"ADD COLUMN {name} {kind} GENERATED ALWAYS AS ({told}) STORED" for name, (kind, told) in _FIGURES.items()
)
STATEMENTS = (
    """
    CREATE TABLE board (
        rep TEXT NOT NULL,
        place BIGINT NOT NULL,
        week_xp BIGINT NOT NULL,
        before_xp BIGINT NOT NULL,
        last_active_on DATE,
        trend TEXT NOT NULL,
        PRIMARY KEY (rep)
    )
    """,
    """
    CREATE TABLE board_state (
        id INTEGER NOT NULL, kept_at TIMESTAMP WITH TIME ZONE, took_s DOUBLE PRECISION DEFAULT 0 NOT NULL, PRIMARY KEY (id)
    )
    """,
    "INSERT INTO board_state (id) VALUES (1)",
    f"ALTER TABLE reps {_ADDED}",
    "CREATE INDEX reps_recheck ON reps (recheck_at) WHERE recheck_at IS NOT NULL",
    "CREATE INDEX reps_gap ON reps (id) WHERE gap_behind_at IS NOT NULL",
    "DROP INDEX facts_unattributed",
    """
    CREATE INDEX facts_nobodys ON facts (rep_hint, kind, subject, reasons, waiting)
        INCLUDE (met_at, won_at, occurred_at, key) WHERE rep IS NULL
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
