"""A check's outcome, as data."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from ledger.errors import LedgerUnavailable

Verdict = Literal["pass", "warn", "fail", "skipped"]


class Finding(NamedTuple):
    """What a check found. `cure` says what to do about it; empty when there is nothing to do."""

    verdict: Verdict
    told: str
    cure: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """A line of the doctor's. Holds no secret and no text of a note."""

    name: str
    verdict: Verdict
    told: str
    cure: str


class NotSeen(Exception):
    """A check can't be made, because of something that another check tells of."""


def passed(told: str) -> Finding:
    """All is well."""
    return Finding("pass", told)


def warned(told: str, cure: str) -> Finding:
    """Something works worse than it could, or needs a person some day."""
    return Finding("warn", told, cure)


def failed(told: str, cure: str) -> Finding:
    """Something does not work."""
    return Finding("fail", told, cure)


def skipped(told: str) -> Finding:
    """Not looked at, and why."""
    return Finding("skipped", told)


def checked(name: str, look: Callable[[], Finding]) -> Check:
    """The check's line; one that breaks fails, under the error's class alone: its message may quote a record."""
    try:
        finding = look()
    except NotSeen as why:
        finding = skipped(str(why))
    except LedgerUnavailable as away:
        finding = failed(f"PostgreSQL went away ({away})", "Run the doctor again when it is back.")
    except Exception as error:
        finding = failed(f"the check itself broke ({type(error).__name__})", "Report it: this is a bug of repsync's.")
    return Check(name, *finding)
