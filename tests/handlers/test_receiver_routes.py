"""What the receiver answers where nothing can be received."""

from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from repeats import counted

from handlers.app import ReceiverParts, ReceiverSettings, create_app
from handlers.health import Health


@pytest.fixture
def client() -> FlaskClient:
    """A client of a receiver without any secret."""
    now = datetime(2026, 11, 21, tzinfo=UTC)
    parts = ReceiverParts(lambda _: [], counted, lambda: None, lambda: Health(True, True, None), lambda: now)
    return create_app(parts, ReceiverSettings((), (), 300, 1000)).test_client()


@pytest.mark.parametrize("source", ["twenty", "redhawk"])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_are_405_as_json(client: FlaskClient, source: str, method: str) -> None:
    """Webhooks are posted, nothing else; the answer says what is allowed."""
    response = client.open(f"/webhooks/{source}", method=method)
    assert (response.status_code, response.headers["Allow"]) == (405, "POST")
    assert response.get_json()["error"] == "method_not_allowed"


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_is_only_read(client: FlaskClient, path: str) -> None:
    """Posting to a health page is 405."""
    assert client.post(path).status_code == 405


@pytest.mark.parametrize(
    "path", ["/", "/webhooks", "/webhooks/other", "/webhooks/twenty/", "/webhooks//twenty", "/static/x"]
)
def test_unknown_paths_are_404_as_json(client: FlaskClient, path: str) -> None:
    """Nothing is ever redirected: Twenty would follow without the body."""
    response = client.post(path, data=b"{}")
    assert (response.status_code, response.get_json()["error"]) == (404, "not_found")


@pytest.mark.parametrize("source", ["twenty", "redhawk"])
def test_no_secret_names_the_missing_setting(client: FlaskClient, source: str) -> None:
    """Without a secret nothing can be verified: 503 with the setting's name."""
    response = client.post(f"/webhooks/{source}", data=b"{}")
    assert response.status_code == 503
    assert response.get_json() == {
        "error": "not_configured",
        "detail": f"{source.upper()}_WEBHOOK_SECRET is not set",
    }
