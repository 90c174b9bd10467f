"""The player against a small receiver that keeps what it gets."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from sandbox import player
from sandbox.player import ReceiverAway, arrange, play


class Receiver(ThreadingHTTPServer):
    """Answers with the statuses given in turn (the last one for ever); 0 breaks the connection."""

    request_queue_size = 64

    def __init__(self, *statuses: int, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.statuses = list(statuses)
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/webhooks/twenty"


class Handler(BaseHTTPRequestHandler):
    """Keeps headers and body as they came."""

    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with self.server.lock:
            self.server.got.append((dict(self.headers), body))
            statuses = self.server.statuses
            status = statuses.pop(0) if len(statuses) > 1 else statuses[0]
        if status:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def receiver(request: pytest.FixtureRequest) -> Iterator[Receiver]:
    """A receiver with the statuses of the test's parameter, 202 by default."""
    with Receiver(*getattr(request, "param", (202,))) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,)).start()
        yield server
        server.shutdown()


def numbered(count: int) -> list[player.Delivery]:
    """Deliveries that differ in their body."""
    return [({"Content-Type": "application/json"}, b"%d" % number) for number in range(count)]


def ignore(_: int) -> None:
    """No progress is shown."""


def test_recorded_deliveries_arrive_byte_for_byte(receiver: Receiver, floor_deliveries: list[dict[str, Any]]) -> None:
    """Bodies and Twenty's own headers are as recorded; the headers of the recorded connection are not."""
    sent = [(line["headers"], line["raw"].encode()) for line in floor_deliveries[:20]]
    assert play(sent, receiver.url, threads=1, on_progress=ignore) == {202: 20}
    for (recorded, raw), (headers, body) in zip(sent, receiver.got, strict=True):
        assert body == raw
        assert headers["Host"] == f"127.0.0.1:{receiver.server_port}"
        kept = {name for name in recorded if name.startswith("X-Twenty-Webhook-")} | {"Content-Type"}
        assert len(kept) == 4
        assert {name: headers[name] for name in kept} == {name: recorded[name] for name in kept}


def test_one_thread_keeps_the_order(receiver: Receiver) -> None:
    """With one thread each delivery waits for the answer to the one before."""
    play(numbered(30), receiver.url, threads=1, on_progress=ignore)
    assert [int(body) for _, body in receiver.got] == list(range(30))


def test_several_threads_deliver_each_once(receiver: Receiver) -> None:
    """Nothing is lost or sent twice when deliveries overlap."""
    play(numbered(50), receiver.url, on_progress=ignore)
    assert sorted(int(body) for _, body in receiver.got) == list(range(50))


def test_progress_counts_to_the_end(receiver: Receiver) -> None:
    """The callback gets 1, 2, … up to the number of deliveries."""
    seen: list[int] = []
    play(numbered(5), receiver.url, on_progress=seen.append)
    assert seen == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("receiver", [(503, 503, 202)], indirect=True)
def test_a_503_is_tried_again(receiver: Receiver) -> None:
    """A receiver whose store is away has not accepted: the same bytes come again until it does."""
    assert play(numbered(1), receiver.url, on_progress=ignore) == {202: 1}
    assert len(receiver.got) == 3


@pytest.mark.parametrize("receiver", [(503,)], indirect=True)
def test_a_lasting_503_is_counted(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the time for tries is over the delivery counts as 503."""
    monkeypatch.setattr(player, "PATIENCE_S", 0.3)
    assert play(numbered(1), receiver.url, on_progress=ignore) == {503: 1}


@pytest.mark.parametrize("receiver", [(401, 302, 500, 413, 0)], indirect=True)
def test_any_other_answer_is_final(receiver: Receiver) -> None:
    """A refusal, a redirect, a fault or a broken connection is counted, not tried again, as Twenty does."""
    counts = play(numbered(5), receiver.url, threads=1, on_progress=ignore)
    assert counts == {401: 1, 302: 1, 500: 1, 413: 1, 0: 1}
    assert len(receiver.got) == 5


def test_a_receiver_that_starts_late_gets_everything() -> None:
    """Refused connections are tried again until the receiver listens."""
    with Receiver(202) as placeholder:
        port = placeholder.server_port
    late: list[Receiver] = []

    def listen() -> None:
        late.append(Receiver(202, port=port))
        late[0].serve_forever(0.02)

    timer = threading.Timer(0.5, listen)
    timer.start()
    url = f"http://127.0.0.1:{port}/webhooks/twenty"
    assert play(numbered(4), url, on_progress=ignore) == {202: 4}
    late[0].shutdown()
    late[0].server_close()


def test_a_receiver_that_never_listens_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """When the time for tries is over the play ends with a named error."""
    monkeypatch.setattr(player, "PATIENCE_S", 0.3)
    with Receiver(202) as closed:
        url = closed.url
    with pytest.raises(ReceiverAway, match="refused"):
        play(numbered(3), url, on_progress=ignore)


def test_a_proxy_of_the_environment_is_not_used(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """Recorded personal data goes to the given address and nowhere else."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert play(numbered(1), receiver.url, on_progress=ignore) == {202: 1}


def test_arrange_in_order_repeats_each() -> None:
    """Without a seed the copies of a delivery follow each other in the order given."""
    assert [raw for _, raw in arrange(numbered(3), None, 2)] == [b"0", b"0", b"1", b"1", b"2", b"2"]


def test_arrange_shuffles_alike_for_a_seed() -> None:
    """One seed gives one order of all copies, another seed another."""
    once, again, other = (arrange(numbered(20), seed, 3) for seed in (7, 7, 8))
    assert once == again != other
    assert sorted(raw for _, raw in once) == sorted(raw for _, raw in arrange(numbered(20), None, 3))
