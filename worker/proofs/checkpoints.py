"""The proof that a checkpoint is a cache: it holds what all facts come to, and leads to the same standing."""

from collections.abc import Sequence
from dataclasses import fields

from ledger.awards import xp_of
from ledger.checkpoints import with_all_leads, xp_from_checkpoint
from ledger.reps import Rep
from programs.progression.checkpoints import Checkpoint, differences
from programs.progression.standing import Standing
from worker.outlook import beside_known_row
from worker.proofs.proof import REBUILD, Look, Proof
from worker.standing_reading import read_standing, read_standing_and_place, standing_from_checkpoint

MOST_NAMED = 5


def prove_checkpoint(look: Look, rep: Rep, proof: Proof) -> Standing:
    """The standing that all facts and awards come to.

    Of a checkpoint that does not lead there only the sum of awards is proven: the publisher goes by it all the same.
    """
    summed, paid = xp_from_checkpoint(look.connection, rep.id), xp_of(look.connection, rep.id)
    if summed != paid:
        proof.tell(f"rep {rep.id}", f"the checkpoint comes to {summed} XP of awards", f"{paid}", REBUILD, rep.id)
    of = beside_known_row(look.connection, rep, look.parts)
    going_on = standing_from_checkpoint(look.connection, of)
    if going_on is None or of.inputs.checkpoint is None:
        return read_standing(look.connection, of)
    kept = with_all_leads(look.connection, rep.id, of.inputs.checkpoint)
    right, anew = read_standing_and_place(look.connection, of, kept.at)
    _tell(proof, rep, "holds", _held_otherwise(kept, anew))
    other = [each.name for each in fields(Standing) if getattr(going_on[0], each.name) != getattr(right, each.name)]
    _tell(proof, rep, "comes to", other)
    return right


def _held_otherwise(kept: Checkpoint, anew: Checkpoint | None) -> list[str]:
    return differences(kept, anew) if anew else ["beginning"]


def _tell(proof: Proof, rep: Rep, verb: str, names: Sequence[str]) -> None:
    """Leads may be thousands."""
    if names:
        shown = ", ".join(names[:MOST_NAMED])
        more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
        found = f"the checkpoint {verb} another {shown}{more}"
        proof.tell(f"rep {rep.id}", found, "what all facts and awards come to", REBUILD, rep.id)
