"""What the console works with."""

from collections.abc import Callable
from dataclasses import replace
from threading import BoundedSemaphore

from redis import Redis
from redis.exceptions import RedisError

from accounts.floor_sight import RedisSight
from handlers.console.parts import ConsoleParts, Rebuilt
from ledger.engine import connect_engine
from programs.progression.rules_values import rule_values
from runtime.bootstrap import load_rules, syncing, time_source, twenty_client, worker_parts
from runtime.console_work import work_parts
from runtime.metrics.processes import alive_workers, failed_jobs
from runtime.rules_file import rules_text
from runtime.settings import Settings
from twenty_client.pacing import Pacer
from twenty_client.pauses import RedisPauses
from twenty_client.redis_outage import impatient_redis
from worker.parts import Parts
from worker.rebuild import rebuild
from worker.wake import Wake, last_beat_at


def console_parts(settings: Settings) -> ConsoleParts:
    """Wired; nothing is connected before somebody looks. Errors: `SettingsError`."""
    return ConsoleParts(
        engine=connect_engine(settings.database_url, pooled=True),
        rules=load_rules(settings.rules_path),
        now=time_source(settings.replay_as_of),
        redis=redis_sight(settings),
        sync=syncing(settings),
        rebuild=rebuilding(settings),
        rule_values=rule_values(rules_text(settings.rules_path)),
        work=work_parts(own_client(settings)),
    )


def own_client(settings: Settings) -> Callable[[], Parts]:
    """The worker's parts with a client of Twenty's for one request: it serves one thread."""
    parts, redis = worker_parts(settings), impatient_redis(settings.redis_url)
    return lambda: replace(parts, twenty=twenty_client(settings, redis))


def rebuilding(settings: Settings) -> Callable[[str], Rebuilt | None]:
    """Rebuilds one rep, one at a time, so that the other threads stay for webhooks. Errors: `SettingsError`."""
    parts, free = worker_parts(settings), BoundedSemaphore(1)

    def rebuild_rep(rep: str) -> Rebuilt | None:
        if not free.acquire(blocking=False):
            return None
        try:
            return rebuild(parts, rep, correct=True, progress=lambda *_: None)
        finally:
            free.release()

    return rebuild_rep


def redis_sight(settings: Settings) -> Callable[[], RedisSight | None]:
    """Looks at Redis; None while it is away."""
    redis = impatient_redis(settings.redis_url)
    pacer = Pacer(redis, settings.twenty_url, share=settings.twenty_calls_per_minute)
    pauses = RedisPauses(redis, settings.twenty_url)

    def look() -> RedisSight | None:
        try:
            return _seen(redis, pacer, pauses)
        except RedisError:
            return None

    return look


def _seen(redis: Redis, pacer: Pacer, pauses: RedisPauses) -> RedisSight:
    return RedisSight(
        calls_per_minute=pacer.share(),
        budget_left=pacer.left(),
        pause_s=pauses.left_s(),
        pause_reason=pauses.reason(),
        workers=alive_workers(redis),
        ticked_at=last_beat_at(redis),
        failed_jobs=sum(failed_jobs(Wake(redis)).values()),
    )
