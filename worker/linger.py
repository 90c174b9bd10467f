"""How long the publisher waits for more reps to get dirty before it spends two calls on a batch."""

import time

from ledger.backfill_state import backfill_runs
from ledger.dirty import dirty_reps
from ledger.engine import transaction
from ledger.rep_rows import since_published_s
from twenty_client.pacing import burst
from worker.parts import Parts
from worker.turns import Turn

MOST_REPS = 60  # of one batch: the size that every version of Twenty takes (200 since 1.6)
ROUND_CALLS = 2  # a read and a write
KEPT = 0.25  # default: of the burst, for sweeps
# Default: from one round to the next beside a backfill, which needs nine calls of ten, and the same reps' locks.
BESIDE_BACKFILL_S = 20.0
LOOK_S = 0.2


def linger_s(budget_left: float, calls_a_minute: int, waiting: int, waited_s: float = 0.0) -> float:
    """Seconds until a round should begin: `budget_left` (0 to 1) of the burst is free, so many reps wait (0: none).

    At once while calls are to spare. Else as long as the calls of a round take to come free, so rounds follow each
    other as fast as the budget lets them, and who gets dirty meanwhile is served too. A read that had to wait for its
    write would be a call older. A full batch waits for its own calls alone. Whoever takes the calls meanwhile, it has
    `waited_s` already and does not wait for ever.
    """
    if not waiting:
        return 0.0
    most = burst(calls_a_minute)
    wanted = ROUND_CALLS + (KEPT * most if waiting < MOST_REPS else 0.0)
    missing_s = (min(wanted, most) - budget_left * most) * 60 / calls_a_minute
    return max(0.0, min(missing_s, ROUND_CALLS * 60 / calls_a_minute - waited_s))


def linger(parts: Parts, turn: Turn, began_s: float) -> int:
    """Lets more reps get dirty first, since `began_s`, when calls are short; returns how many wait, 60 at most.

    0 also when it would only wait beside a backfill, and others want the worker. A round whose calls are announced is
    not given up: with every wait begun anew, sweeps would have had the calls.
    """
    while True:
        waited_s = time.monotonic() - began_s
        waiting, beside_s = _look(parts, waited_s)
        if not waiting:
            return 0
        short_s = linger_s(parts.twenty.budget_left(), parts.twenty.calls_a_minute(), waiting, waited_s)
        left_s = max(short_s, beside_s)
        if left_s <= 0:
            return waiting
        if beside_s > short_s and turn.is_wanted:
            return 0
        if beside_s <= 0:
            parts.twenty.announce(short_s)
        time.sleep(min(left_s, LOOK_S))


def _look(parts: Parts, waited_s: float) -> tuple[int, float]:
    """How many reps wait, 60 at most, and how long they still have to beside a backfill.

    No longer than 20 s, though others publish too, and the ledger's clock may be set back.
    """
    with transaction(parts.engine) as connection:
        waiting = len(dirty_reps(connection, MOST_REPS))
        if not waiting or not backfill_runs(connection):
            return waiting, 0.0
        return waiting, BESIDE_BACKFILL_S - max(since_published_s(connection), waited_s)
