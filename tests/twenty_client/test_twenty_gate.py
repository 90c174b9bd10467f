"""The pause that all callers of Twenty share."""

from collections.abc import Iterator

import pytest
from redis import Redis

from twenty_client.errors import (
    BudgetSpent,
    Duplicate,
    NotFound,
    Paused,
    RateLimited,
    ServerFault,
    TimedOut,
    TwentyError,
    Unauthorized,
    Unreachable,
    ValidationFailed,
)
from twenty_client.gate import Gate, pause_s
from twenty_client.redis_outage import impatient_redis


@pytest.fixture
def redis(redis_url: str) -> Iterator[Redis]:
    """A client of the shared Valkey."""
    with impatient_redis(redis_url) as client:
        yield client


@pytest.fixture(params=["shared", "local"])
def gate(request: pytest.FixtureRequest) -> Gate:
    """A gate with Redis, and one whose Redis is unreachable."""
    if request.param == "local":
        return Gate(impatient_redis("redis://127.0.0.1:1"), "w")
    return Gate(request.getfixturevalue("redis"), "w")


def left_s(gate: Gate) -> float:
    try:
        gate.check()
    except Paused as paused:
        return paused.until_s
    return 0.0


@pytest.mark.parametrize(
    "error",
    [
        Unreachable(),
        TimedOut(),
        RateLimited(),
        Unauthorized(status=401),
        Unauthorized(status=403),
        ServerFault(status=503),
    ],
    ids=repr,
)
def test_what_meets_everybody_pauses_everybody(error: TwentyError) -> None:
    """An outage, a refusal for rate and a bad key pause all callers for 5 s at first."""
    assert pause_s(error, 0) == 5.0


@pytest.mark.parametrize(
    "error",
    [
        NotFound(status=404),
        Duplicate(status=400),
        ValidationFailed(status=400),
        Unauthorized(status=400, code="PERMISSION_DENIED"),
        ServerFault(status=400),
        ServerFault("Data validation error.", status=500),
        Paused(5.0),
        BudgetSpent(1.0),
    ],
    ids=repr,
)
def test_what_meets_one_call_pauses_nobody(gate: Gate, error: TwentyError) -> None:
    """An error about one request, or one that was not sent, leaves the others alone."""
    gate.report(error)
    assert left_s(gate) == 0.0


def test_pauses_grow_to_20_seconds() -> None:
    """Failures in a row lengthen the pause up to 20 s; a longer time that Twenty names counts."""
    assert [pause_s(Unreachable(), failures) for failures in range(6)] == [5, 10, 20, 20, 20, 20]
    assert pause_s(Unreachable(), 5000) == 20
    assert pause_s(RateLimited(retry_after_s=90.0), 0) == 90.0


def test_a_failure_closes_the_gate(gate: Gate) -> None:
    """After a failure callers are told how long to wait; a call that was under way opens it no sooner."""
    gate.report(Unreachable())
    assert 4.0 < left_s(gate) <= 5.0
    gate.report_success()
    assert 3.0 < left_s(gate) <= 5.0


def test_calls_that_fail_together_count_once(gate: Gate) -> None:
    """Calls under way when the outage began do not make the pause grow."""
    for _ in range(5):
        gate.report(Unreachable())
    assert left_s(gate) <= 5.0


def test_a_named_time_lengthens_a_pause(gate: Gate) -> None:
    """When Twenty names a time during a pause, the pause lasts so long; a shorter one does not shorten it."""
    gate.report(Unreachable())
    gate.report(RateLimited(retry_after_s=30.0))
    gate.report(RateLimited(retry_after_s=1.0))
    assert 29.0 < left_s(gate) <= 30.0


def test_all_processes_see_the_pause(redis: Redis) -> None:
    """One process's failure stops another one of the same workspace, and none of another workspace."""
    Gate(redis, "w").report(Unreachable())
    assert left_s(Gate(redis, "w")) > 0.0
    assert left_s(Gate(redis, "other")) == 0.0


def test_the_next_failure_pauses_longer(redis: Redis) -> None:
    """When a pause has run out and the next call fails too, the pause is twice as long; a success forgets that."""
    gate = Gate(redis, "w")
    gate.report(Unreachable())
    redis.delete("repsync:twenty:w:pause")
    gate.report(Unreachable())
    assert 5.0 < left_s(gate) <= 10.0
    redis.delete("repsync:twenty:w:pause")
    gate.report_success()
    gate.report(Unreachable())
    assert left_s(gate) <= 5.0


def test_nothing_is_kept_for_ever(redis: Redis) -> None:
    """Every key of the gate expires by itself."""
    Gate(redis, "w").report(Unreachable())
    keys = redis.keys("*")
    assert len(keys) == 3
    assert all(redis.pttl(key) > 0 for key in keys)
