"""The ways of other versions of Twenty: what differs on the wire from 2.21, which was recorded.

All of it is from the contract's *src* remarks: read in Twenty's source, never recorded. The sandbox keeps the
same rows for every version; only what is told and understood differs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from sandbox.twenty.changes import Change

Names = Mapping[str, str | None]
"""A version's own names by those of 2.21; None for what the version does not have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaysOfVersion:
    """`most_records` is the most that a page or a batch may hold. `names` are by the plural of the object.

    `bare_metadata` says that lists of metadata come as `{"data": [...]}`, `restores_by_id` that there is a route
    `PATCH /rest/notes/<id>/restore`, `tells_limits` that a 429 carries Retry-After and X-RateLimit headers,
    `replica_lag_s` how long ago the rows were that a list shows.
    """

    most_records: int = 200
    names: Mapping[str, Names] = field(default_factory=lambda: MappingProxyType({}))
    bare_metadata: bool = False
    restores_by_id: bool = False
    tells_limits: bool = False
    replica_lag_s: float = 0.0

    def told_row(self, plural: str, row: Mapping[str, Any]) -> dict[str, Any]:
        """A row with this version's names."""
        names = self.names.get(plural, {})
        return {told: value for name, value in row.items() if (told := names.get(name, name)) is not None}

    def told(self, change: Change) -> Change | None:
        """A change as this version tells it; None when it has no name for anything that changed."""
        plural = change.kind.plural
        if plural not in self.names:
            return change
        row = self.told_row(plural, change.row)
        if change.updated_fields is None:
            return replace(change, row=row)
        names = list(self.told_row(plural, dict.fromkeys(change.updated_fields)))
        return replace(change, row=row, updated_fields=names) if names else None


def _older_names() -> Mapping[str, Names]:
    targets = {"Person": "person", "Company": "company", "Opportunity": "opportunity"}
    renamed = {f"target{new}{end}": f"{old}{end}" for new, old in targets.items() for end in ("", "Id")}
    return MappingProxyType(
        {"noteTargets": MappingProxyType(renamed), "opportunities": MappingProxyType({"owner": None, "ownerId": None})}
    )


V2_21 = WaysOfVersion()
"""The version that was recorded."""

OLDER = WaysOfVersion(most_records=60, names=_older_names())
"""Before 1.6: 60 records, noteTargets with `personId`, opportunities without `ownerId`."""

NEWER = WaysOfVersion(bare_metadata=True, restores_by_id=True, tells_limits=True)
"""After 2.21, with the flag for bare metadata on."""
