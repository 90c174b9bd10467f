"""Settings are read once; what is wrong is named, and no value is shown."""

from pathlib import Path

import pytest

from runtime.settings import Settings, SettingsError, documented_settings, read_settings

REQUIRED = {
    "DATABASE_URL": "postgresql://u:pw-in-url@host/db",
    "REDIS_URL": "redis://localhost",
    "TWENTY_URL": "https://crm.example.com",
    "TWENTY_API_KEY": "key-of-the-test",
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The required settings and no others."""
    for name, _, _ in documented_settings():
        monkeypatch.delenv(name, raising=False)
    for name, value in REQUIRED.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_the_required_ones_are_enough(environment: pytest.MonkeyPatch) -> None:
    """Everything else has a default; without a secret the receiver is told none."""
    settings = read_settings()
    assert (settings.twenty_url, settings.webhook_tolerance_s) == ("https://crm.example.com", 300)
    assert settings.twenty_webhook_secrets == ()
    assert settings.sentry_dsn is None


def test_every_missing_or_bad_one_is_named_at_once(environment: pytest.MonkeyPatch) -> None:
    """Three mistakes are told in one message, without the values."""
    environment.delenv("TWENTY_API_KEY")
    environment.setenv("WEBHOOK_TOLERANCE_S", "five-minutes")
    environment.setenv("SWEEP_INTERVAL_S", "0")
    with pytest.raises(SettingsError) as wrong:
        read_settings()
    for name in ("TWENTY_API_KEY", "WEBHOOK_TOLERANCE_S", "SWEEP_INTERVAL_S"):
        assert name in str(wrong.value)
    assert "five-minutes" not in str(wrong.value)


def test_an_empty_required_one_is_missing(environment: pytest.MonkeyPatch) -> None:
    """`TWENTY_URL=` in an .env file is no address."""
    environment.setenv("TWENTY_URL", "")
    with pytest.raises(SettingsError, match="TWENTY_URL"):
        read_settings()


def test_an_empty_optional_one_is_not_set(environment: pytest.MonkeyPatch) -> None:
    """The lines of .env.example that are left empty mean nothing."""
    for name in ("SENTRY_DSN", "REPSYNC_RULES", "TWENTY_WEBHOOK_SECRET", "REPLAY_AS_OF"):
        environment.setenv(name, "")
    settings = read_settings()
    assert (settings.sentry_dsn, settings.rules_path, settings.replay_as_of) == (None, None, None)
    assert settings.twenty_webhook_secrets == ()


def test_a_secret_can_come_from_a_file(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """NAME_FILE names a file; the line end that editors add is no part of the secret."""
    (tmp_path / "key").write_text("from-a-file\n")
    environment.delenv("TWENTY_API_KEY")
    environment.setenv("TWENTY_API_KEY_FILE", str(tmp_path / "key"))
    assert read_settings().twenty_api_key == "from-a-file"


def test_a_file_that_is_not_there_is_named(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The message names the setting."""
    environment.delenv("TWENTY_API_KEY")
    environment.setenv("TWENTY_API_KEY_FILE", str(tmp_path / "nothing"))
    with pytest.raises(SettingsError, match="TWENTY_API_KEY_FILE"):
        read_settings()


def test_two_secrets_during_a_rotation(environment: pytest.MonkeyPatch) -> None:
    """Commas separate; spaces around them don't matter."""
    environment.setenv("TWENTY_WEBHOOK_SECRET", "old , new")
    assert read_settings().twenty_webhook_secrets == ("old", "new")


def test_no_secret_is_in_the_repr(environment: pytest.MonkeyPatch) -> None:
    """A settings object in a log or traceback shows no key, URL with a password or secret."""
    environment.setenv("TWENTY_WEBHOOK_SECRET", "hush-hush")
    shown = repr(read_settings())
    assert "webhook_tolerance_s=300" in shown
    for secret in ("hush-hush", "key-of-the-test", "pw-in-url"):
        assert secret not in shown


def test_a_replay_time_needs_a_zone(environment: pytest.MonkeyPatch) -> None:
    """A time without a zone could be anybody's."""
    environment.setenv("REPLAY_AS_OF", "2026-11-21T02:48:13")
    with pytest.raises(SettingsError, match="REPLAY_AS_OF"):
        read_settings()
    environment.setenv("REPLAY_AS_OF", "2026-11-21T02:48:13+00:00")
    assert isinstance(read_settings(), Settings)


@pytest.mark.parametrize(
    ("name", "value"),
    [("DATABASE_URL", "notaurl"), ("REDIS_URL", "localhost:6379"), ("TWENTY_API_KEY", "kéy with spaces")],
)
def test_what_can_be_no_such_thing_is_named(environment: pytest.MonkeyPatch, name: str, value: str) -> None:
    """A database URL that is none stops the start, and is not shown."""
    environment.setenv(name, value)
    with pytest.raises(SettingsError, match=name) as wrong:
        read_settings()
    assert value not in str(wrong.value)
