"""/console/audit: what the last audit proved, who did what, and the rules in force."""

from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from accounts.errors import NothingToTell
from accounts.rep_account import find_rep
from handlers.console.access import needs, signed_in
from handlers.console.parts import ConsoleParts
from handlers.console.rule_meanings import SOURCES, rule_groups, told_value
from ledger import audit as audit_rows
from ledger.audit_queries import AuditFilter, audit_choices, audit_records
from ledger.audit_runs import ask_for_audit, last_audits
from ledger.engine import snapshot, transaction
from schemas.payloads import storable

PAGE = 50
RUNS = 10
LONGEST_WORD = 200
LONGEST_ROW_ID = 19  # a bigint has no more digits
WORDS = ("actor", "action", "subject", "rep", "since", "until")


def audit_routes(console: Blueprint, parts: ConsoleParts) -> None:
    """GET /console/audit?actor=&action=&subject=&rep=&since=&until=&before=, POST /console/audit/run."""

    @console.get("/audit")
    @needs("viewer")
    def audit() -> str:
        return render_template("console/audit.html", **_looked(parts))

    @console.post("/audit/run")
    @needs("ops")
    def audit_run() -> ResponseReturnValue:
        with transaction(parts.engine) as connection:
            ask_for_audit(connection, signed_in().name)
            audit_rows.add(connection, actor=signed_in().name, action="audit asked for", subject="ledger")
        return redirect(url_for("console.audit"), 303)


def _looked(parts: ConsoleParts) -> dict[str, Any]:
    with snapshot(parts.engine) as connection:
        told = _runs(connection) | _log(connection)
    rules = {"rules": rule_groups(parts.rule_values), "rules_version": parts.rules.version}
    return told | rules | {"sources": SOURCES, "told_value": told_value}


def _runs(connection: Connection) -> dict[str, Any]:
    """The one that waits or is at work, the last that ended, and those before."""
    runs = last_audits(connection, RUNS)
    return {
        "waiting": next((run for run in runs if run.finished_at is None), None),
        "last": next((run for run in runs if run.finished_at is not None), None),
        "runs": runs,
    }


def _log(connection: Connection) -> dict[str, Any]:
    """A page of the audit log, and where the pages before and after it are."""
    asked = {name: _word(name) for name in WORDS}
    before = _row_id(_word("before"))
    wanted, unknown = _filter(connection, asked)
    found = [] if unknown else audit_records(connection, wanted, before, PAGE + 1)
    actors, actions = audit_choices(connection)
    return {
        "rows": found[:PAGE],
        "older": _address(asked, before=f"{found[PAGE - 1].id}") if len(found) > PAGE else None,
        "newest": _address(asked) if before else None,
        "asked": asked,
        "unknown": unknown,
        "actors": actors,
        "actions": actions,
    }


def _row_id(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < LONGEST_ROW_ID else None


def _word(name: str) -> str:
    """PostgreSQL need not see what it can't hold."""
    text = request.args.get(name, "").strip()[:LONGEST_WORD]
    return text if storable(text) == text else ""


def _address(asked: dict[str, str], **more: str) -> str:
    said = {name: word for name, word in {**asked, **more}.items() if word}
    return f"{url_for('console.audit')}?{urlencode(said)}#log"


def _filter(connection: Connection, asked: dict[str, str]) -> tuple[AuditFilter, str]:
    """And what of it nobody knows, in words."""
    words = {name: asked[name] or None for name in ("actor", "action", "subject")}
    since, until = _day(asked["since"]), _day(asked["until"], later=1)
    wanted = AuditFilter(**words, since=since, until=until)
    if not asked["rep"]:
        return wanted, ""
    try:
        return AuditFilter(**{**asdict(wanted), "rep": find_rep(connection, asked["rep"])}), ""
    except NothingToTell as unknown:
        return wanted, str(unknown)


def _day(text: str, later: int = 0) -> datetime | None:
    """When a day begins, or one that is so many days `later`, in UTC."""
    try:
        return datetime.combine(date.fromisoformat(text) + timedelta(days=later), time.min, UTC)
    except (ValueError, OverflowError):
        return None
