"""Badges by the rules documents: written down a second time, apart from the worker's rules file."""

from collections.abc import Iterator

from sandbox.floor.reached import Reached

_TIERS = ("bronze", "silver", "gold", "platinum")
_COUNTED = {
    "appointment_setter": (10, 50, 200, 1_000),
    "closer": (5, 25, 100, 500),
    "streak_warrior": (7, 30, 90, 365),
    "early_bird": (10, 50, 200),
}
# Percent, over the last so many days with calls.
_DROPS_BELOW = ((50, 7), (40, 14), (35, 21), (30, 28))
_APPOINTMENTS_FROM = ((3, 7), (5, 14), (7, 21), (10, 28))
_LONG_TALKS_FROM = ((20, 7), (25, 14), (30, 21), (35, 28))
# Percent held, of at least so many.
_SHOWS_FROM = ((70, 5), (75, 10), (80, 20), (85, 30))
# Appointments in at most so many dials, within the last 1 to so many days with calls.
_ELITE = ((2, 40, 1), (3, 50, 7), (5, 75, 7), (10, 100, 14))
_LEAST_CALLS = 50
_LAST_BOSS = "5"


def badges_of(rep: Reached) -> Iterator[str]:
    """Every badge, tier by tier, that the rep's figures are worth at this moment."""
    yield from _counted(rep)
    yield from _over_days(rep)
    shows, booked = rep.appointments.held, rep.appointments.set
    for tier, (percent, least) in zip(_TIERS, _SHOWS_FROM, strict=True):
        if booked >= least and shows * 100 >= percent * booked:
            yield f"show_rate_champion.{tier}"
    for tier, (booked, dials, days) in zip(_TIERS, _ELITE, strict=True):
        if _is_elite(rep, booked, dials, days):
            yield f"efficiency_elite.{tier}"
    if rep.count("deal"):
        yield "first_blood"
    if _LAST_BOSS in rep.subjects("win"):
        yield "redhawk_slayer"


def _counted(rep: Reached) -> Iterator[str]:
    have = {
        "appointment_setter": rep.appointments.set,
        "closer": rep.count("deal"),
        "streak_warrior": rep.longest_streak(),
        "early_bird": rep.count("early"),
    }
    for badge, needs in _COUNTED.items():
        yield from (f"{badge}.{tier}" for tier, need in zip(_TIERS, needs, strict=False) if have[badge] >= need)


def _over_days(rep: Reached) -> Iterator[str]:
    called_on = rep.days_with("call")
    for tier, opener, conversion, engagement in zip(
        _TIERS, _DROPS_BELOW, _APPOINTMENTS_FROM, _LONG_TALKS_FROM, strict=True
    ):
        days = called_on[-opener[1] :]
        calls = rep.over("call", days)
        if len(days) < opener[1] or calls < _LEAST_CALLS:
            continue
        if rep.over("sub_thirty", days) * 100 < opener[0] * calls:
            yield f"opener_elite.{tier}"
        if rep.appointments_between(days[0], days[-1]) * 100 >= conversion[0] * calls:
            yield f"conversion_champion.{tier}"
        if rep.over("over_two_minutes", days) * 100 >= engagement[0] * calls:
            yield f"engagement_master.{tier}"


def _is_elite(rep: Reached, appointments: int, dials: int, days: int) -> bool:
    called_on = rep.days_with("call")[-days:]
    return any(
        rep.over("call", called_on[n:]) <= dials and rep.appointments_between(first, called_on[-1]) >= appointments
        for n, first in enumerate(called_on)
    )
