"""The client at the HTTP edge: pacing, gate, retries, and what it keeps secret."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import requests
import responses

from twenty_client.client import TwentyClient
from twenty_client.errors import (
    Paused,
    RateLimited,
    ServerFault,
    TimedOut,
    TwentyError,
    Unauthorized,
    Unreachable,
    ValidationFailed,
    WrongAddress,
)
from twenty_client.request import batch_upsert, create, list_objects, list_rows, patch_where
from twenty_client.urgency import Urgency

URL = "https://crm.example.com"
NOTES = f"{URL}/rest/notes"
KEY = "eyJ0eXAi.secret-api-key"
EMPTY = {"data": {"notes": []}, "totalCount": 0, "pageInfo": {"hasNextPage": False, "endCursor": None}}
HIDDEN_FAULT = {"statusCode": 400, "error": "Error", "messages": ["Connection terminated unexpectedly"]}
LIMITED = {
    "statusCode": 429,
    "error": "HttpException",
    "messages": ["Limit reached (100 tokens per 60000 ms)"],
}


class Journal:
    """Stands for the pacer and the gate, and writes down what they were asked."""

    def __init__(self, *, paused: bool = False) -> None:
        self.tokens = 0
        self.urgencies: list[Urgency] = []
        self.learnt: list[int | None] = []
        self.refusals = 0
        self.reports: list[str] = []
        self._paused = paused

    def announce(self, urgency: Urgency, wait_s: float) -> None:
        pass

    def acquire(self, max_wait_s: float, urgency: Urgency) -> None:
        """A token is always free."""
        self.tokens += 1
        self.urgencies.append(urgency)

    def learn(self, *, refused: RateLimited | None = None, limit: int | None = None) -> None:
        """Written down."""
        self.refusals += refused is not None
        self.learnt.append(limit)

    def left(self) -> float:
        """All of the burst."""
        return 1.0

    def check(self) -> None:
        """Raises Paused if told so."""
        if self._paused:
            raise Paused(5.0)

    def report(self, error: TwentyError) -> None:
        """Written down by its name."""
        self.reports.append(type(error).__name__)

    def report_success(self) -> None:
        """Written down."""
        self.reports.append("success")


@pytest.fixture
def journal() -> Journal:
    """A pacer and gate that let everything through."""
    return Journal()


@pytest.fixture
def client(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> TwentyClient:
    """A client whose waits between tries take no time."""
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda seconds: None)
    return TwentyClient(URL, KEY, pacer=journal, gate=journal)


@pytest.fixture
def twenty() -> Iterator[responses.RequestsMock]:
    """A Twenty that answers what the test registers, each answer once, in turn."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


def test_a_request_as_it_is_sent(client: TwentyClient, journal: Journal, twenty: responses.RequestsMock) -> None:
    """The key goes into the header, the body out as JSON; one token is taken and the success told."""
    twenty.post(f"{URL}/rest/batch/notes", json={"data": {"createNotes": [{"id": "1"}]}}, status=201)
    assert client.send(batch_upsert("notes", [{"title": "a\0b"}])).row == {"id": "1"}
    sent = twenty.calls[0].request
    assert sent.headers["Authorization"] == f"Bearer {KEY}"
    assert sent.headers["Content-Type"] == "application/json"
    assert json.loads(sent.body or b"") == [{"title": "ab"}]
    assert (journal.tokens, journal.reports) == (1, ["success"])


