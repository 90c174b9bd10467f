"""Every refusal recorded from a real Twenty, and the error it becomes."""

import json
from pathlib import Path
from typing import Any

import pytest

from twenty_client.errors import (
    Duplicate,
    NotFound,
    PermanentError,
    RateLimited,
    ServerFault,
    TransientError,
    TwentyError,
    Unauthorized,
    ValidationFailed,
    WrongAddress,
)
from twenty_client.refusals import refusal

RECORDED: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent.parent / "recordings/twenty_client/errors.json").read_text()
)

# What is not listed here must be ValidationFailed with the message in MESSAGES.
OTHERS: dict[str, tuple[type[TwentyError], str]] = {
    "updatedAt-eq-is-a-server-fault": (ServerFault, "Data validation error."),
    "err-001-no-token": (Unauthorized, "Missing authentication token"),
    "err-002-bad-token": (Unauthorized, "Token invalid."),
    "err-012-root": (WrongAddress, "no such route"),
    "err-030-404-route": (WrongAddress, "no such route"),
    "err-015-object-to-batch": (ServerFault, "a 400 without a known validation message"),
    "err-017-no-body": (ServerFault, "a 400 without a known validation message"),
    "gql-036-array-batch": (ServerFault, "a 400 without a known validation message"),
    "err-022-readonly-system": (Unauthorized, "Entity performing the request does not have permission"),
    "ratelimit-001-refused": (RateLimited, "Limit reached (100 tokens per 60000 ms)"),
    "rest3-003-get-after-delete-plain": (NotFound, "Record not found"),
    "rest3-011-create-same-key-as-soft-deleted": (Duplicate, "A duplicate entry was detected"),
    "rest2-008-create-rp-upsert-conflicting-id-and-key": (
        Duplicate,
        "Multiple records found with the same unique field values",
    ),
}
MESSAGES = {
    "err-007-unknown-object": "object 'nopes' not found",
    "err-008-unknown-object-singular": "object 'note' not found",
    "err-009-core-prefix": "… is not a valid UUID",
    "err-013-bad-json": "the body is not JSON",
    "err-014-json-array-to-single": 'Object note doesn\'t have any "0" field.',
    "err-018-title-number": 'Invalid string value … for text field "title"',
    "err-021-unknown-field": 'Object note doesn\'t have any "nope" field.',
    "err-023-body-v1": 'Object note doesn\'t have any "body" field.',
    "err-024-bodyV2-bad-blocknote": 'Invalid blocknote value … for field "bodyV2.blocknote"',
    "err-025-bodyV2-string": 'Invalid object value … for field "bodyV2"',
    "err-026-opp-currency-bad": 'Invalid number value … for field "amount.amountMicros"',
    "custom-003-create-object-duplicate": "Multiple validation errors occurred while creating object",
    "custom-014-create-field-externalKey": "Multiple validation errors occurred while creating fields",
    "custom-015-create-field-badType": "type must be one of the known values",
    "rest3-015-restore": "Query path invalid",
    "rest3-025-delete-many-nofilter": "Filters are mandatory for bulk operations",
    "rest3-034-f-createdAt-bad": 'Invalid value … for date-time field "createdAt"',
    "rest3-045-f-eq-openparen": "'filter' invalid",
    "rest3-048-f-in-empty": 'Invalid UUID value … for field "id"',
    "rest3-049-f-in-scalar": "'filter' invalid",
    "rest3-061-f-bad-op": "'filter' invalid",
    "rest3-062-f-no-op": "'filter' invalid",
    "rest3-064-f-empty-value": "'filter' invalid",
    "rest3-066-f-regex": "'filter' invalid",
    "rest3-073-g-select-bad": "invalid input value for enum _repProgression_stage_enum",
    "rest3-078-g-uuid-bad": 'Invalid UUID value … for field "correlationId"',
    "rest3-079-g-json": 'Operator "ilike" is not valid for field "payload" of type RAW_JSON',
    "rest3-082-g-num-str": 'Invalid number value … for field "points"',
    "rest-007-list-notes-limit-neg": "limit is invalid",
    "rest-008-list-notes-limit-abc": "limit is invalid",
    "rest-009-list-notes-bad-cursor": "Invalid cursor",
    "rest-012-list-notes-order-bad": "'order_by' direction invalid",
    "rest-013-list-notes-order-unknown": 'Field "nope" does not exist or is not sortable',
    "rest-015-list-notes-depth2": "'depth' parameter invalid",
    "rest-031-patch-opp-stage-bad": (
        'Invalid value … for field "stage". Valid values are: NEW, SCREENING, MEETING, PROPOSAL, CUSTOMER'
    ),
    "rest-035-create-noteTarget-old-name": 'Object noteTarget doesn\'t have any "opportunityId" field.',
    "rest-036-create-noteTarget-dangling": ('insert or update on table "noteTarget" violates foreign key constraint'),
    "rest2-015-batch-201": "Maximum number of records to upsert is 200.",
    "rest2-020-patch-many-nofilter": "Cannot update more than 200 records at once",
    "rest2-024-get-not-uuid": "… is not a valid UUID",
    "rest2-026-patch-unknown-field": 'Object repProgression doesn\'t have any "nope" field.',
    "rest2-027-patch-number-as-string": 'Invalid number value … for field "points"',
    "rest2-030-patch-json-bad-string": 'Invalid object value … for field "payload"',
    "rest2-033-patch-date-bad": 'Invalid value … for date-time field "lastEventAt"',
    "rest2-035-patch-bool-string": 'Invalid boolean value … for field "isOpen"',
    "rest2-047-patch-relation-bad": ('insert or update on table "_repProgression" violates foreign key constraint'),
    "hook-001-create-webhook-bad-url": "Multiple validation errors occurred while creating webhook",
    "hook-009-put-webhook": "Query path invalid",
}


