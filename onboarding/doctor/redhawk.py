"""RedHawk: its webhooks, its ids, its battle history, and what can't be known of its retries."""

from collections.abc import Sequence
from datetime import datetime

from ledger.inbox_queries import Arrivals, redhawk_webhooks
from ledger.redhawk_history import HistoryState, history_state
from onboarding.doctor.check import Finding, passed, skipped, warned
from onboarding.doctor.receiver import ReceiverSight, counted
from onboarding.doctor.records import judge_unmapped
from onboarding.doctor.stores import LedgerSight
from programs.progression.unattributed import Unattributed

NO_WEBHOOKS = "REDHAWK_WEBHOOK_SECRET is not set"
NOT_KNOWN = "whether RedHawk sends again what is turned away can't be known from here"
# Nothing is wrong with the delivery itself: sent again, it would be taken.
PASSING = frozenset({"ledger_unavailable", "not_configured", "stale", "incomplete_body"})


def check_webhooks(sight: LedgerSight, *, configured: bool) -> Finding:
    """Whether RedHawk ever told something."""
    if not configured:
        return skipped(NO_WEBHOOKS)
    with sight.reading() as connection:
        return judge_webhooks(redhawk_webhooks(connection))


def judge_webhooks(arrivals: Arrivals) -> Finding:
    """Configured without ever a delivery is a half-made connection."""
    if arrivals.last_at is None:
        return warned(
            "configured, and never a delivery",
            "Let RedHawk post to RECEIVER_URL/webhooks/redhawk; its public code sends none.",
        )
    return passed(f"{arrivals.count} in the inbox, the last at {_minute(arrivals.last_at)}")


def judge_ids(groups: Sequence[Unattributed]) -> Finding:
    """RedHawk's short ids that stand for nobody."""
    found = judge_unmapped(groups)
    return passed("none unmapped") if found.verdict == "pass" else found


def check_retries(sight: ReceiverSight, *, configured: bool) -> Finding:
    """A delivery that is turned away is only counted, in the receiver's process: it can't be found again."""
    return judge_retries(sight.rejected("redhawk")) if configured else skipped(NO_WEBHOOKS)


def judge_retries(rejected: dict[str, int]) -> Finding:
    """Says how much may be missing if RedHawk does not send again."""
    passing = {reason: count for reason, count in rejected.items() if reason in PASSING}
    if passing:
        told = f"turned away since the receiver started: {counted(passing)}; {NOT_KNOWN}"
        return warned(
            told, "See RedHawk's log. It must send until it gets a 2xx; battles alone can be read: REDHAWK_URL."
        )
    return passed(f"none was needed since the receiver started; {NOT_KNOWN}")


def check_history(sight: LedgerSight, *, configured: bool) -> Finding:
    """The last reading of the battle histories."""
    if not configured:
        return skipped("REDHAWK_URL is not set: battles come by webhook alone")
    with sight.reading() as connection:
        return judge_history(history_state(connection))


def judge_history(state: HistoryState) -> Finding:
    """When it was, and what went wrong."""
    if state.polled_at is None:
        return warned("never read", "The clock asks for it within seconds: see the lines of workers and clock.")
    if state.problem is not None:
        told = f"read at {_minute(state.polled_at)}: {state.problem}"
        return warned(told, "See that REDHAWK_URL has its prefix (/api/redhawk) and the academy runs.")
    return passed(f"read at {_minute(state.polled_at)}")


def _minute(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