def test_a_netrc_file_does_not_replace_the_key(
    client: TwentyClient,
    twenty: responses.RequestsMock,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Credentials that the machine holds for the host are not used."""
    netrc = tmp_path_factory.mktemp("home") / "netrc"
    netrc.write_text("machine crm.example.com login someone password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    twenty.get(NOTES, json=EMPTY)
    client.send(list_rows("notes"))
    assert twenty.calls[0].request.headers["Authorization"] == f"Bearer {KEY}"


def test_metadata_costs_no_token(client: TwentyClient, journal: Journal, twenty: responses.RequestsMock) -> None:
    """Metadata calls skip the pacer: Twenty does not count them."""
    twenty.get(f"{URL}/rest/metadata/objects", json={"data": {"objects": []}})
    client.send(list_objects())
    assert journal.tokens == 0


@pytest.mark.parametrize("first", [(400, HIDDEN_FAULT), (502, {}), (500, {})], ids=str)
def test_a_fault_that_passes_is_not_noticed(
    client: TwentyClient,
    journal: Journal,
    twenty: responses.RequestsMock,
    first: tuple[int, dict[str, object]],
) -> None:
    """A fault of the server's, also one that hides in a 400, is tried again, with a token for each try."""
    twenty.get(NOTES, status=first[0], json=first[1])
    twenty.get(NOTES, json=EMPTY)
    assert client.send(list_rows("notes")).rows == ()
    assert (journal.tokens, journal.reports) == (2, ["success"])


def test_tries_end(client: TwentyClient, journal: Journal, twenty: responses.RequestsMock) -> None:
    """A fault that stays is raised after three tries, and told to the gate once."""
    twenty.get(NOTES, status=503)
    with pytest.raises(ServerFault):
        client.send(list_rows("notes"))
    assert len(twenty.calls) == 3
    assert journal.reports == ["ServerFault"]


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, {"messages": ['Object note doesn\'t have any "nope" field.']}, ValidationFailed),
        (401, {"messages": ["Token invalid."], "error": "UNAUTHENTICATED"}, Unauthorized),
        (429, LIMITED, RateLimited),
    ],
)
def test_one_try_where_another_would_not_help(
    client: TwentyClient,
    journal: Journal,
    twenty: responses.RequestsMock,
    status: int,
    body: dict[str, object],
    kind: type[TwentyError],
) -> None:
    """A permanent refusal, and a 429 that names no time, are raised after one try."""
    twenty.get(NOTES, status=status, json=body)
    with pytest.raises(kind):
        client.send(list_rows("notes"))
    assert len(twenty.calls) == 1
    assert journal.reports == [kind.__name__]


def test_a_short_retry_after_is_waited_for(client: TwentyClient, twenty: responses.RequestsMock) -> None:
    """A 429 that names a moment is tried again."""
    twenty.get(NOTES, status=429, json=LIMITED, headers={"Retry-After": "0"})
    twenty.get(NOTES, json=EMPTY)
    client.send(list_rows("notes"))
    assert len(twenty.calls) == 2


def test_a_long_retry_after_is_told(client: TwentyClient, twenty: responses.RequestsMock) -> None:
    """A 429 that names a long time is raised with it."""
    twenty.get(NOTES, status=429, json=LIMITED, headers={"Retry-After": "30"})
    with pytest.raises(RateLimited) as caught:
        client.send(list_rows("notes"))
    assert caught.value.retry_after_s == 30.0
    assert len(twenty.calls) == 1


def test_a_create_is_not_repeated(client: TwentyClient, twenty: responses.RequestsMock) -> None:
    """A lost answer to a plain create is not tried again: the row may be there already."""
    twenty.post(NOTES, body=requests.ConnectionError("reset"))
    with pytest.raises(Unreachable):
        client.send(create("notes", {"title": "x"}))
    assert len(twenty.calls) == 1


def test_a_slow_answer_is_timed_out(client: TwentyClient, twenty: responses.RequestsMock) -> None:
    """No answer in time is its own error, and not waited for a second time."""
    twenty.get(NOTES, body=requests.ReadTimeout())
    with pytest.raises(TimedOut):
        client.send(list_rows("notes"))
    assert len(twenty.calls) == 1


def test_no_redirect_is_followed(client: TwentyClient, twenty: responses.RequestsMock) -> None:
    """A redirect is an error: the key must not go to another address."""
    twenty.get(NOTES, status=302, headers={"Location": "https://elsewhere.example.com/"})
    with pytest.raises(WrongAddress):
        client.send(list_rows("notes"))
    assert len(twenty.calls) == 1


def test_nothing_is_sent_during_a_pause(twenty: responses.RequestsMock) -> None:
    """While the gate is closed no call goes out and no token is taken."""
    journal = Journal(paused=True)
    with pytest.raises(Paused):
        TwentyClient(URL, KEY, pacer=journal, gate=journal).send(list_rows("notes"))
    assert (len(twenty.calls), journal.tokens) == (0, 0)


