"""The receiver as it runs, under gunicorn with the Procfile's flags, and senders that mean it ill."""

import hashlib
import hmac
import os
import shlex
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import psycopg
import pytest
import requests

from runtime.local import HOST, free_port, start_web, wait_until_ready, web_command
from runtime.web_worker import GATHER_S
from sandbox.embedded.processes import ProcessGroup

pytestmark = pytest.mark.processes
HERE = Path(__file__).parents[2]
SECRET, LIMIT = "a-secret-of-the-tests", 100_000
RAW = b'{"eventName":"company.created","eventDate":"2026-11-20T17:00:00Z","record":{}}'
UNFINISHED = (
    b"",
    b"POST /webhooks/twenty HTTP/1.1\r\nHost: x\r\nContent-Le",
    b"POST /webhooks/twenty HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n{",
    b"POST /webhooks/twenty HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n{",
    b"POST /webhooks/twenty HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2000\r\n{",
    b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
)
Sends = Callable[[bytes], str]


@pytest.fixture(scope="module")
def server(server_folder: Path, database_server: str, migrated_template: str, redis_server: str) -> Iterator[str]:
    """The receiver's base URL."""
    with ExitStack() as left:
        database = f"hostile_{os.getpid()}"
        with psycopg.connect(database_server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {database} TEMPLATE {migrated_template}")  # type: ignore[call-overload]
        folder = server_folder / "hostile"
        folder.mkdir()
        environment = {
            "PYTHONPATH": str(HERE),
            "DATABASE_URL": database_server.replace("/postgres?", f"/{database}?", 1),
            "REDIS_URL": redis_server,
            "TWENTY_URL": "http://127.0.0.1:9",
            "TWENTY_API_KEY": "a-key-of-the-tests",
            "TWENTY_WEBHOOK_SECRET": SECRET,
            "WEBHOOK_MAX_BYTES": str(LIMIT),
        }
        url = start_web(left.enter_context(ProcessGroup(folder)), environment, HOST, free_port())
        wait_until_ready(url, folder)
        yield url


@pytest.fixture
def send(server: str) -> Sends:
    """Sends bytes as they are and returns the status of the answer, "" when there is none."""

    def sent(request: bytes) -> str:
        with _connected(server) as connection:
            connection.sendall(request)
            line = connection.makefile("rb").readline().decode()
            return line.split(" ")[1] if line else ""

    return sent


def _connected(server: str) -> socket.socket:
    return socket.create_connection((HOST, int(server.rpartition(":")[2])), timeout=15)


def _headers(raw: bytes = RAW, *, signed: bytes | None = None) -> dict[str, str]:
    at = str(int(time.time() * 1000))
    signature = hmac.new(SECRET.encode(), at.encode() + b":" + (signed or raw), hashlib.sha256).hexdigest()
    return {"X-Twenty-Webhook-Timestamp": at, "X-Twenty-Webhook-Signature": signature}


def _post(headers: dict[str, str], raw: bytes = RAW, extra: str = "") -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    head = f"POST /webhooks/twenty HTTP/1.1\r\nHost: x\r\nContent-Length: {len(raw)}\r\n{lines}{extra}\r\n"
    return head.encode("latin-1") + raw


def test_the_procfile_starts_the_same_receiver() -> None:
    """What is shown here holds where the Procfile is run."""
    web = (HERE / "Procfile").read_text().splitlines()[0].removeprefix("web: ")
    shown = shlex.split(web.replace("${HOST:-127.0.0.1}", "h").replace("${PORT:-8080}", "1"))
    assert sorted(shown) == sorted(web_command("h", 1))


def test_slow_senders_stop_nobody(server: str) -> None:
    """Many more connections than threads, a byte a second each: others are served at once, and each is cut off."""
    began_s = time.monotonic()
    slow = [_connected(server) for _ in range(10) for _ in UNFINISHED]
    for connection, start in zip(slow, UNFINISHED * 10, strict=True):
        connection.sendall(start)
    took_s: list[float] = []
    while time.monotonic() - began_s < GATHER_S + 8 and _alive(slow):
        asked_s = time.monotonic()
        assert requests.get(f"{server}/healthz", timeout=5).ok
        assert requests.post(f"{server}/webhooks/twenty", data=RAW, headers=_headers(), timeout=5).status_code == 202
        took_s.append(time.monotonic() - asked_s)
        time.sleep(1)
    assert len(took_s) > 3
    assert sorted(took_s)[len(took_s) // 2] < 1
    assert _alive(slow) == 0
    for connection in slow:
        connection.close()


def _alive(slow: list[socket.socket]) -> int:
    """Each sends a byte; how many could."""
    return sum([_trickles(connection) for connection in slow])


def _trickles(connection: socket.socket) -> bool:
    """Whether the server still takes a byte."""
    try:
        connection.send(b"y")
        return True
    except OSError:
        return False


def test_a_body_in_pieces_is_one_delivery(server: str) -> None:
    """An honest sender whose request comes in three packets, half a second apart, is served."""
    request = _post(_headers())
    with _connected(server) as connection:
        for piece in (request[:30], request[30:-20], request[-20:]):
            connection.sendall(piece)
            time.sleep(0.5)
        assert b" 202 " in connection.makefile("rb").readline()


def test_kept_and_pipelined_connections_work(server: str) -> None:
    """Two requests in one packet and a third later on the same connection get three answers."""
    with _connected(server) as connection, connection.makefile("rb") as answers:
        connection.sendall(_post(_headers()) + b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        statuses = [_status(answers), _status(answers)]
        connection.sendall(_post(_headers(), RAW))
        assert [*statuses, _status(answers)] == [202, 200, 202]


def _status(answers: object) -> int:
    """Reads one answer with a Content-Length to its end."""
    status = int(answers.readline().split()[1])  # type: ignore[attr-defined]
    length = 0
    while (line := answers.readline().strip()) != b"":  # type: ignore[attr-defined]
        if line.lower().startswith(b"content-length:"):
            length = int(line.partition(b":")[2])
    answers.read(length)  # type: ignore[attr-defined]
    return status


def test_a_body_over_the_limit_is_refused_before_it_is_read(send: Sends) -> None:
    """413 while the sender has sent next to nothing of what it declares, or a little beyond the limit of chunks."""
    assert send(_post({}, b"", "").replace(b"Content-Length: 0", b"Content-Length: 10000000") + b"{") == "413"
    head = b"POST /webhooks/twenty HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert send(head + b"%x\r\n%s\r\n" % (LIMIT, b"x" * LIMIT) + b"ffffff\r\nxx") == "413"


def test_chunks_of_next_to_nothing_are_cut_off(send: Sends) -> None:
    """A body whose chunks cost more than they hold is not gathered for ever."""
    head = b"POST /webhooks/twenty HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    with suppress(ConnectionResetError, BrokenPipeError):
        assert send(head + b"1\r\nx\r\n" * 60_000) == ""


@pytest.mark.parametrize(
    ("headers", "extra", "status"),
    [
        (_headers(), "X-Twenty-Webhook-Signature: 00\r\n", "401"),
        (_headers(), "X-Twenty-Webhook-Timestamp: 1795262400000\r\n", "401"),
        (_headers(), f"x-twenty-webhook-signature: {_headers()['X-Twenty-Webhook-Signature']}\r\n", "401"),
        ({**_headers(), "X-Twenty-Webhook-Signature": "\xe9" * 64}, "", "401"),
        ({**_headers(), "X-Twenty-Webhook-Timestamp": "\xb2"}, "", "401"),
        (_headers(), "Content-Length: 5\r\n", "400"),
        (_headers(), "Transfer-Encoding: chunked\r\n", "400"),
        (_headers(), "User-Agent: a\x00b\r\n", "400"),
        (_headers(), "X-Long: " + "x" * 9_000 + "\r\n", "431"),
    ],
    ids=[
        "signature twice",
        "time twice",
        "its own",
        "odd signature",
        "odd time",
        "length twice",
        "chunked too",
        "NUL",
        "long",
    ],
)
def test_doubled_and_odd_headers_are_refused(send: Sends, headers: dict[str, str], extra: str, status: str) -> None:
    """A header that came twice, is no ASCII, or holds NUL is never half believed, and never a fault."""
    assert send(_post(headers, extra=extra)) in (status, "400"), extra


@pytest.mark.parametrize("raw", [b'{"a":' * 15_000, b'{"a":' + b"9" * 5_000 + b"}", b'{"a":"\xff"}', b"{} {}"])
def test_json_that_breaks_parsers_is_400(server: str, raw: bytes) -> None:
    """Too deep, too long a number, no UTF-8, two values: rightly signed and refused."""
    answer = requests.post(f"{server}/webhooks/twenty", data=raw, headers=_headers(raw), timeout=10)
    assert (answer.status_code, answer.json()["error"]) == (400, "not_json")


def test_a_replay_with_another_nonce_is_a_duplicate(server: str) -> None:
    """The nonce is not signed, so it makes no delivery new."""
    headers = _headers()
    answers = [
        requests.post(
            f"{server}/webhooks/twenty", data=RAW, headers={**headers, "X-Twenty-Webhook-Nonce": nonce}, timeout=10
        ).json()["status"]
        for nonce in ("one", "two")
    ]
    assert answers[1] == "duplicate"


def test_a_malformed_request_is_not_quoted(server: str, server_folder: Path) -> None:
    """Neither the answer nor the log repeats what could not be read: it may hold a token."""
    with _connected(server) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Quetzalcoatl\x00\r\n\r\n")
        answer = connection.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 400 ")
    log = (server_folder / "hostile" / "logs" / "web.log").read_bytes()
    assert (b"Quetzalcoatl" in answer, b"Quetzalcoatl" in log, b"request not served" in log) == (False, False, True)
