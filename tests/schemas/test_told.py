"""What a delivery says of itself: names and ids, never anything else, whatever is sent."""

from typing import Any

import pytest

from schemas.told import MISSING, NOTHING, SWEPT, Told, told_by_webhook, told_of, updated_at


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"eventName": "note.created", "record": {"id": "n-1", "title": "Kim"}}, Told("note.created", "n-1")),
        ({"type": "battle.ended", "data": {"sessionId": "b"}}, Told("battle.ended", None)),
        ({"eventName": "company.*"}, Told("company.*", None)),
        ({"eventName": "Call to Kim Secret", "record": {"id": "Kim Secret"}}, NOTHING),
        ({"eventName": "x" * 101, "record": {"id": "y" * 65}}, NOTHING),
        ({"eventName": ["note"], "record": [1], "type": "note.created"}, NOTHING),
        ({"eventName": "note\x00.created", "record": {"id": "a\x1b[2J"}}, NOTHING),
        ({}, NOTHING),
    ],
)
def test_only_names_and_ids_are_told(body: dict[str, Any], told: Told) -> None:
    """A text is no name, and nothing raises."""
    assert told_by_webhook(body) == told


def test_rows_are_told_with_how_they_came() -> None:
    """By a sweep, or by being missing."""
    assert told_of("note", SWEPT, {"id": "n-1"}) == Told("note.swept", "n-1")
    assert told_of("note", MISSING, {"id": "n-1"}) == Told("note.missing", "n-1")


@pytest.mark.parametrize(
    ("body", "at"),
    [
        ({"record": {"updatedAt": "x"}}, "x"),
        ({"object": "note", "row": {"updatedAt": "y"}}, "y"),
        ({"object": "note", "updatedAt": "z"}, "z"),
        ({"record": "no"}, None),
        ({"record": {"updatedAt": 7}}, None),
    ],
)
def test_the_records_own_time_is_found(body: dict[str, Any], at: str | None) -> None:
    """In each form in which deliveries are kept."""
    assert updated_at(body) == at
