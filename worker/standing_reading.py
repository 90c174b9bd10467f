"""A rep's standing from what the ledger keeps."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from ledger.awards import paid_xp
from ledger.checkpoints import keep_checkpoint, paid_behind, with_leads
from ledger.facts import load_facts_of
from ledger.facts_behind import load_facts_behind
from ledger.standing_inputs import StandingInputs
from programs.progression.checkpoints import Checkpoint, Cut, DoesNotLead, next_place, place_of
from programs.progression.facts import TRAINING, KeptFact, leads_told
from programs.progression.moments import PaidXp
from programs.progression.row import Row
from programs.progression.standing import Standing, standing_and_checkpoint
from programs.progression.work import Work
from programs.progression.xp_merge import MergedXp
from worker.parts import Parts
from worker.time_zones import zones


@dataclass(frozen=True, slots=True)
class Reading:
    """What the ledger has of a rep, and what a standing is read beside: the row in Twenty, merged XP, the watermark."""

    inputs: StandingInputs
    row: Row
    xp: MergedXp
    watermark: datetime | None
    parts: Parts


def read_standing(connection: Connection, of: Reading) -> Standing:
    """The standing that all facts and awards of a rep come to; writes nothing."""
    return _stood(_all_work(connection, of), of)[0]


def read_standing_and_place(connection: Connection, of: Reading, at: datetime) -> tuple[Standing, Checkpoint | None]:
    """The same, and the checkpoint to which they come at that moment; None where nothing happened by then."""
    return _stood(_all_work(connection, of), of, place_of(at))


def standing_from_checkpoint(connection: Connection, of: Reading) -> tuple[Standing, Checkpoint | None] | None:
    """The same from the rep's checkpoint, with the next one if it is time for it; writes nothing.

    None if there is no checkpoint that leads there.
    """
    if of.inputs.checkpoint is None:
        return None
    with suppress(DoesNotLead):
        return _stood(_work_behind(connection, of, of.inputs.checkpoint), of)
    return None


def go_on_to_standing(connection: Connection, of: Reading) -> Standing:
    """The same, and keeps the next checkpoint: for who keeps in this transaction what the standing grants."""
    from_checkpoint = standing_from_checkpoint(connection, of)
    found, following = from_checkpoint or _stood(_all_work(connection, of), of)
    if following:
        keep_checkpoint(connection, of.inputs.rep, following, anew=from_checkpoint is None)
    return found


def _stood(work: Work, of: Reading, at: Cut = next_place) -> tuple[Standing, Checkpoint | None]:
    return standing_and_checkpoint(work, of.row, of.xp, of.watermark, of.parts.now(), of.parts.rules, at=at)


def _all_work(connection: Connection, of: Reading) -> Work:
    rep = of.inputs.rep
    return _work(of, load_facts_of(connection, rep), paid_xp(connection, rep))


def _work_behind(connection: Connection, of: Reading, behind: Checkpoint) -> Work:
    rep = of.inputs.rep
    facts = load_facts_behind(connection, rep, behind)
    leads = {lead for kept in facts if kept.fact.kind not in TRAINING for lead in leads_told(kept.fact)}
    work = _work(of, facts, paid_behind(connection, rep, behind.at))
    return replace(work, behind=with_leads(connection, rep, behind, leads))


def _work(of: Reading, facts: Sequence[KeptFact], awards: Sequence[PaidXp]) -> Work:
    known = of.inputs
    members = {known.rep: known.member} if known.member else {}
    zone = zones(members, [known.rep], of.parts.rules.time_zone)[known.rep]
    return Work(facts, awards, known.active_days, known.ranks, zone, known.badges)
