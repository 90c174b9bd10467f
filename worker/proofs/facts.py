"""The proof that every version led to its fact: all of them are read again."""

from collections.abc import Collection
from contextlib import nullcontext

from sqlalchemy import Connection

from ledger.engine import undone
from ledger.facts import load_facts
from ledger.proof_queries.keys import keys_missing
from ledger.proof_queries.versions import facts_without_versions, version_figures
from ledger.rebuilding import record_batches
from worker.fact_reading import read_facts
from worker.parts import Parts
from worker.proofs.proof import REBUILD, REREAD, Look, Proof
from worker.rebuild import BATCH, differing_columns


def prove_keys(look: Look, proof: Proof) -> None:
    """PostgreSQL still refuses a second delivery, version, fact or award of one key."""
    proof.tell_all(keys_missing(look.connection), "restore the constraint, as in ledger/migrations")


def prove_facts(look: Look, proof: Proof) -> None:
    """Each record's fact is there and says what its versions say; each fact has versions."""
    proof.count(version_figures(look.connection))
    for keys in record_batches(lambda: nullcontext(look.connection), None, BATCH):
        _prove_batch(look.connection, keys, look.parts, proof)
    proof.tell_all(facts_without_versions(look.connection), REREAD)


def _prove_batch(connection: Connection, keys: Collection[str], parts: Parts, proof: Proof) -> None:
    with undone(connection):  # lets go of the lock on names, which a mapping waits for
        read = read_facts(connection, keys, parts.rules)
    kept = load_facts(connection, keys)
    proof.count({"facts": len(read)})
    for key, fact in sorted(read.items()):
        if columns := differing_columns(kept.get(key), fact):
            found = f"differs from its versions: {', '.join(columns)}" if key in kept else "no fact"
            proof.tell(key, found, "what its versions say", REBUILD, fact.rep)
