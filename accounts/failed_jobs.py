"""RQ's jobs that failed for good, as they are told: none holds a text, an argument or an address."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


class QueueAway(Exception):
    """Redis does not answer; the message names the error's class."""


@dataclass(frozen=True, slots=True)
class FailedJob:
    """A job that failed for good.

    `what` is `digest`, `publish`, `sweep`, `missing` or `redhawk_history`; `error` the error's class and place
    (`KeyError at digest.py:81`), `tries` how often it was tried.
    """

    id: str
    what: str
    failed_at: datetime | None
    tries: int
    error: str


@dataclass(frozen=True, slots=True)
class FailedJobs:
    """Some of the failed jobs, newest first, and how many there are in all."""

    jobs: Sequence[FailedJob]
    count: int
