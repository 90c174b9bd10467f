"""What happens to call notes afterwards: corrections, deletions, second thoughts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Literal

from sandbox.floor.notes import SUB_THIRTY_S, TWO_PLUS_S, Meant, told

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

    On a lossy floor it is not removed: who sees it gone only can't know that it once counted.
    """
    if outcomes and rng.random() < _EDITED:
        return _edit(_corrected(meant, outcomes, rng), meant, at, rng, lossy=lossy)
    if not lossy and rng.random() < _REMOVED:
        return _removal(at, rng)
    return ()


def twin_changes(
    first: Meant, at: datetime, rng: Random, *, lossy: bool
) -> tuple[tuple[Change, ...], tuple[Change, ...]]:
    """What becomes of twin notes: the first is corrected in its duration alone, as the outcome makes them twins;
    or the first goes, and the other carries the call; or both go. On a lossy floor only the other goes."""
    if rng.random() < _EDITED:
        return _edit(_other_duration(first, rng), first, at, rng, lossy=lossy), ()
    if rng.random() < _REMOVED:
        if lossy:
            return (), (Change(_later(at, rng), "soft_delete"),)
        removal = _removal(at, rng)
        return removal, removal if rng.random() < 0.5 else ()
    return (), ()


def _edit(after: Meant, before: Meant, at: datetime, rng: Random, *, lossy: bool) -> tuple[Change, ...]:
    if lossy and _worth(before) != _worth(after):
        return ()
    return (Change(_later(at, rng), "update", after),)


def _worth(meant: Meant) -> tuple[object, ...]:
    """What counts of a note: alike before and after, the newest version alone tells all, and since when."""
    seconds = meant.duration_s
    length = None if seconds is None else (seconds < SUB_THIRTY_S, seconds > TWO_PLUS_S)
    return meant.reasons, meant.disposition == "APPOINTMENT", meant.disposition == "VOICEMAIL", length


def _corrected(meant: Meant, outcomes: Sequence[str], rng: Random) -> Meant:
    if rng.random() > _OTHER_OUTCOME:
        return _other_duration(meant, rng)
    disposition = rng.choice([word for word in outcomes if word != meant.disposition])
    return told("V1", disposition, meant.duration_s or 45)


def _other_duration(meant: Meant, rng: Random) -> Meant:
    seconds = meant.duration_s or 0
    return replace(meant, duration_s=rng.choice((seconds // 3 + 1, seconds * 2 + 60)))


def _removal(at: datetime, rng: Random) -> tuple[Change, ...]:
    """Deleted, and now and then restored or destroyed; or destroyed at once."""
    deleted_at = _later(at, rng)
    deleted = Change(deleted_at, "soft_delete")
    fate = rng.choice(("deleted", "deleted", "restored", "destroyed", "destroyed at once"))
    if fate == "deleted":
        return (deleted,)
    if fate == "restored":
        return deleted, Change(_later(deleted_at, rng), "restore")
    destroyed = Change(_later(deleted_at, rng), "destroy")
    return (destroyed,) if fate == "destroyed at once" else (deleted, destroyed)


def _later(at: datetime, rng: Random) -> datetime:
    return at + timedelta(minutes=rng.uniform(3, 45))
