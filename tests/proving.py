"""What the proofs of `repsync audit` find off."""

from typing import Any

from floor import Floor

from ledger.engine import rolled_back, transaction
from worker.proofs.proof import Discrepancy, Look
from worker.proofs.prove import proofs_of, prove_ledger
from worker.proofs.rows import prove_rows

Off = tuple[str, str]


def discrepancies(floor: Floor) -> list[tuple[str, Discrepancy]]:
    """All that is off in the ledger, under the proof's name."""
    return [(proof.name, each) for proof in prove_ledger(floor.parts) for each in proof.discrepancies]


def figures(floor: Floor, name: str) -> dict[str, int]:
    """What a proof of the ledger counted."""
    return next(proof.figures for proof in prove_ledger(floor.parts) if proof.name == name)


def off_if(floor: Floor, statement: str, **values: Any) -> list[Off]:
    """The proofs and subjects that are off once the statement is done; it is taken back again."""
    with rolled_back(floor.parts.engine) as connection:
        done = connection.exec_driver_sql(statement, values)
        assert done.rowcount != 0, "the damage damages nothing"
        proofs = list(proofs_of(Look(connection, floor.parts)))
    return [(proof.name, each.subject) for proof in proofs for each in proof.discrepancies]


def spoil(floor: Floor, statement: str, **values: Any) -> None:
    """Changes the ledger behind repsync's back."""
    with transaction(floor.parts.engine) as connection:
        connection.exec_driver_sql(statement, values)


def rows_off(floor: Floor) -> list[Discrepancy]:
    """All that is off in Twenty's rows; nobody waits for one to stand still."""
    return prove_rows(floor.parts, wait=lambda _: None).discrepancies
