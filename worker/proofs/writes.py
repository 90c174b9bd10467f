"""The proof that no write is forgotten."""

from ledger.proof_queries.writes import last_not_remembered, out_of_order, write_figures
from worker.proofs.proof import BY_HAND, SYNC, Look, Proof


def prove_writes(look: Look, proof: Proof) -> None:
    """The sequence numbers of a rep's writes rise, and the last is the one that is remembered."""
    proof.count(write_figures(look.connection))
    proof.tell_all(out_of_order(look.connection), BY_HAND)
    proof.tell_all(last_not_remembered(look.connection), SYNC)
