"""Reading without reading everything: what a list looks at, by its filter and cursor."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from sandbox.twenty import SandboxTwenty
from sandbox.twenty.selection import Selection

HEADERS = {"Authorization": "Bearer key"}
NUMBER = 500
ALIVE_OR_NOT = "or(deletedAt[is]:NULL,deletedAt[is]:NOT_NULL)"


def _id(number: int) -> str:
    return f"20202020-0000-4000-8000-{number:012d}"


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    """500 notes, each a second newer than the one before; every tenth has a target; every 50th is soft-deleted."""
    twenty = SandboxTwenty("key", tokens=None)
    for number in range(NUMBER):
        stamp = f"2026-11-21T01:{number // 60:02d}:{number % 60:02d}.000Z"
        deleted_at = stamp if number % 50 == 49 else None
        twenty.put("notes", {"id": _id(number), "updatedAt": stamp, "deletedAt": deleted_at})
    for number in range(0, NUMBER, 10):
        twenty.put("noteTargets", {"id": _id(number), "noteId": _id(number)})
    yield twenty.start()
    twenty.stop()


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of the rows that a filter was tried on."""
    ids: list[str] = []
    tried = Selection.matches

    def matches(self: Selection, row: dict[str, Any]) -> bool:
        ids.append(row["id"])
        return tried(self, row)

    monkeypatch.setattr(Selection, "matches", matches)
    return ids


def _list(base: str, plural: str, **params: Any) -> dict[str, Any]:
    answer = requests.get(f"{base}/rest/{plural}", params=params, headers=HEADERS, timeout=5)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_page_without_a_filter_looks_at_no_row_twice(base: str, looked_at: list[str]) -> None:
    """It comes from the order of the ids, with the count of what is not deleted."""
    first = _list(base, "notes", limit=100)
    second = _list(base, "notes", limit=100, starting_after=first["pageInfo"]["endCursor"])
    alive = [_id(number) for number in range(NUMBER) if number % 50 != 49]
    assert [row["id"] for row in first["data"]["notes"] + second["data"]["notes"]] == alive[:200]
    assert (first["totalCount"], first["pageInfo"]["hasNextPage"]) == (490, True)
    assert looked_at == []


@pytest.mark.parametrize(
    ("plural", "filter_", "numbers"),
    [
        ("notes", f"id[in]:[{_id(7)},{_id(8)},{_id(900)}]", [7, 8]),
        ("notes", f"and(id[eq]:{_id(7)},not(title[eq]:x))", [7]),
        ("notes", 'updatedAt[gte]:"2026-11-21T01:08:17.000Z",deletedAt[is]:NULL', [497, 498, 499]),
        ("notes", f"and(updatedAt[gt]:2026-11-21T01:08:17Z,{ALIVE_OR_NOT})", [497, 498, 499]),
        ("noteTargets", f"noteId[in]:[{_id(20)},{_id(21)}]", [20]),
        ("noteTargets", f"noteId[eq]:{_id(30)},targetPersonId[is]:NULL", [30]),
    ],
)
def test_a_filter_that_an_index_answers_looks_at_the_few_rows_it_names(
    base: str, looked_at: list[str], plural: str, filter_: str, numbers: list[int]
) -> None:
    """By id, by a relation's column, and since a time; the others are not read."""
    _list(base, plural, filter=filter_)
    assert sorted(looked_at) == [_id(number) for number in numbers]


def test_the_last_page_says_that_none_follows(base: str) -> None:
    """Also when it is as long as the limit."""
    ahead = _list(base, "notes", limit=1, filter=f"id[eq]:{_id(NUMBER - 12)}")
    last = _list(base, "notes", limit=10, starting_after=ahead["pageInfo"]["endCursor"])
    assert [row["id"] for row in last["data"]["notes"]] == [_id(number) for number in range(NUMBER - 11, NUMBER - 1)]
    assert last["pageInfo"]["hasNextPage"] is False
    shorter = _list(base, "notes", limit=9, starting_after=ahead["pageInfo"]["endCursor"])
    assert shorter["pageInfo"]["hasNextPage"] is True


def test_an_upper_bound_on_the_time_finds_the_older_rows(base: str) -> None:
    """Only a lower bound is answered by the order of the times."""
    found = _list(base, "notes", filter="updatedAt[lt]:2026-11-21T01:00:03Z")
    assert [row["id"] for row in found["data"]["notes"]] == [_id(0), _id(1), _id(2)]


def test_a_filter_that_no_index_answers_looks_at_each_row_once(base: str, looked_at: list[str]) -> None:
    """An `or` may match anywhere."""
    answer = _list(base, "notes", filter=f"or(id[eq]:{_id(3)},id[eq]:{_id(5)})", limit=1)
    assert ([row["id"] for row in answer["data"]["notes"]], answer["totalCount"]) == ([_id(3)], 2)
    assert len(looked_at) == NUMBER


def test_an_index_follows_what_is_written() -> None:
    """A moved row is found by its new unique value and relation only, a removed one by none."""
    twenty = SandboxTwenty("key", tokens=None)
    base = twenty.start()
    twenty.put("notes", {"id": _id(1)})
    twenty.put("notes", {"id": _id(2)})
    twenty.put("noteTargets", {"id": _id(3), "noteId": _id(1)})
    twenty.put("repProgressions", {"id": _id(4), "workspaceMemberId": "old"})
    call = f"{base}/rest"
    requests.patch(f"{call}/noteTargets/{_id(3)}", json={"noteId": _id(2)}, headers=HEADERS, timeout=5)
    requests.patch(f"{call}/repProgressions/{_id(4)}", json={"workspaceMemberId": "new"}, headers=HEADERS, timeout=5)
    counts = [
        _list(base, plural, filter=filter_)["totalCount"]
        for plural, filter_ in (
            ("noteTargets", f"noteId[eq]:{_id(1)}"),
            ("noteTargets", f"noteId[eq]:{_id(2)}"),
            ("repProgressions", "workspaceMemberId[eq]:old"),
            ("repProgressions", "workspaceMemberId[eq]:new"),
        )
    ]
    requests.delete(f"{call}/repProgressions/{_id(4)}", headers=HEADERS, timeout=5)
    counts.append(_list(base, "repProgressions", filter="workspaceMemberId[eq]:new")["totalCount"])
    twenty.stop()
    assert counts == [0, 1, 0, 1, 0]
