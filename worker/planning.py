"""Planning a rep's write: open, award, compute the standing, merge with the row. The ledger decides, Twenty is told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

import structlog
from sqlalchemy import Connection, func, select

from ledger.awards import add_awards, mark_published
from ledger.badges import keep_badges, keep_rank_steps
from ledger.causes import Causes
from ledger.checkpoints import xp_from_checkpoint
from ledger.dirty import mark_dirty
from ledger.engine import begun, transaction
from ledger.fault_points import reached
from ledger.foreign_growth import note_growth
from ledger.published import Published, intend, remember_gap, remember_published
from ledger.rep_rows import remember_row_problems
from ledger.reps import Rep, lock_reps, open_rep
from ledger.standing_inputs import standing_inputs
from ledger.sweep_state import watermark_at
from ledger.writes import Write, add_writes
from programs.progression.awards import carried_award
from programs.progression.rep_rows import RepRows, new_row_id, row_problem
from programs.progression.row import Row
from programs.progression.row_json import Json
from programs.progression.standing import desired_row
from programs.progression.standing_json import standing_json
from programs.progression.writeback import WritePlan, plan_write
from programs.progression.xp_merge import (
    Memory,
    MergedXp,
    decide_on_gap,
    merge_xp,
    needs_adoption,
    with_duplicates,
)
from worker.awarding import award_rep
from worker.parts import Parts
from worker.standing_reading import Reading, go_on_to_standing

log = structlog.get_logger()
Way: TypeAlias = Literal["create", "batch", "alone"]


@dataclass(frozen=True, slots=True)
class PlannedWrite:
    """What to send for a rep (None: the row says it already) and what to remember once Twenty has it.

    `found` is the row as read; `taken` says that the row which was the rep's names somebody else. `way` is how it is
    to be written: made new, with others in a batch, or alone by compare-and-set. `dirty` is the number that was
    computed from; `awarded_until` the ledger's time then; `row` what Twenty's row says afterwards; `problem` what
    somebody did to it; `causes` the deliveries since the last write.
    """

    rep: str
    row_id: str
    found: Row
    taken: bool
    way: Way
    problem: str | None
    fields: Mapping[str, Json] | None
    dirty: int
    awarded_until: datetime
    memory: Memory
    row: Mapping[str, object]
    standing: Mapping[str, Json]
    next_change_at: datetime | None
    causes: Causes | None

    @property
    def next_sequence(self) -> int:
        """The first number that nobody had used for this row when it was planned."""
        return self.memory.sequence + (self.fields is None)


def plan_rep(
    parts: Parts, rep_id: str, rows: RepRows, schema_fields: Mapping[str, str], connected: Connection
) -> PlannedWrite | None:
    """Computes a rep's write in one transaction of this connection, which also keeps new awards, badges, rank steps.

    None for a rep who was forgotten meanwhile.
    """
    row = rows.row
    with begun(connected) as connection:
        locked = lock_reps(connection, [rep_id])[rep_id]
        if locked.forgotten:
            return None
        rep = opened(connection, locked, rows, parts.now())
        watermark = watermark_at(connection)
        award_rep(connection, rep, watermark, parts.rules)
        xp = _merged(connection, rep, rows, watermark, parts)
        inputs = standing_inputs(connection, rep_id)
        found = go_on_to_standing(connection, Reading(inputs, row, xp, watermark, parts))
        keep_badges(connection, rep_id, found.badge_steps)
        keep_rank_steps(connection, rep_id, found.steps)
        name = inputs.member.name if inputs.member else None
        desired = desired_row(rep_id, name, found, xp, rep.memory.adopted_at)
        sequence = max(rep.memory.sequence, row.applied_sequence) + 1
        plan = plan_write(row, desired, schema_fields, sequence, parts.rules)
        if plan.fields is not None:
            intend(connection, rep_id, xp.total, xp.ours)
        until = connection.execute(select(func.clock_timestamp())).scalar_one()
    problem = row_problem(rows, rep.memory.sequence)
    lowered = ["somebody lowered totalXp: it is raised again"] if xp.lowered else []
    for warning in (*plan.warnings, *lowered, *([problem] if problem else [])):
        log.warning("row differs", rep=rep_id, warning=warning)
    memory = _memory(rep, rows, xp, sequence if plan.fields is not None else rep.memory.sequence)
    row_id = row.id or new_row_id(rep_id)
    return PlannedWrite(
        rep=rep_id,
        row_id=row_id,
        found=row,
        taken=rows.taken,
        way=_way(plan, row, memory.shared or parts.rules.xp_owners.shares_rows),
        problem=problem,
        fields=plan.fields,
        dirty=rep.dirty,
        awarded_until=until,
        memory=memory,
        row={**row.raw, "id": row_id, "deletedAt": None, **(plan.fields or {})},
        standing=standing_json(found, parts.rules),
        next_change_at=found.next_change_at,
        causes=rep.causes,
    )


def _way(plan: WritePlan, row: Row, shared: bool) -> Way:
    """A PATCH does not bring a deleted row back, an upsert does."""
    if plan.create:
        return "batch" if row.exists else "create"
    return "alone" if shared else "batch"


def opened(connection: Connection, rep: Rep, rows: RepRows, now: datetime) -> Rep:
    """The rep, whose row was read. One that has XP which repsync never gave is adopted before the rep's first award."""
    if rep.opened_at is not None:
        return rep
    adopts = any(needs_adoption(row, rep.memory) for row in (rows.row, *rows.duplicates))
    adopted_at = now if adopts else rows.row.adopted_at
    open_rep(connection, rep.id, adopted_at)
    return lock_reps(connection, [rep.id])[rep.id]


