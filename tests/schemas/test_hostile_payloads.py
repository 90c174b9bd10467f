"""Whatever arrives is a value or `Unreadable`, never another exception."""

import json
from collections.abc import Callable
from dataclasses import asdict, is_dataclass
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from schemas.redhawk import read_redhawk
from schemas.twenty import Unreadable, read_event, read_row

SECRET = "the roof leaks"
AT = "2026-11-21T02:48:02.272Z"
OBJECTS = ["note", "noteTarget", "opportunity", "workspaceMember"]
TRAINING = [
    ("module.completed", {"moduleId": "0", "repId": "1", "score": 0.9, "completedAt": AT, "attemptId": "a"}),
    ("exam.submitted", {"examId": "e", "examType": "tcpa", "repId": "1", "score": 90, "completedAt": AT}),
    ("certification.awarded", {"certificationId": "c", "repId": "1", "awardedAt": AT}),
    ("battle.ended", {"sessionId": "s", "repId": "1", "level": 3, "outcome": "won", "score": 5, "completedAt": AT}),
    ("mentorship.recorded", {"mentorRepId": "1", "menteeRepId": "2", "recordedAt": AT}),
]

TEXTS = st.text(alphabet=st.characters(exclude_categories=()), max_size=20)
ODD_TEXTS = st.sampled_from(
    ["\x00", "\ud800", "NaN", "sNaN", "1e999999999", "-1e-999999999", "9" * 5_000, "0001-01-01T00:00:00+23:59", SECRET]
)
ODD_NUMBERS = st.sampled_from([10**400, -1, 0, 1, 1.5, 5e-324, 1.7e308, True, False])
JUNK = st.recursive(
    st.none() | ODD_TEXTS | TEXTS | ODD_NUMBERS | st.floats(allow_nan=True) | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "name", SECRET]), inner),
    max_leaves=5,
)


def _mutated(data: st.DataObject, value: Any) -> Any:
    """The value with one part somewhere inside it replaced by junk or left out."""
    if not isinstance(value, dict) or not value or data.draw(st.integers(0, 5)) == 0:
        return data.draw(JUNK)
    key = data.draw(st.sampled_from(sorted(value)))
    rest = {name: part for name, part in value.items() if name != key}
    return rest if data.draw(st.integers(0, 9)) == 0 else {**rest, key: _mutated(data, value[key])}


def _outcome(read: Callable[[], object]) -> object:
    try:
        return read()
    except Unreadable as unreadable:
        reason = unreadable.reason
    assert SECRET not in reason
    assert 0 < len(reason) <= 300
    return None


def _is_storable(value: object) -> bool:
    if isinstance(value, dict):
        return all(map(_is_storable, value.values()))
    if isinstance(value, str):
        value.encode()
        return "\x00" not in value
    return True


def _check(outcome: object) -> None:
    if outcome is not None:
        assert is_dataclass(outcome)
        assert not isinstance(outcome, type)
        assert _is_storable(asdict(outcome))


@given(st.data())
def test_mutated_recorded_deliveries_are_read_or_refused(
    floor_deliveries: list[dict[str, Any]], data: st.DataObject
) -> None:
    """A recorded payload with any part replaced gives something storable, or a reason without its texts."""
    delivery = data.draw(st.sampled_from(floor_deliveries))
    payload = json.loads(delivery["raw"])
    payload["record"] = _mutated(data, payload["record"])
    _check(_outcome(lambda: read_event(json.dumps(payload).encode())))
    _check(_outcome(lambda: read_event(json.dumps(_mutated(data, payload)).encode())))


@given(st.data(), st.sampled_from(OBJECTS))
def test_mutated_rows_of_the_api_are_read_or_refused(
    floor_deliveries: list[dict[str, Any]], data: st.DataObject, object_name: str
) -> None:
    """A row read as any of the objects, with any part replaced, gives a record or a reason."""
    row = json.loads(data.draw(st.sampled_from(floor_deliveries))["raw"])["record"]
    _check(_outcome(lambda: read_row(object_name, _mutated(data, row))))


@given(st.data(), st.sampled_from(TRAINING))
def test_mutated_training_events_are_read_or_refused(data: st.DataObject, event: tuple[str, dict[str, object]]) -> None:
    """RedHawk's events, with any part replaced, give an event or a reason."""
    name, told = event
    _check(_outcome(lambda: read_redhawk(json.dumps({"type": name, "data": _mutated(data, told)}).encode())))


@given(st.data())
def test_damaged_bytes_are_read_or_refused(floor_deliveries: list[dict[str, Any]], data: st.DataObject) -> None:
    """A recorded payload cut or overwritten anywhere gives an event or a reason."""
    raw = data.draw(st.sampled_from(floor_deliveries))["raw"].encode()
    at = data.draw(st.integers(0, len(raw)))
    damaged = raw[:at] + data.draw(st.binary(max_size=4)) + raw[at + data.draw(st.integers(0, 50)) :]
    _check(_outcome(lambda: read_event(damaged)))


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    """Bytes of no shape at all give a reason from both readers."""
    _check(_outcome(lambda: read_event(raw)))
    _check(_outcome(lambda: read_redhawk(raw)))


def test_megabytes_are_read_within_bounds() -> None:
    """Huge texts in every field leave a small record, or a reason for the id that is too long."""
    huge = "x" * 1_000_000
    row = {"id": "n1", "createdAt": AT, "updatedAt": AT, "title": huge, "bodyV2": {"blocknote": huge}, "body": huge}
    assert len(repr(asdict(read_row("note", row)))) < 25_000
    assert _outcome(lambda: read_row("note", {**row, "id": huge})) is None
