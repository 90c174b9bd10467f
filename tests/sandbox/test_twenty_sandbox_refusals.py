"""The sandbox refuses what Twenty 2.21 refused, in the recorded words."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from sandbox.twenty import SandboxTwenty

ID = "c5da359c-00b8-4930-869d-c5ab6359df88"


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    twenty = SandboxTwenty("key", tokens=None)
    yield twenty.start()
    twenty.stop()


@pytest.mark.parametrize("path", ["/rest/notes", "/rest/metadata/objects"])
@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, (403, "FORBIDDEN_EXCEPTION", "Missing authentication token")),
        ({"Authorization": "Bearer wrong"}, (401, "UNAUTHENTICATED", "Token invalid.")),
    ],
)
def test_a_call_needs_the_right_token(
    base: str, path: str, headers: dict[str, str], expected: tuple[int, str, str]
) -> None:
    """No token is 403, a wrong one 401, for metadata as well."""
    status, error, message = expected
    answer = requests.get(base + path, headers=headers, timeout=5)
    assert answer.status_code == status
    assert answer.json() == {"statusCode": status, "messages": [message], "error": error}


BAD = "BadRequestException"
INVALID_PATH = "Valid examples: /rest/companies/id or /rest/companies or /rest/batch/companies"


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "error", "message"),
    [
        ("GET", "nopes", None, 400, BAD, "object 'nopes' not found. eg: companies"),
        ("POST", "nopes", {"a": 1}, 400, BAD, "object 'nopes' not found. eg: companies"),
        ("GET", "note", None, 400, BAD, "object 'note' not found. Did you mean 'notes'?"),
        ("GET", "core/notes", None, 400, BAD, "'notes' is not a valid UUID"),
        ("GET", "notes/not-a-uuid", None, 400, BAD, "'not-a-uuid' is not a valid UUID"),
        ("GET", f"notes/{ID}", None, 404, "NotFoundException", "Record not found"),
        ("PATCH", f"notes/{ID}", {"title": "x"}, 404, "NotFoundException", "Record not found"),
        ("DELETE", f"notes/{ID}", None, 404, "NotFoundException", "Record not found"),
        ("PATCH", f"notes/{ID}/restore", None, 400, BAD, f"'{ID}ore' is not a valid UUID"),
        (
            "PATCH",
            f"restore/notes/{ID}",
            None,
            400,
            BAD,
            f"Query path '/rest/restore/notes/{ID}' invalid. {INVALID_PATH}",
        ),
        ("POST", "notes", [{"title": "x"}], 400, BAD, 'Object note doesn\'t have any "0" field.'),
        ("POST", "batch/notes", {"title": "x"}, 400, "TypeError", "args.data.forEach is not a function"),
        (
            "POST",
            "notes",
            None,
            400,
            "TypeError",
            "Cannot read properties of undefined (reading 'position')",
        ),
        ("POST", "notes", {"title": 5}, 400, BAD, 'Invalid string value 5 for text field "title"'),
        ("POST", "notes", {"title": "a\0b"}, 500, "InternalServerErrorException", "Data validation error."),
        ("POST", "notes", {"body": "old"}, 400, BAD, 'Object note doesn\'t have any "body" field.'),
        (
            "POST",
            "notes",
            {"bodyV2": {"blocknote": "not json"}},
            400,
            BAD,
            'Invalid blocknote value for field "bodyV2.blocknote" - must contain valid JSON',
        ),
        ("POST", "notes", {"bodyV2": "hello"}, 400, BAD, "Invalid object value 'hello' for field \"bodyV2\""),
        (
            "POST",
            "opportunities",
            {"amount": {"amountMicros": "abc"}},
            400,
            BAD,
            'Invalid number value NaN for field "amount.amountMicros"',
        ),
        (
            "POST",
            "opportunities",
            {"stage": "WON"},
            400,
            BAD,
            'Invalid value "WON" for field "stage". Valid values are: NEW, SCREENING, MEETING, PROPOSAL, CUSTOMER',
        ),
        (
            "POST",
            "repProgressions",
            {"totalXp": "12"},
            400,
            BAD,
            "Invalid number value '12' for field \"totalXp\"",
        ),
        (
            "POST",
            "repProgressions",
            {"badges": "not json"},
            400,
            BAD,
            "Invalid object value 'not json' for field \"badges\"",
        ),
        ("POST", "noteTargets", {"noteId": "zzz"}, 400, BAD, "Invalid UUID value 'zzz' for field \"noteId\""),
        (
            "POST",
            "noteTargets",
            {"personId": ID},
            400,
            BAD,
            'Object noteTarget doesn\'t have any "personId" field.',
        ),
    ],
)
def test_a_bad_call_is_refused_in_the_recorded_words(
    base: str, method: str, path: str, body: Any, status: int, error: str, message: str
) -> None:
    """Status, error name and message are those of the recording."""
    headers = {"Authorization": "Bearer key"}
    answer = requests.request(method, f"{base}/rest/{path}", json=body, headers=headers, timeout=5)
    assert answer.status_code == status
    assert answer.json() == {"statusCode": status, "error": error, "messages": [message]}


def test_an_api_key_may_not_create_workspace_members(base: str) -> None:
    """The refusal is a 400 with a code."""
    headers = {"Authorization": "Bearer key"}
    answer = requests.post(f"{base}/rest/workspaceMembers", json={}, headers=headers, timeout=5)
    assert (answer.status_code, answer.json()["code"]) == (400, "PERMISSION_DENIED")


@pytest.mark.parametrize(
    ("method", "path", "raw", "expected"),
    [
        ("POST", "/rest/notes", b'{"title":', (400, "Unexpected end of JSON input", "Bad Request")),
        ("GET", "/nope", None, (404, "Cannot GET /nope", "Not Found")),
    ],
)
def test_what_never_reaches_an_object_has_a_message_and_no_list(
    base: str, method: str, path: str, raw: bytes | None, expected: tuple[int, str, str]
) -> None:
    """Broken JSON and unknown routes are answered with `message`, a string."""
    status, message, error = expected
    headers = {"Authorization": "Bearer key"}
    answer = requests.request(method, base + path, data=raw, headers=headers, timeout=5)
    assert answer.status_code == status
    assert answer.json() == {"message": message, "error": error, "statusCode": status}


def test_a_trailing_slash_is_allowed(base: str) -> None:
    """`/rest/notes/` lists notes."""
    headers = {"Authorization": "Bearer key"}
    answer = requests.get(f"{base}/rest/notes/?limit=1", headers=headers, timeout=5)
    assert answer.json()["data"] == {"notes": []}
