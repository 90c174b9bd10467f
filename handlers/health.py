"""GET /healthz (the process lives) and GET /readyz (its stores are reachable)."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from handlers.rejections import RejectionCounts


@dataclass(frozen=True, slots=True)
class Health:
    """How the stores are now. `oldest_unparsed_age_s` is None when nothing waits or nobody can say."""

    database_reachable: bool
    redis_reachable: bool
    oldest_unparsed_age_s: float | None


def health_routes(health: Callable[[], Health], counts: RejectionCounts) -> Blueprint:
    """Both routes. `health` looks at the stores and never raises because one is unreachable."""
    routes = Blueprint("health", __name__)

    @routes.get("/healthz")
    def alive() -> ResponseReturnValue:
        return jsonify(status="alive")

    @routes.get("/readyz")
    def ready() -> ResponseReturnValue:
        seen = health()
        return jsonify(_readiness(seen, counts)), 200 if seen.database_reachable else 503

    return routes


def _readiness(seen: Health, counts: RejectionCounts) -> dict[str, object]:
    """The body of /readyz. Redis alone being down leaves the receiver ready: deliveries are still stored."""
    return {
        "status": "ready" if seen.database_reachable else "unavailable",
        "database": _reachability(seen.database_reachable),
        "redis": _reachability(seen.redis_reachable),
        "oldest_unparsed_age_s": seen.oldest_unparsed_age_s,
        "rejections": counts.snapshot(),
    }


def _reachability(reachable: bool) -> str:
    return "reachable" if reachable else "unreachable"
