"""Error reports to Sentry: what went wrong and where, never what was in it."""

import sentry_sdk
from sentry_sdk.integrations.flask import FlaskIntegration
from sentry_sdk.integrations.rq import RqIntegration
from sentry_sdk.types import Event, Hint
from structlog.contextvars import get_contextvars

from worker.failures import JobFailed

# All that an event may hold besides what `without_data` lets through of its exceptions.
_KEPT = frozenset({"event_id", "timestamp", "level", "platform", "release", "environment", "transaction", "logger"})
_KEPT_OF_EXCEPTION = ("type", "module", "mechanism", "stacktrace")


def configure_error_reports(dsn: str | None) -> None:
    """Without a DSN nothing is reported.

    Call notes are personal data, so no bodies, headers, query values, variables or database values are collected; and
    nothing about Sentry is added to the calls to Twenty.
    """
    if dsn is None:
        return
    sentry_sdk.init(
        dsn=dsn,
        before_send=without_data,
        auto_enabling_integrations=False,
        integrations=[FlaskIntegration(), RqIntegration()],
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        trace_propagation_targets=[],
        data_collection={
            "user_info": False,
            "cookies": {"mode": "off"},
            "http_headers": {"request": {"mode": "off"}},
            "http_bodies": [],
            "url_query_params": {"mode": "off"},
            "database_query_data": False,
            "queues": False,
            "stack_frame_variables": False,
        },
    )


def without_data(event: Event, hint: Hint) -> Event | None:
    """The event with nothing in it but class and place of what was raised, and tags that say `delivery` and `job`.

    Of a line that a library logged as an error, only its logger's name. An exception's message may quote a record.
    `JobFailed` only tells RQ of an error that is reported already.
    """
    if isinstance((hint.get("exc_info") or (None, None))[1], JobFailed):
        return None
    kept: Event = {name: value for name, value in event.items() if name in _KEPT}  # type: ignore[assignment]
    raised = event.get("exception", {}).get("values", [])
    kept["exception"] = {"values": [{name: each.get(name) for name in _KEPT_OF_EXCEPTION} for each in raised]}
    known = {name: str(value) for name, value in get_contextvars().items() if name in ("delivery", "job")}
    kept["tags"] = known
    return kept
