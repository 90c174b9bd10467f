"""What happens to call notes afterwards: corrections, deletions, second thoughts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Literal

from sandbox.floor.notes import Meant, told

Kind = Literal["update", "soft_delete", "restore", "destroy"]

_EDITED = 0.05
_REMOVED = 0.03
_OTHER_OUTCOME = 0.35


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a note at a time; `meant` is what an update makes it say."""

    at: datetime
    kind: Kind
    meant: Meant | None = None


def changes(meant: Meant, at: datetime, rng: Random, *, outcomes: Sequence[str], lossy: bool) -> tuple[Change, ...]:
    """What becomes of a note that stands alone. It is corrected within the rep's `outcomes`; without any, never.

    An appointment is not removed: ranks hang on it, and would then hang on when somebody looked.
    """
    if outcomes and rng.random() < _EDITED:
        return _edit(_corrected(meant, outcomes, rng), meant, at, rng, lossy=lossy)
    if meant.disposition != "APPOINTMENT" and rng.random() < _REMOVED:
        return _removal(at, rng, lossy=lossy)
    return ()


def twin_changes(
    first: Meant, at: datetime, rng: Random, *, lossy: bool
) -> tuple[tuple[Change, ...], tuple[Change, ...]]:
    """What becomes of twin notes: the first is corrected in its duration alone, as the outcome makes them twins;
    or the first goes, and the other carries the call; or both go."""
    if rng.random() < _EDITED:
        return _edit(_other_duration(first, rng), first, at, rng, lossy=lossy), ()
    if rng.random() < _REMOVED:
        of_first = _removal(at, rng, lossy=lossy)
        return of_first, of_first if rng.random() < 0.5 else ()
    return (), ()


def _edit(after: Meant, before: Meant, at: datetime, rng: Random, *, lossy: bool) -> tuple[Change, ...]:
    if lossy and not _keeps_its_worth(before, after):
        return ()
    return (Change(_later(at, rng), "update", after),)


def _keeps_its_worth(before: Meant, after: Meant) -> bool:
    """Whether the newest version alone tells all that the call earned."""
    appointed = "APPOINTMENT"
    return after.reasons >= before.reasons and (before.disposition != appointed or after.disposition == appointed)


def _corrected(meant: Meant, outcomes: Sequence[str], rng: Random) -> Meant:
    if rng.random() > _OTHER_OUTCOME:
        return _other_duration(meant, rng)
    disposition = rng.choice([word for word in outcomes if word != meant.disposition])
    return told("V1", disposition, meant.duration_s or 45)


def _other_duration(meant: Meant, rng: Random) -> Meant:
    seconds = meant.duration_s or 0
    return replace(meant, duration_s=rng.choice((seconds // 3 + 1, seconds * 2 + 60)))


def _removal(at: datetime, rng: Random, *, lossy: bool) -> tuple[Change, ...]:
    """Deleted, and half the time restored or, on a floor where nothing is lost, destroyed."""
    deleted_at = _later(at, rng)
    deleted = Change(deleted_at, "soft_delete")
    fate = rng.choice(("deleted", "deleted", "restored", "destroyed", "destroyed at once"))
    if fate == "restored":
        return deleted, Change(_later(deleted_at, rng), "restore")
    if lossy or fate == "deleted":
        return (deleted,)
    destroyed = Change(_later(deleted_at, rng), "destroy")
    return (destroyed,) if fate == "destroyed at once" else (deleted, destroyed)


def _later(at: datetime, rng: Random) -> datetime:
    return at + timedelta(minutes=rng.uniform(3, 45))
