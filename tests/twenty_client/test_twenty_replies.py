"""Answers recorded from a real Twenty, read."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from twenty_client.errors import ServerFault
from twenty_client.reply import Reply, read_reply
from twenty_client.request import WEBHOOKS, Request, list_rows

REQUEST = list_rows("notes")


@pytest.fixture(scope="module")
def recorded() -> dict[str, dict[str, Any]]:
    """The recorded answers by name."""
    path = Path(__file__).parent.parent / "recordings/twenty_client/replies.json"
    return {each["name"]: each for each in json.loads(path.read_text())}


def read(answer: dict[str, Any], headers: dict[str, str] | None = None) -> Reply:
    return read_reply(REQUEST, answer["status"], headers or {}, json.dumps(answer["body"]).encode())


def test_list(recorded: dict[str, dict[str, Any]]) -> None:
    """A list gives its rows and the page they are."""
    reply = read(recorded["rest-003-list-notes-page2"])
    assert [row["title"] for row in reply.rows] == ["Skills & Experience Review", "Networking Connection"]
    assert reply.page is not None
    assert reply.page.rows == reply.rows
    assert (reply.page.total_count, reply.page.has_next) == (1800, True)
    assert reply.page.end_cursor == recorded["rest-003-list-notes-page2"]["body"]["pageInfo"]["endCursor"]


def test_empty_list(recorded: dict[str, dict[str, Any]]) -> None:
    """An empty list is a page without rows, next page and cursor."""
    reply = read(recorded["rest3-007-list-after-soft"])
    assert reply.page is not None
    assert (reply.rows, reply.page.total_count) == ((), 0)
    assert (reply.page.has_next, reply.page.end_cursor) == (False, None)


def test_one_row(recorded: dict[str, dict[str, Any]]) -> None:
    """A call about one row gives that row, and no page."""
    reply = read(recorded["rest-022-get-note"])
    assert reply.row["id"] == "11a226d5-32af-4f7b-a9ee-182f28498f2a"
    assert reply.page is None


def test_batch_upsert(recorded: dict[str, dict[str, Any]]) -> None:
    """A batch gives the rows as they now are."""
    assert [row["points"] for row in read(recorded["rest2-012-batch-upsert"]).rows] == [100, 9]


def test_compare_and_set(recorded: dict[str, dict[str, Any]]) -> None:
    """A compare-and-set gives the row it changed, or no row when another writer was first."""
    assert read(recorded["cas-002-cas-win"]).row["points"] == 1
    assert read(recorded["cas-003-cas-lose"]).rows == ()


def test_newer_metadata_form() -> None:
    """Rows that lie directly under `data` are read too."""
    assert read({"status": 200, "body": {"data": [{"id": "1"}]}}).rows == ({"id": "1"},)


@pytest.mark.parametrize("body", ['[{"id": "1"}]', '{"data": [{"id": "1"}]}', '{"data": {"webhooks": [{"id": "1"}]}}'])
def test_webhooks_come_bare_or_wrapped(body: str) -> None:
    """Recorded without anything around them; the forms that all else has are understood too."""
    assert read_reply(Request("GET", WEBHOOKS), 200, {}, body.encode()).rows == ({"id": "1"},)


def test_server_at_is_twentys_clock(recorded: dict[str, dict[str, Any]]) -> None:
    """The `Date` header becomes an aware UTC time; a missing or odd one becomes nothing."""
    answer = recorded["rest-022-get-note"]
    assert read(answer, {"DATE": "Sat, 21 Nov 2026 01:41:28 GMT"}).server_at == datetime(
        2026, 11, 21, 1, 41, 28, tzinfo=UTC
    )
    assert read(answer, {"Date": "yesterday"}).server_at is None
    assert read(answer).server_at is None


def test_repr_keeps_rows_to_itself(recorded: dict[str, dict[str, Any]]) -> None:
    """A reply in a log or a traceback does not show what notes say."""
    assert "Impressive" not in repr(read(recorded["rest-003-list-notes-page2"]))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>sign in: Ann</html>",
        b"[]",
        b"{}",
        b'{"data": null}',
        b'{"data": {"createNote": null}}',
        b'{"data": {"notes": ["Ann"]}}',
        b'{"data": {"a": [], "b": []}}',
        b'{"data": {"notes": []}, "pageInfo": {}}',
    ],
)
def test_an_answer_that_makes_no_sense_may_pass(body: bytes) -> None:
    """A 200 that is not Twenty's form is a transient fault, told without repeating it."""
    with pytest.raises(ServerFault) as caught:
        read_reply(REQUEST, 200, {}, body)
    assert "Ann" not in repr(caught.value)
    assert caught.value.status == 200
