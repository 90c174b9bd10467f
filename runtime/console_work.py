"""What the console's pages on work act with: mappings, deliveries and jobs put back into line, rows tried again."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from accounts.mapping import Alias, Mapped
from accounts.put_off import PutOff
from accounts.requeue_preview import RequeuePreview
from handlers.console.work_parts import Chosen, WorkParts
from twenty_client.errors import TwentyError
from worker.auditing import Cause
from worker.failed_jobs import failed_jobs, requeue_failed
from worker.mapping import map_name, preview_mapping
from worker.parts import Parts
from worker.requeueing import dismiss, preview_requeue, requeue, wake
from worker.retrying_rows import retry_refused
from worker.wake import PUBLISH

MOST_AT_ONCE = 2
UNREAD = "a member's row in Twenty must be read for the first time, and Twenty can't serve it now"
BUSY = "others preview or map at this moment"
THE_CONSOLE = "console"


def work_parts(parts: Callable[[], Parts]) -> WorkParts:
    """For a process of several threads. `parts` makes the worker's parts, with a client of Twenty's of their own."""
    free = BoundedSemaphore(MOST_AT_ONCE)

    def preview_of_mapping(alias: Alias) -> Mapped:
        with _one_of_few(free):
            return preview_mapping(parts(), alias)

    def map_it(alias: Alias, actor: str) -> Mapped:
        mine = parts()
        with _one_of_few(free):
            mapped = map_name(mine, alias, Cause(actor, THE_CONSOLE))
        wake(mine, PUBLISH)
        return mapped

    def preview_of_requeue(chosen: Chosen) -> RequeuePreview:
        with _one_of_few(free):
            return preview_requeue(parts(), chosen)

    def retry(reps: Collection[str], actor: str) -> int:
        return retry_refused(parts(), reps, actor)

    def do_jobs_again(ids: Collection[str], actor: str) -> int:
        mine = parts()
        return requeue_failed(mine.engine, mine.wake, ids, actor)

    return WorkParts(
        preview_mapping=preview_of_mapping,
        map_name=map_it,
        preview_requeue=preview_of_requeue,
        requeue=lambda chosen, actor: requeue(parts(), chosen, actor),
        dismiss=lambda chosen, actor, reason: dismiss(parts().engine, chosen, actor, reason),
        retry_rows=retry,
        failed_jobs=lambda first, most: failed_jobs(parts().wake, first, most),
        requeue_jobs=do_jobs_again,
    )


@contextmanager
def _one_of_few(free: BoundedSemaphore) -> Iterator[None]:
    """Two at a time, so that the other threads stay for webhooks."""
    if not free.acquire(blocking=False):
        raise PutOff(BUSY)
    try:
        yield
    except TwentyError:
        raise PutOff(UNREAD) from None
    finally:
        free.release()
