"""The sandbox's filter language, with the answers recorded from Twenty 2.21."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from sandbox.twenty import SandboxTwenty

HEADERS = {"Authorization": "Bearer key"}
FIRST = "55503c09-5ff1-41db-afbc-1d65421c10d5"
QUOTED = "bccc39bc-1587-4ef6-8fbe-a9972d0da7ba"
LOWER = "41f70ef9-d92c-4add-9b9b-cd7bfcaa07b6"
OTHER = "58262536-164b-4a04-b544-e63b3d0b931e"
GONE = "68262536-164b-4a04-b544-e63b3d0b931e"

NOTES: list[dict[str, Any]] = [
    {"id": FIRST, "title": "[REP] Weekly call: Acme", "createdAt": "2026-11-21T01:43:13.048Z"},
    {"id": QUOTED, "title": '[REP] it\'s (odd), "quoted"', "createdAt": "2026-11-21T01:43:13.068Z"},
    {"id": LOWER, "title": "[rep] lower", "createdAt": "2026-11-21T01:43:13.082Z"},
    {
        "id": OTHER,
        "title": "Other note",
        "createdAt": "2026-11-21T01:43:13.101Z",
        "createdBy": {"source": "MANUAL", "workspaceMemberId": None, "name": "Jane", "context": None},
    },
    {
        "id": GONE,
        "title": "Gone note",
        "createdAt": "2026-11-21T01:40:00.000Z",
        "deletedAt": "2026-11-21T02:00:00.000Z",
    },
]


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    twenty = SandboxTwenty("key", tokens=None)
    for note in NOTES:
        twenty.put("notes", note)
    for key, xp in (("a", 100), ("b", 42), ("", None)):
        twenty.put("repProgressions", {"name": key, "workspaceMemberId": key, "totalXp": xp})
    yield twenty.start()
    twenty.stop()


def _get(base: str, plural: str, source: str) -> requests.Response:
    return requests.get(f"{base}/rest/{plural}", params={"filter": source}, headers=HEADERS, timeout=5)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("createdAt[gte]:2026-11-21T01:43:13.048Z", {FIRST, QUOTED, LOWER, OTHER}),
        ('createdAt[gte]:"2026-11-21T01:43:13.048Z"', {FIRST, QUOTED, LOWER, OTHER}),
        ("createdAt[gt]:2026-11-21T01:43:13.048Z", {QUOTED, LOWER, OTHER}),
        ("createdAt[lt]:2026-11-21T03:43:13.082+02:00", {FIRST, QUOTED}),
        ("createdAt[lte]:2026-11-21T01:43:13.048Z", {FIRST}),
        ("createdAt[eq]:2026-11-21T01:43:13.082Z", {LOWER}),
        ("title[startsWith]:[REP]", {FIRST, QUOTED}),
        ('title[startsWith]:"[REP]"', {FIRST, QUOTED}),
        ("title[endsWith]:lower", {LOWER}),
        ('title[like]:"[REP]%"', {FIRST, QUOTED}),
        ('title[ilike]:"[rep]%"', {FIRST, QUOTED, LOWER}),
        ('title[eq]:"[REP] it\'s (odd), "quoted""', {QUOTED}),
        ('title[eq]:"a, b"', set()),
        ("title[eq]:Other note", {OTHER}),
        ('title[neq]:"Other note"', {FIRST, QUOTED, LOWER}),
        (f'id[in]:["{FIRST}","{QUOTED}"]', {FIRST, QUOTED}),
        (f"id[in]:[{FIRST},{QUOTED}]", {FIRST, QUOTED}),
        ('and(createdAt[gte]:2026-11-21T01:43:13.082Z,title[ilike]:"%rep%")', {LOWER}),
        ("createdAt[gte]:2026-11-21T01:43:13.082Z,title[ilike]:%rep%", {LOWER}),
        ('or(title[eq]:"Other note",title[ilike]:%lower%)', {LOWER, OTHER}),
        ('and(createdAt[gt]:2026-11-21,or(title[eq]:"Other note",title[ilike]:%lower%))', {LOWER, OTHER}),
        ("not(title[ilike]:%rep%)", {OTHER}),
        ("createdBy.source[eq]:MANUAL", {OTHER}),
        ("createdBy.source[in]:[API,MANUAL]", {FIRST, QUOTED, LOWER, OTHER}),
        ("deletedAt[is]:NULL", {FIRST, QUOTED, LOWER, OTHER}),
        ("deletedAt[is]:NOT_NULL", {GONE}),
        ("or(deletedAt[is]:NULL,deletedAt[is]:NOT_NULL)", {FIRST, QUOTED, LOWER, OTHER, GONE}),
    ],
)
def test_a_filter_selects_the_recorded_notes(base: str, source: str, expected: set[str]) -> None:
    """Each form of the language lets through exactly its rows, and counts them."""
    answer = _get(base, "notes", source).json()
    assert {note["id"] for note in answer["data"]["notes"]} == expected
    assert answer["totalCount"] == len(expected)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("totalXp[gte]:100", {"a"}),
        ("totalXp[in]:[100,42]", {"a", "b"}),
        ("totalXp[is]:NULL", {""}),
        ("workspaceMemberId[is]:NULL", {""}),
        ('workspaceMemberId[eq]:""', {""}),
        ("totalXp[neq]:42", {"a"}),
    ],
)
def test_numbers_and_empty_texts_compare_as_recorded(base: str, source: str, expected: set[str]) -> None:
    """A null is neither equal nor unequal to a number; an empty text is null and equal to ""."""
    rows = _get(base, "repProgressions", source).json()["data"]["repProgressions"]
    assert {row["workspaceMemberId"] for row in rows} == expected


OPERATORS = "eq, neq, in, containsAny, is, gt, gte, lt, lte, startsWith, endsWith, like, ilike"


@pytest.mark.parametrize(
    ("plural", "source", "message"),
    [
        ("notes", 'title[eq]:"a ( b"', "'filter' invalid. 1 close bracket is missing in the query"),
        ("notes", "and(title[eq]:x", "'filter' invalid. 1 close bracket is missing in the query"),
        ("notes", "id[in]:[]", "Invalid UUID value '' for field \"id\""),
        (
            "notes",
            f"id[in]:{FIRST}",
            f"'filter' invalid for 'in' operator. Received '{FIRST}' but array value expected "
            "eg: 'field[in]:[value_1,value_2]'",
        ),
        ("notes", "nope[eq]:1", 'Object note doesn\'t have any "nope" field.'),
        (
            "notes",
            "title[contains]:x",
            f"'filter' invalid for 'title[contains]:x', comparator contains not in {OPERATORS}",
        ),
        ("notes", "title:x", "'filter' invalid for 'title:x'. eg: price[gte]:10"),
        ("notes", "title[eq]:", "'filter' invalid for 'title[eq]:'. eg: price[gte]:10"),
        (
            "notes",
            "createdAt[gte]:yesterday",
            "Invalid value 'yesterday' for date-time field \"createdAt\". Expected format: 'YYYY-MM-DDTHH:mm:ssZ'",
        ),
        ("repProgressions", "totalXp[eq]:abc", 'Invalid number value NaN for field "totalXp"'),
        (
            "repProgressions",
            "badges[ilike]:%a%",
            'Operator "ilike" is not valid for field "badges" of type RAW_JSON - Allowed operators: is, like',
        ),
    ],
)
def test_a_bad_filter_is_refused_in_the_recorded_words(base: str, plural: str, source: str, message: str) -> None:
    """Each mistake is a 400 with Twenty's message."""
    answer = _get(base, plural, source)
    assert answer.status_code == 400
    assert answer.json() == {"statusCode": 400, "error": "BadRequestException", "messages": [message]}


def test_a_repeated_filter_drops_all_filters(base: str) -> None:
    """`filter=…&filter=…` lists everything, as Twenty silently does."""
    params = {"filter": ['title[eq]:"Other note"', f"id[eq]:{FIRST}"]}
    answer = requests.get(f"{base}/rest/notes", params=params, headers=HEADERS, timeout=5)
    assert answer.json()["totalCount"] == 4
