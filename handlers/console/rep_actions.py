"""What ops can do about a rep: sync now, rebuild. The answer is the audit row: who did it, and what changed."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from accounts.errors import UnknownRep
from accounts.rep_account import rep_standing
from handlers.console.access import needs, signed_in
from handlers.console.parts import ConsoleParts, Rebuilt
from ledger import audit
from ledger.audit_queries import AuditRecord, audit_record
from ledger.engine import snapshot, transaction
from programs.progression.standing_changes import standing_changes
from schemas.payloads import storable

SYNC, REBUILD = "rep synced", "rep rebuilt"
BUSY = "busy"


def rep_action_routes(console: Blueprint, parts: ConsoleParts) -> None:
    """POST /console/reps/<rep>/sync and …/rebuild, then back to the rep's page, which tells what came of it."""

    @console.post("/reps/<rep>/sync")
    @needs("ops")
    def rep_sync(rep: str) -> ResponseReturnValue:
        before = _standing(parts, rep)
        synced = parts.sync(rep)
        changes = standing_changes(before, _standing(parts, rep))
        old, new = ({each.what: getattr(each, side) for each in changes} for side in ("before", "after"))
        return _told(parts, rep, SYNC, old, {"outcome": synced.outcome, "reason": synced.reason, "changed": new})

    @console.post("/reps/<rep>/rebuild")
    @needs("ops")
    def rep_rebuild(rep: str) -> ResponseReturnValue:
        _standing(parts, rep)
        found = parts.rebuild(rep)
        return _told(parts, rep, REBUILD, {}, _figures(found) if found else {"outcome": BUSY})


def done_action(connection: Connection, rep: str, record_id: str) -> AuditRecord | None:
    """The audit row of an action on this rep; None for what is none."""
    if not (record_id.isascii() and record_id.isdecimal() and len(record_id) < 19):
        return None
    found = audit_record(connection, int(record_id))
    return found if found and found.rep == rep and found.action in (SYNC, REBUILD) else None


def _standing(parts: ConsoleParts, rep: str) -> Mapping[str, Any]:
    if storable(rep) != rep:
        abort(404)
    try:
        with snapshot(parts.engine) as connection:
            return rep_standing(connection, rep).rep.standing or {}
    except UnknownRep:
        abort(404)


def _figures(found: Rebuilt) -> dict[str, Any]:
    differed = {
        "facts": found.facts,
        "decisions about twins": found.decisions,
        "day totals": found.days,
        "standings": found.standings,
    }
    return {"outcome": "same" if found.same else "corrected", "records": found.records, "changed": differed}


def _told(
    parts: ConsoleParts, rep: str, action: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> ResponseReturnValue:
    with transaction(parts.engine) as connection:
        row = audit.add(
            connection, actor=signed_in().name, action=action, subject=f"rep:{rep}", rep=rep, before=before, after=after
        )
    return redirect(url_for("console.rep", rep=rep, done=row), 303)
