"""The proof that nothing that was accepted is lost: every delivery is somewhere, and led to what it told."""

from collections.abc import Sequence

from sqlalchemy import Connection

from ledger.members import load_members
from ledger.proof_queries.deliveries import (
    deliveries_by_state,
    keyless_batches,
    parked_though_known,
    without_version,
    wrong_states,
)
from ledger.versions import load_versions
from worker.proofs.proof import REBUILD, REREAD, Look, Proof
from worker.reading import Reading, read_delivery

REQUEUE = "set the delivery pending again; a row of Twenty's also comes back by `repsync rebuild --from-twenty`"


def prove_deliveries(look: Look, proof: Proof) -> None:
    """Each is in exactly one state and holds what that needs; each processed one left a version, or a member."""
    proof.count(deliveries_by_state(look.connection))
    proof.tell_all(wrong_states(look.connection), REQUEUE)
    proof.tell_all(without_version(look.connection), REREAD)
    proof.tell_all(parked_though_known(look.connection), REBUILD)
    for batch in keyless_batches(look.connection):
        _prove_keyless(look.connection, [read_delivery(delivery) for delivery in batch], proof)


def _prove_keyless(connection: Connection, readings: Sequence[Reading], proof: Proof) -> None:
    """What names no fact's record is read again, to see whom or what it told of."""
    records = {(r.seen.object, r.seen.record_id) for r in readings if r.seen}
    kept = load_versions(connection, records).keys()
    members = load_members(connection, [r.member.id for r in readings if r.member]).keys()
    for reading in readings:
        seen, member = reading.seen, reading.member
        if not ((seen and (seen.object, seen.record_id) in kept) or (member and member.id in members)):
            told = f"{seen.object} {seen.record_id}" if seen else f"member {member.id}" if member else "a record"
            proof.tell(f"delivery {reading.delivery_id}", f"processed, {told} not kept", f"{told} kept", REQUEUE)
