"""The clock wakes what waits and what nobody holds."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from floor import JANE, Floor
from redis import Redis
from sqlalchemy import func, update

from ledger.engine import connect_engine, transaction
from ledger.locks import held_alone
from ledger.sweep_state import SweepState, request_sweep, sweep_progress
from ledger.tables import sweep_requests
from worker import clock
from worker.clock import run_clock, sweep_due, tick
from worker.digest import DIGESTER
from worker.publish import PUBLISHER
from worker.sweep import SWEEPER
from worker.wake import DIGEST, PUBLISH, SWEEP, Wake, last_beat_at

FIVE_MINUTES = timedelta(minutes=5)
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture
def woken(floor: Floor, redis_url: str) -> Wake:
    """Real queues."""
    wake = Wake(Redis.from_url(redis_url))
    floor.parts = replace(floor.parts, wake=wake)
    return wake


def test_a_delivery_that_nobody_was_woken_for_is_found(floor: Floor, woken: Wake) -> None:
    """Redis was away when the webhook came: the next tick puts a digest on the queue, once."""
    floor.receive(floor.day.playlist(None, 1)[:1])
    assert woken.queue(DIGEST).count == 0
    assert DIGEST in tick(floor.parts, FIVE_MINUTES)
    for _ in range(5):
        tick(floor.parts, FIVE_MINUTES)
    assert woken.queue(DIGEST).count == 2


def test_work_that_somebody_holds_is_left_to_them(floor: Floor, woken: Wake) -> None:
    """A batch that is being digested is not asked for again."""
    from ledger.inbox import claim

    floor.receive(floor.day.playlist(None, 1)[:3])
    with transaction(floor.parts.engine) as busy:
        claim(busy, 10)
        assert DIGEST not in tick(floor.parts, FIVE_MINUTES)
    assert DIGEST in tick(floor.parts, FIVE_MINUTES)


def test_nobody_is_woken_beside_who_does_it_alone(floor: Floor, woken: Wake) -> None:
    """That one looks once more when it has let go: a process for each tick would find the lock taken."""
    *first, last = floor.day.playlist(None, 1)
    floor.receive(first)
    floor.digest()
    floor.receive([last])
    engine = floor.parts.engine
    with held_alone(engine, DIGESTER), held_alone(engine, PUBLISHER):
        assert not {DIGEST, PUBLISH} & {*tick(floor.parts, FIVE_MINUTES)}
    assert {DIGEST, PUBLISH} <= {*tick(floor.parts, FIVE_MINUTES)}


def test_a_sweep_that_is_asked_for_meanwhile_is_begun_when_the_one_before_is_done(floor: Floor, woken: Wake) -> None:
    """A job in line that finds the sweeper at work would look as if somebody wanted a worker."""
    with transaction(floor.parts.engine) as connection:
        request_sweep(connection)
    with held_alone(floor.parts.engine, SWEEPER):
        assert SWEEP not in tick(floor.parts, FIVE_MINUTES)
    assert SWEEP in tick(floor.parts, FIVE_MINUTES)


def test_dirty_reps_are_published(floor: Floor, woken: Wake) -> None:
    """A rep whose facts changed and whose publisher was never woken is not forgotten."""
    floor.play()
    floor.digest()
    assert PUBLISH in tick(floor.parts, FIVE_MINUTES)
    floor.publish()
    assert PUBLISH not in tick(floor.parts, FIVE_MINUTES)


def test_a_deal_asks_for_an_early_sweep(floor: Floor, woken: Wake) -> None:
    """What waits for the watermark is not left for the next 5 minutes."""
    asked = "SELECT count(*) > 0 AS asked FROM sweep_requests"
    floor.receive([d for d in floor.day.playlist(None, 1) if b"note.created" in d[1]][:1])
    floor.digest()
    assert floor.ledger(asked) == [{"asked": False}]
    floor.receive([d for d in floor.day.playlist(None, 1) if b"opportunity.updated" in d[1]])
    floor.digest()
    assert floor.ledger(asked) == [{"asked": True}]


def test_a_clock_that_ticks_shows_signs_of_life(
    floor: Floor, woken: Wake, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a whole tick, and not after one that met a ledger that is away."""
    monkeypatch.setattr(clock, "TICK_S", 0.0)
    redis, away = Redis.from_url(redis_url), connect_engine("postgresql://127.0.0.1:1/none")
    for parts, lives in ((replace(floor.parts, engine=away), False), (floor.parts, True)):
        rounds = iter([False, True])
        run_clock(parts, FIVE_MINUTES, timedelta(days=90), lambda rounds=rounds: next(rounds))
        assert (last_beat_at(redis) is not None) is lives