def refused(status: int, body: object, headers: dict[str, str] | None = None) -> TwentyError:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return refusal("GET /rest/notes?filter", status, headers or {}, raw)


@pytest.mark.parametrize("recorded", RECORDED, ids=lambda recorded: recorded["name"])
def test_recorded_refusal(recorded: dict[str, Any]) -> None:
    """Each recorded refusal becomes the error that says what to do, with Twenty's words but not the values."""
    name = recorded["name"]
    kind, text = OTHERS[name] if name in OTHERS else (ValidationFailed, MESSAGES[name])
    error = refused(recorded["status"], recorded["body"])
    assert type(error) is kind
    assert (error.message, error.status) == (text, recorded["status"])
    assert isinstance(error, ValidationFailed) is (getattr(error, "messages", None) == (text,))


def test_every_expectation_has_a_recording() -> None:
    """The tables above and the recordings name the same refusals."""
    assert {recorded["name"] for recorded in RECORDED} == set(OTHERS) | set(MESSAGES)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (301, PermanentError),
        (302, PermanentError),
        (405, PermanentError),
        (413, PermanentError),
        (408, TransientError),
        (500, TransientError),
        (502, TransientError),
        (503, TransientError),
        (504, TransientError),
    ],
)
def test_answers_of_a_proxy(status: int, kind: type[TwentyError]) -> None:
    """An answer without Twenty's JSON is judged by its status alone."""
    assert isinstance(refused(status, b"<html>Bad Gateway</html>"), kind)


def test_a_proxys_404_is_not_a_missing_row() -> None:
    """A 404 in words that are not Twenty's may pass: a row must not be taken for destroyed because of it."""
    assert type(refused(404, b"404 page not found")) is ServerFault


def test_unknown_400_hides_a_server_fault() -> None:
    """A 400 whose sentence is not known to speak about the request may succeed later."""
    error = refused(400, {"statusCode": 400, "error": "Error", "messages": ["Connection terminated"]})
    assert isinstance(error, TransientError)
    assert "Connection" not in str(error)


@pytest.mark.parametrize(
    ("headers", "expected_s"),
    [
        ({}, None),
        ({"retry-after": "17"}, 17.0),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after": "999999"}, 3600.0),
        ({"retry-after": "-3"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "Sat, 21 Nov 2026 01:00:30 GMT", "date": "Sat, 21 Nov 2026 01:00:00 GMT"}, 30.0),
        ({"retry-after": "Sat, 21 Nov 2026 01:00:30 GMT"}, None),
    ],
)
def test_retry_after(headers: dict[str, str], expected_s: float | None) -> None:
    """The time Twenty names is taken in both of its forms, bounded, and absent if it makes no sense."""
    error = refused(429, {"statusCode": 429, "messages": ["Limit reached"]}, headers)
    assert isinstance(error, RateLimited)
    assert error.retry_after_s == expected_s


@pytest.mark.parametrize(
    "message",
    [
        'Invalid string value Call Ann Miller at 555-0100 for text field "title"',
        'Invalid object value \'Ann Miller for field "x y"\' for field "bodyV2"',
        'invalid input value for enum ws._rank_enum: "Ann Miller"',
        "Multiple records found with the same unique field values for key (key: Ann Miller).",
        "'filter' invalid for 'title[x]:Ann Miller'. eg: price[gte]:10",
        "Unexpected token A in JSON at position 3 near Ann Miller",
        "Ann Miller is not a function",
        "Invalid string value " + "Ann Miller " * 10_000 + 'for text field "title"',
    ],
)
def test_values_are_not_repeated(message: str) -> None:
    """What Twenty quotes of a row or of a filter appears neither in the error's text nor in its fields."""
    error = refused(400, {"statusCode": 400, "error": "BadRequestException", "messages": [message]})
    assert "Miller" not in f"{error} {error!r} {vars(error)}"


def test_a_long_value_does_not_hide_the_sentence() -> None:
    """A refusal that quotes a whole note is still known for what it is."""
    message = "Invalid string value " + "x" * 1_000_000 + ' for text field "title"'
    error = refused(400, {"messages": [message]})
    assert isinstance(error, ValidationFailed)
    assert error.messages == ('Invalid string value … for text field "title"',)


def test_request_line_is_told() -> None:
    """The error says which call failed."""
    assert str(refused(503, b"")) == "503 server fault (GET /rest/notes?filter)"
