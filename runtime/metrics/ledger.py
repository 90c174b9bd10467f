"""Metrics of the ledger: deliveries, reps that wait, lags, the sweep."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import product
from math import isinf
from typing import get_args

from prometheus_client.core import HistogramMetricFamily, Metric

from ledger.delivery_totals import PENDING, DeliveryTotals
from ledger.figures import Figures
from ledger.losses import LossCount, Losses
from ledger.publish_lags import LagHistogram
from ledger.sweep_state import SweepState
from runtime.metrics.families import Labelled, age_s, counters, gauge, gauges
from schemas.delivery import Source
from worker.sweep import SWEPT

SOURCES: tuple[str, ...] = get_args(Source)
PARKED = "parked:"
OUTCOMES = ("processed", "ignored", "parked:unattributed", "parked:unreadable", "parked:failed", "dismissed")
DECIDED = {False: "at_once", True: "waited"}


def ledger_metrics(figures: Figures) -> Iterator[Metric]:
    """All of them; what never happened yet is 0, and an age without a beginning `+Inf`."""
    yield from _deliveries(figures.deliveries)
    oldest_s = age_s(figures.oldest_pending_at, never=0)
    yield gauge("oldest_pending_age_seconds", "How long the oldest delivery waits to be digested.", oldest_s)
    yield gauge("reps_dirty", "Reps who wait to be published.", figures.reps.dirty)
    dirty_s = age_s(figures.reps.oldest_at, never=0)
    yield gauge("oldest_dirty_age_seconds", "How long the rep waits who waits longest.", dirty_s)
    yield gauge("reps_refused", "Reps whose row Twenty does not take.", figures.reps.refused)
    put_off = figures.put_off_until is not None and figures.put_off_until > datetime.now(UTC)
    yield gauge("publishing_put_off", "1 while the workspace can't take rows as it is set up.", put_off)
    yield from _sweep(figures.sweep)
    yield _lags(figures.lags)
    yield from _losses(figures.losses)


def _deliveries(totals: DeliveryTotals) -> Iterator[Metric]:
    by_source = dict.fromkeys(SOURCES, 0)
    received, duplicates = {**by_source, **totals.received()}, {**by_source, **totals.duplicates()}
    yield counters("deliveries_received", "New deliveries that were accepted.", ["source"], _single(received))
    yield counters("deliveries_duplicate", "Repeats that were accepted.", ["source"], _single(duplicates))
    none = dict.fromkeys(product(SOURCES, OUTCOMES), 0)
    told = "What became of deliveries; one that is digested again counts again."
    yield counters("deliveries_finished", told, ["source", "outcome"], {**none, **totals.outcomes()}.items())
    standing = {**none, **totals.standing()}
    pending = {source: standing.get((source, PENDING), 0) for source in SOURCES}
    yield gauges("deliveries_pending", "Deliveries that wait to be digested.", ["source"], _single(pending))
    parked = [(key, count) for key, count in standing.items() if key[1].startswith(PARKED)]
    by_reason = [((source, state.removeprefix(PARKED)), count) for (source, state), count in parked]
    yield gauges("deliveries_parked", "Deliveries that are set aside now.", ["source", "reason"], by_reason)


def _single(values: Mapping[str, int]) -> Labelled:
    return [((label,), value) for label, value in values.items()]


def _sweep(sweep: SweepState) -> Iterator[Metric]:
    yield gauge("sweep_age_seconds", "Since the last whole sweep ended.", age_s(sweep.finished_at))
    told = "How far the watermark lies back: what happened since is not settled."
    yield gauge("watermark_age_seconds", told, age_s(sweep.watermark_at))


def _losses(losses: Losses) -> Iterator[Metric]:
    counts = {**dict.fromkeys(SWEPT.values(), LossCount(0, 0)), **losses.by_object}
    told = "Of the versions that sweeps brought in 24 hours, those that a webhook had told in time."
    yield gauges("webhooks_told", told, ["object"], _single({name: count.told for name, count in counts.items()}))
    told = "Of the versions that sweeps brought in 24 hours, those that no webhook had told in time."
    yield gauges("webhooks_lost", told, ["object"], _single({name: count.lost for name, count in counts.items()}))


def _lags(lags: Mapping[bool, LagHistogram]) -> HistogramMetricFamily:
    """Prometheus wants each bound to count what is below it too."""
    told = "From a delivery's arrival to the row in Twenty that holds its award."
    family = HistogramMetricFamily("repsync_publish_lag_seconds", told, labels=["decided"])
    for waited, histogram in lags.items():
        below, buckets = 0, []
        for bound_s, count in sorted(histogram.counts.items()):
            below += count
            buckets.append(("+Inf" if isinf(bound_s) else str(bound_s), float(below)))
        family.add_metric([DECIDED[waited]], buckets, histogram.sum_s)
    return family
