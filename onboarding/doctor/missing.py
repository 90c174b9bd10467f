"""Records that Twenty does not have any more, although no webhook told of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from ledger.comparisons import Comparison, comparisons_by_object
from ledger.missing_records import count_waiting
from onboarding.doctor.check import Finding, failed, passed, warned
from onboarding.doctor.stores import LedgerSight

_PLURALS = {"note": "notes", "opportunity": "opportunities"}


def check_missing(sight: LedgerSight) -> Finding:
    """The last comparison with Twenty's counts, and what it found."""
    with sight.reading() as connection:
        return judge_missing(comparisons_by_object(connection), count_waiting(connection))


def judge_missing(comparisons: Sequence[Comparison], waiting: Mapping[str, tuple[int, datetime]]) -> Finding:
    """A pass that was stopped needs a person; what waits to be confirmed does not."""
    stopped = [found.stopped for found in comparisons if found.stopped and not found.accepted]
    if stopped:
        told = ", ".join(f"{each.too_many} or more of {each.among} {_PLURALS[each.object]}" for each in stopped)
        return failed(
            f"Twenty lacks {told}: too many to believe, none is counted out",
            "See that TWENTY_URL is the right workspace and the key may read all of them. If people deleted them:"
            " `repsync sweep --accept-missing`.",
        )
    if any(found.accepted for found in comparisons):
        return warned(
            "accepted: compared anew within seconds", "Nothing: if it stays so, see the workers and the clock."
        )
    if waiting:
        told = ", ".join(
            f"{count} {_PLURALS[name]} since {oldest_at:%Y-%m-%d %H:%M} UTC"
            for name, (count, oldest_at) in sorted(waiting.items())
        )
        return warned(
            f"not in Twenty any more: {told}",
            "Nothing: the next sweep is followed by a second read, which confirms it or drops it.",
        )
    compared = [found.compared_at for found in comparisons if found.compared_at]
    if not compared:
        return passed("not compared with Twenty yet")
    return passed(f"none among what was created before {min(compared):%Y-%m-%d %H:%M} UTC")
