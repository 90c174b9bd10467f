"""What a rep's standing is computed from beside facts and awards, read in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, text

from ledger.checkpoints import checkpoint
from ledger.members import Member
from programs.progression.checkpoints import Checkpoint
from programs.progression.fold import BadgeStep

_INPUTS = text("""
SELECT members.name, time_zone, deleted_at, at, open, paid_xp, data,
    ARRAY(SELECT rank FROM rank_steps WHERE rank_steps.rep = of.rep) AS ranks,
    ARRAY(SELECT "on" FROM day_totals WHERE day_totals.rep = of.rep AND activities > 0) AS active_days,
    ARRAY(SELECT jsonb_build_array(badge, reached_at, fact_key) FROM badges WHERE badges.rep = of.rep
          ORDER BY reached_at, fact_key, badge) AS badges
FROM (SELECT CAST(:rep AS text) AS rep) of
LEFT JOIN members ON members.id = of.rep
LEFT JOIN standing_checkpoints ON standing_checkpoints.rep = of.rep
""")


@dataclass(frozen=True, slots=True)
class StandingInputs:
    """Whose it is (None: no member that is known), the ranks and badges granted, the days on which the rep did
    something, the checkpoint without its leads."""

    rep: str
    member: Member | None
    ranks: Sequence[str]
    badges: Sequence[BadgeStep]
    active_days: Sequence[date]
    checkpoint: Checkpoint | None


def standing_inputs(connection: Connection, rep: str) -> StandingInputs:
    """As they are now."""
    row = connection.execute(_INPUTS, {"rep": rep}).one()
    return StandingInputs(
        rep=rep,
        member=None if row.name is None else Member(row.name, row.time_zone, row.deleted_at),
        ranks=row.ranks,
        badges=[BadgeStep(badge, datetime.fromisoformat(at), key) for badge, at, key in row.badges],
        active_days=row.active_days,
        checkpoint=None if row.at is None else checkpoint(row.at, row.open, row.paid_xp, row.data),
    )
