"""Metrics of Twenty's API: the budget, the calls, and the gate."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from prometheus_client.core import Metric

from accounts.gate_state import gate_state
from runtime.metrics.families import counters, gauge, gauges
from twenty_client.call_totals import REFUSED, CallTotals
from twenty_client.errors import RateLimited, ServerFault, TimedOut, Unauthorized, Unreachable
from twenty_client.pacing import Pacer
from twenty_client.pauses import RedisPauses

REASONS = tuple(error.__name__ for error in (Unreachable, TimedOut, ServerFault, RateLimited, Unauthorized))


@dataclass(frozen=True, slots=True)
class TwentyApi:
    """What all processes share of one workspace, in Redis."""

    pacer: Pacer
    pauses: RedisPauses
    totals: CallTotals


def twenty_metrics(api: TwentyApi) -> Iterator[Metric]:
    """Errors: `redis.exceptions.RedisError`."""
    totals = dict(api.totals.read())
    refused = totals.pop(REFUSED)
    made = [((urgency,), count) for urgency, count in totals.items()]
    yield counters("twenty_calls", "Calls that took a token, by what they were for.", ["urgency"], made)
    yield counters("twenty_calls_refused", "Calls that Twenty refused for rate (429).", [], [((), refused)])
    told = "Our share of the workspace's calls a minute, as it is now."
    yield gauge("twenty_calls_per_minute", told, api.pacer.share())
    told = "The part (0 to 1) of the burst, a quarter of the share, that is free now."
    yield gauge("twenty_budget_left_ratio", told, api.pacer.left())
    yield from _gate(api.pauses)


def _gate(pauses: RedisPauses) -> Iterator[Metric]:
    now = datetime.now(UTC)
    gate = gate_state(pauses, now)
    known = dict.fromkeys(REASONS, 0) | ({gate.reason: 1} if gate.reason else {})
    closed = [((name,), value) for name, value in known.items()]
    yield gauges("gate_closed", "1 for the error for which all calls to Twenty pause.", ["reason"], closed)
    left_s = (gate.until_at - now).total_seconds() if gate.until_at else 0
    yield gauge("gate_pause_seconds", "How long that pause still lasts.", left_s)
