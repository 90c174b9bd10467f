"""Settings: read from the environment once; a bad or missing one stops the start and is named."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, field, fields
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from environs import EnvError, FileAwareEnv, ValidationError, validate

from runtime.running_stores import is_set


class SettingsError(Exception):
    """Settings are missing or can't be read. The message names them and never shows a value."""


_POSTGRESQL = validate.Regexp(r"postgres(ql)?://", error="Not a postgresql:// URL.")
_REDIS = validate.Regexp(r"(rediss?|unix)://", error="Not a redis:// URL.")
_UNSET = "Environment variable not set."
_STORES = {"DATABASE_URL", "REDIS_URL"}
MOST_DAYS = 36_500
Reader = Callable[[FileAwareEnv, str, dict[str, Any]], Any]


def _text(env: FileAwareEnv, name: str, default: dict[str, Any]) -> Any:
    return env.str(name, validate=validate.Length(min=1), **default)


def _address(url: str) -> None:
    """Errors: `ValidationError`, where a driver would only say so later, with a traceback."""
    try:
        _ = urlsplit(url).port
    except ValueError:
        raise ValidationError("Not an address with a port from 0 to 65535.") from None


def _database(env: FileAwareEnv, name: str, default: dict[str, Any]) -> Any:
    return env.str(name, validate=[_POSTGRESQL, _address], **default)


def _redis(env: FileAwareEnv, name: str, default: dict[str, Any]) -> Any:
    return env.str(name, validate=[_REDIS, _address], **default)


def _key(env: FileAwareEnv, name: str, default: dict[str, Any]) -> Any:
    return env.str(name, validate=validate.Regexp(r"[!-~]+$", error="Not visible ASCII characters."), **default)


def _optional_text(env: FileAwareEnv, name: str, default: dict[str, Any]) -> Any:
    return env.str(name, **default) or None


def _words(env: FileAwareEnv, name: str, default: dict[str, Any]) -> Any:
    words = (env.str(name, **default) or "").split(",")
    return tuple(word.strip() for word in words if word.strip())


def _count(env: FileAwareEnv, name: str, default: dict[str, Any]) -> Any:
    return env.int(name, validate=validate.Range(min=1), **default)


def _days(env: FileAwareEnv, name: str, default: dict[str, Any]) -> Any:
    return env.int(name, validate=validate.Range(min=1, max=MOST_DAYS), **default)


def _instant(env: FileAwareEnv, name: str, default: dict[str, Any]) -> Any:
    return env.datetime(name, validate=_has_time_zone) if env.str(name, **default) else None


def _level(env: FileAwareEnv, name: str, default: dict[str, Any]) -> Any:
    return env.str(name, validate=validate.OneOf(["DEBUG", "INFO", "WARNING", "ERROR"]), **default)


def _has_time_zone(at: datetime | None) -> None:
    if at is not None and at.tzinfo is None:
        raise ValidationError("Without a time zone.")


