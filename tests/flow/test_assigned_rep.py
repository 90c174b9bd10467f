"""A lead's assignedRep says whose a call is that an API key wrote; people are read only where that matters."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from threading import Thread
from typing import Any

import pytest
import requests
from floor import JANE, JONY, PHIL, Floor
from telling import LEAD, NOON, deal, note, settle, stamp, tell

from ledger.account_queries import members_named
from ledger.aliases import map_names
from ledger.engine import transaction
from ledger.locks import share_names
from ledger.rep_list import members_known_as
from twenty_client.errors import ServerFault
from twenty_client.request import Request
from worker.backfill import backfill, read_again
from worker.digest import digest_batch
from worker.rebuild import rebuild
from worker.sweep import sweep

NAMES = {"JANE_AUSTEN": "Jane Austen", "JONY_IVE": "Jony Ive", "PHIL_SCHILER": "Phil Schiler"}
NOTE = "note:n1"
KIM = "20202020-c000-4485-94de-70c2a98daef2"
PAT = "20202020-b01b-46cc-85b9-93b884b7cebe"  # the lead of the recorded day's one call that nobody is named for


@pytest.fixture
def assigning(floor: Floor) -> Floor:
    """A floor whose people have the SELECT `assignedRep`, made as an admin makes it."""
    add_field(floor, "SELECT")
    return floor


def add_field(floor: Floor, type_: str) -> None:
    """Adds `assignedRep` to people through Twenty's metadata API."""
    base, headers = f"{floor.twenty.url}/rest/metadata", {"Authorization": "Bearer a-key-of-the-tests"}
    objects = requests.get(f"{base}/objects", params={"limit": 200}, headers=headers, timeout=5).json()["data"][
        "objects"
    ]
    (person,) = [each["id"] for each in objects if each["nameSingular"] == "person"]
    options = [
        {"value": value, "label": label, "color": "red", "position": at}
        for at, (value, label) in enumerate(NAMES.items())
    ]
    field = {"objectMetadataId": person, "type": type_, "name": "assignedRep", "label": "Assigned rep"}
    more = {"options": options} if type_ == "SELECT" else {}
    assert requests.post(f"{base}/fields", json={**field, **more}, headers=headers, timeout=5).status_code == 201


def assign(floor: Floor, value: str | None, lead: str = LEAD) -> None:
    """In Twenty, the lead is assigned to this value now."""
    floor.twenty.put("people", {"id": lead, "assignedRep": value})


def tell_call(floor: Floor, title: str = "Call - CONTACT | 2:05 | Kim", lead: str | None = LEAD, **author: Any) -> None:
    """The API key `dialer` writes a note about the lead."""
    tell(floor, "note.created", note("n1", title, **{"rep": None, "name": "dialer", **author}))
    if lead:
        tell(floor, "noteTarget.created", {"id": "t1", "noteId": "n1", "targetPersonId": lead})


def map_dialer(floor: Floor, rep: str) -> None:
    """The API key's name is an alias."""
    with transaction(floor.parts.engine) as connection:
        map_names(connection, "twenty", {"dialer": rep})


def whose(floor: Floor, key: str = NOTE) -> tuple[str | None, str | None]:
    """The fact's rep, and how it was found."""
    (row,) = floor.ledger("SELECT rep, rep_by FROM facts WHERE key = :key", key=key)
    return row["rep"], row["rep_by"]


def paid(floor: Floor, cause: str = NOTE) -> dict[str, int]:
    """XP that the fact paid, by rep."""
    rows = floor.ledger("SELECT rep, sum(amount) AS xp FROM awards WHERE cause = :cause GROUP BY 1", cause=cause)
    return {row["rep"]: int(row["xp"]) for row in rows}


def people_read(floor: Floor) -> dict[str, str | None]:
    """Whom each lead that is known is assigned to."""
    rows = floor.ledger("SELECT record_id, data FROM record_versions WHERE object = 'person'")
    return {row["record_id"]: row["data"]["assigned_rep"] for row in rows}


def test_the_lead_comes_before_the_alias(assigning: Floor) -> None:
    """The key is mapped to Phil, the lead is Jony's: the call is Jony's, and Phil is never paid for it."""
    map_dialer(assigning, PHIL)
    assign(assigning, "JONY_IVE")
    tell_call(assigning)
    assigning.sweep()
    assigning.sweep()
    assert whose(assigning) == (JONY, "assigned_rep")
    assert paid(assigning) == {JONY: 20}


