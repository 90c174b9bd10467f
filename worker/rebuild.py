"""Rebuild: facts, day totals and standings computed anew from the kept versions, which must give what is kept."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, fields
from datetime import tzinfo
from functools import partial

from sqlalchemy import Connection

from ledger import audit
from ledger.checkpoints import drop_checkpoint
from ledger.dirty import mark_dirty
from ledger.engine import rolled_back, transaction
from ledger.facts import load_facts, load_facts_of, save_decisions
from ledger.inbox import release
from ledger.locks import hold_records, share_forgotten
from ledger.members import load_members
from ledger.rebuilding import (
    count_facts_without_versions,
    count_records,
    is_published,
    load_standing,
    record_batches,
    rep_ids,
)
from ledger.reps import Rep, lock_reps
from ledger.totals import add_to_totals, load_totals
from programs.progression.day_totals import DayTotals, day_totals, difference
from programs.progression.facts import Fact, KeptFact
from programs.progression.lost_decisions import restored_decisions
from worker.auditing import Cause
from worker.fact_reading import read_facts
from worker.facts_anew import read_anew
from worker.outlook import as_kept, standing_beside_known_row
from worker.parts import Parts
from worker.time_zones import zones

BATCH = 200
CAUSE = Cause("rebuild", "repsync rebuild")
MISSING = "(missing)"
Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Rebuilt:
    """What a rebuild read, and what it found different.

    `columns` counts the columns of the facts that differed (`(missing)`: the fact was not there at all); `decisions`
    are facts whose twin or call key was lost, `days` totals of a rep and day. `standings` are those of reps who were
    up to date and come out different; `without_versions` facts that can't be recomputed, and stay.
    """

    records: int = 0
    facts: int = 0
    columns: Counter[str] = field(default_factory=Counter)
    reps: int = 0
    decisions: int = 0
    days: int = 0
    standings: int = 0
    without_versions: int = 0

    @property
    def same(self) -> bool:
        """Whether everything came out as it was kept."""
        return not (self.facts or self.decisions or self.days or self.standings)


def rebuild(parts: Parts, rep: str | None, *, correct: bool, progress: Progress) -> Rebuilt:
    """Recomputes all, or what concerns one rep; with `correct` what differs is corrected, in a transaction a batch.

    `progress` hears how many of how many records and reps are done. Reps with a correction become dirty.
    """
    with transaction(parts.engine) as connection:
        reps = rep_ids(connection, rep)
        length = count_records(connection, rep) + len(reps)
        found = Rebuilt(without_versions=count_facts_without_versions(connection, rep))
    for keys in record_batches(partial(transaction, parts.engine), rep, BATCH):
        _rebuild_facts(parts, keys, correct, found)
        progress(found.records, length)
    for each in reps:
        _rebuild_rep(parts, each, correct, found)
        progress(found.records + found.reps, length)
    if correct and not found.same:
        with transaction(parts.engine) as connection:
            _tell(connection, rep, found)
    return found


def _rebuild_facts(parts: Parts, keys: Collection[str], correct: bool, found: Rebuilt) -> None:
    with transaction(parts.engine) as connection:
        share_forgotten(connection)
        hold_records(connection, keys)
        kept = load_facts(connection, keys)
        wrong = {
            key: columns
            for key, fact in read_facts(connection, keys, parts.rules).items()
            if (columns := differing_columns(kept.get(key), fact))
        }
        if correct and wrong:
            recorded = read_anew(connection, wrong, parts, cause=CAUSE)
            release(connection, sorted(recorded.attributed))
    found.records += len(keys)
    found.facts += len(wrong)
    found.columns.update(column for columns in wrong.values() for column in columns)


def differing_columns(kept: KeptFact | None, fact: Fact) -> list[str]:
    """The columns in which the kept fact is not the recomputed one."""
    if kept is None:
        return [MISSING]
    return [each.name for each in fields(Fact) if getattr(kept.fact, each.name) != getattr(fact, each.name)]


def _rebuild_rep(parts: Parts, rep: str, correct: bool, found: Rebuilt) -> None:
    """Decisions that contradict each other, day totals that are not those of the facts, a standing that is another."""
    with (transaction if correct else rolled_back)(parts.engine) as connection:
        locked = lock_reps(connection, [rep])[rep]
        counted = count_anew(connection, rep, parts)
        changed = bool(counted.decisions or counted.days)
        drop_checkpoint(connection, rep)
        if changed:
            _correct(connection, counted, parts)
        standing = is_published(connection, rep, parts.now()) and _standing_differs(connection, locked, parts)
        if changed or standing:
            mark_dirty(connection, [rep])
    found.reps += 1
    found.decisions += len(counted.decisions)
    found.days += len(counted.days)
    found.standings += standing


@dataclass(frozen=True, slots=True)
class CountedAnew:
    """A rep's facts (by key), of these whose decisions contradict each other's, as they must be, and the day totals.

    `totals` are the kept ones, `days` what is to be added to them.
    """

    facts: Mapping[str, KeptFact]
    decisions: Mapping[str, KeptFact]
    zone_of: Mapping[str, tzinfo]
    totals: DayTotals
    days: DayTotals


def count_anew(connection: Connection, rep: str, parts: Parts) -> CountedAnew:
    """Looks at a rep's decisions and counts the days; writes nothing."""
    facts = {kept.fact.key: kept for kept in load_facts_of(connection, rep)}
    zone_of = zones(load_members(connection, [rep]), [rep], parts.rules.time_zone)
    totals = load_totals(connection, rep)
    days = difference(totals, day_totals(facts, zone_of, parts.rules))
    return CountedAnew(facts, restored_decisions(facts), zone_of, totals, days)


def _correct(connection: Connection, counted: CountedAnew, parts: Parts) -> None:
    save_decisions(connection, counted.decisions.values())
    right = day_totals({**counted.facts, **counted.decisions}, counted.zone_of, parts.rules)
    add_to_totals(connection, difference(counted.totals, right))


def _standing_differs(connection: Connection, rep: Rep, parts: Parts) -> bool:
    found = standing_beside_known_row(connection, rep, parts)
    return as_kept(found, parts.rules) != load_standing(connection, rep.id)


def _tell(connection: Connection, rep: str | None, found: Rebuilt) -> None:
    audit.add(
        connection,
        actor=CAUSE.actor,
        action="rebuilt",
        subject=rep or "ledger",
        rep=rep,
        after=figures(found),
        cause=CAUSE.why,
    )


def figures(found: Rebuilt) -> dict[str, object]:
    """What was found, as JSON."""
    return {
        "records": found.records,
        "factsThatDiffered": found.facts,
        "columns": dict(sorted(found.columns.items())),
        "factsWithoutVersions": found.without_versions,
        "reps": found.reps,
        "decisionsThatDiffered": found.decisions,
        "daysThatDiffered": found.days,
        "standingsThatDiffered": found.standings,
    }
