"""Histories: what a call and a deal told at each time, as corrections and removals come and go."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest

from sandbox.floor.calls import Call, CallNote
from sandbox.floor.deals import Deal
from sandbox.floor.notes import Meant


@dataclass(frozen=True, slots=True)
class Told:
    """From `since` until `until` (None: to the end) `note` told of the call, and said `meant`."""

    note: CallNote
    meant: Meant
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Stood:
    """From `since` until `until` (None: to the end) the deal was there, at `stage`."""

    stage: str
    since: datetime
    until: datetime | None


def told(call: Call) -> Iterator[Told]:
    """The call as its notes told of it: the first while it is there, otherwise its twin."""
    times = {at for note in call.notes for at in (note.at, *(change.at for change in note.changes))}
    for since, until in _spans(times):
        for note in call.notes:
            meant = note.says(since)
            if meant is not None:
                yield Told(note, meant, since, until)
                break


def stood(deal: Deal) -> Iterator[Stood]:
    """The deal while it was there, stage by stage."""
    for since, until in _spans({deal.at, *(step.at for step in deal.steps)}):
        if deal.is_there(since):
            yield Stood([stage for at, stage in deal.stages if at <= since][-1], since, until)


def _spans(times: Iterable[datetime]) -> Iterator[tuple[datetime, datetime | None]]:
    ordered = sorted(times)
    return zip_longest(ordered, ordered[1:])
