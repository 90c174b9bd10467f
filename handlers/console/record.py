"""/console/records/<object>/<id>: the way of one note or opportunity, from its deliveries to the rep's row."""

from flask import Blueprint, abort, render_template

from accounts.errors import UnknownRecord
from accounts.record_way import ObjectName, RecordWay, record_way
from accounts.words import FOUND_BY, minutes, reason, what
from handlers.console.access import needs
from handlers.console.parts import ConsoleParts
from ledger.engine import snapshot
from ledger.record_queries import KeptVersion
from schemas.payloads import LONGEST_ID, storable

OBJECTS: dict[str, ObjectName] = {"note": "note", "opportunity": "opportunity"}


def record_routes(console: Blueprint, parts: ConsoleParts) -> None:
    """GET /console/records/note/<id> and …/opportunity/<id>."""

    @console.get("/records/<object_name>/<record_id>")
    @needs("viewer")
    def record(object_name: str, record_id: str) -> str:
        way = _way(parts, object_name, record_id)
        words = {"what": what, "reason": reason, "found_by": FOUND_BY, "read_as": read_as, "state_of": state_of}
        return render_template("console/record.html", way=way, **words)


def read_as(version: KeptVersion) -> str:
    """How a version was read; of a note's text only the disposition is known."""
    content = version.content
    if "person_id" in content:
        return f"person {content['person_id']}"
    if "form" not in content:
        return f"stage {content['stage']}"
    said = f"{content['disposition'] or 'no disposition'}, {minutes(content['duration_s'])}"
    return f"{content['kind']} {content['form']}: {said} (from {content['how']})"


def state_of(version: KeptVersion) -> str:
    """`live`, `deleted` or `destroyed`."""
    return "destroyed" if version.destroyed_at else "deleted" if version.deleted_at else "live"


def _way(parts: ConsoleParts, object_name: str, record_id: str) -> RecordWay:
    found = OBJECTS.get(object_name)
    if found is None or storable(record_id) != record_id or len(record_id) > LONGEST_ID:
        abort(404)
    try:
        with snapshot(parts.engine) as connection:
            return record_way(connection, found, record_id)
    except UnknownRecord:
        abort(404)
