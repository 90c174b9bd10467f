"""Webhooks: changes in, posts out."""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import groupby

from sandbox.twenty.changes import Change, MetadataChange, Person
from sandbox.twenty.clock import SandboxClock
from sandbox.twenty.faults import FaultSwitch
from sandbox.twenty.subscriptions import Subscriptions, Webhook
from sandbox.twenty.versions import V2_21, WaysOfVersion
from sandbox.twenty.webhook_bodies import metadata_body, record_body
from sandbox.twenty.webhook_posts import Delivery
from sandbox.twenty.webhook_queue import WebhookQueue

__all__ = ["Webhook", "Webhooks"]


class Webhooks(Subscriptions):
    """The subscriptions, and the queue of what they ask for. See `Subscriptions` for `cache_s`."""

    def __init__(
        self,
        clock: SandboxClock,
        *,
        faults: FaultSwitch | None = None,
        ways: WaysOfVersion = V2_21,
        cache_s: float = 0.0,
    ) -> None:
        super().__init__(clock, cache_s=cache_s)
        self._faults = faults or FaultSwitch()
        self._ways = ways
        self._queue = WebhookQueue(clock)

    def announce(self, changes: Sequence[Change], *, person: Person | None = None) -> None:
        """Queues a post for each change and each webhook that wants it; returns at once.

        `person` is None when an API key wrote. The changes of one call go out object by object, action by action.
        """
        for _, batch in groupby(changes, key=lambda change: change.event_name):
            self._queue.put(partial(self._of_records, list(batch), person))

    def announce_metadata(self, change: MetadataChange) -> None:
        """Queues a post of a changed object or field; returns at once."""
        bodied = partial(metadata_body, change=change)
        self._queue.put(lambda: self._deliveries(change.event_name, [bodied]))

    @property
    def waiting(self) -> int:
        """How many batches of changes, and deliveries held back by faults, are not posted yet."""
        return self._queue.waiting

    @property
    def answers(self) -> dict[int, int]:
        """How many posts were answered with each status; 0 stands for no answer."""
        return dict(self._queue.answers)

    @property
    def taken(self) -> frozenset[str]:
        """The posts that were answered with 202, each by the SHA-256 of its timestamp and body."""
        return frozenset(self._queue.taken)

    def stop(self) -> None:
        """Waits for the posts under way (5 s at most) and drops the others, for good."""
        self._queue.stop()

    def _of_records(self, batch: list[Change], person: Person | None) -> list[Delivery]:
        told = [each for change in batch if (each := self._ways.told(change)) is not None]
        bodies = [partial(record_body, change=change, person=person) for change in told]
        return self._deliveries(batch[0].event_name, bodies)

    def _deliveries(self, event_name: str, bodies: Sequence[Callable[[Webhook, str], bytes]]) -> list[Delivery]:
        """Written when their turn comes: `eventDate` is the time of sending, not of the change."""
        event_date = self._clock.stamp()
        return [
            Delivery(webhook.target_url, webhook.secret, raw, fate)
            for webhook in self.wanting(event_name)
            for raw in [body(webhook, event_date) for body in bodies]
            for fate in self._faults.fates(event_name)
        ]
