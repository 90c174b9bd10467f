"""Metric families in short. Labels name sources, states and queues, never a person."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from math import inf

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

Labelled = Iterable[tuple[tuple[str, ...], float]]


def gauge(name: str, told: str, value: float) -> GaugeMetricFamily:
    """One number that goes up and down."""
    return GaugeMetricFamily(f"repsync_{name}", told, value=value)


def gauges(name: str, told: str, labels: Sequence[str], values: Labelled) -> GaugeMetricFamily:
    """Numbers by the labels' values."""
    family = GaugeMetricFamily(f"repsync_{name}", told, labels=labels)
    for key, value in sorted(values):
        family.add_metric(key, value)
    return family


def counters(name: str, told: str, labels: Sequence[str], values: Labelled) -> CounterMetricFamily:
    """Numbers that only grow, by the labels' values; `_total` is put behind the name."""
    family = CounterMetricFamily(f"repsync_{name}", told, labels=labels)
    for key, value in sorted(values):
        family.add_metric(key, value)
    return family


def age_s(at: datetime | None, *, never: float = inf) -> float:
    """Seconds since then, at least 0; `never` where it never happened."""
    return never if at is None else max((datetime.now(UTC) - at).total_seconds(), 0.0)
