"""Writes to the sandbox: upsert, batches, compare-and-set, soft delete and restore."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from sandbox.twenty import SandboxClock, SandboxTwenty

HEADERS = {"Authorization": "Bearer key"}


@pytest.fixture
def twenty() -> Iterator[SandboxTwenty]:
    twenty = SandboxTwenty("key", tokens=None)
    yield twenty
    twenty.stop()


@pytest.fixture
def base(twenty: SandboxTwenty) -> str:
    return f"{twenty.start()}/rest"


def _send(method: str, url: str, body: Any = None, **params: str) -> requests.Response:
    return requests.request(method, url, json=body, params=params, headers=HEADERS, timeout=10)


def _progression(base: str, **fields: Any) -> dict[str, Any]:
    row: dict[str, Any] = _send("POST", f"{base}/repProgressions", fields).json()["data"]["createRepProgression"]
    return row


def test_an_upsert_by_the_unique_field_keeps_what_is_not_sent(base: str) -> None:
    """The row is found by workspaceMemberId, and its other fields stay."""
    row = _progression(base, workspaceMemberId="m", name="Jane", badges=["a"])
    answer = _send("POST", f"{base}/repProgressions", {"workspaceMemberId": "m", "totalXp": 42}, upsert="true")
    written = answer.json()["data"]["createRepProgression"]
    assert answer.status_code == 201
    assert written == row | {"totalXp": 42, "updatedAt": written["updatedAt"]}


def test_an_upsert_revives_a_soft_deleted_row(base: str) -> None:
    """A soft-deleted row holds its key; upserting the key un-deletes that very row."""
    row = _progression(base, workspaceMemberId="m")
    _send("DELETE", f"{base}/repProgressions/{row['id']}", soft_delete="true")
    again = _send("POST", f"{base}/repProgressions", {"workspaceMemberId": "m"})
    revived = _send("POST", f"{base}/batch/repProgressions", [{"workspaceMemberId": "m"}], upsert="true")
    assert again.json()["messages"] == ["A duplicate entry was detected"]
    assert [(each["id"], each["deletedAt"]) for each in revived.json()["data"]["createRepProgressions"]] == [
        (row["id"], None)
    ]


def test_an_upsert_that_means_two_rows_is_refused(base: str) -> None:
    """An id of one row with the key of another is a 400 that names both."""
    one, _ = _progression(base, workspaceMemberId="k-2"), _progression(base, workspaceMemberId="k-1")
    sent = {"id": one["id"], "workspaceMemberId": "k-1"}
    answer = _send("POST", f"{base}/repProgressions", sent, upsert="true")
    assert answer.json()["messages"] == [
        f"Multiple records found with the same unique field values for id (id: {one['id']}); "
        "workspaceMemberId (workspaceMemberId: k-1). Cannot determine which record to update."
    ]


@pytest.mark.parametrize(
    "batch",
    [
        [{"workspaceMemberId": "new"}, {"workspaceMemberId": "held"}],
        [{"workspaceMemberId": "new"}, {"workspaceMemberId": "new"}],
        [{"workspaceMemberId": "new"}, {"nope": 1}],
    ],
)
def test_a_batch_is_written_whole_or_not_at_all(twenty: SandboxTwenty, base: str, batch: list[dict[str, Any]]) -> None:
    """One bad member, and the good one is not there either."""
    _progression(base, workspaceMemberId="held")
    assert _send("POST", f"{base}/batch/repProgressions", batch).status_code == 400
    assert [row["workspaceMemberId"] for row in twenty.rows("repProgressions")] == ["held"]


def test_a_batch_of_more_than_200_is_refused(base: str) -> None:
    """200 are written in the order sent, 201 are too many."""
    names = [{"name": str(number)} for number in range(201)]
    refused = _send("POST", f"{base}/batch/repProgressions", names)
    written = _send("POST", f"{base}/batch/repProgressions", names[:200])
    assert refused.json()["messages"] == ["Maximum number of records to upsert is 200."]
    assert [row["name"] for row in written.json()["data"]["createRepProgressions"]] == [
        str(number) for number in range(200)
    ]


@pytest.fixture
def slow_base() -> Iterator[str]:
    """A sandbox that takes 2 ms to look at its clock, which it does between finding a row and writing it."""

    def slow_now() -> datetime:
        time.sleep(0.002)
        return datetime.now(UTC)

    twenty = SandboxTwenty("key", clock=SandboxClock(slow_now), tokens=None)
    yield f"{twenty.start()}/rest"
    twenty.stop()


def test_of_racing_compare_and_sets_exactly_one_wins(slow_base: str) -> None:
    """16 writers who all read the same totalXp: one gets the row, 15 get an empty list, in each of 5 rounds."""
    base = slow_base
    row = _progression(base, workspaceMemberId="m", totalXp=0)
    for xp in range(5):
        condition = f'and(id[eq]:"{row["id"]}",totalXp[eq]:{xp})'

        def write(_: int, xp: int = xp, condition: str = condition) -> list[Any]:
            answer = _send("PATCH", f"{base}/repProgressions", {"totalXp": xp + 1}, filter=condition)
            written: list[Any] = answer.json()["data"]["updateRepProgressions"]
            return written

        with ThreadPoolExecutor(16) as writers:
            answers = list(writers.map(write, range(16)))
        assert sorted(map(len, answers)) == [0] * 15 + [1]


def test_a_compare_and_set_on_updated_at_needs_lte(base: str) -> None:
    """`updatedAt[eq]` in a PATCH filter of a custom object is a 500, `[lte]` works."""
    row = _progression(base, workspaceMemberId="m")
    url, stamp = f"{base}/repProgressions", row["updatedAt"]
    fault = _send("PATCH", url, {"totalXp": 5}, filter=f'id[eq]:"{row["id"]}",updatedAt[eq]:"{stamp}"')
    written = _send("PATCH", url, {"totalXp": 5}, filter=f'id[eq]:"{row["id"]}",updatedAt[lte]:"{stamp}"')
    assert (fault.status_code, fault.json()["messages"]) == (500, ["Data validation error."])
    assert len(written.json()["data"]["updateRepProgressions"]) == 1


def test_a_patch_of_more_than_200_rows_is_refused(twenty: SandboxTwenty, base: str) -> None:
    """Nothing is written, and the refusal carries a code."""
    for _ in range(201):
        twenty.put("notes", {"title": "old"})
    answer = _send("PATCH", f"{base}/notes", {"title": "new"})
    assert answer.json() == {
        "statusCode": 400,
        "error": "Error",
        "messages": ["Cannot update more than 200 records at once"],
        "code": "TOO_MANY_RECORDS_TO_UPDATE",
    }
    assert {row["title"] for row in twenty.rows("notes")} == {"old"}


def test_soft_delete_and_restore_take_the_targets_along(twenty: SandboxTwenty, base: str) -> None:
    """A note's noteTargets are deleted and restored with it; a get finds neither in between."""
    note = _send("POST", f"{base}/notes", {"title": "x"}).json()["data"]["createNote"]
    _send("POST", f"{base}/noteTargets", {"noteId": note["id"]})
    gone = _send("DELETE", f"{base}/notes/{note['id']}", soft_delete="true").json()["data"]["deleteNote"]
    assert gone["deletedAt"] == gone["updatedAt"] >= note["updatedAt"]
    assert [row["deletedAt"] is None for row in twenty.rows("noteTargets")] == [False]
    assert _send("GET", f"{base}/notes/{note['id']}").status_code == 404
    back = _send("PATCH", f"{base}/restore/notes", filter=f"id[eq]:{note['id']}").json()
    assert [row["deletedAt"] for row in back["data"]["restoreNotes"]] == [None]
    assert [row["deletedAt"] for row in twenty.rows("noteTargets")] == [None]


