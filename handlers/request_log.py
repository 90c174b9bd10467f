"""One canonical log line for each request: no path, no payload, no key material."""

from time import perf_counter

import structlog
from flask import Flask, Response, g, request

log = structlog.get_logger(__name__)


def log_requests(app: Flask) -> None:
    """Logs `request` with source, outcome, status, bytes (of a body read whole) and ms as a request ends."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.started = perf_counter()
    g.outcome = None
    g.body_bytes = 0


def _end(response: Response) -> Response:
    log.info(
        "request",
        source=request.blueprint or "none",
        outcome=g.outcome or ("ok" if response.status_code < 400 else "failed"),
        status=response.status_code,
        bytes=g.body_bytes,
        ms=round((perf_counter() - g.started) * 1000, 1),
    )
    return response
