"""A rep's time zone as a value."""

from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from datetime import time as time_of_day
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ledger.reps import Member


def zones(members: Mapping[str, Member], reps: list[str], default: str) -> dict[str, tzinfo]:
    """Each rep's zone. Twenty's `timeZone` is an IANA name or `system`; what is not known gets the default."""
    return {rep: _zone(members[rep].time_zone if rep in members else None, default) for rep in reps}


def midnight(on: date | None, time_zone: str) -> datetime | None:
    """When a day begins where reps have no time zone of their own; None for no day."""
    return None if on is None else datetime.combine(on, time_of_day(), ZoneInfo(time_zone))


def _zone(name: str | None, default: str) -> tzinfo:
    if not name or name == "system":
        return ZoneInfo(default)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: a folder of zones, as `America`
        return ZoneInfo(default)
