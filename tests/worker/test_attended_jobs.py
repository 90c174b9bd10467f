"""A job that somebody runs, and who will look once more, needs no waking."""

import pytest
from redis import Redis
from redis.exceptions import RedisError

from worker.wake import DIGEST, PUBLISH, Wake


@pytest.fixture
def wake(redis_url: str) -> Wake:
    """Empty queues."""
    return Wake(Redis.from_url(redis_url))


def test_only_the_attended_job_is_left_alone(wake: Wake) -> None:
    """Another job is woken, and the same one once nobody attends to it any more."""
    with wake.attended(DIGEST):
        wake(DIGEST)
        wake(PUBLISH)
        assert (wake.queue(DIGEST).count, wake.queue(PUBLISH).count) == (0, 1)
    wake(DIGEST)
    assert wake.queue(DIGEST).count == 1


def test_a_dead_attendant_is_not_waited_for(wake: Wake) -> None:
    """What it left behind ends by itself, and the clock does not look at it."""
    killed = wake.attended(DIGEST)
    killed.__enter__()
    wake.surely(DIGEST)
    assert wake.queue(DIGEST).count == 1
    redis = wake.queue(DIGEST).connection
    marks = list(redis.scan_iter("*attended*"))
    assert [0 < redis.ttl(mark) <= 60 for mark in marks] == [True]


def test_an_error_ends_attending(wake: Wake) -> None:
    """Whoever tries again is woken."""
    with pytest.raises(ValueError, match="bug"), wake.attended(DIGEST):
        raise ValueError("bug")
    wake(DIGEST)
    assert wake.queue(DIGEST).count == 1


def test_attending_needs_no_redis() -> None:
    """It is a hint: the work is done without it."""
    away, done = Wake(Redis.from_url("redis://127.0.0.1:1")), []
    with away.attended(DIGEST):
        done.append(DIGEST)
    assert done == [DIGEST]
    with pytest.raises(RedisError):
        away(DIGEST)
