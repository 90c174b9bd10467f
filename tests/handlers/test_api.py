"""The read API's answers: who may ask, what may be asked, and how refusals look."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from repeats import counted
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from accounts.awards_page import AwardsPage
from accounts.cursors import InvalidCursor
from accounts.errors import UnknownRep
from accounts.rep_account import Freshness, RepAccount, RepStanding, XpAccount
from handlers.api.parts import ApiParts, ApiSettings
from handlers.api.routes import api_routes
from handlers.app import ReceiverParts, ReceiverSettings, create_app
from handlers.health import Health
from ledger.account_queries import RepRecord
from ledger.errors import LedgerUnavailable

OLD, TOKEN = "old-token-of-the-tests", "token-of-the-tests"
JANE = RepRecord("jane", "Jane Austen", None, None, None, None, None, 0, 0, None, False, None)
NOW = Freshness(False, None, None, 0, None, None)
ROUTES = (("GET", "/api/reps/jane"), ("GET", "/api/reps/jane/awards"), ("POST", "/api/reps/jane/sync"))


@dataclass(frozen=True)
class Synced:
    """What became of a sync."""

    outcome: Any
    reason: str = ""


class Ledger:
    """Knows Jane alone; remembers what was asked. `error` is raised instead, `synced` what a sync comes to."""

    def __init__(self) -> None:
        self.asked: list[object] = []
        self.error: Exception | None = None
        self.synced = Synced("synced")

    def _look_up(self, rep: str, *asked: object) -> None:
        self.asked.append((rep, *asked))
        if self.error:
            raise self.error
        if rep != "jane":
            raise UnknownRep(rep)

    def account(self, rep: str) -> RepAccount:
        """An empty account."""
        self._look_up(rep)
        xp = XpAccount(0, 0, 0, 0, None, False)
        return RepAccount(JANE, NOW, (), xp, (), (), AwardsPage((), None), {}, (), ())

    def standing(self, rep: str) -> RepStanding:
        """No standing yet."""
        self._look_up(rep)
        return RepStanding(JANE, NOW, {})

    def awards(self, rep: str, limit: int, cursor: str | None) -> AwardsPage:
        """An empty page; no cursor is good."""
        self._look_up(rep, limit, cursor)
        if cursor:
            raise InvalidCursor
        return AwardsPage((), None)

    def sync(self, rep: str) -> Any:
        """As told."""
        self._look_up(rep)
        return self.synced


@pytest.fixture
def ledger() -> Ledger:
    """A ledger that knows Jane."""
    return Ledger()


def client_of(ledger: Ledger, *tokens: str) -> FlaskClient:
    """A client of a receiver with the API, for these tokens."""
    now = datetime(2026, 11, 21, tzinfo=UTC)
    receiver = ReceiverParts(lambda _: [], counted, lambda: None, lambda: Health(True, True, None), lambda: now)
    parts = ApiParts(ledger.account, ledger.standing, ledger.awards, ledger.sync)
    api = api_routes(parts, ApiSettings(tokens))
    return create_app(receiver, ReceiverSettings((), (), 300, 1000), [api]).test_client()


@pytest.fixture
def client(ledger: Ledger) -> FlaskClient:
    """A client of an API with an old and a new token."""
    return client_of(ledger, OLD, TOKEN)


def ask(
    client: FlaskClient, path: str, method: str = "GET", authorization: str | None = f"Bearer {TOKEN}"
) -> TestResponse:
    """Asks with an Authorization header."""
    return client.open(path, method=method, headers={"Authorization": authorization} if authorization else {})


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        (f"Bearer {TOKEN}", 200),
        (f"Bearer {OLD}", 200),
        (f"bearer {TOKEN}", 200),
        (None, 401),
        ("", 401),
        ("Bearer", 401),
        ("Bearer ", 401),
        (f"Bearer {TOKEN}x", 401),
        (f"Bearer {TOKEN[:-1]}", 401),
        (f"Bearer {OLD},{TOKEN}", 401),
        (f"Basic {TOKEN}", 401),
        (TOKEN, 401),
        ("Bearer \u00fc\u00ff", 401),
    ],
)
def test_only_a_bearer_of_a_configured_token_may_ask(client: FlaskClient, authorization: str, status: int) -> None:
    """Any configured token opens every route, anything else none; a refusal says how to ask and in which shape."""
    for method, path in ROUTES:
        response = ask(client, path, method, authorization)
        assert response.status_code == status, (method, path)
        if status == 401:
            assert response.headers["WWW-Authenticate"] == "Bearer"
            assert response.get_json()["error"] == "bad_token"


def test_without_any_token_the_api_is_not_configured(ledger: Ledger) -> None:
    """503 that names the setting, whatever is sent; nothing is looked up."""
    for method, path in ROUTES:
        response = ask(client_of(ledger), path, method, "Bearer ")
        assert (response.status_code, response.get_json()["error"]) == (503, "not_configured")
        assert "API_TOKENS" in response.get_json()["detail"]
    assert ledger.asked == []


def test_the_openapi_document_is_open(ledger: Ledger) -> None:
    """Everybody may read what the API is like, also where it is not configured."""
    response = ask(client_of(ledger), "/api/openapi.json", authorization=None)
    assert response.status_code == 200
    assert set(response.get_json()["paths"]) == {
        "/api/reps/{workspaceMemberId}",
        "/api/reps/{workspaceMemberId}/awards",
        "/api/reps/{workspaceMemberId}/sync",
        "/api/openapi.json",
        "/webhooks/twenty",
        "/webhooks/redhawk",
        "/healthz",
        "/readyz",
    }


def test_refused_tokens_are_counted_and_no_token_is_logged(client: FlaskClient) -> None:
    """/readyz counts them; no log line holds a token, right or wrong."""
    with capture_logs() as logs:
        ask(client, "/api/reps/jane", authorization="Bearer wrong-token")
        ask(client, "/api/reps/jane")
    assert client.get("/readyz").get_json()["rejections"] == {"api": {"bad_token": 1}}
    assert [line["status"] for line in logs] == [401, 200]
    assert not any(secret in str(logs) for secret in ("wrong-token", TOKEN))
    assert TOKEN not in repr(ApiSettings((TOKEN,)))


@pytest.mark.parametrize(
    ("query", "asked"),
    [("", (50, None)), ("?limit=1", (1, None)), ("?limit=200", (200, None))],
)
def test_a_page_s_size(client: FlaskClient, ledger: Ledger, query: str, asked: tuple[int, None]) -> None:
    """50 awards unless 1 to 200 are asked for."""
    assert ask(client, f"/api/reps/jane/awards{query}").status_code == 200
    assert ledger.asked == [("jane", *asked)]


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=many", "limit=", "cursor=x", "cursor=", "page=2"])
def test_a_question_that_is_not_valid(client: FlaskClient, query: str) -> None:
    """400 that names the parameter and does not repeat its value."""
    response = ask(client, f"/api/reps/jane/awards?{query}")
    name, _, value = query.partition("=")
    assert (response.status_code, response.get_json()["error"]) == (400, "bad_query")
    assert name in response.get_json()["detail"]
    assert value not in response.get_json()["detail"] or len(value) < 2


@pytest.mark.parametrize("rep", ["nobody", "%00", "x" * 65, "%ed%a0%80"])
def test_an_unknown_rep(client: FlaskClient, rep: str) -> None:
    """404 on every route, also for what can be no id."""
    for method, path in ROUTES:
        response = ask(client, path.replace("jane", rep), method)
        assert (response.status_code, response.get_json()["error"]) == (404, "unknown_rep")


def test_the_ledger_being_away(client: FlaskClient, ledger: Ledger) -> None:
    """503 with Retry-After on every route."""
    ledger.error = LedgerUnavailable("connection refused")
    for method, path in ROUTES:
        response = ask(client, path, method)
        assert (response.status_code, response.get_json()["error"]) == (503, "ledger_unavailable")
        assert int(response.headers["Retry-After"]) > 0


@pytest.mark.parametrize(
    ("outcome", "status", "error"),
    [
        ("busy", 409, "busy"),
        ("twenty_unavailable", 503, "twenty_unavailable"),
        ("unknown_rep", 404, "unknown_rep"),
        ("refused", 502, "refused_by_twenty"),
    ],
)
def test_a_sync_that_did_not_happen(client: FlaskClient, ledger: Ledger, outcome: str, status: int, error: str) -> None:
    """Each has its status, code and reason; one that may work later says when."""
    ledger.synced = Synced(outcome, "the reason")
    response = ask(client, "/api/reps/jane/sync", "POST")
    assert (response.status_code, response.get_json()) == (status, {"error": error, "detail": "the reason"})
    assert ("Retry-After" in response.headers) == (status == 503)


def test_a_get_is_asked_again_with_its_etag(client: FlaskClient) -> None:
    """304 without a body while nothing changed; only the client itself may keep it; a sync is never kept."""
    for path in ("/api/reps/jane", "/api/reps/jane/awards", "/api/openapi.json"):
        first = ask(client, path)
        again = client.get(path, headers={"Authorization": f"Bearer {TOKEN}", "If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        assert "private" in first.headers["Cache-Control"]
    assert "ETag" not in ask(client, "/api/reps/jane/sync", "POST").headers


def test_an_etag_does_not_open(client: FlaskClient) -> None:
    """Without a token an ETag that matches is 401 all the same."""
    etag = ask(client, "/api/reps/jane").headers["ETag"]
    assert client.get("/api/reps/jane", headers={"If-None-Match": etag}).status_code == 401