def test_a_soft_deleted_row_can_still_be_patched(base: str) -> None:
    """PATCH by id answers 200 and leaves deletedAt alone."""
    row = _progression(base, workspaceMemberId="m")
    gone = _send("DELETE", f"{base}/repProgressions/{row['id']}", soft_delete="true").json()
    patched = _send("PATCH", f"{base}/repProgressions/{row['id']}", {"totalXp": 9}).json()
    deleted_at = gone["data"]["deleteRepProgression"]["deletedAt"]
    assert patched["data"]["updateRepProgression"]["deletedAt"] == deleted_at is not None


def test_delete_is_for_good_and_many_need_a_filter(twenty: SandboxTwenty, base: str) -> None:
    """A plain DELETE removes the row; DELETE of a whole object is refused."""
    row = _progression(base, name="m0")
    refused = _send("DELETE", f"{base}/repProgressions")
    gone = _send("DELETE", f"{base}/repProgressions", filter="name[startsWith]:m")
    again = _send("DELETE", f"{base}/repProgressions/{row['id']}")
    assert refused.json()["messages"][0].startswith("Filters are mandatory for bulk destroy operations.")
    assert gone.json() == {"data": {"deleteRepProgressions": [{"id": row["id"]}]}}
    assert (again.status_code, twenty.rows("repProgressions")) == (404, [])


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({"badges": []}, {"badges": None}),
        ({"badges": '{"x":1}'}, {"badges": {"x": 1}}),
        ({"currentRank": None}, {"currentRank": ""}),
        ({"totalXp": 9007199254740993}, {"totalXp": 9007199254740992}),
        ({"totalXp": 1.5}, {"totalXp": 1.5}),
        ({"adoptedAt": "2026-11-20T10:00:00.123456+02:00"}, {"adoptedAt": "2026-11-20T08:00:00.123Z"}),
    ],
)
def test_values_are_kept_in_twentys_form(base: str, sent: dict[str, Any], kept: dict[str, Any]) -> None:
    """Empty lists become null, null texts "", times UTC with milliseconds, big numbers JavaScript's."""
    row = _progression(base, **sent)
    assert {name: row[name] for name in kept} == kept


def test_parts_of_a_composite_are_merged(base: str) -> None:
    """An amount sent without its currency keeps the currency; digits in a string are a number."""
    sent = {"name": "Roof", "amount": {"amountMicros": "2500000", "currencyCode": "USD"}}
    row = _send("POST", f"{base}/opportunities", sent).json()["data"]["createOpportunity"]
    patched = _send("PATCH", f"{base}/opportunities/{row['id']}", {"amount": {"amountMicros": 1}}).json()
    assert row["amount"] == {"amountMicros": 2500000, "currencyCode": "USD"}
    assert patched["data"]["updateOpportunity"]["amount"] == {"amountMicros": 1, "currencyCode": "USD"}
