"""The options by which deliveries are looked for, named as in the console."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, cast, get_args

import click
from sqlalchemy import Connection

from accounts.rep_account import find_rep
from ledger.delivery_filter import DeliveryFilter
from ledger.inbox import State
from schemas.delivery import Source

Command = TypeVar("Command", bound=Callable[..., Any])
_AGO = re.compile(r"(\d{1,5})([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


class Moment(click.ParamType[datetime]):
    """A time: `2026-11-20`, `2026-11-20T14:30` (UTC unless it says otherwise), or how long ago: `90m`, `24h`, `7d`."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Errors: `click.BadParameter`."""
        ago = _AGO.fullmatch(str(value))
        try:
            if ago:
                return datetime.now(UTC) - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
            at = datetime.fromisoformat(str(value))
            return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is no time: give 2026-11-20, 2026-11-20T14:30, 90m, 24h or 7d.", param, ctx)


OPTIONS = (
    click.option("--state", type=click.Choice(get_args(State)), help="What became of them."),
    click.option("--source", type=click.Choice(get_args(Source)), help="Who brought them."),
    click.option("--object", "object_name", metavar="NAME", help="What they are of: note, opportunity, battle …"),
    click.option("--rep", metavar="REP", help="Whose: a member's id or exact name."),
    click.option("--reason", metavar="WORDS", help="A part of the reason, such as unreadable or unattributed."),
    click.option("--since", type=Moment(), metavar="TIME", help="Received then or later: 2026-11-20, 24h ago …"),
    click.option("--until", type=Moment(), metavar="TIME", help="Received before then."),
)
NAMES = ("state", "source", "object_name", "rep", "reason", "since", "until")


def filter_options(command: Command) -> Command:
    """Adds the options."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def filter_of(connection: Connection, given: dict[str, Any]) -> DeliveryFilter:
    """What the options say. Errors: `accounts.errors.NothingToTell` for a rep whom nobody knows."""
    return DeliveryFilter(
        state=cast(State | None, given["state"]),
        source=cast(Source | None, given["source"]),
        object=given["object_name"],
        rep=find_rep(connection, given["rep"]) if given["rep"] else None,
        reason=given["reason"],
        since=given["since"],
        until=given["until"],
    )


def is_filtered(given: dict[str, Any]) -> bool:
    """Whether any of the options is given."""
    return any(given[name] is not None for name in NAMES)
