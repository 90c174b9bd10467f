"""Records that mean ill, and by name what fuzzing and reading found: each ends, and none stops the others."""

import json
from typing import Any

import pytest
from floor import JANE, Floor
from fuzzed_floor import FuzzedFloor
from redhawk_sender import RedHawkSender
from telling import NOON, deal, note, settle, stamp, tell
from webhook_receiver import open_receiver

from schemas.delivery import NewDelivery
from worker.swept_rows import deliveries

CALL = "Call - CONTACT | 2:05 | Kim"
SQL = "'; DROP TABLE deliveries; --"
DIRECTORIES = ("America", "posix", "Etc")


def _webhook(record: dict[str, Any], event: str = "note.created", **fields: Any) -> bytes:
    row = {"createdAt": stamp(NOON), "updatedAt": stamp(NOON), "deletedAt": None, **record}
    return json.dumps({"eventName": event, "eventDate": stamp(NOON), "record": row, **fields}).encode()


@pytest.mark.parametrize("rep", ["a,b", 'x"y', "((", "[in]:", SQL, "a\x00,b", "\ud800("])
def test_a_rep_whom_no_filter_can_name_parks_alone(floor: Floor, rep: str) -> None:
    """Found by reading: one such id, once dirty, stood in the filter that all dirty reps are read by, for ever."""
    fuzzed = FuzzedFloor(floor)
    fuzzed.round([("twenty", _webhook(note("n1", CALL, rep))), ("twenty", _webhook(deal("NEW", rep), "opportunity.x"))])
    assert fuzzed.states["parked"] == 2
    assert {row["workspaceMemberId"] for row in floor.twenty.rows("repProgressions")} == {JANE}


@pytest.mark.parametrize("zone", [*DIRECTORIES, "../../etc/passwd", "/etc/localtime", "a\x00b", "", "x" * 64])
def test_a_time_zone_that_is_none_is_the_default(floor: Floor, zone: str) -> None:
    """Found by reading: a folder of the zone database is no zone, and its error parked the member's deliveries."""
    member = {"id": JANE, "name": {"firstName": "Jane", "lastName": "A"}, "timeZone": zone}
    fuzzed = FuzzedFloor(floor)
    fuzzed.round([("twenty", _webhook(member, "workspaceMember.updated")), ("twenty", _webhook(note("n1", CALL)))])
    assert fuzzed.states == {"processed": 3}


@pytest.mark.parametrize("number", ["1e999", "-1e999", "9" * 4_000, str(2**63), str(-(2**64)), "1E400", "0.1e-999"])
def test_numbers_beyond_all_bounds_end_parked_or_unread(floor: Floor, number: str) -> None:
    """Infinite, of thousands of digits, beyond 64 bit: wherever one stands, PostgreSQL never sees it."""
    fuzzed = FuzzedFloor(floor)
    at = stamp(NOON)
    module = {"moduleId": "H", "repId": "7", "score": 90, "completedAt": at}
    battle = {"sessionId": "b", "repId": "7", "level": "H", "outcome": "won", "completedAt": at}
    bodies = [
        ("twenty", _webhook(note("n1", "H") | {"title": "H"})),
        ("twenty", _webhook(note("n2", CALL), total="H")),
        ("twenty", _webhook(deal("NEW", JANE, amount={"amountMicros": "H"}), "opportunity.created")),
        ("twenty", _webhook(note("n3", CALL) | {"updatedAt": "H"})),
        *(
            ("redhawk", json.dumps({"type": "module.completed", "data": {**module, key: "H"}}).encode())
            for key in module
        ),
        ("redhawk", json.dumps({"type": "battle.ended", "data": battle}).encode()),
    ]
    fuzzed.round([(source, raw.replace(b'"H"', number.encode())) for source, raw in bodies])
    assert fuzzed.states["parked"] >= 6


def test_nul_and_lone_surrogates_are_taken_out_of_every_text(floor: Floor) -> None:
    """PostgreSQL holds neither: a call, a deal, a member and a module with both in every text are read."""
    odd, at = "\x00\ud800", stamp(NOON)
    author = {"source": f"A{odd}PI", "workspaceMemberId": None, "name": f"di{odd}aler", "context": {odd: odd}}
    named = {"firstName": f"Ja{odd}ne", "lastName": odd}
    module = {"moduleId": "1", "repId": f"7{odd}", "score": 90, "completedAt": at, "attemptId": f"a{odd}"}
    fuzzed = FuzzedFloor(floor)
    fuzzed.round(
        [
            (
                "twenty",
                _webhook(note(f"n{odd}1", f"Call - CONTACT{odd} | 2:05 | Kim", body=odd) | {"createdBy": author}),
            ),
            ("twenty", _webhook(deal(f"CUSTOMER{odd}", JANE), "opportunity.created")),
            ("twenty", _webhook({"id": JANE, "name": named, "timeZone": odd}, "workspaceMember.updated")),
            ("twenty", _webhook({"id": "p1", "assignedRep": f"JANE{odd}"}, "person.updated")),
            ("redhawk", json.dumps({"type": "module.completed", "data": module}).encode()),
        ]
    )
    assert fuzzed.states == {"parked": 2, "processed": 4}  # parked: nobody knows whose the dialer's and 7's are
    assert floor.ledger("SELECT name FROM members WHERE id = :id", id=JANE) == [{"name": "Jane"}]


def test_a_swept_row_with_odd_texts_can_be_kept(floor: Floor) -> None:
    """A delivery's key is text too."""
    rows = [{"id": "a\x00\ud800", "updatedAt": "\x00"}]
    (made,) = deliveries("note", rows, NOON, anew=False)
    assert isinstance(made, NewDelivery)
    made.key.encode()
    assert "\x00" not in made.key


def test_sql_and_html_are_names_like_others(floor: Floor) -> None:
    """They are kept and published as they are written, as text."""
    name = {"firstName": "Robert'); DROP TABLE reps;--", "lastName": "<script>alert(1)</script>"}
    fuzzed = FuzzedFloor(floor)
    fuzzed.round(
        [
            ("twenty", _webhook({"id": JANE, "name": name}, "workspaceMember.updated")),
            ("twenty", _webhook(note("n1", f"Call - CONTACT | 2:05 | {SQL}", name=SQL))),
            ("twenty", _webhook(note(f"n{SQL}", CALL))),
        ]
    )
    (row,) = floor.twenty.rows("repProgressions")
    assert row["name"] == f"{name['firstName']} {name['lastName']}"


def test_no_address_in_a_payload_is_ever_fetched(floor: Floor) -> None:
    """targetUrl, links in titles, bodies and names, avatars: nobody connects to any of them."""
    with open_receiver() as trap:
        url = trap.url
        body = {
            "markdown": f"[x]({url}) ![x]({url})",
            "blocknote": json.dumps([{"type": "image", "props": {"url": url}}]),
        }
        record = {**note("n1", f"Call - CONTACT | 2:05 | {url}"), "bodyV2": body, "avatarUrl": url}
        tell(floor, "note.created", record)
        FuzzedFloor(floor).round([("twenty", _webhook(record, targetUrl=url, callback=url, webhookId=url))])
        member = {"id": JANE, "name": {"firstName": url, "lastName": ""}, "avatarUrl": url}
        tell(floor, "workspaceMember.updated", member)
        battle = {"sessionId": "b", "repId": url, "level": 1, "outcome": "won", "completedAt": stamp(NOON), "link": url}
        RedHawkSender(floor).send({"type": "battle.ended", "url": url, "data": battle})
        settle(floor)
        floor.sweep()
        assert (trap.posts, trap.fetched) == ([], [])