def _merged(connection: Connection, rep: Rep, rows: RepRows, watermark: datetime | None, parts: Parts) -> MergedXp:
    """Merges the XP, and books what awards can't explain even when everything has been seen again.

    After the ledger was restored from a backup, the next sweep earns most of the gap anew: booking it before would
    pay that twice.
    """
    xp = merge_xp(rows.row, rep.memory, xp_from_checkpoint(connection, rep.id), rows.duplicates)
    decision = decide_on_gap(xp.carried, rep.gap_behind_at, watermark)
    if decision.book:
        sequence = max(rep.memory.sequence, rows.row.applied_sequence)
        award = carried_award(rep.id, xp.carried, sequence, parts.now())
        add_awards(connection, {rep.id: [award]}, parts.rules.version)
    if decision.behind_at != rep.gap_behind_at:
        remember_gap(connection, rep.id, decision.behind_at)
    return xp


def _memory(rep: Rep, rows: RepRows, xp: MergedXp, sequence: int) -> Memory:
    return Memory(
        foreign_xp=xp.foreign,
        synced_xp=xp.ours,
        sequence=sequence,
        adopted_at=rep.memory.adopted_at,
        shared=rep.memory.shared or xp.foreign_write,
        duplicates=with_duplicates(rep.memory, rows.duplicates).duplicates,
    )


def superseded(connection: Connection, plans: Sequence[PlannedWrite]) -> set[str]:
    """Reps whose rows another publisher wrote since these plans were made, or who were forgotten; all are locked.

    The publisher's lock ends with PostgreSQL; its holder may live on beside the next one.
    """
    now = lock_reps(connection, [plan.rep for plan in plans])
    return {
        plan.rep for plan in plans if now[plan.rep].forgotten or now[plan.rep].memory.sequence >= plan.next_sequence
    }


def remember(parts: Parts, written: Sequence[PlannedWrite]) -> None:
    """Twenty's rows say what these plans say; who was overtaken by another publisher is published once more.

    Of one who was forgotten meanwhile nothing is remembered.
    """
    if not written:
        return
    with transaction(parts.engine) as connection:
        overtaken = superseded(connection, written)
        mark_dirty(connection, overtaken)
        for rep in sorted(overtaken):
            log.warning("not remembered: another publisher wrote this row meanwhile, or the rep was forgotten", rep=rep)
        done = sorted((plan for plan in written if plan.rep not in overtaken), key=lambda plan: plan.rep)
        if done:
            _remember(connection, done)
    reached("publish.remembered")


def _remember(connection: Connection, done: Sequence[PlannedWrite]) -> None:
    remember_published(connection, [_published(plan) for plan in done])
    note_growth(connection, {plan.rep: plan.memory.foreign_xp for plan in done})
    remember_row_problems(connection, {plan.rep: plan.problem for plan in done})
    mark_published(connection, {plan.rep: plan.awarded_until for plan in done})
    wrote = [plan for plan in done if plan.fields is not None]
    add_writes(connection, [Write(plan.rep, plan.memory.sequence, plan.fields or {}, plan.causes) for plan in wrote])


def _published(plan: PlannedWrite) -> Published:
    return Published(plan.rep, plan.dirty, plan.memory, plan.standing, plan.next_change_at, plan.row)
