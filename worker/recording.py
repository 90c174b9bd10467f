"""Recording: versions are kept, and the facts that they tell of are brought up to them."""

from collections.abc import Collection, Sequence

from sqlalchemy import Connection

from ledger.attribution import facts_led_by
from ledger.locks import hold_names, hold_records
from ledger.versions import SeenVersion, add_versions, parents_ever
from programs.progression.note_facts import note_key
from worker.facts_anew import Recorded, read_anew
from worker.parts import Parts


def record_versions(
    connection: Connection, seen: Sequence[SeenVersion], touched: Collection[str], parts: Parts
) -> Recorded:
    """Keeps the versions and brings the touched facts up to them; `touched` are fact keys."""
    touched = {*touched, *_left_notes(connection, seen)}
    hold_records(connection, touched)
    people = [version.record_id for version in seen if version.object == "person"]
    if people:
        hold_names(connection)
    add_versions(connection, seen)
    return read_anew(connection, touched | facts_led_by(connection, people), parts, seen)


def _left_notes(connection: Connection, seen: Sequence[SeenVersion]) -> set[str]:
    """The notes that a noteTarget pointed to before: their lead changes too."""
    targets = [version.record_id for version in seen if version.object == "noteTarget"]
    return {note_key(note_id) for note_id in parents_ever(connection, targets)}
