"""One run of the contract suite: what it makes in a workspace, and what of a call or a row is therefore its own.

The reps are made up: Twenty takes any id in `createdBy` from an API key, and no row of a real rep is ever touched.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from onboarding.doctor.round_trip import TITLE as DOCTORS_TITLE
from onboarding.wanted import PLURAL
from programs.progression.rep_rows import OWNER, new_row_id

MARK = "repsync contract"
SHORT = "Call - NO_ANSWER | 0:40"  # earns 2 XP at once
LONG = "Call - CONTACT | 2:05"  # earns 20 XP at once
NOBODY = str(UUID(int=0))
_ONE_ROW = re.compile(r'(?:and\()?id\[eq\]:"?([0-9a-f-]{36})"?(?:,[^()]*\)|)')
_NARROWED = ("notes", "noteTargets", "opportunities", "people", PLURAL)


@dataclass(frozen=True, slots=True)
class Call:
    """A call of repsync's."""

    method: str
    path: str
    filter: str = ""
    body: bytes = b""

    @property
    def is_metadata(self) -> bool:
        return self.path.startswith("/rest/metadata/")

    @property
    def plural(self) -> str:
        return self.path.removeprefix("/rest/").removeprefix("batch/").partition("/")[0]

    @property
    def row_id(self) -> str:
        """The one row that the path names, or the filter with what else must be so; empty if it may be more."""
        named = _ONE_ROW.fullmatch(self.filter)
        return named[1] if named else self.path.removeprefix(f"/rest/{self.plural}").strip("/")


@dataclass(frozen=True)
class Run:
    """`id` stands in every title. `began_at` is Twenty's clock; `reps` are made-up workspace members' ids."""

    began_at: datetime
    id: str = field(default_factory=lambda: uuid4().hex[:8])
    notes: set[str] = field(default_factory=set)

    @property
    def path(self) -> str:
        """Where Twenty posts to, below the receiver's address: no other webhook leads there."""
        return f"/contract-{self.id}"

    def rep(self, number: int) -> str:
        return f"{self.id}-0000-4000-8000-{number:012d}"

    def is_own_rep(self, rep: object) -> bool:
        return isinstance(rep, str) and rep.startswith(f"{self.id}-0000-4000-8000-")

    @property
    def row_ids(self) -> set[str]:
        """The ids of the rows that repsync makes for the run's reps, of whom there are at most 60."""
        return {new_row_id(self.rep(number)) for number in range(60)}

    def note(self, rep: str, call: str = SHORT) -> dict[str, Any]:
        """A new note of the run's, to be written."""
        note = str(uuid4())
        self.notes.add(note)
        created_by = {"source": "MANUAL", "workspaceMemberId": rep, "name": MARK}
        return {"id": note, "title": f"{call} | {MARK} {self.id} {len(self.notes)}", "createdBy": created_by}

    def shows(self, plural: str, row: Mapping[str, Any]) -> bool:
        """Whether repsync may see a row: that of another object than it counts or writes, or one of the run's."""
        if plural not in _NARROWED:
            return True
        return row.get("id") in self.notes or row.get("noteId") in self.notes or self.is_own_rep(row.get(OWNER))

    def allows(self, call: Call) -> bool:
        """Whether repsync may make the call: any that reads, setup's, and those that write the run's own."""
        if call.method == "GET" or call.is_metadata:
            return call.method in ("GET", "POST")
        if call.plural == PLURAL:
            return self._writes_own_rows(call)
        return call.plural == "notes" and self._writes_own_notes(call)

    def _writes_own_rows(self, call: Call) -> bool:
        if call.method == "POST":
            rows = json.loads(call.body)
            return all(row.get("id") in self.row_ids and self.is_own_rep(row.get(OWNER, self.rep(0))) for row in rows)
        return call.method == "PATCH" and call.path == f"/rest/{PLURAL}" and call.row_id in self.row_ids | {NOBODY}

    def _writes_own_notes(self, call: Call) -> bool:
        """The doctor's note, which is the run's from its first call on."""
        if call.method == "POST":
            row = json.loads(call.body)
            own = isinstance(row, dict) and str(row.get("title")) == DOCTORS_TITLE
            self.notes.update({row["id"]} if own else ())
            return own
        return call.row_id in self.notes
