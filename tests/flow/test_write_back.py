"""What is written to Twenty, and what is left alone."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from floor import JANE, JONY, PHIL, Floor
from sqlalchemy import text

from ledger.dirty import mark_dirty
from ledger.engine import transaction
from twenty_client.errors import PermanentError, TimedOut, ValidationFailed
from twenty_client.reply import Reply
from twenty_client.request import Request
from worker.publish import publish_batch, put_off


@pytest.fixture
def settled(floor: Floor) -> Floor:
    """A floor whose day is over and written."""
    floor.play()
    floor.digest()
    floor.publish()
    floor.sweep()
    return floor


def _row(floor: Floor, rep: str) -> dict[str, Any]:
    (row,) = [row for row in floor.twenty.rows("repProgressions") if row["workspaceMemberId"] == rep]
    return row


def _edit(floor: Floor, rep: str, **fields: Any) -> None:
    """Somebody else writes into the row."""
    floor.twenty.put("repProgressions", _row(floor, rep) | fields)


def _make_dirty(floor: Floor, *reps: str) -> None:
    with transaction(floor.parts.engine) as connection:
        mark_dirty(connection, reps)


def test_one_read_and_one_write_for_all_reps(floor: Floor) -> None:
    """Three dirty reps cost two calls."""
    floor.play()
    floor.digest()
    floor.publish()
    assert floor.twenty.calls == 2


def test_nothing_is_sent_when_nothing_differs(settled: Floor) -> None:
    """Publishing again reads the rows once and writes none."""
    before, calls = settled.twenty.rows("repProgressions"), settled.twenty.calls
    _make_dirty(settled, JANE, JONY, PHIL)
    settled.publish()
    assert settled.twenty.rows("repProgressions") == before
    assert settled.twenty.calls == calls + 1


def test_a_note_more_moves_one_row(settled: Floor) -> None:
    """A delivery that concerns Jane leaves Phil's row untouched, appliedSequence included."""
    phil, jane = _row(settled, PHIL), _row(settled, JANE)
    _make_dirty(settled, JANE, PHIL)
    _edit(settled, JANE, totalXp=jane["totalXp"] + 40)
    settled.publish()
    assert _row(settled, PHIL) == phil


def test_xp_of_others_is_added_and_stays(settled: Floor) -> None:
    """40 XP that somebody gives in Twenty stay in the total, whatever is published later."""
    total = _row(settled, JANE)["totalXp"]
    _edit(settled, JANE, totalXp=total + 40)
    for _ in range(3):
        _make_dirty(settled, JANE)
        settled.publish()
    row = _row(settled, JANE)
    assert (row["totalXp"], row["syncedXp"]) == (total + 40, total)
    assert settled.ledger("SELECT shared FROM reps WHERE id = :rep", rep=JANE) == [{"shared": True}]


def test_a_total_that_somebody_lowers_is_raised_again(settled: Floor) -> None:
    """XP never goes down."""
    total = _row(settled, JANE)["totalXp"]
    _edit(settled, JANE, totalXp=5)
    _make_dirty(settled, JANE)
    settled.publish()
    assert _row(settled, JANE)["totalXp"] == total


def test_a_cleared_synced_xp_is_paid_once(settled: Floor) -> None:
    """Without syncedXp in the row the ledger's figure stands in."""
    total = _row(settled, JANE)["totalXp"]
    _edit(settled, JANE, syncedXp=None)
    _make_dirty(settled, JANE)
    settled.publish()
    assert (_row(settled, JANE)["totalXp"], _row(settled, JANE)["syncedXp"]) == (total, total)


def test_a_row_with_xp_is_adopted_before_the_first_award(floor: Floor) -> None:
    """Jane comes with 4,000 XP from another program: her day counts in the metrics and pays nothing again."""
    floor.twenty.put("repProgressions", {"workspaceMemberId": JANE, "name": "Jane", "totalXp": 4000})
    floor.play()
    floor.digest()
    floor.publish()
    floor.sweep()
    row = _row(floor, JANE)
    assert (row["totalXp"], row["syncedXp"], row["name"]) == (4000, 0, "Jane")
    assert row["adoptedAt"] is not None
    assert floor.standings()[JANE]["totalCalls"] == 26
    bases = floor.ledger("SELECT DISTINCT basis, amount FROM awards WHERE rep = :rep", rep=JANE)
    assert bases == [{"basis": "adopted", "amount": 0}]


def test_a_rank_that_a_leader_gave_stays(floor: Floor) -> None:
    """Jony's leader made him a Team Lead in Twenty; the sync neither lowers nor forgets it."""
    floor.twenty.put("repProgressions", {"workspaceMemberId": JONY, "currentRank": "team_lead"})
    floor.play()
    floor.digest()
    floor.publish()
    assert _row(floor, JONY)["currentRank"] == "E-6"


def test_what_others_put_into_lists_stays(floor: Floor) -> None:
    """Badges and modules in the row are kept, in the form found."""
    badges = [{"id": "objection_master", "tier": "gold"}]
    floor.twenty.put("repProgressions", {"workspaceMemberId": JONY, "badges": badges, "completedModules": ["module_0"]})
    floor.play()
    floor.digest()
    floor.publish()
    row = _row(floor, JONY)
    assert (row["badges"], row["completedModules"]) == (badges, ["module_0"])


def test_a_lost_answer_is_found_out_by_reading(floor: Floor) -> None:
    """The batch arrived but its answer did not: the next publish finds the rows right and pays nothing twice."""
    floor.play()
    floor.digest()
    losing = replace(floor.parts, twenty=_LosesAnswers(floor.parts.twenty.send))  # type: ignore[arg-type]
    kept, floor.parts = floor.parts, losing
    with pytest.raises(TimedOut):
        floor.publish()
    written = floor.rows()
    floor.parts = kept
    floor.publish()
    assert floor.rows() == written
    assert floor.ledger("SELECT count(*) AS dirty FROM reps WHERE dirty > done") == [{"dirty": 0}]


