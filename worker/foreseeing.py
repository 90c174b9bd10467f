"""Foreseeing: digesting deliveries one by one, in a transaction that is rolled back, and telling what each changes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from accounts.requeue_preview import Foreseen, Gain, why_not
from ledger.awards import newest_award, xp_behind, xp_of
from ledger.engine import undone
from ledger.facts import load_facts
from ledger.inbox import Delivery, load_deliveries
from ledger.locks import hold_records, share_forgotten
from ledger.members import load_members
from ledger.reps import lock_reps
from ledger.set_aside import DeliveryState
from ledger.versions import newest_version
from worker.awarding import award_rep
from worker.digest import keep_deliveries, parked_reason
from worker.facts_anew import FactChange
from worker.ledger_trouble import whose_trouble
from worker.outlook import WHEN_ALL_IS_SEEN
from worker.parts import Parts
from worker.reading import Reading, read_delivery

Xp = Mapping[str, tuple[int, int]]  # from awards: now, and when all that waits has settled


def foresee(
    connection: Connection, chosen: Sequence[DeliveryState], parts: Parts, *, patient: bool = False
) -> tuple[list[Foreseen], list[Gain]]:
    """What each of them comes to on top of those before it, and what each rep gets of all.

    Those that are not `requeuable` stay as they are. Writes what digesting writes, but for the deliveries' states.
    Trouble of a moment, such as a deadlock with a digest, is raised while `patient`, and else told of the delivery.
    """
    share_forgotten(connection)
    read = {
        d.id: (d, read_delivery(d))
        for d in load_deliveries(connection, [each.id for each in chosen if each.requeuable])
    }
    # All at once and in one order, as the digest holds them.
    hold_records(connection, {reading.record_key for _, reading in read.values() if reading.record_key})
    reps: set[str] = set()
    with undone(connection):
        found = [
            _foreseen(connection, *read[each.id], parts, reps, patient=patient)
            if each.id in read
            else Foreseen(each.id, "untouched", reason=why_not(each))
            for each in chosen
        ]
        after = _xp(connection, reps, parts)
    before = _xp(connection, reps, parts)
    names = {rep: member.name for rep, member in load_members(connection, reps).items()}
    named = [replace(each, name=names.get(each.rep or "")) for each in found]
    return named, list(_gains(before, after, names))


def _foreseen(
    connection: Connection, delivery: Delivery, reading: Reading, parts: Parts, reps: set[str], *, patient: bool
) -> Foreseen:
    """Digests it; adds to `reps` those whose facts it changes."""
    award, version = newest_award(connection), newest_version(connection)
    member = load_members(connection, [reading.member.id]) if reading.member else {}
    try:
        kept = keep_deliveries(connection, [delivery], parts)
    except Exception as error:
        whose = whose_trouble(error)
        if whose == "ledger" or (patient and whose == "passing"):
            raise
        return Foreseen(delivery.id, "parked", reason=parked_reason(error))
    ((outcome, _),) = kept.digested
    if outcome.state == "parked":
        return Foreseen(delivery.id, "parked", reason=outcome.reason)
    if outcome.state == "ignored":
        return Foreseen(delivery.id, "ignored", reason=outcome.reason)
    if kept.changes:
        owners = _owners(kept.changes)
        reps |= owners
        # Read again, as the change tells what was to be paid before it was.
        waits = any(now.unpaid and now.fact.rep for now in load_facts(connection, kept.changes.keys()).values())
        return _changed(delivery.id, kept.changes, owners, xp_behind(connection, award, owners), waits=waits)
    is_new = newest_version(connection) > version
    renamed = reading.member is not None and load_members(connection, [reading.member.id]) != member
    return Foreseen(delivery.id, "keeps" if is_new or renamed else "nothing")


def _owners(changes: Mapping[str, FactChange]) -> set[str]:
    """Whose they are now, and whose they were."""
    facts = [kept.fact for change in changes.values() for kept in (change.old, change.new) if kept is not None]
    return {fact.rep for fact in facts if fact.rep is not None}


def _changed(
    delivery_id: int, changes: Mapping[str, FactChange], owners: set[str], xp: int, *, waits: bool
) -> Foreseen:
    kinds = {change.new.fact.kind for change in changes.values()}
    return Foreseen(
        delivery_id,
        "adds" if any(change.old is None for change in changes.values()) else "changes",
        kind=kinds.pop() if len(kinds) == 1 else None,
        facts=len(changes),
        rep=next(iter(owners)) if len(owners) == 1 else None,
        xp=xp,
        waits=waits,
    )


def _xp(connection: Connection, reps: set[str], parts: Parts) -> Xp:
    return {rep: _xp_of(connection, rep, parts) for rep in sorted(reps)}


def _xp_of(connection: Connection, rep_id: str, parts: Parts) -> tuple[int, int]:
    now = xp_of(connection, rep_id)
    with undone(connection):
        award_rep(connection, lock_reps(connection, [rep_id])[rep_id], WHEN_ALL_IS_SEEN, parts.rules)
        return now, xp_of(connection, rep_id)


def _gains(before: Xp, after: Xp, names: Mapping[str, str]) -> Iterator[Gain]:
    """Of those who get something, or to whom less comes."""
    for rep, (now, settled) in after.items():
        at_once = now - before[rep][0]
        later = settled - before[rep][1] - at_once
        if at_once or later:
            yield Gain(rep, names.get(rep), at_once, later)
