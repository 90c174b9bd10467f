"""From when on something is slow, and from when on it stands still.

The same for the console's lights, for the doctor and for ops/alerts.yml, which a test holds to this. All are
defaults: a delivery is digested in seconds, a row written in seconds, a sweep due every five minutes.
"""

from typing import NamedTuple


class Limits(NamedTuple):
    """Amber from the first on, red from the second on; an alert pages after the second."""

    slow: float
    still: float


PENDING_S = Limits(60, 120)  # the oldest delivery that waits to be digested
DIRTY_S = Limits(120, 300)  # the rep who waits longest for the row in Twenty
CLOCK_S = Limits(30, 60)  # it ticks every second; a tick that marks many reps dirty takes longer
SWEEP_S = Limits(900, 1200)  # since the last whole sweep ended
WATERMARK_S = Limits(1200, 1800)  # how far it lies back
LOST_SHARE = Limits(0.05, 0.5)  # of what a day's sweeps brought; where half is lost, webhooks do not do their work
LOST_FROM = 20  # so many at least, for an alert
BUDGET_LEFT = 0.1  # of the burst of calls to Twenty
