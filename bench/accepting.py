"""Accepting: how many webhooks a second the receiver takes durably, and how long a sender waits.

Recorded webhooks, each signed anew, into gunicorn as the Procfile starts it, over 32 connections. The limit: the same
server that verifies the signature and does nothing else. The plain way: one `queue.enqueue` for each webhook. All three
in turn, the median of the rounds' ratios. Waiting times count from when a webhook was due, a connection each; the burst
comes at random times.
"""

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from statistics import median

from bench.calm import TRIES, calmest
from bench.figures import Figure, told
from bench.load import Answer, at_times, rate_of
from bench.rq_workers import wait_for_workers
from bench.stores import Stores, empty_stores, sandbox
from bench.table import number
from bench.webhooks import fresh_requests
from runtime.local import HOST, WORKERS, free_port, start_workers, wait_until_ready, web_command
from sandbox.embedded.processes import ProcessGroup
from twenty_client.pacing import SHARE

RECEIVERS = {
    "repsync": "runtime.web:create_app()",
    "limit": "bench.plain_receivers:verifying()",
    "plain": "bench.plain_receivers:enqueueing()",
}
A_SECOND, BURST_A_SECOND = 200, 200


@dataclass(frozen=True, slots=True)
class _Size:
    """How much is measured: rounds of so many requests, seconds of the steady rate and of the burst; how often each at
    most, while it is disturbed.
    """

    rounds: int
    requests: int
    steady_s: float
    burst_s: float
    tries: int


@dataclass(frozen=True, slots=True)
class _Waits:
    """Beside workers: at a steady rate, in a burst. Without them: at the steady rate, ours and the limit's."""

    beside: Sequence[Answer]
    burst: Sequence[Answer]
    alone: Sequence[Answer]
    limit: Sequence[Answer]


def measure(quick: bool) -> Sequence[Figure]:
    """Errors: `EmbeddedServerError`, `NotReady`, `NotDone`."""
    size = _Size(3, 600, 1.5, 1.5, tries=1) if quick else _Size(5, 3_000, 12.0, 10.0, TRIES)
    with empty_stores() as stores, sandbox() as twenty, ProcessGroup(stores.folder) as group:
        urls = receivers_started(group, list(RECEIVERS), stores, twenty.url)
        waits = _waits(group, urls, stores, twenty.url, size)
        # Without workers from here on: the plain way's jobs find none either.
        rates = [calmest(lambda: _rates(urls, size.requests), size.tries) for _ in range(size.rounds)]
    return [*_rate_figures(rates), *_wait_figures(waits, size.burst_s)]


def _waits(group: ProcessGroup, urls: Mapping[str, str], stores: Stores, twenty_url: str, size: _Size) -> _Waits:
    start_workers(group, stores.environment(twenty_url, SHARE))
    wait_for_workers(stores.redis_url, len(WORKERS))
    beside = calmest(lambda: _steady(urls["repsync"], size.steady_s), size.tries)
    burst = calmest(lambda: _burst(urls["repsync"], size.burst_s), size.tries)
    for name in WORKERS:
        group.end(name)
    alone, limit = (calmest(partial(_steady, urls[name], size.steady_s), size.tries) for name in ("repsync", "limit"))
    return _Waits(beside, burst, alone, limit)


def _burst(url: str, length_s: float) -> list[Answer]:
    due_s = _at_random(int(BURST_A_SECOND * length_s), length_s)
    return at_times(url, _requests(url, len(due_s)), due_s)


def receivers_started(group: ProcessGroup, names: Sequence[str], stores: Stores, twenty_url: str) -> Mapping[str, str]:
    """By name of `RECEIVERS`, where each takes webhooks."""
    ports = {name: free_port() for name in names}
    for name, port in ports.items():
        group.start(name, [*web_command(HOST, port)[:-1], RECEIVERS[name]], stores.environment(twenty_url))
    urls = {name: f"http://{HOST}:{port}" for name, port in ports.items()}
    for url in urls.values():
        wait_until_ready(url, stores.folder / "logs")
    return {name: f"{url}/webhooks/twenty" for name, url in urls.items()}


def _requests(url: str, number: int) -> list[bytes]:
    return list(islice(fresh_requests(url), number))


def _rates(urls: Mapping[str, str], requests: int) -> Mapping[str, float]:
    """Webhooks a second of each, one after the other."""
    return {name: rate_of(url, _requests(url, requests)) for name, url in urls.items()}


def _steady(url: str, length_s: float) -> list[Answer]:
    due_s = [number / A_SECOND for number in range(int(A_SECOND * length_s))]
    return at_times(url, _requests(url, len(due_s)), due_s)


def _at_random(number: int, length_s: float) -> list[float]:
    chance = random.Random(1)
    return sorted(chance.uniform(0.0, length_s) for _ in range(number))


def _rate_figures(rates: Sequence[Mapping[str, float]]) -> Iterator[Figure]:
    own = median(rate["repsync"] for rate in rates)
    for other, least in (("limit", 0.6), ("plain", 1.2)):
        ratio, beside = (median(found) for found in zip(*_beside(rates, other), strict=True))
        target = f"≥ {least} × the {other}"
        yield Figure("webhooks a second", own, "/s", f"{other}: {number(beside)} /s", ratio, target, ratio >= least)


def _beside(rates: Sequence[Mapping[str, float]], other: str) -> Iterator[tuple[float, float]]:
    """Of each round the ratio, and what the other did."""
    for rate in rates:
        yield rate["repsync"] / rate[other], rate[other]


def _wait_figures(waits: _Waits, burst_s: float) -> Iterator[Figure]:
    beside, burst = waits.beside, waits.burst
    p99, limit = _percentile(waits.alone, 0.99), _percentile(waits.limit, 0.99)
    yield told(f"wait at {A_SECOND}/s, p50", _percentile(waits.alone, 0.5), "ms")
    against = f"limit: {number(limit)} ms"
    yield Figure(f"wait at {A_SECOND}/s, p99", p99, "ms", against, p99 / limit, "≤ 25 ms", p99 <= 25)
    yield told(f"wait at {A_SECOND}/s beside three workers at work, p50", _percentile(beside, 0.5), "ms")
    yield told(f"wait at {A_SECOND}/s beside three workers at work, p99", _percentile(beside, 0.99), "ms")
    refused = sum(answer.status != 202 for answer in burst)
    name = f"refused of {len(burst):,} in {burst_s:.0f} s beside them"
    yield Figure(name, refused, "", "", None, "none", refused == 0)
    yield told("wait in that burst, p99", _percentile(burst, 0.99), "ms")


def _percentile(answers: Sequence[Answer], share: float) -> float:
    """By the nearest rank, in ms."""
    return sorted(answer.seconds for answer in answers)[math.ceil(share * len(answers)) - 1] * 1000
