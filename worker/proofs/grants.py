"""The proof that no badge and no rank was lost."""

from ledger.proof_queries.grants import badges_not_told, badges_only_told, grant_figures, granted_ranks
from programs.progression.ranks import normalise_rank
from programs.progression.rules import Rules
from worker.proofs.proof import REBUILD, Look, Proof


def prove_grants(look: Look, proof: Proof) -> None:
    """Standings tell the badges that were granted and no others, and no rank below a rank step."""
    proof.count(grant_figures(look.connection))
    proof.tell_all(badges_only_told(look.connection), REBUILD)
    proof.tell_all(badges_not_told(look.connection), REBUILD)
    for step in granted_ranks(look.connection):
        granted, told = (_index(word, look.parts.rules) for word in (step.granted, step.told))
        if told < granted or granted < 0:
            proof.tell(f"rep {step.rep}", f"rank {step.told}", f"{step.granted} or above", REBUILD, step.rep)


def _index(word: str | None, rules: Rules) -> int:
    rank = normalise_rank(word, rules)
    return -1 if rank is None else rules.rank_index(rank)
