"""The proof that every row says the rep's standing, or is queued."""

from collections.abc import Collection, Mapping

from sqlalchemy import Connection

from ledger.awards import xp_of
from ledger.members import load_members
from ledger.proof_queries import reps
from ledger.proof_queries.writes import fields_written
from ledger.published import known_row
from ledger.rebuilding import load_standing
from ledger.reps import Rep, load_reps
from programs.progression.row import Row, read_row
from programs.progression.rules import Rules
from programs.progression.standing import Standing, desired_row
from programs.progression.writeback import plan_write
from programs.progression.xp_merge import merge_xp
from worker.outlook import as_kept
from worker.proofs.checkpoints import prove_checkpoint
from worker.proofs.proof import REBUILD, SYNC, Look, Proof

_MARKS = {"workspaceMemberId", "appliedSequence"}


def prove_standings(look: Look, proof: Proof) -> None:
    """The standing of each rep for whom nothing waits comes out the same, and the row as last known says it."""
    now, written = look.parts.now(), fields_written(look.connection)
    proof.count(reps.conditions(look.connection, now))
    proof.tell_all(reps.never_queued(look.connection), SYNC)
    proof.tell_all(reps.strangers(look.connection), REBUILD)
    for rep_id in reps.published_reps(look.connection, now):
        _prove_rep(look, load_reps(look.connection, [rep_id])[rep_id], written, proof)


def _prove_rep(look: Look, rep: Rep, written: Collection[str], proof: Proof) -> None:
    found = prove_checkpoint(look, rep, proof)
    kept, right = load_standing(look.connection, rep.id) or {}, as_kept(found, look.parts.rules)
    if kept == right:
        _prove_row(look.connection, rep, found, written, look.parts.rules, proof)
        return
    names = [name for name in sorted(kept.keys() | right.keys()) if kept.get(name) != right.get(name)]
    proof.tell(f"rep {rep.id}", _shown(kept, names), _shown(right, names), REBUILD, rep.id)


def _prove_row(
    connection: Connection, rep: Rep, found: Standing, written: Collection[str], rules: Rules, proof: Proof
) -> None:
    row = read_row(known_row(connection, rep.id))
    xp = merge_xp(row, rep.memory, xp_of(connection, rep.id))
    member = load_members(connection, [rep.id]).get(rep.id)
    desired = desired_row(rep.id, member.name if member else None, found, xp, rep.memory.adopted_at)
    plan = plan_write(row, desired, _types(row, written), rep.memory.sequence, rules)
    fields = plan.fields or {}
    names = sorted(fields.keys() - _MARKS)  # a row that was brought back is remembered with its deletedAt
    if names or not row.exists:
        told = _shown(row.raw, names) if row.exists else "nothing"
        proof.tell(f"rep {rep.id}", f"its row says {told}", _shown(fields, names), SYNC, rep.id)


def _types(row: Row, written: Collection[str]) -> Mapping[str, str]:
    """The row's fields that repsync was ever able to write; as text, which can hold every kind."""
    return dict.fromkeys(written & row.raw.keys(), "TEXT")


def _shown(values: Mapping[str, object], names: Collection[str]) -> str:
    """Numbers and words with their names, of longer values the names alone."""
    return ", ".join(f"{name} {values.get(name)}" if _is_short(values.get(name)) else name for name in names)


def _is_short(value: object) -> bool:
    return isinstance(value, int | float | None) or (isinstance(value, str) and len(value) <= 30)
