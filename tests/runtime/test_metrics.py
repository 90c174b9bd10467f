"""/metrics: what stands in the ledger and in Redis, the same from every process, with nothing of a person in it."""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families
from redis import Redis
from sqlalchemy import Engine, insert, text

from handlers.app import ReceiverSettings, create_app
from handlers.metrics import metrics_routes
from handlers.refusal_totals import RefusalTotals
from handlers.rejections import Rejection
from ledger.dirty import mark_dirty
from ledger.engine import connect_engine, transaction
from ledger.inbox import Outcome, finish, store_all, store_new
from ledger.publish_lags import add_lags
from ledger.published import put_off_publishing, refuse
from ledger.reps import lock_reps
from ledger.sweep_state import finish_sweep
from ledger.tables import members
from runtime.bootstrap import metrics_scrape, receiver_parts
from runtime.settings import Settings
from schemas.delivery import NewDelivery
from twenty_client.errors import RateLimited, ServerFault
from twenty_client.gate import Gate
from twenty_client.pacing import Pacer
from twenty_client.urgency import Urgency
from worker.wake import DIGEST, Wake

TWENTY = "https://crm.example.com"
TOKEN = "a-token-of-prometheus"
AWAY = "postgresql://127.0.0.1:1/none"
Sample = tuple[str, frozenset[tuple[str, str]]]


@pytest.fixture
def settings(database_url: str, redis_url: str) -> Settings:
    """An empty ledger, an empty Redis."""
    return Settings(database_url=database_url, redis_url=redis_url, twenty_url=TWENTY, twenty_api_key="key")


@pytest.fixture
def engine(settings: Settings) -> Engine:
    """The ledger."""
    return connect_engine(settings.database_url)


class Told(dict[Sample, float]):
    """The samples of a scrape."""

    def of(self, name: str, **labels: str) -> float:
        """One sample's value."""
        return self[f"repsync_{name}", frozenset(labels.items())]


def scraped(settings: Settings) -> Told:
    """What a process that has just started tells."""
    families = text_string_to_metric_families(metrics_scrape(settings)().decode())
    samples = (sample for family in families for sample in family.samples)
    return Told({(sample.name, frozenset(sample.labels.items())): sample.value for sample in samples})


def _delivery(key: str) -> NewDelivery:
    return NewDelivery("twenty", key, b'{"title": "Kim Secret"}', {}, datetime.now(UTC))


def test_deliveries_are_told_by_source_and_outcome(settings: Settings, engine: Engine) -> None:
    """Received, repeated, processed, parked and waiting ones, and how long the oldest has waited."""
    with transaction(engine) as connection:
        ids = [kept.id for kept in store_new(connection, [_delivery(key) for key in ("a", "b", "c")]) if kept]
        store_all(connection, [_delivery("a")])
        finish(connection, [Outcome(ids[0], "processed"), Outcome(ids[1], "parked", "unreadable: title")])
        connection.execute(text("UPDATE deliveries SET received_at = now() - interval '1 hour' WHERE key = 'c'"))
    told = scraped(settings)
    assert told.of("deliveries_received_total", source="twenty") == 3
    assert told.of("deliveries_received_total", source="redhawk") == 0
    assert told.of("deliveries_duplicate_total", source="twenty") == 1
    assert told.of("deliveries_finished_total", source="twenty", outcome="processed") == 1
    assert told.of("deliveries_finished_total", source="twenty", outcome="parked:unreadable") == 1
    assert told.of("deliveries_pending", source="twenty") == 1
    assert told.of("deliveries_parked", source="twenty", reason="unreadable") == 1
    assert told.of("oldest_pending_age_seconds") == pytest.approx(3600, abs=60)


def test_lags_are_a_histogram_that_adds_up(settings: Settings, engine: Engine) -> None:
    """Each bound counts all that is below it, at once and waited apart; the last bound has no end."""
    with transaction(engine) as connection:
        add_lags(connection, [(False, 0.1), (False, 1.5), (True, 40.0)])
    with transaction(engine) as connection:
        add_lags(connection, [(False, 2.0), (False, 9000.0)])
    told = scraped(settings)
    bounds = {"0.25": 1, "1.0": 1, "2.0": 3, "3600.0": 3, "+Inf": 4}
    assert {le: told.of("publish_lag_seconds_bucket", decided="at_once", le=le) for le in bounds} == bounds
    assert told.of("publish_lag_seconds_count", decided="at_once") == 4
    assert told.of("publish_lag_seconds_sum", decided="at_once") == pytest.approx(9003.6)
    assert told.of("publish_lag_seconds_bucket", decided="waited", le="60.0") == 1
    assert told.of("publish_lag_seconds_bucket", decided="waited", le="30.0") == 0


