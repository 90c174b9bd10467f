"""gunicorn's thread worker, for senders that are slow on purpose.

gthread gives a connection a thread and lets the thread wait for the rest of the request: as many silent or trickling
connections as there are threads, and nobody else is served; a closing one even halts its loop for up to 2 s. Here the
loop waits, and a thread only ever gets a request that is here whole.
"""

import gc
import socket
import struct
import time
from contextlib import suppress
from dataclasses import dataclass
from weakref import WeakSet

from gunicorn import util
from gunicorn.http.errors import ParseException
from gunicorn.workers.gthread import _DEFER, TConn, ThreadWorker

from runtime.gathered import Gathered

GATHER_S = 10.0  # Twenty gives up after 5 s
LEAVE_S = 2.0
SILENT_S = 10.0
MOST_GATHERED = 67_108_864  # of all connections
FEW_BYTES = 65_536
_PIECE = 65_536


@dataclass(slots=True)
class _Leaving:
    """Answered; what still comes is thrown away, so that the answer arrives before a reset."""

    since_s: float
    drained: int = 0


class GatheringWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Bounds: a request must be whole within 10 s, 64 MiB in all are kept of those that are not (large ones go first),
    and a sender that does not read its answer for 10 s loses it.
    """

    def init_process(self) -> None:
        """Runs until told to stop."""
        self._gathering: WeakSet[Gathered] = WeakSet()
        super().init_process()

    def run(self) -> None:
        """What the application is made of lasts as long as the process: looking through it again and again for garbage
        would halt all threads for 0.1 s each time.
        """
        gc.collect()
        gc.freeze()
        super().run()

    def handle(self, conn: TConn) -> object:
        """What is to become of a connection that has sent something: gunicorn's own answers, `_DEFER` to wait on."""
        state = getattr(conn, "state", None)
        if isinstance(state, _Leaving):
            return self._leave(conn, state)
        gathered = state or self._begin(conn)
        open_ended = _read_what_is_here(conn, gathered)
        if open_ended and not gathered.is_whole:
            return _DEFER if self._may_wait(gathered) else _closed(conn)
        return self._serve(conn, gathered)

    def handle_error(self, req: object, client: socket.socket, addr: object, exc: BaseException) -> None:  # noqa: ARG002
        """What is no request, or a fault outside of the application: gunicorn's own log and answer would quote it."""
        status, reason = (400, "Bad Request") if isinstance(exc, ParseException) else (500, "Internal Server Error")
        self.log.warning("request not served: %s", type(exc).__name__)
        with suppress(OSError):
            util.write_error(client, status, reason, "")

    def _begin(self, conn: TConn) -> Gathered:
        gathered = Gathered(self._most_body(), time.monotonic())
        if conn.parser is not None:
            gathered.add(conn.parser.unreader.take_buffered())
        else:
            _bound_waiting(conn.sock)
        conn.state = gathered
        self._gathering.add(gathered)
        return gathered

    def _most_body(self) -> int:
        return int(self.wsgi.config["MAX_CONTENT_LENGTH"])

    def _may_wait(self, gathered: Gathered) -> bool:
        if gathered.is_endless or time.monotonic() - gathered.began_s > GATHER_S:
            return False
        held = len(gathered.raw)
        return held <= FEW_BYTES or sum(len(each.raw) for each in list(self._gathering)) <= MOST_GATHERED

    def _serve(self, conn: TConn, gathered: Gathered) -> object:
        conn.state, conn.data_ready = None, True
        conn.init()
        conn.parser.unreader.unread(bytes(gathered.raw))
        gathered.raw.clear()
        if super().handle(conn):
            return True
        conn.state = _Leaving(time.monotonic())
        with suppress(OSError):
            conn.sock.shutdown(socket.SHUT_WR)
            return self._leave(conn, conn.state)
        return False

    def _leave(self, conn: TConn, leaving: _Leaving) -> object:
        piece = _received(conn)
        leaving.drained += len(piece or b"")
        is_done = piece == b"" or leaving.drained > FEW_BYTES or time.monotonic() - leaving.since_s > LEAVE_S
        return _closed(conn) if is_done else _DEFER

    def _keepalive_after(self, conn: TConn, keepalive: object) -> bool:
        """A body that was refused unread ends the connection: gthread would wait 5 s for it.

        What is here is thrown away without waiting: a bound in time would end good connections of a busy machine.
        """
        conn.sock.setblocking(False)
        try:
            return bool(keepalive and conn.parser.finish_body(max_bytes=FEW_BYTES))
        except BlockingIOError:
            return False


def _read_what_is_here(conn: TConn, gathered: Gathered) -> bool:
    """Whether more may come."""
    while not gathered.is_whole and not gathered.is_endless:
        piece = _received(conn)
        if not piece:
            return piece is None
        gathered.add(piece)
    return True


def _received(conn: TConn) -> bytes | None:
    """What is here, None for nothing yet, b"" at the end."""
    conn.sock.setblocking(False)
    try:
        return bytes(conn.sock.recv(_PIECE))
    except BlockingIOError:
        return None
    except OSError:
        return b""


def _bound_waiting(sock: socket.socket) -> None:
    """For what threads still wait for: an answer to be taken, or a rest that the bytes so far did not announce."""
    with suppress(OSError):
        seconds = struct.pack("ll", int(SILENT_S), 0)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, seconds)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, seconds)


def _closed(conn: TConn) -> bool:
    """Closed here: gunicorn's own way of closing waits in its loop."""
    util.close(conn.sock)
    return False
