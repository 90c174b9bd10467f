"""Deeds for tests of the floor's reckoning: what one rep does, and what it comes to."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sandbox.floor import Expected, Floor
from sandbox.floor.academy import Training
from sandbox.floor.calls import Call, CallNote
from sandbox.floor.corrections import Change
from sandbox.floor.deals import Deal, Step
from sandbox.floor.expectation import expected_of
from sandbox.floor.leads import Lead
from sandbox.floor.notes import Meant
from sandbox.floor.records import Record
from sandbox.floor.work import Deed

FLOOR = Floor(1, reps=3, days=1)
REP = replace(FLOOR.rep(0), time_zone="America/New_York")
JANE = Lead("jane", "Jane Doe", "+15550000001")
NOON = datetime(2026, 3, 5, 17, tzinfo=UTC)
HOUR = timedelta(hours=1)


def note(meant: Meant, *changes: Change, form: str = "V1", at: datetime = NOON, id: str = "n") -> CallNote:
    """A note of a call with Jane, and what became of it."""
    return CallNote(id, at, form, meant, "t", changes)  # type: ignore[arg-type]


def call(*notes: CallNote) -> Call:
    """A call with Jane that left these notes."""
    return Call(notes[0].at, JANE, False, notes)


def said(disposition: str | None, duration_s: int | None, at: datetime = NOON) -> Call:
    """A call that left one note."""
    return call(note(Meant(disposition, duration_s), at=at))


def deal(*stages: str, start: datetime = NOON, lead_id: str | None = "jane", id: str = "d") -> Deal:
    """The rep's deal, an hour at each stage."""
    steps = tuple(Step(start + n * HOUR, "stage", stage) for n, stage in enumerate(stages[1:], start=1))
    return Deal(id, start, REP.id, REP.id, lead_id, "Roof", 9_000, stages[0], steps)


def training(kind: str, subject: str, passed: bool = True, score: int | None = None, at: datetime = NOON) -> Training:
    """A result at the academy."""
    return Training(at, kind, subject, passed, "msg", score)  # type: ignore[arg-type]


def expected(deeds: Iterable[Deed], ends_at: datetime = NOON + 6 * HOUR, time_zone: str = "") -> Expected:
    """What the deeds of one rep come to."""
    record = Record(replace(REP, time_zone=time_zone) if time_zone else REP)
    for deed in deeds:
        record.add(deed)
    return expected_of(record, ends_at)


def studied(*numbers: int) -> list[Deed]:
    """These modules, passed at noon."""
    return [training("module", f"module_{number}", score=100) for number in numbers]


def dials(count: int, duration_s: int = 40, start: datetime = NOON) -> list[Deed]:
    """Connects, 150 s apart."""
    return [said("CONTACT", duration_s, at=start + n * timedelta(seconds=150)) for n in range(count)]


def won(count: int) -> list[Deed]:
    """Deals with a lead each, met at noon and won an hour later."""
    return [deal("MEETING", "CUSTOMER", id=f"d{n}", lead_id=f"lead{n}") for n in range(count)]


def examined(score: int) -> Deed:
    """An attempt at E-4's exam."""
    return training("exam", "operative_certification", score=score)
