"""Lists read page by page, and the schema of an object."""

import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from twenty_client.errors import ServerFault
from twenty_client.metadata import read_schema
from twenty_client.paging import pages
from twenty_client.reply import Page, Reply, read_reply
from twenty_client.request import Request, Row


class FakeTwenty:
    """Gives the replies in turn and keeps the requests."""

    def __init__(self, replies: Iterable[Reply]) -> None:
        self._replies = iter(replies)
        self.requests: list[Request] = []

    def send(self, request: Request) -> Reply:
        """The next reply."""
        self.requests.append(request)
        return next(self._replies)


def page(row_id: str, *, cursor: str | None, has_next: bool) -> Reply:
    rows: tuple[Row, ...] = ({"id": row_id},)
    return Reply(rows, Page(rows, 3, has_next, cursor), None)


def test_pages_follow_the_cursor() -> None:
    """Each page is asked for after the last one's cursor, without an order, until there is no next."""
    twenty = FakeTwenty([page("1", cursor="c1", has_next=True), page("2", cursor="c2", has_next=False)])
    read = [each.rows[0]["id"] for each in pages(twenty, "notes", "points[gte]:1", limit=1, after="c0")]
    assert read == ["1", "2"]
    assert [dict(request.query) for request in twenty.requests] == [
        {"filter": "points[gte]:1", "limit": "1", "starting_after": "c0"},
        {"filter": "points[gte]:1", "limit": "1", "starting_after": "c1"},
    ]


@pytest.mark.parametrize("cursors", [["c1", "c1"], [None], ["c1", "c2", "c1"], ["c0"]])
def test_pages_never_loop(cursors: list[str | None]) -> None:
    """A cursor that is missing or was there before ends the reading with an error."""
    twenty = FakeTwenty(page("1", cursor=cursor, has_next=True) for cursor in cursors)
    with pytest.raises(ServerFault):
        list(pages(twenty, "notes", None, after="c0"))
    assert len(twenty.requests) == len(cursors)


def test_a_list_without_paging_is_a_fault() -> None:
    """A reply without page information is not taken for the whole list."""
    with pytest.raises(ServerFault):
        list(pages(FakeTwenty([Reply((), None, None)]), "notes", None))


def objects_answer() -> Reply:
    path = Path(__file__).parent.parent / "recordings/twenty_client/replies.json"
    (body,) = [each["body"] for each in json.loads(path.read_text()) if each["name"] == "objects"]
    return read_reply(Request("GET", "/rest/metadata/objects"), 200, {}, json.dumps(body).encode())


def test_schema_of_an_object() -> None:
    """An object's schema names its fields' types and its unique fields."""
    schema = read_schema(FakeTwenty([objects_answer()]), "repProgressions")
    assert schema is not None
    assert (schema.plural, schema.singular) == ("repProgressions", "repProgression")
    assert (schema.fields["points"], schema.fields["payload"]) == ("NUMBER", "RAW_JSON")
    assert schema.unique == {"externalKey"}


def test_objects_are_read_to_the_last_page() -> None:
    """Where a page holds fewer than there are, as on older versions, what stands on the last page is found too."""
    first = Reply(({"namePlural": "notes", "fields": []},), Page((), 2, True, "c1"), None)
    twenty = FakeTwenty([first, objects_answer()])
    assert read_schema(twenty, "repProgressions") is not None
    assert dict(twenty.requests[1].query)["starting_after"] == "c1"


@pytest.mark.parametrize("stuck", [Page((), 9, True, None), Page((), 9, True, "c1")])
def test_a_list_of_objects_that_does_not_end_is_a_fault(stuck: Page) -> None:
    """A cursor that is missing, or a page without rows that promises more."""
    twenty = FakeTwenty([Reply(({"namePlural": "notes"},), stuck, None), Reply((), stuck, None)])
    with pytest.raises(ServerFault):
        read_schema(twenty, "notes")


def test_schema_leaves_out_what_is_inactive() -> None:
    """A deactivated field is no field, and a deactivated object no object."""
    fields = [{"name": "a", "type": "TEXT", "isActive": False}, {"name": "b", "type": "TEXT"}]
    row = {"id": "o1", "namePlural": "notes", "nameSingular": "note", "fields": fields}
    schema = read_schema(FakeTwenty([Reply((row,), None, None)]), "notes")
    assert schema is not None
    assert dict(schema.fields) == {"b": "TEXT"}
    assert read_schema(FakeTwenty([Reply(({**row, "isActive": False},), None, None)]), "notes") is None


def test_no_such_object() -> None:
    """An object the workspace lacks has no schema."""
    assert read_schema(FakeTwenty([objects_answer()]), "nopes") is None
