"""Which deliveries a page is asked for: the filter in a query or a form, and back."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import get_args

from marshmallow import Schema, ValidationError, fields, validate
from werkzeug.datastructures import MultiDict

from ledger.delivery_filter import DeliveryFilter
from ledger.inbox import State
from schemas.delivery import Source
from schemas.payloads import LONGEST_REASON, storable

STATES: tuple[str, ...] = get_args(State)
SOURCES: tuple[str, ...] = get_args(Source)
NAMES = tuple(DeliveryFilter.__dataclass_fields__)


class BadFilter(ValueError):
    """The message names what can't be read."""


class DeliveriesQuestion(Schema):
    """The filter's fields, named as in `repsync deliveries list`; what is empty is not asked for. Times are UTC."""

    state = fields.String(validate=validate.OneOf(STATES))
    source = fields.String(validate=validate.OneOf(SOURCES))
    object = fields.String(validate=validate.Length(max=LONGEST_REASON))
    rep = fields.String(validate=validate.Length(max=LONGEST_REASON))
    reason = fields.String(validate=validate.Length(max=LONGEST_REASON))
    since = fields.AwareDateTime(default_timezone=UTC)
    until = fields.AwareDateTime(default_timezone=UTC)


def asked_filter(said: MultiDict[str, str]) -> DeliveryFilter:
    """What a query or form asks for. Errors: `BadFilter`."""
    given = {name: storable(said[name]).strip() for name in NAMES if said.get(name, "").strip()}
    try:
        return DeliveryFilter(**DeliveriesQuestion().load(given))
    except ValidationError as wrong:
        raise BadFilter(f"Not a filter: {', '.join(sorted(wrong.messages_dict))}.") from None


def query_of(wanted: DeliveryFilter) -> dict[str, str]:
    """The filter as a query or hidden fields say it."""
    return {name: _said(value) for name, value in asdict(wanted).items() if value is not None}


def _said(value: str | datetime) -> str:
    return value.isoformat() if isinstance(value, datetime) else value
