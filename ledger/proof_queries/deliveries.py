"""Deliveries that are in no state, in a state without what it must hold, or without what they led to."""

from collections.abc import Iterator, Mapping
from typing import get_args

from sqlalchemy import Connection, Text, and_, case, cast, func, literal, null, select

from ledger.inbox import UNATTRIBUTED, Delivery, State
from ledger.proof_queries.deviations import Deviations, deviating, deviations
from ledger.tables import deliveries, facts, record_versions

STATES: tuple[State, ...] = get_args(State)
_BATCH = 200
_d = deliveries.c
_SUBJECT = "delivery " + cast(_d.id, Text)
_OBJECT = func.split_part(_d.record_key, ":", 1)
_RECORD_ID = func.substr(_d.record_key, func.strpos(_d.record_key, ":") + 1)


def deliveries_by_state(connection: Connection) -> Mapping[str, int]:
    """How many deliveries are in each state, whatever its name."""
    counted = select(_d.state, func.count().label("held")).group_by(_d.state).order_by(_d.state)
    return {row.state: row.held for row in connection.execute(counted)}


def wrong_states(connection: Connection) -> Deviations:
    """A pending delivery has no time of digestion; every other has one, and a reason unless it is processed.

    A dismissed one says by whom and why, and no other does; only a parked one is tried again by itself.
    """
    dismissal = func.num_nonnulls(_d.dismissed_at, _d.dismissed_by, _d.dismissed_because)
    timeless, unexplained = _d.digested_at.is_(None), _d.reason.is_(None)
    expected = case(
        (_d.state.not_in(STATES), f"one of {', '.join(STATES)}"),
        (and_(_d.state == "pending", ~timeless), "not digested"),
        (and_(_d.state == "processed", timeless | ~unexplained), "digested, without a reason"),
        (and_(_d.state.not_in(("pending", "processed")), timeless | unexplained), "digested, with a reason"),
        (and_(_d.state == "dismissed", dismissal < 3), "dismissed at some time, by somebody, for a reason"),
        (and_(_d.state != "dismissed", dismissal > 0), "dismissed by nobody"),
        (and_(_d.state != "parked", _d.retry_at.is_not(None)), "not to be tried again"),
        else_=null(),
    )
    time = case((timeless, ", not digested"), else_=", digested")
    reason = case((unexplained, ", without a reason"), else_=", with a reason")
    return deviations(connection, deviating(_SUBJECT, _d.state + time + reason, expected).where(expected.is_not(None)))


def without_version(connection: Connection) -> Deviations:
    """Processed deliveries that name a record of which no version is kept (a noteTarget names its note)."""
    v = record_versions.c
    own = select(v.id).where(v.object == _OBJECT, v.record_id == _RECORD_ID).exists()
    child = select(v.id).where(v.parent_id == _RECORD_ID, _OBJECT == "note").exists()
    query = deviating(_SUBJECT, "processed, no version of " + _d.record_key, literal("a version of the record"))
    processed = (_d.state == "processed") & _d.record_key.is_not(None)
    return deviations(connection, query.where(processed, ~own, ~child))


def parked_though_known(connection: Connection) -> Deviations:
    """Deliveries set aside as nobody's whose fact is somebody's."""
    f = facts.c
    query = deviating(_SUBJECT, literal("set aside as nobody's"), "processed, as " + f.key + " has a rep", f.rep)
    known = query.join_from(deliveries, facts, f.key == _d.record_key)
    return deviations(
        connection, known.where(_d.state.in_(("parked", "dismissed")), _d.reason == UNATTRIBUTED, f.rep.is_not(None))
    )


def keyless_batches(connection: Connection) -> Iterator[list[Delivery]]:
    """Processed deliveries that name no fact's record, as far as their bytes are kept: members, people, noteTargets."""
    after = 0
    keyless = (_d.state == "processed") & _d.record_key.is_(None) & (func.length(_d.raw) > 0)
    chosen = select(_d.id, _d.source, _d.raw, _d.received_at).where(keyless).order_by(_d.id).limit(_BATCH)
    while rows := connection.execute(chosen.where(_d.id > after)).all():
        yield [Delivery(row.id, row.source, bytes(row.raw), row.received_at) for row in rows]
        after = rows[-1].id
