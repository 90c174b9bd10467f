"""Lists of the sandbox: limits, order and cursors."""

import base64
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from sandbox.twenty import SandboxTwenty

HEADERS = {"Authorization": "Bearer key"}
IDS = [f"20202020-0000-4000-8000-{number:012d}" for number in range(205)]


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    twenty = SandboxTwenty("key", tokens=None)
    for number, record_id in reversed(list(enumerate(IDS))):
        stamp = f"2026-11-21T01:00:00.{999 - number // 2:03d}Z"
        twenty.put("notes", {"id": record_id, "title": f"n{number}", "updatedAt": stamp})
    yield twenty.start()
    twenty.stop()


def _list(base: str, **params: Any) -> requests.Response:
    return requests.get(f"{base}/rest/notes", params=params, headers=HEADERS, timeout=5)


def _ids(answer: requests.Response) -> list[str]:
    return [note["id"] for note in answer.json()["data"]["notes"]]


@pytest.mark.parametrize(("asked", "given"), [({}, 60), ({"limit": 500}, 200), ({"limit": 2}, 2)])
def test_a_page_holds_60_rows_or_the_limit_but_never_more_than_200(
    base: str, asked: dict[str, int], given: int
) -> None:
    """The limit is silently clamped; rows come in id order."""
    assert _ids(_list(base, **asked)) == IDS[:given]


def test_cursors_lead_through_all_rows_once(base: str) -> None:
    """Following endCursor until hasNextPage is false gives every row exactly once."""
    seen: list[str] = []
    info: dict[str, Any] = {"hasNextPage": True, "endCursor": None}
    while info["hasNextPage"]:
        after = {"starting_after": info["endCursor"]} if info["endCursor"] else {}
        answer = _list(base, limit=50, **after)
        seen += _ids(answer)
        info = answer.json()["pageInfo"]
    assert seen == IDS


def test_a_cursor_without_order_holds_the_id_alone(base: str) -> None:
    """It is the base64 of `{"id":"…"}`, as recorded."""
    info = _list(base, limit=2).json()["pageInfo"]
    assert base64.b64decode(info["endCursor"]).decode() == f'{{"id":"{IDS[1]}"}}'
    assert info["hasPreviousPage"] is False


def test_reading_backwards_swaps_the_cursors(base: str) -> None:
    """`ending_before` gives the rows before it in forward order, with start and end cursor swapped."""
    cursor = base64.b64encode(f'{{"id":"{IDS[2]}"}}'.encode()).decode()
    answer = _list(base, limit=2, ending_before=cursor)
    info = answer.json()["pageInfo"]
    assert _ids(answer) == IDS[:2]
    assert (info["hasNextPage"], info["hasPreviousPage"]) == (False, False)
    assert IDS[1] in base64.b64decode(info["startCursor"]).decode()


def test_order_by_puts_its_fields_into_the_cursor(base: str) -> None:
    """Rows of the same updatedAt come in id order, and the next page goes on between them."""
    first = _list(base, limit=3, order_by="updatedAt[DescNullsLast]")
    cursor = first.json()["pageInfo"]["endCursor"]
    second = _list(base, limit=3, order_by="updatedAt[DescNullsLast]", starting_after=cursor)
    assert _ids(first) + _ids(second) == IDS[:6]
    expected = f'{{"updatedAt":"2026-11-21T01:00:00.998Z","id":"{IDS[2]}"}}'
    assert base64.b64decode(cursor).decode() == expected


def test_limit_zero_only_counts(base: str) -> None:
    """No rows and null cursors, yet the total and hasNextPage."""
    answer = _list(base, limit=0).json()
    info = {"startCursor": None, "endCursor": None, "hasNextPage": True, "hasPreviousPage": False}
    assert answer == {"data": {"notes": []}, "totalCount": len(IDS), "pageInfo": info}


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"limit": -1}, "limit '-1' is invalid. Should be an integer"),
        ({"limit": "abc"}, "limit 'abc' is invalid. Should be an integer"),
        ({"starting_after": "garbage"}, "Invalid cursor: garbage"),
        ({"order_by": "nope"}, 'Field "nope" does not exist or is not sortable'),
        (
            {"order_by": "createdAt[desc]"},
            "'order_by' direction 'desc' invalid. Allowed values are 'AscNullsFirst', 'AscNullsLast', "
            "'DescNullsFirst', 'DescNullsLast'. "
            "eg: ?order_by=field_1[AscNullsFirst],field_2[DescNullsLast],field_3",
        ),
    ],
)
def test_bad_paging_is_refused_in_the_recorded_words(base: str, params: dict[str, Any], message: str) -> None:
    """Each mistake is a 400 with Twenty's message."""
    answer = _list(base, **params)
    assert (answer.status_code, answer.json()["messages"]) == (400, [message])
