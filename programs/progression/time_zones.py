"""A time zone by the name that Twenty has for it."""

from datetime import date, datetime, time, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def zone_named(name: str | None, default: str) -> tzinfo:
    """Twenty's `timeZone` is an IANA name or `system`; what is not known gets the default."""
    if not name or name == "system":
        return ZoneInfo(default)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: a folder of zones, as `America`
        return ZoneInfo(default)


def day_begins(on: date, zone: tzinfo) -> datetime:
    """When a day begins in a zone, as an aware datetime of that zone."""
    return datetime.combine(on, time.min, zone)
