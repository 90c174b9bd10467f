"""The Flask application: tokens are checked, refusals are worded, answers are counted."""

import hmac
from collections import Counter
from threading import Event, Lock

from flask import Flask, Response, request
from flask.json.provider import DefaultJSONProvider
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, NotFound

from sandbox.twenty.errors import RefusedError, invalid_token, missing_token
from sandbox.twenty.faults import FaultSwitch
from sandbox.twenty.faults.api import hook_up
from sandbox.twenty.faults.routes import fault_routes
from sandbox.twenty.metadata import metadata_routes
from sandbox.twenty.rate_limit import TokenBucket
from sandbox.twenty.role import Role, guard_settings
from sandbox.twenty.routes import core_routes
from sandbox.twenty.webhook_routes import webhook_routes
from sandbox.twenty.webhooks import Webhooks
from sandbox.twenty.workspace import Workspace


class CallCount:
    """How many calls of the objects' API were answered, by status. Metadata calls are not counted."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._by_status: Counter[int] = Counter()

    def add(self, status: int) -> None:
        with self._lock:
            self._by_status[status] += 1

    def by_status(self) -> dict[int, int]:
        with self._lock:
            return dict(self._by_status)


class _PlainJson(DefaultJSONProvider):
    # Fields stay in Twenty's order.
    sort_keys = False
    ensure_ascii = False


def create_app(
    api_key: str,
    *,
    workspace: Workspace,
    webhooks: Webhooks,
    bucket: TokenBucket,
    count: CallCount,
    faults: FaultSwitch,
    role: Role,
    stopping: Event,
) -> Flask:
    """`stopping` ends calls that a fault keeps hanging."""
    app = Flask("sandbox.twenty")
    app.json = _PlainJson(app)
    app.url_map.strict_slashes = False
    app.before_request(lambda: _before_routes(api_key))
    hook_up(app, faults, stopping)
    guard_settings(app, role)
    app.register_error_handler(RefusedError, _refusal)
    app.register_error_handler(HTTPException, _http_error)
    app.register_blueprint(fault_routes(faults))
    app.register_blueprint(webhook_routes(webhooks, workspace.clock))
    app.register_blueprint(metadata_routes(workspace.store, workspace.clock, webhooks.announce_metadata))
    app.register_blueprint(core_routes(workspace, bucket, role))

    @app.after_request
    def _count(response: Response) -> Response:
        if request.blueprint == "core":
            count.add(response.status_code)
        return response

    return app


def _before_routes(api_key: str) -> ResponseReturnValue | None:
    if request.method == "OPTIONS":
        return "", 204
    if request.path == "/healthz":
        return {"status": "ok", "info": {}, "error": {}, "details": {}}
    _check_token(api_key)
    return None


def _check_token(api_key: str) -> None:
    if request.blueprint == "sandbox":
        return
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer" or not token:
        raise missing_token()
    if not hmac.compare_digest(token.encode(), api_key.encode()):
        raise invalid_token()


def _refusal(refused: RefusedError) -> ResponseReturnValue:
    return refused.body(), refused.status


def _http_error(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    message = f"Cannot {request.method} {request.path}" if isinstance(error, NotFound) else error.description
    return {"message": message, "error": error.name, "statusCode": status}, status
