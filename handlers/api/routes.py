"""GET /api/reps/<id>, GET /api/reps/<id>/awards, POST /api/reps/<id>/sync, GET /api/openapi.json."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

from flask import Blueprint, g, jsonify, request
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError

from accounts.awards_page import InvalidCursor
from accounts.errors import UnknownRep
from handlers.api.bearers import require_bearer
from handlers.api.caching import made_conditional
from handlers.api.openapi import openapi_document
from handlers.api.parts import ApiParts, ApiSettings, Synced
from handlers.rejections import Refused, Rejection
from ledger.errors import LedgerUnavailable
from schemas.account import RepAccountAnswer, RepStandingAnswer
from schemas.answers import AwardsPageAnswer
from schemas.payloads import LONGEST_ID, storable
from schemas.questions import AwardsQuestion

OPEN = frozenset({"api.openapi"})
NOT_SYNCED: Mapping[str, Rejection] = MappingProxyType(
    {
        "busy": Rejection.BUSY,
        "twenty_unavailable": Rejection.TWENTY_UNAVAILABLE,
        "unknown_rep": Rejection.UNKNOWN_REP,
        "refused": Rejection.REFUSED_BY_TWENTY,
    }
)
_UNKNOWN = "no workspace member has this id"


def api_routes(parts: ApiParts, settings: ApiSettings) -> Blueprint:
    """The four routes. All but the OpenAPI document ask for a bearer token."""
    routes = Blueprint("api", __name__, url_prefix="/api")
    document = openapi_document()

    @routes.before_request
    def authorise() -> None:
        if request.endpoint not in OPEN:
            with _refusals():
                require_bearer(parts, settings, "ops" if request.method == "POST" else "viewer")

    @routes.get("/openapi.json")
    def openapi() -> ResponseReturnValue:
        return jsonify(document)

    @routes.get("/reps/<rep>")
    def account(rep: str) -> ResponseReturnValue:
        with _refusals():
            return jsonify(RepAccountAnswer().dump(parts.account(_member_id(rep))))

    @routes.get("/reps/<rep>/awards")
    def awards(rep: str) -> ResponseReturnValue:
        with _refusals():
            asked = AwardsQuestion().load(request.args.to_dict())
            return jsonify(AwardsPageAnswer().dump(parts.awards(_member_id(rep), asked["limit"], asked["cursor"])))

    @routes.post("/reps/<rep>/sync")
    def sync(rep: str) -> ResponseReturnValue:
        with _refusals():
            _require_synced(parts.sync(_member_id(rep)))
            g.outcome = "synced"
            return jsonify(RepStandingAnswer().dump(parts.standing(rep)))

    routes.after_request(made_conditional)
    return routes


def _member_id(text: str) -> str:
    """What can be no member's id, PostgreSQL need not see. Raises UnknownRep."""
    if storable(text) != text or len(text) > LONGEST_ID:
        raise UnknownRep("…")
    return text


def _require_synced(synced: Synced) -> None:
    if synced.outcome != "synced":
        raise Refused(NOT_SYNCED[synced.outcome], synced.reason)


@contextmanager
def _refusals() -> Iterator[None]:
    """What accounts and ledger raise, as refusals."""
    try:
        yield
    except UnknownRep:
        raise Refused(Rejection.UNKNOWN_REP, _UNKNOWN) from None
    except InvalidCursor:
        raise Refused(Rejection.BAD_QUERY, "cursor: not one that a page of this list gave out") from None
    except ValidationError as wrong:
        raise Refused(Rejection.BAD_QUERY, f"not valid: {', '.join(sorted(wrong.messages_dict))}") from None
    except LedgerUnavailable:
        raise Refused(Rejection.LEDGER_UNAVAILABLE, "the ledger can't be read now, ask again") from None
