"""A rep's standing from what the ledger keeps."""

from datetime import datetime

from sqlalchemy import Connection

from ledger.awards import paid_xp
from ledger.badges import badges_of
from ledger.facts import load_facts_of
from ledger.reps import Member, ranks_reached
from ledger.totals import active_days
from programs.progression.row import Row
from programs.progression.standing import Standing, Work, standing
from programs.progression.xp_merge import MergedXp
from worker.parts import Parts
from worker.time_zones import zones


def read_standing(
    connection: Connection,
    rep: str,
    member: Member | None,
    row: Row,
    xp: MergedXp,
    watermark: datetime | None,
    parts: Parts,
) -> Standing:
    """The standing that all facts and awards of a rep come to beside a row; writes nothing."""
    known = {rep: member} if member else {}
    work = Work(
        facts=load_facts_of(connection, rep),
        awards=paid_xp(connection, rep),
        active_days=active_days(connection, rep),
        ranks=ranks_reached(connection, rep),
        time_zone=zones(known, [rep], parts.rules.time_zone)[rep],
        badges=badges_of(connection, rep),
    )
    return standing(work, row, xp, watermark, parts.now(), parts.rules)