def test_a_note_that_came_with_the_sweep_is_its_leads_too(assigning: Floor) -> None:
    """No webhook told of it: the same sweep that brings note and target reads the lead before it lets the note pay."""
    map_dialer(assigning, PHIL)
    assign(assigning, "JONY_IVE")
    author = {"source": "API", "workspaceMemberId": None, "name": "dialer", "context": {}}
    early = stamp(NOON)
    times = {"createdAt": early, "updatedAt": early}
    assigning.twenty.put("notes", {"id": "n1", "title": "Call - CONTACT | 2:05 | Kim", "createdBy": author, **times})
    assigning.twenty.put("noteTargets", {"id": "t1", "noteId": "n1", "targetPersonId": LEAD, **times})
    assigning.sweep()
    assigning.sweep()
    assert whose(assigning) == (JONY, "assigned_rep")
    assert paid(assigning) == {JONY: 20}


def test_a_lead_handed_on_while_nobody_swept_is_seen_after_a_backfill(assigning: Floor) -> None:
    """A backfill does not read again who is known; the sweep after it does."""
    assign(assigning, "JONY_IVE")
    tell_call(assigning)
    backfill(assigning.parts, date(2020, 1, 1), lambda _: None)
    assigning.sweep()
    assigning.time.move_to(assigning.time.now() + timedelta(hours=1))
    assign(assigning, "PHIL_SCHILER")
    assigning.time.move_to(assigning.time.now() + timedelta(hours=1))
    backfill(assigning.parts, None, lambda _: None)
    assigning.sweep()
    assert whose(assigning) == (PHIL, "assigned_rep")


def test_the_author_comes_before_the_lead(assigning: Floor) -> None:
    """createdBy names Jane; whose lead it is does not matter, and is not asked."""
    assign(assigning, "JONY_IVE")
    tell_call(assigning, rep=JANE)
    assigning.sweep()
    assert whose(assigning) == (JANE, "record")
    assert LEAD not in people_read(assigning)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("PHIL_SCHILER", (PHIL, "assigned_rep")),
        ("SOMEBODY_ELSE", (JANE, "alias")),
        (None, (JANE, "alias")),
    ],
)
def test_a_lead_of_nobody_leaves_it_to_the_alias(
    assigning: Floor, value: str | None, expected: tuple[str, str]
) -> None:
    """A value that no member goes by is as good as none."""
    map_dialer(assigning, JANE)
    assign(assigning, value)
    tell_call(assigning)
    assigning.sweep()
    assert whose(assigning) == expected


def test_an_opportunity_goes_to_the_rep_of_its_point_of_contact(assigning: Floor) -> None:
    """The deal has no owner: it is Jony's appointment once the watermark passes it."""
    assign(assigning, "JONY_IVE")
    tell(assigning, "opportunity.created", deal("MEETING", None))
    assigning.sweep()
    assigning.sweep()
    assert whose(assigning, "opportunity:roof-z") == (JONY, "assigned_rep")
    assert paid(assigning, "opportunity:roof-z") == {JONY: 100}


def test_it_waits_for_the_watermark_and_then_pays(assigning: Floor) -> None:
    """The call is Jony's as soon as the lead is read; its XP comes when the watermark has passed."""
    assign(assigning, "JONY_IVE")
    assigning.sweep()
    tell_call(assigning)
    sweep(assigning.parts)
    digest_batch(assigning.parts)
    assert whose(assigning) == (JONY, "assigned_rep")
    assert paid(assigning) == {}
    settle(assigning)
    assert paid(assigning) == {JONY: 20}


def test_a_changed_assignment_moves_the_call_and_not_its_xp(assigning: Floor) -> None:
    """Jony was paid and keeps it; Phil has the call in his figures from now on, and both rows are written anew."""
    assign(assigning, "JONY_IVE")
    tell_call(assigning)
    assigning.sweep()
    assigning.sweep()
    calls = {rep: assigning.standings()[rep]["totalCalls"] for rep in (JONY, PHIL)}
    assign(assigning, "PHIL_SCHILER")
    assigning.sweep()
    settle(assigning)
    assert whose(assigning) == (PHIL, "assigned_rep")
    assert paid(assigning) == {JONY: 20}
    moved = {rep: assigning.standings()[rep]["totalCalls"] - calls[rep] for rep in (JONY, PHIL)}
    assert moved == {JONY: -1, PHIL: 1}


