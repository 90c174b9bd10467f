"""How long the publisher waits for more reps to get dirty before it spends two calls on a batch."""

from twenty_client.pacing import burst

MOST_REPS = 60  # of one batch: the size that every version of Twenty takes (200 since 1.6)
ROUND_CALLS = 2  # a read and a write
KEPT = 0.25  # default: of the burst, for sweeps
# Default: from one round to the next beside a backfill, which needs nine calls of ten, and the same reps' locks.
BESIDE_BACKFILL_S = 20.0


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
