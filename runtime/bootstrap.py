"""The one place where the parts are made and put together."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from threading import BoundedSemaphore

from prometheus_client.core import Metric
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import Engine

from accounts.awards_page import AwardsPage, awards_page
from accounts.rep_account import RepAccount, RepStanding, rep_account, rep_standing
from handlers.api.parts import ApiParts
from handlers.app import ReceiverParts, ReceiverSettings
from handlers.health import Health
from handlers.refusal_totals import RefusalTotals
from ledger.api_tokens import TokenRole, has_tokens, token_role
from ledger.engine import committed, connect_committing, connect_engine, snapshot, transaction
from ledger.errors import LedgerUnavailable
from ledger.fault_points import reached
from ledger.figures import Figures, figures
from ledger.inbox import Stored, count_repeat, oldest_pending_at, store_new
from programs.progression.rules import Rules, RulesError, default_rules, read_rules
from redhawk_client.client import RedHawkClient
from runtime.metrics.processes import process_metrics
from runtime.metrics.scrape import Scrape
from runtime.metrics.twenty import TwentyApi, twenty_metrics
from runtime.rules_file import rules_text
from runtime.settings import Settings, SettingsError
from schemas.delivery import NewDelivery
from twenty_client.call_totals import CallTotals
from twenty_client.client import Gates, TwentyClient
from twenty_client.gate import Gate
from twenty_client.pacing import Pacer
from twenty_client.pauses import RedisPauses
from twenty_client.redis_outage import impatient_redis
from worker.force_sync import ForcedSync, force_sync
from worker.parts import Parts
from worker.wake import DIGEST, Wake

MOST_SYNCS = 2


def worker_parts(settings: Settings) -> Parts:
    """What the jobs and the clock work with. Errors: `SettingsError`."""
    redis = impatient_redis(settings.redis_url)
    return Parts(
        engine=connect_engine(settings.database_url, pooled=True),
        twenty=twenty_client(settings, redis),
        rules=load_rules(settings.rules_path),
        now=time_source(settings.replay_as_of),
        wake=Wake(redis),
        redhawk=redhawk_client(settings.redhawk_url),
    )


def twenty_client(settings: Settings, redis: Redis, *, gate: Gates | None = None) -> TwentyClient:
    """Twenty's API, within repsync's share of the budget across all processes, pausing with them without a `gate`."""
    try:
        return TwentyClient(
            settings.twenty_url,
            settings.twenty_api_key,
            pacer=Pacer(redis, settings.twenty_url, share=settings.twenty_calls_per_minute),
            gate=gate or Gate(redis, settings.twenty_url),
        )
    except ValueError as wrong:
        raise SettingsError(f"TWENTY_URL: {wrong}") from None


def redhawk_client(url: str | None) -> RedHawkClient | None:
    """The academy, where its address is set. Errors: `SettingsError`."""
    try:
        return RedHawkClient(url) if url else None
    except ValueError as wrong:
        raise SettingsError(f"REDHAWK_URL: {wrong}") from None


def load_rules(path: str | None) -> Rules:
    """The shipped rules, or those of a file of the operator's. Errors: `SettingsError` names what is wrong."""
    if path is None:
        return default_rules()
    try:
        return read_rules(rules_text(path))
    except (OSError, RulesError) as wrong:
        raise SettingsError(f"REPSYNC_RULES: {wrong}") from None


def time_source(as_of: datetime | None) -> Callable[[], datetime]:
    """Now, or a replay's fixed time."""
    return (lambda: as_of) if as_of is not None else (lambda: datetime.now(UTC))


