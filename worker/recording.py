"""Recording: versions become facts, facts move day totals, and opened reps are paid what is decided."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy import Connection, text

from ledger.audit import AuditRow, add_rows
from ledger.facts import load_facts, save_facts
from ledger.reps import Rep, load_members, lock_reps, mark_dirty
from ledger.sweep_state import watermark_at
from ledger.totals import add_to_totals
from ledger.versions import SeenVersion, add_versions, parents_ever
from programs.progression.corrections import correction
from programs.progression.day_totals import day_totals, difference
from programs.progression.facts import Fact, KeptFact
from programs.progression.lost_decisions import call_key_of_twin
from programs.progression.note_facts import note_key
from programs.progression.rules import Rules
from worker.awarding import award_rep
from worker.fact_reading import read_facts
from worker.parts import Parts
from worker.time_zones import zones


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of the touched facts (by key): whose rep is known, whose is not; whether a sweep would help."""

    attributed: Collection[str]
    unattributed: Collection[str]
    asks_for_sweep: bool


@dataclass(frozen=True, slots=True)
class Cause:
    """Who brings facts up to date, and why where no delivery is the reason: what the audit log says of corrections."""

    actor: str = "digest"
    why: str | None = None


BY_DIGEST = Cause()


def record_versions(
    connection: Connection,
    seen: Sequence[SeenVersion],
    touched: Collection[str],
    parts: Parts,
    cause: Cause = BY_DIGEST,
) -> Recorded:
    """Keeps the versions and brings the touched facts up to them; `touched` are fact keys."""
    touched = {*touched, *_left_notes(connection, seen)}
    lock_records(connection, touched)
    add_versions(connection, seen)
    return read_anew(connection, touched, parts, seen, cause)


def read_anew(
    connection: Connection,
    touched: Collection[str],
    parts: Parts,
    seen: Sequence[SeenVersion] = (),
    cause: Cause = BY_DIGEST,
) -> Recorded:
    """Brings the touched facts up to the kept versions, of which `seen` came just now; their records are locked."""
    facts = read_facts(connection, touched, parts.rules)
    kept = load_facts(connection, touched)
    reps = lock_reps(connection, _reps_of(facts.values()) | _reps_of(k.fact for k in kept.values()))
    kept = load_facts(connection, touched)
    watermark = watermark_at(connection)
    changed = _changed(facts, kept, watermark)
    noticed = dict.fromkeys(touched, datetime.now(UTC)) | {s.record_key: s.received_at for s in seen}
    _save(connection, changed, kept, noticed, list(reps), parts)
    add_rows(connection, list(_corrections(changed, kept, seen, cause)))
    _award(connection, reps, changed, watermark, parts.rules)
    lost = {key for key, fact in facts.items() if fact.rep is None and _needs_rep(fact)}
    told = {version.record_key for version in seen if version.version.swept_at is None}
    return Recorded(facts.keys() - lost, lost, any(_waits_for_sweep(changed[key]) for key in told & changed.keys()))


def _left_notes(connection: Connection, seen: Sequence[SeenVersion]) -> set[str]:
    """The notes that a noteTarget pointed to before: their lead changes too."""
    targets = [version.record_id for version in seen if version.object == "noteTarget"]
    return {note_key(note_id) for note_id in parents_ever(connection, targets)}


def lock_records(connection: Connection, keys: Collection[str]) -> None:
    """Two workers never bring the same record's fact up to date at once; locked in one order."""
    for key in sorted(keys):
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": key})


def _reps_of(facts: Iterable[Fact]) -> set[str]:
    return {fact.rep for fact in facts if fact.rep is not None}


def _needs_rep(fact: Fact) -> bool:
    """A note that is no call, or a deal that never got to a meeting, is nobody's XP."""
    return bool(fact.reasons or fact.waiting or fact.met_at) or fact.kind not in (
        "other",
        "inbound",
        "opportunity",
    )


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


def _corrections(
    changed: Mapping[str, KeptFact], kept: Mapping[str, KeptFact], seen: Sequence[SeenVersion], cause: Cause
) -> Iterator[AuditRow]:
    """What the audit log keeps of the facts that were there already and say something else now."""
    deliveries = {version.record_key: f"delivery {version.delivery_id}" for version in seen}
    for key in sorted(changed.keys() & kept.keys()):
        old, new = kept[key].fact, changed[key].fact
        found = correction(old, new)
        if found is not None:
            why = deliveries.get(key, cause.why)
            yield AuditRow(cause.actor, found.action, key, old.rep or new.rep, found.before, found.after, why)


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


def _award(
    connection: Connection,
    reps: Mapping[str, Rep],
    changed: Mapping[str, KeptFact],
    watermark: datetime | None,
    rules: Rules,
) -> None:
    """Pays at once what can be; a rep whose row was never read is paid when the publisher has read it."""
    for rep in sorted(_reps_of(kept.fact for kept in changed.values() if kept.unpaid)):
        if reps[rep].opened_at is not None:
            award_rep(connection, reps[rep], watermark, rules)
