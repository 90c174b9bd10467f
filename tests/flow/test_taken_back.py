"""Histories through the real jobs: what was taken back before anybody looked is granted for when it stood."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from floor import JANE, JONY, Floor
from sqlalchemy import update

from ledger.dirty import dirty_reps, mark_dirty_by_watermark
from ledger.engine import transaction
from ledger.facts import load_facts
from ledger.inbox import store_all
from ledger.sweep_state import watermark_at
from ledger.tables import sweep_state
from schemas.delivery import NewDelivery
from worker.fact_reading import read_facts

_keys = count(1)
NOON = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
LEAD = "20202020-b000-4485-94de-70c2a98daef2"
MINUTE = timedelta(minutes=1)


def _stamp(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _tell(floor: Floor, event: str, record: dict[str, Any], at: datetime) -> None:
    """A webhook of Twenty's is in the inbox."""
    row = {"createdAt": _stamp(NOON), "updatedAt": _stamp(at), "deletedAt": None, **record}
    body = {"eventName": event, "eventDate": _stamp(at), "record": row}
    delivery = NewDelivery("twenty", f"history-{next(_keys)}", json.dumps(body).encode(), {}, datetime.now(UTC))
    with transaction(floor.parts.engine) as connection:
        store_all(connection, [delivery])


def _deal(stage: str) -> dict[str, Any]:
    author = {"source": "API", "workspaceMemberId": None, "name": "key", "context": {}}
    return {"id": "roof-z", "stage": stage, "ownerId": JANE, "pointOfContactId": LEAD, "createdBy": author}


def _note(title: str, **fields: Any) -> dict[str, Any]:
    author = {"source": "MANUAL", "workspaceMemberId": JANE, "name": "", "context": {}}
    return {"id": "n1", "title": title, "bodyV2": {"markdown": "", "blocknote": None}, "createdBy": author, **fields}


def _watermark(floor: Floor, now: datetime) -> None:
    """A sweep ended: everything up to then has been seen."""
    floor.digest()
    with transaction(floor.parts.engine) as connection:
        before = watermark_at(connection)
        connection.execute(update(sweep_state).values(watermark_at=now))
        mark_dirty_by_watermark(connection, before, now)


def _badges(floor: Floor) -> list[dict[str, Any]]:
    return floor.ledger("SELECT badge, fact_key, reached_at FROM badges WHERE rep = :rep ORDER BY 1", rep=JANE)


WON_AT = NOON + MINUTE
FIRST_BLOOD = {"badge": "first_blood", "fact_key": "opportunity:roof-z", "reached_at": WON_AT}


@pytest.mark.parametrize("looks", [[99], [2, 99], [1, 2, 3, 4, 99]])
def test_a_reopened_deal_was_won_whenever_the_sweeps_ran(floor: Floor, looks: list[int]) -> None:
    """Won, and reopened a minute later: looked at once in the end or each minute, the badge and its moment are the
    same, it is in Twenty's row, and the deal is none any more."""
    told = {1: "CUSTOMER", 2: "PROPOSAL", 3: "PROPOSAL"}
    for minute in range(1, 100):
        if minute in told:
            _tell(floor, "opportunity.updated", _deal(told[minute]), NOON + minute * MINUTE)
        if minute in looks:
            _watermark(floor, NOON + minute * MINUTE)
            floor.publish()
    assert _badges(floor) == [FIRST_BLOOD]
    row, standing = floor.rows()[JANE], floor.standings()[JANE]
    assert (row["badges"], row["closedDeals"]) == (["first_blood"], 0)
    assert standing["badges"]["earned"] == ["first_blood"]


def test_a_badge_stays_with_the_rep_whom_it_was_given(floor: Floor) -> None:
    """The deal is handed to Jony afterwards: Jane's standing and row keep her badge, with the fact behind it."""
    _tell(floor, "opportunity.updated", _deal("CUSTOMER"), WON_AT)
    _watermark(floor, NOON + 2 * MINUTE)
    floor.publish()
    _tell(floor, "opportunity.updated", _deal("CUSTOMER") | {"ownerId": JONY}, NOON + 3 * MINUTE)
    _watermark(floor, NOON + 9 * MINUTE)
    floor.publish()
    assert _badges(floor) == [FIRST_BLOOD]
    assert floor.standings()[JANE]["badges"]["earned"] == ["first_blood"]
    assert floor.rows()[JANE]["badges"] == ["first_blood"]


def test_the_ledger_keeps_a_history_as_it_was_read(floor: Floor) -> None:
    """A call that was edited, deleted and restored: the kept fact is the one that its versions give."""
    titles = ["Call - NO_ANSWER | 0:05 | Kim", "Call - APPOINTMENT | 2:05 | Kim"]
    _tell(floor, "note.created", _note(titles[0]), NOON)
    _tell(floor, "note.updated", _note(titles[1]), NOON + MINUTE)
    _tell(floor, "note.deleted", _note(titles[1], deletedAt=_stamp(NOON + 2 * MINUTE)), NOON + 2 * MINUTE)
    _tell(floor, "note.restored", _note(titles[1]), NOON + 3 * MINUTE)
    floor.digest()
    with transaction(floor.parts.engine) as connection:
        kept = load_facts(connection, ["note:n1"])["note:n1"].fact
        read = read_facts(connection, ["note:n1"], floor.parts.rules)["note:n1"]
    assert kept == read
    assert [(each.until, each.state.live, each.state.met) for each in kept.earlier] == [
        (NOON + MINUTE, True, False),
        (NOON + 2 * MINUTE, True, True),
        (NOON + 3 * MINUTE, False, False),
    ]


@pytest.fixture
def is_dirty(floor: Floor) -> Callable[[], bool]:
    """Whether Jane's standing is to be computed anew."""

    def look() -> bool:
        with transaction(floor.parts.engine) as connection:
            return JANE in dirty_reps(connection, 60)

    return look


def test_a_change_behind_the_new_watermark_is_looked_at(floor: Floor, is_dirty: Callable[[], bool]) -> None:
    """A call deleted at minute 5: the rep is looked at again when the watermark passes that, not before or after."""
    _tell(floor, "note.created", _note("Call - NO_ANSWER | 0:05 | Kim"), NOON)
    deleted = _note("Call - NO_ANSWER | 0:05 | Kim", deletedAt=_stamp(NOON + 5 * MINUTE))
    _tell(floor, "note.deleted", deleted, NOON + 5 * MINUTE)
    seen = {}
    for minute in (1, 2, 4, 5, 6):
        _watermark(floor, NOON + minute * MINUTE)
        seen[minute] = is_dirty()
        floor.publish()
    assert (seen[2], seen[4], seen[5], seen[6]) == (False, False, True, False)
