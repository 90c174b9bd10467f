"""What other rules would change for each rep: the real thing, done twice and rolled back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from ledger.engine import rolled_back, transaction, undone
from ledger.forgotten import forgotten_reps
from ledger.locks import share_names
from ledger.members import load_members
from ledger.rebuilding import ranks_granted, rep_ids
from ledger.reps import lock_reps
from programs.progression.row_json import Json
from programs.progression.rules import Rules
from programs.progression.standing_changes import Change, standing_changes
from worker.outlook import outlook
from worker.parts import Parts


@dataclass(frozen=True, slots=True)
class RepChanges:
    """A rep (and the name, if a sweep brought it) and what would be otherwise; nothing if all stays."""

    rep: str
    name: str | None
    changes: tuple[Change, ...]


def count_reps(parts: Parts) -> int:
    """How many reps `rules_diff` compares."""
    with transaction(parts.engine) as connection:
        return len(_reps(connection))


def ranks_not_in(parts: Parts, rules: Rules) -> list[str]:
    """Ranks that reps were granted, for good, and that the rules do not have: no standing can be computed by these."""
    with transaction(parts.engine) as connection:
        return sorted(ranks_granted(connection) - {rank.code for rank in rules.ranks})


def rules_diff(parts: Parts, rules: Rules) -> Iterator[RepChanges]:
    """Each rep's changes, should `rules` come into force, everything be rebuilt and published.

    Awards that are there keep their amounts. A rep is locked for as long as it takes to compute that one's standing
    twice; the ledger stays as it is.
    """
    with transaction(parts.engine) as connection:
        reps = _reps(connection)
        members = load_members(connection, reps)
    for rep in reps:
        with rolled_back(parts.engine) as connection:
            share_names(connection)
            lock_reps(connection, [rep])
            before, after = (_outlook(connection, rep, each) for each in (parts, replace(parts, rules=rules)))
        name = members[rep].name if rep in members else None
        yield RepChanges(rep, name, standing_changes(before, after))


def _reps(connection: Connection) -> list[str]:
    """Who was forgotten stands nowhere."""
    forgotten = forgotten_reps(connection)
    return [rep for rep in rep_ids(connection) if rep not in forgotten]


def _outlook(connection: Connection, rep: str, parts: Parts) -> Mapping[str, Json]:
    with undone(connection):
        return outlook(connection, rep, parts)
