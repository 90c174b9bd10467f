"""Accepting: how many webhooks a second the receiver takes durably, and how long a sender waits.

Recorded webhooks, each signed anew, into gunicorn as the Procfile starts it, over 16 connections. The limit: the same
server that verifies the signature and does nothing else. The plain way: one `queue.enqueue` for each webhook. All three
in turn, the median of the rounds' ratios. Waiting times count from when a webhook was due, a connection each; the burst
comes at random times.
"""

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from statistics import median

from bench.figures import Figure, told
from bench.load import Answer, at_times, rate_of
from bench.rq_workers import wait_for_workers
from bench.stores import NOWHERE, Stores, empty_stores, sandbox
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
A_SECOND, BURST, BURST_S = 200, 2_000, 10.0


def measure(quick: bool) -> Sequence[Figure]:
    """Errors: `EmbeddedServerError`, `NotReady`, `NotDone`."""
    rounds, requests, steady_s = (3, 1_000, 3.0) if quick else (7, 4_000, 15.0)
    with empty_stores() as stores, ProcessGroup(stores.folder) as group:
        urls = {name: _started(group, name, stores, NOWHERE) for name in RECEIVERS}
        rates = [_rates(urls, requests) for _ in range(rounds)]
    return [*_rate_figures(rates), *_wait_figures(*_waits(steady_s))]


def _waits(steady_s: float) -> tuple[list[Answer], list[Answer], list[Answer]]:
    """At a steady rate beside workers, in a burst beside them, and at the steady rate without them."""
    with empty_stores() as stores, sandbox() as twenty, ProcessGroup(stores.folder) as group:
        url = _started(group, "repsync", stores, twenty.url)
        start_workers(group, stores.environment(twenty.url, SHARE))
        wait_for_workers(stores.redis_url, len(WORKERS))
        beside = _steady(url, steady_s)
        burst = at_times(url, _requests(url, BURST), _at_random(BURST, BURST_S))
        for name in WORKERS:
            group.end(name)
        return beside, burst, _steady(url, steady_s)


def _started(group: ProcessGroup, name: str, stores: Stores, twenty_url: str) -> str:
    """Where it takes webhooks."""
    port = free_port()
    group.start(name, [*web_command(HOST, port)[:-1], RECEIVERS[name]], stores.environment(twenty_url))
    url = f"http://{HOST}:{port}"
    wait_until_ready(url, stores.folder / "logs")
    return f"{url}/webhooks/twenty"


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


def _wait_figures(beside: Sequence[Answer], burst: Sequence[Answer], alone: Sequence[Answer]) -> Iterator[Figure]:
    p99 = _percentile(alone, 0.99)
    yield told(f"wait at {A_SECOND}/s, p50", _percentile(alone, 0.5), "ms")
    yield Figure(f"wait at {A_SECOND}/s, p99", p99, "ms", "", None, "≤ 25 ms", p99 <= 25)
    yield told(f"wait at {A_SECOND}/s beside three workers at work, p50", _percentile(beside, 0.5), "ms")
    yield told(f"wait at {A_SECOND}/s beside three workers at work, p99", _percentile(beside, 0.99), "ms")
    refused = sum(answer.status != 202 for answer in burst)
    name = f"refused of {BURST:,} in {BURST_S:.0f} s beside them"
    yield Figure(name, refused, "", "", None, "none", refused == 0)
    yield told("wait in that burst, p99", _percentile(burst, 0.99), "ms")


def _percentile(answers: Sequence[Answer], share: float) -> float:
    """By the nearest rank, in ms."""
    return sorted(answer.seconds for answer in answers)[math.ceil(share * len(answers)) - 1] * 1000
