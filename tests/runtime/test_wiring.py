"""The parts are put together so that a wrong setting stops the start, and nothing leaks."""

import json
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
import sentry_sdk
from sentry_sdk.transport import Transport

from handlers.health import Health
from runtime.bootstrap import load_rules, receiver_parts, receiver_settings, time_source, twenty_client
from runtime.error_reports import configure_error_reports
from runtime.settings import Settings, SettingsError
from twenty_client.redis_outage import impatient_redis

NOWHERE = "redis://127.0.0.1:1"


def _settings(**changed: Any) -> Settings:
    required = {
        "database_url": "postgresql://127.0.0.1:1/none",
        "redis_url": NOWHERE,
        "twenty_url": "https://crm.example.com",
        "twenty_api_key": "key",
    }
    return Settings(**{**required, **changed})


def test_stores_that_are_away_are_told_and_not_raised() -> None:
    """/readyz can say that both stores are unreachable."""
    assert receiver_parts(_settings()).health() == Health(False, False, None)


def test_health_knows_the_oldest_waiting_delivery(database_url: str, redis_url: str) -> None:
    """With both stores there and an empty inbox nothing waits."""
    parts = receiver_parts(_settings(database_url=database_url, redis_url=redis_url))
    assert parts.health() == Health(True, True, None)


def test_an_address_with_rest_is_refused() -> None:
    """TWENTY_URL is the server's address alone."""
    with pytest.raises(SettingsError, match="TWENTY_URL"):
        twenty_client(_settings(twenty_url="https://crm.example.com/rest"), impatient_redis(NOWHERE))


def test_a_redhawk_secret_that_is_none_is_refused() -> None:
    """It must be `whsec_` and base64, as Standard Webhooks says; the value is not shown."""
    with pytest.raises(SettingsError, match="REDHAWK_WEBHOOK_SECRET") as wrong:
        receiver_settings(_settings(redhawk_webhook_secrets=("no base64!",)))
    assert "no base64!" not in str(wrong.value)


def test_a_rules_file_with_a_mistake_stops_the_start(tmp_path: Path) -> None:
    """The message names the setting and the key that is wrong."""
    (tmp_path / "rules.toml").write_text('version = ""\n')
    with pytest.raises(SettingsError, match="REPSYNC_RULES"):
        load_rules(str(tmp_path / "rules.toml"))
    with pytest.raises(SettingsError, match="REPSYNC_RULES"):
        load_rules(str(tmp_path / "nothing.toml"))


def test_a_replay_has_its_own_time() -> None:
    """Standings of a replay are those of its day, all others those of now."""
    day = datetime(2026, 11, 20, tzinfo=UTC)
    assert time_source(day)() == day
    assert abs((time_source(None)() - datetime.now(UTC)).total_seconds()) < 5


@pytest.fixture
def reported(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    """What would go to Sentry."""
    events: list[dict[str, Any]] = []

    class Kept(Transport):
        def capture_envelope(self, envelope: Any) -> None:
            events.extend(item.payload.json for item in envelope.items if item.payload.json)

    init = sentry_sdk.init
    monkeypatch.setattr(sentry_sdk, "init", lambda **options: init(**options, transport=Kept))
    yield events
    init(trace_propagation_targets=[])


def test_an_error_report_holds_no_note_text(reported: list[dict[str, Any]]) -> None:
    """A fault while a note is in hand is reported with its place, without variables, bodies or headers."""
    configure_error_reports("https://key@sentry.invalid/1")

    def fail(title: str) -> None:
        body = {"title": title}
        raise KeyError(body["title"])

    try:
        fail("".join(reversed("miK | 00:1 | TCATNOC - llaC")))  # source lines are reported, so not as a literal
    except KeyError as error:
        sentry_sdk.capture_exception(error)
    sentry_sdk.flush()
    (event,) = reported
    text = json.dumps(event, default=str)
    assert event["exception"]["values"][0]["type"] == "KeyError"
    assert "CONTACT" not in text
    assert "Kim" not in text
    frames = event["exception"]["values"][0]["stacktrace"]["frames"]
    assert all("vars" not in frame for frame in frames)


def test_calls_to_others_carry_nothing_of_sentry(reported: list[dict[str, Any]]) -> None:
    """Sentry's own headers would tell Twenty, and whoever logs there, about repsync's traces."""
    configure_error_reports("https://key@sentry.invalid/1")
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_answer_once, args=(server, reported), daemon=True).start()
        requests.get(f"http://127.0.0.1:{server.getsockname()[1]}/", timeout=5)
    (heard,) = reported
    assert "GET / HTTP/1.1" in heard["head"]
    assert "sentry" not in heard["head"].lower()


def _answer_once(server: socket.socket, heard: list[dict[str, Any]]) -> None:
    connection, _ = server.accept()
    with connection:
        heard.append({"head": connection.recv(65_536).decode()})
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


def test_without_a_dsn_nothing_is_reported(reported: list[dict[str, Any]]) -> None:
    """Error reports are off unless the operator turns them on."""
    configure_error_reports(None)
    sentry_sdk.capture_message("hello")
    sentry_sdk.flush()
    assert reported == []
