"""Bodies are read to the limit and not beyond, whatever the sender says about their length."""

import hashlib
import hmac
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from threading import Thread

import pytest
from flask import Request
from repeats import counted
from werkzeug.serving import make_server
from werkzeug.test import EnvironBuilder

from handlers.app import ReceiverParts, ReceiverSettings, create_app
from handlers.bodies import read_body
from handlers.health import Health
from handlers.rejections import Refused, Rejection
from ledger.inbox import Stored
from schemas.delivery import NewDelivery

SECRET, TIMESTAMP = "s3cret", "1795262400000"
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
RAW = b'{"eventName":"note.created"}'


def request_with(stream: BytesIO, *, length: str | None, terminated: bool) -> Request:
    """A request as a WSGI server hands it over; `terminated` servers end the stream themselves."""
    environ = EnvironBuilder(method="POST").get_environ()
    environ["wsgi.input"] = stream
    environ.pop("CONTENT_LENGTH", None)
    environ |= {"CONTENT_LENGTH": length} if length is not None else {}
    environ |= {"wsgi.input_terminated": True} if terminated else {}
    return Request(environ)


def refusal(stream: BytesIO, *, length: str | None, terminated: bool) -> Rejection:
    """Why a body of at most 10 bytes is refused."""
    with pytest.raises(Refused) as refused:
        read_body(request_with(stream, length=length, terminated=terminated), 10)
    return refused.value.reason


def test_a_body_without_length_is_read_one_byte_past_the_limit() -> None:
    """An endless stream costs the limit and the one byte that shows it is too long."""
    stream = BytesIO(b"x" * 1_000_000)
    assert refusal(stream, length=None, terminated=True) is Rejection.TOO_LARGE
    assert stream.tell() == 11


@pytest.mark.parametrize("terminated", [True, False])
def test_a_declared_length_over_the_limit_is_not_read_at_all(terminated: bool) -> None:
    """The answer is known before the first byte."""
    stream = BytesIO(b"x" * 100)
    assert refusal(stream, length="11", terminated=terminated) is Rejection.TOO_LARGE
    assert stream.tell() == 0


def test_a_body_longer_than_declared_is_read_as_declared() -> None:
    """What follows the declared length belongs to nobody and stays unread."""
    stream = BytesIO(b"0123456789abcdef")
    assert read_body(request_with(stream, length="4", terminated=False), 10) == b"0123"
    assert stream.tell() == 4


@pytest.mark.parametrize("terminated", [True, False])
def test_a_body_shorter_than_declared_is_incomplete(terminated: bool) -> None:
    """A sender that hangs up half way is told so, not taken at half its word."""
    assert refusal(BytesIO(b"0123"), length="8", terminated=terminated) is Rejection.INCOMPLETE


def test_an_endless_stream_of_unknown_length_is_left_alone() -> None:
    """Without a length and without a server that ends the stream, reading might never return."""
    stream = BytesIO(b"0123")
    assert read_body(request_with(stream, length=None, terminated=False), 10) == b""
    assert stream.tell() == 0


@pytest.mark.parametrize("length", ["-5", "1e1", "٣", ""])
def test_a_length_that_is_no_number_reads_nothing(length: str) -> None:
    """A Content-Length that can't be understood stands for an empty body."""
    assert read_body(request_with(BytesIO(b"0123"), length=length, terminated=False), 10) == b""


def test_a_broken_stream_is_incomplete() -> None:
    """A server's own error while reading becomes a refusal."""

    class Broken(BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise RuntimeError("invalid chunk size")

    assert refusal(Broken(), length=None, terminated=True) is Rejection.INCOMPLETE


@contextmanager
def receiver_on_loopback() -> Iterator[tuple[int, list[NewDelivery]]]:
    """A real HTTP server with the receiver, limited to 1,000 bytes: its port, and what it stored."""
    stored: list[NewDelivery] = []

    def store(new: Sequence[NewDelivery]) -> list[Stored | None]:
        stored.extend(new)
        return [Stored(17, is_new=True) for _ in new]

    parts = ReceiverParts(store, counted, lambda: None, lambda: Health(True, True, None), lambda: NOW)
    server = make_server("127.0.0.1", 0, create_app(parts, ReceiverSettings((SECRET,), (), 300, 1000)))
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port, stored
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def send_chunked(port: int, chunks: bytes) -> str:
    """Posts chunks exactly as given, signed for RAW, without closing the sending side; the status line."""
    signature = hmac.new(SECRET.encode(), TIMESTAMP.encode() + b":" + RAW, hashlib.sha256).hexdigest()
    head = (
        "POST /webhooks/twenty HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
        f"X-Twenty-Webhook-Timestamp: {TIMESTAMP}\r\nX-Twenty-Webhook-Signature: {signature}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(head.encode() + chunks)
        return connection.makefile("rb").readline().decode().split(" ", 1)[1].strip()


def chunk(piece: bytes) -> bytes:
    """One chunk on the wire."""
    return b"%x\r\n%s\r\n" % (len(piece), piece)


def test_a_chunked_delivery_is_accepted() -> None:
    """A body in chunks, without Content-Length, is verified and stored as one."""
    with receiver_on_loopback() as (port, stored):
        assert send_chunked(port, chunk(RAW[:5]) + chunk(RAW[5:]) + b"0\r\n\r\n") == "202 ACCEPTED"
    assert [delivery.raw for delivery in stored] == [RAW]


def test_a_chunked_body_that_never_ends_is_413() -> None:
    """The answer comes as soon as the limit is passed, while the sender is still sending."""
    with receiver_on_loopback() as (port, stored):
        assert send_chunked(port, chunk(b"x" * 600) * 2) == "413 REQUEST ENTITY TOO LARGE"
    assert stored == []


def test_a_badly_chunked_body_is_400() -> None:
    """A chunk whose size is no number ends the request, not the receiver."""
    with receiver_on_loopback() as (port, stored):
        assert send_chunked(port, b"5\r\nhello\r\nzz\r\n") == "400 BAD REQUEST"
    assert stored == []
