"""The parts are put together so that a wrong setting stops the start, and nothing leaks."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from handlers.health import Health
from runtime.bootstrap import load_rules, receiver_parts, receiver_settings, time_source, twenty_client
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