def test_the_newest_assignment_counts_whatever_the_order(assigning: Floor) -> None:
    """A person's webhooks come in the wrong order."""
    tell_call(assigning)
    person = {"id": LEAD, "assignedRep": "PHIL_SCHILER"}
    tell(assigning, "person.updated", person, NOON + timedelta(minutes=2))
    tell(assigning, "person.updated", {**person, "assignedRep": "JONY_IVE"}, NOON + timedelta(minutes=1))
    assigning.twenty.put("people", {**person, "createdAt": stamp(NOON), "updatedAt": stamp(NOON)})
    assigning.sweep()
    assert whose(assigning) == (PHIL, "assigned_rep")


def test_two_members_of_one_name_are_ambiguous(assigning: Floor) -> None:
    """A second Jony Ive joins: the call is nobody's; he goes by another name: it is the first one's again."""
    assign(assigning, "JONY_IVE")
    tell_call(assigning)
    assigning.sweep()
    other = {"id": "20202020-0000-4485-94de-70c2a98daef2", "timeZone": "system"}
    assigning.twenty.put("workspaceMembers", {**other, "name": {"firstName": "Jony", "lastName": "Ive"}})
    assigning.sweep()
    assert whose(assigning) == (None, None)
    assigning.twenty.put("workspaceMembers", {**other, "name": {"firstName": "Jonathan", "lastName": "Ive"}})
    assigning.sweep()
    assert whose(assigning) == (JONY, "assigned_rep")


def test_a_deleted_member_gives_up_the_name(assigning: Floor) -> None:
    """A former Jony Ive takes nothing of the live one; once the live one is deleted too, the name is two people's."""
    former = {"id": "20202020-0000-4485-94de-70c2a98daef2", "name": {"firstName": "Jony", "lastName": "Ive"}}
    assign(assigning, "JONY_IVE")
    tell_call(assigning)
    assigning.twenty.put("workspaceMembers", former)
    assigning.sweep()
    assert whose(assigning) == (None, None)
    assigning.twenty.put("workspaceMembers", former | {"deletedAt": stamp(NOON)})
    assigning.sweep()
    assert whose(assigning) == (JONY, "assigned_rep")
    assert found_as(assigning, "Jony Ive") == ([JONY], [JONY])
    assigning.twenty.put("workspaceMembers", {"id": JONY, "name": former["name"], "deletedAt": stamp(NOON)})
    assigning.sweep()
    assert whose(assigning) == (None, None)
    assert [len(found) for found in found_as(assigning, "Jony Ive")] == [2, 2]


def found_as(floor: Floor, name: str) -> tuple[list[str], list[str]]:
    """Whom people mean by the name: those who look a rep up, and those who map."""
    with transaction(floor.parts.engine) as connection:
        return members_named(connection, name), members_known_as(connection, name)


def test_only_leads_that_matter_are_read_and_each_once(assigning: Floor) -> None:
    """A sweep asks for the leads of calls that nobody is named for; the next asks for nobody new."""
    assign(assigning, "JONY_IVE")
    tell_call(assigning)
    assigning.sweep()
    assert people_read(assigning) == {LEAD: "JONY_IVE", PAT: None}
    calls = assigning.twenty.calls
    sweep(assigning.parts)
    assert assigning.twenty.calls - calls == 1 + 5 + 1


def test_the_first_sweep_reads_nobody_without_need(assigning: Floor) -> None:
    """Thousands of people may have changed since ever; none of them is read for that."""
    assign(assigning, "JONY_IVE", lead="20202020-9999-4485-94de-70c2a98daef2")
    assigning.sweep()
    assert people_read(assigning) == {PAT: None}


def test_a_lead_whom_twenty_destroyed_is_asked_for_once(assigning: Floor) -> None:
    """It is remembered as assigned to nobody, and so is an id that can't be one."""
    tell_call(assigning)
    tell(assigning, "opportunity.created", deal("MEETING", None, pointOfContactId="not-an-id"))
    assigning.sweep()
    assert people_read(assigning) == {LEAD: None, PAT: None, "not-an-id": None}
    calls = assigning.twenty.calls
    sweep(assigning.parts)
    assert assigning.twenty.calls - calls == 1 + 5 + 1


@pytest.mark.parametrize("type_", [None, "TEXT"])
def test_without_the_select_nothing_is_asked(floor: Floor, type_: str | None) -> None:
    """No field, or one of another type: no call but the free ones, and the alias decides."""
    if type_:
        add_field(floor, type_)
    map_dialer(floor, PHIL)
    tell_call(floor)
    floor.sweep()
    calls = floor.twenty.calls
    sweep(floor.parts)
    assert floor.twenty.calls - calls == 1 + 5
    assert whose(floor) == (PHIL, "alias")


