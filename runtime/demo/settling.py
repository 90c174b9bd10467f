"""Waiting until repsync has nothing left to do."""

import time
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine

from ledger.dirty import count_dirty
from ledger.engine import transaction
from ledger.inbox import count_by_state
from ledger.sweep_state import sweep_progress
from sandbox.twenty import SandboxTwenty
from schemas.delivery import Source

PATIENCE_S = 120.0
POLL_S = 0.1
ASK_EVERY_S = 3.0
WEBHOOKS: tuple[Source, ...] = ("twenty", "redhawk")
EVERYTHING: tuple[Source, ...] = (*WEBHOOKS, "sweep", "missing")


class NotSettled(Exception):
    """Work was left after two minutes; the message says what."""


def wait_until_digested(engine: Engine) -> None:
    """Every delivery has been read and every rep whose row could change has been published."""
    _wait(lambda: _pending(engine) == 0 and _dirty(engine) == 0, engine, lambda: None)


def wait_until_settled(engine: Engine, until: datetime, ask: Callable[[], None]) -> int:
    """The watermark has passed `until`, and what waited for it is in Twenty; `ask` asks for a sweep meanwhile.

    Returns the number of sweeps that finished while it waited.
    """
    finished: set[datetime | None] = set()

    def settled() -> bool:
        with transaction(engine) as connection:
            state = sweep_progress(connection)
        finished.add(state.finished_at)
        watermark = state.watermark_at
        return watermark is not None and watermark >= until and _pending(engine) == 0 and _dirty(engine) == 0

    _wait(settled, engine, ask)
    return len(finished) - 1


def wait_until_told(twenty: SandboxTwenty) -> None:
    """Every change has been posted to the receiver."""
    deadline = time.monotonic() + PATIENCE_S
    while waiting := twenty.webhooks_waiting:
        if time.monotonic() > deadline:
            raise NotSettled(f"{waiting} batches of webhooks still wait")
        time.sleep(POLL_S)


def _wait(done: Callable[[], bool], engine: Engine, ask: Callable[[], None]) -> None:
    deadline, asked_s = time.monotonic() + PATIENCE_S, time.monotonic()
    while not done():
        if time.monotonic() > deadline:
            raise NotSettled(f"{_pending(engine)} deliveries and {_dirty(engine)} reps still wait")
        if time.monotonic() - asked_s > ASK_EVERY_S:
            ask()
            asked_s = time.monotonic()
        time.sleep(POLL_S)


def _pending(engine: Engine) -> int:
    with transaction(engine) as connection:
        return count_by_state(connection, EVERYTHING).get("pending", 0)


def _dirty(engine: Engine) -> int:
    with transaction(engine) as connection:
        return count_dirty(connection)
