"""Relations of the sandbox: ids that must exist, what a destroyed row leaves, what `depth=1` shows."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from sandbox.twenty import SandboxClock, SandboxTwenty
from sandbox.twenty.activities import NOTE as NOTES
from sandbox.twenty.catalogue import Catalogue
from sandbox.twenty.changes import Change
from sandbox.twenty.selection import read_selection
from sandbox.twenty.store import Store
from sandbox.twenty.workspace import Workspace

HEADERS = {"Authorization": "Bearer key"}
NOTE = "20202020-0001-4e7c-8001-123456789abc"
TARGET = "20202020-0001-4e7c-8001-123456789def"
PERSON = "20202020-b305-41e7-8c72-ba44072a4c58"


@pytest.fixture
def twenty() -> Iterator[SandboxTwenty]:
    twenty = SandboxTwenty("key", tokens=None)
    twenty.put("notes", {"id": NOTE})
    twenty.put("people", {"id": PERSON})
    twenty.put("noteTargets", {"id": TARGET, "noteId": NOTE, "targetPersonId": PERSON})
    twenty.start()
    yield twenty
    twenty.stop()


def _call(twenty: SandboxTwenty, method: str, path: str, body: Any = None) -> requests.Response:
    return requests.request(method, f"{twenty.url}/rest/{path}", json=body, headers=HEADERS, timeout=5)


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "noteTargets"), ("PATCH", f"noteTargets/{TARGET}"), ("POST", "batch/noteTargets")]
)
def test_an_id_that_leads_nowhere_is_refused(twenty: SandboxTwenty, method: str, path: str) -> None:
    """By PostgreSQL itself, with the name of its foreign key; nothing is written."""
    before = twenty.rows("noteTargets")
    body: Any = {"noteId": "1b3ec0d1-630a-4fd5-88ab-f4138886b442"}
    answer = _call(twenty, method, path, [body] if "batch" in path else body)
    assert answer.status_code == 400
    assert answer.json()["messages"] == [
        'insert or update on table "noteTarget" violates foreign key constraint "FK_52050fd9cf6b7ba9982ef9d867a"'
    ]
    assert twenty.rows("noteTargets") == before


def test_a_soft_deleted_row_can_still_be_named(twenty: SandboxTwenty) -> None:
    """It is hidden, and there."""
    _call(twenty, "DELETE", f"notes/{NOTE}?soft_delete=true")
    assert _call(twenty, "POST", "noteTargets", {"noteId": NOTE}).status_code == 201


def test_a_destroyed_note_takes_its_targets_along(twenty: SandboxTwenty) -> None:
    """In silence: no event tells of them (see the recorded positions of the targets that follow)."""
    _call(twenty, "DELETE", f"notes/{NOTE}")
    assert twenty.rows("noteTargets") == []


def test_a_destroyed_person_leaves_an_empty_relation(twenty: SandboxTwenty) -> None:
    """The target stays, and names nobody."""
    _call(twenty, "DELETE", f"people/{PERSON}")
    assert [(row["noteId"], row["targetPersonId"]) for row in twenty.rows("noteTargets")] == [(NOTE, None)]


def test_depth_one_shows_related_rows_that_are_not_deleted(twenty: SandboxTwenty) -> None:
    """Lists and single rows alike, and no relations of the related rows."""
    shown = _call(twenty, "GET", "noteTargets?depth=1").json()["data"]["noteTargets"][0]
    assert (shown["note"]["id"], shown["targetPerson"]["id"], shown["targetCompany"]) == (NOTE, PERSON, None)
    assert "noteTargets" not in shown["note"]
    _call(twenty, "DELETE", f"people/{PERSON}?soft_delete=true")
    shown = _call(twenty, "GET", f"noteTargets/{TARGET}?depth=1").json()["data"]["noteTarget"]
    assert (shown["note"]["id"], shown["targetPerson"], shown["targetPersonId"]) == (NOTE, None, PERSON)


def test_a_restore_of_what_is_not_deleted_moves_its_time_and_tells_nobody() -> None:
    """As recorded: the row is answered, and there is no event; one that is deleted has one."""
    told: list[Change] = []
    store = Store(Catalogue())
    workspace = Workspace(store, SandboxClock(), told.extend)
    note = workspace.create(NOTES, [{}], upsert=False)[0]
    store.put(NOTES, note | {"updatedAt": "2026-01-01T00:00:00.000Z"})
    told.clear()
    named = read_selection(NOTES, [f"id[eq]:{note['id']}"], store)
    assert workspace.restore(NOTES, named)[0]["updatedAt"] > "2026-01-01T00:00:00.000Z"
    assert told == []
    workspace.soft_delete(NOTES, named)
    workspace.restore(NOTES, named)
    assert [change.event_name for change in told] == ["note.deleted", "note.restored"]