def test_reps_that_wait_and_reps_that_twenty_refuses(settings: Settings, engine: Engine) -> None:
    """A dirty rep waits since it got dirty; a refused one is counted apart; publishing may be put off."""
    assert scraped(settings).of("oldest_dirty_age_seconds") == 0
    with transaction(engine) as connection:
        lock_reps(connection, ["a", "b", "c"])
        mark_dirty(connection, ["a", "b"])
        refuse(connection, "b", 1, "totalXp: not a number")
        connection.execute(text("UPDATE reps SET dirty_at = now() - interval '1 minute'"))
        put_off_publishing(connection, "no repProgressions", timedelta(minutes=1))
    told = scraped(settings)
    assert (told.of("reps_dirty"), told.of("reps_refused"), told.of("publishing_put_off")) == (1, 1, 1)
    assert told.of("oldest_dirty_age_seconds") == pytest.approx(60, abs=30)


def test_a_sweep_that_never_ended_is_infinitely_old(settings: Settings, engine: Engine) -> None:
    """Before the first sweep the ages are +Inf, so that an alert on them fires."""
    assert scraped(settings).of("sweep_age_seconds") == float("inf")
    with transaction(engine) as connection:
        now = datetime.now(UTC)
        finish_sweep(connection, now, now)
        connection.execute(text("UPDATE sweep_state SET watermark_at = now() - interval '90 seconds'"))
    told = scraped(settings)
    assert told.of("sweep_age_seconds") < 60
    assert told.of("watermark_age_seconds") == pytest.approx(90, abs=30)


def test_the_loss_meter_is_told_by_object(settings: Settings, engine: Engine) -> None:
    """What sweeps of the last day brought, by whether a webhook had told it; what is older is left out."""
    with transaction(engine) as connection:
        connection.execute(
            text(
                "INSERT INTO losses (hour_at, object, told, lost) VALUES (date_trunc('hour', now()), 'note', 7, 2),"
                " (date_trunc('hour', now()) - interval '2 days', 'note', 100, 100)"
            )
        )
    told = scraped(settings)
    assert (told.of("webhooks_told", object="note"), told.of("webhooks_lost", object="note")) == (7, 2)
    assert told.of("webhooks_lost", object="opportunity") == 0


def test_budget_calls_and_gate_are_those_of_all_processes(settings: Settings) -> None:
    """Calls by urgency, calls refused, the share after a refusal, and for what the gate is closed."""
    redis = Redis.from_url(settings.redis_url)
    pacer, gate = Pacer(redis, TWENTY), Gate(redis, TWENTY)
    for urgency in (Urgency.PUBLISH, Urgency.PUBLISH, Urgency.SWEEP):
        pacer.acquire(1.0, urgency)
    before = scraped(settings)
    assert before.of("twenty_calls_total", urgency="publish") == 2
    assert before.of("twenty_calls_total", urgency="sweep") == 1
    assert before.of("twenty_calls_per_minute") == 80
    assert 0.5 < before.of("twenty_budget_left_ratio") < 1
    assert before.of("gate_pause_seconds") == 0
    refused = RateLimited("too many", status=429)
    pacer.learn(refused=refused)
    gate.report(refused)
    after = scraped(settings)
    assert after.of("twenty_calls_refused_total") == 1
    assert after.of("twenty_calls_per_minute") == pytest.approx(60, abs=2)
    assert after.of("gate_closed", reason="RateLimited") == 1
    assert after.of("gate_closed", reason="Unreachable") == 0
    assert 0 < after.of("gate_pause_seconds") <= 5


def test_queues_workers_and_the_clock(settings: Settings) -> None:
    """No worker, a clock that never ticked, a job in line; then a tick."""
    redis = Redis.from_url(settings.redis_url)
    wake = Wake(redis)
    wake(DIGEST)
    told = scraped(settings)
    assert told.of("workers", queue="repsync-digest") == 0
    assert told.of("queue_jobs", queue="repsync-digest") == 1
    assert told.of("failed_jobs", queue="repsync-digest") == 0
    assert told.of("clock_age_seconds") == float("inf")
    wake.beat()
    assert scraped(settings).of("clock_age_seconds") < 30


