"""What the console's pages on work act with: mappings, deliveries put back into line, jobs that failed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

import structlog
from redis.exceptions import RedisError

from accounts.mapping import Alias, Mapped, MappingPutOff
from handlers.console.work_parts import WorkParts
from twenty_client.errors import TwentyError
from worker.auditing import Cause
from worker.mapping import map_name, preview_mapping
from worker.parts import Parts
from worker.wake import PUBLISH

MOST_MAPPINGS = 2
UNREAD = "a member's row in Twenty must be read for the first time, and Twenty can't serve it now"
BUSY = "others map names at this moment"
THE_CONSOLE = "console"

log = structlog.get_logger()


def work_parts(parts: Callable[[], Parts]) -> WorkParts:
    """For a process of several threads. `parts` makes the worker's parts, with a client of Twenty's of their own."""
    free = BoundedSemaphore(MOST_MAPPINGS)

    def preview(alias: Alias) -> Mapped:
        with _mapping(free):
            return preview_mapping(parts(), alias)

    def map_it(alias: Alias, actor: str) -> Mapped:
        mine = parts()
        with _mapping(free):
            mapped = map_name(mine, alias, Cause(actor, THE_CONSOLE))
        wake(mine, PUBLISH)
        return mapped

    return WorkParts(preview_mapping=preview, map_name=map_it)


@contextmanager
def _mapping(free: BoundedSemaphore) -> Iterator[None]:
    """Two at a time, so that the other threads stay for webhooks."""
    if not free.acquire(blocking=False):
        raise MappingPutOff(BUSY)
    try:
        yield
    except TwentyError:
        raise MappingPutOff(UNREAD) from None
    finally:
        free.release()


def wake(parts: Parts, job: str) -> None:
    """While Redis is away the clock does it later."""
    try:
        parts.wake(job)
    except RedisError as error:
        log.warning("wake failed", error=type(error).__name__)
