"""A crowd of reps in the sandbox Twenty, and the call notes that they write."""

import json
from collections.abc import Sequence
from datetime import datetime
from itertools import count

from sandbox.twenty import SandboxTwenty
from sandbox.twenty.clock import to_stamp
from sandbox.twenty.schema import Row

# Every twentieth call sets an appointment, which waits for the watermark.
APPOINTMENT_EVERY = 20


def rep_id(number: int, prefix: str = "20202020") -> str:
    """A workspace member's id."""
    return f"{prefix}-0000-4000-8000-{number:012x}"


def put_reps(twenty: SandboxTwenty, number: int) -> list[str]:
    """So many members, whose ids are returned."""
    reps = [rep_id(n) for n in range(number)]
    for n, rep in enumerate(reps):
        twenty.put("workspaceMembers", {"id": rep, "name": {"firstName": "Rep", "lastName": str(n)}})
    return reps


def title(number: int, *, appointment: bool | None = None) -> str:
    """A call's title; each is of another lead's name, so that no two are twins."""
    sets = number % APPOINTMENT_EVERY == 0 if appointment is None else appointment
    outcome = "APPOINTMENT" if sets else "CONTACT" if number % 3 == 0 else "NO_ANSWER"
    return f"Call - {outcome} | {number % 5}:{number % 60:02} | Lead {number}"


def author(rep: str) -> Row:
    """`createdBy` of what a rep wrote."""
    return {"source": "MANUAL", "workspaceMemberId": rep, "name": "", "context": {}}


class Desk:
    """Reps at work in turn: each `write` is one note more, which Twenty tells of."""

    def __init__(self, twenty: SandboxTwenty, reps: Sequence[str]) -> None:
        self._sessions = [twenty.as_member(rep) for rep in reps]
        self._numbers = count(1)

    def write(self, *, appointment: bool) -> None:
        """Another call note, which sets an appointment or not."""
        number = next(self._numbers)
        row = {"title": title(number, appointment=appointment)}
        self._sessions[number % len(self._sessions)].create("notes", row)


def note_row(note_id: str, rep: str, number: int, at: datetime) -> Row:
    """A call note as Twenty's pages hold it."""
    stamp = to_stamp(at)
    row = {
        "id": note_id,
        "title": title(number),
        "bodyV2": {"markdown": None, "blocknote": None},
        "createdBy": author(rep),
        "createdAt": stamp,
        "updatedAt": stamp,
        "deletedAt": None,
    }
    return dict(json.loads(json.dumps(row)))
