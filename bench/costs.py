"""What is timed in a ledger: one more note, a standing, a sweep, the watermark, the clock, and who looks on."""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import uuid4

from accounts.rep_board import refresh_board
from bench.crowd import note_row
from bench.grown import Grown, digest_all
from bench.visits import Cost, visits
from ledger.engine import rolled_back, transaction
from ledger.inbox import store_all
from ledger.reps import lock_reps
from programs.progression.rep_rows import OWNER
from sandbox.twenty.clock import to_stamp
from sandbox.twenty.schema import Row
from worker.clock import tick
from worker.outlook import standing_beside_known_row
from worker.rows import PLURAL as ROWS
from worker.sweep import sweep
from worker.swept_rows import deliveries
from worker.watermark import move_watermark

NOTES, STANDINGS, SWEPT = 100, 10, 20
AN_HOUR, ANYHOW = timedelta(hours=1), timedelta(0)
BOARD = "the board made anew"


def costs_of(ledger: Grown) -> Mapping[str, Cost]:
    """By name, alike for every ledger; a sweep comes before the watermark that it moves."""
    numbers = count(1)
    rows = [row for row in ledger.twenty.rows(ROWS) if row[OWNER] in ledger.subjects]
    return {
        "one more note": lambda: _note_ms(ledger, numbers),
        "a standing": lambda: _standing_ms(ledger),
        "a sweep": lambda: _sweep_ms(ledger, rows),
        "the watermark moved": lambda: _watermark_ms(ledger),
        "a tick of the clock": lambda: _took_ms(lambda: tick(ledger.parts, AN_HOUR)),
        BOARD: lambda: _board_ms(ledger),
        **visits(ledger),
    }


def _took_ms(work: Callable[[], object]) -> float:
    began_s = time.perf_counter()
    work()
    return (time.perf_counter() - began_s) * 1_000


def _note_ms(ledger: Grown, numbers: "count[int]") -> float:
    """From the inbox to facts, awards and totals: one of a batch of 100 of five reps."""
    now_at, subjects = datetime.now(UTC) - timedelta(minutes=5), ledger.subjects
    rows = [note_row(str(uuid4()), subjects[n % len(subjects)], next(numbers), now_at) for n in range(NOTES)]
    with transaction(ledger.parts.engine) as connection:
        store_all(connection, list(deliveries("note", rows, now_at, anew=False)))
    return _took_ms(lambda: digest_all(ledger.parts)) / NOTES


def _standing_ms(ledger: Grown) -> float:
    """From the ledger alone, of a rep whose history is the same in all ledgers."""
    rep = ledger.subjects[0]
    with rolled_back(ledger.parts.engine) as connection:
        locked = lock_reps(connection, [rep])[rep]
        began_s = time.perf_counter()
        for _ in range(STANDINGS):
            standing_beside_known_row(connection, locked, ledger.parts)
        return (time.perf_counter() - began_s) * 1_000 / STANDINGS


def _sweep_ms(ledger: Grown, rows: Sequence[Row]) -> float:
    """With 20 notes and five reps' rows that changed since, and what changed in the two minutes before."""
    now_at = datetime.now(UTC)
    for number in range(SWEPT):
        ledger.twenty.put("notes", note_row(str(uuid4()), ledger.subjects[number % 5], number, now_at))
    for row in rows:
        ledger.twenty.put(ROWS, {**row, "updatedAt": to_stamp(now_at)})
    return _took_ms(lambda: sweep(ledger.parts))


def _watermark_ms(ledger: Grown) -> float:
    """Behind a sweep, once what it brought is digested."""
    digest_all(ledger.parts)
    return _took_ms(lambda: move_watermark(ledger.parts))


def _board_ms(ledger: Grown) -> float:
    """Of everybody, as the clock does, a minute apart at most."""
    return _took_ms(lambda: refresh_board(ledger.parts.engine, ledger.parts.rules, datetime.now(UTC), ANYHOW))
