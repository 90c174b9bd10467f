"""Who waits for whose locks: looks at PostgreSQL's own account, many times a second, while something is at work."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Engine, text

from ledger.engine import transaction

LOOK_EVERY_S = 0.02
_AT_WORK = """
SELECT activity.wait_event_type = 'Lock' AS waits, wanted.locktype, wanted.relation::regclass::text AS relation,
       left(regexp_replace(activity.query, '[[:space:]]+', ' ', 'g'), 60) AS query
FROM pg_stat_activity AS activity
LEFT JOIN LATERAL (SELECT locktype, relation FROM pg_locks WHERE pid = activity.pid AND NOT granted LIMIT 1) AS wanted
  ON true
WHERE application_name = 'repsync' AND activity.pid <> pg_backend_pid() AND state <> 'idle'
"""


@dataclass(slots=True)
class LockWaits:
    """Of all looks: connections at work, and by lock and statement those of them that waited."""

    busy: int = 0
    waiting: Counter[str] = field(default_factory=Counter)

    @property
    def share(self) -> float:
        """The part (0 to 1) of the time at work that was spent waiting."""
        return self.waiting.total() / max(1, self.busy)

    @property
    def most(self) -> str:
        """What was waited for most, with how much of all waiting that is; empty if nothing was."""
        (what, times), *_ = self.waiting.most_common(1) or [("", 0)]
        return f"{times / self.waiting.total():.0%} of it: {what}" if what else ""


@contextmanager
def lock_waits(engine: Engine) -> Iterator[LockWaits]:
    """Counts until the end."""
    seen, over = LockWaits(), threading.Event()

    def look() -> None:
        while not over.wait(LOOK_EVERY_S):
            with transaction(engine) as connection:
                for row in connection.execute(text(_AT_WORK)):
                    seen.busy += 1
                    if row.waits:
                        lock = f"{row.locktype} {row.relation}" if row.relation else row.locktype
                        seen.waiting[f"{lock} in {row.query}"] += 1

    looking = threading.Thread(target=look, name="lock-waits")
    looking.start()
    try:
        yield seen
    finally:
        over.set()
        looking.join()
