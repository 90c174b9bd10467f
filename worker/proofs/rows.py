"""The proof that Twenty's rows hold what was written there."""

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from sqlalchemy import Engine

from ledger.engine import snapshot
from ledger.proof_queries.rows import RememberedRow, remembered_rows, rows_to_compare
from ledger.rep_rows import known_row_ids
from programs.progression.rep_rows import RepRows
from programs.progression.row_proofs import Cure, Lack, row_lacks
from programs.progression.rules import Rules
from twenty_client.urgency import Urgency
from worker.linger import MOST_REPS
from worker.parts import Parts
from worker.proofs.proof import SYNC, Proof
from worker.rows import RowSource

MOST_LOOKS = 4
SETTLES_S = 2.0  # a publisher's read, write and remembering take less
_CURES: Mapping[Cure, str] = {
    "publish": SYNC,
    "next write": "nothing: the rep's next write sets it",
    "delete": "delete in Twenty the row that does not count",
}
CLAIM = "each rep has one row in Twenty, which holds what was written"


def prove_rows(parts: Parts, wait: Callable[[float], None] = time.sleep) -> Proof:
    """Reads the rows of all reps ever published, 60 a call, behind publishers and beside sweeps.

    One that is to be written is `queued`; one that is written while it is looked at is looked at again, and `in
    motion` in the end. Errors: `LedgerUnavailable`, and those of `twenty_client.errors`.
    """
    proof = Proof("rows in Twenty", CLAIM)
    comparison = Comparison(replace(parts, twenty=parts.twenty.at(Urgency.SWEEP)), wait)
    with snapshot(parts.engine) as connection:
        reps = rows_to_compare(connection)
    for at in range(0, len(reps), MOST_REPS):
        comparison.compare(reps[at : at + MOST_REPS], proof)
    return proof


class Comparison:
    """Looks at rows as often as it takes to see them stand still."""

    def __init__(self, parts: Parts, wait: Callable[[float], None]) -> None:
        self._engine: Engine = parts.engine
        self._rules: Rules = parts.rules
        self._source = RowSource(parts.twenty)
        self._wait = wait

    def compare(self, reps: Collection[str], proof: Proof) -> None:
        """Tells what these reps' rows lack, after a few looks each."""
        left: Collection[str] = reps
        for look in range(1, MOST_LOOKS + 1):
            left = self._look(list(left), proof, last=look == MOST_LOOKS)
            if not left:
                return
            self._wait(SETTLES_S)

    def _look(self, reps: list[str], proof: Proof, *, last: bool) -> list[str]:
        """Returns whom to look at again: all that were in motion, or lack something."""
        with snapshot(self._engine) as connection:
            before, ids = remembered_rows(connection, reps), known_row_ids(connection, reps)
        rows = self._source.read(reps, ids)
        with snapshot(self._engine) as connection:
            after = remembered_rows(connection, reps)
        return [rep for rep in reps if not self._judged(rep, rows[rep], before[rep], after[rep], proof, last=last)]

    def _judged(
        self, rep: str, rows: RepRows, before: RememberedRow, after: RememberedRow, proof: Proof, *, last: bool
    ) -> bool:
        moved = before.mark != after.mark
        found = [] if after.waits or moved else list(row_lacks(rows, after.written, self._source.fields, self._rules))
        if (moved or found) and not last:
            return False
        condition = "in motion" if moved else "queued" if after.waits else "compared"
        proof.count({condition: 1, "with more XP by others": rows.row.total_xp > after.written.total_xp})
        _tell(rep, found, proof)
        return True


def _tell(rep: str, found: Collection[Lack], proof: Proof) -> None:
    for lack in found:
        proof.tell(f"rep {rep}", lack.found, lack.expected, _CURES[lack.cure], rep)
