"""Workspace members: a rep's name, and the time zone that gives each fact its day."""

from collections.abc import Sequence

from sqlalchemy import Connection

from ledger.attribution import facts_assigned_under
from ledger.dirty import mark_workers_dirty
from ledger.facts import load_facts_of, unattributed_to
from ledger.locks import hold_names
from ledger.members import load_members, save_members
from ledger.reps import lock_reps
from ledger.totals import add_to_totals, clear_totals
from programs.progression.attribution import select_value
from programs.progression.day_totals import day_totals
from schemas.records import WorkspaceMemberRecord
from worker.parts import Parts
from worker.time_zones import zones


def keep_members(connection: Connection, members: Sequence[WorkspaceMemberRecord], parts: Parts) -> set[str]:
    """Keeps names and time zones; a rep who is new or changed is counted anew, in the right time zone.

    Returns the keys of facts that may have become somebody's, or somebody else's: RedHawk may name a member before
    Twenty does, and leads are assigned to names, which a deleted member leaves to a live one.
    """
    if not members:
        return set()
    newest = {member.id: member for member in sorted(members, key=lambda member: member.updated_at)}
    rows = [
        {
            "id": m.id,
            "name": m.name,
            "time_zone": m.time_zone,
            "updated_at": m.updated_at,
            "deleted_at": m.deleted_at,
        }
        for _, m in sorted(newest.items())
    ]
    before = load_members(connection, list(newest))
    changed = save_members(connection, rows)
    if not changed:
        return set()
    hold_names(connection)
    for rep in sorted(lock_reps(connection, changed)):
        zone = zones(load_members(connection, [rep]), [rep], parts.rules.time_zone)
        facts = {kept.fact.key: kept for kept in load_facts_of(connection, rep)}
        clear_totals(connection, rep)
        add_to_totals(connection, day_totals(facts, zone, parts.rules))
    mark_workers_dirty(connection, changed)
    after = load_members(connection, changed)
    names = {known[rep].name for known in (before, after) for rep in changed if rep in known}
    return unattributed_to(connection, changed) | facts_assigned_under(connection, set(map(select_value, names)))
