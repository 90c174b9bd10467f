"""The proofs that everything is paid once, and that what was written is what was paid."""

from ledger.proof_queries import awards, xp
from worker.proofs.proof import BY_HAND, REBUILD, RESTORE, SYNC, Look, Proof


def prove_awards(look: Look, proof: Proof) -> None:
    """Each award stands under the key of what it pays, and nothing that is settled lacks one.

    The keys are unique, so a call of two notes has one set of awards, and an alias that moved pays nothing again.
    """
    proof.tell_all(awards.under_another_key(look.connection), BY_HAND)
    proof.tell_all(awards.without_cause(look.connection), BY_HAND)
    proof.tell_all(awards.modules_paid_twice(look.connection), BY_HAND)
    proof.tell_all(awards.calls_unpaid(look.connection), RESTORE)
    proof.tell_all(awards.deals_and_trainings_unpaid(look.connection), RESTORE)
    proof.tell_all(awards.appointments_unpaid(look.connection), RESTORE)
    proof.tell_all(awards.appointments_misnumbered(look.connection), RESTORE)


def prove_xp(look: Look, proof: Proof) -> None:
    """The sum of a rep's awards is our part of what was last written; what is dirty may be more."""
    proof.count(xp.xp_figures(look.connection))
    proof.tell_all(xp.sums_below_written(look.connection), SYNC)
    proof.tell_all(xp.sums_above_written(look.connection), REBUILD)
    proof.tell_all(xp.written_above_remembered(look.connection), SYNC)