def test_nothing_of_a_person_is_kept_but_the_assignment(assigning: Floor) -> None:
    """A lead's name, e-mail and phone are none of repsync's business, in the inbox neither."""
    assigning.twenty.put(
        "people",
        {"id": LEAD, "assignedRep": "JONY_IVE", "jobTitle": "Owner of Kim Secret", "city": "Kim Secret"},
    )
    tell_call(assigning)
    assigning.sweep()
    swept = assigning.ledger("SELECT convert_from(raw, 'UTF8') AS raw FROM deliveries WHERE key LIKE 'person:%'")
    assert any("JONY_IVE" in row["raw"] for row in swept)
    assert not any("Secret" in row["raw"] for row in swept)


def test_a_sweep_cut_off_among_people_goes_on_there(assigning: Floor) -> None:
    """Notes and deals are not read again; the leads are, and the watermark waits for them."""
    assign(assigning, "JONY_IVE")
    tell_call(assigning)
    whole = assigning.parts
    assigning.parts = replace(whole, twenty=_FailsAtPeople(whole.twenty.send))  # type: ignore[arg-type]
    with pytest.raises(ServerFault):
        sweep(assigning.parts)
    assigning.digest()
    (state,) = assigning.ledger("SELECT object, watermark_at FROM sweep_state")
    assert (state["object"], state["watermark_at"]) == ("people", None)
    assigning.parts = whole
    calls = assigning.twenty.calls
    sweep(whole)
    assert assigning.twenty.calls - calls == 1
    assigning.digest()
    assert whose(assigning) == (JONY, "assigned_rep")


def test_a_sweep_cut_off_behind_the_changed_people_reads_neither_them_nor_the_rest_again(assigning: Floor) -> None:
    """Only the page behind the cursor, which is empty, and the leads are asked for."""
    assigning.sweep()
    assign(assigning, "JONY_IVE")
    tell_call(assigning, lead=KIM)
    whole = assigning.parts
    assigning.parts = replace(whole, twenty=_FailsAtPeople(whole.twenty.send, "in"))  # type: ignore[arg-type]
    with pytest.raises(ServerFault):
        sweep(assigning.parts)
    calls = assigning.twenty.calls
    sweep(whole)
    assert assigning.twenty.calls - calls == 2
    assigning.digest()
    assert people_read(assigning) == {LEAD: "JONY_IVE", KIM: None, PAT: None}


@pytest.mark.parametrize(
    ("event", "record"),
    [
        ("person.updated", {"id": LEAD, "assignedRep": "JONY_IVE"}),
        ("workspaceMember.updated", {"id": JONY, "name": {"firstName": "Jony", "lastName": "Ive"}}),
    ],
)
def test_who_changes_a_name_waits_for_digests_that_look_it_up(floor: Floor, event: str, record: dict[str, Any]) -> None:
    """Otherwise such a digest could commit a fact under the old assignment that nobody looks at again."""
    tell(floor, event, record)
    with transaction(floor.parts.engine) as connection:
        share_names(connection)
        digest = Thread(target=digest_batch, args=(floor.parts,))
        digest.start()
        digest.join(timeout=1)
        assert digest.is_alive()
    digest.join()
    assert floor.deliveries()["processed"] == 1


class _FailsAtPeople:
    """Twenty answers until people are asked for, by a filter with this operator."""

    def __init__(self, send: Callable[[Request], Any], operator: str = "") -> None:
        self._send = send
        self._operator = f"[{operator}" if operator else ""

    def send(self, request: Request) -> Any:
        if request.path.endswith("/people") and self._operator in dict(request.query)["filter"]:
            raise ServerFault("down", status=502, request_line=request.line)
        return self._send(request)


def test_reading_all_again_reads_the_leads_again(assigning: Floor) -> None:
    """A changed assignment is found though no webhook told it, and so is one whose version the ledger lost."""
    assign(assigning, "JANE_AUSTEN")
    tell_call(assigning)
    assigning.sweep()
    assert whose(assigning) == (JANE, "assigned_rep")
    with transaction(assigning.parts.engine) as connection:
        connection.exec_driver_sql("DELETE FROM record_versions WHERE object = 'person'")
    read_again(assigning.parts, print)
    assert whose(assigning) == (JANE, "assigned_rep")
    assert rebuild(assigning.parts, None, correct=False, progress=lambda done, length: None).facts == 0
    assign(assigning, "JONY_IVE")
    read_again(assigning.parts, print)
    assert whose(assigning) == (JONY, "assigned_rep")
