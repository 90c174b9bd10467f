"""GET /metrics, in the text form of Prometheus.

It asks for a token of its own: who scrapes need not be able to read reps' accounts.
"""

from collections.abc import Callable

from flask import Blueprint, Response, request
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from handlers.tokens import require_token

TOKENS_SETTING = "METRICS_TOKENS"


def metrics_routes(scrape: Callable[[], bytes], tokens: tuple[str, ...]) -> Blueprint:
    """The one route. `scrape` makes the body, and does not raise when a store is away."""
    routes = Blueprint("metrics", __name__)

    @routes.get("/metrics")
    def metrics() -> Response:
        require_token(request, tokens, TOKENS_SETTING)
        return Response(scrape(), content_type=CONTENT_TYPE_PLAIN_0_0_4)

    return routes