@contextmanager
def server_that_cuts(answer: bytes) -> Iterator[str]:
    """A server that reads a request, sends these bytes and hangs up, for each connection."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection:
                connection.recv(65536)
                connection.sendall(answer)

    threading.Thread(target=serve, daemon=True).start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()


@pytest.mark.parametrize(
    "answer", [b"", b'HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{"data": {"notes": []'], ids=["none", "half"]
)
def test_a_cut_connection_is_unreachable(client: TwentyClient, journal: Journal, answer: bytes) -> None:
    """An answer that is lost, wholly or in its middle, leaves open whether the write was done."""
    with server_that_cuts(answer) as url, pytest.raises(Unreachable):
        TwentyClient(url, KEY, pacer=journal, gate=journal).send(list_rows("notes"))
    assert journal.reports == ["Unreachable"]


@pytest.mark.parametrize(
    "failure",
    [
        {"status": 400, "json": {"messages": ['Invalid string value Ann for text field "title"']}},
        {"status": 401, "json": {"messages": [f"Token {KEY} invalid for Ann"]}},
        {"status": 429, "json": {"messages": [f"{KEY} Ann"]}},
        {"status": 503, "body": f"{KEY} Ann"},
        {"status": 200, "body": f"{KEY} Ann"},
        {"status": 302, "headers": {"Location": f"https://x.example.com/{KEY}?Ann"}},
        {"body": requests.ConnectionError(f"{NOTES}?filter=Ann {KEY}")},
        {"body": requests.ReadTimeout(f"{NOTES}?filter=Ann {KEY}")},
    ],
    ids=str,
)
def test_no_secret_in_errors(client: TwentyClient, twenty: responses.RequestsMock, failure: dict[str, object]) -> None:
    """Neither the key nor a value of the request or the answer is in an error, its fields or its cause."""
    twenty.patch(NOTES, **failure)
    with pytest.raises(TwentyError) as caught:
        client.send(patch_where("notes", 'title[eq]:"Ann"', {"title": "Ann"}))
    error = caught.value
    told = f"{error} {error!r} {vars(error)}"
    assert KEY not in told
    assert "Ann" not in told
    assert error.__suppress_context__ or error.__context__ is None


def test_no_secret_in_the_client(client: TwentyClient) -> None:
    """The client shows its address and not its key."""
    assert repr(client) == f"TwentyClient('{URL}')"
    assert KEY not in repr(vars(client))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "crm.example.com",
        "ftp://crm.example.com",
        "https://key:word@crm.example.com",
        f"{URL}/rest",
        f"{URL}/rest/",
        f"{URL}?x=1",
    ],
)
def test_a_wrong_base_url_is_refused(journal: Journal, url: str) -> None:
    """An address that cannot be Twenty's stops the start, without being quoted."""
    with pytest.raises(ValueError) as caught:
        TwentyClient(url, KEY, pacer=journal, gate=journal)
    assert "word@" not in str(caught.value)


@pytest.mark.parametrize("key", ["", "two\r\nlines", "with space", "ключ"])
def test_a_wrong_key_is_refused(journal: Journal, key: str) -> None:
    """A key that is no header value stops the start, without being quoted."""
    with pytest.raises(ValueError) as caught:
        TwentyClient(URL, key, pacer=journal, gate=journal)
    assert not key or key not in str(caught.value)


def test_a_refusal_for_rate_is_learnt_from(
    client: TwentyClient, journal: Journal, twenty: responses.RequestsMock
) -> None:
    """The pacer hears of every 429, with the limit that a newer Twenty states in its headers."""
    twenty.get(NOTES, status=429, json=LIMITED, headers={"X-RateLimit-Limit": "50", "Retry-After": "30"})
    with pytest.raises(RateLimited) as caught:
        client.send(list_rows("notes"))
    assert (caught.value.limit, journal.refusals, journal.learnt) == (50, 1, [50])


@pytest.mark.parametrize(("stated", "learnt"), [("50", [50]), ("0", []), ("many", []), ("", [])])
def test_a_limit_that_twenty_states_is_learnt(
    client: TwentyClient, journal: Journal, twenty: responses.RequestsMock, stated: str, learnt: list[int]
) -> None:
    """Also beside a success; what is no count of calls is left out."""
    twenty.get(NOTES, json=EMPTY, headers={"X-RateLimit-Limit": stated})
    client.send(list_rows("notes"))
    assert (journal.refusals, journal.learnt) == (0, learnt)


def test_a_client_of_another_urgency_says_so(
    client: TwentyClient, journal: Journal, twenty: responses.RequestsMock
) -> None:
    """Publishing is the most urgent, and what a client is made for it tells the pacer at each call."""
    for _ in range(2):
        twenty.get(NOTES, json=EMPTY)
    client.at(Urgency.SWEEP).send(list_rows("notes"))
    client.send(list_rows("notes"))
    assert journal.urgencies == [Urgency.SWEEP, Urgency.PUBLISH]
