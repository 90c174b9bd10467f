"""Recent figures: the efficiency metrics over the last days of the rep's calendar, written beside the totals (LIDS)."""

from datetime import date, timedelta

from programs.progression.figures import Figures
from programs.progression.tally import Tally


def recent_figures(tally: Tally, today: date) -> Figures:
    """What the metrics need of the last `recent_days` calendar days, today included.

    Calls count by day, appointments by the day they were set; leads are those called in these days, and their
    cadence may have begun before.
    """
    first = first_recent_day(tally, today)
    calls = tally.call_days.between(first, today)
    appointments_set, appointments_held = tally.appointments.set_and_held(first, today)
    leads_called, leads_full_cadence = tally.touches.called_and_full(first, today)
    return Figures(
        total_calls=calls.calls,
        known_duration_calls=calls.known_durations,
        sub_thirty_calls=calls.sub_thirty,
        over_two_minute_calls=calls.over_two_minutes,
        appointments_set=appointments_set,
        appointments_held=appointments_held,
        leads_called=leads_called,
        leads_full_cadence=leads_full_cadence,
    )


def first_recent_day(tally: Tally, today: date) -> date:
    """The first of the last `recent_days` days."""
    return today - timedelta(days=tally.rules.metrics.recent_days - 1)


def changes_with_time(tally: Tally, today: date) -> bool:
    """Whether a call or an appointment will leave, or enter, the recent days at some midnight to come."""
    return any(days and days[-1] >= first_recent_day(tally, today) for days in _days(tally))


def _days(tally: Tally) -> tuple[list[date], list[date]]:
    return tally.call_days.days, tally.appointments.days
