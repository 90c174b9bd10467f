"""The call cadence: a lead that was called often enough, on enough days, in a short enough time."""

from collections.abc import Iterable
from datetime import date

from programs.progression.rules import Rules


def full_cadence(touch_days: Iterable[date], rules: Rules) -> bool:
    """Whether calls on these days (in the rep's time zone) make a full cadence.

    4 distinct days within 14 calendar days, the first one counted: days 0 and 13 are, days 0 and 14 are not.
    """
    days = sorted(set(touch_days))
    last = rules.cadence_touches - 1
    return any(
        (later - earlier).days < rules.cadence_within_days for earlier, later in zip(days, days[last:], strict=False)
    )
