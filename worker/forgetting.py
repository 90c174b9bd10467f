"""Forgetting a rep who left: first nothing more is read or published, then what tells of the person is taken out.

Each step is a transaction of its own; the same command goes on where one was killed, and doing it again changes
nothing.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from ledger import audit
from ledger.attribution import facts_assigned_under, member_names
from ledger.engine import snapshot, transaction
from ledger.erasing import (
    Held,
    erase_accounts,
    erase_assignments,
    erase_audit_rows,
    erase_deliveries,
    erase_readings,
    erase_writes,
    held_of,
)
from ledger.forgotten import forgotten_at, is_known, remove_name, set_forgotten
from ledger.inbox import release
from ledger.inbox_queries import newest_delivery
from ledger.kept_board import leave_board
from ledger.locks import hold_forgotten, hold_names
from ledger.members import load_members
from ledger.rep_list import members_known_as
from ledger.reps import lock_reps
from programs.progression.attribution import select_value
from programs.progression.forgetting import hidden
from worker.auditing import Cause
from worker.facts_anew import read_anew
from worker.parts import Parts

AT_ONCE = 2_000
Progress = Callable[[int, int], None]


class CannotForget(Exception):
    """It is not clear who is meant. The message says what to do."""


@dataclass(frozen=True, slots=True)
class Leaver:
    """Who is to be forgotten, what the ledger holds of them, and since when they are forgotten, if they are.

    `name` is None where it is not known, or not any more.
    """

    rep: str
    name: str | None
    held: Held
    forgotten_at: datetime | None


@dataclass(frozen=True, slots=True)
class Erased:
    """How many rows were changed; `readings` are facts and versions."""

    deliveries: int
    readings: int
    writes: int
    audit_rows: int
    leads: int


def find_leaver(parts: Parts, word: str) -> Leaver:
    """The member or rep with this id, or the member with exactly this name. Errors: `CannotForget`."""
    with snapshot(parts.engine) as connection:
        found = [word] if is_known(connection, word) else members_known_as(connection, word) if word else []
        if len(found) > 1:
            raise CannotForget(f"{len(found)} workspace members are called {word!r}. Give the id: {', '.join(found)}.")
        if not found:
            raise CannotForget(f"No workspace member has the id or the name {word!r}; who was forgotten has no name.")
        name = _name(connection, found[0])
        return Leaver(found[0], name or None, held_of(connection, found[0]), forgotten_at(connection, found[0]))


def forget(parts: Parts, rep: str, by: str, progress: Progress) -> Erased:
    """Forgets the rep for good; `by` is who asked for it, `progress` hears how many of how many deliveries are read."""
    with transaction(parts.engine) as connection:
        name = _name(connection, rep)
        _mark(connection, rep, name, by)
    with transaction(parts.engine) as connection:
        readings, written = erase_readings(connection, rep), erase_writes(connection, rep)
        rows = erase_audit_rows(connection, rep)
        erase_accounts(connection, rep)
    emptied = _empty_deliveries(parts, rep, _as_bytes(rep, name), progress)
    with transaction(parts.engine) as connection:
        leads = _let_go_of_name(connection, rep, name, Cause(by, "repsync forget"), parts)
    return Erased(emptied, readings, written, rows, leads)


def _name(connection: Connection, rep: str) -> str:
    member = load_members(connection, [rep]).get(rep)
    return member.name if member else ""


def _mark(connection: Connection, rep: str, name: str, by: str) -> None:
    """From the end of this transaction on nothing of the rep is read or published; digests that run are waited for."""
    hold_forgotten(connection)
    known = lock_reps(connection, [rep])[rep].forgotten
    value = select_value(name)
    set_forgotten(connection, rep, hidden(value) if value else None)
    leave_board(connection, rep)
    if not known:
        audit.add(connection, actor=by, action="forget", subject=f"rep:{rep}", rep=rep, cause="repsync forget")


def _as_bytes(rep: str, name: str) -> list[bytes]:
    """By what a delivery tells of the rep: the member's id, the full name, and that as assignedRep writes it."""
    full, value = name.strip(), select_value(name)
    named = [full.encode(), json.dumps(full)[1:-1].encode()] if " " in full else []
    return [rep.encode(), *named, *([f'"{value}"'.encode()] if value else [])]


def _empty_deliveries(parts: Parts, rep: str, names: list[bytes], progress: Progress) -> int:
    with transaction(parts.engine) as connection:
        last = newest_delivery(connection)
    emptied = 0
    for after in range(0, last, AT_ONCE):
        with transaction(parts.engine) as connection:
            emptied += erase_deliveries(connection, rep, names, after, after + AT_ONCE)
        progress(min(after + AT_ONCE, last), last)
    return emptied


def _let_go_of_name(connection: Connection, rep: str, name: str, cause: Cause, parts: Parts) -> int:
    """The name is gone, and leads that were assigned under it are nobody's, unless another member has it too."""
    hold_forgotten(connection)
    hold_names(connection)
    value = select_value(name)
    hanging = facts_assigned_under(connection, {value}) if value else set()
    remove_name(connection, rep)
    taken = value in map(select_value, member_names(connection).values())
    leads = 0 if taken or not value else erase_assignments(connection, value)
    release(connection, sorted(read_anew(connection, hanging, parts, cause=cause).attributed))
    return leads
