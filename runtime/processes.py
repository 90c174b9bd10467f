"""The long-running processes: worker and clock."""

import signal
import threading
from datetime import timedelta

from ledger.migrate import upgrade
from runtime.bootstrap import worker_parts
from runtime.settings import Settings
from runtime.told_failures import Away
from worker.clock import run_clock
from worker.parts import install
from worker.rq_worker import serve_queues


def run_worker(settings: Settings) -> None:
    """Serves the queues until told to stop; a job that is running is finished first.

    Errors: `Away` when it gave up by itself, as Redis was away for long: to be started again.
    """
    upgrade(settings.database_url)
    install(worker_parts(settings))
    if not serve_queues(settings.redis_url):
        raise Away("The worker gave up, as Redis was away: start it again when Redis is back.")


def run_clock_process(settings: Settings) -> None:
    """Ticks until told to stop."""
    upgrade(settings.database_url)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    interval, retention = timedelta(seconds=settings.sweep_interval_s), timedelta(days=settings.delivery_retention_days)
    run_clock(worker_parts(settings), interval, retention, stop.is_set)
