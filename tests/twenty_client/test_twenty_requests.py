"""Requests as they go over the wire."""

import json
from urllib.parse import parse_qsl, urlsplit

import pytest

from twenty_client.request import (
    Request,
    batch_upsert,
    create,
    list_objects,
    list_rows,
    patch_where,
)


def test_list_asks_for_a_page_by_id() -> None:
    """A list names its limit and cursor, sends the filter once, encoded, and no order."""
    request = list_rows("notes", filter='title[eq]:"a & b"', starting_after="abc=")
    assert urlsplit(request.target).path == "/rest/notes"
    assert parse_qsl(urlsplit(request.target).query) == [
        ("filter", 'title[eq]:"a & b"'),
        ("limit", "200"),
        ("starting_after", "abc="),
    ]


def test_line_and_repr_keep_values_to_themselves() -> None:
    """What goes into logs names the query's keys and neither its values nor the body."""
    request = patch_where("notes", 'title[eq]:"Ann"', {"title": "Ann"})
    assert request.line == "PATCH /rest/notes?filter"
    assert "Ann" not in repr(request)


@pytest.mark.parametrize(
    ("request_", "line", "costs_token", "repeatable"),
    [
        (list_rows("notes"), "GET /rest/notes?limit", True, True),
        (create("notes", {"title": "x"}), "POST /rest/notes", True, False),
        (batch_upsert("notes", [{"title": "x"}]), "POST /rest/batch/notes?upsert", True, True),
        (patch_where("notes", "id[eq]:1", {}), "PATCH /rest/notes?filter", True, True),
        (list_objects(), "GET /rest/metadata/objects?limit", False, True),
    ],
    ids=lambda value: value.line if isinstance(value, Request) else "",
)
def test_each_request(request_: Request, line: str, costs_token: bool, repeatable: bool) -> None:
    """Each builder names its route, whether it costs a token, and whether it may be sent twice."""
    assert (request_.line, request_.costs_token, request_.repeatable) == (line, costs_token, repeatable)


def test_nul_is_stripped_everywhere() -> None:
    """NUL characters leave texts, keys, lists and nested objects: Twenty fails on them for ever."""
    request = batch_upsert("notes", [{"title": "a\0b", "bodyV2": {"mark\0down": ["\0", 1, None]}}])
    assert request.body == [{"title": "ab", "bodyV2": {"markdown": ["", 1, None]}}]
    assert b"u0000" not in (request.payload or b"")


def test_payload_is_json() -> None:
    """The body goes out as JSON; numbers that JSON does not know raise."""
    assert json.loads(create("notes", {"title": "ü"}).payload or b"") == {"title": "ü"}
    with pytest.raises(ValueError):
        _ = create("notes", {"points": float("nan")}).payload


@pytest.mark.parametrize("count", [0, 201])
def test_batch_size_is_bounded(count: int) -> None:
    """An empty batch and one over Twenty's limit raise here."""
    with pytest.raises(ValueError):
        batch_upsert("notes", [{}] * count)


@pytest.mark.parametrize("filter", ["", "  "])
def test_blank_filter_is_refused(filter: str) -> None:
    """A blank filter would list or change every row: it raises."""
    with pytest.raises(ValueError):
        patch_where("notes", filter, {"title": "x"})
    with pytest.raises(ValueError):
        list_rows("notes", filter=filter)


@pytest.mark.parametrize("limit", [0, 201])
def test_limit_is_bounded(limit: int) -> None:
    """A limit of 0 gives no cursor and one over 200 is silently lowered: both raise."""
    with pytest.raises(ValueError):
        list_rows("notes", limit=limit)


def test_plural_must_be_a_name() -> None:
    """An object name with path syntax raises."""
    with pytest.raises(ValueError):
        list_rows("notes/../metadata")
