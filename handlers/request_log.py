"""One canonical log line for each request: no path, no payload, no key material.

Of a webhook that was verified it also tells the object and event that it names, and the id of the delivery that it
became; what else is logged or reported while the request lasts names that delivery too.
"""

from collections.abc import Mapping
from time import perf_counter
from typing import Any

import structlog
from flask import Flask, Response, g, request
from structlog.contextvars import bind_contextvars, clear_contextvars

from schemas import redhawk, twenty

_EVENTS = {"eventName": twenty.EVENTS, "type": redhawk.EVENTS}

log = structlog.get_logger(__name__)


def log_requests(app: Flask) -> None:
    """Logs `request` with source, outcome, status, bytes (of a body read whole) and ms as a request ends.

    For a webhook also `object` and `action` (`note`, `created`) and `delivery`.
    """
    app.before_request(_begin)
    app.after_request(_end)


def note_event(body: Mapping[str, Any]) -> None:
    """The request is a webhook with this verified body; any other name than of the events read is not logged."""
    for key, events in _EVENTS.items():
        name = body.get(key)
        if isinstance(name, str) and name in events:
            g.told = dict(zip(("object", "action"), name.split("."), strict=True))


def note_delivery(delivery_id: int) -> None:
    """The webhook is kept as this delivery."""
    bind_contextvars(delivery=delivery_id)


def _begin() -> None:
    clear_contextvars()
    g.told = {}
    g.started = perf_counter()
    g.outcome = None
    g.body_bytes = 0


def _end(response: Response) -> Response:
    log.info(
        "request",
        source=request.blueprint or "none",
        **g.told,
        outcome=g.outcome or ("ok" if response.status_code < 400 else "failed"),
        status=response.status_code,
        bytes=g.body_bytes,
        ms=round((perf_counter() - g.started) * 1000, 1),
    )
    clear_contextvars()
    return response
