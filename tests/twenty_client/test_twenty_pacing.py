"""The workspace's budget, shared by processes."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from time import monotonic, sleep, time

import pytest
from redis import Redis

from twenty_client import pacing
from twenty_client.errors import BudgetSpent, RateLimited
from twenty_client.learned_share import won_back
from twenty_client.pacing import Pacer
from twenty_client.redis_outage import impatient_redis
from twenty_client.urgency import Line, Urgency


@pytest.fixture
def redis(redis_url: str) -> Iterator[Redis]:
    """A client of the shared Valkey."""
    with impatient_redis(redis_url) as client:
        yield client


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """No token trickles in, however long a busy machine takes to ask."""
    at_ms = int(time() * 1000)
    monkeypatch.setattr(pacing._Budget, "_now_ms", lambda _: at_ms)


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


def test_share_is_an_argument(redis: Redis, still: None) -> None:
    """A smaller share gives a smaller burst."""
    assert taken_at_once(Pacer(redis, "w", share=40), 30) == 10


def test_workspaces_have_their_own_budget(redis: Redis, still: None) -> None:
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


def test_survives_a_redis_that_forgot(redis: Redis, still: None) -> None:
    """After Redis lost its scripts and keys (a restart, a failover) tokens are handed out again."""
    pacer = Pacer(redis, "w", share=40)
    taken_at_once(pacer, 30)
    redis.flushall()
    redis.script_flush()
    assert took(pacer)


def test_nothing_is_kept_for_ever(redis: Redis) -> None:
    """The keys in Redis, those of the budget and of the counted calls, expire by themselves."""
    took(Pacer(redis, "w"))
    kept = redis.keys("*")
    assert len(kept) == 2
    assert all(redis.ttl(key) > 0 for key in kept)


def test_threads_share_the_budget(redis: Redis, still: None) -> None:
    """Threads of one process take from one budget too."""
    pacer = Pacer(redis, "w", share=40)
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda _: took(pacer), range(40))) == 10


def test_without_redis_a_smaller_share(still: None) -> None:
    """While Redis is unreachable the process paces itself at 20 a minute."""
    pacer = Pacer(impatient_redis("redis://127.0.0.1:1"), "w")
    assert taken_at_once(pacer, 30) == 5


def test_a_silent_redis_holds_nobody_up(still: None) -> None:
    """A Redis that accepts connections and never answers costs seconds once, not at every call."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        pacer = Pacer(impatient_redis(f"redis://127.0.0.1:{silent.getsockname()[1]}"), "w")
        began_s = monotonic()
        assert taken_at_once(pacer, 30) == 5
        assert monotonic() - began_s < 10.0


def test_after_a_refusal_everybody_takes_less(redis: Redis) -> None:
    """A 429 that one process got lowers the share of all, and a second one lowers it again, to 10 at the least."""
    mine, theirs = Pacer(redis, "w"), Pacer(redis, "w")
    mine.learn(refused=RateLimited())
    assert theirs.share() == 60
    theirs.learn(refused=RateLimited())
    assert mine.share() == 45
    for _ in range(20):
        mine.learn(refused=RateLimited())
    assert mine.share() == 10


@pytest.mark.parametrize(("since_s", "share"), [(0, 40), (59, 47), (60, 48), (299, 79), (300, 80), (6_000, 80)])
def test_a_lowered_share_is_won_back(since_s: float, share: int) -> None:
    """A tenth of the configured share each minute without a refusal, up to all of it."""
    assert won_back(40, 80, since_s) == share


def test_a_stated_limit_bounds_the_share(redis: Redis) -> None:
    """Of a workspace with 50 calls a minute we take 40; a limit above ours changes nothing."""
    pacer = Pacer(redis, "w")
    pacer.learn(limit=50)
    assert pacer.share() == 40
    pacer.learn(limit=1_000)
    assert pacer.share() == 80


def test_a_less_urgent_call_lets_a_waiting_one_go_first(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a publisher waits for a token, a sweep takes none, even a free one; it defers for 3 s and not for ever."""
    now_s = [0.0]
    monkeypatch.setattr(pacing, "monotonic", lambda: now_s[0])
    monkeypatch.setattr(pacing, "sleep", lambda wait_s: now_s.__setitem__(0, now_s[0] + wait_s))
    Line(redis, "w").join(Urgency.PUBLISH, 60.0)
    pacer = Pacer(redis, "w")
    pacer.acquire(10.0, Urgency.PUBLISH)
    assert now_s[0] == 0.0
    pacer.acquire(10.0, Urgency.SWEEP)
    assert now_s[0] == 3.0
    with pytest.raises(BudgetSpent):
        pacer.acquire(1.0, Urgency.BACKFILL)


def test_who_waits_is_seen_by_the_less_urgent_only(redis: Redis) -> None:
    """A backfill that waits holds neither sweeps nor publishers up; what it says it waits is forgotten by itself."""
    line = Line(redis, "w")
    line.join(Urgency.SWEEP, 0.5)
    before = {urgency: line.somebody_before(urgency) for urgency in Urgency}
    assert before == {Urgency.PUBLISH: False, Urgency.SWEEP: False, Urgency.BACKFILL: True}
    (key,) = redis.keys("*waiting*")
    assert 500 < redis.pttl(key) <= 750
