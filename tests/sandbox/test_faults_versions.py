"""Another version's ways, as read in Twenty's source (the contract's *src* remarks)."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from webhook_receiver import Receiver

from sandbox.twenty import SandboxClock, SandboxTwenty
from sandbox.twenty.faults import ApiFault, Faults
from sandbox.twenty.version_answers import told_core
from sandbox.twenty.versions import NEWER, OLDER, V2_21, WaysOfVersion

HEADERS = {"Authorization": "Bearer key"}
PERSON = "20202020-0687-4c41-b707-ed1bfca972a7"
Start = Callable[..., SandboxTwenty]


@pytest.fixture
def start() -> Iterator[Start]:
    started: list[SandboxTwenty] = []

    def start(ways: WaysOfVersion, clock: SandboxClock | None = None) -> SandboxTwenty:
        twenty = SandboxTwenty("key", tokens=None, ways=ways, clock=clock)
        twenty.put("people", {"id": PERSON, "name": {"firstName": "Pat", "lastName": "Ito"}})
        started.append(twenty)
        twenty.start()
        return twenty

    yield start
    for twenty in started:
        twenty.stop()


def _send(twenty: SandboxTwenty, method: str, path: str, sent: Any = None, **query: str) -> requests.Response:
    url = f"{twenty.url}/rest/{path}"
    return requests.request(method, url, json=sent, headers=HEADERS, params=query, timeout=5)


def _rows(twenty: SandboxTwenty, plural: str, **query: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = _send(twenty, "GET", plural, **query).json()["data"][plural]
    return rows


def _error(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["messages"][0]


@pytest.mark.parametrize(("ways", "shown"), [(OLDER, 60), (V2_21, 70), (NEWER, 70)])
def test_a_page_holds_what_the_version_allows(start: Start, ways: WaysOfVersion, shown: int) -> None:
    """Of 70 notes, a page of 200 has 60 on an older version, and the cursor leads to the rest."""
    twenty = start(ways)
    for number in range(70):
        twenty.put("notes", {"title": str(number)})
    page = _send(twenty, "GET", "notes", limit="200").json()
    rest = _rows(twenty, "notes", limit="200", starting_after=page["pageInfo"]["endCursor"])
    assert (len(page["data"]["notes"]), len(rest)) == (shown, 70 - shown)
    assert page["totalCount"] == 70


def test_an_older_batch_holds_60(start: Start) -> None:
    """61 are refused whole, 60 are written."""
    twenty = start(OLDER)
    batch = [{"title": str(number)} for number in range(61)]
    refused = _send(twenty, "POST", "batch/notes", batch)
    assert _error(refused) == (400, "Maximum number of records to upsert is 60.")
    assert _send(twenty, "POST", "batch/notes", batch[1:]).status_code == 201
    assert len(twenty.rows("notes")) == 60


def test_older_note_targets_have_a_person_id(start: Start) -> None:
    """It is written, shown, filtered and sorted by under the old name, and kept under the new."""
    twenty = start(OLDER)
    created = _send(twenty, "POST", "noteTargets", {"personId": PERSON}).json()["data"]["createNoteTarget"]
    assert created["personId"] == PERSON
    assert not [name for name in created if name in ("targetPersonId", "targetCompanyId", "targetOpportunityId")]
    filtered = f'and(personId[eq]:"{PERSON}",companyId[is]:NULL)'
    assert _rows(twenty, "noteTargets", filter=filtered, order_by="personId[DescNullsLast]") == [created]
    assert _rows(twenty, "noteTargets", filter="personId[is]:NULL") == []
    assert [row["targetPersonId"] for row in twenty.rows("noteTargets")] == [PERSON]
    batch = _send(twenty, "POST", "batch/noteTargets", [{"personId": PERSON}])
    assert batch.json()["data"]["createNoteTargets"][0]["personId"] == PERSON


@pytest.mark.parametrize(
    ("method", "path", "sent", "query"),
    [
        ("POST", "noteTargets", {"targetPersonId": PERSON}, {}),
        ("GET", "noteTargets", None, {"filter": f"targetPersonId[eq]:{PERSON}"}),
        ("POST", "opportunities", {"name": "Roof", "ownerId": PERSON}, {}),
        ("GET", "opportunities", None, {"filter": "ownerId[is]:NULL"}),
        ("PATCH", "opportunities", {"ownerId": None}, {"filter": "name[eq]:Roof"}),
    ],
)
def test_an_older_version_refuses_newer_names(
    start: Start, method: str, path: str, sent: Any, query: dict[str, str]
) -> None:
    """In the recorded words for an unknown field, which name it as it was sent."""
    twenty = start(OLDER)
    twenty.put("opportunities", {"name": "Roof"})
    name = "targetPersonId" if path == "noteTargets" else "ownerId"
    singular = {"noteTargets": "noteTarget", "opportunities": "opportunity"}[path]
    expected = (400, f'Object {singular} doesn\'t have any "{name}" field.')
    assert _error(_send(twenty, method, path, sent, **query)) == expected


def test_the_same_names_elsewhere_are_left_alone(start: Start) -> None:
    """An older version's calendar has a personId of its own, and texts may hold any word."""
    twenty = start(OLDER)
    sent = {"personId": PERSON, "displayName": "ownerId[eq]"}
    created = _send(twenty, "POST", "calendarEventParticipants", sent).json()
    row = created["data"]["createCalendarEventParticipant"]
    assert {name: row[name] for name in sent} == sent
    found = _rows(twenty, "calendarEventParticipants", filter=f"personId[eq]:{PERSON}")
    assert [each["id"] for each in found] == [row["id"]]
    _send(twenty, "POST", "opportunities", {"name": "my,ownerId,x"})
    named = _rows(twenty, "opportunities", filter='name[eq]:"my,ownerId,x"')
    assert [row["name"] for row in named] == ["my,ownerId,x"]
    assert "ownerId" not in named[0]


