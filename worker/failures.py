"""Failures of jobs, told without what they were about: messages of exceptions may quote a record."""

from collections.abc import Iterator
from contextlib import contextmanager
from traceback import extract_tb

import sentry_sdk
import structlog
from rq import get_current_job
from structlog.contextvars import bound_contextvars

from ledger.errors import LedgerUnavailable

_PASSED_THROUGH = ("/contextlib.py", "/ledger/engine.py")

log = structlog.get_logger()


class JobFailed(Exception):
    """A job failed, and RQ tries it again. Names the error's class and place, and nothing else."""


@contextmanager
def told_without_data() -> Iterator[None]:
    """What RQ logs and keeps in Redis of a failed job is a `JobFailed`; the error itself is reported to Sentry.

    PostgreSQL being away is no failure of the job: it ends with a warning, and the clock, which waits for PostgreSQL
    too, wakes its work anew. Other trouble of the ledger is not reported. Log lines and reports name RQ's job.
    """
    job = get_current_job()
    with bound_contextvars(**({"job": job.id} if job else {})):
        try:
            yield
        except Exception as error:
            if isinstance(error, LedgerUnavailable) and error.is_away:
                log.warning("job waits for PostgreSQL", error=place(error))
                return
            if not isinstance(error, LedgerUnavailable):
                sentry_sdk.capture_exception(error)
            raise JobFailed(place(error)) from None


def place(error: BaseException) -> str:
    """`KeyError at digest.py:81`; of PostgreSQL's refusals the kind and who asked: `LedgerUnavailable
    (DeadlockDetected) at digest.py:81`."""
    kind = f" ({error})" if isinstance(error, LedgerUnavailable) else ""
    frames = [frame for frame in extract_tb(error.__traceback__) if not frame.filename.endswith(_PASSED_THROUGH)]
    where = f" at {frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else ""
    return type(error).__name__ + kind + where
