"""A rep's standing from what the ledger keeps."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sqlalchemy import Connection

from ledger.awards import paid_xp
from ledger.badges import badges_of
from ledger.checkpoints import keep_checkpoint, load_checkpoint, paid_behind, with_leads
from ledger.facts import load_facts_of
from ledger.facts_behind import load_facts_behind
from ledger.reps import Member, ranks_reached
from ledger.totals import active_days
from programs.progression.checkpoints import Checkpoint, DoesNotLead
from programs.progression.facts import TRAINING, leads_told
from programs.progression.row import Row
from programs.progression.standing import Standing, standing_and_checkpoint
from programs.progression.work import Work
from programs.progression.xp_merge import MergedXp
from worker.parts import Parts
from worker.time_zones import zones


@dataclass(frozen=True, slots=True)
class Reading:
    """Whose standing, and what it is read beside: the row in Twenty, the merged XP, the watermark."""

    rep: str
    member: Member | None
    row: Row
    xp: MergedXp
    watermark: datetime | None
    parts: Parts

    @property
    def time_zone(self) -> tzinfo:
        """The rep's."""
        known = {self.rep: self.member} if self.member else {}
        return zones(known, [self.rep], self.parts.rules.time_zone)[self.rep]


def read_standing(connection: Connection, of: Reading) -> Standing:
    """The standing that all facts and awards of a rep come to; writes nothing."""
    return _stood(_all_work(connection, of), of)[0]


def standing_from_checkpoint(connection: Connection, of: Reading) -> tuple[Standing, Checkpoint | None] | None:
    """The same from the rep's checkpoint, with the next one if it is time for it; writes nothing.

    None if there is no checkpoint that leads there.
    """
    behind = load_checkpoint(connection, of.rep)
    if behind is None:
        return None
    with suppress(DoesNotLead):
        return _stood(_work_behind(connection, of, behind), of)
    return None


def go_on_to_standing(connection: Connection, of: Reading) -> Standing:
    """The same, and keeps the next checkpoint: for who keeps in this transaction what the standing grants."""
    from_checkpoint = standing_from_checkpoint(connection, of)
    found, following = from_checkpoint or _stood(_all_work(connection, of), of)
    if following:
        keep_checkpoint(connection, of.rep, following, anew=from_checkpoint is None)
    return found


def _stood(work: Work, of: Reading) -> tuple[Standing, Checkpoint | None]:
    return standing_and_checkpoint(work, of.row, of.xp, of.watermark, of.parts.now(), of.parts.rules)


def _all_work(connection: Connection, of: Reading) -> Work:
    return Work(
        facts=load_facts_of(connection, of.rep),
        awards=paid_xp(connection, of.rep),
        active_days=active_days(connection, of.rep),
        ranks=ranks_reached(connection, of.rep),
        time_zone=of.time_zone,
        badges=badges_of(connection, of.rep),
    )


def _work_behind(connection: Connection, of: Reading, behind: Checkpoint) -> Work:
    facts = load_facts_behind(connection, of.rep, behind)
    leads = {lead for kept in facts if kept.fact.kind not in TRAINING for lead in leads_told(kept.fact)}
    return Work(
        facts=facts,
        awards=paid_behind(connection, of.rep, behind.at),
        active_days=active_days(connection, of.rep),
        ranks=ranks_reached(connection, of.rep),
        time_zone=of.time_zone,
        badges=badges_of(connection, of.rep),
        behind=with_leads(connection, of.rep, behind, leads),
    )
