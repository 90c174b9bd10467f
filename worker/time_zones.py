"""A rep's time zone as a value."""

from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from zoneinfo import ZoneInfo

from ledger.members import Member
from programs.progression.time_zones import day_begins, zone_named


def zones(members: Mapping[str, Member], reps: list[str], default: str) -> dict[str, tzinfo]:
    """Each rep's zone."""
    return {rep: zone_named(members[rep].time_zone if rep in members else None, default) for rep in reps}


def midnight(on: date | None, time_zone: str) -> datetime | None:
    """When a day begins where reps have no time zone of their own; None for no day."""
    return None if on is None else day_begins(on, ZoneInfo(time_zone))
