"""A receiver of webhooks for tests of the sandbox: keeps what comes, answers as told."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any


@dataclass
class Receiver:
    """Keeps (headers, raw body) of each post, in order, with its time; answers with `status`, after `waits` is set."""

    url: str = ""
    status: int = 200
    location: str | None = None
    waits: Event | None = None
    posts: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    came_s: list[float] = field(default_factory=list)
    fetched: list[int] = field(default_factory=list)

    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(raw) for _, raw in list(self.posts)]

    def events(self) -> list[str]:
        return [body["eventName"] for body in self.bodies()]

    def titles(self) -> list[str]:
        return [body["record"]["title"] for body in self.bodies()]

    def wait_for(self, number: int, within_s: float = 60) -> None:
        wait_until(lambda: len(self.posts) >= number, within_s)


def wait_until(done: Callable[[], bool], within_s: float = 60) -> None:
    until_s = time.monotonic() + within_s
    while not done():
        assert time.monotonic() < until_s, f"nothing came within {within_s} s"
        time.sleep(0.01)


class _RoomyServer(ThreadingHTTPServer):
    # 20 webhooks come in at once; the default of 5 would turn some away.
    request_queue_size = 128


@contextmanager
def open_receiver() -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.posts.append((dict(self.headers.items()), raw))
            receiver.came_s.append(time.monotonic())
            if receiver.waits is not None:
                receiver.waits.wait(30)
            self.send_response(receiver.status)
            if receiver.location:
                self.send_header("Location", receiver.location)
            self.end_headers()

        def do_GET(self) -> None:
            receiver.fetched.append(int(self.headers.get("Content-Length", 0)))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = _RoomyServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    receiver.url = f"http://127.0.0.1:{server.server_port}/hook"
    yield receiver
    if receiver.waits is not None:
        receiver.waits.set()
    server.shutdown()
    server.server_close()