def test_midnight_moves_a_streak_without_an_event(floor: Floor, woken: Wake) -> None:
    """Jane worked on 20 November: a day of rest later her streak is still 1, two days later it is 0."""
    floor.play()
    floor.digest()
    floor.publish()
    streaks = []
    for days in (0, 1, 2):
        later = floor.day.as_of + timedelta(days=days)
        floor.parts = replace(floor.parts, now=lambda at=later: at)
        tick(floor.parts, FIVE_MINUTES)
        floor.publish()
        streaks.append(floor.rows()[JANE]["streakDays"])
    assert streaks == [1, 1, 0]


@pytest.mark.parametrize(
    ("started_s_ago", "finished_s_ago", "asked_s_ago", "due"),
    [
        (None, None, None, True),
        (14, None, None, False),
        (16, None, None, True),
        (60, 58, None, False),
        (60, 58, 12, True),
        (60, 58, 11, False),
        (14, 12, 13, False),
        (301, 300, None, True),
        (301, 299, None, False),
    ],
)
def test_when_a_sweep_is_due(
    started_s_ago: int | None, finished_s_ago: int | None, asked_s_ago: int | None, due: bool
) -> None:
    """At the first start, every 5 minutes, after a failure, 12 s after it was asked for; never two within 15 s."""

    def ago(seconds: int | None) -> datetime | None:
        return None if seconds is None else NOW - timedelta(seconds=seconds)

    state = SweepState(None, ago(started_s_ago), ago(finished_s_ago), ago(asked_s_ago), None)
    assert sweep_due(state, NOW, FIVE_MINUTES) is due


def _ask(floor: Floor, seconds_ago: int) -> None:
    with transaction(floor.parts.engine) as connection:
        request_sweep(connection)
        ago = timedelta(seconds=seconds_ago)
        connection.execute(update(sweep_requests).values(at=func.now() - ago))


def test_a_sweep_answers_what_lies_behind_its_watermark(floor: Floor) -> None:
    """Asked for 20 s before it begins, it answers; the deals that it finds itself ask for no other."""
    _ask(floor, seconds_ago=20)
    floor.sweep()
    assert floor.ledger("SELECT at FROM sweep_requests") == []


def test_a_deal_just_told_of_is_left_for_the_next_sweep(floor: Floor) -> None:
    """The watermark of a sweep that begins 3 s after the deal lies before it: the request stays."""
    _ask(floor, seconds_ago=3)
    floor.sweep()
    assert floor.ledger("SELECT count(*) AS requests FROM sweep_requests") == [{"requests": 1}]


def test_deals_in_a_row_do_not_put_the_sweep_off(floor: Floor) -> None:
    """The first unanswered request says when the sweep is due; the last one is left unanswered."""
    _ask(floor, seconds_ago=30)
    with transaction(floor.parts.engine) as connection:
        request_sweep(connection)
        assert sweep_due(sweep_progress(connection), datetime.now(UTC), FIVE_MINUTES)
    floor.sweep()
    assert floor.ledger("SELECT count(*) AS requests FROM sweep_requests") == [{"requests": 1}]
