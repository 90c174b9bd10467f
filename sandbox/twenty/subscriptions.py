"""The webhooks that were registered, and which of them want an event."""

import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from threading import Lock
from uuid import uuid4

from sandbox.twenty.clock import SandboxClock


@dataclass(frozen=True, slots=True)
class Webhook:
    """A subscription. `operations` are `note.created`, `note.*`, `*.deleted` or `*.*`.

    `*.*` brings metadata events too; alone they are `metadata.fieldMetadata.*` or `metadata.*.*` (*src*).
    """

    target_url: str
    operations: tuple[str, ...]
    secret: str = field(repr=False)
    created_at: str
    description: str | None = None
    id: str = field(default_factory=lambda: str(uuid4()))

    def wants(self, event_name: str) -> bool:
        *before, subject, action = event_name.split(".")
        stem = "".join(f"{part}." for part in before)
        wanted = {event_name, f"{stem}{subject}.*", f"{stem}*.{action}", f"{stem}*.*", "*.*"}
        return not wanted.isdisjoint(self.operations)


class Subscriptions:
    """The webhooks in the order of their creation.

    Twenty keeps these settings in a cache for up to 10 s. With `cache_s` above 0, what is registered or changed
    counts for events only that many seconds later.
    """

    def __init__(self, clock: SandboxClock, *, cache_s: float = 0.0) -> None:
        self._clock = clock
        self._cache_s = cache_s
        self._lock = Lock()
        self._settings: list[tuple[float, tuple[Webhook, ...]]] = [(0.0, ())]

    def all(self) -> list[Webhook]:
        return list(self._settings[-1][1])

    def register(
        self,
        target_url: str,
        operations: Iterable[str],
        secret: str | None = None,
        description: str | None = None,
    ) -> Webhook:
        """A missing secret is made up, as Twenty does."""
        webhook = Webhook(
            target_url, tuple(operations), secret or secrets.token_hex(32), self._clock.stamp(), description
        )
        with self._lock:
            self._set([*self.all(), webhook])
        return webhook

    def change(self, webhook: Webhook) -> None:
        """`webhook` takes the place of the one with its id."""
        with self._lock:
            self._set([webhook if each.id == webhook.id else each for each in self.all()])

    def wanting(self, event_name: str) -> list[Webhook]:
        """Who gets an event now, by the settings as the cache shows them."""
        now_s = time.monotonic()
        known = next(webhooks for from_s, webhooks in reversed(self._settings) if from_s <= now_s)
        return [webhook for webhook in known if webhook.wants(event_name)]

    def _set(self, webhooks: list[Webhook]) -> None:
        self._settings.append((time.monotonic() + self._cache_s, tuple(webhooks)))
