"""The receiver's routes in the OpenAPI document: webhooks, which prove themselves by a signature, and health."""

from collections.abc import Mapping
from typing import Any

from apispec import APISpec
from marshmallow import Schema, fields, validate

from handlers.redhawk_signature import ID_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER
from handlers.twenty_signature import SIGNATURE_HEADER as TWENTY_SIGNATURE_HEADER
from handlers.twenty_signature import TIMESTAMP_HEADER as TWENTY_TIMESTAMP_HEADER

OPEN: list[dict[str, list[str]]] = []  # asks for no token
Answered = Mapping[str, Any]


class AcceptedAnswer(Schema):
    """The delivery is in the inbox: now, or since it came the first time."""

    status = fields.String(required=True, validate=validate.OneOf(["accepted", "duplicate"]))


class AliveAnswer(Schema):
    """The process lives."""

    status = fields.String(required=True, validate=validate.OneOf(["alive"]))


class ReadinessAnswer(Schema):
    """Which stores answer; how long the oldest delivery waits; refusals by source and reason since the start."""

    status = fields.String(required=True, validate=validate.OneOf(["ready", "unavailable"]))
    database = fields.String(required=True, validate=validate.OneOf(["reachable", "unreachable"]))
    redis = fields.String(required=True, validate=validate.OneOf(["reachable", "unreachable"]))
    oldest_unparsed_age_s = fields.Float(required=True, allow_none=True)
    rejections = fields.Dict(
        required=True, keys=fields.String(), values=fields.Dict(keys=fields.String(), values=fields.Integer())
    )


def add_receiver_paths(spec: APISpec, refused: Answered, unavailable: Answered) -> None:
    """Adds the four routes; `refused` is what any refusal answers, `unavailable` what one with Retry-After does."""
    refusals = {"400": refused, "401": refused, "413": refused, "503": unavailable}
    twenty = [
        _header(TWENTY_TIMESTAMP_HEADER, "Milliseconds since 1970.", "^[0-9]{1,15}$"),
        _header(TWENTY_SIGNATURE_HEADER, "HMAC-SHA256 of timestamp, a colon and the body, in hex.", "^[0-9a-f]{64}$"),
    ]
    redhawk = [
        _header(ID_HEADER, "The same when it is sent again.", "^[!-~]{1,200}$"),
        _header(TIMESTAMP_HEADER, "Seconds since 1970.", "^[0-9]{1,12}$"),
        _header(SIGNATURE_HEADER, "After Standard Webhooks 1.0.", "^v1,[A-Za-z0-9+/]{43}=$"),
    ]
    spec.path("/webhooks/twenty", operations={"post": _webhook("Twenty", twenty, refusals)})
    spec.path("/webhooks/redhawk", operations={"post": _webhook("RedHawk", redhawk, refusals)})
    spec.path("/healthz", operations={"get": _alive()})
    spec.path("/readyz", operations={"get": _ready()})


def _webhook(sender: str, headers: list[dict[str, Any]], refusals: Mapping[str, Answered]) -> dict[str, Any]:
    return {
        "operationId": f"receive{sender}",
        "summary": f"Takes a webhook of {sender}; what it tells is read later.",
        "security": OPEN,
        "parameters": headers,
        "requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}},
        "responses": {"202": _answer("It is in the inbox.", AcceptedAnswer), **refusals},
    }


def _header(name: str, description: str, pattern: str) -> dict[str, Any]:
    schema = {"type": "string", "pattern": pattern}
    return {"name": name, "in": "header", "required": True, "description": description, "schema": schema}


def _alive() -> dict[str, Any]:
    answer = {"200": _answer("The process lives, whatever became of its stores.", AliveAnswer)}
    return {"operationId": "alive", "summary": "Whether the process lives.", "security": OPEN, "responses": answer}


def _ready() -> dict[str, Any]:
    answers = {
        "200": _answer("Webhooks are taken.", ReadinessAnswer),
        "503": _answer("PostgreSQL is away: webhooks are refused.", ReadinessAnswer),
    }
    return {"operationId": "ready", "summary": "Whether webhooks are taken.", "security": OPEN, "responses": answers}


def _answer(description: str, schema: type[Schema]) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}
