"""What waits in the inbox, and what is set aside."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from accounts.thresholds import PENDING_S
from ledger.inbox import oldest_pending_at
from ledger.inbox_queries import count_dismissed, parked_by_reason
from onboarding.doctor.check import Finding, failed, passed, warned
from onboarding.doctor.stores import LedgerSight

_MOST_REASONS = 3
_LONGEST_REASON = 100


def check_oldest(sight: LedgerSight, now: datetime) -> Finding:
    """The oldest delivery that is not digested yet."""
    with sight.reading() as connection:
        return judge_oldest(oldest_pending_at(connection), now)


def judge_oldest(received_at: datetime | None, now: datetime) -> Finding:
    """Over a minute is told, over two fails."""
    if received_at is None:
        return passed("nothing waits")
    waits_s = max((now - received_at).total_seconds(), 0)
    told, cure = (
        f"waits for {waits_s:.0f} s",
        "Look whether workers run; if they do, see what their logs say of the digest.",
    )
    if waits_s > PENDING_S.still:
        return failed(told, cure)
    return warned(told, cure) if waits_s > PENDING_S.slow else passed(told)


def check_parked(sight: LedgerSight) -> Finding:
    """What could not be read or digested; what waits for a rep has a line of its own."""
    with sight.reading() as connection:
        return judge_parked(parked_by_reason(connection), count_dismissed(connection))


def judge_parked(reasons: Mapping[str, int], dismissed: int = 0) -> Finding:
    """Nothing waits for them, but what they told is missing. Reasons quote no values. Dismissed ones are only told."""
    aside = f"; {dismissed} dismissed" if dismissed else ""
    if not reasons:
        return passed(f"none{aside}")
    most = Counter(reasons).most_common(_MOST_REASONS)
    told = "; ".join(f"{count} × {reason[:_LONGEST_REASON]}" for reason, count in most)
    more = f"; {len(reasons) - len(most)} more reasons" if len(reasons) > len(most) else ""
    cure = "`repsync deliveries list --state parked` shows them; requeue or dismiss them, and report what is not read."
    return warned(f"{sum(reasons.values())} parked: {told}{more}{aside}", cure)
