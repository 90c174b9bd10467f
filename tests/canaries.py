"""Canaries, and everything that repsync emits, to look for them in."""

import gzip
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from redis import Redis

API_KEY = "canary-api-key-7f3a"
TWENTY_SECRET = "canary-twenty-secret-7f3a"
REDHAWK_SECRET = "whsec_" + b64encode(b"canary-redhawk-secret-7f3a-32by").decode()
API_TOKEN = "canary-api-token-7f3a"
TITLE, BODY, LEAD, PERSONA = "Zanzibar", "Kilimanjaro", "Xochitl", "Popocatepetl"
SECRETS = (API_KEY, TWENTY_SECRET, REDHAWK_SECRET.removeprefix("whsec_"), API_TOKEN)
TEXTS = (TITLE, BODY, LEAD, PERSONA)
CANARIES = (*SECRETS, *TEXTS)


def found_in(emitted: Iterable[bytes]) -> set[str]:
    """The canaries in any of these, in whatever case."""
    lowered = [piece.lower() for piece in emitted]
    return {canary for canary in CANARIES if any(canary.lower().encode() in piece for piece in lowered)}


def logged(folder: Path) -> Iterator[bytes]:
    """The processes' output."""
    return (log.read_bytes() for log in sorted(folder.glob("logs/*.log")))


def command_lines() -> Iterator[bytes]:
    """Of every process of this machine: anybody may read them."""
    for each in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            yield each.read_bytes()
        except OSError:
            continue


def kept_in_redis(redis: Redis) -> Iterator[bytes]:
    """Every key and value, unpacked: RQ compresses jobs and tracebacks."""
    for key in redis.scan_iter():
        yield key
        yield from map(_unpacked, _values(redis, key))


def _values(redis: Redis, key: bytes) -> Iterable[bytes]:
    readers: dict[bytes, Callable[[], Any]] = {
        b"string": lambda: [redis.get(key)],
        b"hash": lambda: [part for pair in redis.hgetall(key).items() for part in pair],
        b"list": lambda: redis.lrange(key, 0, -1),
        b"set": lambda: redis.smembers(key),
        b"zset": lambda: redis.zrange(key, 0, -1),
        b"stream": lambda: [part for _, entry in redis.xrange(key) for pair in entry.items() for part in pair],
    }
    found = readers.get(redis.type(key), list)()  # a key may be gone meanwhile
    return [value for value in found if value is not None]


def _unpacked(value: bytes) -> bytes:
    for unpack in (zlib.decompress, lambda packed: zlib.decompress(b64decode(packed))):
        try:
            return bytes(unpack(value))
        except (zlib.error, ValueError):
            continue
    return value


class Lines:
    """A WSGI application in front of another: keeps what a proxy would log of each request, and may answer itself."""

    def __init__(self, served: Any, answer: Callable[[str, str], bytes | None]) -> None:
        self._served = served
        self._answer = answer
        self.heard: list[bytes] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        headers = {name: value for name, value in environ.items() if name != "HTTP_AUTHORIZATION" and "_" in name}
        self.heard.append(f"{method} {path}?{environ['QUERY_STRING']} {headers}".encode())
        refusal = self._answer(method, path)
        if refusal is None:
            return self._served(environ, start_response)
        start_response("400 Bad Request", [("Content-Type", "application/json"), ("Content-Length", str(len(refusal)))])
        return [refusal]


@contextmanager
def open_sentry() -> Iterator[tuple[str, list[bytes]]]:
    """A Sentry on the loopback interface: its DSN, and what it was told."""
    told: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            packed = self.headers.get("Content-Encoding") == "gzip"
            told.append(gzip.decompress(raw) if packed else raw)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://public@127.0.0.1:{server.server_port}/1", told
    server.shutdown()
    server.server_close()
