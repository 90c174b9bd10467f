"""Whether webhooks get lost, as the sweep saw it."""

from datetime import timedelta

from accounts.thresholds import LOST_SHARE
from ledger.backfill_state import bounded_before_sweeps
from ledger.losses import Losses, losses_since
from ledger.sweep_state import SweepState, sweep_progress
from onboarding.doctor.check import Finding, failed, passed, warned
from onboarding.doctor.stores import LedgerSight

SILENT_FROM = 3  # default: of so many changes of an object not one was told
_CURE = (
    "The sweep brings them, only later. Twenty sends each once and drops it when the receiver does not answer within"
    " 5 s; newer versions drop what exceeds 60 a minute; and while Twenty's queue worker stands still none is sent."
)
_SETUP = "Run `repsync setup`: does Twenty's webhook send these events? See the lines webhook, receiver, round trip."


def check_losses(sight: LedgerSight) -> Finding:
    """Versions that a sweep brought in the last hour, and no webhook within ten minutes of it."""
    with sight.reading() as connection:
        if since_on := bounded_before_sweeps(connection):
            again = f"Run `repsync backfill --since {since_on}` if it does not run."
            return warned(f"nothing is swept before the backfill since {since_on} is done", again)
        return judge_losses(losses_since(connection, timedelta(hours=1)), sweep_progress(connection))


def judge_losses(losses: Losses, state: SweepState) -> Finding:
    """Any is told; half of all, or all of an object, fails."""
    if losses.webhooks_since is None:
        if state.finished_at is None:
            return passed("nothing was swept yet")
        return warned("can't be counted: no webhook of Twenty's ever came", _SETUP)
    total, since = losses.total, f"since {losses.since_at:%H:%M} UTC"
    if not total.lost:
        return passed(f"none of {total.of} changes {since}")
    return _lost(losses, f"{_counted(losses)} {since}{_swept(state)}")


def _lost(losses: Losses, told: str) -> Finding:
    silent = [name for name, count in losses.by_object.items() if not count.told and count.lost >= SILENT_FROM]
    if silent:
        return failed(f"{told}; not one of {', '.join(silent)} came", _SETUP)
    return failed(told, _CURE) if losses.total.share >= LOST_SHARE.still else warned(told, _CURE)


def _counted(losses: Losses) -> str:
    by_object = ", ".join(f"{name} {count.lost}" for name, count in losses.by_object.items() if count.lost)
    return f"{losses.total.lost} of {losses.total.of} webhooks ({losses.total.share:.0%}; {by_object})"


def _swept(state: SweepState) -> str:
    return "" if state.interval is None else f"; swept every {state.interval.total_seconds():.0f} s"
