"""Error reports to Sentry: what went wrong and where, never what was in it."""

import sentry_sdk
from sentry_sdk.types import Event, Hint


def configure_error_reports(dsn: str | None) -> None:
    """Without a DSN nothing is reported.

    Call notes are personal data, so no bodies, headers, query values, variables or database values are collected; and
    nothing about Sentry is added to the calls to Twenty.
    """
    if dsn is None:
        return
    sentry_sdk.init(
        dsn=dsn,
        before_send=without_messages,
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


def without_messages(event: Event, _: Hint) -> Event:
    """An exception's message may quote a record: its class and place are enough."""
    for exception in event.get("exception", {}).get("values", []):
        exception["value"] = ""
    return event
