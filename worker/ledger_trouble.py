"""Whose fault a failure is while something is digested or planned: the ledger's own, of a moment, or the record's."""

from typing import Literal

from rq.timeouts import BaseTimeoutException
from sqlalchemy.exc import DBAPIError

from ledger.errors import LedgerUnavailable

Whose = Literal["ledger", "passing", "record"]

# SQLSTATEs and their classes (PostgreSQL, appendix A). Of the ledger: no connection, read-only, not allowed, a schema
# of another release, a full disk, too many connections, shutting down, broken files.
_LEDGER = (
    "08",
    "0A",
    "25",
    "26",
    "28",
    "3D",
    "3F",
    "42501",
    "42703",
    "42704",
    "42883",
    "42P01",
    "53100",
    "53300",
    "57P",
    "58",
    "F0",
    "XX001",
    "XX002",
)
# Of a moment: a deadlock, a lock, memory, a statement that was cancelled. It may meet one record time and again.
_PASSING = ("40", "53", "55", "57", "72", "XX")


def whose_trouble(error: Exception) -> Whose:
    """`ledger`: whatever is digested now fails, also as RQ ends the job, whose time is over. `passing`: the same
    statements may succeed in a while. `record`: they fail again, as what the record holds can't be kept, or by a fault
    of ours.
    """
    if isinstance(error, BaseTimeoutException):
        return "ledger"
    if isinstance(error, DBAPIError):
        state = getattr(error.orig, "sqlstate", None) or "08"
    elif isinstance(error, LedgerUnavailable):
        state = error.sqlstate or "08"
    else:
        return "record"
    if state.startswith(_LEDGER):
        return "ledger"
    return "passing" if state.startswith(_PASSING) else "record"