def test_older_webhooks_speak_the_older_names(start: Start, hooked: Receiver) -> None:
    """Records and updatedFields; a change of nothing but the owner has nothing to tell."""
    twenty = start(OLDER)
    twenty.put("workspaceMembers", {"id": PERSON, "name": {"firstName": "Ann", "lastName": "Lee"}})
    twenty.register_webhook(hooked.url, ["*.*"], "secret")
    ann = twenty.as_member(PERSON)
    target = ann.create("noteTargets", {"targetPersonId": PERSON})
    ann.update("noteTargets", target["id"], {"targetPersonId": None})
    deal = ann.create("opportunities", {"name": "Roof"})
    ann.update("opportunities", deal["id"], {"ownerId": PERSON})
    ann.update("opportunities", deal["id"], {"ownerId": None, "stage": "MEETING"})
    hooked.wait_for(4)
    created, updated, _, staged = hooked.bodies()
    assert created["record"]["personId"] == PERSON
    assert "targetPersonId" not in created["record"]
    assert updated["updatedFields"] == ["person", "personId"]
    assert staged["updatedFields"] == ["stage"]
    assert "ownerId" not in staged["record"]


def _fields(objects: list[dict[str, Any]], singular: str) -> dict[str, dict[str, Any]]:
    found = next(each for each in objects if each["nameSingular"] == singular)
    return {field["name"]: field for field in found["fields"]}


def test_older_metadata_tells_the_older_names(start: Start) -> None:
    """A client that reads the fields first finds `person` and no `owner`."""
    objects = _send(start(OLDER), "GET", "metadata/objects", limit="200").json()["data"]["objects"]
    assert _fields(objects, "noteTarget")["person"]["settings"]["joinColumnName"] == "personId"
    assert not {"targetPerson", "owner"} & _fields(objects, "noteTarget").keys()
    assert "owner" not in _fields(objects, "opportunity")
    assert "pointOfContact" in _fields(objects, "opportunity")


def test_newer_metadata_comes_bare(start: Start) -> None:
    """The list is in `data` itself, and is the same list."""
    usual = _send(start(V2_21), "GET", "metadata/objects", limit="200").json()
    bare = _send(start(NEWER), "GET", "metadata/objects", limit="200").json()
    assert bare["data"] == usual["data"]["objects"]


