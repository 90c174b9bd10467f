"""One canonical log line for each request: no path, no payload, no key material.

Of a webhook that was verified it also tells the object and event that it names, and the id of the delivery that it
became; what else is logged or reported while the request lasts names that delivery too.
"""

import re
from collections.abc import Mapping
from time import perf_counter
from typing import Any

import structlog
from flask import Flask, Response, g, request
from structlog.contextvars import clear_contextvars

_NAME = re.compile(r"([A-Za-z]{1,40})\.([A-Za-z_]{1,40})")
_KEYS = ("eventName", "type")  # Twenty's, RedHawk's

log = structlog.get_logger(__name__)


def log_requests(app: Flask) -> None:
    """Logs `request` with source, outcome, status, bytes (of a body read whole) and ms as a request ends.

    For a webhook also `object` and `action` (`note`, `created`) and `delivery`.
    """
    app.before_request(_begin)
    app.after_request(_end)


def note_event(body: Mapping[str, Any]) -> None:
    """The request is a webhook with this verified body; a name in no form that senders use is not logged."""
    found = next((name for key in _KEYS if (name := _NAME.fullmatch(str(body.get(key))))), None)
    if found:
        g.told = {"object": found[1], "action": found[2]}


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
