"""Facts anew: from all kept versions and from whom names stand for now; what differs moves totals and awards."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import Connection

from ledger.audit import add_rows
from ledger.causes import remember_causes
from ledger.dirty import mark_dirty
from ledger.facts import load_facts, save_facts
from ledger.members import load_members
from ledger.reps import lock_reps
from ledger.sweep_state import watermark_at
from ledger.totals import add_to_totals
from ledger.versions import SeenVersion
from programs.progression.attribution import needs_rep
from programs.progression.day_totals import day_totals, difference
from programs.progression.facts import Fact, KeptFact
from programs.progression.lost_decisions import call_key_of_twin
from programs.progression.rules import Rules
from worker.auditing import BY_DIGEST, Cause, corrections
from worker.awarding import award_reps
from worker.causes import causes
from worker.fact_reading import read_facts
from worker.parts import Parts
from worker.time_zones import zones

AT_ONCE = 1_000  # a rebuild, and a lead that is assigned anew, touch more than memory should hold


class FactChange(NamedTuple):
    """A fact as it was kept, None if it was not, and as it is now."""

    old: KeptFact | None
    new: KeptFact


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of the touched facts (by key): whose rep is known, whose is not; whether a sweep would help.

    `changes` are those that say something else now.
    """

    attributed: Collection[str]
    unattributed: Collection[str]
    asks_for_sweep: bool
    changes: Mapping[str, FactChange] = field(default_factory=dict)


NOTHING = Recorded((), (), asks_for_sweep=False)


def read_anew(
    connection: Connection,
    keys: Collection[str],
    parts: Parts,
    seen: Sequence[SeenVersion] = (),
    cause: Cause = BY_DIGEST,
) -> Recorded:
    """Brings the facts with these keys, as many as there are, up to their versions and to whom names stand for now.

    Their records are held, or names are (`ledger.locks`). `seen` are the versions that came just now, `cause` is
    what the audit log says where none of them is the reason.
    """
    watermark = watermark_at(connection)
    ordered = sorted(keys)
    facts: dict[str, Fact] = {}
    changes: dict[str, FactChange] = {}
    for start in range(0, len(ordered), AT_ONCE):
        found = read_facts(connection, ordered[start : start + AT_ONCE], parts.rules)
        changes |= _brought_up(connection, found, seen, cause, watermark, parts)
        facts |= found
    changed = {key: change.new for key, change in changes.items()}
    _award(connection, changed, watermark, parts.rules)
    lost = {key for key, fact in facts.items() if fact.rep is None and needs_rep(fact)}
    told = {version.record_key for version in seen if version.version.swept_at is None}
    asks = any(_waits_for_sweep(changed[key]) for key in told & changed.keys())
    return Recorded(facts.keys() - lost, lost, asks, changes)


def _brought_up(
    connection: Connection,
    facts: Mapping[str, Fact],
    seen: Sequence[SeenVersion],
    cause: Cause,
    watermark: datetime | None,
    parts: Parts,
) -> dict[str, FactChange]:
    """Saves what differs from the kept facts, with the day totals, and returns it."""
    kept = load_facts(connection, facts.keys())
    reps = lock_reps(connection, _reps_of(facts.values()) | _reps_of(k.fact for k in kept.values()))
    kept = load_facts(connection, facts.keys())
    changed = _changed(facts, kept, watermark)
    noticed = dict.fromkeys(facts, datetime.now(UTC)) | {s.record_key: s.received_at for s in seen}
    _save(connection, changed, kept, noticed, list(reps), parts)
    remember_causes(connection, causes(changed, kept, seen))
    add_rows(connection, list(corrections(changed, kept, seen, cause)))
    return {key: FactChange(kept.get(key), new) for key, new in changed.items()}


def _reps_of(facts: Iterable[Fact]) -> set[str]:
    return {fact.rep for fact in facts if fact.rep is not None}


def _changed(
    facts: Mapping[str, Fact], kept: Mapping[str, KeptFact], watermark: datetime | None
) -> dict[str, KeptFact]:
    changed: dict[str, KeptFact] = {}
    for key, fact in facts.items():
        old = kept.get(key) or KeptFact(fact, unpaid=False, call_key=call_key_of_twin(key, kept.values()))
        if key in kept and old.fact == fact:
            continue
        grown = key not in kept or _grown(old.fact, fact)
        owes = bool(fact.reasons or fact.waiting or fact.met_at or fact.won_at)
        changed[key] = replace(
            old,
            fact=fact,
            unpaid=old.unpaid or (grown and owes),
            behind_at=watermark if grown else old.behind_at,
        )
    return changed


def _grown(old: Fact, new: Fact) -> bool:
    """Whether there is something to pay that was not there, or somebody to pay it to."""
    return (
        new.reasons > old.reasons
        or new.waiting > old.waiting
        or (new.rep != old.rep and old.rep is None)
        or (new.met_at is not None and (old.met_at is None or new.met_at < old.met_at))
        or (new.won_at is not None and old.won_at is None)
    )


def _waits_for_sweep(kept: KeptFact) -> bool:
    """A deal or an appointment that a webhook told; what a sweep told is decided when that sweep is digested."""
    return kept.unpaid and (kept.fact.met_at is not None or kept.fact.won_at is not None)


def _save(
    connection: Connection,
    changed: Mapping[str, KeptFact],
    kept: Mapping[str, KeptFact],
    received: Mapping[str, datetime],
    reps: list[str],
    parts: Parts,
) -> None:
    zone_of = zones(load_members(connection, reps), reps, parts.rules.time_zone)
    before = day_totals(kept, zone_of, parts.rules)
    after = day_totals({**kept, **changed}, zone_of, parts.rules)
    add_to_totals(connection, difference(before, after))
    save_facts(connection, changed, received)
    old_reps = _reps_of(kept[key].fact for key in changed if key in kept)
    mark_dirty(connection, _reps_of(k.fact for k in changed.values()) | old_reps)


def _award(connection: Connection, changed: Mapping[str, KeptFact], watermark: datetime | None, rules: Rules) -> None:
    """Pays at once what can be; a rep whose row was never read is paid when the publisher has read it."""
    reps = lock_reps(connection, _reps_of(kept.fact for kept in changed.values() if kept.unpaid))
    award_reps(connection, [rep for rep in reps.values() if rep.opened_at is not None], watermark, rules, changed)
