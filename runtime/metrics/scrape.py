"""One scrape: everything, or what can be told while a store is away."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import version

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import Metric
from prometheus_client.registry import Collector
from redis.exceptions import RedisError

from ledger.errors import LedgerOutdated, LedgerUnavailable
from ledger.figures import Figures
from runtime.metrics.families import gauges
from runtime.metrics.ledger import ledger_metrics


@dataclass(frozen=True, slots=True)
class Scrape(Collector):
    """`figures` reads the ledger, `redis_metrics` what stands in Redis; either may find its store away."""

    figures: Callable[[], Figures]
    redis_metrics: Callable[[], Iterable[Metric]]

    def __call__(self) -> bytes:
        """The answer of /metrics."""
        registry = CollectorRegistry(auto_describe=False)
        registry.register(self)
        return generate_latest(registry)

    def collect(self) -> Iterator[Metric]:
        """Of a store that is away only that."""
        told: list[Metric] = []
        up = [
            (("database",), self._add(told, lambda: ledger_metrics(self.figures()))),
            (("redis",), self._add(told, self.redis_metrics)),
        ]
        yield gauges("store_up", "1 if the store answers.", ["store"], up)
        yield gauges("build_info", "1, for the version that runs.", ["version"], [((version("repsync"),), 1)])
        yield from told

    def _add(self, told: list[Metric], read: Callable[[], Iterable[Metric]]) -> bool:
        try:
            told += list(read())
        except (LedgerUnavailable, LedgerOutdated, RedisError):
            return False
        return True
