"""A proof's outcome, as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import Connection

from ledger.proof_queries.deviations import MOST_SHOWN, Deviations
from worker.parts import Parts

REBUILD = "`repsync rebuild {rep}`"
SYNC = "publish the rep anew: `POST /api/reps/{rep}/sync`"
RESTORE = "bring the ledger's backup back; until then Twenty's row keeps the XP, as carried"
REREAD = "`repsync rebuild --from-twenty`, which reads Twenty again"
BY_HAND = "report it; XP that was paid stays paid until a person takes it back"


class Look(NamedTuple):
    """One state of the ledger, read only, and what it is judged by."""

    connection: Connection
    parts: Parts


class Discrepancy(NamedTuple):
    """What is otherwise than it should be, of what (`rep …`, a fact's key, `delivery 7`), and what to do next.

    Holds no secret and no text of a note.
    """

    subject: str
    found: str
    expected: str
    cure: str


@dataclass(slots=True)
class Proof:
    """What a proof looked at (`figures`), and what it found otherwise than it claims: how many, the first 50 each."""

    name: str
    claim: str
    figures: dict[str, int] = field(default_factory=dict)
    off: int = 0
    discrepancies: list[Discrepancy] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether nothing is off."""
        return self.off == 0

    def count(self, figures: Mapping[str, int]) -> None:
        """Adds to the figures."""
        for name, number in figures.items():
            self.figures[name] = self.figures.get(name, 0) + number

    def tell(self, subject: str, found: str, expected: str, cure: str, rep: str | None = None) -> None:
        """One thing more is off; ` {rep}` in the cure becomes whose it is."""
        self.off += 1
        if len(self.discrepancies) < MOST_SHOWN:
            named = cure.replace(" {rep}", f" {rep}" if rep else "").replace("{rep}", rep or "REP")
            self.discrepancies.append(Discrepancy(subject, found, expected, named))

    def tell_all(self, deviations: Deviations, cure: str) -> None:
        """So are all these."""
        for each in deviations.shown:
            self.tell(each.subject, each.found, each.expected, cure, each.rep)
        self.off += deviations.total - len(deviations.shown)


def proof_json(proof: Proof) -> dict[str, object]:
    """{name, claim, holds, figures, off, discrepancies: [{subject, found, expected, cure}]}."""
    return {
        "name": proof.name,
        "claim": proof.claim,
        "holds": proof.holds,
        "figures": proof.figures,
        "off": proof.off,
        "discrepancies": [each._asdict() for each in proof.discrepancies],
    }
