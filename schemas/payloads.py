"""What every payload from outside goes through: bounded JSON, bounded texts, reasons that quote nothing."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields

from programs.progression.note_bodies import bounded

LONGEST_ID = 64
LONGEST_EVENT_NAME = 100
LONGEST_REASON = 300
# The zero times of other languages, and room for every time zone and window around a time.
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


class Unreadable(ValueError):
    """A payload of another shape than agreed. `reason` names fields and what is wrong, never a value."""

    def __init__(self, reason: str) -> None:
        self.reason = reason[:LONGEST_REASON]
        super().__init__(self.reason)


@dataclass(frozen=True, slots=True)
class IgnoredEvent:
    """A well-formed event of a kind that nothing here is made from."""

    event_name: str


class Text(fields.String):
    """A string without whitespace around it and what PostgreSQL can't store, cut to `longest` characters."""

    def __init__(self, longest: int, **options: Any) -> None:
        super().__init__(**options)
        self.longest = longest

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        return bounded(storable(super()._deserialize(value, attr, data, **kwargs)), self.longest)


class Id(fields.String):
    """1 to 64 characters; where None is allowed, an empty string is None."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = storable(super()._deserialize(value, attr, data, **kwargs)).strip()
        if not text and self.allow_none:
            return None
        if not 0 < len(text) <= LONGEST_ID:
            raise ValidationError(f"Not 1 to {LONGEST_ID} characters.")
        return text


class Moment(fields.AwareDateTime):
    """An ISO 8601 time of this century as an aware UTC datetime; without an offset it is UTC."""

    def __init__(self, **options: Any) -> None:
        super().__init__(format="iso", default_timezone=UTC, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        try:
            at = super()._deserialize(value, attr, data, **kwargs).astimezone(UTC)
        except OverflowError as error:
            raise ValidationError("Not a valid datetime.") from error
        if not EARLIEST <= at < LATEST:
            raise ValidationError("Not between the years 2000 and 2100.")
        return at


class Payload(Schema):
    """Keys that are not read are left out: senders add fields with every version."""

    class Meta:
        unknown = EXCLUDE


def storable(text: str) -> str:
    """Without NUL characters and halves of surrogate pairs, which PostgreSQL refuses."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")


def json_object(raw: bytes) -> dict[str, Any]:
    """The JSON object in `raw`; `Unreadable` when it holds anything else."""
    try:
        value = json.loads(raw.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise Unreadable("body: not JSON in UTF-8") from None  # the cause carries the whole payload
    if not isinstance(value, dict):
        raise Unreadable("body: not a JSON object")
    return value


def event_name(body: Mapping[str, Any], key: str) -> str:
    """The event's name under `key`, bounded; `Unreadable` when there is none."""
    name = body.get(key)
    if not isinstance(name, str) or not name.strip():
        raise Unreadable(f"{key}: missing or not a string")
    return storable(name).strip()[:LONGEST_EVENT_NAME]


def loaded(schema: Schema, data: object, where: str) -> Any:
    """What the schema makes of `data`; `Unreadable` names the fields below `where`."""
    if not isinstance(data, Mapping):
        raise Unreadable(f"{where}: missing or not an object")
    try:
        return schema.load(data)
    except ValidationError as error:
        raise Unreadable("; ".join(_complaints(error.messages_dict, where))) from None


def _refuse_constant(_: str) -> float:
    raise ValueError("NaN and Infinity are not JSON")


def _complaints(messages: Mapping[str, Any], where: str) -> Iterator[str]:
    for field, told in messages.items():
        if isinstance(told, Mapping):
            yield from _complaints(told, f"{where}.{field}")
        else:
            yield f"{where}.{field}: {' '.join(map(str, told))}"
