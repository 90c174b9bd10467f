"""The OpenAPI document of the read API, made from the schemas that also make the answers."""

from importlib.metadata import version
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import Schema, fields

from schemas.account import RepAccountAnswer, RepStandingAnswer
from schemas.answers import AwardsPageAnswer
from schemas.payloads import LONGEST_ID
from schemas.questions import AwardsQuestion

REP = {
    "name": "workspaceMemberId",
    "in": "path",
    "required": True,
    "description": "The id of the rep's workspace member in Twenty.",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_ID, "pattern": "^[0-9A-Za-z-]+$"},
}
KEPT = {
    "ETag": {"schema": {"type": "string"}},
    "Cache-Control": {"schema": {"type": "string"}},
}
AGAIN = {"Retry-After": {"description": "Seconds.", "schema": {"type": "string"}}}


class ErrorAnswer(Schema):
    """Any answer that is no success: a code, and a sentence."""

    error = fields.String(required=True)
    detail = fields.String(required=True)


def openapi_document() -> dict[str, Any]:
    """The document (OpenAPI 3.1) as JSON."""
    spec = APISpec(
        title="repsync",
        version=version("repsync"),
        openapi_version="3.1.0",
        info={"description": "Why a rep stands where it stands."},
        plugins=[MarshmallowPlugin(schema_name_resolver=_schema_name)],
        security=[{"token": []}],
    )
    spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    spec.path("/api/reps/{workspaceMemberId}", operations={"get": _account()}, parameters=[REP])
    spec.path("/api/reps/{workspaceMemberId}/awards", operations={"get": _awards()}, parameters=[REP])
    spec.path("/api/reps/{workspaceMemberId}/sync", operations={"post": _sync()}, parameters=[REP])
    spec.path("/api/openapi.json", operations={"get": _document()})
    return spec.to_dict()


def _account() -> dict[str, Any]:
    return {
        "operationId": "account",
        "summary": "Standing, every gate, awards, rank steps and badges with what tipped them, and what was written.",
        "responses": {"200": _answer("The account.", RepAccountAnswer, KEPT), "304": _same(), **_refusals(404)},
    }


def _awards() -> dict[str, Any]:
    return {
        "operationId": "awards",
        "summary": "The rep's awards, newest first, with the note or event behind each.",
        "parameters": [{"in": "query", "schema": AwardsQuestion}],
        "responses": {"200": _answer("A page.", AwardsPageAnswer, KEPT), "304": _same(), **_refusals(400, 404)},
    }


def _sync() -> dict[str, Any]:
    return {
        "operationId": "sync",
        "summary": "Settles and publishes this rep now, and answers with the standing.",
        "responses": {"200": _answer("Synced.", RepStandingAnswer), **_refusals(403, 404, 409, 502)},
    }


def _document() -> dict[str, Any]:
    document = {"application/json": {"schema": {"type": "object"}}}
    told = {"description": "This document.", "headers": KEPT, "content": document}
    return {
        "operationId": "openapi",
        "summary": "This document.",
        "security": [],
        "responses": {"200": told, "304": _same()},
    }


def _answer(description: str, schema: type[Schema], headers: dict[str, Any] | None = None) -> dict[str, Any]:
    content = {"application/json": {"schema": schema}}
    return {"description": description, "content": content, **({"headers": headers} if headers else {})}


def _same() -> dict[str, Any]:
    return {"description": "Nothing changed since the ETag of If-None-Match.", "headers": KEPT}


def _refusals(*codes: int) -> dict[str, Any]:
    """These, and those that every guarded route may answer."""
    told = {
        400: _answer("limit or cursor is not valid.", ErrorAnswer),
        401: _answer("No bearer token that is configured.", ErrorAnswer),
        403: _answer("A token of the role viewer only reads.", ErrorAnswer),
        404: _answer("Nobody has this id.", ErrorAnswer),
        409: _answer("Another publisher is at work, try again.", ErrorAnswer),
        502: _answer("Twenty does not take this rep's row as it is; detail says why.", ErrorAnswer),
        503: _answer("No token is configured, or the ledger or Twenty is away.", ErrorAnswer, AGAIN),
    }
    return {str(code): told[code] for code in (401, *codes, 503)}


def _schema_name(schema: Any) -> str:
    """`RepAccount` for RepAccountAnswer."""
    found = schema if isinstance(schema, type) else type(schema)
    return found.__name__.removesuffix("Answer")
