"""All proofs of the ledger, over one state of it."""

from collections.abc import Callable, Iterator

from sqlalchemy.exc import SQLAlchemyError

from ledger.engine import snapshot
from ledger.errors import LedgerOutdated, LedgerUnavailable
from worker.parts import Parts
from worker.proofs.awards import prove_awards, prove_xp
from worker.proofs.days import prove_days
from worker.proofs.deliveries import prove_deliveries
from worker.proofs.facts import prove_facts, prove_keys
from worker.proofs.grants import prove_grants
from worker.proofs.proof import Look, Proof
from worker.proofs.standings import prove_standings
from worker.proofs.writes import prove_writes

Prove = Callable[[Look, Proof], None]
PROOFS: tuple[tuple[str, str, Prove], ...] = (
    ("deliveries", "every accepted delivery is in one state and led to what it told", prove_deliveries),
    ("facts", "every version led to its fact", prove_facts),
    ("keys", "no delivery, version, fact or award can be kept twice", prove_keys),
    ("awards", "everything settled is paid once, under its own key", prove_awards),
    ("XP", "the awards of each rep come to what was written as ours", prove_xp),
    ("day totals", "each call counts once, and the day totals are the facts'", prove_days),
    ("standings", "every row says its standing, or is queued", prove_standings),
    ("grants", "no badge and no rank is lost", prove_grants),
    ("writes", "no write is forgotten", prove_writes),
)


def prove_ledger(parts: Parts) -> Iterator[Proof]:
    """One proof after the other, as each is done; all see the same state, and memory does not grow with the facts.

    Errors: `LedgerUnavailable`, `LedgerOutdated`.
    """
    with snapshot(parts.engine) as connection:
        yield from proofs_of(Look(connection, parts))


def proofs_of(look: Look) -> Iterator[Proof]:
    """All proofs of what is seen there."""
    for name, claim, prove in PROOFS:
        proof = Proof(name, claim)
        _made(prove, look, proof)
        yield proof


def _made(prove: Prove, look: Look, proof: Proof) -> None:
    """A proof that breaks tells the error's class alone: its message may quote a record."""
    try:
        prove(look, proof)
    except (LedgerUnavailable, LedgerOutdated, SQLAlchemyError):
        raise
    except Exception as error:
        proof.tell(proof.name, f"the proof broke ({type(error).__name__})", "a proof", "report it: a bug of repsync's")