def test_refusals_of_all_receivers_are_counted_together(settings: Settings) -> None:
    """Two receivers turn a webhook away each; a third process tells of both."""
    told = receiver_parts(settings)
    for _ in range(2):
        app = create_app(replace(told), ReceiverSettings(("s3cret",), (), 300, 1000))
        assert app.test_client().post("/webhooks/twenty", data=b"{}").status_code == 401
    assert scraped(settings).of("requests_refused_total", source="twenty", reason="bad_headers") == 2
    assert scraped(settings).of("requests_refused_total", source="redhawk", reason="stale") == 0


def test_refusals_while_redis_is_away_are_told_later(redis_url: str) -> None:
    """What Redis could not take is added once it answers again; counting never raises."""

    class Flaky(Redis):
        away = True

        def pipeline(self, *args: object, **options: object):  # type: ignore[no-untyped-def]
            if self.away:
                raise ConnectionError("away")
            return super().pipeline()

    redis = Flaky.from_url(redis_url)
    totals = RefusalTotals(redis)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("handlers.refusal_totals.RedisError", ConnectionError)
        totals.add("twenty", Rejection.STALE)
    redis.away = False
    totals._outage._until_s = 0.0
    totals.add("twenty", Rejection.STALE)
    assert totals.read() == {("twenty", "stale"): 2}


def test_stores_that_are_away_are_told(settings: Settings) -> None:
    """With PostgreSQL away Redis's metrics are there still, and the other way round; nothing raises."""
    ledgerless = scraped(replace(settings, database_url=AWAY))
    assert ledgerless.of("store_up", store="database") == 0
    assert ledgerless.of("store_up", store="redis") == 1
    assert ledgerless.of("gate_pause_seconds") == 0
    redisless = scraped(replace(settings, redis_url="redis://127.0.0.1:1"))
    assert redisless.of("store_up", store="redis") == 0
    assert redisless.of("oldest_pending_age_seconds") == 0


@pytest.mark.parametrize(
    ("tokens", "sent", "status"),
    [((TOKEN,), TOKEN, 200), ((TOKEN,), "another", 401), ((TOKEN,), None, 401), ((), TOKEN, 503)],
)  # fmt: skip
def test_who_may_scrape(settings: Settings, tokens: tuple[str, ...], sent: str | None, status: int) -> None:
    """Bearers of METRICS_TOKENS alone; without any token the route answers 503."""
    routes = metrics_routes(metrics_scrape(settings), tokens)
    app = create_app(receiver_parts(settings), ReceiverSettings((), (), 300, 1000), [routes])
    headers = {"Authorization": f"Bearer {sent}"} if sent else {}
    answer = app.test_client().get("/metrics", headers=headers)
    assert answer.status_code == status
    assert (b"repsync_store_up" in answer.data) == (status == 200)


SERVED = """
from runtime.web import create_app
answer = create_app().test_client().get("/metrics", headers={"Authorization": "Bearer a-token-of-prometheus"})
print(answer.status_code, answer.content_type, b'repsync_store_up{store="redis"} 1.0' in answer.data)
"""


def test_the_receiver_serves_metrics(settings: Settings) -> None:
    """What gunicorn runs answers /metrics, in Prometheus's text form, to the tokens of its environment."""
    environment = {
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "TWENTY_URL": TWENTY,
        "TWENTY_API_KEY": "key",
        "METRICS_TOKENS": f"old,{TOKEN}",
    }
    command = [sys.executable, "-c", SERVED]
    done = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "200 text/plain; version=0.0.4; charset=utf-8 True"


def test_nothing_of_a_person_is_told(settings: Settings, engine: Engine) -> None:
    """Neither a rep's id or name nor a note's text is in a scrape, parked and refused ones included."""
    rep = "20202020-463f-435b-828c-107e007a2711"
    with transaction(engine) as connection:
        ids = [kept.id for kept in store_new(connection, [_delivery(key) for key in ("a", "b")]) if kept]
        finish(connection, [Outcome(ids[0], "parked", "unreadable: Kim Secret", f"note:{rep}")])
        connection.execute(insert(members).values(id=rep, name="Kim Secret", updated_at=datetime.now(UTC)))
        lock_reps(connection, [rep])
        mark_dirty(connection, [rep])
        refuse(connection, rep, 1, "Kim Secret")
    Gate(Redis.from_url(settings.redis_url), TWENTY).report(ServerFault("Kim Secret", status=500))
    body = metrics_scrape(settings)().decode()
    assert "repsync_reps_refused 1.0" in body
    assert [word for word in (rep, "Kim", "Secret") if word in body] == []
