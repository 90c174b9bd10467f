"""The sandbox as its users hold it: start, stop, look inside."""

from collections.abc import Iterable
from copy import deepcopy
from threading import Thread
from typing import Any
from uuid import uuid4

from werkzeug.http import http_date
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from sandbox.twenty.app import CallCount, create_app
from sandbox.twenty.clock import SandboxClock
from sandbox.twenty.objects import OBJECTS
from sandbox.twenty.rate_limit import TokenBucket
from sandbox.twenty.rows import API_KEY_ACTOR, empty_row
from sandbox.twenty.schema import Row
from sandbox.twenty.store import Store
from sandbox.twenty.webhooks import Webhooks
from sandbox.twenty.workspace import Workspace

HOST = "127.0.0.1"
STOP_POLL_S = 0.02


def _handler(clock: SandboxClock) -> type[WSGIRequestHandler]:
    class Handler(WSGIRequestHandler):
        def date_time_string(self, timestamp: float | None = None) -> str:  # noqa: ARG002
            """The `Date` header, by the sandbox's time."""
            return http_date(clock.now())

        def log(self, type: str, message: str, *args: Any) -> None:
            """Nothing: paths hold filters, and filters hold names."""

    return Handler


class SandboxTwenty:
    """A Twenty 2.21 in memory, on the loopback interface.

    `api_key` is the one token it accepts. `clock` stamps rows and answers (default: the real time). `tokens` is
    the number of calls a minute that it lets through; None lifts the limit.
    """

    def __init__(self, api_key: str, *, clock: SandboxClock | None = None, tokens: int | None = 100) -> None:
        self.clock = clock or SandboxClock()
        self._store = Store()
        self._webhooks = Webhooks(self.clock)
        self._count = CallCount()
        self.workspace = Workspace(self._store, self.clock, self._webhooks.announce)
        self._app = create_app(
            api_key,
            workspace=self.workspace,
            webhooks=self._webhooks,
            bucket=TokenBucket(tokens),
            count=self._count,
        )
        self._server: BaseWSGIServer | None = None
        self._thread: Thread | None = None

    @property
    def calls(self) -> int:
        """REST calls answered, whatever the status; metadata calls are not counted."""
        return sum(self.calls_by_status.values())

    @property
    def calls_by_status(self) -> dict[int, int]:
        return self._count.by_status()

    def start(self, port: int = 0) -> str:
        """Serves in the background, on a free port by default; returns the base URL, without `/rest`."""
        handler = _handler(self.clock)
        self._server = make_server(HOST, port, self._app, threaded=True, request_handler=handler)
        self._thread = Thread(
            target=self._server.serve_forever, args=(STOP_POLL_S,), name="sandbox-twenty", daemon=True
        )
        self._thread.start()
        return self.url

    @property
    def url(self) -> str:
        """The base URL, without `/rest`. Raises RuntimeError unless it is running."""
        if self._server is None:
            raise RuntimeError("the sandbox is not running")
        return f"http://{HOST}:{self._server.server_port}"

    def stop(self) -> None:
        """Stops serving and posting, for good; the rows stay readable. Does nothing before `start`."""
        if self._server is None or self._thread is None:
            return
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._server = self._thread = None
        self._webhooks.stop()

    def rows(self, plural: str) -> list[Row]:
        """Copies of all rows of an object, soft-deleted ones included, in id order."""
        rows = deepcopy(self._store.all(OBJECTS[plural]))
        return sorted(rows, key=lambda row: str(row["id"]))

    def put(self, plural: str, row: Row) -> None:
        """Puts a row in as it is, without checks or webhooks; what it lacks is filled in."""
        kind, now = OBJECTS[plural], self.clock.stamp()
        filled = {"id": str(uuid4()), "createdAt": now, "updatedAt": now, "position": 0}
        actors = {"createdBy": API_KEY_ACTOR, "updatedBy": API_KEY_ACTOR}
        self._store.put(kind, empty_row(kind) | filled | actors | deepcopy(row))

    def register_webhook(self, target_url: str, operations: Iterable[str], secret: str) -> str:
        """Posts matching changes from now on, signed with `secret`; returns the webhook's id."""
        return self._webhooks.register(target_url, operations, secret).id
