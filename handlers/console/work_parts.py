"""What acts when somebody presses a button on the pages on work."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from accounts.failed_jobs import FailedJobs
from accounts.mapping import Alias, Mapped
from accounts.requeue_preview import RequeuePreview
from ledger.delivery_filter import DeliveryFilter

Chosen = Collection[int] | DeliveryFilter


@dataclass(frozen=True, slots=True)
class WorkParts:
    """Each raises LedgerUnavailable; `str` is the name of the user who acts, for the audit log.

    Deliveries are given by their ids, or by a filter that all of them match. Previews and `map_name` raise PutOff.
    `dismiss` is told why, last. `retry_rows` gets reps whose row Twenty refused. What acts on many returns on how many.
    `failed_jobs` (from a number, 0 the newest, and how many at most; None: all) and `requeue_jobs` (by ids) raise
    QueueAway while Redis is.
    """

    preview_mapping: Callable[[Alias], Mapped]
    map_name: Callable[[Alias, str], Mapped]
    preview_requeue: Callable[[Chosen], RequeuePreview]
    requeue: Callable[[Chosen, str], int]
    dismiss: Callable[[Chosen, str, str], int]
    retry_rows: Callable[[Collection[str], str], int]
    failed_jobs: Callable[[int, int | None], FailedJobs]
    requeue_jobs: Callable[[Collection[str], str], int]
