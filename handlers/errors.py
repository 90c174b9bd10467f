"""Answers that are no success, as JSON: {"error": code, "detail": text}, with nothing of the sender's."""

from http import HTTPStatus
from traceback import extract_tb

import sentry_sdk
import structlog
from flask import Flask, Response, g, jsonify, request
from werkzeug.exceptions import HTTPException

from handlers.rejections import STATUS, Refused, Rejection, RejectionCounts

RETRY_AFTER_S = 10

log = structlog.get_logger(__name__)


def answer_errors(app: Flask, counts: RejectionCounts) -> None:
    """Answers and counts refusals, and turns Flask's own errors and faults of ours into JSON."""

    def refused(refusal: Refused) -> Response:
        counts.add(request.blueprint or "none", refusal.reason)
        return _refusal(refusal)

    app.register_error_handler(Refused, refused)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _fault)


def _refusal(refusal: Refused) -> Response:
    g.outcome = refusal.reason.value
    response = jsonify(error=refusal.reason.value, detail=refusal.detail)
    response.status_code = STATUS[refusal.reason]
    if response.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = str(RETRY_AFTER_S)
    if refusal.reason is Rejection.BAD_TOKEN:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _http_error(error: HTTPException) -> Response:
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    g.outcome = status.name.lower()
    response = jsonify(error=g.outcome, detail=status.description)
    response.status_code = status
    if allowed := getattr(error, "valid_methods", None):
        response.headers["Allow"] = ", ".join(sorted(allowed))
    return response


def note_fault(error: Exception) -> None:
    """Tells the log and the error reports, and names the request's outcome."""
    # Where and what kind only: the text of a database error holds the row, and with it the payload.
    frame = extract_tb(error.__traceback__)[-1]
    log.error("fault", error=type(error).__name__, file=frame.filename, line=frame.lineno)
    sentry_sdk.capture_exception(error)
    g.outcome = "fault"


def _fault(error: Exception) -> Response:
    note_fault(error)
    response = jsonify(error="internal_server_error", detail="a fault of the receiver, see its log")
    response.status_code = HTTPStatus.INTERNAL_SERVER_ERROR
    return response