def test_a_newer_version_restores_by_id(start: Start) -> None:
    """One route, one row; a 2.21 takes it for a wrong id."""
    newer, usual = start(NEWER), start(V2_21)
    for twenty in (newer, usual):
        twenty.put("notes", {"id": PERSON, "title": "x", "deletedAt": "2026-11-21T00:00:00.000Z"})
    restored = _send(newer, "PATCH", f"notes/{PERSON}/restore").json()
    assert (restored["data"]["restoreNote"]["id"], restored["data"]["restoreNote"]["deletedAt"]) == (PERSON, None)
    assert _send(usual, "PATCH", f"notes/{PERSON}/restore").status_code == 400
    missing = _send(newer, "PATCH", "notes/20202020-0000-4000-8000-000000000000/restore")
    assert _error(missing) == (404, "Record not found")


def test_a_replicas_lists_are_behind(start: Start) -> None:
    """Rows are listed and counted as they were before the lag; one that is asked for by its id is as it is."""
    now = datetime(2026, 11, 21, tzinfo=UTC)
    twenty = start(replace(NEWER, replica_lag_s=5), SandboxClock(lambda: now))
    now += timedelta(seconds=10)
    assert [row["id"] for row in _rows(twenty, "people")] == [PERSON]
    _send(twenty, "PATCH", f"people/{PERSON}", {"name": {"firstName": "Sam"}})
    note = _send(twenty, "POST", "notes", {"title": "x"}).json()["data"]["createNote"]["id"]
    assert [row["name"]["firstName"] for row in _rows(twenty, "people", filter=f"id[eq]:{PERSON}")] == ["Pat"]
    assert _send(twenty, "GET", "notes").json()["totalCount"] == 0
    assert _send(twenty, "GET", f"notes/{note}").json()["data"]["note"]["id"] == note
    now += timedelta(seconds=5)
    assert [row["id"] for row in _rows(twenty, "notes")] == [note]
    assert [row["name"]["firstName"] for row in _rows(twenty, "people")] == ["Sam"]


@pytest.mark.parametrize(("ways", "tells"), [(NEWER, True), (V2_21, False), (OLDER, False)])
def test_a_newer_refusal_says_when_to_come_back(start: Start, ways: WaysOfVersion, tells: bool) -> None:
    """Retry-After in seconds and X-RateLimit headers on a 429; neither on other answers nor on 2.21."""
    twenty = start(ways)
    assert "Retry-After" not in _send(twenty, "GET", "notes").headers
    twenty.faults.set(Faults(api=(ApiFault(kind="429", share=1),)))
    headers = _send(twenty, "GET", "notes").headers
    assert ("Retry-After" in headers, "X-RateLimit-Reset" in headers) == (tells, tells)
    if tells:
        assert (headers["Retry-After"], headers["X-RateLimit-Limit"]) == ("1", "100")
        assert headers["X-RateLimit-Remaining"] == "0"
        assert 0 <= int(headers["X-RateLimit-Reset"]) - time.time() <= 2


@pytest.mark.parametrize("ways", [OLDER, NEWER])
def test_cut_connections_are_cut_in_every_version(start: Start, ways: WaysOfVersion) -> None:
    """The write is done and no answer comes."""
    twenty = start(ways)
    twenty.faults.set(Faults(api=(ApiFault(kind="cut", share=1),)))
    with pytest.raises(requests.ConnectionError):
        _send(twenty, "POST", "notes", {"title": "x"})
    assert [row["title"] for row in twenty.rows("notes")] == ["x"]


def test_rows_within_rows_have_the_older_names() -> None:
    """With depth=1, a note's targets and the deals behind them too; other rows' names stay."""
    deal = {"id": "d", "ownerId": "o", "owner": None, "name": "Roof"}
    target = {"id": "t", "targetPersonId": "p", "targetOpportunity": deal}
    answer = {"data": {"notes": [{"id": "n", "ownerId": "kept", "noteTargets": [target]}]}, "totalCount": 1}
    [note] = told_core(answer, "notes", OLDER)["data"]["notes"]
    shown = {"id": "t", "personId": "p", "opportunity": {"id": "d", "name": "Roof"}}
    assert note == {"id": "n", "ownerId": "kept", "noteTargets": [shown]}
