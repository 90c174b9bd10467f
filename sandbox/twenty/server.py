"""The sandbox as its users hold it: start, stop, look inside."""

from collections.abc import Iterable
from copy import deepcopy
from functools import partial
from threading import Event, Thread
from typing import Any
from uuid import uuid4

from werkzeug.http import http_date
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from sandbox.twenty.app import CallCount, create_app
from sandbox.twenty.catalogue import Catalogue
from sandbox.twenty.clock import SandboxClock
from sandbox.twenty.faults import Faults, FaultSwitch
from sandbox.twenty.members import MemberSession, actor_of, person_of
from sandbox.twenty.rate_limit import TokenBucket
from sandbox.twenty.replica import ReplicatedStore
from sandbox.twenty.role import Role
from sandbox.twenty.rows import API_KEY_ACTOR, empty_row
from sandbox.twenty.schema import Row
from sandbox.twenty.store import Store
from sandbox.twenty.version_wire import VersionOnTheWire
from sandbox.twenty.versions import V2_21, WaysOfVersion
from sandbox.twenty.webhooks import Webhooks
from sandbox.twenty.workspace import Workspace

HOST = "127.0.0.1"
STOP_POLL_S = 0.02
DEFAULT_TOKENS = 100


def _handler(clock: SandboxClock) -> type[WSGIRequestHandler]:
    class Handler(WSGIRequestHandler):
        def date_time_string(self, timestamp: float | None = None) -> str:  # noqa: ARG002
            """The `Date` header, by the sandbox's time."""
            return http_date(clock.now())

        def connection_dropped(self, error: BaseException, environ: object = None) -> None:  # noqa: ARG002
            """A fault cut the answer: the caller must not wait for it on a connection that is kept alive."""
            self.close_connection = True

        def log(self, type: str, message: str, *args: Any) -> None:
            """Nothing: paths hold filters, and filters hold names."""

    return Handler


def _store(catalogue: Catalogue, clock: SandboxClock, ways: WaysOfVersion) -> Store:
    return ReplicatedStore(catalogue, clock.now, ways.replica_lag_s) if ways.replica_lag_s else Store(catalogue)


class SandboxTwenty:
    """A Twenty 2.21 in memory, on the loopback interface.

    `api_key` is the one token it accepts. `clock` stamps rows and answers (default: the real time). `tokens` is
    the number of calls a minute that it lets through; None lifts the limit. `faults` can be replaced while it runs,
    with `twenty.faults.set`, and what the key's role allows in `twenty.role.allowed`. `ways` are those of another
    version. With `webhook_cache_s` a webhook's settings count only that many seconds later (up to 10 s in Twenty).
    """

    def __init__(
        self,
        api_key: str,
        *,
        clock: SandboxClock | None = None,
        tokens: int | None = DEFAULT_TOKENS,
        faults: Faults | None = None,
        ways: WaysOfVersion = V2_21,
        webhook_cache_s: float = 0.0,
    ) -> None:
        self.clock = clock or SandboxClock()
        self.faults = FaultSwitch(faults)
        self.role = Role()
        self._catalogue = Catalogue()
        self._store = _store(self._catalogue, self.clock, ways)
        self._webhooks = Webhooks(self.clock, faults=self.faults, ways=ways, cache_s=webhook_cache_s)
        self._count = CallCount()
        self._stopping = Event()
        self._workspace = Workspace(self._store, self.clock, self._webhooks.announce)
        self._app = create_app(
            api_key,
            workspace=self._workspace,
            webhooks=self._webhooks,
            bucket=TokenBucket(tokens),
            count=self._count,
            faults=self.faults,
            role=self.role,
            stopping=self._stopping,
        )
        if ways != V2_21:
            served = self._app.wsgi_app
            wire = VersionOnTheWire(served, ways, clock=self.clock, tokens=tokens or DEFAULT_TOKENS)
            self._app.wsgi_app = wire  # type: ignore[method-assign]
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
        """Stops serving and posting, for good; the rows stay readable."""
        self._stopping.set()
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
            self._server = self._thread = None
        self._webhooks.stop()

    def rows(self, plural: str) -> list[Row]:
        """Copies of all rows of an object, soft-deleted ones included, in id order."""
        rows = deepcopy(self._store.all(self._catalogue.plural(plural)))
        return sorted(rows, key=lambda row: str(row["id"]))

    def put(self, plural: str, row: Row) -> None:
        """Puts a row in as it is, without checks or webhooks; what it lacks is filled in."""
        kind, now = self._catalogue.plural(plural), self.clock.stamp()
        filled = {"id": str(uuid4()), "createdAt": now, "updatedAt": now, "position": 0}
        if plural == "workspaceMembers":
            filled["userId"] = str(uuid4())
        actors = {"createdBy": API_KEY_ACTOR, "updatedBy": API_KEY_ACTOR}
        self._store.put(kind, empty_row(kind) | filled | actors | deepcopy(row))

    def remove_object(self, plural: str) -> None:
        """Takes a custom object away, with its rows: a workspace that `repsync setup` never saw."""
        self._catalogue.remove(self._catalogue.plural(plural))
        self._store.adapt()

    def register_webhook(self, target_url: str, operations: Iterable[str], secret: str) -> str:
        """Posts matching changes from now on, signed with `secret`; returns the webhook's id."""
        return self._webhooks.register(target_url, operations, secret).id

    @property
    def webhooks_waiting(self) -> int:
        """How many batches of changes, and deliveries held back by faults, are not posted yet."""
        return self._webhooks.waiting

    @property
    def webhook_answers(self) -> dict[int, int]:
        """How many posts were answered with each status; 0 stands for no answer."""
        return self._webhooks.answers

    @property
    def webhooks_taken(self) -> frozenset[str]:
        """The posts that were answered with 202, each by the hex SHA-256 of its timestamp and body."""
        return self._webhooks.taken

    def as_api_key(self) -> MemberSession:
        """Writes as the API key does, without its budget: made by nobody in particular."""
        return MemberSession(self._workspace, self._catalogue.plural)

    def as_member(self, member_id: str) -> MemberSession:
        """Writes as a person who is signed in. Raises KeyError when there is no such workspaceMember."""
        member = self._store.get(self._catalogue.plural("workspaceMembers"), member_id)
        if member is None:
            raise KeyError(member_id)
        announce = partial(self._webhooks.announce, person=person_of(member))
        return MemberSession(Workspace(self._store, self.clock, announce, actor_of(member)), self._catalogue.plural)
