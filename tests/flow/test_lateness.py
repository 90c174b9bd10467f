"""What comes late or changes hands: nobody is stopped, paid twice or forgotten. Found by a stranger's review."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from floor import JANE, JONY, PHIL, Floor
from redhawk_sender import RedHawkSender
from telling import LEAD, NOON
from telling import deal as _deal
from telling import note as _note
from telling import settle as _settle
from telling import stamp as _stamp
from telling import tell as _tell

from ledger.engine import transaction
from ledger.tables import aliases
from twenty_client.errors import ServerFault
from twenty_client.request import Request
from worker import publish
from worker.sweep import sweep


def _xp(floor: Floor) -> dict[str, int]:
    rows = floor.ledger("SELECT rep, sum(amount) AS xp FROM awards GROUP BY 1")
    return {row["rep"]: int(row["xp"]) for row in rows}


def test_a_reassigned_appointment_stops_nobody(floor: Floor) -> None:
    """Jane's credited deal becomes Jony's; her next appointment note and its twin are settled as ever."""
    _tell(floor, "opportunity.created", _deal("MEETING", JANE))
    _settle(floor)
    _tell(floor, "opportunity.updated", _deal("MEETING", JONY), NOON + timedelta(minutes=1))
    _tell(floor, "note.created", _note("n1", "Call - APPOINTMENT | 2:05 | Kim"), NOON + timedelta(minutes=2))
    _tell(floor, "note.created", _note("n2", "Call - appointment"), NOON + timedelta(minutes=2, seconds=1))
    _settle(floor)
    assert _xp(floor) == {JANE: 100 + 20 + 100}
    assert floor.standings()[JANE]["totalCalls"] == 1
    assert floor.ledger("SELECT id FROM reps WHERE refused IS NOT NULL") == []


def test_a_rep_who_cannot_be_planned_waits_alone(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of ours in one rep's standing: the others are published, and the place of the fault is kept."""
    plan_rep = publish.plan_rep

    def failing(parts: Any, rep: str, *rest: Any) -> Any:
        if rep == JONY:
            raise KeyError("Call - Kim Secret")
        return plan_rep(parts, rep, *rest)

    monkeypatch.setattr(publish, "plan_rep", failing)
    floor.play()
    floor.digest()
    floor.publish()
    assert set(floor.rows()) == {JANE, PHIL}
    (refused,) = floor.ledger("SELECT id, refused FROM reps WHERE refused IS NOT NULL")
    assert refused["id"] == JONY
    assert refused["refused"].startswith("could not be planned: KeyError at test_lateness.py")


def test_redhawk_may_name_a_member_before_twenty_does(floor: Floor) -> None:
    """The module of a rep whom no sweep has brought yet is paid when one does."""
    data = {"moduleId": "0", "repId": JANE, "score": 90, "completedAt": _stamp(NOON), "attemptId": "a1"}
    RedHawkSender(floor).send({"type": "module.completed", "timestamp": _stamp(NOON), "data": data})
    floor.digest()
    assert floor.deliveries()["parked"] == 1
    floor.sweep()
    assert floor.deliveries() == {"processed": 1, "duplicates": 0}
    assert floor.rows()[JANE]["completedModules"] == ["module_0"]


@pytest.mark.parametrize("first_writer_first", [True, False])
def test_twins_of_a_mapped_key_are_one_call_across_watermarks(floor: Floor, first_writer_first: bool) -> None:
    """The dialer writes with an API key that is mapped to Jane; its two notes are settled at two watermarks."""
    with transaction(floor.parts.engine) as connection:
        connection.execute(aliases.insert().values(source="twenty", alias="dialer", rep=JANE))
    notes = [
        _note("n1", "Call - CONTACT | 2:05 | Kim", rep=None, name="dialer"),
        _note("n2", "Call - contact", rep=None, name="dialer"),
    ]
    for note in notes if first_writer_first else reversed(notes):
        _tell(floor, "note.created", note)
        _settle(floor)
        _settle(floor)
    assert _xp(floor) == {JANE: 20}
    assert floor.standings()[JANE]["totalCalls"] == 1


def test_an_earlier_meeting_known_later_pays_no_second_window(floor: Floor) -> None:
    """The deal's MEETING is told after its PROPOSAL: 100 XP, whichever came first, and a note 20 days later another."""

    def run(deals: list[tuple[str, int]]) -> int:
        for stage, days in deals:
            _tell(floor, "opportunity.updated", _deal(stage, JANE), NOON + timedelta(days=days - 30))
            _settle(floor)
        _tell(floor, "note.created", _note("n9", "Call - APPOINTMENT | 0:40 | Kim"), NOON - timedelta(days=12))
        target = {"id": "t9", "noteId": "n9", "targetPersonId": LEAD}
        _tell(floor, "noteTarget.created", target, NOON - timedelta(days=12))
        _settle(floor)
        return _xp(floor)[JANE]

    assert run([("PROPOSAL", 5), ("MEETING", 0)]) == 100 + 100 + 5


def test_a_moved_note_target_frees_the_note_that_it_left(floor: Floor) -> None:
    """A target that points to another note now no longer names the first one's lead."""
    target = {"id": "t1", "noteId": "n1", "targetPersonId": LEAD}
    _tell(floor, "note.created", _note("n1", "Call - CONTACT | 0:40 | Kim"))
    _tell(floor, "noteTarget.created", target)
    floor.digest()
    _tell(floor, "noteTarget.updated", {**target, "noteId": "n2"}, NOON + timedelta(minutes=1))
    floor.digest()
    assert floor.ledger("SELECT lead, lead_known FROM facts") == [{"lead": "n1", "lead_known": False}]


def test_a_sweep_that_was_cut_off_goes_on_where_it_stood(floor: Floor) -> None:
    """After a failure at the third object the first two are not read again, and the watermark is that of its start."""
    whole = floor.parts
    floor.parts = replace(whole, twenty=_FailsOnce(whole.twenty.send))  # type: ignore[arg-type]
    with pytest.raises(ServerFault):
        sweep(floor.parts)
    (before,) = floor.ledger("SELECT began_at, object FROM sweep_state")
    calls = floor.twenty.calls
    floor.parts = whole
    sweep(floor.parts)
    assert before["object"] == "opportunities"
    assert floor.twenty.calls - calls == 3
    (after,) = floor.ledger("SELECT candidate_at, began_at FROM sweep_state")
    assert (after["candidate_at"], after["began_at"]) == (before["began_at"] - timedelta(seconds=10), None)


class _FailsOnce:
    """Twenty answers until notes are asked for."""

    def __init__(self, send: Callable[[Request], Any]) -> None:
        self._send = send

    def send(self, request: Request) -> Any:
        if request.path.endswith("/opportunities"):
            raise ServerFault("down", status=502, request_line=request.line)
        return self._send(request)
