"""The workspace's budget, shared by processes."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from time import monotonic, sleep

import pytest
from redis import Redis

from twenty_client import pacing
from twenty_client.errors import BudgetSpent
from twenty_client.pacing import Pacer
from twenty_client.redis_outage import impatient_redis


@pytest.fixture
def redis(redis_url: str) -> Iterator[Redis]:
    """A client of the shared Valkey."""
    with impatient_redis(redis_url) as client:
        yield client


def taken_at_once(pacer: Pacer, tries: int) -> int:
    return sum(took(pacer) for _ in range(tries))


def took(pacer: Pacer) -> bool:
    try:
        pacer.acquire(0.0)
    except BudgetSpent:
        return False
    return True


TAKER = """
import sys
from twenty_client.errors import BudgetSpent
from twenty_client.pacing import Pacer
from twenty_client.redis_outage import impatient_redis

pacer, taken = Pacer(impatient_redis(sys.argv[1]), "w"), 0
for _ in range(40):
    try:
        pacer.acquire(0.0)
        taken += 1
    except BudgetSpent:
        pass
print(taken)
"""


@pytest.mark.processes
def test_two_processes_share_the_budget(redis_url: str) -> None:
    """Two processes together get one burst of 20 and what trickles in, not one burst each."""
    began_s = monotonic()
    takers = [subprocess.Popen([sys.executable, "-c", TAKER, redis_url], stdout=subprocess.PIPE) for _ in range(2)]
    taken = [int(taker.communicate(timeout=60)[0]) for taker in takers]
    trickled = int((monotonic() - began_s) * 80 / 60) + 1
    assert 20 <= sum(taken) <= 20 + trickled


def test_share_is_an_argument(redis: Redis) -> None:
    """A smaller share gives a smaller burst."""
    assert taken_at_once(Pacer(redis, "w", share=40), 30) == 10


def test_workspaces_have_their_own_budget(redis: Redis) -> None:
    """What one workspace spends, another keeps."""
    taken_at_once(Pacer(redis, "w1", share=40), 30)
    assert taken_at_once(Pacer(redis, "w2", share=40), 30) == 10


def test_waits_for_the_next_token(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    """A caller with patience sleeps until the next token is free, 3 s at 20 a minute, and takes it."""
    slept: list[float] = []
    monkeypatch.setattr(pacing, "sleep", lambda wait_s: (slept.append(wait_s), sleep(wait_s)))
    pacer = Pacer(redis, "w", share=20)
    taken_at_once(pacer, 6)
    pacer.acquire(10.0)
    assert 0 < sum(slept) <= 3.1


def test_says_how_long_it_would_take(redis: Redis) -> None:
    """A caller without patience is told at once when the next token is free: 3 s at 20 a minute."""
    pacer = Pacer(redis, "w", share=20)
    taken_at_once(pacer, 6)
    with pytest.raises(BudgetSpent) as caught:
        pacer.acquire(1.0)
    assert 0.0 < caught.value.wait_s <= 3.0


def test_survives_a_redis_that_forgot(redis: Redis) -> None:
    """After Redis lost its scripts and keys (a restart, a failover) tokens are handed out again."""
    pacer = Pacer(redis, "w", share=40)
    taken_at_once(pacer, 30)
    redis.flushall()
    redis.script_flush()
    assert took(pacer)


def test_nothing_is_kept_for_ever(redis: Redis) -> None:
    """The budget's key in Redis expires by itself."""
    took(Pacer(redis, "w"))
    (key,) = redis.keys("*")
    assert 0 < redis.pttl(key) <= 120_000


def test_threads_share_the_budget(redis: Redis) -> None:
    """Threads of one process take from one budget too."""
    pacer = Pacer(redis, "w", share=40)
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda _: took(pacer), range(40))) == 10


def test_without_redis_a_smaller_share() -> None:
    """While Redis is unreachable the process paces itself at 20 a minute, without waiting for Redis each time."""
    pacer = Pacer(impatient_redis("redis://127.0.0.1:1"), "w")
    began_s = monotonic()
    assert taken_at_once(pacer, 30) == 5
    assert monotonic() - began_s < 1.0


def test_a_silent_redis_holds_nobody_up() -> None:
    """A Redis that accepts connections and never answers costs seconds once, not at every call."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        pacer = Pacer(impatient_redis(f"redis://127.0.0.1:{silent.getsockname()[1]}"), "w")
        began_s = monotonic()
        assert taken_at_once(pacer, 30) == 5
        assert monotonic() - began_s < 4.0