class _LosesAnswers:
    """Twenty applies the write and the answer is lost on the way."""

    def __init__(self, send: Callable[[Request], Reply]) -> None:
        self._send = send

    def send(self, request: Request) -> Reply:
        reply = self._send(request)
        if request.method == "POST":
            raise TimedOut("no answer in time")
        return reply


def test_a_row_that_twenty_refuses_does_not_hold_up_the_others(floor: Floor) -> None:
    """One rep's row can't be written: the others are, and it is remembered why."""
    floor.play()
    floor.digest()
    floor.parts = replace(floor.parts, twenty=_Refuses(floor.parts.twenty.send, JONY))  # type: ignore[arg-type]
    floor.publish()
    assert set(floor.rows()) == {JANE, PHIL}
    refused = floor.ledger("SELECT id, refused IS NOT NULL AS why FROM reps WHERE refused IS NOT NULL")
    assert refused == [{"id": JONY, "why": True}]


class _Refuses:
    """Twenty refuses every batch that holds one rep's row."""

    def __init__(self, send: Callable[[Request], Reply], rep: str) -> None:
        self._send = send
        self._rep = rep

    def send(self, request: Request) -> Reply:
        if request.method == "POST" and any(row["workspaceMemberId"] == self._rep for row in request.body or ()):
            raise ValidationFailed("Data validation error.", status=400, messages=())
        return self._send(request)


def test_an_empty_ledger_earns_the_rows_xp_again_and_not_twice(settled: Floor) -> None:
    """The ledger was lost: what Twenty still tells is earned anew, the rest of the row's XP is carried, once."""
    before = {rep: row["totalXp"] for rep, row in settled.rows().items()}
    _forget_everything(settled)
    for _ in range(3):
        settled.sweep()
        assert {rep: row["totalXp"] for rep, row in settled.rows().items()} == before
    carried = settled.ledger("SELECT rep, amount FROM awards WHERE basis = 'carried'")
    # Gone for good: Jane's destroyed note (5) and the dial of her renamed one (2).
    assert {row["rep"]: row["amount"] for row in carried} == {JANE: 7}
    assert settled.ledger("SELECT count(*) FROM reps WHERE gap_behind_at IS NOT NULL") == [{"count": 0}]


def _forget_everything(floor: Floor) -> None:
    with transaction(floor.parts.engine) as connection:
        connection.execute(
            text("TRUNCATE deliveries, record_versions, facts, awards, day_totals, rank_steps, badges, reps, members")
        )
        connection.execute(
            text("UPDATE sweep_state SET cursor_at = NULL, candidate_at = NULL, watermark_at = NULL, started_at = NULL")
        )


@pytest.mark.parametrize(
    ("schema", "told"),
    [([], "no repProgressions object"), ([{"name": "repId"}], "no field workspaceMemberId")],
)
def test_a_workspace_that_is_not_set_up_is_told_and_not_hammered(floor: Floor, schema: list[Any], told: str) -> None:
    """Nothing is written where rows can't name a rep; the reason is kept and the next try is a minute away."""
    floor.play()
    floor.digest()
    floor.parts = replace(floor.parts, twenty=_WithSchema(floor.parts.twenty.send, schema))  # type: ignore[arg-type]
    with pytest.raises(PermanentError, match=told) as refused:
        publish_batch(floor.parts)
    put_off(floor.parts, refused.value)
    assert publish_batch(floor.parts) == 0
    assert floor.rows() == {}
    assert floor.ledger("SELECT reason FROM publisher_state")[0]["reason"] == str(refused.value)


class _WithSchema:
    """A workspace whose metadata says something else about repProgressions."""

    def __init__(self, send: Callable[[Request], Reply], schema: list[Any]) -> None:
        self._send = send
        self._schema = schema

    def send(self, request: Request) -> Reply:
        if not request.path.startswith("/rest/metadata"):
            return self._send(request)
        fields = [{"name": "workspaceMemberId", "type": "TEXT", **field} for field in self._schema]
        names = {"id": "o1", "namePlural": "repProgressions", "nameSingular": "repProgression"}
        rep_progression = {**names, "fields": fields}
        return Reply((rep_progression,) if fields else (), None, None)


def test_in_a_workspace_without_synced_xp_a_lost_answer_doubles_nothing(floor: Floor) -> None:
    """The row can't say which XP is ours: what was about to be written is remembered before it is sent."""
    floor.play()
    floor.digest()
    lame = _WithoutSyncedXp(floor.parts.twenty.send)
    floor.parts = replace(floor.parts, twenty=_LosesAnswers(lame.send))  # type: ignore[arg-type]
    with pytest.raises(TimedOut):
        floor.publish()
    total = _row(floor, JANE)["totalXp"]
    assert _row(floor, JANE)["syncedXp"] is None
    floor.parts = replace(floor.parts, twenty=lame)  # type: ignore[arg-type]
    for _ in range(2):
        _make_dirty(floor, JANE)
        floor.publish()
    assert _row(floor, JANE)["totalXp"] == total
    assert floor.ledger("SELECT foreign_xp FROM reps WHERE id = :rep", rep=JANE) == [{"foreign_xp": 0}]


class _WithoutSyncedXp:
    """A workspace whose repProgressions lack the field."""

    def __init__(self, send: Callable[[Request], Reply]) -> None:
        self._send = send

    def send(self, request: Request) -> Reply:
        reply = self._send(request)
        for row in reply.rows:
            row["fields"] = [field for field in row.get("fields", ()) if field["name"] != "syncedXp"]
        return reply
