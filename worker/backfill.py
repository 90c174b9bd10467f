"""Backfill: reads the whole history of Twenty, or all since a day, while webhooks, sweeps and publishing go on."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date

from ledger.backfill_state import (
    BACKFILL,
    BackfillPosition,
    WhatCame,
    begin_backfill,
    bounded_before_sweeps,
    finish_backfill,
    only_since_on,
    unfinished_backfill,
    what_came,
)
from ledger.dirty import count_dirty
from ledger.engine import transaction
from ledger.locks import held_alone, is_held
from ledger.sweep_state import SETTLING, finish_sweep, request_sweep, sweep_progress
from twenty_client.urgency import Urgency
from worker.backfill_reading import FIRST, Reading, Watch, when_calls_are_free
from worker.parts import Parts
from worker.people import wait_until_digested
from worker.publish import publish_waiting
from worker.sweep import OVERLAP, SWEEPER, twenty_now
from worker.watermark import move_watermark


class NotNow(Exception):
    """The backfill was not begun; the message says why and what to do."""


class NothingToDo(Exception):
    """The whole history was read, or is being read; the message says by what."""


@dataclass(frozen=True, slots=True)
class Backfilled:
    """What all runs of a backfill read, with how many calls, and what came of it; `reps_waiting` are to be published.

    `since_on` is None when it was the whole history.
    """

    since_on: date | None
    rows: int
    calls: int
    came: WhatCame
    reps_waiting: int


def backfill(parts: Parts, since_on: date | None, watch: Watch) -> Backfilled:
    """Reads the history into the inbox, digests and publishes what comes of it; goes on where one was cut off.

    Where nothing was ever swept, the sweep's cursor is where this began. Until the end the watermark stands.
    Errors: `NotNow`, `NothingToDo`, those of `twenty_client.errors`, `redis.exceptions.RedisError`.
    """
    with _alone(parts):
        position = _position(parts, since_on)
        reached = Reading(parts, position, watch).read()
        _finish(parts, reached)
    return _settled(parts, reached)


def read_again(parts: Parts, watch: Watch) -> int:
    """Reads everything from the beginning, tells rows anew that were told before, and returns how many they are.

    Where the history was read since a day alone, from that day on: more would pay what can't be taken back. All is
    digested then. Errors: `NotNow`, those of `twenty_client.errors`, `redis.exceptions.RedisError`.
    """
    with _alone(parts):
        with transaction(parts.engine) as connection:
            since_on = only_since_on(connection) or bounded_before_sweeps(connection)
        reached = Reading(parts, _begun(parts, since_on), watch, anew=True).read()
        _finish(parts, reached)
    _digested(parts)
    return reached.rows


@contextmanager
def _alone(parts: Parts) -> Iterator[None]:
    with held_alone(parts.engine, BACKFILL) as held:
        if not held:
            raise NotNow("Another backfill, or a rebuild from Twenty, is under way. Try again when it has ended.")
        yield


def _position(parts: Parts, since_on: date | None) -> BackfillPosition:
    """Where to go on, or a new beginning."""
    with transaction(parts.engine) as connection:
        unfinished = unfinished_backfill(connection)
        swept = sweep_progress(connection).cursor_at is not None
        if not swept and is_held(connection, SWEEPER):
            raise NothingToDo("A worker's first sweep reads the whole history now.")
        if unfinished is None and swept and since_on is None and only_since_on(connection) is None:
            raise NothingToDo("The whole history was read before, and sweeps read what changes since.")
    if unfinished is not None and unfinished.since_on == since_on:
        return unfinished
    if unfinished is not None and since_on is None:
        # The whole history can't be taken back: nobody should get it by forgetting an option.
        raise NotNow(
            f"A backfill since {unfinished.since_on} is unfinished. Go on with `repsync backfill --since"
            f" {unfinished.since_on}`; when that is done, `repsync backfill` reads the rest."
        )
    return _begun(parts, since_on)


def _begun(parts: Parts, since_on: date | None) -> BackfillPosition:
    patient = replace(parts, twenty=parts.twenty.at(Urgency.BACKFILL))
    began_at = when_calls_are_free(lambda: twenty_now(patient))
    with transaction(parts.engine) as connection:
        return replace(begin_backfill(connection, began_at, since_on, FIRST), calls=1)


def _finish(parts: Parts, reached: BackfillPosition) -> None:
    """Everything up to its beginning is known now, as after a first sweep, be it of a bounded history.

    Where sweeps were before, their cursor stays: what they read of people and of reps' rows, this does not.
    """
    with transaction(parts.engine) as connection:
        swept = sweep_progress(connection).cursor_at is not None
        if not swept:
            finish_sweep(connection, reached.began_at - OVERLAP, reached.began_at - SETTLING)
        request_sweep(connection)
        finish_backfill(connection, reached.since_on, swept_before=swept)


def _settled(parts: Parts, reached: BackfillPosition) -> Backfilled:
    _digested(parts)
    publish_waiting(parts)
    with transaction(parts.engine) as connection:
        came, waiting = what_came(connection, reached), count_dirty(connection)
    return Backfilled(reached.since_on, reached.rows, reached.calls, came, waiting)


def _digested(parts: Parts) -> None:
    """The watermark waits for webhooks too that came before the end; no worker may run that digests them."""
    wait_until_digested(parts)
    move_watermark(parts)
