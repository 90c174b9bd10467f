"""How long the publisher waits for more reps to get dirty before it spends two calls on a batch."""

MOST_REPS = 60  # of one batch: the size that every version of Twenty takes (200 since 1.6)
LONGEST_S = 3.0
AMPLE = 0.5


def linger_s(budget_left: float, waiting: int) -> float:
    """Seconds to wait, 0 to 3: the longer the less of the budget's burst is left (0 to 1); default numbers.

    None when half of it is left, when nobody waits, and when a batch is full already.
    """
    if not 0 < waiting < MOST_REPS:
        return 0.0
    return LONGEST_S * max(0.0, 1 - budget_left / AMPLE)