def _setting(name: str, told: str, reader: Reader, default: Any = MISSING, *, secret: bool = False) -> Any:
    metadata = {"name": name, "told": told, "reader": reader, "secret": secret}
    return field(default=default, metadata=metadata, repr=not secret)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every setting of every process. Each can also come from a file, by its name with `_FILE` after it."""

    database_url: str = _setting("DATABASE_URL", "PostgreSQL, `postgresql://…`", _database, secret=True)
    redis_url: str = _setting("REDIS_URL", "Redis or Valkey, `redis://…` or `unix://…`", _redis, secret=True)
    twenty_url: str = _setting("TWENTY_URL", "Twenty's address, without `/rest`", _text)
    twenty_api_key: str = _setting("TWENTY_API_KEY", "API key of the Twenty workspace", _key, secret=True)
    twenty_webhook_secrets: tuple[str, ...] = _setting(
        "TWENTY_WEBHOOK_SECRET",
        "Secret of Twenty's webhook, several with commas during a rotation; without it 503",
        _words,
        (),
        secret=True,
    )
    redhawk_webhook_secrets: tuple[str, ...] = _setting(
        "REDHAWK_WEBHOOK_SECRET",
        "Secret of RedHawk's webhook (`whsec_…`), several with commas; without it 503",
        _words,
        (),
        secret=True,
    )
    redhawk_url: str | None = _setting(
        "REDHAWK_URL",
        "The academy's address with its prefix, `https://…/api/redhawk`, to read mapped reps' battles from",
        _optional_text,
        None,
    )
    receiver_url: str | None = _setting(
        "RECEIVER_URL",
        "Where Twenty reaches the receiver, `https://…`, for `repsync setup`",
        _optional_text,
        None,
    )
    api_tokens: tuple[str, ...] = _setting(
        "API_TOKENS",
        "Bearer tokens of the read API, several with commas; without any it answers 503",
        _words,
        (),
        secret=True,
    )
    metrics_tokens: tuple[str, ...] = _setting(
        "METRICS_TOKENS",
        "Bearer tokens of `/metrics`, several with commas; without any it answers 503",
        _words,
        (),
        secret=True,
    )
    webhook_tolerance_s: int = _setting(
        "WEBHOOK_TOLERANCE_S", "How old a signed webhook may be, in seconds", _count, 300
    )
    webhook_max_bytes: int = _setting("WEBHOOK_MAX_BYTES", "The largest webhook body that is read", _count, 1_048_576)
    twenty_calls_per_minute: int = _setting(
        "TWENTY_CALLS_PER_MINUTE",
        "repsync's share of the 100 calls a minute of the whole workspace",
        _count,
        80,
    )
    sweep_interval_s: int = _setting(
        "SWEEP_INTERVAL_S", "How often Twenty is read for what webhooks missed, in seconds", _count, 300
    )
    delivery_retention_days: int = _setting(
        "DELIVERY_RETENTION_DAYS",
        "How long the bytes of digested deliveries are kept, which hold call notes, in days",
        _days,
        90,
    )
    rules_path: str | None = _setting(
        "REPSYNC_RULES", "A rules file of your own (TOML) instead of the shipped one", _optional_text, None
    )
    replay_as_of: datetime | None = _setting(
        "REPLAY_AS_OF",
        "For replays: the time (ISO 8601) to compute standings for, instead of now",
        _instant,
        None,
    )
    sentry_dsn: str | None = _setting(
        "SENTRY_DSN", "Where errors are reported; nowhere without it", _optional_text, None, secret=True
    )
    log_level: str = _setting("LOG_LEVEL", "`DEBUG`, `INFO`, `WARNING` or `ERROR`", _level, "INFO")


def read_settings(*, needs_stores: bool = True) -> Settings:
    """The settings of this process's environment. Errors: `SettingsError` names every one that is wrong.

    What needs no stores gets URLs that lead nowhere where the environment names none.
    """
    nowhere = {"database_url": "postgresql://", "redis_url": "unix:///nowhere"}
    needed = [s for s in fields(Settings) if needs_stores or s.name not in nowhere or is_set(s.metadata["name"])]
    return Settings(**(nowhere | _values(needed)))


def read_database_url() -> str:
    """DATABASE_URL alone, for commands that only look at the ledger. Errors: `SettingsError`."""
    return str(_only("database_url"))


def read_retention_days() -> int:
    """DELIVERY_RETENTION_DAYS alone. Errors: `SettingsError`."""
    return int(_only("delivery_retention_days"))


def read_rules_path() -> str | None:
    """REPSYNC_RULES alone, for commands that only look at the rules. Errors: `SettingsError`."""
    found: str | None = _only("rules_path")
    return found


def read_replay_as_of() -> datetime | None:
    """REPLAY_AS_OF alone, for commands that only look at the ledger. Errors: `SettingsError`."""
    found: datetime | None = _only("replay_as_of")
    return found


def _only(name: str) -> Any:
    return _values([setting for setting in fields(Settings) if setting.name == name])[name]


def _values(needed: Iterable[Field[Any]]) -> dict[str, Any]:
    """The values of these settings by their field's name. Errors: `SettingsError` names every one that is wrong."""
    env = FileAwareEnv(eager=False, strip_whitespace=True)
    values: dict[str, Any] = {}
    problems: list[str] = []
    for setting in needed:
        try:
            values[setting.name] = _value(env, setting)
        except ValueError as unreadable:
            problems.append(str(unreadable))
    try:
        env.seal()
    except EnvError as wrong:
        problems += _problems(_told(wrong))
    if problems:
        raise SettingsError(" ".join(problems))
    return values


def _problems(told: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """A sentence for each wrong one, and one for all that are not there."""
    yield from (f"{name}: {' '.join(why)}" for name, why in told.items() if why != [_UNSET])
    unset = [name for name, why in told.items() if why == [_UNSET]]
    if unset:
        stores = " Where `repsync start` runs in the same folder, its stores are used." if _STORES & {*unset} else ""
        files = "Each is read from the environment, or from the file that its name with _FILE names."
        yield f"Not set: {', '.join(unset)}. {files}{stores}"


def _told(wrong: EnvError) -> dict[str, list[str]]:
    return dict(getattr(wrong, "error_messages", {}))


def _value(env: FileAwareEnv, setting: Field[Any]) -> Any:
    default = {} if setting.default is MISSING else {"default": setting.default}
    if default and setting.default in (None, ()):
        default = {"default": None}
    return setting.metadata["reader"](env, setting.metadata["name"], default)


def documented_settings() -> Iterator[tuple[str, str, str]]:
    """(name, default, what it is) of each setting: the README's table, which a test holds to this."""
    for setting in fields(Settings):
        default = "required" if setting.default is MISSING else _shown(setting.default)
        yield setting.metadata["name"], default, setting.metadata["told"]


def _shown(default: object) -> str:
    return "none" if default in (None, ()) else f"`{default}`"