def receiver_parts(settings: Settings) -> ReceiverParts:
    """What the receiver works with.

    Repeats wait for who digests the first: they have connections of their own, so that the commits always have one.
    """
    engine, for_repeats = connect_committing(settings.database_url), connect_engine(settings.database_url, pooled=True)
    redis = impatient_redis(settings.redis_url)
    wake = Wake(redis)

    def keep(new: Sequence[NewDelivery]) -> Sequence[Stored | None]:
        reached("receiver.before_commit")
        return committed(engine, partial(store_new, new=new))

    def count(repeat: NewDelivery) -> Stored:
        with transaction(for_repeats) as connection:
            return count_repeat(connection, repeat)

    return ReceiverParts(
        store_new=keep,
        count_repeat=count,
        wake=lambda: wake(DIGEST),
        health=lambda: stores_health(engine, redis),
        clock=lambda: datetime.now(UTC),
        note_refusal=RefusalTotals(redis).add,
    )


def api_parts(settings: Settings) -> ApiParts:
    """What the read API works with; Twenty is called by a sync alone. Errors: `SettingsError`."""
    engine = connect_engine(settings.database_url, pooled=True)

    def account(rep: str) -> RepAccount:
        with snapshot(engine) as connection:
            return rep_account(connection, rep)

    def standing(rep: str) -> RepStanding:
        with snapshot(engine) as connection:
            return rep_standing(connection, rep)

    def awards(rep: str, limit: int, cursor: str | None) -> AwardsPage:
        with snapshot(engine) as connection:
            return awards_page(connection, rep, limit, cursor)

    def role(token: str) -> TokenRole | None:
        with transaction(engine) as connection:
            return token_role(connection, token)

    def any_tokens() -> bool:
        with snapshot(engine) as connection:
            return has_tokens(connection)

    return ApiParts(account, standing, awards, sync=syncing(settings), token_role=role, has_tokens=any_tokens)


def syncing(settings: Settings) -> Callable[[str], ForcedSync]:
    """Syncs one rep, for a process of several threads: two at a time, so that the other threads stay for webhooks.

    Errors: `SettingsError`.
    """
    parts, redis, free = worker_parts(settings), impatient_redis(settings.redis_url), BoundedSemaphore(MOST_SYNCS)

    def sync(rep: str) -> ForcedSync:
        if not free.acquire(blocking=False):
            return ForcedSync("busy", "other syncs are at work, try again in a moment")
        try:
            return force_sync(replace(parts, twenty=twenty_client(settings, redis)), rep)
        finally:
            free.release()

    return sync


def metrics_scrape(settings: Settings) -> Scrape:
    """What /metrics answers with; Twenty is not called."""
    engine = connect_engine(settings.database_url, pooled=True)
    redis = impatient_redis(settings.redis_url)
    api = TwentyApi(
        Pacer(redis, settings.twenty_url, share=settings.twenty_calls_per_minute),
        RedisPauses(redis, settings.twenty_url),
        CallTotals(redis, settings.twenty_url),
    )

    def read() -> Figures:
        with snapshot(engine) as connection:
            return figures(connection)

    def of_redis() -> list[Metric]:
        return [*twenty_metrics(api), *process_metrics(redis, Wake(redis), RefusalTotals(redis))]

    return Scrape(read, of_redis)


def receiver_settings(settings: Settings) -> ReceiverSettings:
    """What senders must prove. Errors: `SettingsError` for a secret that can't be one."""
    try:
        return ReceiverSettings(
            twenty_secrets=settings.twenty_webhook_secrets,
            redhawk_secrets=settings.redhawk_webhook_secrets,
            tolerance_s=settings.webhook_tolerance_s,
            max_bytes=settings.webhook_max_bytes,
        )
    except ValueError as wrong:
        raise SettingsError(str(wrong)) from None


def stores_health(engine: Engine, redis: Redis) -> Health:
    """Whether both stores answer, and how long the oldest delivery has waited."""
    try:
        oldest_at = committed(engine, oldest_pending_at)
    except LedgerUnavailable:
        return Health(False, _answers(redis), None)
    age_s = None if oldest_at is None else (datetime.now(UTC) - oldest_at).total_seconds()
    return Health(True, _answers(redis), age_s)


def _answers(redis: Redis) -> bool:
    try:
        return bool(redis.ping())
    except RedisError:
        return False
