"""Which connections the receiver's thread worker keeps after an answer."""

import itertools
import socket
import time
from collections.abc import Iterator

import pytest
from gunicorn.config import Config
from gunicorn.workers.gthread import TConn

from runtime.web_worker import GatheringWorker

HEAD = b"POST /webhooks/twenty HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\n"


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    """A sender's end and the server's."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


@pytest.fixture
def worker() -> GatheringWorker:
    """One that serves nobody by itself."""
    return GatheringWorker.__new__(GatheringWorker)


def _read_head(server_end: socket.socket) -> TConn:
    """A connection whose request was read up to its body."""
    connection = TConn(Config(), server_end, ("127.0.0.1", 1), ("127.0.0.1", 2))
    connection.init()
    next(connection.parser)
    return connection


def test_a_good_connection_is_kept_however_long_its_thread_waits_its_turn(
    pair: tuple[socket.socket, socket.socket], worker: GatheringWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though each look at the clock is a minute later, a body that is here is no reason to hang up."""
    pair[0].sendall(HEAD + b"unread!!")
    connection = _read_head(pair[1])
    minutes = itertools.count(60, 60)
    monkeypatch.setattr(time, "monotonic", lambda: float(next(minutes)))
    assert worker._keepalive_after(connection, True)


def test_a_body_that_is_not_here_is_not_waited_for(
    pair: tuple[socket.socket, socket.socket], worker: GatheringWorker
) -> None:
    """The rest of a body that was refused unread may never come: the connection ends, and no thread waits."""
    pair[0].sendall(HEAD + b"un")
    connection = _read_head(pair[1])
    connection.sock.settimeout(20)
    assert not worker._keepalive_after(connection, True)


def test_an_answer_that_ends_the_connection_ends_it(
    pair: tuple[socket.socket, socket.socket], worker: GatheringWorker
) -> None:
    """Nothing is kept against the application's will."""
    pair[0].sendall(HEAD + b"unread!!")
    assert not worker._keepalive_after(_read_head(pair[1]), False)
